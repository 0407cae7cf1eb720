import type { Tx } from '#kit'
import type { Remembered } from './listing.ts'

/** What intake remembers of these payments, and which changed since the pull began: the list is older than they are. */
export async function recall(
  tx: Tx,
  linkId: string,
  version: number,
  ids: readonly string[],
): Promise<Remembered> {
  const rows = await tx.query<{
    id: string
    ended: 'released' | 'reversed' | null
    unlisted: boolean
  }>(
    `select transaction_id as id, ended, unlisted_at is not null as unlisted
     from intake.payment where link_id = $1 and transaction_id = any($2)`,
    [linkId, [...new Set(ids)]],
  )
  const since = await tx.query<{ id: string }>(
    `select distinct unnest(added || modified || removed) as id from intake.change where link_id = $1 and version > $2`,
    [linkId, version],
  )
  const idsOf = (list: readonly { id: string }[]) => new Set(list.map(({ id }) => id))
  return {
    ends: new Map(rows.flatMap(({ id, ended }) => (ended === null ? [] : [[id, ended] as const]))),
    unlisted: idsOf(rows.filter(({ unlisted }) => unlisted)),
    changedSince: idsOf(since),
  }
}
