import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault, writeFileDurably } from '#kit'
import { SYSTEM_FOLDER } from './binaries.ts'
import { findFreePort } from './ports.ts'
import { runProgram, type Server, titleOf } from './server-process.ts'
import { canReach, type ServerUser } from './server-user.ts'

/** Chosen once and remembered in `server.json`, so that a second start finds everything as it was. */
export type Place = { cluster: string; port: number }

function placeFile(folder: string): string {
  return join(folder, 'server.json')
}

export async function readPlace(folder: string): Promise<Place | null> {
  try {
    return JSON.parse(await readFile(placeFile(folder), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

export async function rememberPlace(folder: string, place: Place): Promise<void> {
  await writeFileDurably(placeFile(folder), JSON.stringify(place))
}

/**
 * The remembered place; at the first start, a folder that the server's user can reach, and a free port. A place outside
 * the data folder bears the mark of the secret, so that who removed their data folder by hand begins anew.
 */
export async function findPlace(folder: string, user: ServerUser, secret: string): Promise<Place> {
  const remembered = await readPlace(folder)
  if (remembered) return remembered
  await mkdir(dirname(dirname(folder)), { recursive: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (user.uid !== undefined) {
    // What is inside is closed to others by its own mode, so letting them walk through gives nothing away.
    for (const path of [dirname(folder), folder]) await chmod(path, (await stat(path)).mode | 0o011)
  }
  const hash = createHash('sha256').update(`${folder}\0${secret}`).digest('hex').slice(0, 16)
  const reached = await canReach(user, folder)
  if (!reached) await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 })
  const cluster = reached ? join(folder, 'cluster') : join(SYSTEM_FOLDER, `cluster-${hash}`)
  return { cluster, port: await findFreePort() }
}

/** Makes the files of an empty server, once: under another name until they are whole. */
export async function createCluster(server: Server): Promise<void> {
  if (await isThere(server.cluster)) return
  const { user } = server
  const unfinished = `${server.cluster}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  const passwordFile = `${server.cluster}.password`
  await writeFile(passwordFile, `${server.password}\n`, { mode: 0o600 })
  if (user.uid !== undefined) {
    await chown(unfinished, user.uid, user.gid)
    await chown(passwordFile, user.uid, user.gid)
  }
  // One locale on every system, so that the same rows sort the same everywhere.
  const { code, output } = await runProgram({ ...server, cluster: unfinished }, 'initdb', [
    `--pgdata=${unfinished}`,
    `--username=${server.owner}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ])
  await rm(passwordFile)
  if (code !== 0)
    throw new Fault('postgres-not-started', { detail: `its files could not be made: ${output.trim()}` })
  await rename(unfinished, server.cluster)
}

/** Everything but the port is the same for every Guichet. fsync stays on: what is acknowledged survives. */
export async function writeSettings(
  server: Server,
  port: number,
  more: Record<string, string>,
): Promise<void> {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    cluster_name: titleOf(server.cluster),
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

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
