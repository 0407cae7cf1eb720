import type { Sql } from '#kit'
import { rootOfHashes } from './hashing.ts'
import { type Checkpoint, openCheckpoint } from './proof/checkpoint.ts'
import { Refused } from './proof/why.ts'
import type { Signer } from './signer.ts'
import type { Store } from './store.ts'
import { damaged, rehashedLeaves } from './tiles.ts'
import { createTree, TILE_WIDTH } from './tree.ts'

export type Audited = { from: number; to: number; size: number }

/**
 * Hashes entries and tiles again, from the tile that holds leaf `from` and at most `tilesMax` tiles on, and compares the
 * whole tree with what was signed. Throws `log-inconsistent`, naming the leaf or tile.
 */
export async function auditLog(
  needs: { store: Store; sql: Sql; signer: Signer },
  from = 0,
  tilesMax = Number.MAX_SAFE_INTEGER,
): Promise<Audited> {
  const { store, sql } = needs
  const signed = await compareWithSigned(needs)
  const first = Math.floor(from / TILE_WIDTH)
  const end = Math.min(Math.ceil(signed.size / TILE_WIDTH), first + tilesMax)
  for (let index = first; index < end; index++) {
    const width = Math.min(TILE_WIDTH, signed.size - index * TILE_WIDTH)
    const hashes = await rehashedLeaves(sql, store, index, width)
    if (width === TILE_WIDTH) await compareTiles(needs, index, hashes)
  }
  return { from: first * TILE_WIDTH, to: Math.min(end * TILE_WIDTH, signed.size), size: signed.size }
}

/** The tree as it stands must begin with what the signer signed last, which is returned. Throws `log-inconsistent`. */
export async function compareWithSigned({
  store,
  sql,
  signer,
}: {
  store: Store
  sql: Sql
  signer: Signer
}): Promise<Checkpoint> {
  // In this order, since other processes go on appending and signing: each is at least as new as the one before.
  const served = await store.checkpoint('signed')
  const signed = await signer.last()
  const { size } = await store.state()
  if (served && (await servedSize(served.note, signer)) > signed.size)
    throw damaged('a newer checkpoint is served than the signer remembers: its folder was set back')
  if (size < signed.size)
    throw damaged(`the database has ${size} leaves, and ${signed.size} were signed: it was set back`)
  const tree = createTree(signed.size, (level, index, width) => store.tileHashes(sql, level, index, width))
  if (!(await tree.root()).equals(signed.root))
    throw damaged(`the first ${signed.size} leaves are not those that were signed`)
  return signed
}

async function servedSize(note: string, signer: Signer): Promise<number> {
  try {
    return (await openCheckpoint(note, signer.key)).checkpoint.size
  } catch (error) {
    if (error instanceof Refused) throw damaged(`the checkpoint in the database was altered: ${error.why}`)
    throw error
  }
}

/** The level-0 tile at `index` and, where it is the last of its 256, each tile above. */
async function compareTiles(
  { store, sql }: { store: Store; sql: Sql },
  index: number,
  leaves: Buffer,
): Promise<void> {
  let hashes = leaves
  for (let level = 0, at = index; ; level++) {
    const tile = await store.tile(sql, level, at)
    if (!tile?.hashes.equals(hashes) || !tile.root.equals(rootOfHashes(hashes)))
      throw damaged(`tile ${level}/${at} is not what its leaves make it`)
    if ((at + 1) % TILE_WIDTH !== 0) return
    at = Math.floor(at / TILE_WIDTH)
    hashes = await store.tileParts(sql, level + 1, at, TILE_WIDTH)
  }
}
