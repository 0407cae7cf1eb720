import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { Fault, isAlive } from '#kit'
import type { ServerUser } from './server-user.ts'

const START_WAIT_MS = 30_000

/** One server: its programs, its files, who runs it, and who owns what is in it. */
export type Server = { bin: string; cluster: string; user: ServerUser; owner: string; password: string }

/**
 * The port of a server that already runs on these files, or null when none does; the lock file of one that was killed
 * is cleared away, but only once none of its processes is left, since two servers on the same files destroy them.
 */
export async function findRunning(server: Server): Promise<number | null> {
  const deadline = Date.now() + START_WAIT_MS
  while (Date.now() < deadline) {
    const { pid, port } = await readLockFile(server)
    const processes = await processesOf(server)
    const runs = processes ? processes.includes(pid) : isAlive(pid)
    if (!runs && !processes?.length) {
      // A process id is used again after a crash, most of all in containers, and PostgreSQL would take it for its own.
      if (processes) await rm(lockFileOf(server), { force: true })
      return null
    }
    const greeting = runs && port ? await greet(addressOf(server, port, 'postgres')) : 'silent'
    if (greeting === 'open') return port
    if (greeting === 'locked') throw lockedOut(server)
    await new Promise((next) => setTimeout(next, 250))
  }
  throw new Fault('postgres-not-started', {
    detail: `a PostgreSQL runs on ${server.cluster} but does not answer. Stop it, then start again`,
  })
}

/** Starts it with the settings as written; false with the reason when it did not come up. */
export async function startServer(server: Server): Promise<{ ok: true } | { ok: false; why: string }> {
  const log = join(server.cluster, 'start.log')
  const { code, output } = await runProgram(server, 'pg_ctl', [
    'start',
    `--pgdata=${server.cluster}`,
    '--wait',
    '--timeout=120',
    '--silent',
    `--log=${log}`,
  ])
  return code === 0 ? { ok: true } : { ok: false, why: (output || (await lastLines(log))).trim() }
}

/** Whether a server runs on these files. */
export async function isRunning(server: Server): Promise<boolean> {
  const { pid } = await readLockFile(server)
  const processes = await processesOf(server)
  return processes ? processes.includes(pid) : isAlive(pid)
}

/** Names the server in the titles of its processes, by which they are found again. */
export function titleOf(cluster: string): string {
  return `guichet-${createHash('sha256').update(cluster).digest('hex').slice(0, 16)}`
}

/** Ends all connections, writes everything out and waits for the end. */
export async function stopServer(server: Server): Promise<void> {
  const { code, output } = await runProgram(server, 'pg_ctl', [
    'stop',
    `--pgdata=${server.cluster}`,
    '--mode=fast',
    '--wait',
    '--timeout=60',
    '--silent',
  ])
  const lock = await readFile(lockFileOf(server), 'utf8').catch(() => null)
  if (code !== 0 && lock !== null)
    throw new Fault('postgres-not-started', { detail: `it did not stop: ${output.trim()}` })
}

/** Runs one of PostgreSQL's programs as the server's user. The server it starts leaves our process group, so that Ctrl-C
 *  reaches us first and we stop it in order. */
export async function runProgram(
  server: Server,
  program: 'initdb' | 'pg_ctl',
  args: string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(join(server.bin, program), args, {
    ...server.user,
    cwd: server.cluster,
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

/** The owner’s address of one of its databases. */
export function addressOf(server: Server, port: number, database: string): string {
  return `postgres://${server.owner}:${server.password}@127.0.0.1:${port}/${database}`
}

/** Whether a server answers there, and lets us in. */
export async function greet(url: string): Promise<'open' | 'locked' | 'silent'> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return 'open'
  } catch (error) {
    return (error as { code?: string }).code === '28P01' ? 'locked' : 'silent'
  } finally {
    await client.end().catch(() => {})
  }
}

export function lockedOut(server: Server): Fault {
  return new Fault('postgres-not-started', {
    detail:
      `the database in ${server.cluster} was made with another keys/database.secret. Put that file back; ` +
      'to begin anew, remove the whole data folder',
  })
}

function lockFileOf(server: Server): string {
  return join(server.cluster, 'postmaster.pid')
}

/** The first line is the process id, the fourth the port; both 0 when there is no lock file. */
async function readLockFile(server: Server): Promise<{ pid: number; port: number }> {
  const lines = (await readFile(lockFileOf(server), 'utf8').catch(() => '')).split('\n')
  return { pid: Number(lines[0]) || 0, port: Number(lines[3]) || 0 }
}

/** The processes of this server by their command lines, which a dead one that is not yet reaped has no more. Null where
 *  the system has no /proc. */
async function processesOf(server: Server): Promise<number[] | null> {
  if (process.platform !== 'linux') return null
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const title = `postgres: ${titleOf(server.cluster)}: `
  const found = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      const [program = '', ...args] = line.split('\0')
      const isOurs = line.startsWith(title) || (/postgres$/.test(program) && args.includes(server.cluster))
      return isOurs ? [Number(pid)] : []
    }),
  )
  return found.flat()
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trim().split('\n').slice(-5).join(' · ')
}
