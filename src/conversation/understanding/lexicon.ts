import { slipsBetween } from '#kit'
import { resolveMerchant } from '#merchants'
import { CATEGORY_WORDS } from './categories.ts'
import { isNumberWord } from './number-words.ts'
import { AMBIGUOUS_MONTHS, MONTHS, TIME_WORDS, WEEKDAYS } from './periods/words.ts'
import { isShorthand, spelledOut } from './shorthand.ts'
import type { Token } from './tokens.ts'

/** Words that say what is asked for. A word can speak for several. Unaccented; both languages side by side. */
const CONCEPT_WORDS = {
  balance: 'balance balances solde soldes',
  spend:
    'spend spent spending spendings spends expenses expense expenditure expenditures outgoings outgoing blown splurged depense depenses depenser depensee depensees claque flambe',
  pay: 'paie paient pay paid payed paying paye payer payes payee payees regle',
  buy: 'buy bought achete acheter achetes',
  payment:
    'payment payments charges transaction transactions purchase purchases purchased debit debits paiement paiements operation operations achat achats mouvement mouvements movements activity statement statements releve releves history historique',
  transfer: 'transfer transfers virement virements',
  show: 'show list see display view give montre montrer montres montrez affiche afficher affichez voir liste lister donne donner donnez pull bring retrieve review check',
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
  money: 'money funds argent sous fric cash thune thunes pognon',
  remain: 'left remaining remain reste restent restant available disponible dispo',
  category: 'category categories categorie type kind kinds types sorts',
  merchant:
    'merchant merchants shop shops store stores retailer retailers commercant commercants commerce commerces magasin magasins enseigne enseignes marchand marchands boutique boutiques',
  breakdown: 'breakdown split repartition ventilation biggest largest top plus',
  earn: 'earn earned earning receive received gagne gagner recu percu touche earnings paychecks income salary wages paycheck salaire revenus',
  greeting: 'hello hi hey hiya yo bonjour bonsoir salut coucou greetings howdy',
  thanks: 'thanks thank thx ty cheers merci bye goodbye',
  help: 'help aide aider aidez menu options commands commandes',
  last: 'last latest recent recents recente recentes derniers dernieres dernier derniere previous',
} as const satisfies Record<string, string>

export type Concept = keyof typeof CONCEPT_WORDS

const CONCEPTS = new Map<string, Concept[]>()
for (const [concept, words] of Object.entries(CONCEPT_WORDS) as [Concept, string][])
  for (const word of words.split(' ')) CONCEPTS.set(word, [...(CONCEPTS.get(word) ?? []), concept])

/** What people say around a question, which changes nothing about it. */
const FILLERS = new Set(
  // English
  (
    'don doesn didn isn wasn aren won couldn wouldn another autre autres a about account accounts actually all also altogether am an and any app are as ask at bank banking be been bit bot ' +
    'by can card cards chat computer could current currently d dear did do does done e excuse far ' +
    'first for friend from get go goes going good got guichet had has have having here hope how hows i id if im in ' +
    'info information into is it its just k kindly know latest let like little ll m made make making many mate may me much ' +
    'my myself need no now of ok okay old on one ones or other others our out over overall own per please pls plz ' +
    'possible pretty put quick quickly really remind right s say send sending should sir so some something sorry sum t tell ' +
    'thanks that the their them then there too these they thing this those to total totals u up us use ' +
    'used ve very want wanna was we were what whats which will wish with within would wondering yeah yes yet you your ' +
    'amount figure figures number details detail summary overview situation finances financial everything both m afternoon ' +
    'evening day there sum lot ' +
    // French
    'reviennent revient repetent ai aimerais ait alors au aux avais avait avec avez avoir ay besoin bien ca car carte cartes ce cela ces cette chez ci ' +
    'combien comme comment compte comptes courant c d dans de des desole dis dites du elle en encore es est et ete ' +
    'etre eu faire fais fait faite faites faut il j je jusque juste l la le les leur lui ma madame mais me mes moi mon ' +
    'monsieur montant montants n ne nous on ont ou oui par pardon part pas peu peut peux pour pourrais pourriez pouvez ' +
    'puis qu quand quel quelle quelles quels quoi s sa se sera ses si sil sont souhaite souhaiterais stp suis sur svp t ta ' +
    'te tes toi ton total tout toute trop tu un une va vais vas veuillez veux vos votre voudrais vous y ensemble somme ' +
    'savoir connaitre dire banque bancaire bancaires actuel actuellement maintenant moment vite plait chose choses cb ' +
    'situation resume detail details etat point'
  ).split(' '),
)

/** Other words that phrases are made of: known, so that they are neither misspellings nor unexplained. */
const PHRASE_WORDS =
  'lire overdrawn decouvert rouge debiteur negatif positif courants bancaire eleve consulter communiquer connaissance prendre financiere red automatic automatiques automatique order orders data donnees logs log audit journal ever compared ' +
  'agreed accepted accepte share shared partage know knows sais savez consulter marche works work bon bonne soir journee ' +
  'charge charged cost costing coute coutent afternoon debut beginning start starting early late mid end milieu fin date past prior precedents precedentes passes passees ' +
  'passe passee ecoules ecoulees courante throughout during between entre pendant durant partir temps beaucoup first second ' +
  'third fourth premier deuxieme troisieme quatrieme more less than main principal principaux principales fixes ' +
  'changed mensuelle mensuelles trace tracer dessine draw plot mensuel mensuels ' +
  'anyone anybody someone somebody quelqu withdraw revoke retirer revoquer collected got went gone going sert ' +
  'take back retire accord accords revoque autorise wanted sold through landed cleared come came taken arrive arrived arrivee arrives tombe tombee tombes passee parti partie partis preleve prelevee debite debitee verse versee rentre rentree break down ' +
  'nice welcome cher chers versus rapport same meme precedent precedente precedents passe ' +
  'depot receiving unwanted longer anymore nothing rien anything things stuff truc trucs machin happened charging taking debiting billing pu autant pris'

/** One of the person's accounts or cards: a balance shows them all, a sum of payments cannot be of one alone. */
const ACCOUNT_KINDS = new Set(
  'savings checking epargne livret credit debit visa mastercard amex pel'.split(' '),
)

/** Words that would make a figure another one, in ways that cannot be asked here. They are never passed over. */
const REFINEMENTS = new Set(
  (
    'biggest largest expensive highest smallest lowest cheapest least most max maximum minimum min gros grosse grosses ' +
    'cher chere cheres faible online ligne abroad overseas etranger foreign international pending attente ' +
    'except excluding without sauf hors sans excepte contactless usually normally generally habituellement hourly per'
  ).split(' '),
)

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
    'plafond augmenter augmente taux interest interet interets change convertir depot deposer chequier rib code mot debloquer ' +
    'debloque activer budget budgets average moyenne save saving economiser economie economies routing tax taxes ignore ' +
    'instructions prompt system joke story blague due reminder reminders todo recipe recipes suggestion ' +
    'suggestions appointment appointments calendar alarm timer pto vacation quote form forms'
  ).split(' '),
)

export const isAccountKind = (word: string): boolean => ACCOUNT_KINDS.has(word)
export const isRefinement = (word: string): boolean => REFINEMENTS.has(word)
export const conceptsOf = (word: string): readonly Concept[] => CONCEPTS.get(word) ?? []
export const isFiller = (word: string): boolean => FILLERS.has(word)
export const isOther = (word: string): boolean => OTHERS.has(word)
export const isNotServed = (word: string): boolean => NOT_SERVED.has(word)
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
  ACCOUNT_KINDS.has(word) ||
  REFINEMENTS.has(word) ||
  NOT_SERVED.has(word) ||
  isShorthand(word) ||
  isNumberWord(word)

const LETTERS_MIN = 5
/** Two slips are forgiven from here on. */
const LONG_LETTERS_MIN = 10

/**
 * The words that a misspelling is put right to: those a question turns on. What stops, deletes, opens or blocks
 * something is not among them, so that a slip of the finger never acts; nor are words that people's other words resemble.
 */
const SPELLINGS = new Map<string, string[]>()
for (const word of [
  ...(
    'balance balances spending spend spent expenses expense payment payments transaction transactions purchase purchases ' +
    'subscription subscriptions recurring compare comparison category categories merchant merchants offers permissions ' +
    'consents solde soldes depense depenses depenser paiement paiements operation operations achats abonnement ' +
    'abonnements prelevement prelevements recurrents comparer comparaison categorie commercant commercants repartition ' +
    'offres consentements autorisations acheter achete montre affiche cherche trouve recherche bonjour bonsoir hello ' +
    'thanks merci account accounts compte comptes combien money argent salary salaire groceries grocery restaurant ' +
    'restaurants petrol electricity insurance pharmacy clothes supermarket supermarche essence carburant courses ' +
    'electricite assurance pharmacie vetements loisirs transport transports yesterday today aujourd weekend month months ' +
    'quarter semaine semaines annee trimestre derniere dernieres derniers dernier between since depuis available'
  ).split(' '),
  ...[...MONTHS.keys()].filter((month) => !AMBIGUOUS_MONTHS.has(month)),
  ...WEEKDAYS.keys(),
])
  if (word.length >= LETTERS_MIN) SPELLINGS.set(word[0]!, [...(SPELLINGS.get(word[0]!) ?? []), word])

/** Words of either language that are a letter or two from one of those. */
const NOT_MISSPELT = new Set(
  (
    'contents annie avail comte course speed spelt sending speeding solve solder sold mercy mouth mouths defense pavement ' +
    'troupe monte monkey essences cloches clothe transition transitions reparation augusta derriere mondays fridays ' +
    'saturdays sundays'
  ).split(' '),
)

/**
 * The tokens with what telephones shorten spelled out, and misspelt key words put right: a near word of five letters or
 * more, when a single one is nearest.
 */
export function corrected(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token, i) => {
    if (token.kind !== 'word') return token
    // "At DS", "chez RN": what stands there is a shop.
    const isShop = i > 0 && (tokens[i - 1]!.text === 'at' || tokens[i - 1]!.text === 'chez')
    const words = (isShop ? null : spelledOut(token.text)) ?? correctionOf(token.text)
    if (words === null) return token
    return words.split(' ').map((text) => ({ ...token, text, typed: token.text }))
  })
}

function correctionOf(word: string): string | null {
  if (word.length < LETTERS_MIN || word.length > 20 || isKnown(word)) return null
  // A letter of another alphabet that looks like ours is no slip of the finger.
  if (!/^[a-z]+$/.test(word)) return null
  if (NOT_MISSPELT.has(word) || resolveMerchant(word).known) return null
  const max = word.length >= LONG_LETTERS_MIN ? 2 : 1
  let best: string[] = []
  let least = max
  for (const candidate of SPELLINGS.get(word[0]!) ?? []) {
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
