import type { Sql } from '#kit'
import type { Store } from './store.ts'
import { hashesAtLevel, TILE_WIDTH } from './tree.ts'

export type PublicFile = { body: Buffer; contentType: string; immutable: boolean }

/** What a public path names. `entries` bundles follow the same numbering as the tiles of level 0. */
export type LogPath =
  | { kind: 'checkpoint' }
  | { kind: 'tile'; level: number; index: number; width: number }
  | { kind: 'entries'; index: number; width: number }

const PATH = /^\/log\/tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/
const LEVEL_MAX = 63

/** Reads a path of C2SP tlog-tiles, in its one spelling; null for anything else. */
export function parseLogPath(path: string): LogPath | null {
  if (path === '/log/checkpoint') return { kind: 'checkpoint' }
  const match = PATH.exec(path)
  if (!match) return null
  const [, what, number, partial] = match as unknown as [string, string, string, string | undefined]
  // `x000/001` is 1 with a group too many; a file must not have two names.
  if (number.startsWith('x000/')) return null
  const index = Number(number.replaceAll(/[x/]/g, ''))
  const width = partial === undefined ? TILE_WIDTH : Number(partial)
  if (partial !== undefined && width >= TILE_WIDTH) return null
  if (what === 'entries') return { kind: 'entries', index, width }
  const level = Number(what)
  if (String(level) !== what || level > LEVEL_MAX) return null
  return { kind: 'tile', level, index, width }
}

/** 1234067 → `x001/x234/067` (C2SP tlog-tiles). */
export function formatTileIndex(index: number): string {
  const groups = [String(index % 1000).padStart(3, '0')]
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`)
  return groups.join('/')
}

/** The public side of the log: what anyone may fetch to follow and check it. */
export function createPublicFiles({ store, sql }: { store: Store; sql: Sql }) {
  return async function publicFile(path: string): Promise<PublicFile | null> {
    const wanted = parseLogPath(path)
    if (!wanted) return null
    const served = await store.checkpoint('signed')
    if (!served) return null
    if (wanted.kind === 'checkpoint')
      return {
        body: Buffer.from(served.note),
        contentType: 'text/plain; charset=utf-8',
        immutable: false,
      }
    const level = wanted.kind === 'tile' ? wanted.level : 0
    const { index, width } = wanted
    // Nothing is shown that no checkpoint has signed for yet.
    if (index * TILE_WIDTH + width > hashesAtLevel(level, served.size)) return null
    const body =
      wanted.kind === 'tile'
        ? await store.tileHashes(sql, level, index, width)
        : bundle(await store.leaves(sql, index * TILE_WIDTH, index * TILE_WIDTH + width))
    return { body, contentType: 'application/octet-stream', immutable: true }
  }
}

/** Entries one after the other, each after its length in two bytes. */
function bundle(leaves: readonly { entry: Buffer }[]): Buffer {
  return Buffer.concat(
    leaves.flatMap(({ entry }) => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(entry.length)
      return [length, entry]
    }),
  )
}
