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

/** A dispute on its way to the bank: to wait until it can no longer be taken back, or to be sent now; null where nothing was paid. */
export type OnItsWay =
  | { waitsUntil: number; dispute: null }
  | { waitsUntil: null; dispute: DisputeToSend | null }

/** Whether money went with a payment, or still may: there is nothing to pay back of what was refused, let go or undone. */
export const isPaid = ({ status }: Pick<Transaction, 'status'>): boolean =>
  status === 'pending' || status === 'posted'

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
  const disputed = transactions.filter(({ id }) => ids.has(id))
  if (disputed.length === 0) return null
  const payments = disputed
    .filter(isPaid)
    .map(({ bankTransactionIds, amount }) => ({ bankTransactionId: bankTransactionIds.at(-1)!, amount }))
  if (payments.length === 0) return { waitsUntil: null, dispute: null }
  return { waitsUntil: null, dispute: { number, accountId, notifiedAt: dispute.openedAt, payments } }
}
