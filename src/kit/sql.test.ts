import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FreshDatabase, freshDatabase } from '../../tests/postgres.ts'
import { createSql, type Sql } from './sql.ts'

let database: FreshDatabase
let sql: Sql
before(async () => {
  database = await freshDatabase()
  sql = createSql({ url: database.urls.rooms, connectionsMax: 2, application: 'test' })
})
after(async () => {
  await sql.end()
  await database.drop()
})

test('a transaction that the server ends while something else is waited for fails, and nothing else does', async () => {
  const cut = sql.transaction(async (tx) => {
    await tx.query(`set local idle_in_transaction_session_timeout = '50ms'`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    return await tx.query('select 1')
  })
  await assert.rejects(cut)
  assert.deepEqual(await sql.query('select 1 as one'), [{ one: 1 }])
})

test('a connection that is cut in the middle of a transaction leaves nothing behind', async () => {
  const cut = sql.transaction(async (tx) => {
    await tx.query(`insert into intake.nonce (bank_id, nonce, seen_at) values ('chase', 'cut', 0)`)
    const [{ pid }] = (await tx.query<{ pid: number }>('select pg_backend_pid() as pid')) as [{ pid: number }]
    await sql.query('select pg_terminate_backend($1)', [pid])
    await new Promise((resolve) => setTimeout(resolve, 100))
    await tx.query('select 1')
  })
  await assert.rejects(cut)
  assert.deepEqual(await sql.query(`select 1 from intake.nonce where nonce = 'cut'`), [])
})

test('what throws in a transaction is what its caller gets, and the connection serves the next', async () => {
  for (let round = 0; round < 5; round++)
    await assert.rejects(
      sql.transaction(async (tx) => {
        await tx.query('select 1')
        throw new TypeError('ours')
      }),
      TypeError,
    )
  for (let round = 0; round < 5; round++)
    await assert.rejects(sql.transaction((tx) => tx.query('select nonsense from nowhere')))
  assert.deepEqual(await sql.query('select 1 as one'), [{ one: 1 }])
})
