import { type Currency, currency, DAY, HOUR } from '#kit'

export const ENTRY_MODES = ['chip', 'contactless', 'magstripe', 'online', 'atm'] as const
export type EntryMode = (typeof ENTRY_MODES)[number]

/** Degrees. */
export type Place = { readonly latitude: number; readonly longitude: number }

/** A payment by card, in the words of the fraud engine's log. Null is what a source of payments does not tell. */
export type PaymentSeen = {
  kind: 'payment-seen'
  id: string
  /** Milliseconds since 1970 in UTC. */
  at: number
  /** Whose habits it belongs to. */
  holder: string
  accountId: string
  card: string
  amountMinor: number
  currency: Currency
  merchant: string
  /** ISO 18245 merchant category code. */
  category: string | null
  terminal: string | null
  /** ISO 3166-1 alpha-2. */
  country: string | null
  foreignCurrency: string | null
  city: string | null
  place: Place | null
  entryMode: EntryMode | null
  /** On the person's clock: 0 to 23, and 0 for Sunday. */
  hour: number
  weekday: number
}

/** What was learnt about a payment, at the instant it was. */
export type LabelLearnt = {
  kind: 'label-learnt'
  paymentId: string
  label: 'fraud' | 'genuine'
  /** Who said so: the person in chat, the bank's dispute, or nobody for as long as one may complain. */
  source: 'person' | 'dispute' | 'expiry'
  at: number
}

export type CardEvent = PaymentSeen | LabelLearnt

/** The one currency of simulated worlds and of the published file. */
export const POUNDS = currency('GBP')

const THURSDAY = 4

/** Hour and weekday where it is never summer time: the first of January 1970 was a Thursday. */
export function clockOf(at: number): { hour: number; weekday: number } {
  return { hour: Math.floor((at % DAY) / HOUR), weekday: (Math.floor(at / DAY) + THURSDAY) % 7 }
}
