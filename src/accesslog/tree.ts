import { HASH_BYTES, nodeHash, rootOfHashes } from './hashing.ts'
import { consistencyRanges, inclusionRanges, isPerfect, type Range, splitPoint } from './proof/ranges.ts'

/** C2SP tlog-tiles: a tile is 256 hashes wide and stands for eight levels of the tree. */
export const TILE_WIDTH = 256

/** Reads the first `width` hashes of a tile, one after the other in one buffer. */
export type ReadTile = (level: number, index: number, width: number) => Promise<Buffer>

export type Tree = ReturnType<typeof createTree>

/** How many hashes the tiles of `level` hold in all, in a tree of `size` leaves. */
export function hashesAtLevel(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level)
}

/** The tree of `size` leaves, seen through its tiles. Each tile is read once. */
export function createTree(size: number, readTile: ReadTile) {
  const tiles = new Map<string, Promise<Buffer>>()

  function tile(level: number, index: number): Promise<Buffer> {
    const name = `${level}/${index}`
    let reading = tiles.get(name)
    if (!reading) {
      const width = Math.min(TILE_WIDTH, hashesAtLevel(level, size) - index * TILE_WIDTH)
      reading = readTile(level, index, width)
      tiles.set(name, reading)
    }
    return reading
  }

  async function perfectHash({ start, end }: Range): Promise<Buffer> {
    let level = 0
    let unit = 1
    while (unit * TILE_WIDTH <= end - start) {
      unit *= TILE_WIDTH
      level++
    }
    const first = start / unit
    const index = Math.floor(first / TILE_WIDTH)
    const hashes = await tile(level, index)
    const from = (first - index * TILE_WIDTH) * HASH_BYTES
    return rootOfHashes(hashes.subarray(from, from + ((end - start) / unit) * HASH_BYTES))
  }

  async function hashOf(range: Range): Promise<Buffer> {
    if (isPerfect(range)) return await perfectHash(range)
    const middle = range.start + splitPoint(range.end - range.start)
    const left = await hashOf({ start: range.start, end: middle })
    return nodeHash(left, await hashOf({ start: middle, end: range.end }))
  }

  async function hashesOf(ranges: readonly Range[]): Promise<Buffer[]> {
    const hashes: Buffer[] = []
    for (const range of ranges) hashes.push(await hashOf(range))
    return hashes
  }

  return {
    root: (): Promise<Buffer> =>
      size === 0 ? Promise.resolve(rootOfHashes(Buffer.alloc(0))) : hashOf({ start: 0, end: size }),
    /** From the leaf's sibling up (RFC 6962, section 2.1.1). */
    inclusionProof: (index: number): Promise<Buffer[]> => hashesOf(inclusionRanges(index, size)),
    /** That this tree continues the one of `from` leaves (RFC 6962, section 2.1.2). */
    consistencyProof: (from: number): Promise<Buffer[]> => hashesOf(consistencyRanges(from, size)),
  }
}

/** An inclusion proof in a small tree whose leaf hashes are all at hand. */
export function smallInclusionProof(leaves: Buffer, index: number): Buffer[] {
  return inclusionRanges(index, leaves.length / HASH_BYTES).map(({ start, end }) =>
    rootOfHashes(leaves.subarray(start * HASH_BYTES, end * HASH_BYTES)),
  )
}

/** The root of one full tile: a hash of the tile above it. */
export function tileRoot(hashes: Buffer): Buffer {
  if (hashes.length !== TILE_WIDTH * HASH_BYTES) throw new RangeError('a full tile has 256 hashes')
  return rootOfHashes(hashes)
}
