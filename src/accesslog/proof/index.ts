/**
 * The part of accesslog that checks proofs: pure, without a network, the same code in a browser, at the command line and
 * in the log itself. It stands on Web Crypto and imports nothing of Node.
 */

export { type Bytes, fromBase64, toBase64, utf8 } from './bytes.ts'
export {
  type Checkpoint,
  type Cosigner,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
} from './checkpoint.ts'
export { emptyRoot, leafHash, nodeHash, rootOf, verifyConsistency, verifyInclusion } from './merkle.ts'
export {
  checkSignature,
  formatNote,
  formatSignatureLine,
  type Note,
  type NoteSignature,
  parseNote,
} from './note.ts'
export { consistencyRanges, inclusionRanges, type Range } from './ranges.ts'
export { type AccessRecord, STATEMENTS, type Statement } from './record.ts'
export { formatTlogProof, parseTlogProof, type TlogProof } from './tlog-proof.ts'
export {
  type Checked,
  type Place,
  type VerifyOptions,
  verifyHead,
  verifyProof,
  verifyStatement,
} from './verify-proof.ts'
export {
  COSIGNATURE_V1,
  ED25519,
  formatVkey,
  type KeyType,
  parseVkey,
  type VerifierKey,
  verifierKey,
} from './vkey.ts'
export { PROOF_REFUSALS, type ProofRefusal } from './why.ts'
