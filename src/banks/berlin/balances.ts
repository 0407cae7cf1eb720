import type { BankAccount, BankBalance } from '#intake'
import type { Money } from '#kit'
import type { BankDays } from '../bank-days.ts'
import { plausible, UnreadableRow } from '../read-json.ts'
import { amountOf, turned } from './normalise.ts'
import type { BerlinBalance } from './shapes.ts'

const CURRENT = ['interimBooked', 'closingBooked', 'openingBooked', 'expected', 'interimAvailable'] as const
const AVAILABLE = ['interimAvailable'] as const

export type ReadBalance = { type: string; amount: Money; isCreditIncluded: boolean; asOf: number }

/** Throws `UnreadableRow`, also for a balance in another currency than its account's. */
export function readBalance(
  row: BerlinBalance,
  about: { currency: string; debitAccounting: boolean; days: BankDays; now: number },
): ReadBalance {
  const amount = amountOf(row.balanceAmount, 'balanceAmount')
  if (amount.currency !== about.currency) throw new UnreadableRow('balanceAmount.currency', 'unsupported')
  const isCreditIncluded = row.creditLimitIncluded ?? false
  return {
    type: row.balanceType,
    // What can be spent is positive whichever way the bank signs what was spent.
    amount: turned(amount, about.debitAccounting && !isCreditIncluded),
    isCreditIncluded,
    // A balance without a date is as it was when it was asked for.
    asOf: row.referenceDate
      ? Math.min(plausible(about.days.endOf(row.referenceDate), 'referenceDate'), about.now)
      : about.now,
  }
}

/**
 * The balance of an account out of all that its bank gives: what is booked, else what is expected or available, without
 * credit. `available` is a current account's own money, and what is left of a card's credit. Null when none of them says
 * what is held.
 */
export function chooseBalance(
  rows: readonly ReadBalance[],
  { bankAccountId, kind }: BankAccount,
  creditLine: Money | null,
): BankBalance | null {
  const find = (types: readonly string[], isCreditIncluded: boolean) =>
    types.flatMap((type) =>
      rows.filter((row) => row.type === type && row.isCreditIncluded === isCreditIncluded),
    )[0]
  const current = find(CURRENT, false)
  if (!current) return null
  return {
    bankAccountId,
    current: current.amount,
    available: find(AVAILABLE, kind === 'card')?.amount ?? null,
    creditLine,
    asOf: current.asOf,
  }
}
