import type { Tx } from '#kit'
import { FINDINGS_MAX, type Finding, RISK_SPAN, Risk } from './features/index.ts'
import { HASH_BYTES } from './places.ts'

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
       order by learnt_at desc limit $3
     ) as found`,
    [Buffer.from(places.join(''), 'hex'), HASH_BYTES, FINDINGS_MAX],
  )
  for (const row of rows) risk.learn(row)
  return risk
}

/** Keeps findings with whatever else the transaction keeps, and lets go of what no longer counts. */
export async function keepFindings(tx: Tx, findings: readonly OpaqueFinding[], now: number): Promise<void> {
  if (findings.length === 0) return
  await tx.query(
    `with over as (delete from fraud.risk_event where learnt_at < $7)
     insert into fraud.risk_event (place, ref, paid_at, learnt_at, label, is_normal)
     select decode(place, 'hex'), ref, paid_at, learnt_at, label, is_normal
     from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::boolean[])
       as finding (place, ref, paid_at, learnt_at, label, is_normal)
     on conflict do nothing`,
    [
      findings.map(({ place }) => place),
      findings.map(({ ref }) => ref),
      findings.map(({ paidAt }) => paidAt),
      findings.map(({ learntAt }) => learntAt),
      findings.map(({ label }) => label),
      findings.map(({ isNormal }) => isNormal),
      now - RISK_SPAN,
    ],
  )
}
