import { DAY, seeded } from '#kit'
import {
  type Answering,
  type CardEvent,
  clockOf,
  createAnswers,
  type PaymentSeen,
  POUNDS,
} from '../../sim/cards/index.ts'
import type { CardFile } from './card-file.ts'
import { rowAt } from './truth.ts'

/** Payments and what is learnt about them, in order of time, in pieces. */
export type Log = Iterable<readonly CardEvent[]>

/**
 * The log of a card file up to an instant, a day at a time: its payments in the order of their rows, and between them what
 * is learnt about earlier ones, when it is learnt. The payment of row 7 is called “7”.
 */
export function* logOf(
  cards: CardFile,
  { until, answering, seed }: { until: number; answering: Answering; seed: number },
): Generator<CardEvent[], void, undefined> {
  const startAt = Math.floor(cards.at[0]! / DAY) * DAY
  const answers = createAnswers({ startAt, answering, chance: seeded(seed) })
  for (let day = 0; startAt + day * DAY < until; day++) {
    const first = rowAt(cards, startAt + day * DAY)
    const payments: PaymentSeen[] = []
    for (let row = first; row < rowAt(cards, startAt + (day + 1) * DAY); row++)
      payments.push(paymentOf(cards, row))
    answers.ask({ payments, isFraud: (i) => cards.isFraud[first + i] === 1 })
    yield [...payments, ...answers.take(day)].sort((a, b) => a.at - b.at)
  }
}

function paymentOf({ at, customer, terminal, amountMinor }: CardFile, row: number): PaymentSeen {
  const name = `terminal-${terminal[row]}`
  const person = `person-${customer[row]}`
  return {
    kind: 'payment-seen',
    id: String(row),
    at: at[row]!,
    holder: person,
    accountId: person,
    card: person,
    amountMinor: amountMinor[row]!,
    currency: POUNDS,
    // One terminal is one shop there.
    merchant: name,
    terminal: name,
    category: null,
    country: null,
    foreignCurrency: null,
    city: null,
    place: null,
    entryMode: null,
    ...clockOf(at[row]!),
  }
}
