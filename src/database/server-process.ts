import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { Fault } from '#kit'
import type { ServerUser } from './server-user.ts'

/** One server: its programs, its files, who runs it, and who owns what is in it. */
export type Server = { bin: string; cluster: string; user: ServerUser; owner: string; password: string }

/** The port of a server that already runs on this cluster, or null. A lock file left by a crash is cleared away. */
export async function findRunning(server: Server): Promise<number | null> {
  const lockFile = join(server.cluster, 'postmaster.pid')
  const deadline = Date.now() + 30_000
  let refused = 0
  while (Date.now() < deadline) {
    const lines = (await readFile(lockFile, 'utf8').catch(() => '')).split('\n')
    const [pid, port] = [Number(lines[0]), Number(lines[3])]
    if (!pid || !isAlive(pid)) return null
    const greeting = port ? await greet(addressOf(server, port, 'postgres')) : 'silent'
    if (greeting === 'open') return port
    if (greeting === 'locked') throw lockedOut(server)
    // A process id is used again after a crash, most of all in containers: that process is not our server.
    if (++refused > 3 && !(await looksLikePostgres(pid))) {
      await rm(lockFile, { force: true })
      return null
    }
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
  const lock = await readFile(join(server.cluster, 'postmaster.pid'), 'utf8').catch(() => null)
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
  return await readFile(`/proc/${pid}/comm`, 'utf8').then(
    (name) => name.trim() === 'postgres',
    () => false,
  )
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trim().split('\n').slice(-5).join(' · ')
}
