import { DAY, type Tx } from '#kit'
import type { Transaction } from '#vault'
import { hasGrown } from './life-of-a-payment.ts'

/** A payment that was made longer ago has no line any more. */
const REACH = 10 * DAY

/**
 * Notes a link for a line where a list or a statement has made one of its card payments larger: what was of no interest to its
 * person may be now. Call it before the payments are written, since the line is looked for in what is written from here on.
 * Nobody without a consent to alerts is noted: the refusal would stand in their log.
 */
export async function noteGrown(
  tx: Tx,
  { linkId, personId }: { linkId: string; personId: string },
  { known, changed }: { known: readonly Transaction[]; changed: readonly Transaction[] },
  now: number,
): Promise<void> {
  const recent = changed.filter(
    ({ cardNumberDisplay, at }) => cardNumberDisplay !== null && now - at <= REACH,
  )
  if (!hasGrown(new Map(known.map((payment) => [payment.id, payment])), recent)) return
  await tx.query(
    `insert into intake.line_due as known (link_id, person_id, not_before)
     select $1, $2, $3::bigint where exists (
       select 1 from consent.grant
       where link_id = $1 and purpose = 'fraud-alerts' and state = 'given' and expires_at > $3
         and not one_time and access_id is null
     )
     on conflict (link_id) do update set version = excluded.version,
       not_before = least(known.not_before, excluded.not_before)`,
    [linkId, personId, now],
  )
}
