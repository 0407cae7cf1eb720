import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import {
  type DatabaseUrls,
  keysDatabaseUrl,
  prepareDatabase,
  ROLES,
  restrictConnections,
  roleUrls,
} from '#database'
import { findTestServer, type TestServer } from './test-server.ts'

const MIGRATIONS = join(import.meta.dirname, '../migrations')
const TEMPLATE_LOCK = 5_210_733_914

/** A database of a test's own, as new as on the first day. */
export type FreshDatabase = {
  /** The owner's address: for looking at what is kept, never what a room is given. */
  url: string
  /** A login address for each run-time role; `keys` leads to the keys database. */
  urls: DatabaseUrls
  drop(): Promise<void>
}

let template: Promise<string> | undefined

/** A clone of the migrated template, with its keys database. Takes some tens of milliseconds. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = await findTestServer()
  template ??= findTemplate(server)
  const from = await template
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`
  const url = withDatabase(server.url, name)
  await withClient(server.url, async (owner) => {
    await owner.query(`create database ${name} template ${from}`)
    await owner.query(`create database ${name}_keys template ${from}_keys`)
  })
  await withClient(url, (owner) =>
    restrictConnections(owner, [ROLES.vault, ROLES.rooms, ROLES.log, ROLES.jobs]),
  )
  await withClient(keysDatabaseUrl(url), (owner) => restrictConnections(owner, [ROLES.keys]))
  return {
    url,
    urls: roleUrls(url, server.secret),
    async drop() {
      await withClient(server.url, async (owner) => {
        await owner.query(`drop database if exists ${name} with (force)`)
        await owner.query(`drop database if exists ${name}_keys with (force)`)
      })
    },
  }
}

/** The template for the migrations as they are now: an edited file gives another template, so nothing old is met. */
async function findTemplate(server: TestServer): Promise<string> {
  const name = `template_${await hashMigrations()}`
  await withClient(server.url, async (owner) => {
    await owner.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const { rowCount } = await owner.query('select from pg_database where datname = $1', [name])
    if (rowCount) return
    const unfinished = `${name}_unfinished`
    for (const suffix of ['', '_keys']) {
      await owner.query(`drop database if exists ${unfinished}${suffix} with (force)`)
      await owner.query(`drop database if exists ${name}${suffix} with (force)`)
    }
    await owner.query(`create database ${unfinished}`)
    await prepareDatabase({ url: withDatabase(server.url, unfinished), secret: server.secret })
    await owner.query(`alter database ${unfinished}_keys rename to ${name}_keys`)
    await owner.query(`alter database ${unfinished} rename to ${name}`)
  })
  return name
}

async function hashMigrations(): Promise<string> {
  const names = (await readdir(MIGRATIONS, { recursive: true }))
    .filter((name) => name.endsWith('.sql'))
    .sort()
  const hash = createHash('sha256')
  for (const name of names) hash.update(name).update(await readFile(join(MIGRATIONS, name)))
  return hash.digest('hex').slice(0, 12)
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = name
  return changed.href
}

async function withClient(url: string, use: (owner: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}
