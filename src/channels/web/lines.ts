import type { Conversation, LinesOf } from '#conversation'
import { type Clock, DAY, JOINT, MINUTE, type Sql } from '#kit'
import type { People } from '#people'
import { quietAmong } from '../stop.ts'
import { createDueLinks, type DueLink, type Traffic } from './due-links.ts'
import type { createExchanges } from './exchange.ts'
import { createForgetting } from './forgetting.ts'

/** While payments pour in, so much of each round goes to lines: a loan for one holds up the payments of the same link. */
const SLICE_MS = 200
/** Links that are read, and told, in one commit: more would keep the payments of the first of them waiting. */
const LINKS_TOGETHER = 4
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

  /**
   * Tells what is due at some links, and gives when to look at each again. What another process told or is telling is left to
   * it.
   */
  async function tell(due: readonly DueLink[]): Promise<Map<string, number | null>> {
    const personIds = [...new Set(due.map(({ personId }) => personId))]
    return await sql.transaction(async (tx) => {
      // The others are begun, and see what there is, once the first has its locks.
      const [free, found, quiet, told] = await Promise.all([
        tx.query<{ linkId: string; writtenAfter: number }>(
          `select seen.link_id as "linkId", due.written_after as "writtenAfter"
           from unnest($1::text[], $2::bigint[]) as seen (link_id, version)
             cross join lateral (
               select written_after from intake.line_due as due
               where due.link_id = seen.link_id and due.version = seen.version offset 0
             ) as due
           where pg_try_advisory_xact_lock(hashtextextended('lines/' || seen.link_id, 0))`,
          [due.map(({ linkId }) => linkId), due.map(({ version }) => version)],
        ),
        people.findAll(tx, personIds),
        quietAmong(tx, personIds),
        tx.query<{ personId: string; ids: string | null }>(
          // As one value: a row for each takes longer to read than to find.
          `select asked.id as "personId", told.ids from unnest($1::text[]) as asked (id)
             cross join lateral (
               select string_agg(transaction_id, '${JOINT}') as ids from channels.line_told where person_id = asked.id
             ) as told`,
          [personIds],
        ),
      ])
      const ours = new Map(free.map(({ linkId, writtenAfter }) => [linkId, writtenAfter]))
      const persons = new Map(found.map((person) => [person.id, person]))
      const toldTo = new Map(told.map(({ personId, ids }) => [personId, ids?.split(JOINT)]))
      const lookAgainAt = new Map<string, number | null>()
      const lines: LinesOf[] = []
      for (const { linkId, personId } of due) {
        const writtenAfter = ours.get(linkId)
        if (writtenAfter === undefined) continue
        lookAgainAt.set(linkId, null)
        const person = persons.get(personId)
        if (!person || person.erasedAt !== null || quiet.has(personId)) continue
        lines.push({
          linkId,
          writtenAfter,
          told: new Set(toldTo.get(personId)),
          asker: { personId, timeZone: person.timeZone },
          deliver: exchanges.begin(personId, person).show,
        })
      }
      const again = await conversation.lines(lines)
      for (const [place, { linkId }] of lines.entries()) lookAgainAt.set(linkId, again[place]!)
      return lookAgainAt
    })
  }

  return createDueLinks({
    sql,
    table: 'intake.line_due',
    retryMs: RETRY_MS,
    clock,
    traffic,
    together: LINKS_TOGETHER,
    look: tell,
    givesWay: (begun) => traffic.isPouring() && clock.now() - begun >= SLICE_MS,
    tidy: createForgetting({ sql, table: 'channels.line_told', keptMs: TOLD_DAYS * DAY, clock }),
  })
}
