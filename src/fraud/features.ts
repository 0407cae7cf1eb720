import { type Currency, DAY, HOUR, MINUTE } from '#kit'
import { kilometresBetween } from './distance.ts'
import {
  CARD_SUM,
  HABIT_LOG,
  HABIT_LOG_SQUARE,
  HABIT_SPAN,
  HABIT_SUM,
  type History,
  MERCHANT_HABITS,
  WITH_COUNTRY,
  WITH_ENTRY_MODE,
  WITH_HOUR,
} from './history.ts'
import { isHeldOut, LOG_UNIT, type Payment } from './payment.ts'
import type { Stretch, Timeline } from './timeline.ts'
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

/** What was first done less than a day ago is no habit yet: else a thief's first payment would make the second one usual. */
const HABIT_AGE = DAY
export const TESTING_SPAN = 15 * MINUTE
export const SPREE_SPAN = HOUR
/** Longer ago, no place on earth is out of reach: half its circumference takes 22 hours at 900 km/h. */
const TRAVEL_SPAN = 24 * HOUR
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
export function featuresOf(history: History, payment: Payment): Features {
  const { at, card, amountMinor, currency, entryMode } = payment
  const window = (span: number): Window => {
    const cards = history.byCard.get(card)
    const stretch = cards.stretch(at - span, payment)
    const [count, sumMinor] = [sizeOf(stretch), cards.total(CARD_SUM, stretch)]
    return { count, sumMinor, meanMinor: count === 0 ? 0 : sumMinor / count }
  }
  const habits = countOf(history.habits, payment)
  return {
    amountMinor,
    currency,
    entryMode,
    habits,
    hour: window(HOUR),
    day: window(DAY),
    week: window(7 * DAY),
    month: window(30 * DAY),
    ...amountFeatures(history, payment),
    isNewMerchant: habits < HABITS_MIN ? null : !isKnownMerchant(history, payment, payment),
    isNewCountry: isNewCountry(history, payment),
    isNewEntryMode: isNewEntryMode(history, payment),
    hourShare: hourShare(history, payment),
    travel: travel(history, payment),
    smallOnline: smallOnline(history, payment),
    ...(habits < HABITS_MIN ? { newMerchantPayments: null, newMerchants: null } : spree(history, payment)),
    isVouched: isVouched(history, payment),
  }
}

const lastOf = ({ from, to }: Stretch, count: number): Stretch => ({ from: Math.max(from, to - count), to })

const sizeOf = ({ from, to }: Stretch): number => Math.max(0, to - from)

const countOf = (timeline: Timeline<Payment>, payment: Payment): number =>
  sizeOf(timeline.stretch(payment.at - HABIT_SPAN, payment))

/** How many habits there are of which the bank told something. */
export const habitsWith = (what: number, { habits }: History, payment: Payment): number =>
  habits.total(what, habits.stretch(payment.at - HABIT_SPAN, payment))

function amountFeatures(history: History, payment: Payment) {
  const { amountMinor, currency, logAmount } = payment
  const habits = history.byCurrency.get(currency)
  const stretch = habits.stretch(payment.at - HABIT_SPAN, payment)
  const count = sizeOf(stretch)
  const sum = habits.total(HABIT_LOG, stretch)
  const typicalMinor = typicalAmountMinor(currency)
  if (count === 0 && typicalMinor === null)
    return { usualMinor: null, amountRatio: null, amountZ: null, asLargeBefore: 0 }

  // Mean and variance of the logarithms with a normal-inverse-gamma prior worth TYPICAL_WEIGHT payments. The term with
  // the gap between the person and everybody widens the spread while it is unclear which of the two is right.
  const own = count === 0 ? 0 : sum / count
  const prior = typicalMinor === null ? own : Math.log(typicalMinor) * LOG_UNIT
  const mean = (TYPICAL_WEIGHT * prior + sum) / (TYPICAL_WEIGHT + count)
  const squares = count === 0 ? 0 : habits.total(HABIT_LOG_SQUARE, stretch) - (sum * sum) / count
  const gap = ((TYPICAL_WEIGHT * count) / (TYPICAL_WEIGHT + count)) * (own - prior) ** 2
  const priorSquares = TYPICAL_WEIGHT * (TYPICAL_SPREAD * LOG_UNIT) ** 2
  const spread = Math.sqrt((priorSquares + Math.max(0, squares) + gap) / (TYPICAL_WEIGHT + count))
  const usual = Math.exp(mean / LOG_UNIT)
  return {
    usualMinor: Math.round(usual),
    amountRatio: amountMinor / usual,
    amountZ: (logAmount - mean) / spread,
    asLargeBefore: habits.countAtLeast(HABIT_SUM, lastOf(stretch, AMOUNTS_MAX), amountMinor),
  }
}

/** How often the person had already done this a day before the payment. */
const settledCount = (timeline: Timeline<Payment>, { at }: Payment): number =>
  sizeOf(timeline.stretch(at - HABIT_SPAN, { at: at - HABIT_AGE, id: '' }))

/** Whether the merchant of `one`, which may be an earlier payment, was known to the person before this payment's day. */
function isKnownMerchant(history: History, { at }: Payment, one: Payment): boolean {
  if (history.isVouched(one)) return true
  const payments = history.byMerchant.get(one.merchant)
  const settled = payments.stretch(at - HABIT_SPAN, { at: at - HABIT_AGE, id: '' })
  return payments.total(MERCHANT_HABITS, settled) > 0
}

function isNewCountry(history: History, payment: Payment): boolean | null {
  const { country, foreignCurrency } = payment
  if (country === null) return null
  if (country === history.home.country || history.isVouchedCountry(country)) return false
  // Without the bank's country, what the person did before is all there is to tell abroad from home.
  if (history.home.country === null && habitsWith(WITH_COUNTRY, history, payment) < HABITS_MIN) return null
  if (settledCount(history.byCountry.get(country), payment) > 0) return false
  return (
    foreignCurrency === null || settledCount(history.byForeignCurrency.get(foreignCurrency), payment) === 0
  )
}

function isNewEntryMode(history: History, payment: Payment): boolean | null {
  if (payment.entryMode === null || habitsWith(WITH_ENTRY_MODE, history, payment) < HABITS_MIN) return null
  return settledCount(history.byEntryMode.get(payment.entryMode), payment) === 0
}

function hourShare(history: History, payment: Payment): number | null {
  const { hour } = payment
  const all = habitsWith(WITH_HOUR, history, payment)
  if (hour === null || all < HOURS_MIN) return null
  let near = 0
  for (const offset of [23, 0, 1]) near += countOf(history.byHour.get((hour + offset) % 24), payment)
  return (near + 1) / (all + 8)
}

function travel(history: History, payment: Payment): Features['travel'] {
  const { at, place } = payment
  if (!isHeldOut(payment) || !place) return null
  const cards = history.byCard.get(payment.card)
  const { from, to } = lastOf(cards.stretch(at - TRAVEL_SPAN, payment), AMOUNTS_MAX)
  for (let i = to - 1; i >= from; i--) {
    const last = cards.item(i)
    if (!isHeldOut(last) || !last.place) continue
    const minutes = Math.max(TRAVEL_MINUTES_MIN, (at - last.at) / MINUTE)
    const kilometres = kilometresBetween(last.place, place)
    return { kilometres, minutes, kilometresPerHour: (kilometres * 60) / minutes, fromCity: last.city }
  }
  return null
}

function smallOnline(history: History, payment: Payment): number {
  const { at, card, currency } = payment
  const typicalMinor = typicalAmountMinor(currency)
  if (typicalMinor === null) return 0
  const cards = history.byCard.get(card)
  let count = 0
  const { from, to } = lastOf(cards.stretch(at - TESTING_SPAN, payment), MERCHANTS_MAX)
  for (let i = to - 1; i >= from; i--) {
    const one = cards.item(i)
    const small = one.entryMode === 'online' && one.amountMinor <= typicalMinor / SMALL_PART
    if (small && !isKnownMerchant(history, payment, one)) count++
  }
  return count
}

function spree(history: History, payment: Payment) {
  const cards = history.byCard.get(payment.card)
  const { from, to } = lastOf(cards.stretch(payment.at - SPREE_SPAN, payment), MERCHANTS_MAX)
  const isNew = new Map([[payment.merchant, !isKnownMerchant(history, payment, payment)]])
  let newMerchantPayments = isNew.get(payment.merchant) ? 1 : 0
  for (let i = from; i < to; i++) {
    const one = cards.item(i)
    const known = isNew.get(one.merchant)
    const isNewOne = known ?? !isKnownMerchant(history, payment, one)
    if (known === undefined) isNew.set(one.merchant, isNewOne)
    if (isNewOne) newMerchantPayments++
  }
  let newMerchants = 0
  for (const one of isNew.values()) if (one) newMerchants++
  return { newMerchantPayments, newMerchants }
}

function isVouched(history: History, payment: Payment): boolean {
  if (!history.isVouched(payment)) return false
  const { at, amountMinor, currency } = payment
  const payments = history.byMerchant.get(payment.merchant)
  const { from, to } = lastOf(payments.stretch(at - HABIT_SPAN, payment), AMOUNTS_MAX)
  for (let i = to - 1; i >= from; i--) {
    const one = payments.item(i)
    const theirs = one.standing !== 'suspect' && one.currency === currency && one.country === payment.country
    if (theirs && amountMinor <= one.amountMinor * VOUCHED_TIMES) return true
  }
  return false
}
