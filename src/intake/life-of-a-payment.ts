import { DAY } from '#kit'
import type { Account, Balance, Transaction } from '#vault'
import type { BankEvent, CardPayment } from './bank-event.ts'
import { applyToAccount, type ToldAccount } from './life-of-an-account.ts'
import type { DisputeOutcome, Flagged } from './scorer.ts'
import type { OwnedEvent } from './take-group.ts'

/**
 * A payment whose authorisation never came is first seen when it is posted. Posted no longer ago than this it is judged
 * and told like any other; older ones are history, and so is whatever is pulled.
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
}

/** How payments whose end came before their beginning ended, by our id. */
export type Ends = ReadonlyMap<string, 'released' | 'reversed'>
export type IdOf = (bankAccountId: string, bankTransactionId: string) => string
export type PaymentEvent = Exclude<BankEvent, { type: 'balance' | 'account' }>
/** What is kept of a link that its events are about; accounts only when an event is about one. */
export type Known = { transactions: readonly Transaction[]; accounts: readonly Account[] }

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
  const byId = new Map(known.transactions.map((transaction) => [transaction.id, transaction]))
  const changed = new Map<string, Transaction>()
  const balances = new Map<string, Balance>()
  const accounts = new Map<string, ToldAccount>()
  const fresh = new Set<string>()
  const flags = new Map<string, Omit<Flagged, 'transaction'>>()
  const outcomes: DisputeOutcome[] = []

  for (const { event, accountId, knownAs } of events) {
    if (event.type === 'balance') {
      const before = balances.get(accountId)
      if (!before || before.asOf <= event.at) {
        const { current, available, creditLine, at } = event
        balances.set(accountId, { id: accountId, current, available, creditLine, asOf: at })
      }
      continue
    }
    if (event.type === 'account') {
      const before = accounts.get(accountId)?.account ?? known.accounts.find(({ id }) => id === accountId)
      const told = applyToAccount(before, event, accountId, known.accounts.length > 0)
      if (told) accounts.set(accountId, told)
      continue
    }
    const id = idOf(knownAs, originOf(event))
    if (event.type === 'dispute-outcome') {
      const { caseNumber, decided, at } = event
      outcomes.push({ transactionId: id, caseNumber, decided, at })
      continue
    }
    const before = byId.get(id)
    const flag = flagOf(event, before)
    if (flag) flags.set(id, flag)
    const seen = next(before, event, id, accountId)
    if (!seen) continue
    const end = ends.get(id)
    const after = end && !before ? { ...seen, status: end } : seen
    byId.set(id, after)
    changed.set(id, after)
    if ((!before || before.status === 'declined') && isRecent(after, now)) fresh.add(id)
  }
  return {
    transactions: [...changed.values()],
    balances: [...balances.values()],
    accounts: [...accounts.values()],
    fresh: [...fresh].map((id) => byId.get(id)!),
    flagged: [...flags].map(([id, flag]) => ({ ...flag, transaction: byId.get(id)! })),
    outcomes,
  }
}

const isRecent = ({ status, postedAt }: Transaction, now: number): boolean =>
  status === 'pending' || (status === 'posted' && now - postedAt! <= POSTED_SPAN)

/** What the bank itself thinks of a payment. One that went through was not refused, in whatever order that is told. */
function flagOf(event: PaymentEvent, before: Transaction | undefined): Omit<Flagged, 'transaction'> | null {
  if (event.type === 'suspected')
    return { by: 'suspected', bankTransactionId: event.payment.bankTransactionId, releasableUntil: null }
  if (event.type !== 'declined' || event.reason !== 'suspected-fraud' || before) return null
  const { payment, releasableUntil } = event
  return { by: 'declined', bankTransactionId: payment.bankTransactionId, releasableUntil }
}

/** The bank's id of the authorisation that an event is about: what our own id is made from. */
export function originOf(event: PaymentEvent): string {
  if ('payment' in event) return event.payment.referenceTransactionId ?? event.payment.bankTransactionId
  if (event.type === 'dispute-outcome') return event.bankTransactionId
  return event.referenceTransactionId ?? event.bankTransactionId
}

function next(
  before: Transaction | undefined,
  event: Exclude<PaymentEvent, { type: 'dispute-outcome' }>,
  id: string,
  accountId: string,
): Transaction | null {
  const settled = before && before.status !== 'pending'
  switch (event.type) {
    case 'declined':
      // An approval that was told first stands.
      return before
        ? null
        : { ...describe(event.payment, id, accountId), status: 'declined', at: event.at, postedAt: null }
    case 'authorised':
    case 'suspected': {
      // Seen already, by an earlier delivery under another event id or by a pull: nothing new. One that was declined
      // is approved after all; that the bank suspects it does not approve it.
      if (before && (before.status !== 'declined' || event.type === 'suspected')) return null
      const fresh = describe(event.payment, id, accountId)
      const ids = new Set([...(before?.bankTransactionIds ?? []), ...fresh.bankTransactionIds])
      return { ...fresh, bankTransactionIds: [...ids], status: 'pending', at: event.at, postedAt: null }
    }
    case 'adjusted':
      if (settled) return null
      return {
        ...(before ?? { ...describe(event.payment, id, accountId), at: event.at }),
        amount: event.payment.amount,
        foreign: event.payment.foreign,
        status: 'pending',
        postedAt: null,
      }
    case 'posted': {
      if (before?.status === 'posted' || before?.status === 'reversed') return null
      const fresh = describe(event.payment, id, accountId)
      const ids = new Set([...(before?.bankTransactionIds ?? []), ...fresh.bankTransactionIds])
      return {
        ...(before ?? fresh),
        amount: event.payment.amount,
        foreign: event.payment.foreign ?? before?.foreign ?? null,
        bankTransactionIds: [...ids],
        status: 'posted',
        at: before?.at ?? event.at,
        postedAt: event.at,
      }
    }
    case 'released':
      // A hold let go. Before its authorisation there is nothing to show yet: intake remembers the end.
      return before?.status === 'pending' ? { ...before, status: 'released' } : null
    case 'reversed':
      return before && before.status !== 'reversed' ? { ...before, status: 'reversed' } : null
  }
}

function describe(
  payment: CardPayment,
  id: string,
  accountId: string,
): Omit<Transaction, 'status' | 'at' | 'postedAt'> {
  const { referenceTransactionId, bankTransactionId, ...rest } = payment
  return {
    id,
    accountId,
    bankTransactionIds:
      referenceTransactionId === null ? [bankTransactionId] : [referenceTransactionId, bankTransactionId],
    ...rest,
  }
}
