import type { Currency } from '#kit'
import type { Transaction } from '#vault'
import type { Place } from '../distance.ts'

/** A payment by card, as plain numbers and words. */
export type PaymentSeen = {
  kind: 'payment-seen'
  id: string
  /** When the person paid, in milliseconds since 1970 UTC. */
  at: number
  /** Whose habits it belongs to: one person's link to one bank. */
  holder: string
  accountId: string
  /** One plastic: the account and the digits on the card. */
  card: string
  /** What was spent, zero or more, in the smallest unit of the account's currency. */
  amountMinor: number
  currency: Currency
  /** The merchant's name, made out of its descriptor. */
  merchant: string
  /** ISO 18245 merchant category code. */
  category: string | null
  /** The bank's name for the terminal. */
  terminal: string | null
  /** ISO 3166-1 alpha-2. */
  country: string | null
  /** The merchant's currency when it differs from the account's. */
  foreignCurrency: string | null
  city: string | null
  place: Place | null
  entryMode: Transaction['entryMode']
  /** Hour of the day, 0 to 23, on the person's clock; null when the bank gave only the day. */
  hour: number | null
  /** Day of the week on the person's clock, 0 is Sunday. */
  weekday: number
  /** ISO 3166-1 alpha-2, where the holder's bank is: a country that is never new. What the first payment says holds. */
  home?: string | null
}

/** What became of a payment later. A change of an unknown payment waits for it. */
export type PaymentChanged = {
  kind: 'payment-changed'
  paymentId: string
  /** When it changed. */
  at: number
  change: 'adjusted' | 'posted' | 'released' | 'reversed'
  /** The new amount; null leaves it, as it must for what was released or reversed. */
  amountMinor: number | null
}

/** The person was asked about a payment: until something is learnt about it, it is nobody's habit. */
export type PaymentQuestioned = { kind: 'payment-questioned'; paymentId: string; at: number }

/** Something was learnt about a payment. */
export type LabelLearnt = {
  kind: 'label-learnt'
  paymentId: string
  /** `unknown` takes back what was said before, and ends the question that was asked. */
  label: 'fraud' | 'genuine' | 'unknown'
  source: 'person' | 'dispute' | 'bank' | 'expiry'
  /** When it was learnt, not when the payment was made. */
  at: number
  /** Labels of one report have the same; without one, each payment is a report of its own. */
  report?: string | null
}

/** One entry of the log that features are a pure function of. */
export type FraudEvent = PaymentSeen | PaymentChanged | PaymentQuestioned | LabelLearnt

/** The instants that a date can be, before and after 1970. */
export const INSTANT_MAX = 8.64e15
