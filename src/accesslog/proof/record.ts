import canonicalize from 'canonicalize'
import * as z from 'zod/mini'
import { type Bytes, concat, fromBase64, textOf, utf8 } from './bytes.ts'
import { Refused } from './why.ts'

/** What may be said in the log besides reads: the leaf commits to a payload that its owner keeps with the nonce. */
export const STATEMENTS = [
  'guichet.consent/1',
  'guichet.shred/1',
  'guichet.policy/1',
  'guichet.release/1',
  'guichet.delivery/1',
] as const
export type Statement = (typeof STATEMENTS)[number]
/** One read: a commitment to its record. */
export const ACCESS = 'guichet.access/1'
/** Many reads at once: the root of a small tree over their `guichet.access/1` entries. */
export const BATCH = 'guichet.batch/1'
/** A day's heads: the root of a small tree over every chain's length and last leaf. */
export const HEADS = 'guichet.heads/1'

export const NONCE_BYTES = 32

const count = z.int().check(z.nonnegative())
/** 32 bytes in base64: the last letter has two bits to spare, and they must be zero. */
export const hash = z.string().check(z.regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/))

/** One read of a person's data, or a refusal to read it. Only its commitment is public. */
export const accessRecordShape = z.strictObject({
  v: z.literal(1),
  /** Who it is about: a pseudonym that only this bank's link of theirs has. */
  sub: z.string(),
  /** 1, 2, 3 … along one chain: a missing number is a missing record. */
  seq: z.int().check(z.positive()),
  /** The leaf hash (base64) of the record before it in the chain; empty for the first. */
  prev: z.union([z.literal(''), hash]),
  /** RFC 3339 in UTC, with milliseconds. */
  t: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
  actor: z.strictObject({ kind: z.string(), id: z.string(), role: z.string() }),
  purpose: z.string(),
  /** The grant it rests on; null for a refusal. */
  consent: z.nullable(z.string()),
  clusters: z.array(z.string()),
  accounts: z.array(z.string()),
  /** `allowed`, or `refused:` and why. */
  decision: z.string().check(z.regex(/^(allowed|refused:[a-z-]+)$/)),
  what: z.string(),
  /** SHA-256 (hexadecimal) of the table of purposes in force. */
  policy: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  req: z.string(),
})

export type AccessRecord = z.infer<typeof accessRecordShape>

/** Where a record stands in the small tree of a batch leaf. */
const batchPlaceShape = z.strictObject({
  batch: z.strictObject({ index: count, size: z.int().check(z.positive()), hashes: z.array(hash) }),
})

export type BatchPlace = { index: number; size: number; hashes: Bytes[] }

/** RFC 8785 (JCS), as UTF-8. */
export function canonicalBytes(value: unknown): Bytes {
  return utf8(canonicalize(value)!)
}

/** What a proof's `extra` opens: the nonce, the very bytes that were committed to, and the place in a batch. */
export type Opening = { nonce: Bytes; recordBytes: Bytes; record: AccessRecord; batch: BatchPlace | null }

/** `nonce ‖ JCS(record)`, and for a batch leaf also `0x00 ‖ JCS({"batch":…})`. */
export function formatExtra(nonce: Bytes, recordBytes: Bytes, place: unknown): Bytes {
  if (place === null) return concat(nonce, recordBytes)
  return concat(nonce, recordBytes, Uint8Array.of(0), canonicalBytes({ batch: place }))
}

/** Reads what `formatExtra` wrote. Throws `record-missing` or `record-malformed`. */
export function parseExtra(extra: Bytes | null): Opening {
  if (!extra || extra.length <= NONCE_BYTES) throw new Refused('record-missing')
  const nonce = extra.subarray(0, NONCE_BYTES)
  const rest = extra.subarray(NONCE_BYTES)
  // JSON escapes control characters, so the first zero byte can only be our separator.
  const separator = rest.indexOf(0)
  const recordBytes = separator < 0 ? rest : rest.subarray(0, separator)
  const record = accessRecordShape.safeParse(parseCanonical(recordBytes))
  if (!record.success) throw new Refused('record-malformed')
  let batch: BatchPlace | null = null
  if (separator >= 0) {
    const place = batchPlaceShape.safeParse(parseCanonical(rest.subarray(separator + 1)))
    if (!place.success) throw new Refused('record-malformed')
    const { index, size, hashes } = place.data.batch
    batch = { index, size, hashes: hashes.map((text) => fromBase64(text)!) }
  }
  return { nonce, recordBytes, record: record.data, batch }
}

/**
 * The value of canonical JSON. Anything else is refused: with a key given twice, say, two programs could read two
 * different records out of the bytes of one commitment.
 */
export function parseCanonical(bytes: Bytes): unknown {
  try {
    const text = textOf(bytes)
    const value: unknown = JSON.parse(text)
    if (canonicalize(value) === text) return value
  } catch {
    // Not UTF-8 or not JSON: refused below like any other spelling.
  }
  throw new Refused('record-malformed')
}

/** The entry that commits to a payload without telling it: `label ‖ newline ‖ HMAC-SHA256(nonce, payload)`. */
export async function commitmentEntry(label: string, nonce: Bytes, payload: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey(
    'raw',
    nonce as BufferSource,
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const mac = await crypto.subtle.sign('HMAC', key, payload as BufferSource)
  return concat(utf8(`${label}\n`), new Uint8Array(mac))
}

/** The entry of a leaf that carries a root: a batch of records, or a day's heads. */
export function rootEntry(label: typeof BATCH | typeof HEADS, root: Bytes): Bytes {
  return concat(utf8(`${label}\n`), root)
}
