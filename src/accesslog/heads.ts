import { hmac, leafHash, rootOfHashes } from './hashing.ts'
import { headMessage, joinHeadRow } from './proof/heads.ts'
import { HEADS } from './proof/record.ts'
import type { DayHead, Store } from './store.ts'

export type Heads = ReturnType<typeof createHeads>

/** The daily leaf that commits to every chain's length and last leaf. */
export function createHeads(needs: { store: Store; committed: () => void }) {
  const { store, committed } = needs
  let salt: Promise<Buffer> | undefined

  async function chainKeys(): Promise<(chain: string) => Buffer> {
    salt ??= store.headsSalt()
    const key = await salt.catch((error: unknown) => {
      salt = undefined
      throw error
    })
    return (chain) => hmac(key, Buffer.from(chain))
  }

  return {
    /** Under this key a chain is filed in every day's heads; the person is told it, and nobody else. */
    chainKey: async (chain: string): Promise<Buffer> => (await chainKeys())(chain),

    /**
     * Adds the leaf of `day` (`YYYY-MM-DD`), once: asked again, it tells the one there is. Null while the log has no
     * chain at all. Rows are sorted by label, so that whoever is shown them
     * all sees at once that no label is there twice.
     */
    async dailyHeads(day: string): Promise<{ leafIndex: number } | null> {
      if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw new RangeError('a day is written YYYY-MM-DD')
      // Before the transaction: asking the pool for another connection inside it could wait for an append that waits for us.
      const keyOf = await chainKeys()
      const made = await store.transaction(async (tx) => {
        const frontier = await store.lockState(tx)
        const before = await store.day(day, tx)
        if (before) return before
        const rows: (DayHead & { label: Buffer })[] = []
        for (const [chain, { count, last }] of await store.allChainHeads(tx)) {
          const label = hmac(keyOf(chain), headMessage(day))
          rows.push({
            chain,
            count,
            last,
            label,
            hash: leafHash(Buffer.from(joinHeadRow(label, count, last))),
          })
        }
        if (rows.length === 0) return null
        rows.sort((a, b) => a.label.compare(b.label))
        const root = rootOfHashes(Buffer.concat(rows.map((row) => row.hash)))
        const entry = Buffer.concat([Buffer.from(`${HEADS}\n`), root])
        const leaves = [{ entry, hash: leafHash(entry) }]
        const added = await store.add(tx, { leaves, records: [], batches: [], chains: new Map() }, frontier)
        if (!added) throw new Error('the log grew under its lock')
        await store.addDay(tx, day, frontier.size, rows)
        return { leafIndex: frontier.size }
      })
      committed()
      return made
    },
  }
}
