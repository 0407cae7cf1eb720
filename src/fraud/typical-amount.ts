import type { Currency } from '#kit'

/** How much one person's payments vary, as the standard deviation of their natural logarithm: the median of 947 real
 *  purchase cards (Birmingham City Council) is 1.16. */
export const TYPICAL_SPREAD = 1.2

/** How many payments of their own outweigh what is typical of everybody. */
export const TYPICAL_WEIGHT = 10

/**
 * A typical card payment, in the currency's smallest unit: £40 in those rows, elsewhere about as much money, to one
 * digit. It only steadies the first days of a history, so an exchange rate that is years old does no harm.
 */
const TYPICAL: Readonly<Record<string, number>> = {
  AED: 20_000,
  AUD: 8_000,
  BRL: 30_000,
  CAD: 7_000,
  CHF: 4_000,
  CNY: 40_000,
  CZK: 100_000,
  DKK: 30_000,
  EUR: 5_000,
  GBP: 4_000,
  HKD: 40_000,
  HUF: 2_000_000,
  ILS: 20_000,
  INR: 400_000,
  JPY: 8_000,
  KRW: 70_000,
  MAD: 50_000,
  MXN: 90_000,
  NOK: 50_000,
  NZD: 9_000,
  PLN: 20_000,
  SEK: 50_000,
  SGD: 7_000,
  THB: 200_000,
  TND: 160_000,
  TRY: 200_000,
  USD: 5_000,
  XAF: 30_000,
  XOF: 30_000,
  ZAR: 90_000,
}

/** Null for a currency that is not in the table: then only the person's own payments say what is much. */
export const typicalAmountMinor = (currency: Currency): number | null => TYPICAL[currency] ?? null
