/**
 * The JSON that the pages and the server exchange: one type a message, imported by both sides. Instants are
 * milliseconds since 1970-01-01T00:00:00Z; money is integer minor units with its ISO 4217 code.
 */
export type Locale = 'en' | 'fr'
export type MoneyJson = { amountMinor: number; currency: string }

/** `GET /api/session`. `csrf` goes back in the `x-csrf-token` header of every POST. */
export type SessionJson = {
  csrf: string
  /** Null until the person writes or links: a visitor is nobody. One without a link or a passkey has no way to come back. */
  person: { id: string; hasLink: boolean; hasPasskey: boolean; steppedUp: boolean } | null
  locale: Locale
  /** Where the demo's control page is, in a demo; null otherwise. */
  controlUrl: string | null
}

/** `GET /api/banks` */
export type BankJson = {
  id: string
  name: string
  simulated: boolean
  status: 'open' | 'withdrawn'
  linked: boolean
  /** Whether a person who has it linked can sign in through it: it says who they are. */
  signsIn: boolean
}

/** `GET /api/purposes`: those a person can be asked for, each off by default. */
export type PurposeJson = { id: string; name: string; sentence: string; days: number }

/** `POST /api/links` {bankId, purposes[]} → where to send the browser. The same call adds a purpose to a link. */
export type LinkRequestJson = { bankId: string; purposes: string[]; locale: Locale }
export type RedirectJson = { redirect: string }

/** A button under a message. `token` is random and works once: `POST /api/chat/actions/{token}` → MessagesJson.
 *  `href` instead of a token opens one of our own pages. One that `chooses` is sent with the ids of those of the payments
 *  shown above it that were ticked, at least one: ChosenJson. */
export type ActionJson =
  | { label: string; style: 'primary' | 'danger' | 'plain'; token: string; chooses?: 'payments' }
  | { label: string; style: 'primary' | 'danger' | 'plain'; href: string }

export type ShowJson =
  | { type: 'transactions'; caption: string; rows: TransactionRowJson[]; more: number }
  | {
      type: 'table'
      caption: string
      columns: string[]
      rows: { label: string; cells: (MoneyJson | number | string)[] }[]
    }
  | {
      type: 'bars'
      caption: string
      currency: string
      /** One bar per point and series; values are minor units and never negative. */
      series: string[]
      points: { label: string; values: number[] }[]
    }
  | { type: 'accounts'; caption: string; rows: AccountRowJson[] }
  | { type: 'recurring'; caption: string; rows: RecurringRowJson[] }
  | {
      type: 'over-time'
      caption: string
      currency: string
      /** Oldest first, in minor units: below nought where more came back than was spent. `isRunning`: the last is not over. */
      steps: { label: string; short: string; netMinor: number }[]
      isRunning: boolean
    }
  | {
      type: 'forecast'
      caption: string
      currency: string
      now: { at: number; amountMinor: number }
      /** What may be held at the end of each day, and the payments that come back on it; all in minor units. */
      days: ForecastDayJson[]
    }
  | { type: 'offer'; bank: string; title: string; body: string; reason: string }

export type ForecastDayJson = {
  label: string
  short: string
  lowMinor: number
  expectedMinor: number
  highMinor: number
  due: { merchant: string; amountMinor: number }[]
}

export type TransactionRowJson = {
  id: string
  at: number
  merchant: string
  category: string
  amount: MoneyJson
  foreign: MoneyJson | null
  status: 'pending' | 'posted' | 'released' | 'reversed' | 'declined'
  /** The card that paid, where it is told with its hour. */
  card?: string | null
  /** The button that chooses is not about this one. */
  canTick?: false
}
export type AccountRowJson = {
  bank: string
  name: string
  numberDisplay: string
  current: MoneyJson
  available: MoneyJson | null
  asOf: number
}

/** A payment that comes back: what it last was, and its price in the merchant’s own currency before and since `at`. */
export type RecurringRowJson = {
  merchant: string
  category: string
  amount: MoneyJson
  rhythm: string
  nextAt: number
  change: { from: MoneyJson; to: MoneyJson; at: number } | null
}

/** One line of the conversation. `withheld` says why its content can no longer be read, when it cannot. */
export type MessageJson = {
  id: string
  /** `human`: somebody at the bank, whose name is `bank`. */
  from: 'person' | 'guichet' | 'human'
  bank?: string
  at: number
  text: string
  /** What `text` is in, where that can be told: words may be in the other language than the page. */
  lang?: Locale
  /** An alert is announced assertively and drawn apart; a line, about a payment that looks as usual, takes little room. */
  kind: 'plain' | 'alert' | 'refusal' | 'line'
  show: ShowJson | null
  actions: ActionJson[]
  withheld: 'consent-ended' | 'erased' | null
}

/** `GET /api/embed`: whose pages may have the chat in them. */
export type EmbedJson = { origins: string[] }

/** `GET /api/chat/messages`, `POST /api/chat/messages` {text, locale}, `POST /api/chat/actions/{token}` */
export type MessagesJson = { messages: MessageJson[] }
export type SayJson = { text: string; locale: Locale }
export type ChosenJson = { chosen: string[] }

/** Server-sent events on `GET /api/events?tab=TAB`; what a page with the `x-tab` header was answered is not sent to it again: `message` (MessageJson), `changed` ({what}) when a page should fetch again. */
export type ChangedJson = { what: 'consents' | 'reads' | 'messages' | 'messengers' }

/**
 * `GET /api/messengers`; `POST /api/messengers/confirm` {digits}, `/order` {ids}, `/wording` {wording} and
 * `DELETE /api/messengers/addresses/{id}` answer the same. A wrong pair of digits is `match-wrong`, and the code is over.
 * `pending` is a chat that came with the code and waits for its two digits; its name is what the messenger calls it.
 */
export type MessengersJson = {
  /** Those that this installation offers. */
  messengers: { id: MessengerIdJson; name: string }[]
  /** The person's linked chats, in the order in which they are written to. */
  addresses: {
    id: string
    messenger: MessengerIdJson
    linkedAt: number
    state: 'live' | 'blocked'
    /** Null at a messenger whose chats are never private; `never` where only this one is not. `comparing`: these pictures, by their place in the Matrix specification’s table. */
    verification: VerificationJson | null
  }[]
  wording: 'plain' | 'neutral'
  pending: { messenger: MessengerIdJson; name: string | null; expiresAt: number } | null
  /**
   * What a browser subscribes with to be warned, and the person's that are; null where none is written to.
   * `DELETE /api/push/devices/{id}` turns one off and answers MessengersJson.
   */
  push: { publicKey: string; devices: { id: string; since: number }[] } | null
  /**
   * Null where no mail is sent. `POST /api/messengers/mail` {address} mails a code, `POST /api/messengers/mail/confirm` {code}
   * keeps the address, `DELETE /api/messengers/mail` forgets it, and `…/mail/waiting` only one that waits for its code; each
   * answers MessengersJson. A wrong code is `mail-code-wrong`.
   */
  mail: {
    mailbox: { address: string; state: 'live' | 'gone' } | null
    pending: { address: string; expiresAt: number } | null
  } | null
}
/** `POST /api/messengers/addresses/{id}/verification` begins; `…/verification/conclude` {same} says what the person sees. */
export type VerificationJson = {
  state: 'none' | 'never' | 'wanted' | 'waiting' | 'comparing' | 'same' | 'different' | 'done' | 'ended'
  pictures: number[]
}
export type MessengerIdJson = 'messenger' | 'whatsapp' | 'telegram' | 'matrix'

/** `POST /api/messengers/codes` {messenger}: the address to open; or none where the code is typed, and to whom. */
export type MessengerCodeJson = {
  code: string
  url: string | null
  contact: { name: string; url: string } | null
  expiresAt: number
}

/**
 * Warnings on a browser: `POST /api/push` {endpoint, keys} keeps it, `POST /api/push/look` {endpoint} asks whether it is kept,
 * `DELETE /api/push` {endpoint} forgets it. `POST /api/push/shown` {receipt} comes from the browser once it showed one, and
 * `POST /api/push/moved` {from, renewal, to} when its address became another; `renewal` is what proves that, once kept.
 */
export type PushJson = { isOn: boolean; renewal: string | null }

/** `POST /api/sealed/{token}`: what a link in a messenger stood for, once. Throws `not-found` when it is not this person's,
 *  `already-done` when it was opened before. */
export type SealedJson = { messages: MessageJson[] }

/**
 * `GET /api/cards`; `POST /api/cards/orders` {linkId, accountId, cardNumberDisplay, kind} → CardsJson with what was said of it.
 * Unblocking and ordering a new card need a fresh sign-in (`step-up-needed`).
 */
export type CardsJson = { cards: CardJson[]; said: string[] }
export type CardJson = {
  linkId: string
  bankId: string
  accountId: string
  account: string
  cardNumberDisplay: string
  /** Since when it is blocked by an order from here; null when it is not. */
  blockedAt: number | null
  /** When a new card was last ordered from here. */
  newCardAt: number | null
  /** What the bank has been told to do and has not done yet. */
  waitsFor: CardOrderJson['kind'] | null
}
export type CardOrderJson = {
  linkId: string
  accountId: string
  cardNumberDisplay: string
  kind: 'block' | 'unblock' | 'replace'
}

/**
 * `GET /api/lines` → LinesJson[]; `POST /api/lines` {linkId, …LineChoiceJson} → the same. A choice of a card comes before the
 * one for all cards, which is that with no card; without any, every card payment has its line.
 */
export type LinesJson = {
  linkId: string
  bankId: string
  bank: string
  /** Of the accounts behind the cards; an amount is compared in its own currency only, and what is in another has its line. */
  currencies: string[]
  /** A card that pays from accounts in several currencies has them all. */
  cards: { cardNumberDisplay: string; currencies: string[] }[]
  choices: LineChoiceJson[]
}
export type LineChoiceJson = {
  cardNumberDisplay: string | null
  /** `as-others` takes a card's own choice back. */
  lines: 'all' | 'above' | 'abroad-or-online' | 'suspicious' | 'as-others'
  /** With `above` only. */
  above: MoneyJson | null
  /** Minutes after midnight on the person's clock. For one card, null is as for all, and `never` that its lines do not wait. */
  quiet: { from: number; to: number } | 'never' | null
}

/** `GET /api/worth-knowing` → WorthJson[]; `POST /api/worth-knowing` WorthJson → the same. What is said unasked, kind by kind. */
export type WorthJson = {
  kind: 'low-balance' | 'duplicate-charge' | 'price-rise' | 'refund-arrived'
  isOn: boolean
}

/** `GET /api/privacy` */
export type PrivacyJson = {
  links: {
    id: string
    bankId: string
    bank: string
    since: number
    status: 'linked' | 'erased' | 'bank-withdrawn'
    grants: GrantJson[]
  }[]
  apps: AppJson[]
  reads: number
  log: { origin: string; vkey: string }
}
export type GrantJson = {
  id: string
  purpose: string
  name: string
  sentence: string
  state: 'given' | 'withdrawn' | 'expired' | 'revoked'
  createdAt: number
  expiresAt: number
  endedAt: number | null
  /** `GET /api/privacy/receipts/{id}` is the signed receipt (compact JWS, text/plain). */
  receiptHref: string
}

/** An app of the person's own, in `PrivacyJson`. `POST /api/apps/{id}/withdraw` → PrivacyJson. */
export type AppJson = {
  id: string
  name: string
  state: 'given' | 'ended' | 'expired'
  since: number
  until: number
  endedAt: number | null
  /** How many accounts of each bank it may read. */
  banks: { bank: string; accounts: number }[]
  clusters: string[]
  /** The receipts, one a bank. */
  grants: GrantJson[]
}

/** `GET /allow/{uid}/asked`: what an app asks of whoever is here, and the accounts they could tick. */
export type AppAskedJson = {
  app: { name: string; returnsTo: string }
  purpose: { name: string; sentence: string }
  clusters: string[]
  /** Payments from this day on; null for as far back as is kept. */
  from: number | null
  /** For how many days at most it may be allowed. */
  daysMax: number
  banks: {
    linkId: string
    bank: string
    /** Null where the person does not let Guichet show accounts of this bank: nothing can be ticked there. */
    accounts: { id: string; name: string; numberDisplay: string }[] | null
  }[]
}
/** `POST /allow/{uid}/answer` → RedirectJson. A yes needs a fresh sign-in (`step-up-needed`). */
export type AppAnswerJson =
  | { agree: false }
  | { agree: true; days: number; accounts: { linkId: string; accountIds: string[] }[] }

/** `GET /api/privacy/reads?before=SEQ&limit=50`, newest first. */
export type ReadsJson = { reads: ReadJson[]; more: boolean }
export type ReadJson = {
  /** Opaque; `GET /api/privacy/reads/{id}/proof` is its tlog-proof file (text/plain). */
  id: string
  linkId: string
  bank: string
  seq: number
  at: number
  actor: { kind: string; id: string; role: string }
  /** In the reader's language: what was done, e.g. “Answered your question”. */
  what: string
  /** The log's own word for it, which the proof is checked against, e.g. `answer-balance`. */
  deed: string
  purpose: string
  purposeName: string
  consent: string | null
  clusters: string[]
  decision: 'allowed' | 'refused'
  /** Not yet under a signed checkpoint: the proof follows within a second or so. */
  provable: boolean
}

/** `POST /api/erase` {confirm:true}: what the log says of it, the person's own line first, then one a link. `statement` is
 *  what the leaf commits to and `proof` its tlog-proof file (null when the log could not be signed at that moment): the only
 *  copies, since whoever left cannot ask again. */
export type ErasedJson = {
  log: { origin: string; vkey: string }
  shreds: ShredJson[]
}
export type ShredJson = { kind: 'person' | 'link'; index: number; statement: string; proof: string | null }

/** `POST /api/grants/{id}/withdraw` → PrivacyJson
 *  `POST /api/export` → the file (application/json, attachment) */

/** Any error: `sentence` is for the person, in their language; `field` names what was wrong in a request. */
export type ErrorJson = { error: { code: string; sentence: string; field?: string; retry: boolean } }

/** Passkeys: `POST /api/passkeys/register/options|verify`, `POST /api/passkeys/login/options|verify` carry the
 *  WebAuthn Level 3 JSON forms. Signing in through a bank: `POST /api/signin/bank` {bankId} → RedirectJson. */

/** Who sits at the bank console: a member, or somebody whose code was right and who has no passkey yet. */
export type ConsoleSessionJson = {
  csrf: string
  locale: Locale
  member: { name: string; bankName: string } | null
  invited: { name: string; bankName: string } | null
}

/** What became of a statement file: counts and places, nothing of what it says. */
export type StatementReportJson = {
  version: string
  sha256: string
  bytes: number
  dryRun: boolean
  statements: number
  balanced: number
  unbalanced: number
  rows: { new: number; changed: number; same: number; unlinked: number; tooOld: number; refused: number }
  withoutReference: number
  refused: { place: string; field: string; why: RefusedWhyJson }[]
}

export type RefusedWhyJson =
  | 'missing'
  | 'malformed'
  | 'too-long'
  | 'amount-malformed'
  | 'currency-unknown'
  | 'currency-mismatched'
  | 'date-malformed'
  | 'date-ahead'
  | 'sign-contradicted'
  | 'not-booked'
  | 'reference-reused'
  | 'unbalanced'
  | 'unsupported'

/** One line of an import's answer: how far it is, and at the end what came of it. */
export type ImportLineJson =
  | { progress: { step: 'checking' | 'keeping'; bytes: number; of: number } }
  | { report: StatementReportJson }
  | { fault: { code: string; sentence: string; detail?: string } }

/** An import as the console shows it; `by` is null for the operator's own. */
export type ConsoleImportJson = {
  id: string
  by: string | null
  sha256: string
  format: string
  dryRun: boolean
  startedAt: number
  finishedAt: number | null
  rows: StatementReportJson['rows'] | null
}

/** `GET /api/console/requests`: who waits for this bank's people, the longest first. Nothing of it says who they are. */
export type ConsoleRequestJson = {
  /** Opaque: `POST /api/console/requests/{id}/take`, `…/replies` {text}, `…/settle` → ConsoleRequestJson[] */
  id: string
  number: string
  kind: 'human' | 'dispute' | 'unanswered-alert'
  askedAt: number
  /** Whether it can be answered here: the person was told what would be seen. */
  answersHere: boolean
  taken: { by: string; byMe: boolean; at: number } | null
  /** Rises with each word of either side. */
  last: number
}

/** `GET /api/console/requests/{id}/messages?after=SEQ`: what was written since they asked. Each read is in the person's log. */
export type ConsoleMessageJson = { seq: number; from: 'person' | 'human'; at: number; text: string }
