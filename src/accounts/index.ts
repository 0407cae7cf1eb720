/**
 * accounts: what people ask about their own money: balances, payments, spending, comparisons, what comes back,
 * what may be held in some weeks, and what is worth saying unasked. Owns
 * nothing. Each verb takes a loan and gives back private values; the calculations are pure. Touches vault, merchants, kit.
 */
export {
  type Breakdown,
  type Comparison,
  compareSpending,
  type Forecasts,
  type Found,
  findPayments,
  type Holding,
  type Holdings,
  type Horizon,
  type Largest,
  type Listing,
  listLargest,
  listPayments,
  type OverTime,
  readBreakdown,
  readForecasts,
  readHoldings,
  readOverTime,
  readRecurring,
  readSpending,
  type Spending,
} from './accounts.ts'
export type { DayAhead, Forecast } from './forecast.ts'
export type { Step } from './over-time.ts'
export type { Payment, PaymentFilter } from './payments.ts'
export type { PriceChange, Recurring } from './recurring.ts'
export type { Rhythm } from './rhythm.ts'
export type { Share, Total } from './spending.ts'
export { readWorthDue, type WorthScene } from './worth-due.ts'
export { type Finding, WORTH_KINDS, type WorthKind } from './worth-knowing.ts'
