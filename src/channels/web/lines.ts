import type { Conversation } from '#conversation'
import { type Clock, DAY, HOUR, MINUTE, type Sql } from '#kit'
import type { People } from '#people'
import { isQuiet } from '../stop.ts'
import { createDueLinks, type DueLink, type Traffic } from './due-links.ts'
import type { createExchanges } from './exchange.ts'

/** While payments pour in, so much of each round goes to lines: a loan for one holds up the payments of the same link. */
const SLICE_MS = 200
/** What failed is tried again after so long. */
const RETRY_MS = MINUTE
/** A payment is told within two days or not at all, so what was told need not be known for longer. */
const TOLD_DAYS = 4

export type LineTeller = ReturnType<typeof createLineTeller>

/** Writes quiet lines about payments, from the links that the intake notes with each commit. */
export function createLineTeller(needs: {
  sql: Sql
  people: People
  conversation: Conversation
  exchanges: ReturnType<typeof createExchanges>
  clock: Clock
  traffic: Traffic
}) {
  const { sql, people, conversation, exchanges, clock, traffic } = needs

  /** Tells what is due at one link. Two who try at once do it one after the other, and the second finds nothing left. */
  async function tell({ linkId, personId }: DueLink): Promise<number | null> {
    const [person, isLeftInPeace] = await Promise.all([people.find(sql, personId), isQuiet(sql, personId)])
    if (!person || person.erasedAt !== null || isLeftInPeace) return null
    return await sql.transaction(async (tx) => {
      // The second statement is begun, and sees what there is, once the first has its lock.
      const [, told] = await Promise.all([
        tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`lines/${linkId}`]),
        tx.query<{ id: string }>(
          `select transaction_id as id from channels.line_told where person_id = $1 and told_at > $2`,
          [personId, clock.now() - TOLD_DAYS * DAY],
        ),
      ])
      const exchange = exchanges.begin(personId, person)
      const { lookAgainAt } = await conversation.lines(
        linkId,
        new Set(told.map(({ id }) => id)),
        { personId, timeZone: person.timeZone },
        // Whoever took the consent back meanwhile is left in peace.
        async (answer, loan) => (answer.kind === 'refusal' ? null : await exchange.show(answer, loan)),
      )
      return lookAgainAt
    })
  }

  let forgotAt = Number.NEGATIVE_INFINITY
  /** What was told too long ago cannot be told again. Looked for once an hour, when there is nothing else to do. */
  async function forgetOld(): Promise<void> {
    const now = clock.now()
    if (now - forgotAt < HOUR) return
    await sql.query(`delete from channels.line_told where told_at < $1`, [now - TOLD_DAYS * DAY])
    forgotAt = now
  }

  return createDueLinks({
    sql,
    table: 'intake.line_due',
    retryMs: RETRY_MS,
    clock,
    traffic,
    look: tell,
    givesWay: (begun) => traffic.isPouring() && clock.now() - begun >= SLICE_MS,
    idle: forgetOld,
  })
}
