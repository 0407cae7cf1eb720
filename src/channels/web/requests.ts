import { type Clock, Fault, type Queryable, type Sql, type Tx } from '#kit'
import { stopAsking } from '../messengers/outbox.ts'

/** What the bank's people are asked to settle: nothing of it says more of a person than an opaque id. */
export type Request = {
  personId: string
  number: string
  kind: 'human' | 'dispute' | 'unanswered-alert'
  bankIds: string[]
  askedAt: number
}

export type Requests = ReturnType<typeof createRequests>

/** The requests that only somebody at the bank can settle, as they are worked through. */
export function createRequests({
  sql,
  clock,
  handBack,
}: {
  sql: Sql
  clock: Clock
  /** What somebody had taken over of a request goes back to the assistant, in the commit that settles it. */
  handBack(tx: Tx, personId: string, number: string): Promise<void>
}) {
  return {
    /** Those that nobody has settled, the oldest first. */
    async open(): Promise<Request[]> {
      return await sql.query<Request>(
        `select person_id as "personId", number, kind, bank_ids as "bankIds", asked_at as "askedAt"
         from channels.request where done_at is null order by asked_at, number`,
      )
    },

    /**
     * Notes who settled a request. Numbers are unlike within a person only: `personId` says whose, when two have the same.
     * Throws `not-found`, `already-done`, and `request-ambiguous` when it is not clear whose is meant.
     */
    async finish(number: string, by: string, personId: string | null): Promise<void> {
      const rows = await sql.query<{ personId: string; doneBy: string | null }>(
        `select person_id as "personId", done_by as "doneBy" from channels.request
         where number = $1 and ($2::text is null or person_id = $2)`,
        [number, personId],
      )
      const open = rows.filter(({ doneBy }) => doneBy === null)
      const [only] = open
      if (rows.length === 0) throw new Fault('not-found', { detail: `There is no request ${number}` })
      if (!only) throw new Fault('already-done', { detail: `${number} was settled by ${rows[0]!.doneBy}` })
      if (open.length > 1)
        throw new Fault('request-ambiguous', {
          detail: `${open.length} people have an open request ${number}`,
        })
      await sql.transaction(async (tx) => {
        const [done] = await tx.query<{ caseId: string | null }>(
          `update channels.request set done_at = $3, done_by = $4
           where person_id = $1 and number = $2 and done_at is null returning case_id as "caseId"`,
          [only.personId, number, clock.now(), by],
        )
        if (!done) throw new Fault('already-done', { detail: `${number} was settled just now` })
        // Somebody at the bank has spoken with them: no messenger needs to ask any more.
        if (done.caseId !== null) await stopAsking(tx, only.personId, done.caseId)
        await handBack(tx, only.personId, number)
      })
    },
  }
}

/** Notes that a person has answered what they were asked about a case: nobody needs to call them any more. */
export async function settleAnswered(
  tx: Queryable,
  { personId, caseId, now }: { personId: string; caseId: string; now: number },
): Promise<void> {
  await tx.query(
    `update channels.request set done_at = $3, done_by = 'the person'
     where person_id = $1 and case_id = $2 and done_at is null`,
    [personId, caseId, now],
  )
}
