import { currency, type Locale, minorDigits } from '#kit'
import type { Size } from '../question.ts'
import { amountAt, type FoundAmount, minorOf, numberAt, type Unclear } from './amounts.ts'
import { anyPhraseAt } from './periods/cursor.ts'
import type { Token } from './tokens.ts'

/** Bounds in the utterance: tokens [start, next). */
export type FoundSize = { size: Size; start: number; next: number }

type Bound = Exclude<Size['bound'], 'between'>
type Phrases = readonly (readonly [bound: Bound, phrases: readonly string[]])[]

/** What makes a bound of the amount behind it. */
const BEFORE: Phrases = [
  [
    'over',
    'more than,over,above,exceeding,depassant,qui depassent,depassent,plus de,au dessus de,superieur a,superieurs a,superieure a,superieures a',
  ],
  ['at-least', 'at least,au moins,a partir de'],
  [
    'under',
    'less than,under,below,moins de,en dessous de,inferieur a,inferieurs a,inferieure a,inferieures a',
  ],
  ['at-most', 'at most,up to,au plus,au maximum,jusqu a'],
].map(([bound, phrases]) => [bound as Bound, phrases!.split(',')])
/** What makes a bound of the amount before it. */
const BEHIND: Phrases = [
  ['at-least', 'or more,or over,and more,and over,and up,ou plus,et plus'],
  ['at-most', 'or less,or under,and less,and under,ou moins,et moins'],
].map(([bound, phrases]) => [bound as Bound, phrases!.split(',')])
const BETWEEN = ['between', 'entre']
const AND = ['and', 'et']
/** What joins a lower bound and an upper one. */
const AND_ANOTHER = ['and of', 'and', 'but', 'et de', 'et', 'mais de', 'mais']

/** "Over £100", "entre 50 et 100 euros": null for none, `unclear` for one that has no value in the money it is said in. */
export function findSize(tokens: readonly Token[], locale: Locale): FoundSize | Unclear | null {
  for (const [start] of tokens.entries()) {
    const both = anyPhraseAt(tokens, start, BETWEEN)
    const found = both === null ? bounds(tokens, start, locale) : null
    const size = both === null ? found : between(tokens, both, locale)
    if (size) return size === 'unclear' ? size : { ...size, start }
  }
  return null
}

type Bounded = { size: Size; next: number }
type Read = Bounded | Unclear | null

function bounds(tokens: readonly Token[], i: number, locale: Locale): Read {
  const first = boundBefore(tokens, i, locale) ?? boundBehind(tokens, i, locale)
  if (!first || first === 'unclear') return first
  const another = placeOfAnother(tokens, first.next)
  const second = boundBefore(tokens, another, locale) ?? boundBehind(tokens, another, locale)
  return second === null ? first : second === 'unclear' ? second : bothOf(first, second)
}

/** "Over £20 and under £50": two bounds of one amount. */
function bothOf({ size: first }: Bounded, { size: second, next }: Bounded): Read {
  const lower = [first, second].find(({ bound }) => bound === 'over' || bound === 'at-least')
  const upper = [first, second].find(({ bound }) => bound === 'under' || bound === 'at-most')
  if (!lower || !upper || lower.amountMinor > upper.amountMinor) return 'unclear'
  const code = lower.currency ?? upper.currency
  // A bare number was read in hundredths.
  const areAlike = lower.currency === upper.currency || minorDigits(code!) === 2
  const areOne = [first, second].every((size) => size.currency === null || size.currency === code)
  if (!areAlike || !areOne) return 'unclear'
  return sizeOf('between', { amountMinor: lower.amountMinor, currency: code, next }, upper.amountMinor)
}

function boundBefore(tokens: readonly Token[], i: number, locale: Locale): Read {
  for (const [bound, phrases] of BEFORE) {
    const at = anyPhraseAt(tokens, i, phrases)
    const amount = at === null ? null : (amountAt(tokens, at, locale) ?? bareAt(tokens, at, locale))
    if (amount) return amount === 'unclear' ? amount : sizeOf(bound, amount)
  }
  return null
}

/** A number that nothing is counted by: "over 50 at Tesco", and not "over 50 days". */
const NOT_COUNTED = new Set('at chez please pls svp stp'.split(' '))

function bareAt(tokens: readonly Token[], i: number, locale: Locale): FoundAmount | Unclear | null {
  const number = numberAt(tokens, i)
  const after = number && tokens[number.next]
  if (!number) return null
  const isAlone = !after || after.kind === 'break' || NOT_COUNTED.has(after.text)
  if (!isAlone && !anotherAt(tokens, number.next)) return null
  const amountMinor = minorOf(number.text, 2, locale)
  return amountMinor === null ? 'unclear' : { amountMinor, currency: null, start: i, next: number.next }
}

/** Where "and under …", ", moins de …" would go on from a bound. */
const placeOfAnother = (tokens: readonly Token[], i: number): number =>
  anyPhraseAt(tokens, i, AND_ANOTHER) ?? (tokens[i]?.text === ',' ? i + 1 : i)

function anotherAt(tokens: readonly Token[], i: number): boolean {
  const another = placeOfAnother(tokens, i)
  return BEFORE.some(([, phrases]) => anyPhraseAt(tokens, another, phrases) !== null)
}

function boundBehind(tokens: readonly Token[], i: number, locale: Locale): Read {
  const amount = amountAt(tokens, i, locale)
  if (!amount || amount === 'unclear') return null
  for (const [bound, phrases] of BEHIND) {
    const next = anyPhraseAt(tokens, amount.next, phrases)
    if (next !== null) return sizeOf(bound, { ...amount, next })
  }
  return null
}

/** The currency may be said with one of them alone; two bare numbers may be days. */
function between(tokens: readonly Token[], i: number, locale: Locale): Read {
  const first = amountAt(tokens, i, locale)
  if (first === 'unclear') return first
  const bare = first ? null : numberAt(tokens, i)
  const and = first || bare ? anyPhraseAt(tokens, (first ?? bare)!.next, AND) : null
  const bareToo = first ? bareAt : () => null
  const second = and === null ? null : (amountAt(tokens, and, locale) ?? bareToo(tokens, and, locale))
  if (!second || second === 'unclear') return second
  const code = second.currency ?? first?.currency ?? null
  if (code === null || (first && first.currency !== code)) return 'unclear'
  const from = first ? first.amountMinor : minorOf(bare!.text, minorDigits(currency(code)), locale)
  if (from === null || from > second.amountMinor) return 'unclear'
  return sizeOf('between', { ...second, currency: code, amountMinor: from }, second.amountMinor)
}

const sizeOf = (
  bound: Size['bound'],
  { amountMinor, currency: code, next }: Pick<FoundAmount, 'amountMinor' | 'currency' | 'next'>,
  toMinor?: number,
): Bounded => ({
  size: {
    bound,
    amountMinor,
    ...(toMinor !== undefined && { toMinor }),
    currency: code === null ? null : currency(code),
  },
  next,
})
