import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MEANING_SIZE, ownEncoder } from './encoder.ts'

/**
 * What sentences mean, four bits a number: a row for each sentence, after the first bytes of the SHA-256 of its text. Encoding
 * thousands of sentences would take a minute at set-up; what is not here is encoded then.
 */
export const MEANINGS_FILE = join(import.meta.dirname, '../data/meanings.bin')
const KEY_BYTES = 8
const ROW_BYTES = KEY_BYTES + MEANING_SIZE / 2
/** The numbers lie between -0.1 and 0.1; as four bits they tell as much as whole. */
const STEPS = 80
const [LEAST, MOST] = [-8, 7]

let kept: Map<string, Int8Array> | undefined

/** The encoder's numbers for a text, as whole numbers from -8 to 7. */
export const meaningOf = (text: string): Int8Array => known().get(keyOf(text)) ?? inSteps(ownEncoder()(text))

/** Encodes these texts now and once, where the same ones are asked about again and again. */
export function encodeAhead(texts: Iterable<string>): void {
  for (const text of texts) known().set(keyOf(text), meaningOf(text))
}

function known(): Map<string, Int8Array> {
  kept ??= new Map(rowsOf(readFileSync(MEANINGS_FILE)))
  return kept
}

/** Rounds to the steps that are kept. */
export const inSteps = (meaning: Float32Array): Int8Array =>
  Int8Array.from(meaning, (value) => Math.min(MOST, Math.max(LEAST, Math.round(value * STEPS))))

/** The file's bytes for these sentences, in the order of their keys. */
export function packed(meanings: ReadonlyMap<string, Int8Array>): Buffer {
  const rows = [...meanings].map(([text, meaning]) => {
    const row = Buffer.alloc(ROW_BYTES)
    row.write(keyOf(text), 'hex')
    for (let i = 0; i < MEANING_SIZE; i += 2)
      row[KEY_BYTES + i / 2] = ((meaning[i]! - LEAST) << 4) | (meaning[i + 1]! - LEAST)
    return row
  })
  return Buffer.concat(rows.sort(Buffer.compare))
}

const keyOf = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, 2 * KEY_BYTES)

function* rowsOf(bytes: Buffer): Generator<[key: string, meaning: Int8Array]> {
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    const row = bytes.subarray(at, at + ROW_BYTES)
    const meaning = new Int8Array(MEANING_SIZE)
    for (let i = 0; i < MEANING_SIZE; i += 2) {
      const pair = row[KEY_BYTES + i / 2]!
      meaning[i] = (pair >> 4) + LEAST
      meaning[i + 1] = (pair & 15) + LEAST
    }
    yield [row.toString('hex', 0, KEY_BYTES), meaning]
  }
}
