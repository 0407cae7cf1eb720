/**
 * vault: what is kept about a person, sealed under that person's keys, and the gate to it. Owns the schemas "vault"
 * and "keys". May touch consent, accesslog, people, merchants and kit. A loan is the only way to what is kept.
 */

export type { Batch, BatchEntry, BatchPurpose } from './batch.ts'
export type { AppAllowed, Arrival } from './comings.ts'
export type { DiaryEntry } from './diary.ts'
export type { BatchAsk } from './gate.ts'
export { POLICY_SHA256 } from './gate.ts'
export { createFileKms, EPOCH_DAYS, type Kms } from './kms.ts'
export type { Actor, Ask, Loan, LoanBase, OfferFacts, Opened, Refusal, RefusalReason, Span } from './loan.ts'
export { LENDS } from './loan.ts'
export type { OwnCopy } from './own-copy.ts'
export type {
  Account,
  Balance,
  BankFlag,
  Connection,
  Dispute,
  FraudCase,
  FraudReason,
  Judged,
  KnownGood,
  LineChoice,
  OfferState,
  PaymentLabel,
  PaymentScore,
  RecordKind,
  RecordKinds,
  RuleSnooze,
  Transaction,
} from './records.ts'
export { createVault, type Vault } from './vault.ts'
