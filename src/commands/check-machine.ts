import { access, constants, readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '#config'
import { type Finding, findingOf, note, right, wrong } from './check.ts'

const NODE_MAJOR_MIN = 24
const DISK_BYTES_MIN = 1024 ** 3

export function checkNode(): Finding {
  const { node } = process.versions
  return Number(node.split('.')[0]) >= NODE_MAJOR_MIN
    ? right(`Node ${node}`)
    : wrong(`Node ${node} is too old`, 'Run `npm ci` in Guichet’s folder: it brings Node 24 along.')
}

export async function checkDisk({ dataFolder }: Settings): Promise<Finding> {
  const folder = await statfs(dataFolder).catch(() => null)
  if (!folder) return note(`${dataFolder} is not there yet; the first start makes it`)
  const free = folder.bavail * folder.bsize
  const gigabytes = (free / 1024 ** 3).toFixed(1)
  return free >= DISK_BYTES_MIN
    ? right(`${gigabytes} GiB free in ${dataFolder}`)
    : wrong(
        `Only ${gigabytes} GiB free in ${dataFolder}`,
        'Make room: a full disk stops every read, since none can be logged.',
      )
}

/** Folders of keys are closed to everybody else; those of profiles and offers can be read. */
export async function checkFolders(settings: Settings): Promise<Finding[]> {
  const { keysFolder, signerFolder, banksFolder, offersFolder } = settings
  return await Promise.all([
    checkClosed('Keys', keysFolder),
    checkClosed('Signer', signerFolder),
    checkReadable('Bank profiles', banksFolder),
    checkReadable('Offers', offersFolder),
  ])
}

async function checkClosed(name: string, folder: string): Promise<Finding> {
  const names = await readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => error)
  if (names instanceof Error)
    return names.code === 'ENOENT'
      ? note(`${name}: ${folder} is not there yet; the first start makes it`)
      : findingOf(`${name}: ${folder}`, names)
  // Windows has no such modes: there, the folder's own rights count.
  if (process.platform === 'win32') return right(`${name}: ${folder}`)
  for (const path of [folder, ...names.map((file) => join(folder, file))]) {
    const { mode, uid } = await stat(path)
    if (process.getuid && uid !== process.getuid())
      return wrong(
        `${name}: ${path} belongs to another user`,
        'Run Guichet as the user who owns it, or chown it to that user.',
      )
    if (mode & 0o077) return wrong(`${name}: other users may open ${path}`, `chmod -R go= ${folder}`)
  }
  return right(`${name}: ${folder}, closed to other users`)
}

async function checkReadable(name: string, folder: string): Promise<Finding> {
  try {
    await access(folder, constants.R_OK | constants.X_OK)
    return right(`${name}: ${folder}`)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? note(`${name}: ${folder} is not there`)
      : findingOf(`${name}: ${folder}`, error)
  }
}
