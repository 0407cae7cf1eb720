import { type Clock, HOUR, moneyFromDecimal, newId, type Random } from '#kit'
import {
  type Attempt,
  createAttempts,
  DECLINE_REASONS,
  type DeclineReason,
  type NewPayment,
} from './attempts.ts'
import type { Cards } from './cards.ts'
import type { Declines } from './declines.ts'
import { describeBalance, describeDecline, describeEntry } from './event-data.ts'
import type { EventQueue } from './event-queue.ts'
import { FdxError } from './fdx-errors.ts'
import type { AccountRecord, BookEntry, Ledger } from './ledger.ts'
import type { BankStore } from './store.ts'

export type Authorised =
  | { outcome: 'authorised'; transactionId: string }
  | { outcome: 'declined'; why: DeclineReason; transactionId: string }

/** How long the holder has to vouch for a payment that was stopped: a shop does not wait longer. */
export const RELEASABLE_MS = HOUR

type Step = {
  id: number
  entry_id: number
  step: 'post' | 'adjust' | 'release' | 'reverse'
  amount_minor: number | null
}

export type CardEvents = ReturnType<typeof createCardEvents>

/** Makes card payments at the bank and tells Guichet of each step, both in one commit. */
export function createCardEvents(needs: {
  store: BankStore
  ledger: Ledger
  cards: Cards
  declines: Declines
  queue: EventQueue
  clock: Clock
  random: Random
}) {
  const { store, ledger, cards, declines, queue, clock, random } = needs
  const { draft, obstacle } = createAttempts({ ledger, cards, clock })

  function tellBalance(account: AccountRecord, at: number): void {
    queue.add(account.accountId, 'balance', at, describeBalance(ledger.balance(account), account))
  }

  function tell(entry: BookEntry, type: 'authorised' | 'adjusted' | 'posted', at: number): void {
    const account = ledger.account(entry.accountId)!
    // What no card paid is not a card event: Guichet sees it when it next reads the account.
    if (entry.facts.kind === 'card')
      queue.add(entry.accountId, type, at, describeEntry(entry, account, type === 'posted'))
    tellBalance(account, at)
  }

  function tellEnd(entry: BookEntry, type: 'reversed' | 'released', at: number): void {
    const data =
      type === 'reversed'
        ? { transactionId: entry.postingId, referenceTransactionId: entry.authorisationId }
        : { transactionId: entry.authorisationId, referenceTransactionId: null }
    queue.add(entry.accountId, type, at, data)
    tellBalance(ledger.account(entry.accountId)!, at)
  }

  function enter({ account, at, amountMinor, facts }: Attempt, transactionId?: string): Authorised {
    const entry = ledger.enter(
      account.accountId,
      { at, postedAt: Number.POSITIVE_INFINITY, amountMinor, ...facts },
      clock.now(),
      transactionId,
    )
    tell(entry, 'authorised', at)
    return { outcome: 'authorised', transactionId: entry.authorisationId! }
  }

  function decline(
    { account, ...attempt }: Attempt,
    why: DeclineReason,
    releasableUntil: number | null,
    postsAfterMs: number | null,
  ): Authorised {
    const { accountId } = account
    const declined = declines.note({ ...attempt, accountId, releasableUntil, postsAfterMs })
    queue.add(accountId, 'declined', attempt.at, describeDecline(declined, account, DECLINE_REASONS[why]))
    return { outcome: 'declined', why, transactionId: declined.transactionId }
  }

  const steps = {
    post(entry: BookEntry) {
      if (entry.state !== 'authorised') return
      const at = clock.now()
      tell(ledger.post(entry.id, at), 'posted', at)
    },
    adjust(entry: BookEntry, amountMinor: number | null) {
      if (entry.state !== 'authorised' || amountMinor === null) return
      tell(ledger.adjust(entry.id, amountMinor), 'adjusted', clock.now())
    },
    release(entry: BookEntry) {
      if (entry.state === 'authorised') tellEnd(ledger.end(entry.id, 'released'), 'released', clock.now())
    },
    reverse(entry: BookEntry) {
      if (entry.state === 'posted') tellEnd(ledger.end(entry.id, 'reversed'), 'reversed', clock.now())
    },
  }

  function entryOf(transactionId: string): BookEntry {
    const entry = ledger.findByTransactionId(transactionId)
    if (!entry) throw new RangeError(`there is no transaction ${transactionId} at this bank`)
    return entry
  }
  const step = (transactionId: string, take: (entry: BookEntry) => void) =>
    store.atomically(() => take(entryOf(transactionId)))

  return {
    /** Authorises or declines one payment. Once it returns, the payment and the news of it are on disk. */
    authorise: (username: string, payment: NewPayment): Authorised =>
      store.atomically(() => {
        const attempt = draft(username, payment)
        const why = obstacle(attempt)
        return why ? decline(attempt, why, null, null) : enter(attempt)
      }),

    /**
     * A payment that the bank's own fraud system stops: declined, until the holder vouches for it in time. It then posts
     * `postsAfterMs` later.
     */
    stop: (username: string, payment: NewPayment, postsAfterMs: number | null = null): Authorised =>
      store.atomically(() => {
        const attempt = draft(username, payment)
        const why = obstacle(attempt)
        if (why) return decline(attempt, why, null, null)
        return decline(attempt, 'suspected-fraud', attempt.at + RELEASABLE_MS, postsAfterMs)
      }),

    /** Approves a payment that was stopped, once, under the id that it had. Throws FDX errors: too late, or not now. */
    approve: (transactionId: string): { releasedAt: number } =>
      store.atomically(() => {
        const declined = declines.find(transactionId)
        if (!declined) throw new FdxError('not-found', 'No such declined transaction')
        if (declined.releasedAt !== null) return { releasedAt: declined.releasedAt }
        const now = clock.now()
        const { accountId, releasableUntil, postsAfterMs, amountMinor, facts } = declined
        if (releasableUntil === null || releasableUntil <= now) {
          throw new FdxError('conflict', 'This transaction can no longer be approved')
        }
        const attempt = { account: ledger.account(accountId)!, at: now, amountMinor, facts }
        const why = obstacle(attempt)
        if (why) throw new FdxError('conflict', `This transaction cannot be approved: ${why}`)
        enter(attempt, transactionId)
        declines.markReleased(transactionId, now)
        if (postsAfterMs !== null) {
          ledger.schedule(entryOf(transactionId).id, 'post', now + postsAfterMs)
        }
        return { releasedAt: now }
      }),

    /** The bank's own fraud system raises an alert about a payment that it let through. `transactionId` is the authorisation's. */
    suspect: (transactionId: string): { alertId: string } =>
      store.atomically(() => {
        const entry = entryOf(transactionId)
        const account = ledger.account(entry.accountId)!
        const alertId = newId('alr', random)
        const data = { ...describeEntry(entry, account, false), alertId }
        queue.add(entry.accountId, 'suspected', clock.now(), data)
        return { alertId }
      }),

    /** `transactionId` is the authorisation's. The amount is a plain decimal, without a sign. */
    adjust: (transactionId: string, amount: string) =>
      step(transactionId, (entry) => {
        const { currency } = ledger.account(entry.accountId)!
        steps.adjust(entry, Math.sign(entry.amountMinor) * moneyFromDecimal(amount, currency).amountMinor)
      }),
    post: (transactionId: string) => step(transactionId, steps.post),
    release: (transactionId: string) => step(transactionId, steps.release),
    reverse: (transactionId: string) => step(transactionId, steps.reverse),
    /** Notes a step to be taken later. It is kept, and taken after a restart too. */
    schedule: (transactionId: string, next: Step['step'], dueAt: number, amountMinor?: number) =>
      step(transactionId, (entry) => ledger.schedule(entry.id, next, dueAt, amountMinor)),

    /** Takes the steps that are due. */
    advance(): void {
      const due = store.all<Step>('select * from steps where due_at <= ? order by due_at, id', clock.now())
      for (const { id, entry_id, step: next, amount_minor } of due) {
        store.atomically(() => {
          steps[next](ledger.entry(entry_id), amount_minor)
          store.run('delete from steps where id = ?', id)
        })
      }
    },
  }
}
