import { categoryOf } from '#merchants'
import type { OfferFacts } from './loan.ts'
import type { Account, Balance, Transaction } from './records.ts'

const DAYS_PER_MONTH = 30
const WINDOW_DAYS = 90

/** The few facts offers may be matched on, for each currency of a link, from the payments of the last 90 days. */
export function deriveOfferFacts(
  link: { linkId: string; bankId: string },
  accounts: readonly Account[],
  balances: readonly Balance[],
  transactions: readonly Transaction[],
): OfferFacts[] {
  const monthly = (sumMinor: number) => Math.round((sumMinor * DAYS_PER_MONTH) / WINDOW_DAYS)
  return [...new Set(accounts.map((account) => account.currency))].map((currency) => {
    const current = accounts.filter((account) => account.currency === currency && account.kind === 'checking')
    const ids = new Set(current.map((account) => account.id))
    const held = balances.filter((balance) => ids.has(balance.id))
    const spent = transactions.filter(
      ({ amount, status }) =>
        amount.currency === currency &&
        amount.amountMinor < 0 &&
        (status === 'posted' || status === 'pending'),
    )
    const sum = (of: readonly Transaction[]) =>
      of.reduce((total, { amount }) => total - amount.amountMinor, 0)
    const kind = (category: string) =>
      monthly(sum(spent.filter(({ descriptor, mcc }) => categoryOf({ descriptor, mcc }) === category)))
    return {
      ...link,
      currency,
      hasSavings: accounts.some((account) => account.kind === 'savings'),
      hasCard: accounts.some((account) => account.kind === 'card'),
      currentBalanceMinor:
        held.length === 0
          ? null
          : held.reduce((total, { current: { amountMinor } }) => total + amountMinor, 0),
      monthlySpendMinor: monthly(sum(spent)),
      foreignPayments: spent.filter(({ foreign }) => foreign !== null).length,
      fuelMonthlyMinor: kind('fuel'),
      travelMonthlyMinor: kind('travel'),
    }
  })
}
