import * as currencyTable from 'dinero.js/currencies'
import { Fault } from './errors.ts'

/** An ISO 4217 alphabetic code that is in the currency table. */
export type Currency = string & { readonly __currency: true }

/** An amount in the currency's minor unit (cents, pence, yen), as a safe integer; negative means money out. */
export type Money = { readonly amountMinor: number; readonly currency: Currency }

const table = currencyTable as unknown as Record<string, { code: string; exponent: number } | undefined>

/** The ISO 4217 currency of `code`, whatever its case. Throws `currency-unknown`. */
export function currency(code: string): Currency {
  const upper = code.toUpperCase()
  if (!/^[A-Z]{3}$/.test(upper) || !table[upper]) throw new Fault('currency-unknown')
  return upper as Currency
}

/** How many digits follow the decimal mark: 2 for EUR, 0 for JPY, 3 for TND (ISO 4217). */
export function minorDigits(of: Currency): number {
  return table[of]!.exponent
}

/** Money of an integer number of minor units. Throws `amount-malformed` for a fraction or an unsafe integer. */
export function money(amountMinor: number, code: string): Money {
  const unit = currency(code)
  if (!Number.isSafeInteger(amountMinor)) throw new Fault('amount-malformed')
  return { amountMinor, currency: unit }
}

/** Reads a decimal such as `-12.30` exactly, without floating point.
 *  Throws `amount-malformed` when it is not a plain decimal or has a fraction of a minor unit. */
export function moneyFromDecimal(decimal: string | number, code: string): Money {
  const unit = currency(code)
  const digits = minorDigits(unit)
  const match = /^(-?)(\d{1,13})(?:\.(\d+))?$/.exec(typeof decimal === 'number' ? plain(decimal) : decimal)
  if (!match) throw new Fault('amount-malformed')
  const fraction = (match[3] ?? '').replace(/0+$/, '')
  if (fraction.length > digits) throw new Fault('amount-malformed')
  const minor = Number(match[2]! + fraction.padEnd(digits, '0'))
  if (!Number.isSafeInteger(minor)) throw new Fault('amount-malformed')
  return { amountMinor: match[1] && minor !== 0 ? -minor : minor, currency: unit }
}

/** `1234.5` → `"1234.5"`; numbers that JavaScript would print with an exponent are not amounts. */
function plain(value: number): string {
  return Number.isFinite(value) ? String(value) : ''
}

/** The amount as a plain decimal string, as bank APIs write it: `-12.30`. */
export function toDecimal({ amountMinor, currency: unit }: Money): string {
  const digits = minorDigits(unit)
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, '0')
  const sign = amountMinor < 0 ? '-' : ''
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** The same amount the other way; nothing is never minus nought. */
export function negated({ amountMinor, currency: unit }: Money): Money {
  return { amountMinor: amountMinor === 0 ? 0 : -amountMinor, currency: unit }
}

/** The sum of amounts in one currency. Mixing currencies is a bug in the caller, not a fact about the data. */
export function add(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new TypeError(`cannot add ${b.currency} to ${a.currency}`)
  return money(a.amountMinor + b.amountMinor, a.currency)
}

/**
 * As a person reads it: `£1,234.50`, `1 234,50 €`. `locale` is a BCP 47 tag. Pounds keep their own sign in every language
 * (French writes `£GB` otherwise); the many dollars and pesos keep the letters that tell them apart. `isRounded` leaves the
 * pence out, where they would say more than is known.
 */
export function formatMoney(
  { amountMinor, currency: unit }: Money,
  locale: string,
  options: { isRounded?: boolean } = {},
): string {
  const digits = minorDigits(unit)
  const shown = options.isRounded ? 0 : digits
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: unit,
    currencyDisplay: unit === 'GBP' ? 'narrowSymbol' : 'symbol',
    minimumFractionDigits: shown,
    maximumFractionDigits: shown,
  }).format(amountMinor / 10 ** digits)
}
