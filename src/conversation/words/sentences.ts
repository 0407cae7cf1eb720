import type { Rhythm, WorthKind } from '#accounts'
import type { Purpose } from '#consent'
import type { Doubt, FraudReason, FraudReasonCode, FraudReasonValues } from '#fraud'
import type { Currency, Money } from '#kit'
import type { Category, NotServed, Period, RecurringSubject, Size, Until } from '../question.ts'
import type { Speech } from './speech.ts'

/** No values. */
export type Nothing = Record<never, never>

/** Which payments an answer is about, to be named back. */
export type Narrowing = {
  period: Period | null
  /** The merchants the person's word stood for; empty when none of theirs is like it. */
  merchants: string[] | null
  /** The word itself. */
  merchantWords: string | null
  category: Category | null
  /** Absent from what was kept before it could be asked. */
  size?: Size | null
  /** The period is not over yet. */
  running: boolean
}

/** Where a human can be reached: no number when the bank gave none. */
export type BankLine = { bank: string; phone: string | null }

/** An account as sentences name it. */
export type AccountNamed = { bank: string; account: string; numberDisplay: string }

/** A payment as sentences name it. */
export type PaymentNamed = { merchant: string; amount: Money; foreign: Money | null; at: number }

/** A week or a month. */
type Stepped = { step: 'week' | 'month'; at: number }

/**
 * Every sentence of the conversation and the values it needs. Each language has all of them, or does not compile. Kept
 * messages name these keys: add new ones, and rename or remove none that has been shown to people.
 */
/** Why a bank cannot be read: it does not answer, says no, answers what cannot be read, or asks to be left alone. */
export type BrokenWhy = 'silent' | 'refused' | 'unreadable' | 'busy'

export type Sentences = {
  hello: Nothing
  'hello-again': { banks: string[] }
  help: { linked: boolean }
  thanks: Nothing
  'not-served': { topic: NotServed }
  'not-understood': { near: 'period' | 'amount' | 'merchant' | null }

  'link-bank': { bank: string | null }
  'link-unknown-bank': { known: string[] }
  linked: { bank: string; purposes: Purpose[] }
  'ask-examples': Nothing
  'walk-away': Nothing
  consents: Nothing
  'who-read': Nothing

  'refused-no-link': Nothing
  'refused-never-consented': { purpose: Purpose; banks: string[] }
  'refused-consent-withdrawn': { purpose: Purpose; banks: string[] }
  'refused-consent-expired': { purpose: Purpose; banks: string[] }
  'refused-erased': Nothing
  'refused-bank-withdrawn': { banks: string[] }
  'not-covered': { purpose: Purpose; banks: string[] }
  'grant-again': Nothing

  'still-arriving': { bank: string }
  'bank-down': { bank: string; since: number }
  'updates-next': { at: number }
  refreshed: { banks: string[] }
  'refresh-under-way': { bank: string }
  'refresh-later': { bank: string; at: number }
  'refresh-failed': { bank: string; why: BrokenWhy; asOf: number | null }
  'connection-broken': { bank: string; since: number; why: BrokenWhy; asOf: number | null }
  'access-ended': { bank: string }
  'consent-ending': { bank: string; purposes: Purpose[]; at: number; days: number }
  'figures-as-of': { at: number }
  'not-in-yet': Nothing
  'balance-one': {
    bank: string
    account: string
    numberDisplay: string
    current: Money
    available: Money | null
    isCard: boolean
    asOf: number
  }
  'balance-many': { held: Money[]; owed: Money[]; accounts: number; oldest: number }
  'balance-unknown': { accounts: string[] }
  accounts: Nothing

  'accounts-closed': { accounts: { bank: string; account: string; numberDisplay: string }[] }
  'account-opened': { bank: string; account: string; numberDisplay: string }
  'account-gone': { bank: string; account: string; numberDisplay: string }
  'account-closed': { bank: string; account: string; numberDisplay: string }
  'account-renumbered': { bank: string; account: string; numberDisplay: string }

  'payments-listed': { shown: number; total: number; of: Narrowing }
  'payments-none': { of: Narrowing }
  payments: { of: Narrowing }
  'some-pending': { pending: number }
  'found-one': PaymentNamed & { wanted: Wanted }
  'found-many': { wanted: Wanted; found: number }
  'found-none': { wanted: Wanted; of: Narrowing }
  'found-near': { wanted: Wanted; near: number }
  'largest-one': PaymentNamed & { of: Narrowing }
  'largest-listed': { shown: number; total: number; of: Narrowing }
  'largest-apart': { payments: PaymentNamed[] }
  largest: { of: Narrowing }

  spent: { net: Money; payments: number; of: Narrowing }
  'got-back': { net: Money; of: Narrowing }
  'spent-nothing': { of: Narrowing }
  'also-spent': { totals: Money[] }
  'pending-included': { pending: number; net: Money }
  'refunds-subtracted': { refunds: number; sum: Money }
  'most-on': { name: string | null; category: Category | null; net: Money; sharePercent: number }
  spending: { of: Narrowing }
  'other-shares': Nothing
  compared: {
    current: Money
    against: Money
    period: Period
    againstPeriod: Period
    of: Narrowing
    changePercent: number | null
  }
  'compared-so-far': { againstPeriod: Period; against: Money; differenceMinor: number; currency: Currency }
  comparison: { period: Period; againstPeriod: Period; of: Narrowing }

  'spent-over-time': {
    sum: Money
    from: Stepped
    to: Stepped
    /** A usual one of those that are whole; null when there are fewer than two, or more came back than went out. */
    usual: Money | null
    running: boolean
    of: Narrowing
  }
  'over-time-most': { most: Stepped; net: Money }
  'over-time-longest': { steps: number; step: 'week' | 'month' }
  'over-time-kept-from': { at: number }
  'over-time': { step: 'week' | 'month'; of: Narrowing }
  'step-name': Stepped
  'step-short': Stepped

  forecast: AccountNamed & { at: number; until: Until; low: Money; expected: Money; high: Money }
  'forecast-below': { at: number; isSure: boolean }
  'forecast-due': { due: { merchant: string; amount: Money; at: number }[]; more: number }
  'forecast-basis': { now: Money; asOf: number; usualDay: Money; daysSeen: number; isNothingDue: boolean }
  'forecast-instead': Nothing
  'forecast-as-far': { days: number; at: number }
  'forecast-unknown': { accounts: AccountNamed[] }
  'forecast-no-event': { event: 'rent' | 'pay' }
  'forecast-no-account': Nothing
  'forecast-caption': AccountNamed
  'day-short': { at: number }
  'do-forecast': Nothing

  /** Answers that were kept before there was an `about` are of all that comes back. */
  recurring: { found: number; monthly: Money[]; about?: RecurringSubject }
  'recurring-next': { merchant: string; amount: Money; at: number }
  'recurring-changed': { merchant: string; from: Money; to: Money; at: number }
  'recurring-none': Nothing
  'recurring-none-of': { about: RecurringSubject }
  'recurring-due': { merchant: string; amount: Money; rhythm: Rhythm; at: number }
  'recurring-payments': Nothing
  'column-amount': Nothing
  'column-rhythm': Nothing
  'column-next': Nothing
  rhythm: { rhythm: Rhythm }
  date: { at: number }

  'duplicate-charge': {
    bank: string
    merchant: string
    amount: Money
    first: number
    second: number
    card: string | null
  }
  'price-rise': { merchant: string; from: Money; to: Money; at: number }
  'refund-arrived': {
    bank: string
    merchant: string
    amount: Money
    bought: Money
    boughtAt: number
    isPending: boolean
  }
  'low-balance': {
    bank: string
    account: string
    numberDisplay: string
    rent: Money
    at: number
    now: Money
    expected: Money
    asOf: number
  }
  'worth-stopped': { kind: WorthKind }
  'do-stop-worth': { kind: WorthKind }
  'do-choose-worth': Nothing

  offer: { bank: string }
  'offer-private': { bank: string }
  'offer-none': { banks: string[] }
  'offer-dismissed': Nothing
  'offers-stopped': { banks: string[] }
  'offers-not-on': Nothing

  human: BankLine & { number: string; at: number }
  dispute: BankLine & { number: string; at: number }
  'dispute-which': { bank: string }
  'dispute-older': Nothing
  'dispute-otherwise': BankLine & { number: string; at: number }
  'dispute-caption': { bank: string }
  'dispute-allow': { purpose: Purpose }
  'human-elsewhere': { number: string; at: number }
  'handed-over': { banks: string[]; number: string }
  'human-took': { bank: string }
  'handed-back': { bank: string; number: string }
  'missed-twice': Nothing
  stopped: Nothing
  started: Nothing
  'do-human': Nothing
  'do-start': Nothing

  'freeze-which': { bank: string; cards: number }
  'freeze-none': BankLine
  'card-left': Nothing
  'block-ordered': { bank: string; card: string; number: string }
  'card-blocked': { bank: string; card: string; at: number; number: string }
  'block-delayed': BankLine & { card: string; number: string }
  'block-refused': BankLine & { card: string; number: string }
  'block-impossible': BankLine
  'block-next': { bank: string; phone: string | null; country: string }

  alert: {
    bank: string
    amount: Money
    foreign: Money | null
    merchant: string
    city: string | null
    country: string | null
    at: number
    card: string | null
  }
  'alert-why': Nothing
  'alert-reason': { reason: FraudReason }
  'alert-usual-there': { amount: Money; usual: Money; times: number }
  'alert-nothing-moves': { atOnce: boolean }
  'case-was-me': { number: string }
  'not-me-noted': { bank: string; card: string | null }
  'case-opened': { number: string; at: number }
  'case-not-me': { number: string; at: number }
  'case-without-card': BankLine & { number: string }

  line: {
    bank: string
    amount: Money
    foreign: Money | null
    merchant: string
    city: string | null
    country: string | null
    at: number
    card: string | null
    isRefused: boolean
  }
  lines: { bank: string; payments: number }
  'lines-caption': { bank: string }
  'lines-where': Nothing
  'alert-by-bank': { bank: string }
  'alert-refused': { bank: string; releasableUntil: number | null }
  'alert-again': BankLine & { number: string }
  'doubt-subscription': { merchant: string; every: 'week' | 'month' | 'year'; since: number }
  'doubt-same-merchant': { merchant: string; times: number; lastAt: number; lastAmount: Money }
  'doubt-other-card': { merchant: string; card: string; lastAt: number }
  'doubt-often-wrong': { times: number }
  'doubt-next': { hasCard: boolean }
  doubts: Nothing
  'doubt-of': { doubt: Doubt }
  'doubts-next': Nothing
  'doubts-caption': Nothing
  snoozed: { until: number }
  'snooze-none': Nothing
  'case-left': Nothing
  'dispute-opened': { bank: string; number: string; at: number; sendAfter: number }
  'dispute-of': { payments: PaymentNamed[]; more: number }
  'dispute-taken-back': { bank: string; number: string }
  'case-taken-back': { bank: string; number: string }
  'dispute-too-late': BankLine & { number: string }
  'card-stays-blocked': { bank: string }
  'mark-others': Nothing
  'mark-caption': { card: string | null }
  marked: { payments: number; number: string; sendAfter: number }
  'own-which': Nothing
  'own-caption': { number: string }
  'own-noted': { payments: number; number: string; bank: string; sendAfter: number | null }
  'do-some-mine': Nothing
  'do-own': Nothing
  rights: { country: string; isCredit: boolean }
  'release-ordered': { bank: string }
  'release-never': { bank: string }
  'release-too-late': { bank: string }
  'release-done': { bank: string; at: number }
  'release-delayed': { bank: string }
  'release-refused': BankLine & { number: string }
  'dispute-sent': { bank: string; number: string; at: number; reference: string | null }
  'dispute-delayed': { bank: string; number: string }
  'dispute-refused': BankLine & { number: string }
  'dispute-nothing-paid': { bank: string; number: string }
  'dispute-decided': BankLine & { number: string; decided: 'in-favour' | 'against' | 'withdrawn' }
  'unblock-ordered': { bank: string; card: string; number: string }
  'replace-ordered': { bank: string; card: string; number: string }
  'unblock-done': { bank: string; card: string; at: number }
  'unblock-delayed': { bank: string; card: string }
  'unblock-refused': BankLine & { card: string; number: string }
  'replace-done': { bank: string; card: string; at: number; expectedBy: number | null }
  'replace-delayed': { bank: string; card: string }
  'replace-refused': BankLine & { card: string; number: string }
  'order-impossible': BankLine

  'app-let': { app: string; banks: string[]; until: number }
  'bank-left': { bank: string }
  'bank-left-next': Nothing
  'consent-ended': { purpose: Purpose; bank: string }

  'do-refresh': Nothing
  'do-renew': { bank: string }
  'do-link-again': { bank: string }
  'do-link': Nothing
  'do-link-bank': { bank: string }
  'do-grant': { purpose: Purpose; bank: string }
  'do-privacy': Nothing
  'do-balance': Nothing
  'do-payments': Nothing
  'do-recurring': Nothing
  'do-was-me': Nothing
  'do-not-me': { card: string | null }
  'do-not-me-after-all': Nothing
  'do-report': Nothing
  'do-report-ticked': Nothing
  'do-lines': Nothing
  'do-fewer-lines': Nothing
  'do-was-me-after-all': Nothing
  'do-still-not-me': { hasCard: boolean }
  'do-all-mine': Nothing
  'do-snooze': Nothing
  'do-mark': Nothing
  'do-cards': Nothing
  'do-block': { card: string }
  'do-leave-card': { cards: number }
  'do-leave-case': Nothing
  'do-dismiss': Nothing
  'do-stop-offers': Nothing
}
export type SentenceKey = keyof Sentences

/** The amount a person looked for: in hundredths when they named no currency. */
export type Wanted = { amountMinor: number; currency: Currency | null }

/** What looked unusual, a sentence a code: one that fraud adds does not compile until both languages say it. */
export type ReasonWords = {
  [C in FraudReasonCode]: (values: FraudReasonValues[C], speech: Speech) => string
}

/** How one language says everything. */
export type Words = {
  sentences: { [K in SentenceKey]: (values: Sentences[K], speech: Speech) => string }
  categories: Record<Category, string>
  /** A period as a name that can stand beside another. */
  periodName(period: Period, speech: Speech): string
  withheld: Record<'consent-ended' | 'erased', string>
}
