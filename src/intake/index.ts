/**
 * intake: takes each bank event once, in order per account, pulls a link's history, and has both kept. Owns the schema
 * "intake". Touches vault, people and kit; scoring and the bank's door are ports that `guichet.ts` fills.
 */
export type { AccountFacts, BankEvent, CardPayment, DeclineReason, DisputeDecision } from './bank-event.ts'
export type {
  BankAccount,
  BankAccounts,
  BankBalance,
  BankPage,
  BankReader,
  BankTransaction,
  Listing,
  Presence,
  RefusedRow,
} from './bank-reader.ts'
export type { FeedEntry, FeedPage } from './change-feed.ts'
export type { ChangeKind } from './change-kind.ts'
export { createIntake, type Intake } from './intake.ts'
export type { Received } from './lane.ts'
export type { BankHealth, BrokenLink, PullState, Refreshed } from './pull-state.ts'
export { createPulls, type Pulls } from './pulls.ts'
export { createQuarantine, type Quarantine, type QuarantinedRow, type SetAside } from './quarantine.ts'
export type { DisputeOutcome, Flagged, LinkNews, Scored, Scorer } from './scorer.ts'
export {
  type DatedMoney,
  type OpenedStatement,
  STATEMENT_FORMATS,
  type StatementEvent,
  type StatementFormat,
  type StatementSource,
} from './statement-file.ts'
export {
  createStatements,
  type ImportedBy,
  type ImportRequest,
  type Progress,
  type StatementImport,
  type Statements,
} from './statements/import.ts'
export type { RefusedPlace, RowCounts, StatementReport } from './statements/report.ts'
export { createSync, type Pull, type Pulled } from './sync.ts'
