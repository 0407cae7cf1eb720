import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Fault } from '#kit'

const run = promisify(execFile)

/** Who runs the server: numeric ids to start a process as, or nothing for ourselves. */
export type ServerUser = { uid: number; gid: number } | Record<string, never>

const NAME = 'postgres'

/**
 * PostgreSQL refuses to run as root. When we are root, its process belongs to the system user `postgres`, made when
 * there is none; otherwise to ourselves.
 */
export async function findServerUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {}
  const existing = await idsOf(NAME)
  if (existing) return existing
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', NAME])
  } catch (cause) {
    throw new Fault('postgres-not-started', {
      cause,
      detail: `PostgreSQL does not run as root, and making the user “${NAME}” failed. Start Guichet as an ordinary user, or make that user`,
    })
  }
  const made = await idsOf(NAME)
  if (!made) throw new Fault('postgres-not-started', { detail: `the user “${NAME}” cannot be found` })
  return made
}

async function idsOf(name: string): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return null
  }
}

/** Whether that user can walk down to `path`: a folder above may be closed to all but root. */
export async function canReach(user: ServerUser, path: string): Promise<boolean> {
  if (user.uid === undefined) return true
  try {
    await run('test', ['-x', path], { ...user, cwd: '/' })
    return true
  } catch {
    return false
  }
}
