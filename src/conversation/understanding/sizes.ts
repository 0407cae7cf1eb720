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
  ['over', 'more than,over,above,plus de,au dessus de,superieur a,superieurs a,superieure a,superieures a'],
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

/** "Over £100", "entre 50 et 100 euros": null for none, `unclear` for one that has no value in the money it is said in. */
export function findSize(tokens: readonly Token[], locale: Locale): FoundSize | Unclear | null {
  for (const [start] of tokens.entries()) {
    const both = anyPhraseAt(tokens, start, BETWEEN)
    const found =
      both === null ? (boundBefore(tokens, start, locale) ?? boundBehind(tokens, start, locale)) : null
    const size = both === null ? found : between(tokens, both, locale)
    if (size) return size === 'unclear' ? size : { ...size, start }
  }
  return null
}

type Read = { size: Size; next: number } | Unclear | null

function boundBefore(tokens: readonly Token[], i: number, locale: Locale): Read {
  for (const [bound, phrases] of BEFORE) {
    const at = anyPhraseAt(tokens, i, phrases)
    const amount = at === null ? null : amountAt(tokens, at, locale)
    if (amount) return amount === 'unclear' ? amount : sizeOf(bound, amount)
  }
  return null
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

/** The currency may be said with the second alone. */
function between(tokens: readonly Token[], i: number, locale: Locale): Read {
  const first = amountAt(tokens, i, locale)
  if (first === 'unclear') return first
  const bare = first ? null : numberAt(tokens, i)
  const and = first || bare ? anyPhraseAt(tokens, (first ?? bare)!.next, AND) : null
  const second = and === null ? null : amountAt(tokens, and, locale)
  if (!second || second === 'unclear') return second
  if (second.currency === null || (first && first.currency !== second.currency)) return 'unclear'
  const from = first ? first.amountMinor : minorOf(bare!.text, minorDigits(currency(second.currency)), locale)
  if (from === null || from > second.amountMinor) return 'unclear'
  const size = sizeOf('at-least', { ...second, amountMinor: from })
  return size === 'unclear'
    ? size
    : { ...size, size: { ...size.size, bound: 'between', toMinor: second.amountMinor } }
}

/** Cents of no currency are of the account's, which is not known here. */
const sizeOf = (
  bound: Bound,
  { amountMinor, currency: code, next }: Pick<FoundAmount, 'amountMinor' | 'currency' | 'next'>,
): { size: Size; next: number } | Unclear =>
  code === null ? 'unclear' : { size: { bound, amountMinor, currency: currency(code) }, next }
