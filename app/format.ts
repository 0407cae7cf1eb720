import type { Locale, MoneyJson } from '../src/http/api.ts'

const TAG: Record<Locale, string> = { en: 'en-GB', fr: 'fr-FR' }

/** How many digits a currency's minor unit has, as the browser knows ISO 4217. */
function digitsOf(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  )
}

/** `£1,234.50` or `1 234,50 £`; a minus sign for money out. */
export function formatMoney({ amountMinor, currency }: MoneyJson, locale: Locale): string {
  const digits = digitsOf(currency)
  return new Intl.NumberFormat(TAG[locale], { style: 'currency', currency }).format(
    amountMinor / 10 ** digits,
  )
}

export function formatDate(at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(TAG[locale], { day: 'numeric', month: 'long', year: 'numeric' }).format(at)
}

export function formatShortDate(at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(TAG[locale], { day: 'numeric', month: 'short' }).format(at)
}

export function formatTime(at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(TAG[locale], { hour: '2-digit', minute: '2-digit' }).format(at)
}

export function formatMoment(at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(TAG[locale], { dateStyle: 'medium', timeStyle: 'medium' }).format(at)
}

/** The calendar day of an instant where the reader is: equal for two instants of one day. */
export function dayOf(at: number): string {
  return new Date(at).toDateString()
}
