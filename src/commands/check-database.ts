import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Settings } from '#config'
import {
  type EmbeddedPostgres,
  findPendingMigrations,
  postgresFolder,
  ROLES,
  readDatabaseSecret,
  roleUrls,
  startEmbeddedPostgres,
} from '#database'
import { type Finding, findingOf, note, right, wrong } from './check.ts'
import { mendOf, wrongIn } from './refused-rows.ts'

const VERSION_MIN = 150_000
const CLOCK_SECONDS_MAX = 5

/** An address to look at the database with, and how to leave it as it was found. */
export type FoundDatabase = {
  ownerUrl: string
  urls: Record<keyof typeof ROLES, string>
  leave(): Promise<void>
}

/** Reaches the database without changing it; null with the reason when there is none to reach. */
export async function findDatabase(
  settings: Settings,
): Promise<{ found: FoundDatabase | null; finding: Finding }> {
  const folder = postgresFolder(settings.dataFolder)
  try {
    if (!settings.databaseUrl && !(await isThere(join(folder, 'server.json'))))
      return {
        found: null,
        finding: note('The embedded PostgreSQL is not there yet; the first start makes it'),
      }
    if (!(await isThere(join(settings.keysFolder, 'database.secret'))))
      return {
        found: null,
        finding: note('This installation has not been started yet: it has no database secret'),
      }
    const secret = await readDatabaseSecret(settings.keysFolder)
    const server: EmbeddedPostgres | null = settings.databaseUrl
      ? null
      : await startEmbeddedPostgres({ folder, secret })
    const ownerUrl = server?.url ?? settings.databaseUrl?.reveal() ?? ''
    const found = {
      ownerUrl,
      urls: roleUrls(ownerUrl, secret, settings.keysDatabaseUrl?.reveal()),
      leave: async () => {
        if (server && !server.adopted) await server.stop()
      },
    }
    return { found, finding: await checkServer(ownerUrl, server !== null) }
  } catch (error) {
    return { found: null, finding: findingOf('PostgreSQL', error) }
  }
}

async function checkServer(ownerUrl: string, embedded: boolean): Promise<Finding> {
  const [row] = await query<{ number: number; name: string; durable: boolean }>(
    ownerUrl,
    `select current_setting('server_version_num')::int as number, split_part(version(), ' ', 2) as name,
       current_setting('fsync') = 'on' and current_setting('synchronous_commit') <> 'off' as durable`,
  )
  const name = `PostgreSQL ${row?.name}${embedded ? ', the embedded one' : ''}`
  if (!row || row.number < VERSION_MIN)
    return wrong(`${name} is too old`, 'Guichet needs PostgreSQL 15 or later.')
  if (!row.durable)
    return wrong(
      `${name} does not wait for the disk`,
      'Set fsync and synchronous_commit to on: an event that was acknowledged must survive a power cut.',
    )
  return right(name)
}

export async function checkMigrations({ ownerUrl }: FoundDatabase): Promise<Finding> {
  try {
    const pending = await withClient(ownerUrl, findPendingMigrations)
    return pending.length === 0
      ? right('Migrations: all have run')
      : note(`Migrations: ${pending.length} will run at the next start`)
  } catch (error) {
    return findingOf('Migrations', error)
  }
}

/** A run-time role that could do more than its grants would be a way round the gate. */
export async function checkRoles({ urls }: FoundDatabase): Promise<Finding[]> {
  return await Promise.all(
    (Object.keys(ROLES) as (keyof typeof ROLES)[]).map(async (role) => {
      const name = `Role ${ROLES[role]}`
      try {
        const [row] = await query<{ strong: boolean; owned: number }>(
          urls[role],
          `select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication as strong,
             (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where c.relowner = r.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
                and n.nspname <> 'graphile_worker') as owned
           from pg_roles r where rolname = current_user`,
        )
        if (!row || row.strong || row.owned > 0)
          return wrong(
            `${name} may do more than it should`,
            `As a superuser: alter role ${ROLES[role]} nosuperuser nocreatedb nocreaterole noreplication nobypassrls; and give what it owns to the owner.`,
          )
        return right(`${name}: neither superuser nor owner`)
      } catch (error) {
        if ((error as { code?: string }).code === '28P01')
          return wrong(
            `${name}: its password is another`,
            'The next start sets it again. If it does not last, another Guichet uses this server: give each its own.',
          )
        return findingOf(name, error)
      }
    }),
  )
}

export async function checkClock({ ownerUrl }: FoundDatabase): Promise<Finding> {
  const before = Date.now()
  const [row] = await query<{ at: number }>(
    ownerUrl,
    'select extract(epoch from clock_timestamp())::float8 as at',
  )
  const middle = (before + Date.now()) / 2
  const apart = Math.abs((row?.at ?? 0) * 1000 - middle) / 1000
  return apart <= CLOCK_SECONDS_MAX
    ? right('Clock: in step with the database')
    : wrong(
        `Clock: ${apart.toFixed(0)} s apart from the database`,
        'Set both by NTP: signatures and consents are judged by the clock.',
      )
}

/** Announcements that nobody could handle: an alert among them would have died silently. */
export async function checkJobs({ urls }: FoundDatabase): Promise<Finding> {
  try {
    const [row] = await query<{ waiting: number; failing: number; given_up: number }>(
      urls.jobs,
      `select count(*)::int as waiting, count(*) filter (where attempts between 1 and max_attempts - 1)::int as failing,
         count(*) filter (where attempts >= max_attempts)::int as given_up from graphile_worker.jobs`,
    )
    const { waiting = 0, failing = 0, given_up: givenUp = 0 } = row ?? {}
    if (givenUp > 0)
      return wrong(
        `Announcements: ${givenUp} given up after 25 attempts`,
        'The log lines “a job failed” carry the codes. Once mended: update graphile_worker._private_jobs set attempts = 0, run_at = now() where attempts >= max_attempts.',
      )
    return right(
      `Announcements: ${waiting} waiting${failing > 0 ? `, ${failing} of them after a failed attempt` : ''}`,
    )
  } catch (error) {
    return (error as { code?: string }).code === '42P01'
      ? note('Announcements: none yet')
      : findingOf('Announcements', error)
  }
}

/** Rows that banks sent and could not be read: for each bank and fault, how many and where the newest stood. */
export async function checkQuarantine({ urls }: FoundDatabase): Promise<Finding[]> {
  try {
    const faults = await query<{
      bank: string
      source: string
      field: string
      why: string
      rows: number
      place: string
    }>(
      urls.rooms,
      `select bank_id as bank, source, field, why, count(*)::int as rows,
         (array_agg(place order by last_at desc))[1] as place
       from intake.quarantine group by bank_id, source, field, why order by max(last_at) desc limit 20`,
    )
    if (faults.length === 0) return [right('Rows of banks: none was refused')]
    return faults.map(({ bank, source, field, why, rows, place }) =>
      note(
        `Rows of ${bank} (${source}): ${rows} refused, ${field} ${wrongIn(why)}, last at ${place}`,
        mendOf(why, source),
      ),
    )
  } catch (error) {
    return (error as { code?: string }).code === '42P01'
      ? [note('Rows of banks: none yet')]
      : [findingOf('Rows of banks', error)]
  }
}

export async function query<T>(url: string, text: string, values: unknown[] = []): Promise<T[]> {
  return await withClient(url, async (client) => (await client.query(text, values)).rows as T[])
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: 'guichet-doctor',
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return await use(client)
  } finally {
    await client.end().catch(() => {})
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
