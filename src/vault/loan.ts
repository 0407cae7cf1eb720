import type { Purpose } from '#consent'
import type { AnnouncementName, Announcements, Private, Timing, Tx } from '#kit'
import type { Judged, RecordKind, RecordKinds } from './records.ts'

/** Who reads: the person, one of our services, the operator at the command line, a bank's staff, or an app of the person's
 *  own, whose role is its name. */
export type Actor = { kind: 'person' | 'service' | 'operator' | 'staff' | 'app'; id: string; role: string }

/** A request to borrow a person's data. Without `linkIds`, every link of theirs with a live consent for the purpose. */
export type Ask<P extends Purpose = Purpose> = {
  personId: string
  purpose: P
  actor: Actor
  /** What the read is for, a key of the privacy centre's sentences: `answer-balance`, `score-payment`, … */
  what: string
  linkIds?: readonly string[]
  /** A second purpose that must have a live consent too: for what is of both. */
  alsoFor?: Purpose
  /** With `own-app` only, and always: the app's request that the person answered. */
  accessId?: string
}

/** Why the gate said no. The refusal is in the log too. */
export type RefusalReason =
  | 'no-link'
  | 'never-consented'
  | 'consent-withdrawn'
  | 'consent-expired'
  | 'erased'
  | 'bank-withdrawn'
export type Refusal = { ok: false; why: RefusalReason; purpose: Purpose; bankIds: string[] }
export type Opened<T> = { ok: true; value: T } | Refusal

/**
 * Half-open [from, to), in milliseconds. With `writtenAfter` (a place in the order of what is kept, `intake.line_due`), only the
 * states that were written since, and what has come to stand with them: older ones, and the score of one, may be missing.
 */
export type Span = { from: number; to: number; writtenAfter?: number }

export type Reads = {
  accounts(): Promise<Private<RecordKinds['account'][]>>
  balances(): Promise<Private<RecordKinds['balance'][]>>
  /**
   * Oldest first, newest state of each, by the instant of purchase; with no span, everything within the look-back. With
   * `statesMax`, no more is read than holds so many states, the latest months first and in each what was kept last.
   */
  transactions(span?: Span, statesMax?: number): Promise<Private<RecordKinds['transaction'][]>>
  cases(): Promise<Private<RecordKinds['fraud-case'][]>>
  knownGood(): Promise<Private<RecordKinds['known-good'][]>>
  labels(): Promise<Private<RecordKinds['payment-label'][]>>
  /** Of payments made in the months of the span; with none, of all that are kept. */
  scores(span?: Span): Promise<Private<RecordKinds['payment-score'][]>>
  /** Of the same, only when each payment was judged: most of a score is what was known of the payment. */
  judged(span?: Span): Promise<Private<Judged[]>>
  lineChoices(): Promise<Private<RecordKinds['line-choice'][]>>
  snoozes(): Promise<Private<RecordKinds['rule-snooze'][]>>
  offerStates(): Promise<Private<RecordKinds['offer-state'][]>>
  /** The handful of derived facts that offers may be matched on, and nothing else. */
  offerFacts(): Promise<Private<OfferFacts[]>>
  /** Our credentials at the bank: not the person's data, but the way to it. */
  connections(): Promise<Private<RecordKinds['connection'][]>>
}

/** Per bank link: what `bank-offers` may see. Amounts in minor units of the account currency, over the last 90 days. */
export type OfferFacts = {
  linkId: string
  bankId: string
  currency: string
  hasSavings: boolean
  hasCard: boolean
  /** The latest balance of the current accounts in this currency; null without one. */
  currentBalanceMinor: number | null
  monthlySpendMinor: number
  foreignPayments: number
  fuelMonthlyMinor: number
  travelMonthlyMinor: number
}

/** What every loan can do, whatever its purpose; all of it in the loan's own transaction. */
export type LoanBase = {
  readonly personId: string
  /** The links this loan covers, with the consent each rests on. */
  readonly links: readonly { linkId: string; bankId: string; grantId: string }[]
  /** Rises with each write to these links: what was derived under another version is stale. */
  readonly version: string
  /** The version of one of its links. */
  versionOf(linkId: string): number
  /** Adds records, or newer states of records with the same id. `linkId` may be left out when the loan has one link. */
  keep<K extends RecordKind>(
    kind: K,
    items: Private<readonly RecordKinds[K][]> | readonly RecordKinds[K][],
    linkId?: string,
  ): Promise<void>
  /** Our id of a bank's transaction: the same whenever and however it is seen, and meaningless without the link's key. */
  transactionId(linkId: string, bankAccountId: string, bankTransactionId: string): string
  /** Seals words drawn from this data under the keys of every link of the loan: shredding any of them shreds the words. */
  seal(context: string, words: Private<string>): Buffer
  /** Opens what `seal` made, when the loan covers exactly the links it was sealed under. Throws `seal-broken`. */
  unseal(context: string, sealed: Buffer): Private<string>
  announce<N extends AnnouncementName>(name: N, ids: Announcements[N], timing?: Timing): Promise<void>
  /** The loan's transaction, for a room's own rows that must commit with it. */
  readonly tx: Tx
}

/** What each purpose may read. A purpose with nothing here lends nothing; the types and the gate both come from this table. */
export const LENDS = {
  'account-view': ['accounts', 'balances', 'transactions', 'connections'],
  'fraud-alerts': [
    'accounts',
    'transactions',
    'cases',
    'knownGood',
    'labels',
    'scores',
    'judged',
    'lineChoices',
    'snoozes',
    'connections',
  ],
  'spending-insights': ['accounts', 'transactions', 'connections'],
  /** With the hours in which the person wants no lines either. */
  'worth-knowing': ['accounts', 'balances', 'transactions', 'lineChoices', 'connections'],
  'bank-offers': ['offerFacts', 'offerStates', 'connections'],
  /** Never the way to the bank, and no more than the person chose for that app (`reach.ts`). */
  'own-app': ['accounts', 'balances', 'transactions'],
  'own-copy': [
    'accounts',
    'balances',
    'transactions',
    'cases',
    'knownGood',
    'labels',
    'scores',
    'lineChoices',
    'snoozes',
    'offerStates',
  ],
  /** The credentials only, to give them back. */
  'walk-away': ['connections'],
  /** Nothing of what is kept: only the words that the person addresses to people at their bank. */
  'talk-to-person': [],
  statistics: [],
  'heart-prevention': [],
  'care-statistics': [],
} as const satisfies Record<Purpose, readonly (keyof Reads)[]>

export type Loan<P extends Purpose> = LoanBase & Pick<Reads, (typeof LENDS)[P][number]>
