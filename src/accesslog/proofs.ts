import type { Sql } from '#kit'
import { split } from './hashing.ts'
import type { Heads } from './heads.ts'
import { openCheckpoint } from './proof/checkpoint.ts'
import { formatHeadExtra } from './proof/heads.ts'
import { formatExtra, NONCE_BYTES } from './proof/record.ts'
import { formatTlogProof } from './proof/tlog-proof.ts'
import type { Signer } from './signer.ts'
import type { Store } from './store.ts'
import { createTree, smallInclusionProof } from './tree.ts'

export type Proofs = ReturnType<typeof createProofs>

/** Makes the files that a person can check without us. */
export function createProofs(needs: { store: Store; sql: Sql; signer: Signer; heads: Heads }) {
  const { store, sql, signer, heads } = needs

  const treeOf = (size: number) =>
    createTree(size, (level, index, width) => store.tileHashes(sql, level, index, width))

  /** The checkpoint a proof of leaf `index` goes under: the one asked for, else the newest, a witnessed one first. */
  async function coverOf(index: number, under: string | undefined) {
    if (under !== undefined) {
      const { checkpoint } = await openCheckpoint(under, signer.key)
      return checkpoint.size > index ? { size: checkpoint.size, note: under } : null
    }
    for (const kind of ['witnessed', 'signed'] as const) {
      const kept = await store.checkpoint(kind)
      if (kept && kept.size > index) return kept
    }
    return null
  }

  async function leafProof(index: number, extra: Uint8Array, under?: string): Promise<string | null> {
    const cover = await coverOf(index, under)
    if (!cover) return null
    const hashes = await treeOf(cover.size).inclusionProof(index)
    return formatTlogProof({ extra, index, hashes, checkpoint: cover.note })
  }

  return {
    /**
     * The proof of one record as a `.tlog-proof` file, under the checkpoint `under` or the newest one; null while no
     * signed checkpoint covers it, or when there is no such record.
     */
    async proofOf(
      chain: string,
      seq: number,
      openRecord: (sealed: Buffer) => Buffer,
      under?: string,
    ): Promise<string | null> {
      const record = await store.record(chain, seq)
      if (!record) return null
      const opened = openRecord(record.sealed)
      const place = record.batchIndex === null ? null : await batchPlace(record.leafIndex, record.batchIndex)
      const extra = formatExtra(opened.subarray(0, NONCE_BYTES), opened.subarray(NONCE_BYTES), place)
      return await leafProof(record.leafIndex, extra, under)
    },

    /** The proof of a statement, from the nonce and the payload that its owner kept. */
    statementProofOf(index: number, nonce: Buffer, payload: Buffer, under?: string): Promise<string | null> {
      return leafProof(index, Buffer.concat([nonce, payload]), under)
    },

    /** The proof of how far a chain had come on `day`; null without one. */
    async headProofOf(chain: string, day: string, under?: string): Promise<string | null> {
      const found = await store.dayHead(chain, day)
      if (!found) return null
      const extra = formatHeadExtra({
        chainKey: await heads.chainKey(chain),
        head: { day, count: found.count, last: found.last },
        place: {
          index: found.position,
          size: split(found.hashes).length,
          hashes: smallInclusionProof(found.hashes, found.position),
        },
      })
      return await leafProof(found.leafIndex, extra, under)
    },

    /** That the tree of `to` leaves continues the one of `from`, as base64 hashes (RFC 6962, section 2.1.2). */
    async consistencyProof(from: number, to: number): Promise<string[]> {
      return (await treeOf(to).consistencyProof(from)).map((hash) => hash.toString('base64'))
    },
  }

  async function batchPlace(leafIndex: number, index: number) {
    const hashes = await store.batchHashes(leafIndex)
    return {
      index,
      size: split(hashes).length,
      hashes: smallInclusionProof(hashes, index).map((hash) => hash.toString('base64')),
    }
  }
}
