import type { Shred } from './claimed-shred.ts'
import type { AccessRecord, Cosigner, ProofRefusal } from './proof/index.ts'

/** Everything that can be wrong with a file: the whole list. Each has a sentence in `words/`. */
export type FindingCode =
  /** Not a file of ours, or cut short; `field` says where. */
  | 'file-unreadable'
  /** A single proof does not carry the log's key: it must be given. */
  | 'key-needed'
  /** The file names another key than the one given. */
  | 'key-differs'
  | 'checkpoint-wrong'
  /** A read whose proof does not hold. */
  | 'read-unproven'
  /** A proof of something destroyed that does not hold. */
  | 'shred-unproven'
  /** A line of the file says another number than the record it carries. */
  | 'read-misplaced'
  /** Two different logs of one size, both signed: the log told two stories. */
  | 'log-forked'
  /** A proof under another checkpoint, and nothing shows that one continues the other. */
  | 'checkpoint-unconnected'
  /** Numbers missing in a chain, from `seq` to `to`. */
  | 'reads-missing'
  | 'read-repeated'
  /** A read that does not name the one before it. */
  | 'chain-broken'
  /** An allowed read without a receipt for that purpose at that time. */
  | 'read-unconsented'
  | 'receipt-wrong'
  | 'receipt-unlogged'
  | 'head-unproven'
  /** The log committed to more reads than the file has. */
  | 'reads-cut-off'
  /** The log committed to another read at that number. */
  | 'head-contradicts'

/** `bank`, `seq` and `to` are of the file; nothing else of a record's contents is repeated. */
export type Finding = {
  code: FindingCode
  bank?: string
  seq?: number
  to?: number
  id?: string
  day?: string
  field?: string
  why?: ProofRefusal
}

/** A read whose proof holds. `leaf` is what the next record of its chain names. */
export type ProvenRead = {
  bank: string
  seq: number
  record: AccessRecord
  leaf: string
  size: number
  root: string
}

export type ChainReport = { bank: string; sub: string; first: number; last: number; count: number }
export type HeadReport = { bank: string; day: string; count: number }

/** What was checked in a file, and what was found wrong: the file holds up when `findings` is empty. */
export type FileReport = {
  ok: boolean
  kind: 'export' | 'tlog-proof'
  person: string | null
  exportedAt: string | null
  /** `given` when the key came from whoever asked; a key that comes with the file proves less. */
  log: { origin: string | null; vkey: string | null; keyFrom: 'given' | 'file' }
  checkpoint: { size: number; root: string; cosigners: Cosigner[] } | null
  reads: { total: number; proven: number; from: string | null; to: string | null }
  /** The record of a single proof. */
  record: AccessRecord | null
  /** What a single proof says was destroyed. */
  shred: Shred | null
  chains: ChainReport[]
  heads: HeadReport[]
  receipts: { total: number; signed: number; logged: number }
  findings: Finding[]
}
