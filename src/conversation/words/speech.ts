import { formatMoney, type Locale, type Money } from '#kit'
import type { Period } from '../question.ts'

/** How one person reads amounts, times and lists: their language, in their time zone, as of `now`. */
export type Speech = ReturnType<typeof createSpeech>

/** BCP 47 tags. Money follows the plain language; dates follow the order that most of our readers write. */
const DATE_TAGS = { en: 'en-GB', fr: 'fr-FR' } as const

type Formats = {
  time: Intl.DateTimeFormat
  day: Intl.DateTimeFormat
  dayWithYear: Intl.DateTimeFormat
  month: Intl.DateTimeFormat
  monthShort: Intl.DateTimeFormat
  dayShort: Intl.DateTimeFormat
  year: Intl.DateTimeFormat
  /** `2026-11-23`: for telling days apart, never shown. */
  isoDay: Intl.DateTimeFormat
  number: Intl.NumberFormat
  list: Intl.ListFormat
  country: Intl.DisplayNames
}

// Making a formatter costs far more than using it; there are few time zones.
const formats = new Map<string, Formats>()

function formatsOf(locale: Locale, timeZone: string): Formats {
  const key = `${locale} ${timeZone}`
  const known = formats.get(key)
  if (known) return known
  const dates = (options: Intl.DateTimeFormatOptions, tag: string = DATE_TAGS[locale]) =>
    new Intl.DateTimeFormat(tag, { timeZone, ...options })
  const made: Formats = {
    time: dates({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: dates({ day: 'numeric', month: 'long' }),
    dayWithYear: dates({ day: 'numeric', month: 'long', year: 'numeric' }),
    month: dates({ month: 'long', year: 'numeric' }),
    monthShort: dates({ month: 'short' }),
    dayShort: dates({ day: 'numeric', month: 'short' }),
    year: dates({ year: 'numeric' }),
    isoDay: dates({ day: '2-digit', month: '2-digit', year: 'numeric' }, 'en-CA'),
    number: new Intl.NumberFormat(locale),
    list: new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' }),
    country: new Intl.DisplayNames(locale, { type: 'region' }),
  }
  formats.set(key, made)
  return made
}

export function createSpeech(locale: Locale, timeZone: string, now: number) {
  const format = formatsOf(locale, timeZone)
  // French writes the first of a month as an ordinal, which Intl does not.
  const ordinal = (day: string) => (locale === 'fr' ? day.replace(/^1 /, '1er ') : day)
  const isSameYear = (at: number) => format.year.format(at) === format.year.format(now)

  const speech = {
    locale,
    /** `1,234`, `1 234`. */
    number: (value: number) => format.number.format(value),
    money: (amount: Money) => formatMoney(amount, locale),
    /** `£1,235`: of what is only estimated. */
    about: (amount: Money) => formatMoney(amount, locale, { isRounded: true }),
    time: (at: number) => format.time.format(at),
    /** `3 November`, with the year when it is not this one. */
    date: (at: number) => ordinal((isSameYear(at) ? format.day : format.dayWithYear).format(at)),
    isToday: (at: number) => format.isoDay.format(at) === format.isoDay.format(now),
    list: (items: readonly string[]) => format.list.format(items),
    country: (code: string) => (/^[A-Z]{2}$/.test(code) ? (format.country.of(code) ?? code) : code),
    /** `October 2026`, `2026`. */
    month: (at: number) => format.month.format(at),
    /** `Oct`, `3 Oct`: where there is little room. */
    monthShort: (at: number) => format.monthShort.format(at),
    dayShort: (at: number) => format.dayShort.format(at),
    year: (at: number) => format.year.format(at),
    /** The last instant of a period: `to` itself is outside it. */
    lastOf: (period: Period) => period.to - 1,
  }
  return speech
}
