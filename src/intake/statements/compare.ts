import { DAY } from '#kit'
import type { Transaction } from '#vault'

/** How far apart two tellings of one booking may lie: an API's instant, a statement's day, a week-end between them. */
export const SAME_BOOKING_MS = 5 * DAY
/** A booked row whose amount a bank corrects keeps its day, but for time zones. */
const SAME_DAY_MS = 1.5 * DAY

const RANK = { declined: -1, pending: 0, released: 1, posted: 2, reversed: 3 } as const

/** What a statement's row is to what is kept; `reused` is another payment under the same reference. */
export type Verdict =
  | { kind: 'new' | 'changed'; transaction: Transaction }
  | { kind: 'same' }
  | { kind: 'reused' }

/** Compares a row with what is kept. Rows are never compared by what they say, only by their ids. */
export function compare(row: Transaction, before: Transaction | undefined): Verdict {
  if (!before) return { kind: 'new', transaction: row }
  const rises = RANK[row.status] - RANK[before.status]
  if (rises > 0) return { kind: 'changed', transaction: joined(before, row) }
  if (rises < 0) return { kind: 'same' }
  // The bank has since corrected this very row.
  const isSuperseded = before.bankTransactionIds.length > row.bankTransactionIds.length
  const apart = Math.abs((row.postedAt ?? row.at) - (before.postedAt ?? before.at))
  const isSameAmount =
    row.amount.amountMinor === before.amount.amountMinor && row.amount.currency === before.amount.currency
  if (isSameAmount) return { kind: apart <= SAME_BOOKING_MS ? 'same' : 'reused' }
  if (isSuperseded) return { kind: 'same' }
  const corrects = row.bankTransactionIds.length > before.bankTransactionIds.length
  if (!corrects && apart > SAME_DAY_MS) return { kind: 'reused' }
  return { kind: 'changed', transaction: joined(before, row) }
}

/** Statements say less of a payment than its authorisation did: what they leave open stays as it was. */
function joined(before: Transaction, row: Transaction): Transaction {
  const told = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== ''))
  return {
    ...before,
    ...(told as Partial<Transaction>),
    id: before.id,
    at: before.at,
    descriptor: before.descriptor || row.descriptor,
    bankTransactionIds: [...new Set([...before.bankTransactionIds, ...row.bankTransactionIds])],
  }
}
