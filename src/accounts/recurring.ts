import { Temporal } from 'temporal-polyfill'
import { type Currency, DAY } from '#kit'
import type { Category } from '#merchants'
import type { Payment } from './payments.ts'

/** Fewer could be chance. */
const OCCURRENCES_MIN = 3
/** Amounts of one standing payment differ by this much at most: a price rise or an exchange rate, not another purchase. */
const AMOUNT_SPREAD_MAX = 0.2
/** Of the intervals, how many must fit: one may be missed or late. */
const REGULAR_SHARE_MIN = 0.75

export const RHYTHMS = {
  weekly: { days: 7, slackDays: 1, add: { weeks: 1 } },
  fortnightly: { days: 14, slackDays: 2, add: { weeks: 2 } },
  monthly: { days: 30.4, slackDays: 4, add: { months: 1 } },
  quarterly: { days: 91.3, slackDays: 8, add: { months: 3 } },
  yearly: { days: 365.25, slackDays: 12, add: { years: 1 } },
} as const
export type Rhythm = keyof typeof RHYTHMS

/** A payment that comes back. `amountMinor` is the latest one's, positive. */
export type Recurring = {
  merchant: string
  category: Category
  currency: Currency
  amountMinor: number
  rhythm: Rhythm
  times: number
  lastAt: number
  /** When the next is due, by the calendar of the person's time zone. */
  nextAt: number
}

/**
 * Payments that come back: the same merchant, at least three times, a similar amount, a steady rhythm. What has not
 * come for a period and a half is taken to have ended. The soonest due is first.
 */
export function findRecurring(spending: readonly Payment[], now: number, timeZone: string): Recurring[] {
  const groups = new Map<string, Payment[]>()
  for (const payment of spending) {
    if (payment.amount.amountMinor >= 0) continue
    const key = `${payment.amount.currency}\n${payment.merchant}`
    const list = groups.get(key)
    if (list) list.push(payment)
    else groups.set(key, [payment])
  }
  const found: Recurring[] = []
  for (const group of groups.values()) {
    if (group.length < OCCURRENCES_MIN) continue
    for (const series of similarAmounts(group)) {
      const rhythm = rhythmOf(series)
      if (!rhythm) continue
      const last = series.at(-1)!
      if (now - last.at > RHYTHMS[rhythm].days * 1.5 * DAY) continue
      found.push({
        merchant: last.merchant,
        category: last.category,
        currency: last.amount.currency,
        amountMinor: -last.amount.amountMinor,
        rhythm,
        times: series.length,
        lastAt: last.at,
        nextAt: Temporal.Instant.fromEpochMilliseconds(last.at)
          .toZonedDateTimeISO(timeZone)
          .add(RHYTHMS[rhythm].add).epochMilliseconds,
      })
    }
  }
  return found.sort((a, b) => a.nextAt - b.nextAt)
}

/** Splits one merchant's payments by amount, each part in order of time: one shop may sell two subscriptions. */
function similarAmounts(group: readonly Payment[]): Payment[][] {
  const byAmount = [...group].sort((a, b) => b.amount.amountMinor - a.amount.amountMinor)
  const parts: Payment[][] = []
  for (const payment of byAmount) {
    const part = parts.at(-1)
    const smallest = part?.[0]?.amount.amountMinor
    if (part && smallest && payment.amount.amountMinor / smallest <= 1 + AMOUNT_SPREAD_MAX) part.push(payment)
    else parts.push([payment])
  }
  return parts
    .filter((part) => part.length >= OCCURRENCES_MIN)
    .map((part) => part.sort((a, b) => a.at - b.at))
}

function rhythmOf(series: readonly Payment[]): Rhythm | null {
  const gaps = series.slice(1).map((payment, i) => (payment.at - series[i]!.at) / DAY)
  for (const [rhythm, { days, slackDays }] of Object.entries(RHYTHMS)) {
    const fitting = gaps.filter((gap) => Math.abs(gap - days) <= slackDays).length
    if (fitting >= OCCURRENCES_MIN - 1 && fitting / gaps.length >= REGULAR_SHARE_MIN) return rhythm as Rhythm
  }
  return null
}
