import { DAY, HOUR } from '#kit'
import type { Before, Settled, Sums } from './habits.ts'
import type { History } from './history.ts'
import type { Payment } from './payment.ts'
import type { Stretch, Timeline } from './timeline.ts'

/** How far `since.hour` reaches back, and what reasons say of it. */
export const SPREE_SPAN = HOUR

/** What lies before a payment, looked up once: true until the next one's is. */
export type Past = {
  /** What was paid with its card, */
  cards: Timeline<Payment>
  /** up to it, not included, */
  end: number
  /** and where in it a stretch of time before the payment begins. */
  since: { hour: number; day: number; week: number; fortnight: number; month: number }
  /** Where the habits begin and end in their timeline. */
  habits: Stretch
  before: Before
  /** Of the habits, what was paid in its currency. */
  paid: Readonly<Sums>
  settled: Settled
}

export function pastOf(history: History, payment: Payment): Past {
  const { at, card, currency } = payment
  const cards = history.byCard.get(card)
  const { habits } = history
  const before = habits.before(payment)
  const to = habits.endOf(payment)
  return {
    cards,
    end: cards.endOf(payment),
    since: {
      hour: cards.beginOf(at - SPREE_SPAN),
      day: cards.beginOf(at - DAY),
      week: cards.beginOf(at - 7 * DAY),
      fortnight: cards.beginOf(at - 14 * DAY),
      month: cards.beginOf(at - 30 * DAY),
    },
    habits: { from: to - before.count, to },
    before,
    paid: before.inCurrency(currency),
    settled: habits.settledBefore(payment),
  }
}
