import { ordinalOf } from './number-words.ts'
import { anyPhraseAt, wordAt } from './periods/cursor.ts'
import type { Token } from './tokens.ts'

/** That the largest payments are meant, as the tokens [start, next) say: one of them, or several. */
export type FoundLargest = { isOne: boolean; start: number; next: number }

const words = (text: string): string[] => text.split(' ')

/** What says so before a payment: "my biggest payment", "la plus grosse dépense". */
const BEFORE = [
  ...[
    'single biggest',
    'single largest',
    'most expensive',
    'biggest',
    'largest',
    'highest',
    'priciest',
    'top',
  ],
  ...words('gros grosse grosses grand grande grands grandes').map((word) => `plus ${word}`),
]
/** And behind it: "mon achat le plus cher", "la dépense la plus élevée". */
const BEHIND = words('le la les').flatMap((article) =>
  words(
    'gros grosse grosses cher chers chere cheres eleve eleves elevee elevees important importants importante importantes',
  ).map((word) => `${article} plus ${word}`),
)
const ONE = new Set(
  words(
    'payment transaction purchase expense expenditure spend spending debit outgoing bill paiement depense achat operation prelevement facture',
  ),
)
const SEVERAL = new Set(
  words(
    'payments transactions purchases expenses expenditures spendings debits outgoings bills paiements depenses achats operations prelevements factures',
  ),
)
/** A thing is a payment where it was bought: "the most expensive thing I bought". */
const BOUGHT = new Set(words('bought buy purchased'))
/** Kinds and shops are ranked by all that was spent there, and not by a payment. */
const NO_PAYMENT = new Set(
  words(
    'category categories categorie kind kinds type types sort sorts merchant merchants shop shops store stores commercant commercants magasin magasins enseigne enseignes',
  ),
)
/** What asks for another place than the first, or for a sum: the largest payment is no answer to it. */
const OTHERWISE = new Set(words('2nd 3rd 4th fifth 5th seconde cinquieme total sum together somme ensemble'))
/** What may stand between the two: "my 3 biggest Tesco payments". */
const WORDS_BETWEEN_MAX = 3

export function findLargest(tokens: readonly Token[]): FoundLargest | null {
  if (tokens.some((_, i) => isOtherwise(wordAt(tokens, i)))) return null
  for (const [start] of tokens.entries()) {
    const before = anyPhraseAt(tokens, start, BEFORE)
    // "My top up payments" are another thing.
    if (before !== null && wordAt(tokens, before) === 'up') continue
    const ahead = before === null ? null : isOneFrom(tokens, before, 1)
    if (before !== null && ahead !== null) return { isOne: ahead, start, next: before }
    const behind = anyPhraseAt(tokens, start, BEHIND)
    const earlier = behind === null ? null : isOneFrom(tokens, start - 1, -1)
    if (behind !== null && earlier !== null) return { isOne: earlier, start, next: behind }
  }
  return null
}

const isOtherwise = (word: string): boolean =>
  NO_PAYMENT.has(word) || OTHERWISE.has(word) || (ordinalOf(word) ?? 1) > 1

/** Whether the nearest payment from `from` on, forwards or backwards, is one alone; null for none. */
function isOneFrom(tokens: readonly Token[], from: number, step: 1 | -1): boolean | null {
  const isBought = tokens.some((_, i) => BOUGHT.has(wordAt(tokens, i)))
  for (let by = 0; by <= WORDS_BETWEEN_MAX; by++) {
    const word = wordAt(tokens, from + by * step)
    if (ONE.has(word) || (isBought && word === 'thing')) return true
    if (SEVERAL.has(word) || (isBought && word === 'things')) return false
  }
  return null
}
