import type { Conversation } from '#conversation'
import { type Clock, DAY, HOUR, MINUTE, type Sql } from '#kit'
import type { People } from '#people'
import { isQuiet } from '../stop.ts'
import type { createExchanges } from './exchange.ts'

/** Links looked at in one round: the rest have their turn in the next. */
const LINKS_PER_ROUND = 50
/** While payments pour in, so much of each round goes to lines: a loan for one holds up the payments of the same link. */
const SLICE_MS = 200
/** What failed is tried again after so long. */
const RETRY_MS = MINUTE
/** A payment is told within two days or not at all, so what was told need not be known for longer. */
const TOLD_DAYS = 4

export type LineTeller = ReturnType<typeof createLineTeller>

type Due = { linkId: string; personId: string; version: number }

/** Writes quiet lines about payments, from the links that the intake notes with each commit. */
export function createLineTeller(needs: {
  sql: Sql
  people: People
  conversation: Conversation
  exchanges: ReturnType<typeof createExchanges>
  clock: Clock
  /** Whether payments pour in. */
  isPouring(): boolean
}) {
  const { sql, people, conversation, exchanges, clock, isPouring } = needs

  /** Tells what is due at one link. Two who try at once do it one after the other, and the second finds nothing left. */
  async function tell({ linkId, personId }: Due): Promise<{ lookAgainAt: number | null }> {
    const person = await people.find(sql, personId)
    if (!person || person.erasedAt !== null || (await isQuiet(sql, personId))) return { lookAgainAt: null }
    return await sql.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`lines/${linkId}`])
      const told = await tx.query<{ id: string }>(
        `select transaction_id as id from channels.line_told where person_id = $1 and told_at > $2`,
        [personId, clock.now() - TOLD_DAYS * DAY],
      )
      const exchange = exchanges.begin(personId, person)
      return await conversation.lines(
        linkId,
        new Set(told.map(({ id }) => id)),
        { personId, timeZone: person.timeZone },
        // Whoever took the consent back meanwhile is left in peace.
        async (answer, loan) => (answer.kind === 'refusal' ? null : await exchange.show(answer, loan)),
      )
    })
  }

  /** Looks at a link, and takes it off the list unless it is to be looked at again or more came meanwhile. */
  async function look(due: Due): Promise<void> {
    const { lookAgainAt } = await tell(due)
    if (lookAgainAt === null)
      await sql.query(`delete from intake.line_due where link_id = $1 and version = $2`, [
        due.linkId,
        due.version,
      ])
    else await wait(due, lookAgainAt)
  }

  let forgotAt = Number.NEGATIVE_INFINITY
  /** What was told too long ago cannot be told again. Looked for once an hour, when there is nothing else to do. */
  async function forgetOld(): Promise<void> {
    const now = clock.now()
    if (now - forgotAt < HOUR) return
    await sql.query(`delete from channels.line_told where told_at < $1`, [now - TOLD_DAYS * DAY])
    forgotAt = now
  }

  /** Has a link looked at later; what came meanwhile is looked at now. */
  const wait = ({ linkId, version }: Due, until: number) =>
    sql.query(`update intake.line_due set not_before = $3 where link_id = $1 and version = $2`, [
      linkId,
      version,
      until,
    ])

  return {
    /**
     * One round over the links that are due; true when there may be more. What fails is tried again later, and does not hold
     * up the others.
     */
    async round(onError: (error: unknown) => void): Promise<boolean> {
      const begun = clock.now()
      const rows = await sql.query<Due>(
        `select link_id as "linkId", person_id as "personId", version from intake.line_due
         where not_before <= $1 order by not_before limit $2`,
        [begun, LINKS_PER_ROUND],
      )
      for (const due of rows) {
        if (isPouring() && clock.now() - begun >= SLICE_MS) return false
        try {
          await look(due)
        } catch (error) {
          onError(error)
          await wait(due, clock.now() + RETRY_MS)
        }
      }
      if (rows.length === 0) await forgetOld()
      return rows.length === LINKS_PER_ROUND
    },
  }
}
