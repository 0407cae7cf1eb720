import type { Currency, Money } from '#kit'
import type { Category } from '#merchants'
import type { Payment } from './payments.ts'
import { isRunning, nextAfter, type Rhythm } from './rhythm.ts'
import { priceOf, type Series, seriesOf } from './series.ts'

/** A price that became another, as the merchant asks it: in its own currency. `at` is the first payment of the new one. */
export type PriceChange = { from: Money; to: Money; at: number }

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
  /** The latest change of a price that was steady before; null when there was none, or the amount is never the same. */
  priceChange: PriceChange | null
  /** The account that it was last paid from, that payment, and the first one at the changed price. */
  accountId: string
  lastId: string
  changedById: string | null
}

/** How rent is called in a descriptor, in either language. */
export const RENT = /\b(?:rent|loyer)\b/i

/**
 * Payments that come back: the same merchant, a steady rhythm, and one price, through its changes, or amounts near each
 * other. At least three of them; two for what comes once a year. What has not come for a period and a half is taken to
 * have ended. The soonest due is first.
 */
export function findRecurring(spending: readonly Payment[], now: number, timeZone: string): Recurring[] {
  return runningSeries(spending, now)
    .map((series) => recurringOf(series, timeZone))
    .sort((a, b) => a.nextAt - b.nextAt)
}

/** The same with every payment of each. */
export function runningSeries(spending: readonly Payment[], now: number): Series[] {
  const groups = new Map<string, Payment[]>()
  for (const payment of spending) {
    if (payment.amount.amountMinor >= 0) continue
    const key = `${payment.amount.currency}\n${payment.merchant}`
    const list = groups.get(key)
    if (list) list.push(payment)
    else groups.set(key, [payment])
  }
  return [...groups.values()]
    .flatMap((group) => seriesOf(group.sort((a, b) => a.at - b.at)))
    .filter(({ payments, rhythm }) => isRunning(payments.at(-1)!.at, now, rhythm))
}

function recurringOf(series: Series, timeZone: string): Recurring {
  const { payments, rhythm } = series
  const last = payments.at(-1)!
  const changed = priceChangeOf(series)
  return {
    merchant: last.merchant,
    category: last.category,
    currency: last.amount.currency,
    amountMinor: -last.amount.amountMinor,
    rhythm,
    times: payments.length,
    lastAt: last.at,
    nextAt: nextAfter(
      payments.map(({ at }) => at),
      rhythm,
      timeZone,
    ),
    priceChange: changed?.change ?? null,
    accountId: last.accountId,
    lastId: last.id,
    changedById: changed?.by ?? null,
  }
}

function priceChangeOf({ payments, isPriced }: Series): { change: PriceChange; by: string } | null {
  if (!isPriced) return null
  const prices = payments.map(priceOf)
  for (let i = prices.length - 1; i > 0; i--) {
    const [from, to] = [prices[i - 1]!, prices[i]!]
    const { id, at } = payments[i]!
    if (from.amountMinor !== to.amountMinor) return { change: { from, to, at }, by: id }
  }
  return null
}
