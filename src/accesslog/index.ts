/**
 * accesslog: the tamper-evident log of every read, and its proofs. Owns the schema "accesslog" and the signer's folder.
 * May touch kit only. Its second face, `#accesslog/proof`, checks proofs and runs in browsers too.
 */

export { type AccessLog, createAccessLog } from './access-log.ts'
export type { AppendRequest, Sequenced, Stated } from './appender.ts'
export { explainReport } from './explain-report.ts'
export type { ExportFile } from './export-file.ts'
export type { FileReport, Finding, FindingCode } from './file-report.ts'
export {
  type AccessRecord,
  type Checked,
  type ProofRefusal,
  type Statement,
  verifyProof,
} from './proof/index.ts'
export type { PublicFile } from './public-files.ts'
export { createSigner, type Signer } from './signer.ts'
export { type ChainHead, readFrontier, type Standing, type StoredRecord } from './store.ts'
export { type FileOptions, verifyFile } from './verify-file.ts'
export { createWitness, type Witness, type WitnessAddress } from './witness.ts'
