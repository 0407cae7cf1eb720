import { type Clock, HOUR, money, moneyFromDecimal, newId, type Random, toDecimal } from '#kit'
import type { Entry, EntryMode } from '../customers/customer.ts'
import type { Blocks } from './blocks.ts'
import type { EventQueue } from './event-queue.ts'
import type { AccountRecord, BookEntry, Ledger } from './ledger.ts'
import type { BankStore } from './store.ts'

/** A card payment to be made now. Amounts are plain decimals without a sign, such as `12.30`. */
export type NewPayment = {
  amount: string
  descriptor: string
  /** A refund is a CREDIT. */
  debitCreditMemo?: 'DEBIT' | 'CREDIT'
  /** The customer's first account with a card, when left out. */
  accountId?: string
  foreignAmount?: string
  foreignCurrency?: string
  mcc?: string | null
  /** Without a country: at home. */
  country?: string | null
  city?: string | null
  latitude?: number | null
  longitude?: number | null
  entryMode?: EntryMode | null
  /** Milliseconds; now when left out. */
  at?: number
}
export type Authorised =
  | { outcome: 'authorised'; transactionId: string }
  | { outcome: 'declined'; why: 'card-blocked' | 'not-enough-money' }

/** For so long the bank can still approve what it refused on suspicion. */
const RELEASABLE_MS = HOUR

type Refused = {
  transaction_id: string
  account_id: string
  username: string
  payment: string
  releasable_until: number
  released_at: number | null
}

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
  blocks: Blocks
  queue: EventQueue
  clock: Clock
  random: Random
}) {
  const { store, ledger, blocks, queue, clock, random } = needs

  function tellBalance(account: AccountRecord, at: number): void {
    const { currentMinor, availableMinor } = ledger.balance(account)
    const decimal = (minor: number) => toDecimal(money(minor, account.currency))
    queue.add(account.accountId, 'balance', at, {
      currentBalance: decimal(currentMinor),
      availableBalance: decimal(availableMinor),
      creditLine: account.creditLineMinor === null ? null : decimal(account.creditLineMinor),
      currency: account.currency,
    })
  }

  function tell(entry: BookEntry, type: DescribedType, at: number): void {
    const account = ledger.account(entry.accountId)!
    // What no card paid is not a card event: Guichet sees it when it next reads the account.
    if (entry.facts.kind === 'card') queue.add(entry.accountId, type, at, describe(entry, account, type))
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

  /** The account a payment is to be made from, and the line it would be in its book. */
  function draft(username: string, payment: NewPayment): { account: AccountRecord; entry: Entry } {
    const customer = ledger.findByUsername(username)
    if (!customer) throw new RangeError(`there is no customer ${username} at this bank`)
    const accounts = ledger.accountsOf(customer.customerId)
    const account = accounts.find(({ accountId, cardNumberDisplay }) =>
      payment.accountId === undefined ? cardNumberDisplay !== null : accountId === payment.accountId,
    )
    if (!account || account.cardNumberDisplay === null) throw new RangeError('this account has no card')
    const sign = payment.debitCreditMemo === 'CREDIT' ? 1 : -1
    const minor = (amount: string, currency: string) => sign * moneyFromDecimal(amount, currency).amountMinor
    const isOnline = payment.entryMode === 'online'
    const {
      country = null,
      city = null,
      latitude = null,
      longitude = null,
    } = payment.country === undefined && !isOnline ? customer.home : payment
    const { foreignAmount, foreignCurrency } = payment
    return {
      account,
      entry: {
        at: payment.at ?? clock.now(),
        postedAt: Number.POSITIVE_INFINITY,
        amountMinor: minor(payment.amount, account.currency),
        foreign:
          foreignAmount === undefined || foreignCurrency === undefined
            ? null
            : { amountMinor: minor(foreignAmount, foreignCurrency), currency: foreignCurrency },
        descriptor: payment.descriptor,
        mcc: payment.mcc ?? null,
        place: { country, city, latitude, longitude },
        entryMode: payment.entryMode === undefined ? 'contactless' : payment.entryMode,
        cardNumberDisplay: account.cardNumberDisplay,
        kind: 'card',
      },
    }
  }

  function authorise(username: string, payment: NewPayment, authorisationId?: string): Authorised {
    return store.atomically(() => {
      const { account, entry } = draft(username, payment)
      if (blocks.isBlocked(account.accountId, account.cardNumberDisplay!))
        return { outcome: 'declined', why: 'card-blocked' }
      if (ledger.balance(account).availableMinor + entry.amountMinor < 0)
        return { outcome: 'declined', why: 'not-enough-money' }
      const booked = ledger.enter(account.accountId, entry, clock.now(), authorisationId)
      tell(booked, 'authorised', entry.at)
      return { outcome: 'authorised', transactionId: booked.authorisationId! }
    })
  }

  return {
    /** Authorises or declines one payment. Once it returns, the payment and the news of it are on disk. */
    authorise: (username: string, payment: NewPayment): Authorised => authorise(username, payment),

    /** Stops a payment on suspicion: nothing is paid, and its owner can have it approved for an hour. */
    refuse(username: string, payment: NewPayment): { transactionId: string } {
      return store.atomically(() => {
        const { account, entry } = draft(username, payment)
        const transactionId = newId('aut', random)
        const releasableUntil = clock.now() + RELEASABLE_MS
        store.run(
          `insert into refused (transaction_id, account_id, username, payment, releasable_until)
           values (?, ?, ?, ?, ?)`,
          transactionId,
          account.accountId,
          username,
          JSON.stringify({ ...payment, accountId: account.accountId, at: entry.at }),
          releasableUntil,
        )
        const { at: _at, postedAt: _postedAt, amountMinor, ...facts } = entry
        queue.add(account.accountId, 'declined', entry.at, {
          ...wordsOf(account, amountMinor, facts, { transactionId, referenceTransactionId: null }),
          declineReason: 'SUSPECTED_FRAUD',
          releasableUntil: new Date(releasableUntil).toISOString(),
        })
        return { transactionId }
      })
    },

    /** Approves what was refused, by the same name; again it is the same approval. Null when it cannot be any more. */
    approve(accountId: string, transactionId: string): { releasedAt: number } | null {
      return store.atomically(() => {
        const row = store.first<Refused>(
          'select * from refused where transaction_id = ? and account_id = ?',
          transactionId,
          accountId,
        )
        if (!row) return null
        if (row.released_at !== null) return { releasedAt: row.released_at }
        const releasedAt = clock.now()
        if (releasedAt > row.releasable_until) return null
        const paid = authorise(row.username, JSON.parse(row.payment) as NewPayment, transactionId)
        if (paid.outcome === 'declined') return null
        store.run('update refused set released_at = ? where transaction_id = ?', releasedAt, transactionId)
        return { releasedAt }
      })
    },

    /** The bank's own system suspects a payment that went through. */
    suspect: (transactionId: string) => step(transactionId, (entry) => tell(entry, 'suspected', clock.now())),

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

type DescribedType = 'authorised' | 'adjusted' | 'posted' | 'suspected'

/** The `data` of an event about a payment. The posting has an id of its own and refers to the authorisation. */
function describe(entry: BookEntry, account: AccountRecord, type: DescribedType) {
  const { facts, amountMinor, authorisationId, postingId } = entry
  const ids =
    type === 'posted'
      ? { transactionId: postingId, referenceTransactionId: authorisationId }
      : { transactionId: authorisationId, referenceTransactionId: null }
  const words = wordsOf(account, amountMinor, facts, ids)
  return type === 'suspected' ? { ...words, alertId: `alert-${authorisationId}` } : words
}

function wordsOf(
  { currency }: AccountRecord,
  amountMinor: number,
  facts: BookEntry['facts'],
  ids: { transactionId: string | null; referenceTransactionId: string | null },
) {
  const absolute = (minor: number, of: string) => toDecimal(money(Math.abs(minor), of))
  return {
    ...ids,
    amount: absolute(amountMinor, currency),
    debitCreditMemo: amountMinor < 0 ? 'DEBIT' : 'CREDIT',
    currency,
    foreignAmount: facts.foreign ? absolute(facts.foreign.amountMinor, facts.foreign.currency) : null,
    foreignCurrency: facts.foreign?.currency ?? null,
    merchant: { descriptor: facts.descriptor, mcc: facts.mcc, ...facts.place },
    entryMode: facts.entryMode,
    cardNumberDisplay: facts.cardNumberDisplay,
  }
}
