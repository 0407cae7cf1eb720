import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import pg from 'pg'
import { migrate, prepareDatabase } from '#database'
import { type FreshDatabase, freshDatabase } from '../../tests/postgres.ts'
import { TEST_SECRET } from '../../tests/test-server.ts'
import { MIGRATIONS, readMigrations } from './migrate.ts'

let database: FreshDatabase
let client: pg.Client
let folder: string

before(async () => {
  database = await freshDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
after(async () => {
  await client.end()
  await database.drop()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-migrations-'))
  await client.query('truncate migration.applied')
})
afterEach(() => rm(folder, { recursive: true }))

const write = (name: string, text: string) => writeFile(join(folder, name), text)
const exists = async (table: string) =>
  (await client.query('select to_regclass($1) is not null as it', [table])).rows[0].it

test('each migration runs once, in order', async () => {
  await write('0001_first.sql', 'create table first (n int)')
  await write('0002_second.sql', 'insert into first values (1); create table second ()')
  assert.deepEqual(await migrate(client, folder), ['0001_first.sql', '0002_second.sql'])
  assert.deepEqual(await migrate(client, folder), [])
})

test('a migration that fails half-way leaves nothing behind and says which it was', async () => {
  await write('0001_half.sql', 'create table half (); select 1/0')
  await assert.rejects(migrate(client, folder), { code: 'migration-failed', message: /0001_half\.sql/ })
  assert.equal(await exists('half'), false)
  await write('0001_half.sql', 'create table half ()')
  assert.deepEqual(await migrate(client, folder), ['0001_half.sql'])
})

test('a landed migration that was edited is refused', async () => {
  await write('0001_landed.sql', 'create table landed ()')
  await migrate(client, folder)
  await write('0001_landed.sql', 'create table landed (n int)')
  await assert.rejects(migrate(client, folder), {
    code: 'migration-altered',
    message: /0001_landed\.sql was edited/,
  })
})

test('a database that a newer version has changed is refused', async () => {
  await write('0001_known.sql', 'select 1')
  await write('0002_newer.sql', 'select 1')
  await migrate(client, folder)
  await rm(join(folder, '0002_newer.sql'))
  await assert.rejects(migrate(client, folder), { code: 'migration-altered', message: /0002_newer\.sql/ })
})

test('a badly named migration and two with one number are refused before anything runs', async () => {
  await write('0001_good.sql', 'create table good ()')
  await write('2_bad.sql', 'select 1')
  await assert.rejects(migrate(client, folder), { code: 'migration-failed', message: /2_bad\.sql/ })
  await rm(join(folder, '2_bad.sql'))
  await write('0001_twin.sql', 'select 1')
  await assert.rejects(migrate(client, folder), { code: 'migration-failed', message: /two migrations/ })
  assert.equal(await exists('good'), false)
})

test('two Guichets that start at once on an empty database both find it ready', async () => {
  const admin = new URL(database.url)
  const name = `${admin.pathname.slice(1)}_twice`
  await client.query(`create database ${name}`)
  admin.pathname = name
  try {
    await Promise.all([1, 2, 3].map(() => prepareDatabase({ url: admin.href, secret: TEST_SECRET })))
    const once = new pg.Client({ connectionString: admin.href })
    await once.connect()
    const { rows } = await once.query(
      'select count(*)::int as n, count(distinct number)::int as numbers from migration.applied',
    )
    await once.end()
    assert.equal(rows[0].n, rows[0].numbers)
    assert.ok(rows[0].n >= 1)
  } finally {
    for (const one of [name, `${name}_keys`])
      await client.query(`drop database if exists ${one} with (force)`)
  }
})

test('changes that were noted payment by payment are kept together by the write that made them', async () => {
  const prepared = await freshDatabase()
  const own = new pg.Client({ connectionString: prepared.url })
  try {
    await own.connect()
    await own.query(`drop table intake.change`)
    const [before, together] = (await readMigrations(MIGRATIONS)).filter(({ name }) =>
      /change_feed|changes_together/.test(name),
    )
    await own.query(/create table intake.change \([^;]*;/.exec(before!.text)![0])
    await own.query(`insert into intake.change values
      ('l', 'a', 1, 24300, 't1', 'added'), ('l', 'a', 1, 24300, 't2', 'added'), ('l', 'a', 1, 24301, 't3', 'added'),
      ('l', 'a', 2, 24300, 't1', 'removed'), ('l', 'a', 2, 24300, 't2', 'modified')`)
    await own.query(together!.text)
    const { rows } = await own.query(
      `select version::int, month, added, modified, removed from intake.change order by version, month`,
    )
    assert.deepEqual(rows, [
      { version: 1, month: 24300, added: ['t1', 't2'], modified: [], removed: [] },
      { version: 1, month: 24301, added: ['t3'], modified: [], removed: [] },
      { version: 2, month: 24300, added: [], modified: ['t2'], removed: ['t1'] },
    ])
  } finally {
    await own.end()
    await prepared.drop()
  }
})

test('a server that cannot be reached is told with its address and without the password', async () => {
  await assert.rejects(
    prepareDatabase({ url: 'postgres://owner:hunter2@127.0.0.1:9/guichet', secret: TEST_SECRET }),
    (error: Error & { code: string }) =>
      error.code === 'database-unreachable' &&
      /127\.0\.0\.1:9/.test(error.message) &&
      !/hunter2/.test(error.message),
  )
})
