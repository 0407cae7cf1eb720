import { type Bytes, fromBase64, toBase64, wholeNumber } from './bytes.ts'
import { HASH_BYTES } from './merkle.ts'
import { checkSignature, type Note, parseNote } from './note.ts'
import type { VerifierKey } from './vkey.ts'
import { Refused } from './why.ts'

/** A log's head: which log, how many leaves, and the root over them (C2SP tlog-checkpoint, without extension lines). */
export type Checkpoint = { origin: string; size: number; root: Bytes }

/** The three lines that are signed. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`
}

/** Reads the signed text of a checkpoint. Throws `checkpoint-malformed`, also for extension lines: ours has none. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, sizeText, rootText, end, ...more] = text.split('\n')
  const size = wholeNumber(sizeText ?? '')
  const root = fromBase64(rootText ?? '')
  if (!origin || size === null || root?.length !== HASH_BYTES || end !== '' || more.length > 0)
    throw new Refused('checkpoint-malformed')
  return { origin, size, root }
}

/** A witness that saw this checkpoint, and when it says so. */
export type Cosigner = { name: string; at: string }

/**
 * The checkpoint of a note signed by `key`. Cosignatures by `witnesses` are checked and told; those of keys nobody gave
 * us are ignored, as the specification demands.
 */
export async function openCheckpoint(
  noteText: string,
  key: VerifierKey,
  witnesses: readonly VerifierKey[] = [],
): Promise<{ checkpoint: Checkpoint; note: Note; cosigners: Cosigner[] }> {
  const note = parseNote(noteText)
  const checkpoint = parseCheckpoint(note.text)
  // The key's name is the log's origin: a key of one log never vouches for another.
  if (checkpoint.origin !== key.name) throw new Refused('origin-differs')
  const signed = await checkSignature(note, key)
  if (signed === 'missing') throw new Refused('signature-missing')
  if (signed === 'wrong') throw new Refused('signature-wrong')
  const cosigners: Cosigner[] = []
  for (const witness of witnesses) {
    const seen = await checkSignature(note, witness)
    if (seen === 'wrong') throw new Refused('signature-wrong')
    if (seen === 'missing' || seen.at === null) continue
    cosigners.push({ name: witness.name, at: new Date(seen.at * 1000).toISOString() })
  }
  return { checkpoint, note, cosigners }
}
