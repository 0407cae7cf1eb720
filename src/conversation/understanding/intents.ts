import type { Question } from '../question.ts'
import type { Reading } from './reading.ts'

/** What is asked, before its filter is filled in. */
export type Intent = Question['kind'] | null

const LEAVE =
  / (?:walk away|forget (?:me|about me|everything|all about me)|(?:delete|erase|remove) (?:me|everything|all|my|all my|all of my)(?: own)? ?(?:data|account|accounts|information|info|profile|history)? |(?:unlink|disconnect)|(?:i want to |i wanna |let me )?leave (?:guichet|you|this)?|oublie[rz]? (?:moi|tout)|m oublier|(?:supprime|efface)[rz]? (?:moi|tout|toutes?|mes|mon|ma)|(?:veux|voudrais|souhaite) (?:partir|quitter)|quitter guichet|delier|deconnecte[rz]?|dissocier) ?/
const NOT = / (?:don t|dont|do not|not|never|n t|ne|n|pas) /
const STOP_OFFERS =
  / (?:no more|no longer|don t (?:want|send|show)|dont want|do not want|ne veux plus|veux plus|ne souhaite plus|n envoyez plus|pas d|aucune|stop|unsubscribe|arrete[rz]?|desabonne[rz]?) /
const MORE_OFFERS = / plus d offres? /
const WHO_READ =
  / (?:access log|access logs|audit log|audit trail|journal d acces|journal des acces|journal des consultations|who has my data|qui a mes donnees) /
const ANYONE_READ = / (?:anyone|anybody|someone|somebody|quelqu un) /
const CONSENTS =
  / (?:what (?:can|do) you (?:see|read|access|know about me)|what (?:have|did) i (?:agreed?|consent(?:ed)?|accept(?:ed)?) to|que (?:peux tu|pouvez vous) (?:lire|voir)|qu est ce que j ai accepte|que sais tu (?:de|sur) moi|que savez vous (?:de|sur) moi|what data|quelles donnees) /
const BANK = / (?:bank|banks|banque|banques|bancaire|account|accounts|compte|comptes) /
const LINK_VERB = / (?:link|connect|relier|relie|reliez|lier|connecter|connecte|connectez) /

const MORE_THAN = / (?:more|less) (?:[a-z0-9]+ ){0,8}than /
const PLUS_QUE = / (?:plus|moins) (?:[a-z0-9]+ ){0,8}qu(?:e)? /
const REGULAR =
  / (?:direct debits?|standing orders?|(?:regular|repeating) (?:payments?|bills|expenses)|paiements? (?:reguliers?|automatiques?)|depenses? regulieres?|charges fixes|(?:every|each|chaque) (?:month|week|year|mois|semaine|annee|an)|tous les (?:mois|ans)|toutes les semaines|monthly (?:payments|bills|expenses)|(?:paiements|depenses|charges) mensuel(?:le)?s) /
const BY =
  / (?:by|per|par) (?:category|categories|categorie|type|kind|merchant|merchants|shop|shops|store|stores|retailer|commercant|commerce|magasin|enseigne|marchand|boutique) /
const WHERE_MONEY_GOES =
  / (?:where (?:does|did|is|has) (?:all )?my money (?:go|going|gone|went)|where my money goes|ou (?:va|part|passe|est passe|est parti) (?:tout )?mon argent|where (?:do|did|have|am) i (?:spend|spent|spending) (?:the )?most|what (?:do|did) i spend (?:the )?most on|(?:sur|en) quoi (?:je depense|ai je depense|j ai depense)(?: le plus)?|ou (?:est ce que )?(?:je depense|j ai depense|ai je depense) le plus|what (?:do|did) i spend (?:my|all my) money on) /
const TOP =
  / (?:top|biggest|largest|main|principales?|principaux|plus gros|plus grosses) (?:[a-z0-9]+ )?(?:merchants|shops|stores|categories|commercants|magasins|enseignes|marchands|boutiques) /
const HAVE_MONEY =
  / (?:how much (?:money )?(?:do|have) i (?:have|got)|how much(?: money)? (?:is|s) (?:there )?(?:left |available )?(?:in|on) (?:my|the)|how much money is|how much (?:do|have) i (?:have )?left|how much is left|what have i got left|what s left|what is left|combien (?:d argent )?(?:est ce que |qu )?(?:j ai|ai je|il y a)(?: d argent)? (?:sur|en banque|au|dans|a la|en tout)|combien (?:est ce qu )?(?:il )?(?:me )?reste|il me reste combien|reste t il|j ai combien (?:sur|en banque|dans)|combien (?:d argent )?(?:j ai|ai je) $|combien d argent (?:ai je|j ai)|am i overdrawn|suis je a decouvert|(?:etat|situation|position) de mes? comptes?|how much can i spend|what can i spend|how am i doing for money) /
const PAID_WHAT =
  / (?:did i (?:already |ever |last )?pay|have i (?:already )?paid|ai je (?:deja )?(?:paye|regle)|est ce que j ai (?:deja |bien )?(?:paye|regle)|j ai (?:deja |bien )?paye|when did i|quand (?:est ce que )?(?:j ai|ai je)) /
const HOW_MUCH =
  / (?:how much|what s the total|what is the total|total|combien|quel montant|quelle somme|what did i (?:pay|spend)|what have i (?:paid|spent)) /
/** Orders to move money: not done here, and never to be mistaken for a question about a payment made. */
const ORDER_TO_PAY =
  /^ (?:please |can you |could you |will you |i want to |i need to |i d like to |i would like to |let s |help me |svp |stp |peux tu |pouvez vous |pourrais tu |pourriez vous |je veux |je voudrais |je souhaite |il faut )*(?:me |to )?(?:pay|buy|transfer|payer|paye|paie|payez|acheter|achete|achetez|regler) /
const HELP =
  / (?:help|aide|aider|aidez|menu|options|commands|commandes|what (?:can|do) you do|what can i (?:ask|do|say)|how does (?:this|it) work|how do you work|que (?:peux tu|sais tu|pouvez vous|savez vous) faire|qu est ce que tu (?:peux|sais) faire|tu sais faire quoi|tu peux faire quoi|comment ca (?:marche|fonctionne)|a quoi (?:tu sers|sers tu)) /

/** What the words ask for; null when they ask for nothing served here, or for two things at once. */
export function intentOf(reading: Reading): Intent {
  const { words, concepts, periods, amount, category, merchant, continues } = reading
  const has = (...names: Parameters<(typeof concepts)['has']>[0][]): boolean =>
    names.some((name) => concepts.has(name))

  if (has('leave') && LEAVE.test(words)) return NOT.test(words) ? null : 'walk-away'
  if (has('offer')) {
    if (STOP_OFFERS.test(words)) return 'stop-offers'
    return MORE_OFFERS.test(words) || has('balance', 'spend', 'payment', 'stop') ? null : 'offers'
  }
  if ((has('who') && has('read')) || WHO_READ.test(words) || (has('read') && ANYONE_READ.test(words)))
    return 'who-read'
  if (has('consent') || CONSENTS.test(words)) return 'consents'
  if (
    has('link') &&
    !NOT.test(words) &&
    (BANK.test(words) || (LINK_VERB.test(words) && reading.unexplained.length === 1))
  )
    return 'link-bank'

  if (reading.outside || ORDER_TO_PAY.test(words)) return null
  const moved = has('transfer')
  if (moved && !(has('find') || (amount && has('show')))) return null

  const narrowed = periods.length > 0 || amount !== null || category !== null || merchant !== null
  const topics = [has('balance'), has('spend') || has('payment'), has('earn')].filter(Boolean).length
  if (topics > 1 && has('balance')) return null

  if (WHERE_MONEY_GOES.test(words) || TOP.test(words)) return 'spending-by'
  if (BY.test(words) || / (?:breakdown|split|repartition|ventilation) /.test(words)) return 'spending-by'
  if (has('compare')) return 'compare'
  if (MORE_THAN.test(words) && has('spend')) return 'compare'
  if (PLUS_QUE.test(words) && has('spend') && periods.length > 0) return 'compare'
  const spent = has('spend') || (HOW_MUCH.test(words) && has('pay', 'buy'))
  if (REGULAR.test(words) && !category) return 'recurring'
  if (
    !spent &&
    !amount &&
    (has('recurring') || category === 'subscriptions') &&
    !merchant &&
    !continues &&
    isRecurring(words)
  )
    return 'recurring'
  if (amount && has('find', 'payment', 'transfer', 'pay', 'buy', 'spend')) return 'find'
  if (spent) return 'spending'
  if (has('find') && (has('payment', 'transfer', 'pay', 'buy') || merchant)) return 'find'
  if (PAID_WHAT.test(words) && (merchant || reading.unexplained.length > 0)) return 'find'
  if (has('payment') || has('buy')) return 'transactions'
  if (has('earn') || category === 'income') return 'transactions'
  if (HOW_MUCH.test(words) && (category || merchant)) return 'spending'
  if (has('show') && merchant) return 'transactions'
  if (category && !amount) return 'spending'
  if (!amount && (has('balance') || HAVE_MONEY.test(words) || (has('money') && has('remain'))))
    return 'balance'
  if (narrowed) return null
  if (HELP.test(words)) return 'help'
  if (has('thanks')) return 'thanks'
  return has('greeting') ? 'greeting' : null
}

const isRecurring = (words: string): boolean =>
  / (?:subscriptions?|recurring|recurrente?s?|abonnements?|prelevements?) /.test(words)
