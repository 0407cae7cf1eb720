import { Fault, type Tx } from '#kit'
import { leafHash, rootOfHashes } from './hashing.ts'
import type { Store } from './store.ts'
import { hashesAtLevel, TILE_WIDTH } from './tree.ts'

/**
 * Makes the tiles that a tree of `size` leaves has full and the store has not. Every entry is read back and hashed
 * again, and every tile compared after writing: one flipped bit has ended a public log before (CT's Yeti 2022).
 * Throws `log-inconsistent`.
 */
export async function sealTiles(tx: Tx, store: Store, size: number): Promise<number> {
  let made = 0
  for (let level = 0; hashesAtLevel(level, size) >= TILE_WIDTH; level++) {
    const full = Math.floor(hashesAtLevel(level, size) / TILE_WIDTH)
    for (let index = await store.fullTiles(tx, level); index < full; index++) {
      const hashes =
        level === 0
          ? await rehashedLeaves(tx, store, index)
          : await store.tileParts(tx, level, index, TILE_WIDTH)
      const kept = await store.addTile(tx, { level, index, hashes, root: rootOfHashes(hashes) })
      if (!kept.equals(hashes)) throw damaged(`tile ${level}/${index} is not what was written`)
      made++
    }
  }
  return made
}

/** The hashes of 256 leaves, from their entries. Throws `log-inconsistent` when one is not what it was. */
export async function rehashedLeaves(
  from: Parameters<Store['leaves']>[0],
  store: Store,
  tileIndex: number,
  width = TILE_WIDTH,
): Promise<Buffer> {
  const start = tileIndex * TILE_WIDTH
  const leaves = await store.leaves(from, start, start + width)
  if (leaves.length !== width) throw damaged(`a leaf between ${start} and ${start + width} is missing`)
  const hashes = leaves.map(({ entry }) => leafHash(entry))
  const wrong = hashes.findIndex((hash, i) => !hash.equals(leaves[i]!.hash))
  if (wrong >= 0) throw damaged(`leaf ${start + wrong} is not what it was when it was appended`)
  return Buffer.concat(hashes)
}

export function damaged(detail: string): Fault {
  return new Fault('log-inconsistent', { detail })
}
