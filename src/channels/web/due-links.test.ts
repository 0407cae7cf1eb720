import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSql, type Sql } from '#kit'
import { freshDatabase } from '../../../tests/postgres.ts'
import { createDueLinks } from './due-links.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let sql: Sql
before(async () => {
  database = await freshDatabase()
  sql = createSql({ url: database.urls.rooms, connectionsMax: 3, application: 'test' })
})
after(async () => {
  await sql.end()
  await database.drop()
})

for (const table of ['intake.line_due', 'intake.worth_due'] as const) {
  const note = () =>
    sql.query(
      `insert into ${table} (link_id, person_id) values ('lnk_a', 'per_a')
       on conflict (link_id) do update set version = excluded.version, not_before = 0`,
    )
  const isDue = async () => (await sql.query(`select from ${table}`)).length === 1

  /** A process for which nothing is left to tell, once `whileItLooks` is over. */
  const processThat = (whileItLooks: () => Promise<unknown>) =>
    createDueLinks({
      sql,
      table,
      together: 1,
      retryMs: 1000,
      clock: { now: () => 1 },
      traffic: { isPouring: () => false, whenTaken: () => Promise.resolve() },
      look: async ([one]) => {
        await whileItLooks()
        return new Map([[one!.linkId, null]])
      },
      tidy: () => Promise.resolve(),
    })
  const round = (one: ReturnType<typeof processThat>) => one.round((error) => assert.fail(String(error)))
  const nothing = () => Promise.resolve()

  test(`what comes while a link is looked at stays due (${table})`, async () => {
    await note()
    await round(processThat(note))
    assert.equal(await isDue(), true)
    await round(processThat(nothing))
    assert.equal(await isDue(), false)
  })

  test(`and so it does where another process has taken the link off before it came (${table})`, async () => {
    await note()
    await round(
      processThat(async () => {
        await round(processThat(nothing))
        assert.equal(await isDue(), false)
        await note()
      }),
    )
    assert.equal(await isDue(), true)
    await round(processThat(nothing))
  })
}
