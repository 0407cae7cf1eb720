import { DAY } from '#kit'
import type { Transaction } from '#vault'
import type { BankTransaction, Listing } from './bank-reader.ts'
import { areOpposite, type BookedAccount, type Books, type IdOf, laterIdsOf, openBooks } from './books.ts'
import { type Ends, endOf, next, postingOf, settledAs, type Word } from './life-of-a-payment.ts'

/** An account's payments as the bank listed them, read whole. */
export type AccountListing = {
  accountId: string
  bankAccountId: string
  rows: readonly BankTransaction[]
  span: { from: number; to: number }
  rules: Listing
  /** Whether a row could not be read: whichever is missing may be that one. */
  hasRefused: boolean
  /** Read once though it wants a second look: what it leaves out or repeats stays as it was, for the next time. */
  isDoubted?: boolean
}

/** What intake remembers of payments beside what is kept of them, by our id. */
export type Remembered = {
  ends: Ends
  /** Payments that ended because the list no longer had them. */
  unlisted: ReadonlySet<string>
  /** Those that changed while the list was being read: it says nothing new of them. */
  changedSince: ReadonlySet<string>
}

export type ListingChanges = {
  transactions: Transaction[]
  /** The payment that each row is. */
  seen: Set<string>
  /** Those that the list no longer has. */
  unlisted: Set<string>
  /** Rows that came twice, by their ids: the list moved while it was read, or the bank repeats itself. */
  repeated: Set<string>
}

/** A row is not missed within a day of its own instant or of the span's ends: dates are of some time zone, lists are late. */
const EDGE_MS = DAY
/** Every bank lists as much history as this. */
const SURE_MS = 30 * DAY

type Coverage = { from: number; to: number } | null
/** How each row of the list stands, by the bank's id of it. */
type ListedIds = ReadonlyMap<string, BankTransaction['status']>
type Row = { row: BankTransaction; own: string; reference: string | undefined }

/**
 * Applies what a bank's list says of an account to what is known of it, by the rules of a payment's life, as if the bank had
 * told of each row. What the list no longer has is let go or undone where the standard says that it would be there, and stands
 * again when it is back. A row under a new id is the old one only when it refers to it and the old id is gone from the list;
 * with no reference the old one goes and the new one comes. Nothing is ever matched by what it says.
 */
export function applyListing(
  known: readonly Transaction[],
  listing: AccountListing,
  remembered: Remembered,
  idOf: IdOf,
): ListingChanges {
  const books = openBooks(known, idOf)
  const { rows, repeated } = inOrder(listing.rows)
  const ids = new Map(rows.map(({ own, row }) => [own, row.status]))
  const coverage = coverageOf(listing)
  const seen = new Set<string>()
  const holds = new Set<string>()

  for (const row of rows) {
    const ownId = idOf(listing.bankAccountId, row.own)
    let id = paymentOf(books, listing, row, ids, coverage, idOf)
    if (row.row.status === 'pending') {
      // Two holds that are listed are two, though what was told of both went by one id.
      if (holds.has(id)) id = ownId
      holds.add(id)
    }
    seen.add(id)
    const before = books.get(id)
    const isPast = row.row.status === 'declined' && isApproved(before, row, ids)
    const after =
      isPast || remembered.changedSince.has(id)
        ? null
        : afterRow(before, row.row, { id, ownId, accountId: listing.accountId }, remembered)
    if (!after) continue
    const bookedAs = row.row.postedAt === null ? null : ownId
    const end = endOf({ id, isFirst: !before, bookedAs }, remembered.ends)
    books.write(end ? { ...after, status: end } : after)
  }

  const { isDoubted = false } = listing
  const nameless = isDoubted && repeated.size > 0 ? [] : replaceNameless(known, listing, idOf)
  for (const one of nameless) {
    seen.add(one.id)
    books.write(one)
  }
  const unlisted = new Set<string>()
  for (const transaction of isDoubted ? [] : known) {
    const { id, accountId, bankTransactionIds } = transaction
    if (accountId !== listing.accountId || seen.has(id) || remembered.changedSince.has(id)) continue
    if (bankTransactionIds.length === 0) continue
    const end = missing(transaction, listing, coverage)
    if (!end) continue
    unlisted.add(id)
    books.write({ ...transaction, status: end })
  }
  return { transactions: books.changed(), seen, unlisted, repeated }
}

/**
 * Holds that the bank has not named are shown until the next list, which brings all that there are. When those are the same,
 * as a whole, nothing happened.
 */
function replaceNameless(
  known: readonly Transaction[],
  { accountId, bankAccountId, rows, span }: AccountListing,
  idOf: IdOf,
): Transaction[] {
  const shown = known.filter(
    (one) => one.accountId === accountId && one.status === 'pending' && one.bankTransactionIds.length === 0,
  )
  const listed = rows.filter(({ bankTransactionIds }) => bankTransactionIds.length === 0)
  const text = (list: readonly Omit<BankTransaction, 'bankTransactionIds'>[]) =>
    JSON.stringify(
      list.map(({ at, amount, descriptor }) => `${at} ${amount.amountMinor} ${descriptor}`).sort(),
    )
  if (text(shown) === text(listed)) return []
  return [
    ...shown.map((one) => ({ ...one, status: 'released' as const })),
    ...listed.map((row, i) => ({ ...row, id: idOf(bankAccountId, `nameless ${span.to} ${i}`), accountId })),
  ]
}

/** Each id once, the booked first and the oldest before the newer: in whatever order a bank lists them, the result is one. */
function inOrder(listed: readonly BankTransaction[]): { rows: Row[]; repeated: Set<string> } {
  const repeated = new Set<string>()
  const byId = new Map<string, Row>()
  for (const row of listed) {
    const own = row.bankTransactionIds.at(-1)
    if (own === undefined) continue
    const reference = row.bankTransactionIds.length > 1 ? row.bankTransactionIds[0] : undefined
    const earlier = byId.get(own)
    if (earlier) repeated.add(own)
    // Of the two states of one row the booked one is the later.
    if (!earlier || earlier.row.status === 'pending') byId.set(own, { row, own, reference })
  }
  const rank = ({ row }: Row) => row.postedAt ?? Number.MAX_SAFE_INTEGER
  const rows = [...byId.values()].sort(
    (a, b) => rank(a) - rank(b) || a.row.at - b.row.at || (a.own < b.own ? -1 : 1),
  )
  return { rows, repeated }
}

/**
 * The days of which the list surely has every booked row: the last thirty, and before them from the oldest row there is, since
 * a bank that keeps less history than it is asked for does not say so. An empty list is more likely a fault than the truth.
 */
function coverageOf({ rows, span, rules, hasRefused }: AccountListing): Coverage {
  const bookedAt = rows.flatMap(({ postedAt }) => (postedAt === null ? [] : [postedAt]))
  if (rules.booked === 'some' || hasRefused || bookedAt.length === 0) return null
  const oldest = bookedAt.reduce((least, at) => Math.min(least, at))
  const from = Math.max(span.from, Math.min(oldest, span.to - SURE_MS))
  return { from: from + EDGE_MS, to: span.to - EDGE_MS }
}

function paymentOf(
  books: Books,
  account: BookedAccount,
  { row, own, reference }: Row,
  ids: ListedIds,
  coverage: Coverage,
  idOf: IdOf,
): string {
  const seen = books.find(account, own)
  const origin = seen || reference === undefined ? undefined : books.find(account, reference)
  if (origin && !areOpposite(origin, row) && isItself(origin, row, ids, coverage)) return origin.id
  if (row.status === 'posted' || row.status === 'reversed')
    return postingOf(books, account, { own, reference, amount: row.amount }, idOf)
  const ownId = idOf(account.bankAccountId, own)
  if (!seen || areOpposite(seen, row))
    return books.findPosting(account, { id: own, amount: row.amount })?.id ?? ownId
  // Told of a further part of a hold before the hold itself, that one went by its id: the list has both.
  const [first] = seen.bankTransactionIds
  return first !== own && first !== undefined && ids.get(first) === 'pending' ? ownId : seen.id
}

/** Whether a payment that the list has as refused is in it under a later id as well, by which it was approved. */
const isApproved = (payment: Transaction | undefined, { own }: Row, ids: ListedIds): boolean =>
  payment !== undefined &&
  laterIdsOf(payment).some((id) => id !== own && ids.has(id) && ids.get(id) !== 'declined')

/**
 * Whether a row that refers to a payment is that payment under a new id: its own row should be in the list, and is not. One
 * that was refused is approved under another id.
 */
function isItself(payment: Transaction, row: BankTransaction, ids: ListedIds, coverage: Coverage): boolean {
  if (payment.bankTransactionIds.some((id) => ids.has(id))) return false
  if (payment.status === 'declined') return true
  if (payment.status === 'pending') return row.status === 'pending'
  if (payment.status !== 'posted' || payment.postedAt === null || !coverage) return false
  // A list that has the row has what was booked before it.
  return payment.postedAt >= coverage.from && payment.postedAt <= (row.postedAt ?? row.at) + EDGE_MS
}

/** A payment after its row; null when the row says nothing new. */
function afterRow(
  before: Transaction | undefined,
  row: BankTransaction,
  { ownId, ...place }: { id: string; ownId: string; accountId: string },
  { unlisted, ends }: Remembered,
): Transaction | null {
  const { status, at, postedAt, ...payment } = row
  const word = (type: Extract<Word, { at: number }>['type']): Word => ({
    type,
    payment,
    paidAt: at,
    at: postedAt ?? at,
  })
  // What ended only by being left out of the list stands again as it is listed, as does a hold that ended by the word of another.
  const hasEnded = ends.has(place.id) || ends.has(ownId)
  const isBack =
    before !== undefined &&
    !hasEnded &&
    (unlisted.has(before.id) || (status === 'pending' && before.status === 'released'))
  const from = isBack ? { ...before, status: 'pending' as const } : before
  switch (status) {
    case 'pending':
      if (isBack) return next(from, word('adjusted'), place)
      if (before?.status === 'pending')
        return isSame(before, row) ? null : next(before, word('adjusted'), place)
      return next(before, word('authorised'), place)
    case 'posted':
      // The bank's own books say how much it was, whenever they say so.
      if (before?.status === 'posted')
        return isSame(before, row) ? null : { ...before, ...settledAs(before, payment), postedAt }
      return next(from, word('posted'), place)
    case 'declined':
      // A list says how things stand: a hold, or a payment, that was refused after all moved no money.
      if (before?.status === 'pending') return next(before, { type: 'released' }, place)
      if (before?.status === 'posted') return next(before, { type: 'reversed' }, place)
      return next(before, word('declined'), place)
    case 'released':
      return next(before, { type: 'released' }, place)
    case 'reversed':
      return before
        ? next(before, { type: 'reversed' }, place)
        : { ...next(before, word('posted'), place)!, status: 'reversed' }
  }
}

function isSame(before: Transaction, row: BankTransaction): boolean {
  const foreign = row.foreign ?? before.foreign
  return (
    before.amount.amountMinor === row.amount.amountMinor &&
    before.amount.currency === row.amount.currency &&
    before.postedAt === row.postedAt &&
    before.foreign?.amountMinor === foreign?.amountMinor &&
    before.foreign?.currency === foreign?.currency &&
    row.bankTransactionIds.every((id) => before.bankTransactionIds.includes(id))
  )
}

/** How a payment ended that the list no longer has; null where that says nothing. */
function missing(
  payment: Transaction,
  { span, rules, hasRefused }: AccountListing,
  coverage: Coverage,
): 'released' | 'reversed' | null {
  if (hasRefused) return null
  if (payment.status === 'pending') {
    const isDue = payment.at < span.to - EDGE_MS
    if (rules.pending === 'all') return isDue ? 'released' : null
    return rules.pending === 'in-span' && isDue && payment.at >= span.from + EDGE_MS ? 'released' : null
  }
  if (payment.status !== 'posted' || !coverage) return null
  const { postedAt } = payment
  return postedAt !== null && postedAt >= coverage.from && postedAt < coverage.to ? 'reversed' : null
}
