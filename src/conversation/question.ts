import type { Currency } from '#kit'
import type { Category } from '#merchants'

/** Milliseconds, half-open [from, to), with the words' own grain so that answers can name it back. */
export type Period = {
  from: number
  to: number
  /** How to name it: a whole day, month or year, a range of days, the last n days or months, or everything kept. */
  grain: 'day' | 'week' | 'month' | 'year' | 'range' | 'all'
}

export { CATEGORIES, type Category } from '#merchants'

/** Between which bounds a payment is, as somebody says it; `toMinor` is the upper one of two. In hundredths when no currency was
 *  said. */
export type Size = {
  bound: 'over' | 'at-least' | 'under' | 'at-most' | 'between'
  amountMinor: number
  toMinor?: number
  currency: Currency | null
}

/** Which payments a question is about; what is absent does not narrow. `size` is of payments that are listed. */
export type Filter = {
  period?: Period
  /** The merchant as the person wrote it, cleaned: matched against merchants they really have. */
  merchant?: string
  category?: Category
  size?: Size
}

/** What people ask a bank for and is not done here: each has a fixed answer that says where it is done. */
export const NOT_SERVED = [
  'transfer',
  'bills',
  'loan',
  'rates',
  'pin',
  'cheques',
  'details',
  'limit',
  'overdraft',
  'credit-score',
  'rewards',
  'fees',
  'exchange-rate',
  'declined',
  'unblock',
  'new-card',
  'contactless',
  'virtual-card',
  'insurance',
  'open-account',
  'close-account',
  'invest',
  'odd-payment',
] as const
export type NotServed = (typeof NOT_SERVED)[number]

/** Which payments that come back are meant; what is absent does not narrow. */
export type RecurringSubject = { rent?: true; merchant?: string; category?: Category }

/** How far somebody looks ahead: to an instant, or to when their rent or their pay is next due, just before it or with it. */
export type Until = { at: number } | { event: 'rent' | 'pay'; isWith: boolean }

/** The closed algebra of what can be asked: every utterance becomes one of these, or `not-understood`. */
export type Question =
  | { kind: 'greeting' }
  | { kind: 'thanks' }
  | { kind: 'help' }
  /** `bank` as the person wrote it, when they named one. */
  | { kind: 'balance'; bank?: string }
  /** `count` is from 1 to 100. `largest`: those of the most money, and not the newest. */
  | { kind: 'transactions'; count: number; filter: Filter; largest?: true }
  | { kind: 'spending'; filter: Filter }
  | { kind: 'spending-by'; by: 'category' | 'merchant'; filter: Filter }
  /** Spending in each week or month of the filter's period; of the latest ones without it. */
  | { kind: 'over-time'; step: 'week' | 'month'; filter: Filter }
  /** What may be left on a current account some days from now. `insteadOfPast`: how a balance went was asked for, and none but
   *  today's is kept. */
  | { kind: 'forecast'; until: Until; insteadOfPast?: true }
  | { kind: 'compare'; period: Period; against: Period; filter: Filter }
  /** `currency` is null when the person gave none: the account's is meant, and `amountMinor` has two decimals.
   *  `amountMinor` is null when the payment is named by its filter alone. */
  | { kind: 'find'; amountMinor: number | null; currency: string | null; filter: Filter }
  /** `about` narrows to what somebody asks the day of: their rent, a shop, a kind of spending. */
  | { kind: 'recurring'; about?: RecurringSubject }
  /** Wants the figures brought up to date now. */
  | { kind: 'refresh' }
  | { kind: 'offers' }
  | { kind: 'stop-offers' }
  | { kind: 'consents' }
  | { kind: 'who-read' }
  | { kind: 'freeze-card' }
  /** Wants to be told of fewer payments, or more, or at other times. */
  | { kind: 'lines' }
  /** `bank` as the person wrote it. */
  | { kind: 'link-bank'; bank: string | null }
  | { kind: 'walk-away' }
  /** Asks for a person, or disputes a charge: never guessed by anything but the words themselves. */
  | { kind: 'human' }
  | { kind: 'dispute' }
  /** Understood, and not done here. */
  | { kind: 'not-served'; topic: NotServed }
  /** `near` names what part was not clear, so that the reply can say so; never holds the person's words. `again`: for the
   *  second time in a row. */
  | { kind: 'not-understood'; near: 'period' | 'amount' | 'merchant' | null; again?: true }
  /** Wants nothing more sent unasked, or wants it again. */
  | { kind: 'stop' }
  | { kind: 'start' }
