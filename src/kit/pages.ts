import type { Queryable } from './sql.ts'

/** Has a person's open pages, in every process, look again at something they show. Heard once the transaction commits. */
export async function tellPages(sql: Queryable, personId: string, what: string): Promise<void> {
  await sql.query(`select pg_notify('guichet_changed', $1)`, [
    JSON.stringify({ personIds: [personId], what }),
  ])
}
