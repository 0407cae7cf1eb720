import type { PaymentScore } from './records.ts'

/** Marks numbers as `packNumbers` writes them; before it, they were kept as base64 of little-endian doubles, which has no dot. */
const MARK = '.'
/** Numbers in one text at most: their count is kept in one byte. */
const NUMBERS_MAX = 255
const QUIET_NAN_HIGH = 0x7ff8_0000

/** What of a double's bytes is kept, highest first, by its two bits: the others are zero. */
const KEPT_BYTES = [0, 2, 4, 8] as const

// One text is written at a time.
const scratch = Buffer.alloc(1 + Math.ceil(NUMBERS_MAX / 4) + NUMBERS_MAX * 8)
const view = new DataView(scratch.buffer, scratch.byteOffset, scratch.length)
const one = new DataView(new ArrayBuffer(8))

/**
 * Numbers to the bit, as short text: a count, two bits for each number, and of each its bytes that are not zero. Most of what is
 * known of a payment are small whole numbers, and the lower half of a small whole double is nothing but zeros.
 */
export function packNumbers(numbers: readonly number[]): string {
  if (numbers.length > NUMBERS_MAX) throw new RangeError(`more than ${NUMBERS_MAX} numbers`)
  const bitsAt = 1
  let end = bitsAt + Math.ceil(numbers.length / 4)
  scratch.fill(0, bitsAt, end)
  scratch[0] = numbers.length
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!
    one.setFloat64(0, number)
    // A NaN has many bit patterns, and which one a computation gives is up to the processor and the compiler.
    const high = Number.isNaN(number) ? QUIET_NAN_HIGH : one.getUint32(0)
    const low = Number.isNaN(number) ? 0 : one.getUint32(4)
    const code = low !== 0 ? 3 : (high & 0xffff) !== 0 ? 2 : high !== 0 ? 1 : 0
    if (code === 0) continue
    scratch[bitsAt + (i >> 2)]! |= code << ((i & 3) * 2)
    // What is written beyond the bytes that are kept is written over by the next number.
    view.setUint32(end, high)
    if (code === 3) view.setUint32(end + 4, low)
    end += KEPT_BYTES[code]!
  }
  return `${MARK}${scratch.toString('base64', 0, end)}`
}

/** Numbers as they were given to `packNumbers`, or as they were kept before it. */
export function unpackNumbers(packed: string): number[] {
  if (!packed.startsWith(MARK)) {
    const bytes = Buffer.from(packed, 'base64')
    return Array.from({ length: Math.floor(bytes.length / 8) }, (_, i) => bytes.readDoubleLE(i * 8))
  }
  const bytes = Buffer.from(packed.slice(MARK.length), 'base64')
  const count = bytes[0]!
  let at = 1 + Math.ceil(count / 4)
  return Array.from({ length: count }, (_, i) => {
    const kept = KEPT_BYTES[(bytes[1 + (i >> 2)]! >> ((i & 3) * 2)) & 3]!
    one.setFloat64(0, 0)
    for (let byte = 0; byte < kept; byte++) one.setUint8(byte, bytes[at++]!)
    return one.getFloat64(0)
  })
}

type Score = Omit<PaymentScore, 'id'>

/** A score beside its payment, without the names of its fields. */
export type PackedScore = [
  number,
  string,
  string,
  string | null,
  number | null,
  string,
  string[],
  boolean,
  Score['challenger']?,
  Score['shadow']?,
]
/** As scores were kept before: with the names of their fields. */
type NamedScore = Omit<Score, 'vector'> & { vector: string }

export function packScore(score: PaymentScore): PackedScore {
  const { scoredAt, featureSet, vector, model, probability, rules, held, asked, challenger, shadow } = score
  const packed: PackedScore = [
    scoredAt,
    featureSet,
    packNumbers(vector),
    model,
    probability,
    rules,
    held,
    asked,
  ]
  if (challenger || shadow) packed.push(challenger, shadow)
  return packed
}

export const scoredAtOf = (packed: PackedScore | NamedScore): number =>
  Array.isArray(packed) ? packed[0] : packed.scoredAt

export function unpackScore(packed: PackedScore | NamedScore): Score {
  if (!Array.isArray(packed)) return { ...packed, vector: unpackNumbers(packed.vector) }
  const [scoredAt, featureSet, vector, model, probability, rules, held, asked, challenger, shadow] = packed
  return {
    scoredAt,
    featureSet,
    vector: unpackNumbers(vector),
    model,
    probability,
    rules,
    held,
    asked,
    ...(challenger && { challenger }),
    ...(shadow && { shadow }),
  }
}
