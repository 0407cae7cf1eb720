import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StatementEvent, StatementFormat, StatementSource } from '#intake'
import { type Mapping, parseMapping } from './mapping.ts'
import { openStatement } from './read.ts'

const FOLDER = join(import.meta.dirname, '../../../tests/fixtures/statements')

export const statementFile = (name: string): Promise<Buffer> => readFile(join(FOLDER, name))

export const mappingFile = async (name: string): Promise<Mapping> =>
  parseMapping((await statementFile(name)).toString())

/** Bytes as a file that comes in pieces of `pieceBytes`. */
export function sourceOf(bytes: Uint8Array, pieceBytes = 64 * 1024): StatementSource {
  return {
    bytes: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
    },
  }
}

type Options = { format?: StatementFormat; mapping?: Mapping; pieceBytes?: number }

/** Everything a file says. */
export async function eventsOf(bytes: Uint8Array | string, options: Options = {}): Promise<StatementEvent[]> {
  const opened = await openStatement(sourceOf(Buffer.from(bytes), options.pieceBytes), {
    format: options.format ?? null,
    mapping: options.mapping ?? null,
    bytesMax: 1024 * 1024,
  })
  return await Array.fromAsync(opened.read())
}

export const rowsIn = (events: readonly StatementEvent[]) =>
  events.flatMap((event) => (event.kind === 'row' ? [event] : []))
export const refusedIn = (events: readonly StatementEvent[]) =>
  events.flatMap((event) => (event.kind === 'refused' ? [event.row] : []))
/** `-42.15 EUR CARREFOUR`: what a row comes to, for comparing many at once. */
export const brief = (events: readonly StatementEvent[]) =>
  rowsIn(events).map(({ row }) => `${row.amount.amountMinor} ${row.amount.currency} ${row.descriptor}`)
