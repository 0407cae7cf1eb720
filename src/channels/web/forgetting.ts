import { type Clock, HOUR, type Sql } from '#kit'

const GONE_PER_ROUND = 2_000

/**
 * Lets go of what was told longer ago than `keptMs`, once an hour and by slices, so that nothing that is to be told waits for
 * it; what another process lets go of is left to that one. Call it each round.
 */
export function createForgetting(needs: {
  sql: Sql
  table: 'channels.line_told' | 'channels.worth_told'
  keptMs: number
  clock: Clock
}): () => Promise<void> {
  const { sql, table, keptMs, clock } = needs
  let doneAt = Number.NEGATIVE_INFINITY
  return async () => {
    const now = clock.now()
    if (now - doneAt < HOUR) return
    const gone = await sql.query(
      `delete from ${table} where ctid = any(array(
         select ctid from ${table} where told_at < $1 limit $2 for update skip locked
       )) returning 1`,
      [now - keptMs, GONE_PER_ROUND],
    )
    if (gone.length < GONE_PER_ROUND) doneAt = now
  }
}
