import type { Private } from '#kit'
import type { Loan, Transaction } from '#vault'

/**
 * What a batch changed for one link. A scorer that remembers the link as of `versionBefore` (the loan's version before
 * anything of the batch was kept) follows with `transactions`, all that were kept, and need not read the past again.
 */
export type BatchChanges = { versionBefore: string; transactions: Private<Transaction[]> }

/**
 * Called once per person and batch, inside the transaction that keeps the payments and before it commits. `loan`
 * covers one link and already reads the payments that are being kept. `fresh` are those authorised in this batch,
 * in order. What the scorer keeps and announces commits with them.
 */
export type Scorer = (
  loan: Loan<'fraud-alerts'>,
  fresh: Private<Transaction[]>,
  changes?: BatchChanges,
) => Promise<void>
