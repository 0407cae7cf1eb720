import type { Currency, Money } from '#kit'

/** A bank account as Guichet keeps it. `id` is ours and opaque; `bankAccountId` is the bank's. */
export type Account = {
  id: string
  bankId: string
  bankAccountId: string
  name: string
  kind: 'checking' | 'savings' | 'card'
  /** The last digits, as the bank displays them. */
  numberDisplay: string
  currency: Currency
  status: 'open' | 'closed'
  /** The bank's ids of it before it was renumbered, oldest first; absent when it never was. */
  formerBankAccountIds?: string[]
  /** When the bank said so: what it said later counts. Absent in what was kept before banks pushed accounts. */
  asOf?: number
}

/** What an account held at `asOf`. `id` is the account's id: the newest balance replaces the one before. */
export type Balance = {
  id: string
  /** Posted entries only; for a card, negative is owed. */
  current: Money
  available: Money | null
  creditLine: Money | null
  asOf: number
}

/** A transaction keeps `id` from its authorisation to its posting. */
export type Transaction = {
  id: string
  accountId: string
  /** The bank's ids of it, oldest first: the authorisation's, then the posting's. */
  bankTransactionIds: string[]
  /** `declined`: the bank refused it and nothing was paid; it is pending when the bank approves it after all. */
  status: 'pending' | 'posted' | 'released' | 'reversed' | 'declined'
  /** When the person paid. */
  at: number
  postedAt: number | null
  /** Signed: negative is money out. */
  amount: Money
  /** The amount in the merchant's currency, with the same sign, when it differs from the account's. */
  foreign: Money | null
  /** Units of the account's currency for one of the foreign one, as the decimal the bank wrote; absent when it does not say. */
  exchangeRate?: string
  /** Whether the bank says that it may still change a row that is booked (UK `TransactionMutability`); absent when it does not say. */
  isMutable?: boolean
  /** The merchant descriptor exactly as the bank sent it: untrusted text. */
  descriptor: string
  /** ISO 18245 merchant category code. */
  mcc: string | null
  /** ISO 3166-1 alpha-2 country of the merchant. */
  country: string | null
  city: string | null
  latitude: number | null
  longitude: number | null
  entryMode: 'chip' | 'contactless' | 'magstripe' | 'online' | 'atm' | null
  /** The last digits of the card, null for what is not a card payment. */
  cardNumberDisplay: string | null
  /** The bank's name for the terminal it was made at (ISO 8583, field 41); null when it does not say. */
  terminalId: string | null
}

/** The tokens of one bank link, as its door needs them. Sealed like everything else. */
export type Connection = {
  id: string
  accessToken: string
  accessTokenExpiresAt: number
  refreshToken: string | null
  /** The DPoP key pair as a private JWK; null where the bank's tokens are bound to none. */
  dpopJwk: Record<string, unknown> | null
  /** Null at a bank that keeps no consent apart from the tokens. */
  bankConsentId: string | null
  /** The person's subject at the bank. */
  subject: string
}

/** Why a payment looked unusual: a code and the values its sentence needs. */
export type FraudReason = { code: string; values: Record<string, number | string | Money> }

/** One alert, from raised to closed. */
export type FraudCase = {
  id: string
  /** What the person quotes on the telephone: `G-7K4M-2Q`. */
  number: string
  transactionId: string
  /** Payments of the same card that looked wrong while this was asked, and joined it; absent when none did. */
  attachedTransactionIds?: string[]
  /** The first and the last of those that found no room in it, by their instants, and how many; absent when all did. */
  beyond?: { from: number; to: number; count: number }
  accountId: string
  /** The last digits of its card; absent in cases of earlier versions. */
  cardNumberDisplay?: string | null
  openedAt: number
  state: 'asked' | 'confirmed-fraud' | 'was-me'
  answeredAt: number | null
  reasons: FraudReason[]
  /** The block at the bank, once it is done. */
  cardBlockedAt: number | null
  /** Whose suspicion it was: ours when absent, the bank's own system's, or the person's, who said *not me* unasked. */
  raisedBy?: 'bank' | 'person'
  /** The bank refused the payment and can approve it until `releasableUntil`; `releasedAt` is when it did. */
  declined?: { bankTransactionId: string; releasableUntil: number | null; releasedAt: number | null }
  /** What the bank itself said of payments that joined: what is known of them no more once they leave. Absent when it said nothing. */
  flags?: BankFlag[]
  /** When nobody had answered for so long that it was told again, more widely. */
  escalatedAt?: number
  /** The kind question that was asked before *not me* was taken at its word, and when. */
  doubt?: { kind: DoubtKind; askedAt: number }
  /** When the person said that it had been them after all. */
  takenBackAt?: number
  /** What the bank is asked to pay back; absent until the person says that it was not them. */
  dispute?: Dispute
}

/** The bank refused a payment, and may let it through until then, or suspects it. */
export type BankFlag = {
  transactionId: string
  by: 'declined' | 'suspected'
  bankTransactionId: string
  releasableUntil: number | null
}

/** Why somebody may be mistaken in saying *not me*: what they are asked about once, before their card is blocked. */
export type DoubtKind = 'same-merchant-before' | 'subscription' | 'other-card' | 'often-wrong'

/** The payments of a case that the person disputes. Its number is the case's. */
export type Dispute = {
  openedAt: number
  /** Until then the person can take it back whole; afterwards it is on its way to the bank. */
  sendAfter: number
  sentAt: number | null
  bankDisputeId: string | null
  /** How the bank decided, once it has. */
  outcome: { decided: 'in-favour' | 'against' | 'withdrawn'; at: number } | null
}

/** What the fraud room remembers that is not derived from transactions: merchants the person vouched for. */
export type KnownGood = { id: string; merchant: string; country: string | null; at: number }

/** What was learnt about a payment and when: a fact of its own, so that any past moment knows only what it knew then. */
export type PaymentLabel = {
  id: string
  transactionId: string
  /** `unknown` takes back what was said before: it expired, or was said of the wrong payment. */
  label: 'fraud' | 'genuine' | 'unknown'
  source: 'person' | 'dispute' | 'bank' | 'expiry'
  /** When it was learnt, not when the payment was made. */
  at: number
  /** The case it was said in; absent in labels of earlier versions. */
  caseId?: string
}

/** When a payment was judged. */
export type Judged = Pick<PaymentScore, 'id' | 'scoredAt'>

/** How a payment was judged and from what: `id` is the transaction's. */
export type PaymentScore = {
  id: string
  scoredAt: number
  /** The version of the features' definitions. */
  featureSet: string
  /** The features' values, in the order of that version; NaN is what could not be said. */
  vector: readonly number[]
  model: string | null
  /** From 0 to 1; null without a model. */
  probability: number | null
  /** What a model on trial thought, which decided nothing. */
  challenger?: { model: string; probability: number }
  rules: string
  /** The rules that held, by name. */
  held: string[]
  /** What rules on trial would have done, which decided nothing. */
  shadow?: { rules: string; asks: boolean; held: string[] }
  asked: boolean
}

/** Which payments a person wants a line about in chat, and when; one for a link, or for one of its cards. */
export type LineChoice = {
  id: string
  /** Null is every card of the link that has no choice of its own. */
  cardNumberDisplay: string | null
  /** `as-others` takes a card’s own choice back. */
  lines: 'all' | 'above' | 'abroad-or-online' | 'suspicious' | 'as-others'
  /** Only with `above`. */
  above: Money | null
  /**
   * Minutes after midnight on the person's clock; lines wait until it is over, alerts never do. For one card, null is as for
   * all cards, and `never` that its lines do not wait.
   */
  quiet: { from: number; to: number } | 'never' | null
  at: number
  /** What was chosen before, oldest first, and until when: what waits out quiet hours is told by what held when it came. */
  former?: { lines: LineChoice['lines']; above: Money | null; until: number }[]
}

/** A fraud rule that a person does not want to be asked because of, for a while. */
export type RuleSnooze = { id: string; rule: string; until: number; at: number }

/** A person's standing choices about offers, and what was shown. */
export type OfferState = { id: string; offerId: string; shownAt: number; dismissed: boolean }

/** Every kind of record the vault keeps, by name. */
export type RecordKinds = {
  account: Account
  balance: Balance
  transaction: Transaction
  connection: Connection
  'fraud-case': FraudCase
  'known-good': KnownGood
  'offer-state': OfferState
  'payment-label': PaymentLabel
  'payment-score': PaymentScore
  'line-choice': LineChoice
  'rule-snooze': RuleSnooze
}
export type RecordKind = keyof RecordKinds
