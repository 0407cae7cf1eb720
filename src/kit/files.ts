import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700

/** Writes a file so that after a crash it is either whole or absent, and only its owner may read it. */
export async function writeFileDurably(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER })
  const temporary = `${path}.${process.pid}.tmp`
  const file = await open(temporary, 'w', PRIVATE_FILE)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

/** The file's text; when there is none, `make`s it first. Of two processes that start together one wins, and both read it. */
export async function readOrCreateFile(path: string, make: () => Promise<string>): Promise<string> {
  const existing = await readIfThere(path)
  if (existing !== null) return existing
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER })
  const lock = `${path}.lock`
  try {
    const held = await open(lock, 'wx', PRIVATE_FILE)
    await held.close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return await waitFor(path, lock)
  }
  try {
    const made = await readIfThere(path)
    if (made !== null) return made
    const content = await make()
    await writeFileDurably(path, content)
    return content
  } finally {
    await rm(lock, { force: true })
  }
}

/** Another process is making the file. If it died at that, its lock would stay for ever: after two seconds we step in. */
async function waitFor(path: string, lock: string): Promise<string> {
  for (let attempt = 0; attempt < 40; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const content = await readIfThere(path)
    if (content !== null) return content
  }
  await rm(lock, { force: true })
  throw new Error(`another process began to make ${path} and did not finish; start again`)
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
