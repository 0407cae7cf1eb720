import * as z from 'zod/mini'
import { type Bytes, concat, fromBase64, toBase64, utf8 } from './bytes.ts'
import { canonicalBytes, hash, NONCE_BYTES, parseCanonical } from './record.ts'
import { Refused } from './why.ts'

/** How far a chain had come on a day: its number of records, and the leaf hash of the last. */
export type Head = { day: string; count: number; last: Bytes }

/**
 * A chain's row in a day's heads: `label(32) ‖ count(uint64) ‖ last leaf hash(32)`. The label is
 * HMAC-SHA256(chain key, "guichet.heads/1\n" ‖ day): it names nobody, and the person, who holds the chain key, can
 * tell that there is one row for them and that it is theirs.
 */
export async function headRow(chainKey: Bytes, { day, count, last }: Head): Promise<Bytes> {
  const key = await crypto.subtle.importKey(
    'raw',
    chainKey as BufferSource,
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const label = await crypto.subtle.sign('HMAC', key, headMessage(day) as BufferSource)
  return joinHeadRow(new Uint8Array(label), count, last)
}

export const headMessage = (day: string): Bytes => utf8(`guichet.heads/1\n${day}`)

export function joinHeadRow(label: Bytes, count: number, last: Bytes): Bytes {
  const countBytes = new Uint8Array(8)
  new DataView(countBytes.buffer).setBigUint64(0, BigInt(count))
  return concat(label, countBytes, last)
}

const headShape = z.strictObject({
  heads: z.strictObject({
    day: z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/)),
    count: z.int().check(z.positive()),
    last: hash,
    index: z.int().check(z.nonnegative()),
    size: z.int().check(z.positive()),
    hashes: z.array(hash),
  }),
})

export type HeadOpening = {
  chainKey: Bytes
  head: Head
  place: { index: number; size: number; hashes: Bytes[] }
}

/** The `extra` of a head's proof: `chain key(32) ‖ JCS({"heads":{day, count, last, index, size, hashes}})`. */
export function formatHeadExtra({ chainKey, head, place }: HeadOpening): Bytes {
  const { index, size, hashes } = place
  const heads = { ...head, last: toBase64(head.last), index, size, hashes: hashes.map(toBase64) }
  return concat(chainKey, canonicalBytes({ heads }))
}

/** Reads what `formatHeadExtra` wrote. Throws `record-missing` or `record-malformed`. */
export function parseHeadExtra(extra: Bytes | null): HeadOpening {
  if (!extra || extra.length <= NONCE_BYTES) throw new Refused('record-missing')
  const shape = headShape.safeParse(parseCanonical(extra.subarray(NONCE_BYTES)))
  if (!shape.success) throw new Refused('record-malformed')
  const { day, count, last, index, size, hashes } = shape.data.heads
  return {
    chainKey: extra.subarray(0, NONCE_BYTES),
    head: { day, count, last: fromBase64(last)! },
    place: { index, size, hashes: hashes.map((text) => fromBase64(text)!) },
  }
}
