import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { freshDatabase } from '../../tests/postgres.ts'

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

test('each run-time role can log in and is neither superuser nor able to make roles or pass row security', async () => {
  const database = await freshDatabase()
  try {
    for (const url of Object.values(database.urls)) {
      const [role] = await query(
        url,
        'select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = current_user',
      )
      assert.deepEqual(role, {
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolbypassrls: false,
      })
    }
  } finally {
    await database.drop()
  }
})

test('an announcement is written by the rooms and read only by the role that works the jobs', async () => {
  const database = await freshDatabase()
  try {
    await query(database.urls.vault, `select kit.announce('case-raised', '{"caseId":"cas_1"}')`)
    await query(database.urls.rooms, `select kit.announce('case-raised', '{"caseId":"cas_2"}')`)
    const jobs = await query(
      database.urls.jobs,
      'select payload from graphile_worker._private_jobs order by id',
    )
    assert.deepEqual(
      jobs.map(({ payload }) => payload),
      [{ caseId: 'cas_1' }, { caseId: 'cas_2' }],
    )
    await assert.rejects(
      query(database.urls.vault, 'select * from graphile_worker.jobs'),
      /permission denied/,
    )
    await assert.rejects(
      query(database.urls.log, `select kit.announce('case-raised', '{}')`),
      /permission denied/,
    )
  } finally {
    await database.drop()
  }
})

test('wrapped keys are kept in a database where only their own role is let in', async () => {
  const database = await freshDatabase()
  try {
    assert.deepEqual(await query(database.urls.keys, 'select * from wrapped_key'), [])
    const keys = new URL(database.urls.keys)
    const intruder = new URL(database.urls.vault)
    intruder.pathname = keys.pathname
    await assert.rejects(query(intruder.href, 'select 1'), /permission denied for database/)
    keys.pathname = new URL(database.url).pathname
    await assert.rejects(query(keys.href, 'select 1'), /permission denied for database/)
  } finally {
    await database.drop()
  }
})
