import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { announce, createSql, type Listeners, type Sql, silentLogger, startJobs } from '#kit'
import { type FreshDatabase, freshDatabase } from '../../tests/postgres.ts'

let database: FreshDatabase
let sql: Sql

before(async () => {
  database = await freshDatabase()
  sql = createSql({ url: database.urls.vault, connectionsMax: 2, application: 'test' })
})
after(async () => {
  await sql.end()
  await database.drop()
})

const start = (listeners: Listeners) =>
  startJobs({ url: database.urls.jobs, listeners, concurrency: 2, log: silentLogger })

async function asJobs(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.urls.jobs })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const ids = { personId: 'per_1', linkId: 'lnk_1', caseId: 'cas_1' }

test('an announcement is handled once its transaction is committed, and one rolled back is never heard of', async () => {
  const heard = Promise.withResolvers<unknown>()
  const jobs = await start({
    'case-raised': async (got) => heard.resolve(got),
    'link-made': async () => heard.reject(new Error('heard of what was rolled back')),
  })
  try {
    await assert.rejects(
      sql.transaction(async (tx) => {
        await announce(tx, 'link-made', { personId: 'per_1', linkId: 'lnk_1' })
        throw new Error('changed my mind')
      }),
    )
    await sql.transaction((tx) => announce(tx, 'case-raised', ids))
    assert.deepEqual(await heard.promise, ids)
  } finally {
    await jobs.stop()
  }
})

test('a failed listener keeps the announcement for later, and the reason kept says nothing about a person', async () => {
  const failed = Promise.withResolvers<void>()
  const jobs = await start({
    'link-made': async () => {
      failed.resolve()
      throw new Error('TESCO STORES 42.17')
    },
  })
  await sql.transaction((tx) => announce(tx, 'link-made', { personId: 'per_1', linkId: 'lnk_1' }))
  await failed.promise
  await jobs.stop()
  const rows = await asJobs(
    `select attempts, last_error from graphile_worker.jobs where task_identifier = 'link-made'`,
  )
  assert.deepEqual(rows, [{ attempts: 1, last_error: 'internal' }])
})

test('what a killed process had begun is taken up by the next one', async () => {
  await sql.transaction((tx) => announce(tx, 'bank-left', { bankId: 'chase', personId: 'per_1' }))
  await asJobs(
    `update graphile_worker._private_jobs set locked_by = 'pool-of-a-killed-process', locked_at = now(), attempts = 1
     where task_id = (select id from graphile_worker._private_tasks where identifier = 'bank-left')`,
  )
  const heard = Promise.withResolvers<unknown>()
  const jobs = await start({ 'bank-left': async (got) => heard.resolve(got) })
  try {
    assert.deepEqual(await heard.promise, { bankId: 'chase', personId: 'per_1' })
  } finally {
    await jobs.stop()
  }
})

test('an announcement for later waits for its instant, and what is said after it is heard before', async () => {
  const order: string[] = []
  const both = Promise.withResolvers<void>()
  const hear = (name: string) => async () => {
    order.push(name)
    if (order.length === 2) both.resolve()
  }
  const inAnHour = Date.now() + 3_600_000
  await sql.transaction((tx) => announce(tx, 'case-unanswered', ids, { notBefore: inAnHour }))
  const [kept] = await asJobs(
    `select extract(epoch from run_at) * 1000 as "runAt" from graphile_worker.jobs
     where task_identifier = 'case-unanswered'`,
  )
  assert.equal(Number(kept!.runAt), inAnHour)
  const jobs = await start({
    'case-unanswered': hear('case-unanswered'),
    'dispute-decided': hear('dispute-decided'),
  })
  try {
    await sql.transaction((tx) => announce(tx, 'dispute-decided', ids))
    while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.deepEqual(order, ['dispute-decided'])
    await asJobs(
      `update graphile_worker._private_jobs set run_at = now()
       where task_id = (select id from graphile_worker._private_tasks where identifier = 'case-unanswered')`,
    )
    await sql.transaction((tx) => announce(tx, 'link-made', { personId: 'per_2', linkId: 'lnk_2' }))
    await both.promise
    assert.deepEqual(order, ['dispute-decided', 'case-unanswered'])
  } finally {
    await jobs.stop()
  }
})
