import { DAY, HOUR, MINUTE } from '#kit'
import { type Features, featuresOf, type Window } from '../features.ts'
import { HABIT_SPAN } from '../habits.ts'
import type { History } from '../history.ts'
import { type Past, pastOf } from '../past.ts'
import type { Payment } from '../payment.ts'
import { TYPICAL_SPREAD, TYPICAL_WEIGHT, typicalAmountMinor } from '../typical-amount.ts'
import type { Finding } from './risk.ts'
import { RISK_SPAN } from './risk.ts'
import { FEATURE_COUNT, PLACE_OF } from './vocabulary.ts'

/** What is known of where a payment was made, over all people. */
export type Places = { terminal: readonly Finding[] | null; merchant: readonly Finding[] }

/** For spreads of a person's pace and habits, with fewer payments than this nothing can be said. */
const HABITS_MIN = 10
const WEEKDAYS_MIN = 50
/** So many times their mean is much for anybody: the published simulator's card thieves pay five times as much. */
const HIGH_RATIO = 2.5
/** Known payments that a share is drawn towards everybody's by, and how much of everybody's is fraud. */
const SHARE_WEIGHT = 2
const FRAUD_SHARE = 0.01
/** Payments of a fortnight that are looked at one by one. */
const LOOKED_AT_MAX = 200
/** A pace is of a week at least: a person's first day says little. */
const PACE_DAYS_MIN = 7

export const newVector = (): Float64Array => new Float64Array(FEATURE_COUNT)

/**
 * The features of a payment as a vector, written into `into`; the typed ones are returned. Like `featuresOf`, they depend only
 * on what was told until now and lies before the payment.
 */
export function writeVector(
  history: History,
  places: Places,
  payment: Payment,
  into: Float64Array,
): Features {
  const past = pastOf(history, payment)
  const features = featuresOf(history, payment, past)
  const mean = meanOf(past, payment)
  writeAmount(features, payment, mean, into)
  writeWindows(history, past, features, payment, mean, into)
  writeHabits(past, features, payment, into)
  writeCard(history, past, payment, mean, into)
  writePlaces(places, payment, into)
  return features
}

/** The amount over the person's mean as it was before the payment; NaN when nothing is known of either. */
export const meanRatioOf = (history: History, payment: Payment): number =>
  payment.amountMinor / meanOf({ paid: history.habits.before(payment).inCurrency(payment.currency) }, payment)

/** The mean of the person's own payments, drawn towards a typical one while there are few. */
function meanOf({ paid: { count, sumMinor: sum } }: Pick<Past, 'paid'>, payment: Payment): number {
  const typicalMinor = typicalAmountMinor(payment.currency)
  if (typicalMinor === null) return count === 0 ? Number.NaN : sum / count
  // The mean of a lognormal distribution lies above its median.
  const typicalMean = typicalMinor * Math.exp(TYPICAL_SPREAD ** 2 / 2)
  return (TYPICAL_WEIGHT * typicalMean + sum) / (TYPICAL_WEIGHT + count)
}

function writeAmount(features: Features, payment: Payment, mean: number, into: Float64Array): void {
  const { amountMinor, currency } = payment
  const typicalMinor = typicalAmountMinor(currency)
  into[PLACE_OF.amountMinor] = amountMinor
  into[PLACE_OF.typicalRatio] = typicalMinor === null ? Number.NaN : amountMinor / typicalMinor
  into[PLACE_OF.usualMinor] = features.usualMinor ?? Number.NaN
  into[PLACE_OF.amountRatio] = features.amountRatio ?? Number.NaN
  into[PLACE_OF.amountZ] = features.amountZ ?? Number.NaN
  into[PLACE_OF.meanRatio] = amountMinor / mean
  into[PLACE_OF.asLargeBefore] = features.asLargeBefore
  into[PLACE_OF.habits] = features.habits
}

/** Where what is known of each stretch of time before a payment stands. */
const HOUR_PLACES = {
  count: PLACE_OF.hourCount,
  sumMinor: PLACE_OF.hourSumMinor,
  meanMinor: PLACE_OF.hourMeanMinor,
  meanRatio: PLACE_OF.hourMeanRatio,
  countZ: PLACE_OF.hourCountZ,
}
const DAY_PLACES: typeof HOUR_PLACES = {
  count: PLACE_OF.dayCount,
  sumMinor: PLACE_OF.daySumMinor,
  meanMinor: PLACE_OF.dayMeanMinor,
  meanRatio: PLACE_OF.dayMeanRatio,
  countZ: PLACE_OF.dayCountZ,
}
const WEEK_PLACES: typeof HOUR_PLACES = {
  count: PLACE_OF.weekCount,
  sumMinor: PLACE_OF.weekSumMinor,
  meanMinor: PLACE_OF.weekMeanMinor,
  meanRatio: PLACE_OF.weekMeanRatio,
  countZ: PLACE_OF.weekCountZ,
}
const MONTH_PLACES: typeof HOUR_PLACES = {
  count: PLACE_OF.monthCount,
  sumMinor: PLACE_OF.monthSumMinor,
  meanMinor: PLACE_OF.monthMeanMinor,
  meanRatio: PLACE_OF.monthMeanRatio,
  countZ: PLACE_OF.monthCountZ,
}

function writeWindows(
  history: History,
  past: Past,
  { hour, day, week, month }: Features,
  payment: Payment,
  mean: number,
  into: Float64Array,
): void {
  const { amountMinor, at } = payment
  const { cards, end } = past
  const pace = paceOf(history, past, payment)
  const write = (window: Window, days: number, places: typeof HOUR_PLACES): void => {
    const { count, sumMinor, meanMinor } = window
    const expected = days * pace
    into[places.count] = count
    into[places.sumMinor] = sumMinor
    into[places.meanMinor] = count === 0 ? Number.NaN : meanMinor
    into[places.meanRatio] = (sumMinor + amountMinor) / (count + 1) / mean
    into[places.countZ] = (count - expected) / Math.sqrt(expected + 1)
  }
  write(hour, HOUR / DAY, HOUR_PLACES)
  write(day, 1, DAY_PLACES)
  write(week, 7, WEEK_PLACES)
  write(month, 30, MONTH_PLACES)

  const begin = cards.beginOf(at - HABIT_SPAN)
  into[PLACE_OF.minutesSincePayment] = end > begin ? (at - cards.item(end - 1).at) / MINUTE : Number.NaN
}

/** The person's own payments a day, since the first one that counts; NaN when they are few. */
function paceOf(history: History, { habits: { from, to } }: Past, payment: Payment): number {
  const count = to - from
  if (count < HABITS_MIN) return Number.NaN
  return count / Math.max(PACE_DAYS_MIN, (payment.at - history.habits.item(from).at) / DAY)
}

function writeHabits(
  { before, settled }: Past,
  features: Features,
  payment: Payment,
  into: Float64Array,
): void {
  const { category, hour, weekday } = payment
  const { habits, travel } = features
  into[PLACE_OF.hour] = hour ?? Number.NaN
  into[PLACE_OF.hourShare] = features.hourShare ?? Number.NaN
  into[PLACE_OF.weekdayShare] =
    habits < WEEKDAYS_MIN ? Number.NaN : (before.byWeekday[weekday]! + 1) / (habits + 7)

  into[PLACE_OF.isNewMerchant] = yes(features.isNewMerchant)
  into[PLACE_OF.merchantPayments] = before.paidAt(payment.merchant)
  into[PLACE_OF.isNewCategory] =
    category === null || before.withCategory < HABITS_MIN
      ? Number.NaN
      : yes(settled.byCategory.of(category) === 0)
  into[PLACE_OF.isNewCountry] = yes(features.isNewCountry)
  into[PLACE_OF.isNewEntryMode] = yes(features.isNewEntryMode)
  into[PLACE_OF.isForeign] = yes(payment.foreignCurrency !== null)
  into[PLACE_OF.isOnline] = yes(payment.entryMode === null ? null : payment.entryMode === 'online')
  into[PLACE_OF.isVouched] = yes(features.isVouched)

  into[PLACE_OF.travelKilometres] = travel?.kilometres ?? Number.NaN
  into[PLACE_OF.travelKilometresPerHour] = travel?.kilometresPerHour ?? Number.NaN

  into[PLACE_OF.smallOnline] = features.smallOnline
  into[PLACE_OF.newMerchantPayments] = features.newMerchantPayments ?? Number.NaN
  into[PLACE_OF.newMerchants] = features.newMerchants ?? Number.NaN
}

function writeCard(
  history: History,
  { cards, since, end }: Past,
  payment: Payment,
  mean: number,
  into: Float64Array,
): void {
  const { at, card } = payment
  into[PLACE_OF.cardFrauds14d] = history.fraudByCard.get(card).size(at - 14 * DAY, payment)
  // A card's payments are all in the money of its account.
  const fortnight = Math.max(since.fortnight, end - LOOKED_AT_MAX)
  into[PLACE_OF.cardHigh14d] = cards.countAtLeast(HIGH_RATIO * mean, fortnight, end)
  const week = Math.max(since.week, end - LOOKED_AT_MAX)
  into[PLACE_OF.cardHighestRatio7d] = cards.largest(week, end) / mean
}

function writePlaces({ terminal, merchant }: Places, { at }: Payment, into: Float64Array): void {
  const there = sumUp(terminal ?? NOTHING, at)
  const isUnsaid = terminal === null
  into[PLACE_OF.terminalFrauds1d] = isUnsaid ? Number.NaN : there.day
  into[PLACE_OF.terminalFrauds7d] = isUnsaid ? Number.NaN : there.week
  into[PLACE_OF.terminalFrauds28d] = isUnsaid ? Number.NaN : there.month
  into[PLACE_OF.terminalFraudShare28d] = isUnsaid ? Number.NaN : there.share
  into[PLACE_OF.terminalNormalFrauds28d] = isUnsaid ? Number.NaN : there.normal
  into[PLACE_OF.terminalFirstFraudDays] = there.firstDays
  into[PLACE_OF.terminalLastFraudDays] = there.lastDays
  into[PLACE_OF.terminalLastLabel] = there.lastLabel
  into[PLACE_OF.terminalGoodSinceFraud] = isUnsaid ? Number.NaN : there.goodSince
  const shop = sumUp(merchant, at)
  into[PLACE_OF.merchantFrauds7d] = shop.week
  into[PLACE_OF.merchantFrauds28d] = shop.month
  into[PLACE_OF.merchantFraudShare28d] = shop.share
}

const NOTHING: readonly Finding[] = []
const NOTHING_KNOWN = {
  day: 0,
  week: 0,
  month: 0,
  normal: 0,
  share: FRAUD_SHARE,
  firstDays: Number.NaN,
  lastDays: Number.NaN,
  lastLabel: Number.NaN,
  goodSince: 0,
}

/** Counts by when things became known, so that it is all the same how long that takes; ages by when they were paid. */
function sumUp(findings: readonly Finding[], at: number): typeof NOTHING_KNOWN {
  if (findings.length === 0) return NOTHING_KNOWN
  let [day, week, month, normal, known, good, goodSince] = [0, 0, 0, 0, 0, 0, 0]
  let [first, last, lastLabel] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]
  for (const { paidAt, learntAt, label, isNormal } of findings) {
    const age = at - learntAt
    if (label === 'unknown' || age > RISK_SPAN) continue
    lastLabel = label === 'fraud' ? 1 : 0
    if (age <= 28 * DAY) known++
    if (label === 'genuine') {
      good++
      continue
    }
    first = Math.min(first, paidAt)
    last = Math.max(last, paidAt)
    if (age > 28 * DAY) continue
    month++
    if (isNormal) normal++
    if (age <= 7 * DAY) week++
    if (age <= DAY) day++
  }
  if (good > 0)
    for (const { paidAt, learntAt, label } of findings)
      if (label === 'genuine' && paidAt > last && at - learntAt <= RISK_SPAN) goodSince++
  return {
    day,
    week,
    month,
    normal,
    share: (month + FRAUD_SHARE * SHARE_WEIGHT) / (known + SHARE_WEIGHT),
    firstDays: Number.isFinite(first) ? (at - first) / DAY : Number.NaN,
    lastDays: Number.isFinite(last) ? (at - last) / DAY : Number.NaN,
    lastLabel,
    goodSince,
  }
}

const yes = (is: boolean | null): number => (is === null ? Number.NaN : is ? 1 : 0)
