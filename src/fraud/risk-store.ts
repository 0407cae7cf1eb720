import type { Tx } from '#kit'
import { FINDINGS_MAX, type Finding, isNewer, RISK_SPAN, Risk } from './features/index.ts'
import { HASH_BYTES } from './places.ts'

/** Findings are kept for twice as long as they count: a payment told up to 35 days late meets what counted at its instant. */
const KEPT_SPAN = 2 * RISK_SPAN
/** Of what is kept no longer, so much goes at a time. */
const GONE_MAX = 1_000

/** A finding whose place is a hash: it says neither where nor whose. */
export type OpaqueFinding = Finding

/** What is known of some places (hashes), in one query whatever their number. */
export async function readRisk(tx: Tx, places: readonly string[]): Promise<Risk> {
  const risk = new Risk()
  if (places.length === 0) return risk
  const rows = await tx.query<OpaqueFinding>(
    `select encode(place, 'hex') as place, ref, paid_at as "paidAt", learnt_at as "learntAt", label,
       is_normal as "isNormal"
     from generate_series(1, octet_length($1::bytea) / $2::int) as asked cross join lateral (
       select * from fraud.risk_event
       where place = substring($1::bytea from (asked - 1) * $2::int + 1 for $2::int)
       order by learnt_at desc, ref collate "C" desc limit $3
     ) as found`,
    [Buffer.from(places.join(''), 'hex'), HASH_BYTES, FINDINGS_MAX],
  )
  for (const row of rows) risk.learn(row)
  return risk
}

/**
 * Keeps findings with whatever else the transaction keeps, of several about one payment at a place the one learnt last, and
 * lets go of what no longer counts for anybody.
 */
export async function keepFindings(tx: Tx, findings: readonly OpaqueFinding[], now: number): Promise<void> {
  if (findings.length === 0) return
  const latest = new Map<string, OpaqueFinding>()
  for (const finding of findings) {
    const key = `${finding.place} ${finding.ref}`
    const before = latest.get(key)
    if (!before || isNewer(finding, before)) latest.set(key, finding)
  }
  const kept = [...latest.values()]
  await tx.query(
    `delete from fraud.risk_event where ctid = any(array(
       select ctid from fraud.risk_event where learnt_at < $1 limit $2 for update skip locked
     ))`,
    [now - KEPT_SPAN, GONE_MAX],
  )
  await tx.query(
    // In one order, so that two writers never wait for each other.
    `insert into fraud.risk_event as known (place, ref, paid_at, learnt_at, label, is_normal)
     select decode(place, 'hex'), ref, paid_at, learnt_at, label, is_normal
     from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::boolean[])
       as finding (place, ref, paid_at, learnt_at, label, is_normal)
     order by place, ref
     on conflict (place, ref) do update set paid_at = excluded.paid_at, learnt_at = excluded.learnt_at,
       label = excluded.label, is_normal = excluded.is_normal
     where (excluded.learnt_at, array_position($7::text[], excluded.label))
       > (known.learnt_at, array_position($7::text[], known.label))`,
    [
      kept.map(({ place }) => place),
      kept.map(({ ref }) => ref),
      kept.map(({ paidAt }) => paidAt),
      kept.map(({ learntAt }) => learntAt),
      kept.map(({ label }) => label),
      kept.map(({ isNormal }) => isNormal),
      // At the same instant the worse is believed, as in `isNewer`.
      ['unknown', 'genuine', 'fraud'],
    ],
  )
}
