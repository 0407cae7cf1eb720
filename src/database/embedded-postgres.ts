import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { Fault } from '#kit'
import { findBinaries } from './binaries.ts'
import { createCluster, findPlace, readPlace, rememberPlace, writeSettings } from './cluster.ts'
import { findFreePort, isFree } from './ports.ts'
import { rolePassword } from './roles.ts'
import {
  addressOf,
  findRunning,
  greet,
  isRunning,
  lockedOut,
  type Server,
  startServer,
  stopServer,
} from './server-process.ts'
import { findServerUser } from './server-user.ts'

const OWNER = 'guichet_owner'
const DATABASE = 'guichet'
const START_ATTEMPTS_MAX = 8

export type EmbeddedPostgres = {
  /** The owner's address of the database `guichet`. */
  url: string
  /** True when it was running already, left by a process that was killed or still used by one that lives. */
  adopted: boolean
  /** Whether it still answers. */
  isRunning(): Promise<boolean>
  /** Ends all connections, writes everything out and stops the server. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL on a folder of its own, listening on 127.0.0.1 only; makes the cluster at the first start, adopts
 * the server when it is running already. `secret` is the content of `keys/database.secret`, from which the owner's
 * password follows. `settings` are lines of postgresql.conf that come on top. Throws `postgres-not-started`.
 */
export async function startEmbeddedPostgres(needs: {
  folder: string
  secret: string
  settings?: Record<string, string>
}): Promise<EmbeddedPostgres> {
  const folder = resolve(needs.folder)
  const place = await findPlace(folder, await findServerUser(), needs.secret)
  const server = await describeServer(place.cluster, needs.secret)
  await createCluster(server)
  let port = await findRunning(server)
  const adopted = port !== null
  port ??= await start(server, place.port, needs.settings ?? {})
  await rememberPlace(folder, { cluster: server.cluster, port })

  const url = addressOf(server, port, DATABASE)
  if ((await greet(addressOf(server, port, 'postgres'))) === 'locked') {
    await stopServer(server)
    throw lockedOut(server)
  }
  await createDatabase(addressOf(server, port, 'postgres'))
  return {
    url,
    adopted,
    isRunning: async () => (await greet(url)) === 'open',
    stop: () => stopServer(server),
  }
}

/** Stops the server that runs on `folder`, if one does, and deletes all its files, wherever they were put. */
export async function removeEmbeddedPostgres(path: string): Promise<void> {
  const folder = resolve(path)
  const place = await readPlace(folder)
  if (place) {
    const server = await describeServer(place.cluster, '')
    if (await isRunning(server)) await stopServer(server)
    await rm(place.cluster, { recursive: true, force: true })
  }
  await rm(folder, { recursive: true, force: true })
}

async function describeServer(cluster: string, secret: string): Promise<Server> {
  const user = await findServerUser()
  const native = await findBinaries(user)
  return { bin: join(native, 'bin'), cluster, user, owner: OWNER, password: rolePassword(secret, OWNER) }
}

async function start(server: Server, preferred: number, settings: Record<string, string>): Promise<number> {
  let why = ''
  // The port may be taken meanwhile; and after a kill -9 the last server's orphans need a moment to end.
  for (let attempt = 0; attempt < START_ATTEMPTS_MAX; attempt++) {
    const port = (await isFree(preferred)) ? preferred : await findFreePort()
    await writeSettings(server, port, settings)
    const started = await startServer(server)
    if (started.ok) return port
    why = started.why
    await new Promise((next) => setTimeout(next, 250))
  }
  throw new Fault('postgres-not-started', { detail: why })
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}
