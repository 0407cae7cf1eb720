/** Why a proof is refused: the whole list. Each has a sentence in `words/`. */
export const PROOF_REFUSALS = [
  /** The file is not a `c2sp.org/tlog-proof@v1` file. */
  'proof-malformed',
  /** The key given is not a verifier key, or not of a kind that signs checkpoints. */
  'key-malformed',
  /** The checkpoint is not three lines and a signature. */
  'checkpoint-malformed',
  /** The checkpoint is of another log than the key. */
  'origin-differs',
  /** The checkpoint has no signature by the key. */
  'signature-missing',
  /** The checkpoint claims a signature by the key, and it is wrong. */
  'signature-wrong',
  /** The proof does not carry the record that it is about. */
  'record-missing',
  /** The record is not in the one canonical form, or lacks a field. */
  'record-malformed',
  /** The record is not in the batch that it claims to be of. */
  'not-in-batch',
  /** The record is not in the log that the checkpoint signs for: it, or the path to the root, was altered. */
  'not-in-log',
  /** This browser cannot check Ed25519 signatures. */
  'crypto-unavailable',
] as const

export type ProofRefusal = (typeof PROOF_REFUSALS)[number]

/** Thrown inside the core and turned into an answer at its face. */
export class Refused extends Error {
  readonly why: ProofRefusal

  constructor(why: ProofRefusal) {
    super(why)
    this.name = 'Refused'
    this.why = why
  }
}
