import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { Fault } from '#kit'

const MIGRATION_FILE = /^(\d{4})_[a-z0-9_]+\.sql$/

export const MIGRATIONS = join(import.meta.dirname, '../../migrations')

type Applied = { number: number; name: string; sha256: string }
type Migration = { number: number; name: string; text: string; sha256: string }

/**
 * Runs each migration of `folder` that this database has not had, in order, each in a transaction of its own together
 * with the row that remembers it. The caller holds a lock against a second starter. Returns the names that were run.
 * Throws `migration-altered` when a landed file was edited or is gone, `migration-failed` when one does not run.
 */
export async function migrate(client: pg.Client, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder)
  await client.query(`
    create schema if not exists migration;
    create table if not exists migration.applied (
      number int primary key,
      name text not null,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`)
  const { rows } = await client.query<Applied>(
    'select number, name, sha256 from migration.applied order by number',
  )
  refuseAltered(rows, migrations)
  const applied = new Set(rows.map((row) => row.number))
  const pending = migrations.filter(({ number }) => !applied.has(number))
  for (const migration of pending) await apply(client, migration)
  return pending.map(({ name }) => name)
}

/** The migrations of the main database that have not run yet. Changes nothing; throws like `migrate`. */
export async function findPendingMigrations(client: pg.Client): Promise<string[]> {
  const migrations = await readMigrations(MIGRATIONS)
  const { rows: tables } = await client.query(`select to_regclass('migration.applied') is not null as it`)
  if (!tables[0].it) return migrations.map(({ name }) => name)
  const { rows } = await client.query<Applied>('select number, name, sha256 from migration.applied')
  refuseAltered(rows, migrations)
  const applied = new Set(rows.map(({ number }) => number))
  return migrations.filter(({ number }) => !applied.has(number)).map(({ name }) => name)
}

/** The migrations of a folder in order. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const migrations = await Promise.all(
    names.map(async (name) => {
      const number = Number(MIGRATION_FILE.exec(name)?.[1])
      if (!number)
        throw new Fault('migration-failed', { detail: `${name} is not named NNNN_what_it_does.sql` })
      const text = await readFile(join(folder, name), 'utf8')
      return { number, name, text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
  const twice = migrations.find((migration, i) => migration.number === migrations[i - 1]?.number)
  if (twice)
    throw new Fault('migration-failed', { detail: `two migrations have the number of ${twice.name}` })
  return migrations
}

function refuseAltered(applied: Applied[], migrations: Migration[]) {
  for (const { number, name, sha256 } of applied) {
    const migration = migrations.find((one) => one.number === number)
    if (!migration)
      throw new Fault('migration-altered', {
        detail: `this database has had ${name}, which this version of Guichet does not know`,
      })
    if (migration.sha256 !== sha256)
      throw new Fault('migration-altered', { detail: `${name} was edited after it had run here` })
  }
}

async function apply(client: pg.Client, { number, name, text, sha256 }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(text)
    await client.query('insert into migration.applied (number, name, sha256) values ($1, $2, $3)', [
      number,
      name,
      sha256,
    ])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Fault('migration-failed', { cause, detail: `${name}: ${(cause as Error).message}` })
  }
}
