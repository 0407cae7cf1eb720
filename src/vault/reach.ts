import type { Reach } from '#consent'
import type { Account, Balance, RecordKind, RecordKinds, Transaction } from './records.ts'

/** What somebody's app may see of each kind of record: under which kind of data (FDX) a person allowed it. */
const CLUSTER_OF: Partial<Record<RecordKind, string>> = {
  account: 'ACCOUNT_BASIC',
  balance: 'ACCOUNT_DETAILED',
  transaction: 'TRANSACTIONS',
}

/** Of the records of one link, those within what the person chose; all of them where nothing narrows the purpose. */
export function withinReach<K extends RecordKind>(
  reach: Reach | null,
  kind: K,
  items: RecordKinds[K][],
): RecordKinds[K][] {
  if (reach === null) return items
  const cluster = CLUSTER_OF[kind]
  if (cluster === undefined || !reach.clusters.includes(cluster)) return []
  const accounts = new Set(reach.accountIds)
  return items.filter((item) => {
    if (kind !== 'transaction') return accounts.has((item as Account | Balance).id)
    const { accountId, at, postedAt } = item as Transaction
    const dated = postedAt ?? at
    return (
      accounts.has(accountId) && dated >= (reach.from ?? 0) && dated < (reach.to ?? Number.MAX_SAFE_INTEGER)
    )
  })
}
