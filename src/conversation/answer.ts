import type { DayAhead, PriceChange, Rhythm, Step, WorthKind } from '#accounts'
import type { Purpose } from '#consent'
import type { Currency, Locale, Money, Private } from '#kit'
import type { Transaction } from '#vault'
import type { Category, Period, Question } from './question.ts'
import type { SentenceKey, Sentences } from './words/sentences.ts'

/** A sentence of the catalogue by its name, apart from the values it is filled with; `words/` has it in each language. */
export type Template = { [K in keyof Sentences]: { say: K; with: Sentences[K] } }[keyof Sentences]

/** What a button does. Sealed with the message: outside, a button is a random token. */
export type Intent =
  | { do: 'ask'; question: Question }
  | AnswerCase
  /** Each of them, as if its own button were pressed. */
  | { do: 'answer-cases'; answers: AnswerCase[] }
  | { do: 'report-payment'; linkId: string; transactionId: string; sure: boolean }
  | { do: 'report-payments'; linkId: string; transactionIds: string[]; sure?: boolean }
  /** Of a list that was shown for another purpose: what is done rests on *Warn me of fraud* all the same. */
  | { do: 'report-listed'; payments: { linkId: string; transactionId: string }[] }
  | { do: 'mark-payments'; linkId: string; caseId: string; transactionIds: string[] }
  /** Without payments, asks which of a dispute were theirs. */
  | { do: 'own-payments'; linkId: string; caseId: string; transactionIds: string[] }
  | { do: 'snooze-case'; of: AnswerCase }
  | { do: 'leave-case' }
  | { do: 'block-card'; linkId: string; accountId: string; cardNumberDisplay: string }
  | { do: 'leave-card' }
  | { do: 'dismiss-offer'; linkId: string; offerId: string }
  | { do: 'stop-offers' }
  /** Nothing of this kind is told unasked any more. */
  | { do: 'stop-worth'; kind: WorthKind }

/** `sure`: said again after a kind question. */
export type AnswerCase = {
  do: 'answer-case'
  linkId: string
  caseId: string
  answer: 'was-me' | 'not-me'
  hasCard: boolean
  sure?: boolean
}

export type ActionStyle = 'primary' | 'danger' | 'plain'

/**
 * A button: it does something once, or opens one of our own pages. One that `chooses` is about those of the payments shown
 * above it that the person ticks.
 */
export type Action = { label: Template; style: ActionStyle } & (
  | { intent: Intent; chooses?: 'payments' }
  | { href: string }
)

/** Something that must be kept in the same commit as the answer, because somebody has to act on it later. */
export type Errand =
  /** `here`: the banks whose people answer in the conversation, as the person was told. */
  | {
      kind: 'human' | 'dispute'
      number: string
      bankIds: readonly string[]
      here: readonly { bankId: string; linkId: string }[]
    }
  /** No more is to be sent unasked, or it is again. */
  | { kind: 'stop' }
  | { kind: 'start' }
  | { kind: 'unanswered-alert'; number: string; bankIds: readonly string[]; caseId: string }
  /** With a `caseId` it is an answer to that case, whether or not anything is ordered: nobody needs to ask any more. */
  | { kind: 'bank-orders'; linkId: string; caseId: string | null; orders: readonly NewOrder[] }
  /** A *not me* that was asked about once more: it is an answer, and the question need not reach anybody elsewhere. */
  | { kind: 'answer-doubted'; caseIds: readonly string[] }
  | { kind: 'lines-told'; transactionIds: Private<readonly string[]> }
  /** What was said unasked, so that it is said once, and not too often. */
  | { kind: 'worth-told'; about: Private<readonly string[]> }
  | { kind: 'worth-stopped'; worth: WorthKind }

export type OrderKind = 'block' | 'unblock' | 'replace' | 'release' | 'dispute'

/** Something a bank is to be told to do, once. */
export type NewOrder = {
  kind: OrderKind
  /** What it is about, as far as the case does not say it. */
  about: Private<OrderWords>
  /** It is not sent before then, and not at all when the person changes their mind meanwhile. */
  notBefore?: number
}

/** Which card or payment an order is about, and the case number that the person quotes about it. */
export type OrderWords = {
  number: string
  accountId: string
  cardNumberDisplay?: string
  bankTransactionId?: string
}

/** A word of ours in the reader's language, or the name of a merchant or bank. */
export type Label = { name: string } | { category: Category } | { period: Period } | { template: Template }

export type PaymentRow = {
  id: string
  at: number
  merchant: string
  category: Category
  amount: Money
  foreign: Money | null
  status: Transaction['status']
  /** The card that paid, where it is told with its hour. */
  card?: string | null
  /** It is not among those that a button below is about. */
  canTick?: false
}

export type AccountRow = {
  bank: string
  name: string
  numberDisplay: string
  current: Money
  available: Money | null
  asOf: number
}

/** A payment that comes back. `amount` is what it last was, positive. */
export type RecurringRow = {
  merchant: string
  category: Category
  amount: Money
  rhythm: Rhythm
  nextAt: number
  /** Its price before and since `at`, in the merchant’s own currency. */
  change: PriceChange | null
}

/** What reads better than a sentence. Amounts stay numbers: the page writes them in the reader's way. */
export type Show =
  | { type: 'transactions'; caption: Template; rows: PaymentRow[]; more: number }
  | { type: 'accounts'; caption: Template; rows: AccountRow[] }
  | { type: 'recurring'; caption: Template; rows: RecurringRow[] }
  | {
      type: 'table'
      caption: Template
      columns: Template[]
      rows: { label: Label; cells: (Money | { template: Template })[] }[]
    }
  | {
      type: 'bars'
      caption: Template
      currency: Currency
      series: Label[]
      points: { label: Label; values: number[] }[]
    }
  | {
      type: 'over-time'
      caption: Template
      currency: Currency
      step: Step
      /** Oldest first; the last may not be over yet. Less than nothing where more came back than was spent. */
      steps: { from: number; netMinor: number }[]
      isRunning: boolean
    }
  | {
      type: 'forecast'
      caption: Template
      currency: Currency
      now: { at: number; amountMinor: number }
      days: DayAhead[]
      due: { merchant: string; amountMinor: number; at: number }[]
    }
  | {
      type: 'offer'
      bank: string
      title: Record<Locale, string>
      body: Record<Locale, string>
      reason: Record<Locale, string>
    }

export type Said = { text: Template[]; show: Show | null; actions: Action[] }

/**
 * What is said to a person on a private channel. The whole of it is private, the choice of sentences too: that an
 * answer says *you spent nothing* is as much the person's as a figure. Language comes last, when it is shown.
 */
export type Answer = {
  kind: 'plain' | 'alert' | 'refusal' | 'line'
  /** Whose consent its figures rest on; null when there is none in it. */
  purpose: Purpose | null
  said: Private<Said>
  errand: Errand | null
  /** Names what this tells, when that must be told only once however often it is said. */
  once: string | null
}

/** One sentence of the catalogue with its values. */
export function say<K extends SentenceKey>(key: K, values: Sentences[K]): Template {
  return { say: key, with: values } as Template
}
