import type { Money } from '#kit'
import type { FraudCase, Transaction } from '#vault'
import { isSent } from './answers.ts'
import { paymentsIn } from './memory.ts'

/** A dispute as it goes to the bank: the payments by the bank's own ids. */
export type DisputeToSend = {
  number: string
  accountId: string
  /** When the person said that it was not them: what their rights run from. */
  notifiedAt: number
  payments: { bankTransactionId: string; amount: Money }[]
}

/** A dispute on its way to the bank: to be sent now, or to wait until it can no longer be taken back. */
export type OnItsWay = { waitsUntil: number; dispute: null } | { waitsUntil: null; dispute: DisputeToSend }

/** Where a case's dispute is on its way; null when it was sent, or taken back, or there never was one. */
export function disputeOnItsWay(
  cases: readonly FraudCase[],
  transactions: readonly Transaction[],
  caseId: string,
  now: number,
): OnItsWay | null {
  const fraudCase = cases.find(({ id }) => id === caseId)
  if (!fraudCase?.dispute || isSent(fraudCase)) return null
  const { number, accountId, dispute } = fraudCase
  if (now < dispute.sendAfter) return { waitsUntil: dispute.sendAfter, dispute: null }
  const ids = new Set(paymentsIn(fraudCase))
  const payments = transactions
    .filter(({ id, status }) => ids.has(id) && status !== 'declined')
    .map(({ bankTransactionIds, amount }) => ({ bankTransactionId: bankTransactionIds.at(-1)!, amount }))
  if (payments.length === 0) return null
  return { waitsUntil: null, dispute: { number, accountId, notifiedAt: dispute.openedAt, payments } }
}
