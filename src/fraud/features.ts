import { type Currency, MINUTE } from '#kit'
import { kilometresBetween } from './distance.ts'
import type { History } from './history.ts'
import { type Past, pastOf } from './past.ts'
import { isHeldOut, LOG_UNIT, type Payment } from './payment.ts'
import { TYPICAL_SPREAD, TYPICAL_WEIGHT, typicalAmountMinor } from './typical-amount.ts'

/** Payments with the same card before this one. The mean is 0 when there are none. */
export type Window = { count: number; sumMinor: number; meanMinor: number }

/**
 * A payment against the person's own past: what rules judge by, and what a model would learn from. Null is *cannot be
 * said*, for want of history or because the bank did not tell: a rule that meets it stays silent.
 */
export type Features = {
  amountMinor: number
  currency: Currency
  entryMode: Payment['entryMode']
  /** How many payments of the person's own these features rest on. */
  habits: number

  hour: Window
  day: Window
  week: Window
  month: Window

  /** What the person typically pays: the geometric mean, drawn towards `typicalAmountMinor` when there is little. */
  usualMinor: number | null
  amountRatio: number | null
  /** Standard deviations from the usual, on a logarithmic scale: amounts spread by factors, not by sums. */
  amountZ: number | null
  /** How many of the person's last `AMOUNTS_MAX` payments were of this much or more. */
  asLargeBefore: number

  isNewMerchant: boolean | null
  isNewCountry: boolean | null
  isNewEntryMode: boolean | null
  /** The share of the person's payments made within an hour or so of this time of day, their own clock's. */
  hourShare: number | null

  /** From where the card was last held out in person; null when this payment or that one was not in person. */
  travel: { kilometres: number; minutes: number; kilometresPerHour: number; fromCity: string | null } | null
  /** Small online payments in the quarter of an hour before, at merchants that were not known. */
  smallOnline: number
  /** Payments with this card within the hour, this one included, at merchants that were not known. */
  newMerchantPayments: number | null
  /** How many such merchants. */
  newMerchants: number | null
  /** The person vouched for this merchant in this country, and this is not far above what they paid there. */
  isVouched: boolean
}

export const TESTING_SPAN = 15 * MINUTE
/** Two clocks of two banks' terminals are not in step to the second. */
const TRAVEL_MINUTES_MIN = 1
/** With fewer payments than this, everything is new. */
const HABITS_MIN = 10
const HOURS_MIN = 50
/** An eighth of a typical payment, £5, is small. */
const SMALL_PART = 8
/** No feature looks at more single payments than these, however many there are: a card in a flood is judged by the last. */
const AMOUNTS_MAX = 500
const MERCHANTS_MAX = 100
/** A vouched merchant is trusted up to this many times the most that was paid there. */
const VOUCHED_TIMES = 2

/**
 * The features of a payment. They depend only on what happened before its own instant, as far as it is known: a
 * payment told late is compared with its own past, in its own place, and counts for what follows from then on.
 */
export function featuresOf(history: History, payment: Payment, past = pastOf(history, payment)): Features {
  const { amountMinor, currency, entryMode } = payment
  const { before, since } = past
  const amounts = amountFeatures(past, payment)
  const isNewMerchant = before.count < HABITS_MIN ? null : !isKnownMerchant(history, past, payment)
  const newOnes = isNewMerchant === null ? null : spree(history, past, payment, isNewMerchant)
  return {
    amountMinor,
    currency,
    entryMode,
    habits: before.count,
    hour: windowOf(past, since.hour),
    day: windowOf(past, since.day),
    week: windowOf(past, since.week),
    month: windowOf(past, since.month),
    usualMinor: amounts?.usualMinor ?? null,
    amountRatio: amounts?.amountRatio ?? null,
    amountZ: amounts?.amountZ ?? null,
    asLargeBefore: amounts === null ? 0 : countAsLarge(history, past, payment),
    isNewMerchant,
    isNewCountry: isNewCountry(history, past, payment),
    isNewEntryMode: isNewEntryMode(past, payment),
    hourShare: hourShare(past, payment),
    travel: travel(past, payment),
    smallOnline: smallOnline(history, past, payment),
    newMerchantPayments: newOnes?.payments ?? null,
    newMerchants: newOnes?.merchants ?? null,
    isVouched: isVouched(history, payment),
  }
}

function windowOf({ cards, end }: Past, begin: number): Window {
  const count = Math.max(0, end - begin)
  const sumMinor = cards.total(begin, end)
  return { count, sumMinor, meanMinor: count === 0 ? 0 : sumMinor / count }
}

function amountFeatures({ paid }: Past, payment: Payment) {
  const { amountMinor, currency, logAmount } = payment
  const { count, sumLog, sumLogSquare } = paid
  const typicalMinor = typicalAmountMinor(currency)
  if (count === 0 && typicalMinor === null) return null

  // Mean and variance of the logarithms with a normal-inverse-gamma prior worth TYPICAL_WEIGHT payments. The term with
  // the gap between the person and everybody widens the spread while it is unclear which of the two is right.
  const own = count === 0 ? 0 : sumLog / count
  const prior = typicalMinor === null ? own : Math.log(typicalMinor) * LOG_UNIT
  const mean = (TYPICAL_WEIGHT * prior + sumLog) / (TYPICAL_WEIGHT + count)
  const squares = count === 0 ? 0 : sumLogSquare - (sumLog * sumLog) / count
  const gap = ((TYPICAL_WEIGHT * count) / (TYPICAL_WEIGHT + count)) * (own - prior) ** 2
  const priorSquares = TYPICAL_WEIGHT * (TYPICAL_SPREAD * LOG_UNIT) ** 2
  const spread = Math.sqrt((priorSquares + Math.max(0, squares) + gap) / (TYPICAL_WEIGHT + count))
  const usual = Math.exp(mean / LOG_UNIT)
  return {
    usualMinor: Math.round(usual),
    amountRatio: amountMinor / usual,
    amountZ: (logAmount - mean) / spread,
  }
}

function countAsLarge(
  { habits }: History,
  { habits: { from, to }, before, paid }: Past,
  { currency, amountMinor }: Payment,
): number {
  if (paid.count === before.count)
    return habits.countAtLeast(amountMinor, Math.max(from, to - AMOUNTS_MAX), to)
  let [seen, count] = [0, 0]
  for (let i = to - 1; i >= from && seen < AMOUNTS_MAX; i--) {
    const one = habits.item(i)
    if (one.currency !== currency) continue
    seen++
    if (one.amountMinor >= amountMinor) count++
  }
  return count
}

/** Whether the merchant of `one`, which may be an earlier payment, was known to the person before the day of what is judged. */
const isKnownMerchant = (history: History, { settled }: Past, one: Payment): boolean =>
  history.isVouched(one) || settled.at(one.merchant) > 0

function isNewCountry(
  history: History,
  { before, settled: { byCountry, byForeignCurrency } }: Past,
  { country, foreignCurrency }: Payment,
): boolean | null {
  if (country === null) return null
  if (country === history.home.country || history.isVouchedCountry(country)) return false
  // Without the bank's country, what the person did before is all there is to tell abroad from home.
  if (history.home.country === null && before.withCountry < HABITS_MIN) return null
  if (byCountry.of(country) > 0) return false
  return foreignCurrency === null || byForeignCurrency.of(foreignCurrency) === 0
}

function isNewEntryMode({ before, settled }: Past, { entryMode }: Payment): boolean | null {
  if (entryMode === null || before.withEntryMode < HABITS_MIN) return null
  return settled.byEntryMode[entryMode] === 0
}

function hourShare({ before: { withHour, byHour } }: Past, { hour }: Payment): number | null {
  if (hour === null || withHour < HOURS_MIN) return null
  const near = byHour[(hour + 23) % 24]! + byHour[hour]! + byHour[(hour + 1) % 24]!
  return (near + 1) / (withHour + 8)
}

function travel({ cards, since, end }: Past, payment: Payment): Features['travel'] {
  const { at, place } = payment
  if (!isHeldOut(payment) || !place) return null
  // Longer ago, no place on earth is out of reach: half its circumference takes 22 hours at 900 km/h.
  const begin = Math.max(since.day, end - AMOUNTS_MAX)
  for (let i = end - 1; i >= begin; i--) {
    const last = cards.item(i)
    if (!isHeldOut(last) || !last.place) continue
    const minutes = Math.max(TRAVEL_MINUTES_MIN, (at - last.at) / MINUTE)
    const kilometres = kilometresBetween(last.place, place)
    return { kilometres, minutes, kilometresPerHour: (kilometres * 60) / minutes, fromCity: last.city }
  }
  return null
}

function smallOnline(history: History, past: Past, payment: Payment): number {
  const { cards, end } = past
  const typicalMinor = typicalAmountMinor(payment.currency)
  if (typicalMinor === null) return 0
  let count = 0
  const begin = Math.max(cards.beginOf(payment.at - TESTING_SPAN), end - MERCHANTS_MAX)
  for (let i = end - 1; i >= begin; i--) {
    const one = cards.item(i)
    const small = one.entryMode === 'online' && one.amountMinor <= typicalMinor / SMALL_PART
    if (small && !isKnownMerchant(history, past, one)) count++
  }
  return count
}

function spree(
  history: History,
  past: Past,
  payment: Payment,
  isNewMerchant: boolean,
): { payments: number; merchants: number } {
  const { cards, since, end } = past
  const begin = Math.max(since.hour, end - MERCHANTS_MAX)
  const itself = isNewMerchant ? 1 : 0
  if (begin >= end) return { payments: itself, merchants: itself }
  const isNew = new Map([[payment.merchant, isNewMerchant]])
  let payments = itself
  for (let i = begin; i < end; i++) {
    const one = cards.item(i)
    const known = isNew.get(one.merchant)
    const isNewOne = known ?? !isKnownMerchant(history, past, one)
    if (known === undefined) isNew.set(one.merchant, isNewOne)
    if (isNewOne) payments++
  }
  let merchants = 0
  for (const one of isNew.values()) if (one) merchants++
  return { payments, merchants }
}

function isVouched(history: History, payment: Payment): boolean {
  if (!history.isVouched(payment)) return false
  const { amountMinor, currency, country } = payment
  return history
    .lastAtMerchant(payment, AMOUNTS_MAX)
    .some(
      (one) =>
        one.standing !== 'suspect' &&
        one.currency === currency &&
        one.country === country &&
        amountMinor <= one.amountMinor * VOUCHED_TIMES,
    )
}
