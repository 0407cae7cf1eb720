import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, DAY, Fault, type Random, readOrCreateFile, seal, unseal, wipeKey } from '#kit'

/** How long one key-encryption key serves: a backup of wrapped keys older than this opens nothing. */
export const EPOCH_DAYS = 30

/**
 * Key-encryption keys, one per bank and 30-day epoch. This small interface is what a PKCS#11 token or a cloud KMS
 * would stand behind; the one built in keeps its keys in files of their own.
 */
export type Kms = {
  currentEpoch(): number
  /** Wraps `key` for `bankId` under the current epoch; `name` is bound in and must be given again to unwrap. */
  wrap(bankId: string, name: string, key: Buffer): Promise<{ epoch: number; wrapped: Buffer }>
  /** Throws `key-shredded` when that epoch's key was destroyed, `seal-broken` when the wrapping does not fit. */
  unwrap(bankId: string, epoch: number, name: string, wrapped: Buffer): Promise<Buffer>
  /** Destroys one epoch's key, or all of a bank's. Nothing wrapped under it can ever be unwrapped again. */
  destroy(bankId: string, epoch?: number): Promise<void>
  /** The epochs whose keys still exist. */
  epochs(bankId: string): Promise<number[]>
}

/** A Kms whose keys are files `<folder>/<bankId>/<epoch>.key`, readable by their owner alone. */
export function createFileKms(needs: { folder: string; clock: Clock; random: Random }): Kms {
  const { folder, clock, random } = needs
  const cache = new Map<string, Buffer>()

  const fileOf = (bankId: string, epoch: number) => {
    if (!/^[a-z0-9-]+$/.test(bankId)) throw new Fault('bank-unknown')
    return join(folder, bankId, `${epoch}.key`)
  }

  const keep = (path: string, base64: string) => {
    const key = Buffer.from(base64, 'base64')
    cache.set(path, key)
    return key
  }

  return {
    currentEpoch: () => Math.floor(clock.now() / (EPOCH_DAYS * DAY)),

    async wrap(bankId, name, key) {
      const epoch = this.currentEpoch()
      const path = fileOf(bankId, epoch)
      const kek =
        cache.get(path) ?? keep(path, await readOrCreateFile(path, async () => random(32).toString('base64')))
      return { epoch, wrapped: seal(kek, context(bankId, epoch, name), key, random) }
    },

    async unwrap(bankId, epoch, name, wrapped) {
      const path = fileOf(bankId, epoch)
      let kek = cache.get(path)
      if (!kek) {
        const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
          throw error.code === 'ENOENT' ? new Fault('key-shredded') : error
        })
        kek = keep(path, text)
      }
      return unseal(kek, context(bankId, epoch, name), wrapped)
    },

    async destroy(bankId, epoch) {
      const doomed = epoch === undefined ? await this.epochs(bankId) : [epoch]
      for (const one of doomed) {
        const path = fileOf(bankId, one)
        const kek = cache.get(path)
        if (kek) wipeKey(kek)
        cache.delete(path)
        await rm(path, { force: true })
      }
    },

    async epochs(bankId) {
      const names = await readdir(join(folder, bankId)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw error
      })
      return names.filter((name) => /^\d+\.key$/.test(name)).map((name) => Number.parseInt(name, 10))
    },
  }
}

const context = (bankId: string, epoch: number, name: string) => `guichet/kek/1|${bankId}|${epoch}|${name}`
