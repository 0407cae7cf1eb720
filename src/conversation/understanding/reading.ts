import type { Locale } from '#kit'
import { type Category, resolveMerchant } from '#merchants'
import { bareAmountAt, type FoundAmount, findAmount } from './amounts.ts'
import { categoryAt } from './categories.ts'
import { findLargest } from './largest.ts'
import {
  type Concept,
  conceptsOf,
  corrected,
  isAccountKind,
  isKnown,
  isNotServed,
  isOther,
  isRefinement,
} from './lexicon.ts'
import { findMerchant, isName, nameAround } from './merchant-words.ts'
import { countAt } from './periods/cursor.ts'
import { type FoundPeriod, findPeriods } from './periods/index.ts'
import type { Calendar } from './periods/span.ts'
import { TIME_WORDS } from './periods/words.ts'
import { THAN_BEFORE } from './phrases.ts'
import { type FoundSize, findSize } from './sizes.ts'
import { findStep, type Step } from './steps.ts'
import { spaced, type Token, type Utterance, without } from './tokens.ts'

/** Which part was said but cannot be told for certain. */
export type Trouble = 'period' | 'amount' | 'merchant'

/** A run of unknown words. It can be a shop when it is a known brand or stands beside a word such as "payments". */
export type Unexplained = { name: string; canBeShop: boolean; beside: readonly Concept[] }

/** How many, or an amount without a currency; null when not such a one. `counts`: beside what is counted, as in "last 5". */
export type LooseNumber = { count: number | null; amountMinor: number | null; counts: boolean }

/** Everything an utterance holds, before it is decided what it asks. */
export type Reading = {
  /** All words, corrected, for phrases. */
  words: string
  concepts: ReadonlySet<Concept>
  periods: FoundPeriod[]
  /** Each week or each month, where spending is to be parted so. */
  step: Step | null
  /** The largest payments, one or several of them. */
  largest: 'one' | 'several' | null
  amount: FoundAmount | null
  /** Bounds of an amount. */
  size: FoundSize['size'] | null
  category: Category | null
  merchant: string | null
  /** A number that is neither amount nor period. */
  number: LooseNumber | null
  /** Begins like a follow-up: "and", "et", "what about". */
  continues: boolean
  /** Speaks of somebody else, or of what is not done here. */
  outside: boolean
  /** Says more about the figure than can be asked here: "online", "biggest", "without". */
  refined: boolean
  /** Names one of the person's accounts or cards. */
  ofAccount: boolean
  /** Nothing but a kind of spending and a period, and small words around them. */
  bare: boolean
  /** Runs of words that nothing here explains, in their order. */
  unexplained: Unexplained[]
  trouble: Trouble | null
}

const SMALL_WORDS = new Set(
  'and et my mes mon ma the le la payments payment transactions transaction purchases paiements paiement achats operations depenses spending les l on for in en pour de du des d please stp svp what about total of'.split(
    ' ',
  ),
)

/** A debit is a payment too. */
const DEBIT_CARD = / (?:cartes? (?:de )?debit|debit (?:cards?|accounts?)) /

const CONTINUES =
  /^ (?:(?:ok|okay|alors|right|so|well|bon) )?(?:and|et|also|aussi|plus|what about|how about|what of|qu en est il|quid|same|pareil|idem|meme chose|or|ou) /

/** Reads an utterance of a length that people type. `locale` settles what an amount's marks mean. */
export function readUtterance(utterance: Utterance, locale: Locale, calendar: Calendar): Reading {
  let tokens = corrected(utterance.tokens)
  const words = spaced(tokens)
  let trouble: Trouble | null = null

  const step = findStep(tokens)
  if (step) tokens = without(tokens, step.start, step.next)
  const largest = findLargest(tokens)
  if (largest) tokens = without(tokens, largest.start, largest.next)
  const periods = findPeriods(tokens, calendar)
  if (periods === 'unclear') trouble = 'period'
  else for (const { start, next } of periods) tokens = without(tokens, start, next)

  const size = findSize(tokens, locale)
  if (size === 'unclear') trouble ??= 'amount'
  else if (size) tokens = without(tokens, size.start, size.next)

  const amount = findAmount(tokens, locale)
  if (amount === 'unclear') trouble ??= 'amount'
  else if (amount) tokens = without(tokens, amount.start, amount.next)

  const named = findMerchant({ ...utterance, tokens })
  if (named) tokens = without(tokens, named.start, named.next)
  if (named && !isName(named)) trouble ??= 'merchant'

  const concepts = new Set(tokens.flatMap(({ kind, text }) => (kind === 'word' ? conceptsOf(text) : [])))
  const some = (test: (word: string) => boolean): boolean =>
    tokens.some(({ kind, text }) => kind === 'word' && test(text))
  const { category, rest } = takeCategory(tokens)
  const number = numberIn(rest, locale)
  const left = number ? without(rest, number.start, number.next) : rest
  const unexplained = unexplainedIn({ ...utterance, tokens: left })
  // A period that is not said: it is the one before.
  trouble ??=
    THAN_BEFORE.test(words) && periods !== 'unclear' && periods.length === 0 ? null : troubleIn(left)

  return {
    words,
    concepts,
    periods: periods === 'unclear' ? [] : periods,
    step: step?.step ?? null,
    largest: largest && (largest.isOne ? 'one' : 'several'),
    amount: amount === 'unclear' ? null : amount,
    size: size === 'unclear' || !size ? null : size.size,
    category,
    merchant: named?.merchant ?? null,
    number,
    continues: CONTINUES.test(words),
    outside: some(isNotServed) || some(isOther),
    refined: some((word) => isRefinement(word) && !(word === 'most' && / most (?:recent|on) /.test(words))),
    ofAccount: some((word) => isAccountKind(word) && (word !== 'debit' || DEBIT_CARD.test(words))),
    bare: left.every(({ kind, text }) => kind === 'break' || SMALL_WORDS.has(text)),
    unexplained,
    trouble,
  }
}

function takeCategory(tokens: Token[]): { category: Category | null; rest: Token[] } {
  for (const [i] of tokens.entries()) {
    const found = categoryAt(tokens, i)
    if (found) return { category: found.category, rest: without(tokens, found.start, found.next) }
  }
  return { category: null, rest: tokens }
}

/** Words beside which a number says how many. */
const COUNTED: ReadonlySet<Concept> = new Set<Concept>(['last', 'payment', 'transfer', 'spend'])

/** The first number, in digits or in words from two on: "a" and "un" are articles more often than numbers. */
function numberIn(
  tokens: readonly Token[],
  locale: Locale,
): (LooseNumber & { start: number; next: number }) | null {
  for (const [i, token] of tokens.entries()) {
    const count = countAt(tokens, i)
    const inWords = token.kind === 'word' && count !== null && count.value > 1
    if (token.kind !== 'number' && !inWords) continue
    const amount = bareAmountAt(tokens, i, locale)
    const next = Math.max(count?.next ?? 0, amount && amount !== 'unclear' ? amount.next : i + 1)
    const amountMinor = amount && amount !== 'unclear' ? amount.amountMinor : null
    const beside = [...conceptsAt(tokens, i - 1), ...conceptsAt(tokens, next)]
    return {
      count: count?.next === next ? count.value : null,
      amountMinor,
      counts: beside.some((concept) => COUNTED.has(concept)),
      start: i,
      next,
    }
  }
  return null
}

/** Who pays rather than sells, and is no brand. */
const PAYERS = new Set('caf cpam apl rsa urssaf hmrc dwp'.split(' '))
/** Words beside which an unknown word is a shop: "my Tesco payments", "did I pay Netflix". */
const BESIDE_A_SHOP: ReadonlySet<Concept> = new Set<Concept>(['payment', 'spend', 'pay', 'buy'])

const conceptsAt = (tokens: readonly Token[], i: number): readonly Concept[] =>
  tokens[i]?.kind === 'word' ? conceptsOf(tokens[i].text) : []

function unexplainedIn(utterance: Utterance): Unexplained[] {
  const { tokens } = utterance
  const runs: Unexplained[] = []
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i]!
    if (token.kind === 'word' && !isKnown(token.text)) {
      const run = nameAround(utterance, i)
      const beside = [...conceptsAt(tokens, i - 1), ...conceptsAt(tokens, run.next)]
      const canBeShop =
        beside.some((concept) => BESIDE_A_SHOP.has(concept)) ||
        PAYERS.has(token.text) ||
        resolveMerchant(run.merchant).known
      runs.push({ name: run.merchant, canBeShop: canBeShop && isName(run), beside })
      i = run.next
    } else i++
  }
  return runs
}

/** A word of time that no period explains, or a number that nothing does. */
function troubleIn(tokens: readonly Token[]): Trouble | null {
  for (const { kind, text } of tokens) {
    if (kind === 'date' || (kind === 'word' && TIME_WORDS.has(text))) return 'period'
    if (kind === 'number' || (kind === 'sign' && /[£€$¥₹%]/.test(text))) return 'amount'
  }
  return null
}
