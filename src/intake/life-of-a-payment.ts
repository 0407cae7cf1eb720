import { DAY } from '#kit'
import type { Account, Balance, Transaction } from '#vault'
import type { BankEvent, CardPayment } from './bank-event.ts'
import { areOpposite, type BookedAccount, type Books, type IdOf, openBooks } from './books.ts'
import { type ChangeKind, changeOf } from './change-kind.ts'
import { applyToAccount, type ToldAccount } from './life-of-an-account.ts'
import type { DisputeOutcome, Flagged } from './scorer.ts'
import type { OwnedEvent } from './take-group.ts'

/**
 * A payment whose authorisation never came is first seen when it is posted. Posted no longer ago than this it is judged
 * and told like any other; older ones are history, and so is whatever a list told of and no authorisation comes for.
 */
export const POSTED_SPAN = 7 * DAY

/** What a batch changes for one link: newest states to keep, the payments to judge, what the bank flags. */
export type Changes = {
  transactions: Transaction[]
  balances: Balance[]
  accounts: ToldAccount[]
  fresh: Transaction[]
  flagged: Flagged[]
  outcomes: DisputeOutcome[]
  /** What becomes of the account for somebody who follows it, by our id. */
  kinds: Map<string, ChangeKind>
  /** A payment that was known is larger now. */
  hasGrown: boolean
}

/** How payments whose end came before their beginning ended, by our id. */
export type Ends = ReadonlyMap<string, 'released' | 'reversed'>
export type PaymentEvent = Exclude<BankEvent, { type: 'balance' | 'account' }>
/**
 * What is kept of a link that its events are about; accounts only when an event is about one. `unjudged` are its payments that
 * were never judged, where that is asked for: most are known from a list.
 */
export type Known = {
  transactions: readonly Transaction[]
  accounts: readonly Account[]
  unjudged?: ReadonlySet<string>
}
type Told = Exclude<PaymentEvent, { type: 'dispute-outcome' }>
type Ending = Extract<Told, { referenceTransactionId: string | null }>

/**
 * What a bank says of a payment, whether it pushed it or listed it. `paidAt` is when its person paid, `at` when what is said
 * of it happened.
 */
export type Word =
  | {
      type: 'declined' | 'authorised' | 'suspected' | 'adjusted' | 'posted'
      payment: Omit<Transaction, 'id' | 'accountId' | 'status' | 'at' | 'postedAt'>
      paidAt: number
      at: number
    }
  | { type: 'released' | 'reversed' }

/**
 * Applies a link's events, in the order of their sequence numbers, to what is known. A payment keeps its id from
 * authorisation to posting. An event that comes late never takes a payment back: what is posted stays posted, what was
 * released or reversed stays so.
 */
export function applyEvents(
  known: Known,
  events: readonly OwnedEvent[],
  ends: Ends,
  idOf: IdOf,
  now: number,
): Changes {
  const books = openBooks(known.transactions, idOf)
  const before = new Map(known.transactions.map((transaction) => [transaction.id, transaction]))
  const balances = new Map<string, Balance>()
  const accounts = new Map<string, ToldAccount>()
  const fresh = new Set<string>()
  const flags = new Map<string, Omit<Flagged, 'transaction'>>()
  const outcomes: DisputeOutcome[] = []

  for (const { event, accountId, knownAs } of events) {
    if (event.type === 'balance') {
      const earlier = balances.get(accountId)
      if (!earlier || earlier.asOf <= event.at) {
        const { current, available, creditLine, at } = event
        balances.set(accountId, { id: accountId, current, available, creditLine, asOf: at })
      }
      continue
    }
    if (event.type === 'account') {
      const earlier = accounts.get(accountId)?.account ?? known.accounts.find(({ id }) => id === accountId)
      const told = applyToAccount(earlier, event, accountId, known.accounts.length > 0)
      if (told) accounts.set(accountId, told)
      continue
    }
    const account = { accountId, bankAccountId: knownAs }
    const id = paymentOf(books, event, account, idOf)
    if (event.type === 'dispute-outcome') {
      const { caseNumber, decided, at } = event
      outcomes.push({ transactionId: id, caseNumber, decided, at })
      continue
    }
    const seen = books.get(id)
    const flag = flagOf(event, seen)
    if (flag) flags.set(id, flag)
    if (event.type === 'reversed' && isInTheBooks(books, event, account, id)) continue
    const after = next(seen, wordOf(event), { id, accountId })
    if (!after) {
      // A list that was pulled meanwhile has told of it first: it is judged now, and kept with how it was.
      if (event.type === 'authorised' && known.unjudged?.has(id) && isOverdue(seen!, now)) {
        books.write(seen!)
        fresh.add(id)
      }
      continue
    }
    const bookedAs = event.type === 'posted' ? idOf(knownAs, event.payment.bankTransactionId) : null
    const isFirst = !seen || seen.status === 'declined'
    const end = endOf({ id, isFirst, bookedAs }, ends)
    const settled = end ? { ...after, status: end } : after
    const isFresh =
      isFirst && (seen !== undefined || isDebitHold(settled) || !hasOrigin(books, event, account))
    books.write(settled)
    if (isFresh && isRecent(settled, now)) fresh.add(id)
  }
  const transactions = books.changed()
  return {
    transactions,
    balances: [...balances.values()],
    accounts: [...accounts.values()],
    fresh: [...fresh].map((id) => books.get(id)!),
    flagged: [...flags].map(([id, flag]) => ({ ...flag, transaction: books.get(id)! })),
    outcomes,
    kinds: kindsOf(before, transactions),
    hasGrown: hasGrown(before, transactions),
  }
}

const isRecent = ({ status, postedAt }: Transaction, now: number): boolean =>
  status === 'pending' || (status === 'posted' && now - postedAt! <= POSTED_SPAN)

/**
 * Whether a payment that was known is larger now. A tank of fuel is held at one pound and told at eighty: what was of no
 * interest to its person may be now.
 */
export const hasGrown = (before: ReadonlyMap<string, Transaction>, after: readonly Transaction[]): boolean =>
  after.some(({ id, amount }) => {
    const earlier = before.get(id)
    return earlier !== undefined && amount.amountMinor < Math.min(earlier.amount.amountMinor, 0)
  })

/** Whether it may still matter that a payment was not judged yet. */
const isOverdue = (seen: Transaction, now: number): boolean =>
  seen.amount.amountMinor < 0 &&
  isRecent(seen, now) &&
  (seen.status === 'posted' || now - seen.at <= POSTED_SPAN)

/** Money that is held anew, whatever earlier payment is named with it: a thief may name one too. */
const isDebitHold = ({ status, amount }: Transaction): boolean =>
  status === 'pending' && amount.amountMinor < 0

/** Whether a payment belongs to one that was seen before: a further part of it, or its refund. */
function hasOrigin(books: Books, event: PaymentEvent, account: BookedAccount): boolean {
  const [, reference] = bankIdsOf(event)
  return reference !== undefined && books.find(account, reference) !== undefined
}

function kindsOf(
  before: ReadonlyMap<string, Transaction>,
  after: readonly Transaction[],
): Map<string, ChangeKind> {
  const kinds = new Map<string, ChangeKind>()
  for (const transaction of after) {
    const kind = changeOf(before.get(transaction.id), transaction)
    if (kind) kinds.set(transaction.id, kind)
  }
  return kinds
}

/** What the bank itself thinks of a payment. One that went through was not refused, in whatever order that is told. */
function flagOf(event: PaymentEvent, before: Transaction | undefined): Omit<Flagged, 'transaction'> | null {
  if (event.type === 'suspected')
    return { by: 'suspected', bankTransactionId: event.payment.bankTransactionId, releasableUntil: null }
  if (event.type !== 'declined' || event.reason !== 'suspected-fraud' || before) return null
  const { payment, releasableUntil } = event
  return { by: 'declined', bankTransactionId: payment.bankTransactionId, releasableUntil }
}

/** The bank's ids that an event names: its own first, then that of the authorisation it is about. */
export function bankIdsOf(event: PaymentEvent): string[] {
  if (event.type === 'dispute-outcome') return [event.bankTransactionId]
  const { bankTransactionId, referenceTransactionId } = 'payment' in event ? event.payment : event
  return referenceTransactionId === null ? [bankTransactionId] : [bankTransactionId, referenceTransactionId]
}

/** The bank's id of the authorisation that an event is about: what our own id is made from. */
export const originOf = (event: PaymentEvent): string => bankIdsOf(event).at(-1)!

/** Which payment of ours an event is about. */
function paymentOf(books: Books, event: PaymentEvent, account: BookedAccount, idOf: IdOf): string {
  const [own, reference] = bankIdsOf(event) as [string, string | undefined]
  if (event.type === 'posted')
    return postingOf(books, account, { own, reference, amount: event.payment.amount }, idOf)
  const row = books.find(account, own)
  if (!('payment' in event)) {
    const origin = reference === undefined ? row : books.find(account, reference)
    // A hold of its own that names a payment which was never told of is let go by its own id.
    const alone = event.type === 'released' ? row : undefined
    const about = origin && row && !areOpposite(row, origin) ? row : (origin ?? alone)
    return about?.id ?? idOf(account.bankAccountId, reference ?? own)
  }
  const { amount } = event.payment
  const itself =
    row && !areOpposite(row, event.payment) ? row : books.findPosting(account, { id: own, amount })
  if (itself) return itself.id
  if (reference === undefined) return idOf(account.bankAccountId, own)
  const origin = books.find(account, reference) ?? books.findPosting(account, { id: reference, amount })
  if (standsBeside(event, origin)) return idOf(account.bankAccountId, own)
  return origin?.id ?? idOf(account.bankAccountId, reference)
}

/** Whether a payment is another than the one it refers to: a refund’s hold, or a further part of what was authorised. */
function standsBeside(
  event: Extract<Told, { payment: CardPayment }>,
  origin: Transaction | undefined,
): boolean {
  if (!origin) return event.payment.amount.amountMinor > 0
  if (areOpposite(origin, event.payment)) return true
  // One that was refused is approved under another id, which may be told after it was booked or let go.
  return event.type === 'authorised' && origin.status === 'pending'
}

/**
 * Which payment a booked row is. One authorisation may be settled in parts: the first posting is the payment that began with
 * it, each further one a payment of its own. So is money that goes the other way, a refund, whatever it refers to.
 */
export function postingOf(
  books: Books,
  account: BookedAccount,
  row: { own: string; reference: string | undefined; amount: Transaction['amount'] },
  idOf: IdOf,
): string {
  const { own, reference } = row
  const ownId = idOf(account.bankAccountId, own)
  const seen = books.find(account, own)
  if (seen && !areOpposite(seen, row)) return seen.id
  if (reference === undefined) return ownId
  const origin = books.find(account, reference)
  if (!origin) return row.amount.amountMinor > 0 ? ownId : idOf(account.bankAccountId, reference)
  // One that was undone before its posting was told waits for it still.
  return origin.postedAt !== null || areOpposite(origin, row) ? ownId : origin.id
}

/** A reversal that is a booked row of its own takes nothing back: the two rows together are nothing. */
function isInTheBooks(books: Books, event: Ending, account: BookedAccount, about: string): boolean {
  const row = books.find(account, event.bankTransactionId)
  return row !== undefined && row.id !== about
}

/** How a payment ended whose end was told before this: by the id that it began with, or by that of its booked row. */
export function endOf(
  { id, isFirst, bookedAs }: { id: string; isFirst: boolean; bookedAs: string | null },
  ends: Ends,
): 'released' | 'reversed' | undefined {
  if (isFirst && ends.has(id)) return ends.get(id)
  return bookedAs !== null && ends.get(bookedAs) === 'reversed' ? 'reversed' : undefined
}

function wordOf(event: Told): Word {
  if (!('payment' in event)) return { type: event.type }
  return { type: event.type, payment: describe(event.payment), paidAt: event.at, at: event.at }
}

/** What a payment is after a bank's word of it; null when the word says nothing new. */
export function next(
  before: Transaction | undefined,
  word: Word,
  { id, accountId }: { id: string; accountId: string },
): Transaction | null {
  const settled = before && before.status !== 'pending'
  switch (word.type) {
    case 'declined':
      // An approval that was told first stands.
      return before
        ? null
        : { ...word.payment, id, accountId, status: 'declined', at: word.paidAt, postedAt: null }
    case 'authorised':
    case 'suspected':
      // Seen already, by an earlier delivery under another event id or by a pull: nothing new. One that was declined
      // is approved after all; that the bank suspects it does not approve it.
      if (before && (before.status !== 'declined' || word.type === 'suspected')) return null
      return {
        ...word.payment,
        id,
        accountId,
        bankTransactionIds: withIds(before, word.payment),
        status: 'pending',
        at: word.paidAt,
        postedAt: null,
      }
    case 'adjusted':
      // One that was declined was approved: only what is told of that is late.
      if (settled && before.status !== 'declined') return null
      return {
        ...(before ?? { id, accountId, ...word.payment }),
        ...settledAs(before, word.payment),
        at: before && !settled ? before.at : word.paidAt,
        status: 'pending',
        postedAt: null,
      }
    case 'posted':
      if (before?.status === 'posted' || before?.status === 'reversed') return null
      return {
        ...(before ?? { id, accountId, ...word.payment, at: word.paidAt }),
        ...settledAs(before, word.payment),
        status: 'posted',
        postedAt: word.at,
      }
    case 'released':
      // A hold let go. Before its authorisation there is nothing to show yet: intake remembers the end.
      return before?.status === 'pending' ? { ...before, status: 'released' } : null
    case 'reversed':
      return before && before.status !== 'reversed' ? { ...before, status: 'reversed' } : null
  }
}

type Settlement = Pick<
  Transaction,
  'amount' | 'foreign' | 'exchangeRate' | 'isMutable' | 'bankTransactionIds'
>

/** What a later word changes of a payment; its merchant and place stay as they were first told. */
export function settledAs(before: Transaction | undefined, payment: Settlement): Settlement {
  const { amount, foreign, exchangeRate, isMutable } = payment
  return {
    amount,
    foreign: foreign ?? before?.foreign ?? null,
    bankTransactionIds: withIds(before, payment),
    ...(exchangeRate === undefined ? {} : { exchangeRate }),
    ...(isMutable === undefined ? {} : { isMutable }),
  }
}

const withIds = (
  before: Transaction | undefined,
  { bankTransactionIds }: Pick<Transaction, 'bankTransactionIds'>,
): string[] =>
  before ? [...new Set([...before.bankTransactionIds, ...bankTransactionIds])] : bankTransactionIds

/** Field by field: leaving out two of them by their names takes a flood as long as all else that is done to a payment here. */
function describe({
  referenceTransactionId,
  bankTransactionId,
  amount,
  foreign,
  descriptor,
  mcc,
  country,
  city,
  latitude,
  longitude,
  entryMode,
  cardNumberDisplay,
  terminalId,
}: CardPayment): Extract<Word, { at: number }>['payment'] {
  return {
    bankTransactionIds:
      referenceTransactionId === null ? [bankTransactionId] : [referenceTransactionId, bankTransactionId],
    amount,
    foreign,
    descriptor,
    mcc,
    country,
    city,
    latitude,
    longitude,
    entryMode,
    cardNumberDisplay,
    terminalId,
  }
}
