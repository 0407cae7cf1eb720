import { join } from 'node:path'
import { Logger as JobLogger, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { Fault } from '#kit'
import { MIGRATIONS, migrate } from './migrate.ts'
import { type DatabaseUrls, keysDatabaseUrl, ROLES, rolePassword, roleUrls } from './roles.ts'

const KEY_MIGRATIONS = join(MIGRATIONS, 'keys')

/** Any number will do, as long as every starter takes the same one. */
const STARTER_LOCK = 7_144_820_031

/** A server that starts, or recovers from a crash, says so (SQLSTATE 57P03): it is waited for. */
const CANNOT_CONNECT_NOW = '57P03'
const STARTING_MS_MAX = 60_000

const silent = new JobLogger(() => () => {})

/**
 * Brings a database up to this version and returns a login address for each run-time role. Safe to call at every start
 * and from two starters at once: the second waits, then finds nothing to do.
 * `url` is the owner's: it may create roles and databases, and no room ever sees it. `secret` is the content of
 * `keys/database.secret`. Throws `database-unreachable`, `migration-failed` or `migration-altered`.
 */
export async function prepareDatabase(needs: {
  url: string
  secret: string
  keysUrl?: string | undefined
}): Promise<DatabaseUrls> {
  const { url, secret, keysUrl = keysDatabaseUrl(url) } = needs
  const urls = roleUrls(url, secret, keysUrl)
  const owner = await connect(url)
  try {
    await owner.query('select pg_advisory_lock($1)', [STARTER_LOCK])
    await migrate(owner, MIGRATIONS)
    await setPasswords(owner, secret, Object.values(ROLES))
    await restrictConnections(owner, [ROLES.vault, ROLES.rooms, ROLES.log, ROLES.jobs])
    await installJobs(owner, urls.jobs)
    if (!needs.keysUrl) await createDatabase(owner, databaseName(keysUrl))
    await prepareKeys(keysUrl, secret)
  } finally {
    await owner.end()
  }
  return urls
}

async function prepareKeys(keysUrl: string, secret: string): Promise<void> {
  const owner = await connect(keysUrl)
  try {
    await owner.query('select pg_advisory_lock($1)', [STARTER_LOCK])
    await migrate(owner, KEY_MIGRATIONS)
    await setPasswords(owner, secret, [ROLES.keys])
    await restrictConnections(owner, [ROLES.keys])
  } finally {
    await owner.end()
  }
}

/** Lets only `roles` (and the owner) connect. A database's own rights are not copied from its template, so this is no migration. */
export async function restrictConnections(owner: pg.Client, roles: readonly string[]): Promise<void> {
  const database = pg.escapeIdentifier(owner.database ?? '')
  await owner.query(`revoke all on database ${database} from public`)
  await owner.query(`grant connect on database ${database} to ${roles.join(', ')}`)
}

async function setPasswords(owner: pg.Client, secret: string, roles: readonly string[]): Promise<void> {
  const statements = roles.map(
    (role) => `alter role ${role} password ${pg.escapeLiteral(rolePassword(secret, role))}`,
  )
  // Roles belong to the server: a Guichet on a neighbouring database can be setting the same ones at this moment.
  for (let attempt = 1; ; attempt++) {
    try {
      await owner.query(statements.join(';'))
      return
    } catch (error) {
      if (attempt === 5 || !/concurrently updated/.test((error as Error).message)) throw error
    }
  }
}

/** The job library keeps its own schema by its own migrations, as the role that owns it. */
async function installJobs(owner: pg.Client, jobsUrl: string): Promise<void> {
  const database = pg.escapeIdentifier(owner.database ?? '')
  // Its first statement is CREATE SCHEMA IF NOT EXISTS, which asks for this right even when the schema is there.
  await owner.query(`grant create on database ${database} to ${ROLES.jobs}`)
  try {
    await runMigrations({ connectionString: jobsUrl, logger: silent })
  } finally {
    await owner.query(`revoke create on database ${database} from ${ROLES.jobs}`)
  }
}

async function createDatabase(owner: pg.Client, name: string): Promise<void> {
  const { rowCount } = await owner.query('select from pg_database where datname = $1', [name])
  if (rowCount === 0) await owner.query(`create database ${pg.escapeIdentifier(name)}`)
}

function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1))
}

async function connect(connectionString: string): Promise<pg.Client> {
  const begun = Date.now()
  for (;;) {
    const client = new pg.Client({ connectionString, application_name: 'guichet-starter' })
    try {
      await client.connect()
      return client
    } catch (cause) {
      await client.end().catch(() => {})
      const isStarting = (cause as { code?: string }).code === CANNOT_CONNECT_NOW
      if (!isStarting || Date.now() - begun > STARTING_MS_MAX) throw unreachable(connectionString, cause)
      await new Promise((next) => setTimeout(next, 200))
    }
  }
}

function unreachable(connectionString: string, cause: unknown): Fault {
  const { hostname, port, pathname } = new URL(connectionString)
  return new Fault('database-unreachable', {
    cause,
    detail: `${hostname}:${port || 5432}${pathname}: ${(cause as Error).message}`,
  })
}
