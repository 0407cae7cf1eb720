import { type Bytes, fromBase64, toBase64, wholeNumber } from './bytes.ts'
import { HASH_BYTES } from './merkle.ts'
import { Refused } from './why.ts'

const HEADER = 'c2sp.org/tlog-proof@v1'
/** A tree that JavaScript can count has at most 53 levels. */
const HASHES_MAX = 53

/** A `.tlog-proof` file. `extra` carries what is needed to rebuild the leaf; `checkpoint` is a signed note, verbatim. */
export type TlogProof = { extra: Bytes | null; index: number; hashes: Bytes[]; checkpoint: string }

export function formatTlogProof({ extra, index, hashes, checkpoint }: TlogProof): string {
  const lines = [HEADER]
  if (extra) lines.push(`extra ${toBase64(extra)}`)
  lines.push(`index ${index}`, ...hashes.map(toBase64))
  return `${lines.join('\n')}\n\n${checkpoint}`
}

/** Reads a `.tlog-proof` file. Throws `proof-malformed`; verifies nothing. */
export function parseTlogProof(text: string): TlogProof {
  const blank = text.indexOf('\n\n')
  if (blank < 0) throw new Refused('proof-malformed')
  const lines = text.slice(0, blank).split('\n')
  if (lines.shift() !== HEADER) throw new Refused('proof-malformed')
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift()!.slice('extra '.length)) : undefined
  const indexLine = lines.shift()
  const index = indexLine?.startsWith('index ') ? wholeNumber(indexLine.slice('index '.length)) : null
  const hashes = lines.map(fromBase64)
  if (extra === null || index === null || hashes.length > HASHES_MAX) throw new Refused('proof-malformed')
  if (!hashes.every((hash) => hash?.length === HASH_BYTES)) throw new Refused('proof-malformed')
  return { extra: extra ?? null, index, hashes: hashes as Bytes[], checkpoint: text.slice(blank + 2) }
}
