import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, money, seeded } from '#kit'
import type { Transaction } from '#vault'
import { payment } from '../../tests/fixtures/rooms.ts'
import { resolvePayments } from './payments.ts'
import { findRecurring, type Recurring } from './recurring.ts'
import { spendingOf } from './spending.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const ZONE = 'Europe/London'

const paid = (date: string, pounds: number, over: Partial<Transaction> = {}): Transaction =>
  payment({
    id: `txn_${date}_${pounds}`,
    at: Date.parse(`${date}T09:00:00Z`),
    amount: money(-Math.round(pounds * 100), 'GBP'),
    descriptor: 'NETFLIX.COM',
    mcc: '4899',
    entryMode: 'online',
    ...over,
  })
/** Taken from the account: no card, no code. */
const BOOKING = { mcc: null, entryMode: null, cardNumberDisplay: null } as const

const found = (transactions: Transaction[], now = NOW): Recurring[] =>
  findRecurring(spendingOf(resolvePayments(transactions)), now, ZONE)
const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
const brief = (all: Recurring[]) =>
  all.map(({ merchant, rhythm, amountMinor, nextAt }) => [merchant, rhythm, amountMinor, dateOf(nextAt)])

test('a weekly payment is due on its usual weekday, although the last one came a day late', () => {
  const dates = [
    '2026-10-09',
    '2026-10-16',
    '2026-10-23',
    '2026-10-30',
    '2026-11-06',
    '2026-11-13',
    '2026-11-21',
  ]
  const box = dates.map((date) => paid(date, 34.99, { descriptor: 'HELLOFRESH', mcc: '5499' }))
  assert.deepEqual(brief(found(box)), [['HelloFresh', 'weekly', 3499, '2026-11-27']])
})

test('a monthly payment that weekends moved is due on its own day', () => {
  // The 1st was a Saturday in August and a Sunday in November 2026; so was March’s and February’s.
  const dates = [
    '2026-05-01',
    '2026-06-01',
    '2026-07-01',
    '2026-08-03',
    '2026-09-01',
    '2026-10-01',
    '2026-11-02',
  ]
  const rent = dates.map((date) => paid(date, 850, { descriptor: 'RENT STANDING ORDER', ...BOOKING }))
  const [one] = found(rent)
  assert.deepEqual(brief(found(rent)), [['Rent', 'monthly', 85_000, '2026-12-01']])
  assert.equal(one?.times, 7)
  assert.equal(one?.category, 'bills')
})

test('what is due on the 31st comes on the last day of a shorter month, and on the 31st again', () => {
  const dates = ['2026-07-31', '2026-08-31', '2026-09-30', '2026-10-31']
  const gym = dates.map((date) => paid(date, 19.99, { descriptor: 'PUREGYM LTD', mcc: '7997' }))
  assert.deepEqual(brief(found(gym)), [['PureGym', 'monthly', 1999, '2026-11-30']])
  const later = [...gym, paid('2026-11-30', 19.99, { descriptor: 'PUREGYM LTD', mcc: '7997' })]
  assert.deepEqual(brief(found(later, Date.UTC(2026, 11, 5))), [['PureGym', 'monthly', 1999, '2026-12-31']])
})

test('a price rise is told with both prices and its day, already at its first payment', () => {
  const before = ['06', '07', '08', '09', '10'].map((month) => paid(`2026-${month}-12`, 10.99))
  const [one] = found([...before, paid('2026-11-12', 17.99)])
  assert.deepEqual([one?.amountMinor, one?.times], [1799, 6])
  assert.deepEqual(one?.priceChange, {
    from: money(1099, 'GBP'),
    to: money(1799, 'GBP'),
    at: Date.parse('2026-11-12T09:00:00Z'),
  })
  assert.equal(found(before)[0]?.priceChange, null)
})

test('an exchange rate is no price change; a new price abroad is', () => {
  const abroad = (month: string, pounds: number, dollars: number) =>
    paid(`2026-${month}-03`, pounds, { descriptor: 'GITHUB', foreign: money(-dollars * 100, 'USD') })
  const steady = [
    abroad('08', 7.61, 10),
    abroad('09', 7.55, 10),
    abroad('10', 7.9, 10),
    abroad('11', 7.72, 10),
  ]
  assert.equal(found(steady)[0]?.priceChange, null)
  const risen = [...steady.slice(0, 3), abroad('11', 9.26, 12)]
  assert.deepEqual(found(risen)[0]?.priceChange?.to, money(1200, 'USD'))
})

test('two subscriptions at one shop, at prices near each other, are two, and neither has changed its price', () => {
  const months = ['06', '07', '08', '09', '10', '11']
  const one = months.map((month) => paid(`2026-${month}-04`, 9.99, { descriptor: 'APPLE.COM/BILL' }))
  const other = months
    .slice(2)
    .map((month) => paid(`2026-${month}-05`, 10.99, { descriptor: 'APPLE.COM/BILL' }))
  assert.deepEqual(
    found([...one, ...other]).map(({ amountMinor, times, priceChange }) => [amountMinor, times, priceChange]),
    [
      [999, 6, null],
      [1099, 4, null],
    ],
  )
})

test('two yearly payments are enough: nobody keeps three years of history', () => {
  const prime = (date: string, pounds: number) => paid(date, pounds, { descriptor: 'Amazon Prime*1A2B' })
  assert.deepEqual(brief(found([prime('2025-03-14', 79), prime('2026-03-14', 95)])), [
    ['Amazon Prime', 'yearly', 9500, '2027-03-14'],
  ])
  assert.equal(
    found([prime('2025-03-14', 79), prime('2026-03-14', 95)])[0]?.priceChange?.from.amountMinor,
    7900,
  )
  // A restaurant of a birthday: another amount each time.
  const meal = (date: string, pounds: number) =>
    paid(date, pounds, { descriptor: 'THE OLD MILL', mcc: '5812' })
  assert.deepEqual(found([meal('2025-06-01', 61.2), meal('2026-06-01', 66.4)]), [])
})

test('a bill that is never the same comes back all the same; shopping does not', () => {
  const amounts = [142.1, 118.4, 71.0, 38.9, 41.2, 66.3, 120.8]
  const bills = amounts.map((pounds, i) =>
    paid(`2026-${String(i + 5).padStart(2, '0')}-12`, pounds, {
      descriptor: 'MIDLAND HOME ENERGY',
      ...BOOKING,
    }),
  )
  const [one] = found(bills)
  assert.deepEqual([one?.rhythm, one?.times, one?.priceChange], ['monthly', 7, null])
  const chance = seeded(4)
  const shopping = Array.from({ length: 120 }, (_, i) =>
    paid(dateOf(NOW - Math.floor(chance() * 180) * DAY), 20 + Math.round(chance() * 4000) / 100, {
      id: `shop_${i}`,
      descriptor: 'TESCO STORES 6227',
      mcc: '5411',
    }),
  )
  assert.deepEqual(found(shopping), [])
})

test('one month missed does not end a payment, and a payment that stopped has ended', () => {
  const months = ['03', '04', '05', '06', '08', '09', '10', '11']
  const missed = months.map((month) => paid(`2026-${month}-09`, 8.99))
  assert.deepEqual(brief(found(missed)), [['Netflix', 'monthly', 899, '2026-12-09']])
  assert.deepEqual(found(['05', '06', '07', '08'].map((month) => paid(`2026-${month}-09`, 8.99))), [])
})

test('quarterly and fortnightly payments keep their rhythm through weekends', () => {
  const water = ['2025-12-15', '2026-03-16', '2026-06-15', '2026-09-15'].map((date) =>
    paid(date, 89.25, { descriptor: 'ARDEN WATER', ...BOOKING }),
  )
  assert.deepEqual(brief(found(water)), [['Arden Water', 'quarterly', 8925, '2026-12-15']])
  const cleaner = ['2026-09-18', '2026-10-02', '2026-10-16', '2026-10-31', '2026-11-13'].map((date) =>
    paid(date, 45, { descriptor: 'SUMUP *BRIGHT HOMES' }),
  )
  assert.deepEqual(brief(found(cleaner)), [['Bright Homes', 'fortnightly', 4500, '2026-11-27']])
})
