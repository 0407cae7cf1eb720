import type { Private } from '#kit'
import type { Loan, Transaction } from '#vault'

/**
 * Called once per person and batch, inside the transaction that keeps the payments and before it commits. `loan`
 * covers one link and already reads the payments that are being kept. `fresh` are those authorised in this batch,
 * in order. What the scorer keeps and announces commits with them.
 */
export type Scorer = (loan: Loan<'fraud-alerts'>, fresh: Private<Transaction[]>) => Promise<void>
