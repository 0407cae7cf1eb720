import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { postgresFolder, removeEmbeddedPostgres } from '#database'
import { Fault } from '#kit'

const MARK = 'guichet.json'

/** Makes the folder, or recognises it as ours by its mark. Throws `folder-not-ours` when it holds other things. */
export async function claimDataFolder(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  // What a person's machine keeps of a demo is that person's alone.
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (await isMarked(path)) return
  if ((await readdir(path)).length > 0)
    throw new Fault('folder-not-ours', { detail: `${path} holds things that are not Guichet’s` })
  await writeFile(join(path, MARK), `${JSON.stringify({ folder: 'the data of a Guichet' })}\n`)
}

/** Deletes everything of an earlier demo, its database too, wherever that stands. Refuses a folder that is not ours. */
export async function resetDataFolder(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (names.length === 0) return
  if (!(await isMarked(path)))
    throw new Fault('folder-not-ours', {
      detail: `${path} does not look like a Guichet’s data, so it is left as it is`,
    })
  await removeEmbeddedPostgres(postgresFolder(path))
  await rm(path, { recursive: true, force: true })
}

async function isMarked(path: string): Promise<boolean> {
  return await readFile(join(path, MARK), 'utf8').then(
    () => true,
    () => false,
  )
}
