import { type Currency, DAY } from '#kit'
import type { Category } from '#merchants'
import type { Payment } from './payments.ts'

/** How far apart the two sides of a transfer between one's own accounts are booked: over a long weekend. */
const TRANSFER_DAYS_MAX = 4

/** What was spent in one currency; currencies are never added together. All amounts are positive minor units. */
export type Total = {
  currency: Currency
  /** Money out less refunds: negative when more came back than went out. */
  netMinor: number
  payments: number
  refundsMinor: number
  refunds: number
  /** The part of `netMinor` that the bank has authorised and not posted: it may still change. */
  pendingMinor: number
  pending: number
}

export type Share = { name: string; netMinor: number; payments: number }

/**
 * The payments that are spending, refunds among them. Left out: what was released or reversed, since it was never paid
 * in the end; income; and transfers between the person's own accounts, a card's repayment among them.
 */
export const spendingOf = (payments: readonly Payment[]): Payment[] =>
  withoutOwnTransfers(payments).filter(
    (payment) => payment.category !== 'income' && (payment.amount.amountMinor < 0 || isRefund(payment)),
  )

/** The same without refunds. */
export const paidOf = (payments: readonly Payment[]): Payment[] =>
  spendingOf(payments).filter(({ amount }) => amount.amountMinor < 0)

/** Money in that is neither a refund nor the person's own from another account. */
export const incomeOf = (payments: readonly Payment[]): Payment[] =>
  withoutOwnTransfers(payments).filter((payment) => payment.amount.amountMinor > 0 && !isRefund(payment))

function withoutOwnTransfers(payments: readonly Payment[]): Payment[] {
  const kept = payments.filter(({ status }) => status === 'posted' || status === 'pending')
  const transfers = ownTransfers(kept)
  return kept.filter(({ id, amount }) => amount.amountMinor !== 0 && !transfers.has(id))
}

/** Money back from a merchant. Money in without a card or a merchant's category code is a salary or a transfer. */
export const isRefund = ({ amount, cardNumberDisplay, mcc }: Payment): boolean =>
  amount.amountMinor > 0 && (cardNumberDisplay !== null || mcc !== null)

/** Transfers that say so themselves, where only one side is linked here. */
const TRANSFER_WORDS = /\b(?:transfer|xfer|virement|payment thank you|autopay)\b/i

/** The ids of both sides of transfers: same amount out of one account and into another, a few days apart at most. */
function ownTransfers(payments: readonly Payment[]): Set<string> {
  const bookings = payments.filter(({ cardNumberDisplay, mcc }) => cardNumberDisplay === null && mcc === null)
  const found = new Set(
    bookings.filter(({ descriptor }) => TRANSFER_WORDS.test(descriptor)).map(({ id }) => id),
  )
  const incoming = new Map<string, Payment[]>()
  for (const booking of bookings) {
    if (booking.amount.amountMinor <= 0) continue
    const key = `${booking.amount.currency} ${booking.amount.amountMinor}`
    const list = incoming.get(key)
    if (list) list.push(booking)
    else incoming.set(key, [booking])
  }
  for (const out of bookings) {
    if (out.amount.amountMinor >= 0) continue
    const other = incoming
      .get(`${out.amount.currency} ${-out.amount.amountMinor}`)
      ?.find(
        (into) =>
          into.accountId !== out.accountId &&
          !found.has(`paired ${into.id}`) &&
          Math.abs(into.at - out.at) <= TRANSFER_DAYS_MAX * DAY,
      )
    if (!other) continue
    found.add(out.id).add(other.id).add(`paired ${other.id}`)
  }
  return found
}

/** One total a currency, the currency with most payments first. */
export function totalsOf(spending: readonly Payment[]): Total[] {
  const totals = new Map<Currency, Total>()
  for (const { amount, status } of spending) {
    let total = totals.get(amount.currency)
    if (!total) {
      total = {
        currency: amount.currency,
        netMinor: 0,
        payments: 0,
        refundsMinor: 0,
        refunds: 0,
        pendingMinor: 0,
        pending: 0,
      }
      totals.set(amount.currency, total)
    }
    total.netMinor -= amount.amountMinor
    if (amount.amountMinor < 0) total.payments++
    else {
      total.refunds++
      total.refundsMinor += amount.amountMinor
    }
    if (status === 'pending') {
      total.pending++
      total.pendingMinor -= amount.amountMinor
    }
  }
  return [...totals.values()].sort((a, b) => b.payments + b.refunds - (a.payments + a.refunds))
}

/** Shares of one currency's spending, largest first. */
export function sharesOf(
  spending: readonly Payment[],
  by: 'category' | 'merchant',
  currency: Currency,
): Share[] {
  const shares = new Map<string, Share>()
  for (const payment of spending) {
    if (payment.amount.currency !== currency) continue
    const name: Category | string = payment[by]
    let share = shares.get(name)
    if (!share) {
      share = { name, netMinor: 0, payments: 0 }
      shares.set(name, share)
    }
    share.netMinor -= payment.amount.amountMinor
    share.payments++
  }
  return [...shares.values()].sort((a, b) => b.netMinor - a.netMinor || (a.name < b.name ? -1 : 1))
}
