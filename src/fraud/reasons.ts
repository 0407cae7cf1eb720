import type { Money } from '#kit'
import type { FraudReason as KeptReason, Transaction } from '#vault'

/** What can look unusual about a payment: the closed list that the words of each language must cover. */
export const FRAUD_REASONS = [
  'travel-impossible',
  'card-testing',
  'many-new-merchants',
  'many-payments',
  'amount-high',
  'country-new',
  'merchant-new',
  'entry-mode-new',
  'hour-unusual',
  'card-reported',
  'terminal-reported',
  'merchant-reported',
  'pattern-unusual',
] as const
export type FraudReasonCode = (typeof FRAUD_REASONS)[number]

/** The values that the sentence of each reason needs. */
export type FraudReasonValues = {
  /** How far the card would have had to travel since it was last held out in person, and in how long.
   *  Towns are as the bank wrote them, '' when it did not. */
  'travel-impossible': { kilometres: number; minutes: number; fromCity: string; toCity: string }
  /** Small online payments at unknown merchants just before, as thieves make to see whether a card works. */
  'card-testing': { payments: number; minutes: number }
  /** Merchants the person never paid before, this one included. */
  'many-new-merchants': { merchants: number; minutes: number }
  /** Payments with this card, this one included. */
  'many-payments': { payments: number; minutes: number }
  /** `usual` is what the person typically pays, `times` how many times that this is, rounded. */
  'amount-high': { amount: Money; usual: Money; times: number }
  /** ISO 3166-1 alpha-2. */
  'country-new': { country: string }
  'merchant-new': { merchant: string }
  'entry-mode-new': { entryMode: NonNullable<Transaction['entryMode']> }
  /** The instant; its hour is read in the person's own time zone. */
  'hour-unusual': { at: number }
  /** Payments with this card that the person said were not theirs, in the last 14 days. */
  'card-reported': { payments: number }
  /** Payments of any people at this terminal, or at this merchant, that were reported as fraud in the last 28 days. */
  'terminal-reported': { payments: number }
  'merchant-reported': { payments: number }
  /** Nothing by itself: only the model, from many small signs together. */
  'pattern-unusual': Record<string, never>
}

/** Why a payment looked unusual, typed by its code. Kept in the vault as its own looser `FraudReason`. */
export type FraudReason<C extends FraudReasonCode = FraudReasonCode> = {
  [K in C]: { code: K; values: FraudReasonValues[K] }
}[C]

const known: ReadonlySet<string> = new Set(FRAUD_REASONS)

/** The reasons of a kept case as their sentences need them. One that only a later version knows is left out. */
export function reasonsOf(fraudCase: { reasons: readonly KeptReason[] }): FraudReason[] {
  return fraudCase.reasons.filter(({ code }) => known.has(code)) as FraudReason[]
}
