import type { Locale, MoneyJson } from '../src/http/api.ts'

/** Dates follow the order that most of our readers write; numbers follow the plain language, as in Guichet's sentences. */
const TAG: Record<Locale, string> = { en: 'en-GB', fr: 'fr-FR' }

/** How many digits a currency's minor unit has, as the browser knows ISO 4217. */
function digitsOf(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  )
}

/**
 * `£1,234.50` or `1 234,50 £`, as Guichet's sentences write it: pounds keep their own sign in every language, the many
 * dollars the letters that tell them apart. A true minus sign for money out, and with `signed` a plus for money in.
 */
export function formatMoney(
  { amountMinor, currency }: MoneyJson,
  locale: Locale,
  options: { signed?: boolean } = {},
): string {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: currency === 'GBP' ? 'narrowSymbol' : 'symbol',
    signDisplay: options.signed ? 'exceptZero' : 'auto',
  })
  return format.format(amountMinor / 10 ** digitsOf(currency)).replace('-', '−')
}

/**
 * `£1.2K`, `1,2 k £`: beside a chart, where the figures stand in full elsewhere. Amounts of one scale that lie `stepMinor`
 * apart are written so that no two of them look the same.
 */
export function formatMoneyShort(
  { amountMinor, currency }: MoneyJson,
  locale: Locale,
  stepMinor = Number.POSITIVE_INFINITY,
): string {
  const minor = 10 ** digitsOf(currency)
  const amount = amountMinor / minor
  // What stands before the letter: thousands, millions.
  const unit = 1_000 ** Math.floor(Math.log10(Math.max(1, Math.abs(amount))) / 3)
  const isCompact = unit > 1 && stepMinor / minor >= unit / 10
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    ...(isCompact ? { notation: 'compact', maximumFractionDigits: 1 } : { maximumFractionDigits: 0 }),
  })
  return format.format(amount).replace('-', '−')
}

/** How many digits of a currency's amounts stand behind the point (ISO 4217). */
export function minorDigitsOf(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  )
}

export function formatNumber(value: number, locale: Locale): string {
  return new Intl.NumberFormat(locale).format(value)
}

export function formatDate(at: number, locale: Locale): string {
  const format = new Intl.DateTimeFormat(TAG[locale], { day: 'numeric', month: 'long', year: 'numeric' })
  return ordinal(format.format(at), locale)
}

/** `Monday 23 November`, with the year when it is not the year of `now`. */
export function formatDay(at: number, locale: Locale, now: number): string {
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  const format = new Intl.DateTimeFormat(TAG[locale], {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' }),
  })
  return ordinal(format.format(at), locale)
}

/** `23 November`, with the year when it is not the year of `now`. */
export function formatDayOfYear(at: number, locale: Locale, now: number): string {
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  const format = new Intl.DateTimeFormat(TAG[locale], {
    day: 'numeric',
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' }),
  })
  return ordinal(format.format(at), locale)
}

/** French writes the first of a month as an ordinal, which Intl does not. */
function ordinal(day: string, locale: Locale): string {
  return locale === 'fr' ? day.replace(/(^|\s)1(?=\s)/, '$11er') : day
}

export function formatTime(at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(TAG[locale], { hour: '2-digit', minute: '2-digit' }).format(at)
}

/** To the minute; `formatInstant` has the seconds, for what is proved. */
export function formatMoment(at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(TAG[locale], { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}

export function formatInstant(at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(TAG[locale], { dateStyle: 'medium', timeStyle: 'medium' }).format(at)
}

/** The calendar day of an instant where the reader is: equal for two instants of one day. */
export function dayOf(at: number): string {
  return new Date(at).toDateString()
}

/** How many calendar days lie between an instant and now where the reader is: 0 today, 1 yesterday. */
export function daysAgo(at: number, now: number): number {
  const midnight = (instant: number) => new Date(instant).setHours(0, 0, 0, 0)
  // Rounded, because a day of 23 or 25 hours is one day too.
  return Math.round((midnight(now) - midnight(at)) / 86_400_000)
}

/** `Today`, `Yesterday`, else the day's full name. */
export function nameOfDay(
  at: number,
  locale: Locale,
  now: number,
  words: { today: string; yesterday: string },
): string {
  return [words.today, words.yesterday][daysAgo(at, now)] ?? formatDay(at, locale, now)
}
