import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currency, DAY, HOUR, MINUTE, money } from '#kit'
import type { Account, Balance, Transaction } from '#vault'
import { readCardRows } from '../../sim/customers/card-rows.ts'
import { payment } from '../../tests/fixtures/rooms.ts'
import { type Payment, resolvePayments } from './payments.ts'
import { findRecurring } from './recurring.ts'
import { spendingOf } from './spending.ts'
import { findDuplicates, findLowBalances, findPriceRises, findRefunds } from './worth-knowing.ts'

const NOW = Date.UTC(2026, 10, 23, 14, 5)
const ZONE = 'Europe/London'
const AT = Date.UTC(2026, 10, 23, 9, 12, 31)

const paid = (id: string, at: number, pounds: number, over: Partial<Transaction> = {}): Transaction =>
  payment({ id, at, amount: money(-Math.round(pounds * 100), 'GBP'), ...over })
const all = (...rows: Transaction[]): Payment[] => resolvePayments(rows)
const about = (found: { about: string }[]) => found.map((one) => one.about)
const duplicates = (...rows: Transaction[]) => about(findDuplicates(all(...rows), NOW))

test('one purchase charged twice within minutes is told, by the second charge', () => {
  const twice = all(paid('a', AT, 42), paid('b', AT + 90_000, 42, { status: 'pending', postedAt: null }))
  const [found] = findDuplicates(twice, NOW)
  assert.ok(found?.kind === 'duplicate-charge')
  assert.deepEqual([found.first.id, found.second.id, found.card], ['a', 'b', '5770'])
})

test('what is too little to be told is so in the currency’s own measure', () => {
  const twice = (minor: number, of: string) => {
    const amount = money(-minor, of)
    return duplicates(payment({ id: 'a', at: AT, amount }), payment({ id: 'b', at: AT + 90_000, amount }))
      .length
  }
  assert.deepEqual([twice(499, 'GBP'), twice(500, 'GBP')], [0, 1])
  assert.deepEqual([twice(999, 'JPY'), twice(1_000, 'JPY')], [0, 1])
  assert.deepEqual([twice(1_999, 'KWD'), twice(2_000, 'KWD')], [0, 1])
})

test('what was bought twice on purpose is not called a duplicate', () => {
  const coffee = { descriptor: 'COSTA COFFEE 43010', mcc: '5814' } as const
  const shop = { descriptor: 'HARTLEY BOOKS', mcc: '5942' } as const
  const again = AT + 2 * MINUTE
  const cases: [string, Transaction[]][] = [
    ['coffee twice a day', [paid('a', AT, 3.4, coffee), paid('b', AT + 5 * HOUR, 3.4, coffee)]],
    ['two coffees, paid one after the other', [paid('a', AT, 6.4, coffee), paid('b', again, 6.4, coffee)]],
    ['two fares', [paid('a', AT, 28, { mcc: '4111' }), paid('b', again, 28, { mcc: '4111' })]],
    ['an hour apart', [paid('a', AT, 42), paid('b', AT + HOUR, 42)]],
    ['another amount', [paid('a', AT, 42), paid('b', again, 42.01)]],
    ['another card', [paid('a', AT, 42), paid('b', again, 42, { cardNumberDisplay: '1111' })]],
    ['another shop', [paid('a', AT, 42), paid('b', again, 42, shop)]],
    ['another till', [paid('a', AT, 42, { terminalId: '1' }), paid('b', again, 42, { terminalId: '2' })]],
    ['one let go by the bank', [paid('a', AT, 42), paid('b', again, 42, { status: 'released' })]],
    ['a refused try, then again', [paid('a', AT, 42, { status: 'declined' }), paid('b', again, 42)]],
    ['three in a row', [paid('a', AT, 42), paid('b', again, 42), paid('c', again + MINUTE, 42)]],
    ['days alone', [paid('a', AT - (AT % DAY), 42), paid('b', AT - (AT % DAY), 42)]],
    ['long ago', [paid('a', AT - 4 * DAY, 42), paid('b', again - 4 * DAY, 42)]],
    [
      'paid back since',
      [paid('a', AT, 42), paid('b', again, 42), paid('c', again + HOUR, -42, { status: 'posted' })],
    ],
    [
      'twice in a row before',
      [
        paid('x', AT - 30 * DAY, 19),
        paid('y', AT - 30 * DAY + MINUTE, 19),
        paid('a', AT, 42),
        paid('b', again, 42),
      ],
    ],
    [
      'the same price again and again',
      [
        ...[9, 16, 23].map((days) => paid(`h${days}`, AT - days * DAY, 42)),
        paid('a', AT, 42),
        paid('b', again, 42),
      ],
    ],
  ]
  for (const [why, rows] of cases) assert.deepEqual(duplicates(...rows), [], why)
})

test('a bank that writes noon of its own zone for a day tells no time; one that writes whole minutes does', () => {
  // Noon in New York, before and after the clocks went back, and in Kathmandu.
  for (const noon of ['T16:00Z', 'T17:00Z', 'T06:15Z']) {
    const day = (date: number) => Date.parse(`2026-11-${date}${noon}`)
    const others = [12, 17, 20].map((date) => paid(`d${date}`, day(date), date, { descriptor: 'ALDI 12' }))
    const twice = [paid('a', day(22), 42), paid('b', day(22), 42)]
    assert.deepEqual(duplicates(...twice), [])
    assert.deepEqual(duplicates(...others, ...twice), [])
  }
  const minutes = ['08:15', '09:31', '17:04', '19:47'].map((time, i) =>
    paid(`t${i}`, Date.parse(`2026-11-20T${time}Z`), 10 + i, { descriptor: 'ALDI 12' }),
  )
  const quarter = Date.parse('2026-11-22T14:15Z')
  assert.deepEqual(duplicates(...minutes, paid('a', quarter, 42), paid('b', quarter, 42)), ['duplicate:b'])
})

test('of real card rows, of which one in twenty repeats another of its day, none is called a duplicate', () => {
  const rows = readCardRows().map(({ date, billedMinor, descriptor, card }, i) =>
    payment({
      id: `row-${i}`,
      at: Date.parse(date),
      amount: money(-billedMinor, 'GBP'),
      descriptor,
      cardNumberDisplay: card,
      mcc: null,
    }),
  )
  const days = new Set(rows.map(({ at }) => at))
  const payments = resolvePayments(rows)
  assert.ok(rows.length > 1000)
  assert.deepEqual(
    [...days].flatMap((day) =>
      findDuplicates(
        payments.filter(({ at }) => at === day),
        day + DAY,
      ),
    ),
    [],
  )
})

const monthly = (pounds: number[], over: Partial<Transaction> = {}): Transaction[] =>
  pounds.map((one, i) =>
    paid(`m${i}`, Date.UTC(2026, 11 - pounds.length + i, 18, 9), one, {
      descriptor: 'NETFLIX.COM',
      mcc: '4899',
      entryMode: 'online',
      ...over,
    }),
  )
const rises = (rows: Transaction[], now = NOW) =>
  findPriceRises(findRecurring(spendingOf(resolvePayments(rows)), now, ZONE), now)

test('a subscription that became dearer is told with both prices', () => {
  const [found] = rises(monthly([10.99, 10.99, 10.99, 10.99, 12.99]))
  assert.ok(found?.kind === 'price-rise')
  assert.deepEqual(
    [found.merchant, found.change.from.amountMinor, found.change.to.amountMinor],
    ['Netflix', 1099, 1299],
  )
  assert.equal(found.about, 'price:m4')
})

test('a cheaper price, an old rise, a changing bill and a weekly shop are no price rise', () => {
  assert.deepEqual(rises(monthly([12.99, 12.99, 12.99, 10.99])), [], 'cheaper')
  assert.deepEqual(rises(monthly([10.99, 10.99, 10.99, 12.99]), NOW + 20 * DAY), [], 'old')
  assert.deepEqual(
    rises(monthly([31.2, 28.75, 35.1, 33.02, 36.4], { descriptor: 'OCTOPUS ENERGY' })),
    [],
    'measured',
  )
  const weekly = [20, 20, 20, 20, 24].map((pounds, i) => paid(`w${i}`, AT - (4 - i) * 7 * DAY, pounds))
  assert.deepEqual(rises(weekly), [], 'groceries')
})

test('money back for a purchase is told with it, whole or in part', () => {
  const bought = paid('bought', AT - 12 * DAY, 60)
  const [whole] = findRefunds(all(bought, paid('back', AT, -60)), NOW)
  assert.ok(whole?.kind === 'refund-arrived')
  assert.deepEqual([whole.purchase.id, whole.about], ['bought', 'refund:back'])
  assert.deepEqual(about(findRefunds(all(bought, paid('part', AT, -15)), NOW)), ['refund:part'])
})

test('money in that is not for a known purchase is not called a refund', () => {
  const bought = paid('bought', AT - 12 * DAY, 60)
  const salary = {
    mcc: null,
    cardNumberDisplay: null,
    entryMode: null,
    descriptor: 'TESCO STORES PAYROLL',
  } as const
  const cases: [string, Transaction[]][] = [
    ['no purchase', [paid('back', AT, -60)]],
    ['more than was paid', [bought, paid('back', AT, -61)]],
    ['another shop', [bought, paid('back', AT, -60, { descriptor: 'HARTLEY BOOKS', mcc: '5942' })]],
    ['before the purchase', [paid('back', AT - 13 * DAY, -60), bought]],
    ['long ago', [paid('old', AT - 30 * DAY, 60), paid('back', AT - 8 * DAY, -60)]],
    ['a purchase that was never posted', [{ ...bought, status: 'reversed' }, paid('back', AT, -60)]],
    ['a salary', [bought, paid('back', AT, -60, salary)]],
  ]
  for (const [why, rows] of cases) assert.deepEqual(findRefunds(all(...rows), NOW), [], why)
})

const BOOKING = { mcc: null, entryMode: null, cardNumberDisplay: null } as const
/** Rent on the 28th, and ten pounds of groceries a day for four months. */
const household = (): Transaction[] => [
  ...[6, 7, 8, 9].map((month) =>
    paid(`rent-${month}`, Date.UTC(2026, month, 28, 9), 850, {
      ...BOOKING,
      descriptor: 'RENT STANDING ORDER',
    }),
  ),
  ...Array.from({ length: 120 }, (_, i) => paid(`food-${i}`, NOW - (120 - i) * DAY, 10 + (i % 3) * 0.01)),
]
function low(
  pounds: number,
  over: { rows?: Transaction[]; now?: number; asOf?: number; kind?: Account['kind'] } = {},
) {
  const { rows = household(), now = NOW, asOf = now - HOUR, kind = 'checking' } = over
  const account: Account = {
    id: 'acc_1',
    bankId: 'chase',
    bankAccountId: 'b1',
    name: 'Everyday',
    kind,
    numberDisplay: '0042',
    currency: currency('GBP'),
    status: 'open',
  }
  const balance: Balance = {
    id: 'acc_1',
    current: money(Math.round(pounds * 100), 'GBP'),
    available: null,
    creditLine: null,
    asOf,
  }
  const payments = resolvePayments(rows.toSorted((a, b) => a.at - b.at))
  const rents = findRecurring(spendingOf(payments), now, ZONE).filter(({ merchant }) => merchant === 'Rent')
  assert.equal(rents.length, 1, 'the rent is known')
  return findLowBalances(rents, [{ account, balance }], payments, { now, timeZone: ZONE })
}

test('too little for the rent, spending as usual until then, is told in the week before it', () => {
  const [found] = low(880)
  assert.ok(found?.kind === 'low-balance')
  assert.equal(found.about, 'rent:rent-9')
  assert.equal(found.rent.amountMinor, 85_000)
  assert.ok(
    found.expected.amountMinor < 85_000 && found.expected.amountMinor > 82_000,
    'five days of food less',
  )
})

test('no warning before the rent where there is enough, or where it cannot be told', () => {
  assert.deepEqual(low(1000), [], 'enough')
  assert.deepEqual(low(100, { now: NOW - 5 * DAY, asOf: NOW - 5 * DAY }), [], 'ten days ahead')
  assert.deepEqual(low(100, { asOf: NOW - 4 * DAY }), [], 'an old balance')
  assert.deepEqual(low(100, { kind: 'savings' }), [], 'another kind of account')
  const salary = [7, 8, 9].map((month) =>
    paid(`pay-${month}`, Date.UTC(2026, month, 26, 8), -2000, {
      ...BOOKING,
      descriptor: 'ACME PAYROLL SALARY',
    }),
  )
  assert.deepEqual(low(100, { rows: [...household(), ...salary] }), [], 'a salary comes first')
})
