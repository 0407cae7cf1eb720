import type { Intake } from '#intake'
import type { Clock, Sql } from '#kit'

/** Links looked at in one round: the rest have their turn in the next. */
const LINKS_PER_ROUND = 50

/** What banks send at the moment. */
export type Traffic = Pick<Intake, 'isPouring' | 'whenTaken'>

/** A link that is due. What comes while it is looked at makes another version of it. */
export type DueLink = { linkId: string; personId: string; version: number }

/**
 * Looks at the links that a table of the intake says are due, some together: each is taken off unless it is to be looked at again,
 * or more came meanwhile. What fails is tried again later, and does not hold up the others. None is looked at before the payments
 * that are being taken at that moment have been.
 */
export function createDueLinks(needs: {
  sql: Sql
  table: 'intake.line_due' | 'intake.worth_due'
  /** How many are looked at together. */
  together: number
  retryMs: number
  clock: Clock
  traffic: Traffic
  /** Gives when to look at each again (milliseconds); null for not before more comes. What is left out stays due. */
  look(due: readonly DueLink[]): Promise<ReadonlyMap<string, number | null>>
  /** Whether a round that began then gives way. */
  givesWay?(begun: number): boolean
  /** Called once each round, before it looks: forgets what was kept for too long. Its failure does not keep anything from being told. */
  tidy(): Promise<void>
}) {
  const { sql, table, together, retryMs, clock, traffic, look, givesWay, tidy } = needs

  async function settle(
    due: readonly DueLink[],
    lookAgainAt: ReadonlyMap<string, number | null>,
  ): Promise<void> {
    const seen = due.filter(({ linkId }) => lookAgainAt.has(linkId))
    if (seen.length === 0) return
    await sql.query(
      // Locked in the order in which the intake notes links, or each could wait for the other.
      `with told as materialized (
         select * from unnest($1::text[], $2::bigint[], $3::bigint[]) as told (link_id, version, look_again_at)
         order by link_id
       ), seen as materialized (
         select due.link_id, look_again_at from told cross join lateral (
           select link_id from ${table} as kept
           where kept.link_id = told.link_id and kept.version = told.version offset 0 for update
         ) as due
       ), over as (
         delete from ${table} as due using seen where due.link_id = seen.link_id and look_again_at is null
       )
       update ${table} as due set not_before = look_again_at from seen
       where due.link_id = seen.link_id and look_again_at is not null`,
      [
        seen.map(({ linkId }) => linkId),
        seen.map(({ version }) => version),
        seen.map(({ linkId }) => lookAgainAt.get(linkId)!),
      ],
    )
  }

  /** Gives how many were looked at. Where some fail together, each is looked at alone. */
  async function lookAt(due: readonly DueLink[], onError: (error: unknown) => void): Promise<number> {
    try {
      const lookAgainAt = await look(due)
      await settle(due, lookAgainAt)
      return lookAgainAt.size
    } catch (error) {
      if (due.length === 1) {
        onError(error)
        await settle(due, new Map([[due[0]!.linkId, clock.now() + retryMs]]))
        return 1
      }
      let failed = 0
      const fail = (why: unknown) => {
        failed++
        onError(why)
      }
      for (const one of due) await lookAt([one], fail)
      // What fails only together is told too.
      if (failed === 0) onError(error)
      return due.length
    }
  }

  return {
    /** One round; true when there may be more. */
    async round(onError: (error: unknown) => void): Promise<boolean> {
      const begun = clock.now()
      const rows = await sql.query<DueLink>(
        `select link_id as "linkId", person_id as "personId", version from ${table}
         where not_before <= $1 order by not_before limit $2`,
        [begun, LINKS_PER_ROUND],
      )
      await tidy().catch(onError)
      let looked = 0
      for (let next = 0; next < rows.length; next += together) {
        if (givesWay?.(begun)) return false
        await traffic.whenTaken()
        looked += await lookAt(rows.slice(next, next + together), onError)
      }
      return rows.length === LINKS_PER_ROUND && looked > 0
    },
  }
}
