import type { Purpose } from '#consent'
import type { AnnouncementName, Announcements, Private, Tx } from '#kit'
import type { RecordKind, RecordKinds } from './records.ts'

/** Who reads: the person, one of our services, the operator at the command line, or a bank's staff. */
export type Actor = { kind: 'person' | 'service' | 'operator' | 'staff'; id: string; role: string }

/** A request to borrow a person's data. Without `linkIds`, every link of theirs with a live consent for the purpose. */
export type Ask<P extends Purpose = Purpose> = {
  personId: string
  purpose: P
  actor: Actor
  /** What the read is for, a key of the privacy centre's sentences: `answer-balance`, `score-payment`, … */
  what: string
  linkIds?: readonly string[]
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

/** Half-open [from, to), in milliseconds. */
export type Span = { from: number; to: number }

type Reads = {
  accounts(): Promise<Private<RecordKinds['account'][]>>
  balances(): Promise<Private<RecordKinds['balance'][]>>
  /** Oldest first, newest state of each, by the instant of purchase; with no span, everything within the look-back. */
  transactions(span?: Span): Promise<Private<RecordKinds['transaction'][]>>
  cases(): Promise<Private<RecordKinds['fraud-case'][]>>
  knownGood(): Promise<Private<RecordKinds['known-good'][]>>
  offerStates(): Promise<Private<RecordKinds['offer-state'][]>>
  /** The handful of derived facts that offers may be matched on, and nothing else. */
  offerFacts(): Promise<Private<OfferFacts[]>>
  connections(): Promise<Private<RecordKinds['connection'][]>>
}

/** Per bank link: what `bank-offers` may see. Amounts in minor units of the account currency, over the last 90 days. */
export type OfferFacts = {
  linkId: string
  bankId: string
  currency: string
  hasSavings: boolean
  hasCard: boolean
  /** Average of the current balance over its known points; null without one. */
  averageBalanceMinor: number | null
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
  /** Adds records, or newer states of records with the same id. `linkId` may be left out when the loan has one link. */
  keep<K extends RecordKind>(kind: K, items: readonly RecordKinds[K][], linkId?: string): Promise<void>
  /** Seals words drawn from this data under the keys of every link of the loan: shredding any of them shreds the words. */
  seal(context: string, words: Private<string>): Buffer
  /** Opens what `seal` made, when the loan covers exactly the links it was sealed under. Throws `seal-broken`. */
  unseal(context: string, sealed: Buffer): Private<string>
  announce<N extends AnnouncementName>(name: N, ids: Announcements[N]): Promise<void>
  /** The loan's transaction, for a room's own rows that must commit with it. */
  readonly tx: Tx
}

/** What each purpose may read. A purpose that is not here lends nothing. */
type ReadsOf = {
  'account-view': 'accounts' | 'balances' | 'transactions' | 'connections'
  'fraud-alerts': 'accounts' | 'transactions' | 'cases' | 'knownGood' | 'connections'
  'spending-insights': 'accounts' | 'transactions'
  'bank-offers': 'offerFacts' | 'offerStates'
  'own-copy': 'accounts' | 'balances' | 'transactions' | 'cases' | 'knownGood' | 'offerStates'
  statistics: never
  'heart-prevention': never
  'care-statistics': never
}

/** A person's data, borrowed for one purpose until the function it was lent to returns. */
export type Loan<P extends Purpose> = LoanBase & Pick<Reads, ReadsOf[P]>

/** The gate. */
export type Vault = {
  /**
   * Lends a person's data for one purpose: holds the live consents, commits the access to the log, releases the keys
   * against that entry, runs `use` in one transaction and closes the loan when it returns. `use` throwing rolls back
   * what it kept. Refusals are logged, then returned.
   */
  open<P extends Purpose, T>(ask: Ask<P>, use: (loan: Loan<P>) => Promise<T>): Promise<Opened<T>>
  /** Seals words that are the person's own but no bank's (what they typed) under their chat key; erased with them. */
  sealWords(personId: string, context: string, words: Private<string>): Promise<Buffer>
  unsealWords(personId: string, context: string, sealed: Buffer): Promise<Private<string>>
}
