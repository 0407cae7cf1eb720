import { currency, type Locale, minorDigits } from '#kit'
import { numberWordsAt } from './number-words.ts'
import { glued, type Token } from './tokens.ts'

/** An amount in the utterance: tokens [start, next). Without a currency, the account's is meant, and two decimals. */
export type FoundAmount = { amountMinor: number; currency: string | null; start: number; next: number }

/** Said in a way that has no value in minor units, such as three decimals of a pound. */
export type Unclear = 'unclear'

const SIGNS: Readonly<Record<string, string>> = { '£': 'GBP', '€': 'EUR', $: 'USD', '¥': 'JPY', '₹': 'INR' }

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    GBP: 'gbp pound pounds quid sterling livre livres',
    EUR: 'eur euro euros balles',
    USD: 'usd dollar dollars buck bucks',
    JPY: 'jpy yen yens',
    CHF: 'chf francs',
    CAD: 'cad',
    AUD: 'aud',
    SEK: 'sek',
    NOK: 'nok',
    DKK: 'dkk',
    PLN: 'pln zloty zlotys',
    INR: 'inr rupees',
  }).flatMap(([code, words]) => words.split(' ').map((word) => [word, code] as const)),
)

/** Hundredths: `50p`, `50 pence`, `99 cents`, `50 centimes`. Cents and centimes are of whatever the account's currency is. */
const HUNDREDTHS: ReadonlyMap<string, string | null> = new Map<string, string | null>([
  ['p', 'GBP'],
  ['pence', 'GBP'],
  ['cents', null],
  ['centimes', null],
])

/** What stands before an amount that is a bound and not the amount itself. */
const BOUNDS =
  /(?:^| )(?:over|under|above|below|more than|less than|at least|at most|around|about|roughly|approximately|up to|between|plus de|moins de|au moins|au plus|environ|autour de|entre|superieure?s? a|inferieure?s? a|pres de|jusqu a) $/

/** The one amount with a currency in the utterance; null for none, `unclear` for several or for a bound. */
export function findAmount(tokens: readonly Token[], locale: Locale): FoundAmount | Unclear | null {
  let found: FoundAmount | null = null
  for (let i = 0; i < tokens.length; i++) {
    const read = amountAt(tokens, i, locale)
    if (read === 'unclear') return 'unclear'
    if (!read) continue
    if (found || isBound(tokens, read.start)) return 'unclear'
    found = read
    i = read.next - 1
  }
  return found
}

/** A number without a currency at `i`, taken as an amount: only asked where the question is about an amount. */
export function bareAmountAt(
  tokens: readonly Token[],
  i: number,
  locale: Locale,
): FoundAmount | Unclear | null {
  const number = numberAt(tokens, i)
  if (!number) return null
  const amountMinor = minorOf(number.text, 2, locale)
  if (amountMinor === null || isBound(tokens, i)) return 'unclear'
  return { amountMinor, currency: null, start: i, next: number.next }
}

function isBound(tokens: readonly Token[], start: number): boolean {
  const before = tokens.slice(Math.max(0, start - 4), start)
  if (/^[<>]$/.test(before.at(-1)?.text ?? '')) return true
  return BOUNDS.test(` ${before.map(({ text }) => text).join(' ')} `)
}

export function amountAt(tokens: readonly Token[], i: number, locale: Locale): FoundAmount | Unclear | null {
  const before = currencyAt(tokens, i)
  if (before) {
    const number = numberAt(tokens, i + 1)
    if (number && (tokens[i]!.kind === 'sign' || !currencyAt(tokens, number.next)))
      return amountOf(number.text, before, i, afterRepeatedCurrency(tokens, number.next, before), locale)
    return null
  }
  const number = numberAt(tokens, i)
  if (!number) return null
  const code = currencyAt(tokens, number.next)
  if (code) return withCents(tokens, number, code, i, locale)
  const hundredth = tokens[number.next]?.kind === 'word' ? tokens[number.next]!.text : ''
  if (!HUNDREDTHS.has(hundredth) || !/^\d{1,6}$/.test(number.text)) return null
  if (hundredth === 'p' && !glued(tokens[number.next - 1], tokens[number.next])) return null
  return {
    amountMinor: Number(number.text),
    currency: HUNDREDTHS.get(hundredth) ?? null,
    start: i,
    next: number.next + 1,
  }
}

/** `12€50` and `42 euros 50`: two digits straight after the currency are its hundredths. */
function withCents(
  tokens: readonly Token[],
  number: Numeral,
  code: string,
  start: number,
  locale: Locale,
): FoundAmount | Unclear | null {
  const cents = tokens[number.next + 1]
  const next = number.next + 1
  if (cents?.kind === 'number' && /^\d\d$/.test(cents.text) && /^\d+$/.test(number.text)) {
    const sign = tokens[number.next]!.kind === 'sign'
    const after = tokens[next + 1]
    if (sign ? glued(tokens[number.next], cents) : !after || after.kind === 'break')
      return amountOf(`${number.text}.${cents.text}`, code, start, next + 1, 'en')
  }
  return amountOf(number.text, code, start, afterRepeatedCurrency(tokens, next, code), locale)
}

/** `£42 GBP`, `42 pounds sterling`: the currency said twice. */
const afterRepeatedCurrency = (tokens: readonly Token[], at: number, code: string): number =>
  currencyAt(tokens, at) === code ? at + 1 : at

function amountOf(
  text: string,
  code: string,
  start: number,
  next: number,
  locale: Locale,
): FoundAmount | Unclear {
  const amountMinor = minorOf(text, minorDigits(currency(code)), locale)
  return amountMinor === null ? 'unclear' : { amountMinor, currency: code, start, next }
}

/** A currency by its sign, name or code. Codes that are also words (`all`, `try`, `top`) are left out of the table. */
function currencyAt(tokens: readonly Token[], i: number): string | null {
  const token = tokens[i]
  if (token?.kind === 'sign') return SIGNS[token.text] ?? null
  return token?.kind === 'word' ? (WORDS.get(token.text) ?? null) : null
}

type Numeral = { text: string; next: number }

/** A number in digits, its groups of three joined when a space parts them (`1 234,56`), or in words up to 100. */
export function numberAt(tokens: readonly Token[], i: number): Numeral | null {
  const first = tokens[i]
  if (first?.kind !== 'number') {
    const words = numberWordsAt(tokens, i)
    return words && { text: String(words.value), next: words.next }
  }
  let text = first.text
  let next = i + 1
  if (/^\d{1,3}$/.test(text)) {
    while (tokens[next]?.kind === 'number' && tokens[next]!.start === tokens[next - 1]!.end + 1) {
      const group = tokens[next]!.text
      if (!/^\d{3}(?:[.,]\d+)?$/.test(group)) break
      text += group
      next++
      if (group.length > 3) break
    }
  }
  return { text, next }
}

/**
 * Minor units of a number as it was typed. With both marks the last is the decimal one; a single mark before exactly
 * three digits is what the locale makes of it; null when it has more decimals than the currency, or odd groups.
 */
export function minorOf(text: string, digits: number, locale: Locale): number | null {
  const lastMark = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','))
  const mark = text[lastMark]
  let whole = text
  let fraction = ''
  if (mark !== undefined) {
    const both = text.includes('.') && text.includes(',')
    const once = text.indexOf(mark) === lastMark
    const three = text.length - lastMark - 1 === 3
    const decimal = both ? once : once && (!three || mark === (locale === 'fr' ? ',' : '.'))
    if (decimal) {
      whole = text.slice(0, lastMark)
      fraction = text.slice(lastMark + 1)
    }
    if (!/^\d{1,3}(?:([.,])\d{3}(?:\1\d{3})*)?$/.test(whole) && !/^\d+$/.test(whole)) return null
    if (both && whole.includes(mark)) return null
  }
  if (fraction.length > digits) return null
  const minor = Number(whole.replace(/[.,]/g, '') + fraction.padEnd(digits, '0'))
  return Number.isSafeInteger(minor) ? minor : null
}
