import type { Currency } from '#kit'
import { resolveMerchant } from '#merchants'
import type { Transaction } from '#vault'
import type { Place } from './distance.ts'
import { localHour } from './local-hour.ts'

/**
 * How a payment counts. `habit`: it is what this person does. `suspect`: asked about and not answered yet, so neither
 * theirs nor a thief's; it counts for speed and travel only. `moneyless`: released, reversed or of nothing; likewise.
 * `fraud`: the person said it was not theirs; it counts for nothing.
 */
export type Standing = 'habit' | 'suspect' | 'moneyless' | 'fraud'
export type Label = 'suspect' | 'fraud'

/** A card payment, reduced to what habits are made of. */
export type Payment = {
  readonly id: string
  readonly at: number
  readonly accountId: string
  /** One plastic: the account and the digits on the card. */
  readonly card: string
  /** What was spent, zero or more, in the smallest unit of the account's currency. */
  readonly amountMinor: number
  readonly currency: Currency
  /** The natural logarithm of the amount in ten-thousandths: a whole number, so that sums of it are exact. */
  readonly logAmount: number
  readonly merchant: string
  readonly country: string | null
  readonly foreignCurrency: string | null
  readonly city: string | null
  readonly place: Place | null
  readonly entryMode: Transaction['entryMode']
  /** Local hour of the day; null when the bank gave only the day. */
  readonly hour: number | null
  /** Released, reversed, or of nothing. */
  readonly isMoneyless: boolean
  readonly standing: Standing
}

export const LOG_UNIT = 10_000

/** A transaction as a payment by card; null for what is none: credits, transfers, direct debits. */
export function paymentOf(
  transaction: Transaction,
  timeZone: string,
  label: Label | undefined,
): Payment | null {
  const { id, accountId, at, status, amount, foreign, country, city, entryMode, cardNumberDisplay, mcc } =
    transaction
  const byCard = cardNumberDisplay !== null || entryMode !== null || mcc !== null
  if (amount.amountMinor > 0 || !byCard) return null
  const { latitude, longitude } = transaction
  const amountMinor = Math.abs(amount.amountMinor)
  const isMoneyless = status === 'released' || status === 'reversed' || amountMinor === 0
  return {
    id,
    at,
    accountId,
    card: cardOf(accountId, cardNumberDisplay),
    amountMinor,
    currency: amount.currency,
    logAmount: Math.round(Math.log(Math.max(1, amountMinor)) * LOG_UNIT),
    merchant: resolveMerchant(transaction).merchant,
    country,
    foreignCurrency: foreign?.currency ?? null,
    city,
    place: latitude === null || longitude === null ? null : { latitude, longitude },
    entryMode,
    hour: localHour(at, timeZone),
    isMoneyless,
    standing: standingOf(isMoneyless, label),
  }
}

export const cardOf = (accountId: string, cardNumberDisplay: string | null): string =>
  `${accountId} ${cardNumberDisplay ?? ''}`

/** True when the card itself was there, and so was whoever held it. */
export const isHeldOut = ({ entryMode }: Pick<Payment, 'entryMode'>): boolean =>
  entryMode !== null && entryMode !== 'online'

export function standingOf(isMoneyless: boolean, label: Label | undefined): Standing {
  return label ?? (isMoneyless ? 'moneyless' : 'habit')
}
