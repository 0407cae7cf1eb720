import type { BankAccount, BankBalance } from '#intake'
import { add, type Money, money } from '#kit'
import { plausible, UnreadableRow } from '../read-json.ts'
import type { Codes } from './codes.ts'
import { signedAmount } from './normalise.ts'
import type { ObieBalance } from './shapes.ts'

/** One of an account's balances, with what of it is the holder's own and what is credit. */
export type ReadBalance = {
  type: string
  asOf: number
  amount: Money
  /** Without the credit lines that are counted in it; null when the bank counts one in and does not say how much. */
  own: Money | null
  isCreditIncluded: boolean
  lines: { type: string | null; amount: Money }[]
}

/** Throws `UnreadableRow`, also for a balance in another currency than its account's. */
export function readBalance(row: ObieBalance, unit: string): ReadBalance {
  const amount = signedAmount(row.Amount, row.CreditDebitIndicator, 'Amount')
  if (amount.currency !== unit) throw new UnreadableRow('Amount.Currency', 'unsupported')
  const lines = (row.CreditLine ?? []).map((line, i) => {
    const of = line.Amount ? signedAmount(line.Amount, 'Credit', `CreditLine.${i}.Amount`) : null
    if (of && of.currency !== unit) throw new UnreadableRow(`CreditLine.${i}.Amount.Currency`, 'unsupported')
    return { type: line.Type ?? null, isIncluded: line.Included, amount: of }
  })
  const included = lines.filter(({ isIncluded }) => isIncluded)
  const own = included.reduce<Money | null>(
    (rest, line) => (rest && line.amount ? add(rest, money(-line.amount.amountMinor, unit)) : null),
    amount,
  )
  return {
    type: row.Type,
    asOf: plausible(Date.parse(row.DateTime), 'DateTime'),
    amount,
    own,
    isCreditIncluded: included.length > 0,
    lines: lines.flatMap(({ type, amount: of }) => (of ? [{ type, amount: of }] : [])),
  }
}

/**
 * The balance of an account out of all that its bank gives: what is booked, else what is expected or available, without
 * credit; the newest of a type counts. `available` is a current account's own money, and what is left of a card's credit.
 * Null when none of them says what is held.
 */
export function chooseBalance(
  rows: readonly ReadBalance[],
  account: BankAccount,
  { balances: { booked, expected, available } }: Codes,
): BankBalance | null {
  const newest = [...rows].sort((a, b) => b.asOf - a.asOf)
  const find = (types: readonly string[], fits: (row: ReadBalance) => boolean) =>
    types.flatMap((type) => newest.filter((row) => row.type === type && fits(row)))[0]
  const current = find([...booked, ...expected, ...available], ({ own }) => own !== null)
  if (!current?.own) return null
  const lineOf = (...types: (string | null)[]) =>
    types.flatMap((type) => newest.flatMap(({ lines }) => lines.filter((line) => line.type === type)))[0]
      ?.amount ?? null
  const isCard = account.kind === 'card'
  const left = isCard
    ? (find(available, ({ isCreditIncluded }) => isCreditIncluded)?.amount ?? lineOf('Available'))
    : find(available, ({ own }) => own !== null)?.own
  return {
    bankAccountId: account.bankAccountId,
    current: current.own,
    available: left ?? null,
    creditLine: isCard ? lineOf('Credit', 'Pre-Agreed', null) : null,
    asOf: current.asOf,
  }
}
