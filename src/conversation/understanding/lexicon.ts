import { slipsBetween } from '#kit'
import { resolveMerchant } from '#merchants'
import { CATEGORY_WORDS } from './categories.ts'
import { isNumberWord } from './number-words.ts'
import { AMBIGUOUS_MONTHS, MONTHS, TIME_WORDS, WEEKDAYS } from './periods/words.ts'
import type { Token } from './tokens.ts'

/** Words that say what is asked for. A word can speak for several. Unaccented; both languages side by side. */
const CONCEPT_WORDS = {
  balance: 'balance balances solde soldes funds',
  spend:
    'spend spent spending spendings spends expenses expense expenditure expenditures outgoings outgoing depense depenses depenser depensee depensees cost costs coute coutent',
  pay: 'pay paid paying paye payer payes payee payees regle',
  buy: 'buy bought achete acheter achetes',
  payment:
    'payment payments transaction transactions purchase purchases debit debits paiement paiements operation operations achat achats mouvement mouvements movements activity statement statements releve releves history historique',
  transfer: 'transfer transfers virement virements',
  show: 'show list see display view give montre montrer montres montrez affiche afficher affichez voir liste lister donne donner donnez',
  find: 'find search look locate where when cherche chercher cherchez trouve trouver trouvez retrouve retrouver retrouvez recherche rechercher',
  compare:
    'compare compared comparison comparing versus vs difference comparer comparez comparaison evolution',
  than: 'than que',
  more: 'more less plus moins',
  recurring:
    'recurring subscription subscriptions subscribed recurrent recurrents recurrente recurrentes abonnement abonnements abonne prelevement prelevements regular repeating standing direct regulier reguliers',
  every: 'every each chaque tous toutes',
  offer: 'offer offers deal deals promotion promotions promo promos offre offres',
  stop: 'stop unsubscribe desabonner desabonne arrete arretez arreter',
  consent:
    'consent consents permission permissions consentement consentements autorisation autorisations privacy confidentialite',
  read: 'read reads looked saw seen accessed access viewed checked consulted lu vu regarde consulte accede acces consultation consultations',
  who: 'who qui',
  link: 'link connect add relier relie reliez lier connecter connecte connectez ajouter ajoute ajoutez associer',
  leave:
    'forget delete erase leave unlink disconnect remove supprime supprimer supprimez efface effacer effacez oublie oublier oubliez partir quitter delier deconnecter deconnecte dissocier',
  money: 'money argent sous fric cash thune',
  remain: 'left remaining remain reste restent restant available disponible dispo',
  category: 'category categories categorie type kind kinds types sorts',
  merchant:
    'merchant merchants shop shops store stores retailer retailers commercant commercants commerce commerces magasin magasins enseigne enseignes marchand marchands boutique boutiques',
  breakdown: 'breakdown split repartition ventilation biggest largest top plus',
  earn: 'earn earned earning receive received gagne gagner recu percu touche income salary wages paycheck salaire revenus',
  greeting: 'hello hi hey hiya yo bonjour bonsoir salut coucou greetings howdy morning',
  thanks: 'thanks thank thx ty cheers merci bye goodbye',
  help: 'help aide aider aidez menu options commands commandes',
  last: 'last latest recent recents recente recentes recently derniers dernieres dernier derniere previous recemment',
} as const satisfies Record<string, string>

export type Concept = keyof typeof CONCEPT_WORDS

const CONCEPTS = new Map<string, Concept[]>()
for (const [concept, words] of Object.entries(CONCEPT_WORDS) as [Concept, string][])
  for (const word of words.split(' ')) CONCEPTS.set(word, [...(CONCEPTS.get(word) ?? []), concept])

/** What people say around a question, which changes nothing about it. */
const FILLERS = new Set(
  // English
  (
    'a about account accounts actually all also altogether am an and any app are as ask at b bank banking be been bit bot ' +
    'by can card cards check checking chat computer could credit current currently d dear did do does done e excuse far ' +
    'first for friend from get go goes going good got guichet had has have having here hope how hows i id if im in ' +
    'info information into is it its just k kindly know latest let like little ll m made make making many mate may me much ' +
    'my myself name need new no now of ok okay old on one ones online or our out over overall own per please pls plz ' +
    'possible pretty put quick quickly really remind right s savings say send should sir so some something sorry sum t tell ' +
    'thanks that the their them then there these they thing this those to total totals transactions try u up us use ' +
    'used ve very want wanna was we were what whats which will wish with within would wondering yeah yes yet you your ' +
    'amount figure figures number details detail summary overview situation finances financial everything both m afternoon ' +
    'evening day there sum lot ' +
    // French
    'ai aimerais ait alors au aux avais avait avec avez avoir ay besoin bien ca car carte cartes ce cela ces cette chez ci ' +
    'combien comme comment compte comptes courant c d dans de des desole dis dites du elle en encore epargne es est et ete ' +
    'etre eu faire fais fait faites faut il j je jusque juste l la le les leur livret lui ma madame mais me mes moi mon ' +
    'monsieur montant montants n ne nous on ont ou oui par pardon part pas peu peut peux pour pourrais pourriez pouvez ' +
    'puis qu quand quel quelle quelles quels quoi s sa se sera ses si sil sont souhaite souhaiterais stp suis sur svp t ta ' +
    'te tes toi ton total tout toute trop tu un une va vais vas veuillez veux vos votre voudrais vous y ensemble somme ' +
    'savoir connaitre dire banque bancaire bancaires actuel actuellement maintenant moment vite plait chose choses cb ' +
    'situation resume detail details etat point'
  ).split(' '),
)

/** Other words that phrases are made of: known, so that they are neither misspellings nor unexplained. */
const PHRASE_WORDS =
  'overdrawn decouvert automatic automatiques automatique order orders data donnees logs log audit journal ever compared ' +
  'agreed accepted accepte share shared partage know knows sais savez consulter marche works work bon bonne soir journee ' +
  'nice welcome cher chers versus rapport same meme precedent precedente precedents passe month biggest expensive grosses ' +
  'grosse gros depot receiving unwanted longer anymore nothing rien'

/** People other than the one who asks: nothing here can be about them, so what names them is not understood. */
const OTHERS = new Set(
  (
    'his her their he she husband wife mother father mum mom dad brother sister son daughter boss girlfriend boyfriend ' +
    'roommate mari femme mere pere maman papa frere soeur fils fille copain copine ami amie patron voisin voisine leur elle ils ' +
    'elles lui'
  ).split(' '),
)

/** Words that ask for what is not done here. With one of them, no question about figures is read into the rest. */
const NOT_SERVED = new Set(
  (
    'send wire lend borrow loan loans mortgage invest investment stock stocks bitcoin crypto weather password pin iban cvv ' +
    'exchange convert conversion rate rates forecast predict raise increase limit limits apply application rewards points ' +
    'miles dispense deposit cheque cheques checks score insured lottery unblock unfreeze unlock activate envoyer envoie ' +
    'envoyez virer vire pret prets emprunter emprunt credit preter hypotheque investir investissement bourse meteo ' +
    'plafond augmenter augmente taux interet interets change convertir depot deposer chequier rib code mot debloquer ' +
    'debloque activer budget budgets average moyenne save saving economiser economie economies routing tax taxes ignore ' +
    'instructions prompt system joke story blague'
  ).split(' '),
)

export const conceptsOf = (word: string): readonly Concept[] => CONCEPTS.get(word) ?? []
export const isFiller = (word: string): boolean => FILLERS.has(word)
export const isOther = (word: string): boolean => OTHERS.has(word)
export const isNotServed = (word: string): boolean => NOT_SERVED.has(word)
export const isPhraseWord = (word: string): boolean => PHRASE_SET.has(word)
const PHRASE_SET = new Set(PHRASE_WORDS.split(' '))
const CATEGORY_SET = new Set(CATEGORY_WORDS)

/** True for every word that means something here: such a word is never taken for a misspelling of another. */
export const isKnown = (word: string): boolean =>
  FILLERS.has(word) ||
  CONCEPTS.has(word) ||
  CATEGORY_SET.has(word) ||
  MONTHS.has(word) ||
  TIME_WORDS.has(word) ||
  PHRASE_SET.has(word) ||
  OTHERS.has(word) ||
  NOT_SERVED.has(word) ||
  isNumberWord(word)

const LETTERS_MIN = 5
/** Two slips are forgiven from here on. */
const LONG_LETTERS_MIN = 9
/** Real words one letter from one of ours. `marche` is a market, `comte` a cheese. */
const NOT_MISSPELT = new Set(
  'marche marches march spare sent spender comte solder offset payer blinding bonding fonds'.split(' '),
)

/** Acting on a slip of the finger must never do harm: what stops, deletes or opens something is only taken as it stands. */
const NEVER_GUESSED: ReadonlySet<Concept> = new Set<Concept>(['stop', 'leave', 'link', 'consent'])

const CORRECTIONS = new Map<string, string[]>()
for (const word of new Set([
  ...[...CONCEPTS]
    .filter(([, concepts]) => !concepts.some((concept) => NEVER_GUESSED.has(concept)))
    .map(([word]) => word),
  ...CATEGORY_WORDS,
  ...[...MONTHS.keys()].filter((month) => !AMBIGUOUS_MONTHS.has(month)),
  ...WEEKDAYS.keys(),
  ...'yesterday today aujourd weekend month months semaine annee combien quarter trimestre account compte'.split(
    ' ',
  ),
])) {
  if (word.length < LETTERS_MIN) continue
  const key = word[0]!
  CORRECTIONS.set(key, [...(CORRECTIONS.get(key) ?? []), word])
}

/** The tokens with misspelt key words put right: a near word of five letters or more, when a single one is nearest. */
export function corrected(tokens: readonly Token[]): Token[] {
  return tokens.map((token) => {
    if (token.kind !== 'word') return token
    const text = correctionOf(token.text)
    return text === null ? token : { ...token, text, typed: token.text }
  })
}

function correctionOf(word: string): string | null {
  if (word.length < LETTERS_MIN || word.length > 20 || isKnown(word)) return null
  if (NOT_MISSPELT.has(word) || resolveMerchant(word).known) return null
  const max = word.length >= LONG_LETTERS_MIN ? 2 : 1
  let best: string[] = []
  let least = max
  for (const candidate of CORRECTIONS.get(word[0]!) ?? []) {
    const slips = slipsBetween(word, candidate, least)
    if (slips > least) continue
    best = slips < least ? [candidate] : [...best, candidate]
    least = slips
  }
  // Singular and plural of one word may both be near: they mean the same.
  const [first, ...others] = best
  return first !== undefined && others.every((other) => conceptsOf(other).join() === conceptsOf(first).join())
    ? first
    : null
}
