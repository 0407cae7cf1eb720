/**
 * Turns of phrase in both languages, over the words that `spaced` makes: unaccented, apostrophes as spaces. Every pattern
 * begins and ends at a space and repeats nothing without a bound, so that each is linear in the length of the text.
 */

const BANK = 'banks?|banque|banques|bank account|accounts?|comptes?|compte bancaire'

/** Wants nothing kept any longer. "Forget it" and "oublie" alone are not that. */
export const LEAVE = new RegExp(
  ` (?:${[
    'walk away',
    'forget (?:me|about me|everything|all about me)',
    '(?:delete|erase|remove) (?:me|everything(?= (?:$|about|you|please|now))|all(?: of)?(?: my)? (?:data|information|info|history)|my (?:own |personal )?(?:data|account|information|info|profile|history))',
    `(?:unlink|disconnect) (?:me|everything|(?:(?:from )?(?:my|the|this) )?(?:${BANK}))`,
    '(?:want to|wanna|would like to|d like to|going to) (?:leave|walk away)',
    'leave guichet',
    'oublie[rz]? (?:moi|tout)',
    'm oublier',
    '(?:supprime|efface)[rz]? (?:moi|tout|(?:toutes |tous )?(?:mes|les) (?:donnees|informations|infos)|mon (?:compte|profil|historique))',
    '(?:veux|voudrais|souhaite|aimerais) (?:partir|quitter|vous quitter|te quitter)',
    'quitter guichet',
    `(?:delie|delier|deconnecte|deconnecter|dissocier) (?:ma |mon |la |le )?(?:${BANK})`,
  ].join('|')}) `,
)

/** One half is enough (`don`, `t`, `ne`, `pas`): a slip of the finger in the other must not turn a no into a yes. */
export const NEGATION = / (?:don|t|dont|didn|not|never|won|wouldn|ne|n|pas|jamais) /

/** Wants the figures brought up to date now. */
export const REFRESH =
  / (?:refresh|re sync|resync|actualise[rz]?|rafraichi(?:s|r|ssez)?|synchronise[rz]?|(?:update|sync) (?:(?:my|the|all|them|these) )?(?:accounts?|figures|balances?|data|banks?|payments|everything|now)|met(?:s|tez|tre)? (?:(?:moi|mes|les|tout|tous) ){0,2}(?:comptes |soldes |chiffres )?a jour) /

export const STOP_OFFERS =
  / (?:no more|no longer|don t (?:want|send|show)|dont want|do not (?:want|send|show)|stop|unsubscribe|veux plus|souhaite plus|voudrais plus|envoyez plus|envoie plus|veux pas|pas d|aucune|arrete[rz]?|desabonne[rz]?) /
/** In writing "plus d’offres" asks for more of them or for no more: it is not for us to choose. */
export const MORE_OR_NO_MORE = / plus d offres? /

/** Wants payments told, or not told: of every one, from an amount on, abroad, at night. */
export const LINES =
  / (?:(?:payment )?(?:notifications?|lines)|lignes de paiement|(?:only |just )?(?:tell|notify|message|warn|alert) me (?:only |just )?(?:about|of|for|when)|(?:don t|do not|stop|no more|fewer) (?:telling|tell|notify|notifying|message|messaging|messages) (?:me )?(?:about|of|for|at|between)|(?:previens|prevenez|avertis|avertissez|annonce[rz]?|notifie[rz]?) (?:moi )?(?:pas |plus |que |seulement |uniquement )*(?:de|des|du|d|pour|quand|les|la|en)|quiet hours|heures calmes) /
export const TOLD_OF =
  / (?:payments?|paiements?|cards?|cartes?|night|nuit|notifications?|lines|lignes|quiet|calmes) /

export const WHO_READ =
  / (?:access logs?|audit (?:log|trail)|journal (?:d|des) (?:acces|consultations?)|who (?:has|had) (?:access to )?my data|qui a (?:acces a )?mes donnees) /
export const ANYONE = / (?:anyone|anybody|someone|somebody|quelqu un) /

export const CONSENTS =
  / (?:what (?:can|do) you (?:see|read|access|know about me)|what (?:have|did) i (?:agreed?|consent(?:ed)?|accept(?:ed)?)(?: to)?|que (?:peux tu|pouvez vous) (?:lire|voir)|qu est ce que (?:j ai accepte|tu peux (?:lire|voir)|vous pouvez (?:lire|voir))|que (?:sais tu|savez vous) (?:de|sur) moi|what data|quelles donnees|(?:ai je|j ai|est ce que j ai) (?:autorise|accepte) quoi|who can (?:see|read|access|look at) my (?:data|accounts?|payments|transactions|figures|money|information)|qui (?:peut|a le droit de) (?:voir|lire|consulter|regarder) mes (?:donnees|comptes|paiements|operations|depenses|chiffres|informations)|(?:take back|withdraw|revoke|cancel|change) (?:my|the) (?:consents?|permissions?|agreement)|(?:retire[rz]?|revoque[rz]?|annule[rz]?|reprendre) (?:mon|mes|l) (?:accords?|consentements?|autorisations?)) /

export const LINK_A_BANK = new RegExp(
  ` (?:(?:link|connect|relie[rz]?|lier|connecte[rz]?|associer)(?: to| up)?|(?:add|ajoute[rz]?)) (?:(?:a|an|another|my|new|the|to|with|une?|ma|mon|mes|autre|nouvelle|nouveau|la|le|other|second|deuxieme) ){0,3}(?:${BANK}) `,
)

export const LINK_VERB = / (?:link|connect|relie[rz]?|lier|connecte[rz]?|associer) /

/** Asks which of two is the larger one: "spent more in October or November". */
export const MORE_OR = / (?:more|less|most|plus|moins) (?:[a-z0-9]+ ){1,6}(?:or|ou) /
/** What may be spent is about what is there, and not about what was spent; "how could I" wonders at what was. */
export const MAY_SPEND =
  / (?:(?:can|could|may|should) i (?:still|safely|afford to) spend|(?:can|may|should|(?<! how )could) i spend|could i spend (?:less|more|better)|(?:je peux|puis je|je pourrais|pourrais je) (?:encore |me permettre de )?depenser) /
/** A payment that may be made, or is to be: "the largest one I can make". */
export const TO_BE_MADE = / (?:i (?:can|could|may)|je (?:peux|pourrais)) |^ (?:make|do|fais|faites|faire) /
/** Payments, as those of some size are asked for; "did I spend over £100" may be about a sum. */
export const WHICH_PAYMENTS =
  / (?:(?:which|what|any|all|every|quels?|quelles?|tous|toutes|des) (?:[a-z]+ ){0,2}(?:payments?|transactions?|purchases?|debits?|paiements?|operations?|achats?|prelevements?)|spendings?|expenses?|outgoings?|depenses|transfers?|virements?) /
/** A payment that is not named by what it is: "something over 100 euros". */
export const SOMETHING = / (?:something|anything|things?|stuff|quelque chose|un truc|un machin|trucs|ce qui) /
/** Wants to be told of payments when they come. */
export const TOLD_IF =
  / (?:(?:tell|notify|warn|alert|message|let) me (?:know )?(?:if|when|whenever|as soon as)|(?:dis|dites|previens|prevenez|avertis|avertissez|alerte|alertez) (?:moi |nous )?(?:si|s il|quand|des qu|des que|lorsqu|lorsque)) /
export const NOT_WANTED =
  / (?:(?:don t|dont|do not|no longer|never) (?:want|need|show|list)|(?:veux|voudrais|souhaite|faut) (?:pas|aucune?)|ne (?:me )?(?:veux|voudrais|souhaite|faut|montre[rz]?|affiche[rz]?) (?:pas|plus)) /
/** Transfers that were made; a single one may be an order. */
export const TRANSFERS_MADE =
  / (?:transfers|virements|i (?:ve |have )?made|(?:j ai|ai je) (?:bien |deja )?(?:fait|effectue|envoye)) /
export const MORE_THAN = / (?:more|less) (?:[a-z0-9]+ ){0,8}than /
export const PLUS_QUE = / (?:plus|moins) (?:[a-z0-9]+ ){0,8}qu(?:e)? /

export const RECURRING =
  / (?:direct debits?|standing orders?|subscriptions?|recurring|recurrente?s?|abonnements?|prelevements?|(?:regular|repeating) (?:payments?|bills|expenses)|paiements? (?:reguliers?|automatiques?)|depenses? regulieres?|charges (?:fixes|recurrentes)|monthly (?:payments|bills|expenses)|(?:paiements|charges) mensuel(?:le)?s) /
/** The same said of payments in a sentence: "quelles dépenses reviennent" asks for no sum. */
export const COMES_BACK =
  / (?:(?:paiements?|depenses?|factures?|charges) (?:qui )?(?:reviennent|se repetent)|ce qui revient|(?:payments?|bills?|expenses?) (?:that |which )?(?:come back|repeat)) /
/** Which of them: all, when others than subscriptions are named as well. */
export const SUBSCRIPTIONS = / (?:subscriptions?|abonnements?) /
export const OTHERS_THAT_RECUR =
  / (?:direct debits?|standing orders?|prelevements?|bills?|factures?|charges|(?:regular|repeating) (?:payments?|expenses)|paiements? (?:reguliers?|automatiques?)) /
export const EVERY_MONTH =
  / (?:(?:every|each|chaque) (?:month|week|year|mois|semaine|annee|an)|tous les (?:mois|ans)|toutes les semaines) /

export const BY_KIND =
  / (?:(?:by|per|par) (?:category|categories|categorie|type|kind|merchants?|shops?|stores?|retailers?|commercants?|commerces?|magasins?|enseignes?|marchands?|boutiques?)|breakdown|repartition|ventilation|(?:top|biggest|largest|main|principales|principaux|plus gros|plus grosses) (?:[0-9]+ )?(?:merchants|shops|stores|categories|commercants|magasins|enseignes|marchands|boutiques)) /
/** Where money goes: the kinds of spending. */
export const WHERE_MONEY_GOES =
  / (?:where (?:does|did|is|has|s) (?:all )?my money (?:go|going|gone|went)|break (?:down )?(?:my|the|all my) (?:spending|expenses|outgoings)(?: down)?|where (?:all )?my money (?:goes|went)|ou (?:va|part|passe|est passe|est parti) (?:tout )?(?:mon argent|mon fric|mon pognon|ma thune|mes sous)|what (?:do|did|have|am) i (?:spend|spent|spending) (?:the )?most on|what (?:do|did|have) i (?:spend|spent) (?:all )?my money on|(?:sur|en|dans) quoi (?:je depense|est ce que je depense|est ce que j ai depense|ai je depense|j ai depense)) /
/** Where somebody spends: the shops. */
export const WHERE_SPENT =
  / (?:where (?:do|did|have|am) i (?:spend|spent|spending|shop|buy)|ou (?:est ce que )?(?:je depense|j ai depense|ai je depense)) /

export const HAVE_MONEY =
  / (?:how much (?:money |cash |funds )?(?:do i have|have i got|i have|i ve got)|what do i have (?:in|on) my|how much (?:money |cash |funds )?(?:is|s) (?:there )?(?:left |available )?(?:in|on) (?:all |all of )?(?:my|the)|how much (?:money |cash )?(?:do|have) i (?:have )?left|how much (?:money |cash )?is (?:left|available)|what have i got left|what (?:s|is) left (?:in|on)|combien (?:d argent )?(?:est ce que |qu )?(?:j ai|ai je|il y a)(?: d argent)? (?:sur|en banque|au|dans|a la banque|en tout)|combien (?:est ce qu )?(?:il )?(?:me )?reste|il me reste combien|reste t il|j ai combien (?:sur|en banque|dans)|combien d argent (?:ai je|j ai|est ce que j ai)|am i (?:overdrawn|in the red)|(?:suis je|je suis|comptes? (?:est|sont)|compte est il|comptes sont ils) (?:a decouvert|dans le rouge|debiteurs?|en negatif)|montant disponible|mon sold|(?:etat|situation|position) de mes? comptes?|what (?:s|is) (?:there )?in my (?:bank )?accounts?) /
/** The whole utterance: "how much have I got?", "what’s left?", "combien j’ai ?". */
export const HAVE_MONEY_ALONE =
  /^ (?:how much have i got|what s left|what is left|combien (?:est ce que )?(?:j ai|ai je)) $/

/** A payment that was made. A bare "pay" is an order, or a question about what is to come. */
export const PAID =
  / (?:did i (?:already |ever |last |even |really )?pay|i (?:have |ve |just |already |last )?(?:paid|payed)|(?:have|had) i (?:[a-z]+ )?paid|paid (?:for|at|to|on)|(?:ai|j ai|ai je|avons) (?:[a-z]+ ){0,2}(?:payee?s?|regle)|je pa[iy]e) /
/** The same of a purchase. */
export const BOUGHT =
  / (?:did i (?:already |ever |last |even |really )?(?:buy|purchase)|(?:have|had) i (?:[a-z]+ )?(?:bought|purchased)|i (?:have |ve |just |last )?(?:bought|purchased)|(?:ai|j ai|ai je|avons) (?:[a-z]+ ){0,2}achetee?s?) /
/** What a thing has cost, told as spending. */
export const COST_ME = / (?:cost(?:ing)? me|m (?:a|ont) coute|me coute|me coutent) /

/** Asks whether or when something was paid. */
export const WHETHER_PAID =
  / (?:did i (?:already |ever |last )?pay|have i (?:already |ever )?paid|when did i (?:last |already )?(?:pay|buy|spend)|ai je (?:deja |bien )?(?:paye|regle)|est ce que j ai (?:deja |bien )?(?:paye|regle)|quand (?:est ce que )?(?:j ai|ai je) (?:paye|regle|achete)) /
/** Asks whether money moved by itself: a direct debit that went out, a salary that came in. */
export const WHETHER_MOVED =
  / (?:(?:did|has|have|is|was) (?:[a-z0-9]+ ){1,5}(?:go through|gone through|come through|come out|gone out|leave|left|come in|arrived?|landed|cleared|been (?:paid|taken|charged)|paid(?= $| yet | already ))|(?:est|sont|a|ont) (?:bien |deja |enfin |ete ){0,2}(?:passee?s?|partie?s?|arrivee?s?|tombee?s?|prelevee?s?|debitee?s?|versee?s?|rentree?s?)) /
/** All of what a period has, whatever it is: "what happened yesterday". */
export const WHAT_HAPPENED =
  / (?:what (?:has |s )?happened|what did i do|qu est ce que j ai fait|qu est ce qui s est passe|que s est il passe|il s est passe quoi|j ai fait quoi) /
/** Asks about what came in as pay, with the person as the one who is paid. */
export const GOT_PAID =
  / (?:did i (?:already |last )?get paid|when (?:do i (?:next )?get|am i(?: next)?) paid|quand (?:est ce que )?(?:je suis|suis je) payee?|have i (?:already )?(?:been|got|gotten) paid|was i (?:last |already )?paid|(?:ai je|j ai) (?:deja |bien |enfin )?ete payee?) (?!back |interests? |(?:des |les )?interets )/
/** Asks about pay to come, which no payment tells. */
export const WILL_BE_PAID =
  / (?:(?:will|shall) i (?:next )?(?:get|be) paid|serai (?:je )?payee?|(?:je vais|vais je) etre payee?) /
/** Asks what a sum was for, or who took it. */
export const WHAT_FOR =
  / (?:what ?(?:is|s|was) (?:this|that|the|my)|what did i pay (?:[^ ]+ ){1,4}for|who (?:charged|took|debited|billed|(?:is |s )?(?:charging|taking|debiting|billing))|c (?:est|etait) quoi|d ou (?:vient|viennent)|a quoi correspond(?:ent)?|qui m a (?:preleve|debite|pris|facture)) /
/** A sum in other money: the bank’s own matter. */
export const IN_OTHER_MONEY =
  / (?:in|into|to|en) (?:us |british |swiss )?(?:dollars?|euros?|pounds?|livres?|yens?|francs?|usd|gbp|eur|chf|jpy) /
/** All of what is in a period or a shop. */
export const ALL_OF_IT = / (?:everything|tout|toutes) /
/** Compared with how it was, without saying when. */
export const THAN_BEFORE = / (?:than (?:before|usual)|que? (?:avant|d habitude)) /

/** Asks for a sum that was paid. */
export const HOW_MUCH =
  / (?:how much|combien|total|quel montant|quelle somme|what did i pay|what have i paid|what i paid) /
/** "How much on, at, in …", where a kind of spending or a shop follows; not "how much is" or "how much cash do I have". */
export const HOW_MUCH_ON =
  / (?:(?:how much|combien)(?: money| d argent)? (?:on|at|in|from|did i|have i|went|goes|en|pour|de|d|des|chez|sur|dans|a|au|aux|depuis|cette|ce|hier|j ai|ai je|est ce que j ai)|(?:my|mon|le) total (?:on|at|for|en|pour|chez)) /

/** What payments are listed by: whose, which, or made by me. */
export const LISTED =
  / (?:my|mes|mon|ma|last|latest|recent|les|dernieres?|derniers?|i made|i ve made|i have made|did i make|have i made|j ai faite?s?|ai je faite?s?|effectuee?s?|activity) /
/** Questions how, why or whether something works. */
export const ABOUT_RULES =
  / (?:can i|could i|how (?:do|does|can|to|long|come)|why|when will|do you|does|should|is it|are there|is there|was i|what happens|in charge|comment|pourquoi|puis je|peut on|est ce que je peux|est il possible|y a t il) /

/** Wants money moved or a thing done with a payment: not done here, and never read as a question about one made. */
export const ORDER =
  / (?:make|making|do|send|schedule|set up|setup|cancel|cancelling|approve|put in|take|hear|accept|faire|fais|faites|effectuer|programmer|annule[rz]?|valider) (?:(?:a|an|the|my|your|this|another|un|une|le|mon|ma|ce|cette|online) ){0,2}(?:[a-z]+ )?(?:payments?|purchases?|transactions?|transfers?|paiements?|achats?|operations?|virements?) /
export const ORDER_TO_PAY =
  /^ (?:(?:please|can you|could you|will you|would you|i want to|i need to|i d like to|i would like to|let s|help me|svp|stp|s il te plait|s il vous plait|peux tu|pouvez vous|pourrais tu|pourriez vous|je veux|je voudrais|je souhaite|il faut|me|to) ){0,4}(?:pay|buy|purchase|transfer|charge|payer|paye|paie|payez|acheter|achete|achetez|regler) /

/** An overdraft that is or may be agreed: the bank’s own matter. */
export const OVERDRAFT_AGREED =
  / (?:autorisation de decouvert|decouvert autorise|debiteur autorise|overdraft (?:limit|facility)) /

/** A statement or list, not a single figure: what is due, still to come, or counted. */
export const NOT_YET =
  / (?:(?:i|my|it|what|how much|that) will|will (?:i|my|it|be)|going to|to be|upcoming|a venir|bientot|how many|combien de|nombre de|number of) /

export const HELP =
  / (?:what (?:[a-z]+ ){0,4}(?:can|do|could|may|should) (?:you|i) (?:do|ask|say|help)|how does (?:this|it) work|how do you work|que (?:peux tu|sais tu|pouvez vous|savez vous) faire|qu est ce que (?:tu|vous) (?:peux|sais|pouvez|savez) faire|tu (?:sais|peux) faire quoi|comment ca (?:marche|fonctionne)|a quoi (?:tu sers|sers tu)) /
export const GREETING =
  / (?:how are (?:you|things)|how s it going|how is it going|what s up|good (?:morning|afternoon|evening|day)|ca va|comment (?:vas tu|allez vous|ca va)|bonne (?:journee|soiree)) /
