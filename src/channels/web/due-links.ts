import type { Intake } from '#intake'
import type { Clock, Sql } from '#kit'

/** Links looked at in one round: the rest have their turn in the next. */
const LINKS_PER_ROUND = 50

/** What banks send at the moment. */
export type Traffic = Pick<Intake, 'isPouring' | 'whenTaken'>

/** A link that is due. What comes while it is looked at makes another version of it. */
export type DueLink = { linkId: string; personId: string; version: number }

/**
 * Looks at the links that a table of the intake says are due: each is taken off unless it is to be looked at again, or more came
 * meanwhile. What fails is tried again later, and does not hold up the others. None is looked at before the payments that are being
 * taken at that moment have been.
 */
export function createDueLinks(needs: {
  sql: Sql
  table: 'intake.line_due' | 'intake.worth_due'
  retryMs: number
  clock: Clock
  traffic: Traffic
  /** Gives when to look again (milliseconds); null for not before more comes. */
  look(due: DueLink): Promise<number | null>
  /** Whether a round that began then gives way. */
  givesWay?(begun: number): boolean
  /** Called when there is nothing to do. */
  idle(): Promise<void>
}) {
  const { sql, table, retryMs, clock, traffic, look, givesWay, idle } = needs

  async function settle({ linkId, version }: DueLink, lookAgainAt: number | null): Promise<void> {
    if (lookAgainAt === null)
      await sql.query(`delete from ${table} where link_id = $1 and version = $2`, [linkId, version])
    else
      await sql.query(`update ${table} set not_before = $3 where link_id = $1 and version = $2`, [
        linkId,
        version,
        lookAgainAt,
      ])
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
      for (const due of rows) {
        if (givesWay?.(begun)) return false
        await traffic.whenTaken()
        try {
          await settle(due, await look(due))
        } catch (error) {
          onError(error)
          await settle(due, clock.now() + retryMs)
        }
      }
      if (rows.length === 0) await idle()
      return rows.length === LINKS_PER_ROUND
    },
  }
}
