import type { FraudCase, Transaction } from '#vault'
import { HABIT_SPAN } from './habits.ts'
import { paymentsIn } from './memory.ts'

/**
 * Whether its person can say of a payment that it was not theirs: money that went out, or was to go out, by a card of
 * theirs, in the thirteen months that are remembered and in which a bank must hear them.
 */
export const isReportable = (
  {
    amount,
    status,
    cardNumberDisplay,
    at,
  }: Pick<Transaction, 'amount' | 'status' | 'cardNumberDisplay' | 'at'>,
  now: number,
): boolean =>
  cardNumberDisplay !== null &&
  amount.amountMinor < 0 &&
  (status === 'pending' || status === 'posted' || status === 'declined') &&
  now - at < HABIT_SPAN

/** Payments that their person has said were not theirs. */
export const reportedIn = (cases: readonly FraudCase[]): ReadonlySet<string> =>
  new Set(cases.filter(({ state }) => state === 'confirmed-fraud').flatMap(paymentsIn))
