import { createHash } from 'node:crypto'
import type { Customer, Entry } from '../customers/customer.ts'

const DAY = 86_400_000
const BIRMINGHAM = { country: 'GB', city: 'Birmingham', latitude: 52.48, longitude: -1.9 }

/** Some people with a handful of payments each, for tests of the bank itself. Their password is `guichet`. */
export function smallCustomers(bankId: string, names: readonly string[] = ['amina', 'bruno']) {
  return (now: number): Customer[] => names.map((username) => customer(bankId, username, now))
}

function customer(bankId: string, username: string, now: number): Customer {
  const id = (what: string) =>
    createHash('sha256').update(`${bankId} ${username} ${what}`).digest('base64url').slice(0, 16)
  const current = `acc_${id('current')}`
  const payment = (daysAgo: number, amountMinor: number, descriptor: string): Entry => ({
    at: now - daysAgo * DAY,
    postedAt: now - (daysAgo - 1) * DAY,
    amountMinor,
    foreign: null,
    descriptor,
    mcc: '5411',
    place: BIRMINGHAM,
    entryMode: 'contactless',
    cardNumberDisplay: '4321',
    kind: 'card',
  })
  return {
    username,
    displayName: username[0]!.toUpperCase() + username.slice(1),
    password: 'guichet',
    customerId: `cus_${id('customer')}`,
    home: BIRMINGHAM,
    accounts: [
      {
        accountId: current,
        kind: 'checking',
        name: 'Current account',
        numberDisplay: '9876',
        currency: 'GBP',
        openingBalanceMinor: 200_000,
        creditLineMinor: null,
        cardNumberDisplay: '4321',
        entries: [
          ...Array.from({ length: 12 }, (_, index) =>
            payment(30 - index, -(1_000 + index), `tesco stores ${index}`),
          ),
          payment(0.5, -4_200, 'shell fiveways 387'),
        ],
      },
      {
        accountId: `acc_${id('card')}`,
        kind: 'card',
        name: 'Credit card',
        numberDisplay: '5555',
        currency: 'GBP',
        openingBalanceMinor: -30_000,
        creditLineMinor: 500_000,
        cardNumberDisplay: '5555',
        entries: [],
      },
    ],
    everyday: [
      {
        accountId: current,
        amountMinor: -1_234,
        foreign: null,
        descriptor: 'tesco stores 2187',
        mcc: '5411',
        place: BIRMINGHAM,
        entryMode: 'contactless',
      },
    ],
  }
}
