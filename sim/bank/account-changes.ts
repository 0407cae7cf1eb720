import { type Clock, newId, type Random } from '#kit'
import type { Consents } from './consents.ts'
import { describeAccount, describeBalance } from './event-data.ts'
import type { EventQueue } from './event-queue.ts'
import type { AccountRecord, Ledger } from './ledger.ts'
import type { BankStore } from './store.ts'

/** What the demo's people open: a second savings account, still empty. */
const RAINY_DAYS = { kind: 'savings', name: 'Rainy days', openingBalanceMinor: 0 } as const

export type AccountChanges = ReturnType<typeof createAccountChanges>

/** Opens, closes and renumbers accounts, and tells Guichet of each, both in one commit. */
export function createAccountChanges(needs: {
  store: BankStore
  ledger: Ledger
  consents: Consents
  queue: EventQueue
  clock: Clock
  random: Random
}) {
  const { store, ledger, consents, queue, clock, random } = needs

  function tell(account: AccountRecord, formerAccountId: string | null = null): void {
    const at = clock.now()
    const data = describeAccount(account, consents.holdersOf(account.accountId), formerAccountId)
    queue.add(account.accountId, 'account', at, data)
    queue.add(account.accountId, 'balance', at, describeBalance(ledger.balance(account), account))
  }

  /** A savings account that no card pays from, newest first. */
  const savingsOf = (customerId: string): AccountRecord | undefined =>
    ledger
      .accountsOf(customerId)
      .filter(
        ({ kind, cardNumberDisplay, closedAt }) => kind === 'savings' && !cardNumberDisplay && !closedAt,
      )
      .at(-1)

  return {
    /** A new savings account. Whoever lets Guichet see all that they have here lets it see this one too. */
    openSavings: (customerId: string): string =>
      store.atomically(() => {
        const others = ledger.accountsOf(customerId)
        const { currency } = others[0]!
        const accountId = newId('acc', random)
        const numberDisplay = String(random(2).readUInt16BE() % 10_000).padStart(4, '0')
        ledger.openAccount(customerId, {
          ...RAINY_DAYS,
          accountId,
          numberDisplay,
          currency,
          creditLineMinor: null,
          cardNumberDisplay: null,
        })
        consents.extend(
          customerId,
          others.map((account) => account.accountId),
          accountId,
        )
        tell(ledger.account(accountId)!)
        return accountId
      }),

    /** Closes their newest savings account; what it held goes to the account they pay from. False when they have none. */
    closeSavings: (customerId: string): boolean =>
      store.atomically(() => {
        const account = savingsOf(customerId)
        if (!account) return false
        const payingFrom = ledger
          .accountsOf(customerId)
          .find(({ kind, currency }) => kind === 'checking' && currency === account.currency)
        const held = ledger.balance(account).currentMinor
        if (payingFrom && held !== 0) {
          move(account, -held)
          move(payingFrom, held)
          queue.add(
            payingFrom.accountId,
            'balance',
            clock.now(),
            describeBalance(ledger.balance(payingFrom), payingFrom),
          )
        }
        ledger.closeAccount(account.accountId, clock.now())
        tell(ledger.account(account.accountId)!)
        return true
      }),

    /** A card account's number is its card's: with a new card the account gets a new one, and the bank another id of it. */
    renumber: (accountId: string, numberDisplay: string): string =>
      store.atomically(() => {
        const next = newId('acc', random)
        ledger.renumber(accountId, next, numberDisplay)
        tell(ledger.account(next)!, accountId)
        return next
      }),
  }

  function move(account: AccountRecord, amountMinor: number): void {
    const at = clock.now()
    ledger.enter(
      account.accountId,
      {
        at,
        postedAt: at,
        amountMinor,
        foreign: null,
        descriptor: 'TRANSFER ON CLOSING AN ACCOUNT',
        mcc: null,
        place: { country: null, city: null, latitude: null, longitude: null },
        entryMode: null,
        cardNumberDisplay: null,
        kind: 'transfer',
      },
      at,
    )
  }
}
