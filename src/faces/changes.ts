import type { Private } from '#kit'
import type { Loan, Transaction } from '#vault'

/** One change of an account: what is removed has no contents, and neither has what the app may not see. */
export type FeedEntry = {
  kind: 'added' | 'modified' | 'removed'
  id: string
  transaction: Transaction | null
}

/** What changed of an account after a cursor; `intake` fills it. Throws `cursor-malformed`. */
export type ReadChanges = (
  loan: Loan<'own-app'>,
  accountId: string,
  cursor: string | null,
  limit: number,
) => Promise<{ entries: Private<FeedEntry[]>; nextCursor: string; hasMore: boolean }>
