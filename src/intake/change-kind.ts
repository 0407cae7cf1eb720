import type { Transaction } from '#vault'

/** What becomes of an account’s payments for somebody who follows them. */
export type ChangeKind = 'added' | 'modified' | 'removed'

/** Whether a payment stands: what was refused, let go or undone moved no money. */
export const stands = ({ status }: Pick<Transaction, 'status'>): boolean =>
  status === 'pending' || status === 'posted'

/** What a new state means for somebody who has the one before; null for a payment that they never had. */
export function changeOf(before: Transaction | undefined, after: Transaction): ChangeKind | null {
  const had = before !== undefined && stands(before)
  if (stands(after)) return had ? 'modified' : 'added'
  return had ? 'removed' : null
}
