import { MINUTE, money, toDecimal } from '#kit'
import type { CardRow } from '../../sim/index.ts'

/** About two years of an ordinary card. */
const MINUTES_BETWEEN = 997

/**
 * The `n`th newest row of a customer, as FDX writes it: the amounts and descriptors are real, ids and instants are made up. The
 * same row whoever asks: the bank that serves it and the table that it is copied into.
 */
export function rowOf(rows: readonly CardRow[], customer: number, n: number, newest: number): string {
  const row = rows[(customer * 7919 + n) % rows.length]!
  const at = newest - n * MINUTES_BETWEEN * MINUTE
  return JSON.stringify({
    accountCategory: 'LOC_ACCOUNT',
    accountId: `account-${customer}`,
    transactionId: `pst-${customer}-${n}`,
    referenceTransactionId: `aut-${customer}-${n}`,
    transactionTimestamp: new Date(at).toISOString(),
    postedTimestamp: new Date(at + 60 * MINUTE).toISOString(),
    description: row.descriptor,
    debitCreditMemo: row.billedMinor >= 0 ? 'DEBIT' : 'CREDIT',
    status: 'POSTED',
    amount: Number(toDecimal(money(Math.abs(row.billedMinor), 'GBP'))),
    category: '5411',
    subCategory: 'MCC',
    cardNumberDisplay: row.card,
    transactionType: 'PURCHASE',
    transactionPayee: { country: 'GB', city: 'Birmingham' },
  })
}
