import { type Clock, money, moneyFromDecimal, toDecimal } from '#kit'
import type { EntryMode } from '../customers/customer.ts'
import type { Blocks } from './card-control.ts'
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
}) {
  const { store, ledger, blocks, queue, clock } = needs

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

  function tell(entry: BookEntry, type: 'authorised' | 'adjusted' | 'posted', at: number): void {
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

  return {
    /** Authorises or declines one payment. Once it returns, the payment and the news of it are on disk. */
    authorise(username: string, payment: NewPayment): Authorised {
      return store.atomically(() => {
        const customer = ledger.findByUsername(username)
        if (!customer) throw new RangeError(`there is no customer ${username} at this bank`)
        const accounts = ledger.accountsOf(customer.customerId)
        const account = accounts.find(({ accountId, cardNumberDisplay }) =>
          payment.accountId === undefined ? cardNumberDisplay !== null : accountId === payment.accountId,
        )
        if (!account || account.cardNumberDisplay === null) throw new RangeError('this account has no card')
        if (blocks.isBlocked(account.accountId, account.cardNumberDisplay)) {
          return { outcome: 'declined', why: 'card-blocked' }
        }
        const sign = payment.debitCreditMemo === 'CREDIT' ? 1 : -1
        const amountMinor = sign * moneyFromDecimal(payment.amount, account.currency).amountMinor
        if (ledger.balance(account).availableMinor + amountMinor < 0) {
          return { outcome: 'declined', why: 'not-enough-money' }
        }
        const at = payment.at ?? clock.now()
        const isOnline = payment.entryMode === 'online'
        const {
          country = null,
          city = null,
          latitude = null,
          longitude = null,
        } = payment.country === undefined && !isOnline ? customer.home : payment
        const entry = ledger.enter(
          account.accountId,
          {
            at,
            postedAt: Number.POSITIVE_INFINITY,
            amountMinor,
            foreign:
              payment.foreignAmount === undefined || payment.foreignCurrency === undefined
                ? null
                : {
                    amountMinor:
                      sign * moneyFromDecimal(payment.foreignAmount, payment.foreignCurrency).amountMinor,
                    currency: payment.foreignCurrency,
                  },
            descriptor: payment.descriptor,
            mcc: payment.mcc ?? null,
            place: { country, city, latitude, longitude },
            entryMode: payment.entryMode === undefined ? 'contactless' : payment.entryMode,
            cardNumberDisplay: account.cardNumberDisplay,
            kind: 'card',
          },
          clock.now(),
        )
        tell(entry, 'authorised', at)
        return { outcome: 'authorised', transactionId: entry.authorisationId! }
      })
    },

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

/** The `data` of an authorised, adjusted or posted event. The posting has an id of its own and refers to the authorisation. */
function describe(entry: BookEntry, account: AccountRecord, type: 'authorised' | 'adjusted' | 'posted') {
  const { facts } = entry
  const absolute = (minor: number, currency: string) => toDecimal(money(Math.abs(minor), currency))
  return {
    transactionId: type === 'posted' ? entry.postingId : entry.authorisationId,
    referenceTransactionId: type === 'posted' ? entry.authorisationId : null,
    amount: absolute(entry.amountMinor, account.currency),
    debitCreditMemo: entry.amountMinor < 0 ? 'DEBIT' : 'CREDIT',
    currency: account.currency,
    foreignAmount: facts.foreign ? absolute(facts.foreign.amountMinor, facts.foreign.currency) : null,
    foreignCurrency: facts.foreign?.currency ?? null,
    merchant: { descriptor: facts.descriptor, mcc: facts.mcc, ...facts.place },
    entryMode: facts.entryMode,
    cardNumberDisplay: facts.cardNumberDisplay,
  }
}
