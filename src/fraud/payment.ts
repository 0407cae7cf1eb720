import { resolveMerchant } from '#merchants'
import type { Transaction } from '#vault'
import type { PaymentSeen } from './features/fraud-event.ts'
import { localHour, localWeekday } from './local-hour.ts'

/**
 * How a payment counts. `habit`: it is what this person does. `suspect`: asked about and not answered yet, so neither
 * theirs nor a thief's; it counts for speed and travel only. `moneyless`: released, reversed or of nothing; likewise.
 * `fraud`: the person said it was not theirs; it counts for nothing.
 */
export type Standing = 'habit' | 'suspect' | 'moneyless' | 'fraud'
export type Label = 'suspect' | 'fraud'

/** A card payment, reduced to what habits are made of. */
export type Payment = Readonly<Omit<PaymentSeen, 'kind' | 'holder' | 'home'>> & {
  /** The natural logarithm of the amount in ten-thousandths: a whole number, so that sums of it are exact. */
  readonly logAmount: number
  /** Released, reversed, or of nothing. */
  readonly isMoneyless: boolean
  readonly standing: Standing
}

export const LOG_UNIT = 10_000
/** More than this in one payment counts as this, so that sums stay exact: some two thousand million pounds. */
export const COUNTED_MINOR_MAX = 2 ** 38

/** A transaction as a payment by card; null for what is none: credits, transfers, direct debits, what was declined. */
export function paymentOf(
  transaction: Transaction,
  timeZone: string,
  label: Label | undefined,
): Payment | null {
  const { id, accountId, at, status, amount, foreign, country, city, entryMode, cardNumberDisplay, mcc } =
    transaction
  const byCard = cardNumberDisplay !== null || entryMode !== null || mcc !== null
  if (amount.amountMinor > 0 || !byCard || status === 'declined') return null
  const { latitude, longitude, terminalId } = transaction
  const seen = {
    id,
    at,
    accountId,
    card: cardOf(accountId, cardNumberDisplay),
    amountMinor: Math.abs(amount.amountMinor),
    currency: amount.currency,
    merchant: resolveMerchant(transaction).merchant,
    category: mcc,
    terminal: terminalId,
    country,
    foreignCurrency: foreign?.currency ?? null,
    city,
    place: latitude === null || longitude === null ? null : { latitude, longitude },
    entryMode,
    hour: localHour(at, timeZone),
    weekday: localWeekday(at, timeZone),
  }
  return counted(seen, status === 'released' || status === 'reversed', label)
}

/** A payment with what follows from it. */
export function counted(
  seen: Omit<PaymentSeen, 'kind' | 'holder' | 'home'>,
  isUndone: boolean,
  label: Label | undefined,
): Payment {
  const isMoneyless = isUndone || seen.amountMinor === 0
  return {
    id: seen.id,
    at: seen.at,
    accountId: seen.accountId,
    card: seen.card,
    amountMinor: Math.min(seen.amountMinor, COUNTED_MINOR_MAX),
    currency: seen.currency,
    merchant: seen.merchant,
    category: seen.category,
    terminal: seen.terminal,
    country: seen.country,
    foreignCurrency: seen.foreignCurrency,
    city: seen.city,
    place: seen.place,
    entryMode: seen.entryMode,
    hour: seen.hour,
    weekday: seen.weekday,
    logAmount: Math.round(Math.log(Math.min(Math.max(1, seen.amountMinor), COUNTED_MINOR_MAX)) * LOG_UNIT),
    isMoneyless,
    standing: standingOf(isMoneyless, label),
  }
}

export const cardOf = (accountId: string, cardNumberDisplay: string | null): string =>
  `${accountId} ${cardNumberDisplay ?? ''}`

/** What windows of payments add up. */
export const amountOf = ({ amountMinor }: Payment): number => amountMinor

/** True when the card itself was there, and so was whoever held it. */
export const isHeldOut = ({ entryMode }: Pick<Payment, 'entryMode'>): boolean =>
  entryMode !== null && entryMode !== 'online'

export function standingOf(isMoneyless: boolean, label: Label | undefined): Standing {
  return label ?? (isMoneyless ? 'moneyless' : 'habit')
}
