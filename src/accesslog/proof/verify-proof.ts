import { type Bytes, toBase64 } from './bytes.ts'
import { type Cosigner, openCheckpoint } from './checkpoint.ts'
import { headRow, parseHeadExtra } from './heads.ts'
import { leafHash, rootFromPath, verifyInclusion } from './merkle.ts'
import {
  ACCESS,
  type AccessRecord,
  BATCH,
  type BatchPlace,
  commitmentEntry,
  HEADS,
  NONCE_BYTES,
  parseExtra,
  rootEntry,
  type Statement,
} from './record.ts'
import { parseTlogProof } from './tlog-proof.ts'
import { parseVkey } from './vkey.ts'
import { type ProofRefusal, Refused } from './why.ts'

/** Where the leaf stands, under which head of the log. Hashes are base64. */
export type Place = { index: number; size: number; root: string; origin: string; cosigners: Cosigner[] }

export type Checked<T> = ({ ok: true } & Place & T) | { ok: false; why: ProofRefusal }

/** Vkeys of witnesses whose cosignatures should be checked and told. */
export type VerifyOptions = { witnesses?: readonly string[] }

/**
 * Verifies, without any network, that the record a proof carries is in the log that `vkey` signs for. `leaf` is the hash
 * that the next record of the same chain names as its `prev`.
 */
export function verifyProof(
  proofText: string,
  vkey: string,
  options: VerifyOptions = {},
): Promise<Checked<{ record: AccessRecord; leaf: string; batch: { index: number; size: number } | null }>> {
  return verifyWith(proofText, vkey, options, async (extra) => {
    const { nonce, recordBytes, record, batch } = parseExtra(extra)
    const own = await commitmentEntry(ACCESS, nonce, recordBytes)
    const leaf = await leafHash(own)
    const found = { record, leaf: toBase64(leaf), batch: batch && { index: batch.index, size: batch.size } }
    return { entry: batch ? rootEntry(BATCH, await rootOfPlace(leaf, batch)) : own, found }
  })
}

/** Verifies that a statement other than a read is in the log. The proof's `extra` is `nonce ‖ payload`. */
export function verifyStatement(
  proofText: string,
  vkey: string,
  label: Statement,
  options: VerifyOptions = {},
): Promise<Checked<{ payload: Bytes }>> {
  return verifyWith(proofText, vkey, options, async (extra) => {
    if (!extra || extra.length <= NONCE_BYTES) throw new Refused('record-missing')
    const payload = extra.subarray(NONCE_BYTES)
    return {
      entry: await commitmentEntry(label, extra.subarray(0, NONCE_BYTES), payload),
      found: { payload },
    }
  })
}

/** Verifies how far one chain had come on a day. `chainKey` is the same in every head of that chain. */
export function verifyHead(
  proofText: string,
  vkey: string,
  options: VerifyOptions = {},
): Promise<Checked<{ day: string; count: number; last: string; chainKey: string }>> {
  return verifyWith(proofText, vkey, options, async (extra) => {
    const { chainKey, head, place } = parseHeadExtra(extra)
    const row = await leafHash(await headRow(chainKey, head))
    return {
      entry: rootEntry(HEADS, await rootOfPlace(row, place)),
      found: { day: head.day, count: head.count, last: toBase64(head.last), chainKey: toBase64(chainKey) },
    }
  })
}

async function rootOfPlace(leaf: Bytes, { index, size, hashes }: BatchPlace): Promise<Bytes> {
  const root = await rootFromPath(index, size, leaf, hashes)
  if (!root) throw new Refused('not-in-batch')
  return root
}

async function verifyWith<T>(
  proofText: string,
  vkey: string,
  options: VerifyOptions,
  open: (extra: Bytes | null) => Promise<{ entry: Bytes; found: T }>,
): Promise<Checked<T>> {
  try {
    const key = await parseVkey(vkey)
    const witnesses = await Promise.all((options.witnesses ?? []).map(parseVkey))
    const proof = parseTlogProof(proofText)
    const { checkpoint, cosigners } = await openCheckpoint(proof.checkpoint, key, witnesses)
    const { entry, found } = await open(proof.extra)
    const included = await verifyInclusion({
      index: proof.index,
      size: checkpoint.size,
      leaf: await leafHash(entry),
      proof: proof.hashes,
      root: checkpoint.root,
    })
    if (!included) throw new Refused('not-in-log')
    const { origin, size, root } = checkpoint
    return { ok: true, index: proof.index, size, root: toBase64(root), origin, cosigners, ...found }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, why: error.why }
    throw error
  }
}
