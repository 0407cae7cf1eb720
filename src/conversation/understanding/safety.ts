/**
 * Words that must reach a person, whatever else is said: they are looked for first, as they stand and in every length of
 * text, and no similarity turns another word into one of them. Phrases are unaccented, apostrophes are spaces.
 */
const HUMAN = [
  // Whole words that nobody types about a payment.
  'human',
  'humans',
  'humain',
  'humaine',
  'conseiller',
  'conseillere',
  'conseillers',
  'advisor',
  'adviser',
  'representative',
  'real person',
  'live person',
  'live agent',
  'agent',
  'operator',
  'operateur',
  'customer service',
  'customer services',
  'customer support',
  'service client',
  'service clients',
  'service clientele',
  'call centre',
  'call center',
  'hotline',
  'emergency',
  'urgence',
  // Asking for a conversation.
  'talk to someone',
  'talk to somebody',
  'talk to a person',
  'talk to a real',
  'talk to the bank',
  'talk to my bank',
  'speak to someone',
  'speak to somebody',
  'speak to a person',
  'speak with someone',
  'speak with a person',
  'speak to the bank',
  'speak to my bank',
  'talk with someone',
  'talk with a person',
  'chat with someone',
  'chat with a person',
  'speak to a manager',
  'talk to a manager',
  'call me back',
  'phone me back',
  'ring me back',
  'contact my bank',
  'contact the bank',
  'phone number',
  'need a person',
  'want a person',
  'parler a quelqu un',
  'parler avec quelqu un',
  'parler a une personne',
  'parler avec une personne',
  'parler a ma banque',
  'parler a la banque',
  'parler a un',
  'parler avec un',
  'vraie personne',
  'une personne reelle',
  'un vrai',
  'appelez moi',
  'rappelez moi',
  'etre rappele',
  'etre rappelee',
  'contacter ma banque',
  'contacter la banque',
  'joindre ma banque',
  'joindre quelqu un',
  'numero de telephone',
]

const DISPUTE = [
  'dispute',
  'disputes',
  'disputing',
  'disputed',
  'contest',
  'contesting',
  'chargeback',
  'chargebacks',
  'charge back',
  'refund',
  'refunds',
  'refunded',
  'money back',
  'fraud',
  'frauds',
  'fraudulent',
  'scam',
  'scammed',
  'scammer',
  'conned',
  'ripped off',
  'hacked',
  'phishing',
  'unauthorised',
  'unauthorized',
  'unrecognised',
  'unrecognized',
  'suspicious',
  'fraudulant',
  'fradulent',
  'thief',
  'fishy',
  'bogus',
  'shady',
  'false charge',
  'false transaction',
  'strange charge',
  'strange payment',
  'strange transaction',
  'weird charge',
  'weird payment',
  'weird transaction',
  'unknown charge',
  'unknown payment',
  'unknown transaction',
  'illegal charge',
  'aren t mine',
  'arent mine',
  'wasn t mine',
  'used by someone else',
  'someone s using my',
  'don t remember buying',
  'don t remember making',
  'without my permission',
  'charged twice',
  'double charged',
  'charged me twice',
  'overcharged',
  'stole my money',
  'stolen money',
  'stole money',
  'money was stolen',
  'not me',
  'wasn t me',
  'wasnt me',
  'isn t me',
  'was not me',
  'not mine',
  'isn t mine',
  'isnt mine',
  'did not make',
  'didn t make',
  'didnt make',
  'did not buy',
  'didn t buy',
  'didnt buy',
  'never bought',
  'never made',
  'did not do',
  'didn t do',
  'didnt do',
  'did not authorise',
  'did not authorize',
  'didn t authorise',
  'didn t authorize',
  'didnt authorise',
  'didnt authorize',
  'never authorised',
  'never authorized',
  'did not pay',
  'don t recognise',
  'don t recognize',
  'dont recognise',
  'dont recognize',
  'do not recognise',
  'do not recognize',
  'didn t recognise',
  'didn t recognize',
  'did not approve',
  'didn t approve',
  'didnt approve',
  'not my payment',
  'not my transaction',
  'somebody used my card',
  'someone used my card',
  'someone is using my card',
  'somebody is using my card',
  'someone else used my card',
  'suspect',
  'suspecte',
  'louche',
  'paiement inconnu',
  'operation inconnue',
  'achat inconnu',
  'voleur',
  'a mon insu',
  'sans mon accord',
  'sans mon autorisation',
  'conteste',
  'contester',
  'contestation',
  'contestes',
  'litige',
  'reclamation',
  'remboursement',
  'remboursements',
  'rembourser',
  'rembourse',
  'remboursez',
  'retrofacturation',
  'fraude',
  'fraudes',
  'frauduleux',
  'frauduleuse',
  'frauduleuses',
  'arnaque',
  'arnaquer',
  'fait avoir',
  'escroquer',
  'arnaques',
  'escroquerie',
  'escroc',
  'pirate',
  'piratee',
  'piratage',
  'hameconnage',
  'pas moi',
  'pas de moi',
  'pas a moi',
  'pas mien',
  'pas mienne',
  'pas fait ce',
  'pas fait cet',
  'pas fait cette',
  'pas effectue',
  'pas autorise',
  'jamais autorise',
  'jamais fait',
  'jamais achete',
  'jamais effectue',
  'pas achete',
  'ne reconnais pas',
  'reconnais pas',
  'reconnait pas',
  'non autorise',
  'non autorisee',
  'non reconnu',
  'non reconnue',
  'debite deux fois',
  'debitee deux fois',
  'preleve deux fois',
  'double debit',
  'vole mon argent',
  'on m a vole de l argent',
  'quelqu un a utilise ma carte',
  'quelqu un utilise ma carte',
  'utilise ma carte',
]

const finder = (phrases: readonly string[]): RegExp => new RegExp(` (?:${phrases.join('|')}) `)
const HUMAN_WORDS = finder(HUMAN)
/** "Call me" at the end; "call me Amina" is something else. */
const CALL_ME = / (?:call|phone|ring) me (?:please |now |asap )?$/
const DISPUTE_WORDS = finder(DISPUTE)

/** Whether the words ask for a person or dispute a charge. `words` come from `spaced`; asking for a person goes first. */
export function safetyOf(words: string): 'human' | 'dispute' | null {
  if (HUMAN_WORDS.test(words) || CALL_ME.test(words)) return 'human'
  return DISPUTE_WORDS.test(words) ? 'dispute' : null
}

/** A wallet is lost with the cards that are in it. */
const WALLET = / (?:wallet|purse|handbag|portefeuille|porte monnaie|sac a main|sac) /
const CARD = / (?:cards?|cartes?|cb|mastercard|visa|accounts?|comptes?) /
const ORDER =
  / (?:freeze|block|lock|suspend|bloque[rsz]?|gele[rsz]?|suspend[rs]|suspendre|suspendez|verrouille[rz]?|opposition) /
/** Verbs that are an order wherever they stand; French `bloque` behind the card is "bloquée" without its accent. */
const PLAIN_ORDER = / (?:freeze|lock|suspend|bloquer|geler|suspendre|opposition) /
const LOST =
  / (?:lost|stolen|stole|missing|misplaced|nicked|piquee?|perdue?s?|volee?s?|vol|perte|egaree?s?|derobee?s?|subtilisee?s?|fait voler|can t find|cant find|cannot find|(?:re)?trouve (?:plus|pas)|pas retrouve|ou est ma carte|where is my card|where s my card|(?:left|forgot|forgotten|dropped) (?:my |the )(?:[a-z]+ ){0,2}card (?:on|in|at|behind|somewhere)|(?:oublie|laisse|laissee|oubliee|fait tomber) (?:ma|la) (?:carte|cb) (?:[a-z]+ ){0,2}(?:au|aux|a|dans|chez|sur|quelque)) /
const STOLEN = / (?:stolen|stole|nicked|pinched|piquee?|volee?s?|derobee?s?|fait voler|arrachee?|pickpocket) /
/** `put a stop on my card`, `I want my card blocked`. */
const ORDER_AROUND =
  / (?:put a (?:block|stop|freeze|hold|lock) on|(?:want|need|like|get|have) (?:my |the )(?:[a-z]+ ){0,2}(?:card|account) (?:blocked|frozen|locked)|mets un blocage sur) /
/** A sum that somebody took: their card may be what it was taken with. */
const TAKEN =
  / (?:stole|stolen|nicked|(?:someone|somebody) (?:has |s )?(?:took|taken)(?! me )|fait voler|(?:m|nous) (?:a|ont) (?:vole|pique|derobe|soutire)|(?:a|ont) ete (?:volee?s?|derobee?s?)|quelqu un (?:m )?a (?:pris|vole|pique|derobe)) /
const SUM =
  / (?:[0-9][0-9.,]*(?! (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|heures?|jours?|semaines?|mois|ans?) )|pounds?|quid|euros?|balles|dollars?) /
/** What turns an order round: it must not be, must no longer be, or already is blocked; or a question about it. */
const NO_ORDER =
  / (?:don t|dont|do not|not|never|n t|contactless|nfc|sans contact|virtuelle?s?|reason|raison|caused|did i do|the block|the freeze|the hold|this block|current block|unfreeze|unblock|unlock|reactivate|ne|pas|plus|deja|debloquer|debloque|debloquez|why|pourquoi|when|quand) | (?:is|was|are|est|etait|reste) (?:my card |still |toujours |deja |now )?(?:blocked|frozen|locked|bloquee?|gelee?|block|lock) /
/** Whether the words about a block turn it round, ask why there is one, or say that there is one. */
export const turnsFreezeRound = (words: string): boolean => NO_ORDER.test(words) || NOT_LOST.test(words)
const NOT_LOST =
  / (?:not lost|not stolen|haven t|havent|hasn t|hasnt|didn t|didnt|never|found|pas perdue?|pas volee?|pas egaree?|ai retrouve|retrouvee|if|si) /

/**
 * Whether the words ask for a card to be blocked, or say that it is lost or stolen. Only exact words count, and what is
 * doubtful (a negation, a question why) is not taken for an order.
 */
export function asksToFreeze(words: string): boolean {
  if (/ (?:faire|fais|former|mettre|mets) opposition /.test(words))
    return !/ (?:ne|pas|pourquoi) /.test(words)
  if (WALLET.test(words) && STOLEN.test(words)) return !NOT_LOST.test(words)
  if (TAKEN.test(words) && SUM.test(words)) return !NOT_LOST.test(words)
  const card = CARD.exec(words)
  if (!card) return false
  const order = ORDER.exec(words)
  if (order && (order.index < card.index || PLAIN_ORDER.test(words))) return !NO_ORDER.test(words)
  if (ORDER_AROUND.test(words)) return !NO_ORDER.test(words)
  return LOST.test(words) && !/ (?:accounts?|comptes?) /.test(card[0]) && !NOT_LOST.test(words)
}
