import type { HumanDesk } from '#conversation'
import type { Sql } from '#kit'

/** What the conversation asks about people at banks: who of them answers here, and what is waited for already. */
export function createHumanDesk(sql: Sql, staffed: HumanDesk['answerHere']): HumanDesk {
  return {
    answerHere: staffed,
    async waiting(personId) {
      const [open] = await sql.query<{ number: string; at: number }>(
        `select number, asked_at as at from channels.request
         where person_id = $1 and kind = 'human' and done_at is null order by asked_at desc limit 1`,
        [personId],
      )
      return open ?? null
    },
  }
}
