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

test('a commit sent right behind the last statements keeps all of them', async () => {
  await sql.transaction(async (tx) => {
    const kept = [tx.query(`insert into intake.nonce (bank_id, nonce, seen_at) values ('chase', 'last', 0)`)]
    kept.push(tx.query('select 1'))
    tx.finish()
    await assert.rejects(tx.query('select 2'), /has sent its commit/)
    await Promise.all(kept)
  })
  assert.equal((await sql.query(`select 1 from intake.nonce where nonce = 'last'`)).length, 1)
})

test('when a statement before such a commit fails, nothing is kept and its failure is told', async () => {
  const failed = sql.transaction(async (tx) => {
    const kept = tx.query(`insert into intake.nonce (bank_id, nonce, seen_at) values ('chase', 'undone', 0)`)
    const fails = tx.query('select 1 / 0')
    tx.finish()
    await kept
    await fails
  })
  await assert.rejects(failed, { code: '22012' })
  const forgotten = sql.transaction(async (tx) => {
    tx.query('select 1 / 0').catch(() => {})
    tx.finish()
  })
  await assert.rejects(forgotten, /nothing was committed/)
  assert.deepEqual(await sql.query(`select 1 from intake.nonce where nonce = 'undone'`), [])
})

test('an array arrives as it was, whatever is in it', async () => {
  const arrays = [
    ['txn_a-b_C.9~', 'account:1'],
    ['null', 'NULL', 'nULl', 'nulls'],
    ['', ' ', 'a b', 'a,b', '{a}', '"', '\\', '\n', 'é', '𝔘'],
    ['a', null],
    [],
  ]
  for (const array of arrays) {
    const [row] = await sql.query<{ array: unknown }>('select $1::text[] as array', [array])
    assert.deepEqual(row!.array, array)
  }
  const [row] = await sql.query(
    'select $1::bigint[] as numbers, $2::boolean[] as words, $3::float8[] as real',
    [
      [0, -7, 2 ** 53 - 1],
      [true, false],
      [1.5, -1e-7, Number.POSITIVE_INFINITY],
    ],
  )
  assert.deepEqual(row, {
    numbers: ['0', '-7', '9007199254740991'],
    words: [true, false],
    real: [1.5, -1e-7, Number.POSITIVE_INFINITY],
  })
})

test('what is still asked of a transaction that is over is refused, however it ended', async () => {
  for (const ends of ['kept', 'failed']) {
    const late = Promise.withResolvers<unknown>()
    const ended = sql.transaction(async (tx) => {
      const slow = async () => {
        await new Promise((next) => setImmediate(next))
        await tx.query(`insert into intake.nonce (bank_id, nonce, seen_at) values ('chase', 'late', 0)`)
      }
      late.resolve(slow().catch((error: unknown) => error))
      if (ends === 'failed') throw new TypeError('ours')
    })
    if (ends === 'failed') await assert.rejects(ended, TypeError)
    else await ended
    assert.match(String(await late.promise), /this transaction is over/, ends)
    assert.deepEqual(await sql.query(`select 1 from intake.nonce where nonce = 'late'`), [])
  }
})

test('a statement that was first asked while its table was empty finds its rows by their index when there are many', async () => {
  const owner = createSql({ url: database.url, connectionsMax: 1, application: 'test' })
  try {
    const read = () =>
      owner.query(
        `select kept.name from unnest($1::text[]) as asked (name) join shelf as kept using (name)`,
        [['book 7']],
      )
    await owner.query(`create table shelf (name text primary key)`)
    // Statistics taken meanwhile would have it planned anew.
    await owner.query(`alter table shelf set (autovacuum_enabled = false)`)
    await read()
    await owner.query(`insert into shelf select 'book ' || n from generate_series(1, 2000) as n`)
    assert.deepEqual(await read(), [{ name: 'book 7' }])
    await owner.query(`select pg_stat_force_next_flush()`)
    const [stats] = await owner.query<{ read: number }>(
      `select seq_tup_read as read from pg_stat_user_tables where relname = 'shelf'`,
    )
    assert.equal(stats!.read, 0)
  } finally {
    await owner.end()
  }
})
