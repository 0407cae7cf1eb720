/**
 * vault: what is kept about a person, sealed under that person's keys, and the gate to it. Owns the schemas "vault"
 * and "keys". May touch consent, accesslog, people and kit. `open` and `keep` are the only ways in.
 */
export type {
  Actor,
  Ask,
  Loan,
  LoanBase,
  OfferFacts,
  Opened,
  Refusal,
  RefusalReason,
  Span,
  Vault,
} from './loan.ts'
export type {
  Account,
  Balance,
  Connection,
  FraudCase,
  FraudReason,
  KnownGood,
  OfferState,
  RecordKind,
  RecordKinds,
  Transaction,
} from './records.ts'
