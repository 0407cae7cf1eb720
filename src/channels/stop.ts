import type { Queryable } from '#kit'

/**
 * Somebody who says stop is sent nothing unasked from that instant, on any channel. The one exception is the question
 * whether a payment is theirs, which only withdrawing the consent to fraud alerts ends: a word typed in haste, or by whoever
 * holds the telephone, must not switch the alarm off.
 */
export async function stop(tx: Queryable, personId: string, now: number): Promise<void> {
  await tx.query(`insert into channels.quiet (person_id, since) values ($1, $2) on conflict do nothing`, [
    personId,
    now,
  ])
}

/** They want to hear from us again: what their consents and choices say counts as before. */
export async function startAgain(tx: Queryable, personId: string): Promise<void> {
  await tx.query(`delete from channels.quiet where person_id = $1`, [personId])
}

/** Whether nothing may be sent to a person unasked. Ask in the last moment before sending. */
export async function isQuiet(sql: Queryable, personId: string): Promise<boolean> {
  return (await quietAmong(sql, [personId])).has(personId)
}

/** Those of some people to whom nothing may be sent unasked. */
export async function quietAmong(sql: Queryable, personIds: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    `select person_id as id from channels.quiet where person_id = any($1)`,
    [personIds],
  )
  return new Set(rows.map(({ id }) => id))
}
