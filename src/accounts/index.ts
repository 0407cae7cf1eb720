/**
 * accounts: what people ask about their own money: balances, payments, spending, comparisons and what comes back. Owns
 * nothing. Each verb takes a loan and gives back private values; the calculations are pure. Touches vault, merchants, kit.
 */
export {
  type Breakdown,
  type Comparison,
  compareSpending,
  type Found,
  findPayments,
  type Holding,
  type Holdings,
  type Listing,
  listPayments,
  readBreakdown,
  readHoldings,
  readRecurring,
  readSpending,
  type Spending,
} from './accounts.ts'
export type { Payment, PaymentFilter } from './payments.ts'
export type { PriceChange, Recurring } from './recurring.ts'
export type { Rhythm } from './rhythm.ts'
export type { Share, Total } from './spending.ts'
