import type { Private, Tx } from '#kit'
import type { BatchEntry, PaymentScore, Transaction } from '#vault'
import type { CardPayment, DisputeDecision } from './bank-event.ts'

/** A payment that the bank itself thinks was not its holder's: it refused it, or says so of one that went through. */
export type Flagged = {
  transaction: Transaction
  by: 'declined' | 'suspected'
  /** The bank's own id of it. */
  bankTransactionId: string
  /** Until when a refused one can still be approved; null when it cannot. */
  releasableUntil: number | null
}

/** How the bank decided a dispute about a payment; by our id. */
export type DisputeOutcome = {
  transactionId: string
  caseNumber: string
  decided: DisputeDecision
  at: number
}

/** What a batch says of one link whose events may be scored. */
export type LinkNews = {
  /** The link as it was before the batch; `entry.loan` is for what the scorer has never met or has to keep. */
  entry: Pick<BatchEntry, 'personId' | 'linkId' | 'bankId' | 'version' | 'loan'>
  /** The new states of all payments that the batch changes, in order. They are not kept yet. */
  told: Private<Transaction[]>
  /** Those of them that were authorised in it. */
  fresh: Private<Transaction[]>
  flagged: Private<Flagged[]>
  outcomes: Private<DisputeOutcome[]>
}

export type Scored = {
  /** How fresh payments were judged, by their ids: kept beside them. */
  scores: Private<ReadonlyMap<string, PaymentScore>>
  /**
   * Called once it is known whether the batch was committed: what was learnt in it counts from then on, or never did.
   * Each entry's `version` is then the link's.
   */
  settle(committed: boolean): void
}

/**
 * Judges a whole batch, inside the transaction that keeps it and before anything of it is written. What the scorer keeps
 * and announces commits with it. Between the call and `settle`, no other batch of the same links is scored.
 */
export type Scorer = {
  (tx: Tx, news: readonly LinkNews[]): Promise<Scored>
  /**
   * Asks at once what can be asked without knowing whose payments these are, and scores with the answer: one way to the
   * database and back less, for a payment that comes alone.
   */
  ahead?(tx: Tx, bankId: string, payments: readonly CardPayment[]): Scorer
}
