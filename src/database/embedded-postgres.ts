import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import pg from 'pg'
import { Fault, writeFileDurably } from '#kit'
import { findBinaries, SYSTEM_FOLDER } from './binaries.ts'
import { rolePassword } from './roles.ts'
import { canReach, findServerUser, type ServerUser } from './server-user.ts'

const OWNER = 'guichet_owner'
const DATABASE = 'guichet'

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

/** Chosen once and remembered in `server.json`, so that a second start finds everything as it was. */
type Place = { cluster: string; port: number }

type Server = { bin: string; cluster: string; user: ServerUser; secret: string }

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
  const user = await findServerUser()
  const place = await findPlace(folder, user)
  const native = await findBinaries(user)
  const server: Server = { bin: join(native, 'bin'), cluster: place.cluster, user, secret: needs.secret }

  if (!(await isThere(join(server.cluster, 'PG_VERSION')))) await createCluster(server)
  let port = await findRunning(server)
  const adopted = port !== null
  port ??= await start(server, place.port, needs.settings ?? {})
  await writeFileDurably(placeFile(folder), JSON.stringify({ cluster: server.cluster, port } satisfies Place))

  const url = addressOf(server, port, DATABASE)
  await createDatabase(addressOf(server, port, 'postgres'))
  return {
    url,
    adopted,
    isRunning: () => answers(url),
    stop: () => stop(server),
  }
}

/** Deletes the cluster that belongs to `folder`, wherever it was put. The server must be stopped. */
export async function removeEmbeddedPostgres(folder: string): Promise<void> {
  const place = await readPlace(resolve(folder))
  if (place) await rm(place.cluster, { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
}

function placeFile(folder: string): string {
  return join(folder, 'server.json')
}

async function readPlace(folder: string): Promise<Place | null> {
  try {
    return JSON.parse(await readFile(placeFile(folder), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The remembered place; at the first start, a folder that the server's user can reach, and a free port. */
async function findPlace(folder: string, user: ServerUser): Promise<Place> {
  const remembered = await readPlace(folder)
  if (remembered) return remembered
  await mkdir(dirname(dirname(folder)), { recursive: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (user.uid !== undefined) {
    // What is inside is closed to others by its own mode, so letting them walk through gives nothing away.
    for (const path of [dirname(folder), folder]) await chmod(path, (await stat(path)).mode | 0o011)
  }
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const reached = await canReach(user, folder)
  if (!reached) await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 })
  const cluster = reached ? join(folder, 'cluster') : join(SYSTEM_FOLDER, `cluster-${hash}`)
  return { cluster, port: await findFreePort() }
}

async function createCluster(server: Server): Promise<void> {
  const { cluster, user } = server
  // What an interrupted first start left is not a cluster.
  await rm(cluster, { recursive: true, force: true })
  await mkdir(cluster, { recursive: true, mode: 0o700 })
  if (user.uid !== undefined) await chown(cluster, user.uid, user.gid)
  const passwordFile = `${cluster}.password`
  await writeFile(passwordFile, `${rolePassword(server.secret, OWNER)}\n`, { mode: 0o600 })
  if (user.uid !== undefined) await chown(passwordFile, user.uid, user.gid)
  // One locale on every system, so that the same rows sort the same everywhere.
  const { code, output } = await run(server, 'initdb', [
    `--pgdata=${cluster}`,
    `--username=${OWNER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ])
  await rm(passwordFile)
  if (code !== 0) {
    await rm(cluster, { recursive: true, force: true })
    throw new Fault('postgres-not-started', { detail: `its files could not be made: ${output.trim()}` })
  }
}

/** The port of a server that already runs on this cluster, or null. A lock file left by a crash is cleared away. */
async function findRunning(server: Server): Promise<number | null> {
  const lockFile = join(server.cluster, 'postmaster.pid')
  const deadline = Date.now() + 30_000
  let refused = 0
  while (Date.now() < deadline) {
    const lines = (await readFile(lockFile, 'utf8').catch(() => '')).split('\n')
    const [pid, port] = [Number(lines[0]), Number(lines[3])]
    if (!pid || !isAlive(pid)) return null
    if (port && (await answers(addressOf(server, port, 'postgres')))) return port
    // A process id is used again after a crash, most of all in containers: that process is not our server.
    if (++refused > 3 && !(await looksLikePostgres(pid))) {
      await rm(lockFile, { force: true })
      return null
    }
    await new Promise((next) => setTimeout(next, 250))
  }
  throw new Fault('postgres-not-started', {
    detail: `a PostgreSQL runs on ${server.cluster} but does not let us in. Stop it, then start again`,
  })
}

async function start(server: Server, preferred: number, settings: Record<string, string>): Promise<number> {
  let last = ''
  // The port may be taken meanwhile; and after a kill -9 the last server's orphans need a moment to end.
  for (let attempt = 0; attempt < 8; attempt++) {
    const port = (await isFree(preferred)) ? preferred : await findFreePort()
    await writeSettings(server, port, settings)
    const { code, output } = await run(server, 'pg_ctl', [
      'start',
      `--pgdata=${server.cluster}`,
      '--wait',
      '--timeout=120',
      '--silent',
      `--log=${join(server.cluster, 'start.log')}`,
    ])
    if (code === 0) return port
    last = output || (await lastLines(join(server.cluster, 'start.log')))
    await new Promise((next) => setTimeout(next, 250))
  }
  throw new Fault('postgres-not-started', { detail: last.trim() })
}

async function stop(server: Server): Promise<void> {
  const { code, output } = await run(server, 'pg_ctl', [
    'stop',
    `--pgdata=${server.cluster}`,
    '--mode=fast',
    '--wait',
    '--timeout=60',
    '--silent',
  ])
  const lockFile = join(server.cluster, 'postmaster.pid')
  if (code !== 0 && (await isThere(lockFile)))
    throw new Fault('postgres-not-started', { detail: `it did not stop: ${output.trim()}` })
}

/** Everything but the port is the same for every Guichet. fsync stays on: what is acknowledged survives. */
async function writeSettings(server: Server, port: number, more: Record<string, string>): Promise<void> {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '120',
    shared_buffers: '128MB',
    timezone: 'UTC',
    // A week of logs, each day's file overwritten the week after.
    logging_collector: 'on',
    log_directory: 'log',
    log_filename: 'postgresql-%a.log',
    log_rotation_age: '1d',
    log_truncate_on_rotation: 'on',
    // An error's detail quotes the row, and its statement may hold a value: neither is written down.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    ...more,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`)
  // postgresql.auto.conf is read last and wins over postgresql.conf.
  const path = join(server.cluster, 'postgresql.auto.conf')
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600 })
  if (server.user.uid !== undefined) await chown(path, server.user.uid, server.user.gid)
}

/** Runs one of PostgreSQL's programs as the server's user. The server it starts leaves our process group, so that Ctrl-C
 *  reaches us first and we stop it in order. */
async function run(
  server: Server,
  program: 'initdb' | 'pg_ctl',
  args: string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(join(server.bin, program), args, {
    ...server.user,
    cwd: server.cluster,
    env: { ...process.env, LC_ALL: 'C', PGDATA: undefined, PGPORT: undefined },
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  return await new Promise((done) => {
    child.on('error', (error) => done({ code: -1, output: error.message }))
    child.on('exit', (code) => setImmediate(() => done({ code, output })))
  })
}

function addressOf(server: Server, port: number, database: string): string {
  return `postgres://${OWNER}:${rolePassword(server.secret, OWNER)}@127.0.0.1:${port}/${database}`
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

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Where there is no /proc to ask, we assume the worst: that it is. */
async function looksLikePostgres(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true
  return await readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (line) => /postgres/.test(line),
    () => false,
  )
}

async function findFreePort(): Promise<number> {
  const probe = createServer()
  return await new Promise((done, failed) => {
    probe.once('error', failed)
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  return await new Promise((done) => {
    probe.once('error', () => done(false))
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => done(true)))
  })
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trim().split('\n').slice(-5).join(' · ')
}
