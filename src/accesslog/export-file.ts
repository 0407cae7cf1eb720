import * as z from 'zod'

const count = z.int().nonnegative()

/**
 * What a person downloads, as far as it can be checked. Everything else in the file (balances, payments, the
 * conversation) is theirs to read, and nothing here vouches for it.
 */
export const exportFileShape = z.looseObject({
  guichet: z.literal('export/1'),
  person: z.string(),
  exportedAt: z.iso.datetime(),
  log: z.looseObject({ origin: z.string(), vkey: z.string() }),
  /** The signed note that the proofs are under. */
  checkpoint: z.string(),
  reads: z.array(z.looseObject({ bank: z.string(), seq: count, proof: z.string() })),
  /** `proof`, when there, shows the receipt's own leaf in the log. */
  receipts: z.array(z.looseObject({ id: z.string(), jws: z.string(), proof: z.string().optional() })),
  /** The public keys (JWKS) that sign receipts. */
  keys: z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())) }),
  /** How far each chain had come on a day, so that an end cut off shows. */
  heads: z.array(z.looseObject({ bank: z.string(), proof: z.string() })).default([]),
  /** Joins proofs under different checkpoints; not needed when all are under the same. */
  consistency: z.array(z.looseObject({ from: count, to: count, hashes: z.array(z.string()) })).default([]),
})

export type ExportFile = z.infer<typeof exportFileShape>
