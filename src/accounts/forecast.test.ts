import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currency, DAY, HOUR, money } from '#kit'
import type { Account, Transaction } from '#vault'
import { payment } from '../../tests/fixtures/rooms.ts'
import { forecast } from './forecast.ts'
import { nextEvent } from './next-event.ts'
import { netIn, stepsOf } from './over-time.ts'
import { resolvePayments } from './payments.ts'

const NOW = Date.UTC(2026, 10, 23, 14, 5)
const ZONE = 'Europe/London'
const UNTIL = Date.UTC(2026, 11, 1)
const GBP = currency('GBP')
const BOOKING = { mcc: null, entryMode: null, cardNumberDisplay: null } as const

const account: Account = {
  id: 'acc_1',
  bankId: 'chase',
  bankAccountId: 'b1',
  name: 'Everyday',
  kind: 'checking',
  numberDisplay: '0042',
  currency: GBP,
  status: 'open',
}
const paid = (at: number, pounds: number, over: Partial<Transaction> = {}): Transaction =>
  payment({ at, amount: money(-Math.round(pounds * 100), 'GBP'), postedAt: at + HOUR, ...over })
const food = (days: number, pounds: (day: number) => number): Transaction[] =>
  Array.from({ length: days }, (_, i) => paid(NOW - (days - i) * DAY + HOUR, pounds(i)))
function ahead(rows: Transaction[], pounds = 1000, until = UNTIL) {
  const balance = {
    id: 'acc_1',
    current: money(pounds * 100, 'GBP'),
    available: null,
    creditLine: null,
    asOf: NOW - HOUR,
  }
  const payments = resolvePayments(rows.toSorted((a, b) => a.at - b.at))
  return forecast({ account, balance }, payments, { now: NOW, until, timeZone: ZONE })
}

test('what is held, less the usual spending of each day: the range holds the middle and widens', () => {
  const found = ahead(food(100, (day) => (day % 2 === 0 ? 5 : 15)))!
  const [first, last] = [found.days[0]!, found.days.at(-1)!]
  assert.equal(found.days.length, 8)
  assert.equal(last.at, UNTIL)
  assert.equal(last.expectedMinor, 100_000 - 8000)
  for (const { lowMinor, expectedMinor, highMinor } of found.days)
    assert.ok(lowMinor <= expectedMinor && expectedMinor <= highMinor)
  assert.deepEqual([first.lowMinor, first.highMinor], [98_500, 99_500])
  assert.deepEqual([found.daysSeen, found.usualDay.amountMinor], [90, 1000])
})

test('a payment that comes back is taken on its day, and is not everyday spending', () => {
  const rent = [7, 8, 9].map((month) =>
    paid(Date.UTC(2026, month, 28, 9), 600, { ...BOOKING, descriptor: 'RENT STANDING ORDER' }),
  )
  const found = ahead([...food(100, () => 10), ...rent])!
  assert.deepEqual(
    found.expected.map(({ merchant, amount, at }) => [
      merchant,
      amount.amountMinor,
      new Date(at).toISOString().slice(0, 10),
    ]),
    [['Rent', -60_000, '2026-11-28']],
  )
  const held = found.days.map(({ expectedMinor }) => expectedMinor)
  assert.deepEqual(held, [99_000, 98_000, 97_000, 96_000, 95_000, 34_000, 33_000, 32_000])
  assert.equal(found.usualDay.amountMinor, 1000)
})

test('a salary that is due counts, and one that is late does not', () => {
  const salary = (day: number) =>
    [7, 8, 9].map((month) =>
      paid(Date.UTC(2026, month, day, 8), -2000, { ...BOOKING, descriptor: 'ACME PAYROLL SALARY' }),
    )
  const rows = food(100, () => 10)
  assert.equal(ahead([...rows, ...salary(27)])!.days.at(-1)!.expectedMinor, 100_000 - 8000 + 200_000)
  assert.equal(ahead([...rows, ...salary(20)])!.days.at(-1)!.expectedMinor, 100_000 - 8000, 'late')
})

test('what the bank has not posted yet is taken off what it says is held', () => {
  const pending = paid(NOW - HOUR, 30, { status: 'pending', postedAt: null })
  const posted = paid(NOW - DAY, 20, { postedAt: NOW - 60_000 })
  const released = paid(NOW - HOUR, 500, { status: 'released', postedAt: null })
  assert.equal(ahead([...food(100, () => 10), pending, posted, released])!.now.amountMinor, 95_000)
})

test('with less than four weeks to judge by nothing is foretold, nor for another account', () => {
  assert.equal(ahead(food(20, () => 10)), null)
  assert.equal(ahead(food(100, () => 10).map((one) => ({ ...one, accountId: 'acc_2' }))), null)
})

test('six months are six whole columns, in the calendar of the person', () => {
  const span = { from: Date.UTC(2026, 4, 24), to: Date.UTC(2026, 10, 24) }
  const days = stepsOf('month', span, NOW, ZONE).spans.map(({ from }) => new Date(from).toISOString())
  // British Summer Time until 25 October.
  assert.deepEqual(
    [days.length, days[0], days.at(-1)],
    [6, '2026-05-31T23:00:00.000Z', '2026-11-01T00:00:00.000Z'],
  )
  const weeks = stepsOf('week', null, NOW, ZONE).spans
  assert.equal(weeks.length, 8)
  assert.ok(weeks.every(({ from, to }, i) => i === 0 || (from === weeks[i - 1]!.to && to > from)))
  const all = stepsOf('month', { from: 0, to: NOW }, NOW, ZONE)
  assert.deepEqual([all.spans.length, all.isCut], [12, true], 'no more than can be read')
  const thisYear = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2027, 0, 1) }
  const months = stepsOf('month', thisYear, NOW, ZONE).spans
  assert.deepEqual([months.length, months[0]!.from], [11, thisYear.from], 'none of last year')
})

test('a period is covered by whole columns, from the one it begins in', () => {
  const begins = (step: 'week' | 'month', from: number, to: number) =>
    stepsOf(step, { from, to }, NOW, ZONE).spans.map(({ from }) =>
      new Date(from + 2 * HOUR).toISOString().slice(0, 10),
    )
  assert.deepEqual(begins('week', Date.UTC(2026, 8, 1) - HOUR, Date.UTC(2026, 9, 1) - HOUR), [
    '2026-08-31',
    '2026-09-07',
    '2026-09-14',
    '2026-09-21',
    '2026-09-28',
  ])
  assert.deepEqual(begins('month', Date.UTC(2026, 9, 15) - HOUR, NOW), ['2026-10-01', '2026-11-01'])
  assert.deepEqual(begins('month', Date.UTC(2026, 10, 22), Date.UTC(2026, 10, 23)), ['2026-11-01'])
})

test('what is due at midnight is due on the day that begins then', () => {
  const rent = [8, 9, 10].map((month) =>
    paid(Date.UTC(2026, month, 1) - (month < 10 ? HOUR : 0), 600, {
      ...BOOKING,
      descriptor: 'RENT STANDING ORDER',
    }),
  )
  const rows = [...food(100, () => 10), ...rent]
  assert.equal(ahead(rows)!.days.at(-1)!.expectedMinor, 92_000, 'the last of November is before it')
  assert.equal(ahead(rows, 1000, UNTIL + DAY)!.days.at(-1)!.expectedMinor, 31_000)
  const payments = resolvePayments(rows.toSorted((a, b) => a.at - b.at))
  assert.equal(nextEvent('rent', payments, NOW, ZONE), UNTIL)
})

test('what comes over from savings every month is no pay', () => {
  const savings = [7, 8, 9].flatMap((month) => [
    paid(Date.UTC(2026, month, 5, 9), -500, { ...BOOKING, descriptor: 'SAVINGS' }),
    paid(Date.UTC(2026, month, 5, 8), 500, { ...BOOKING, descriptor: 'TO CURRENT', accountId: 'acc_2' }),
  ])
  const payments = (rows: Transaction[]) => resolvePayments(rows.toSorted((a, b) => a.at - b.at))
  assert.equal(nextEvent('pay', payments(savings), NOW, ZONE), null)
  const salary = [7, 8, 9].map((month) =>
    paid(Date.UTC(2026, month, 28, 8), -2000, { ...BOOKING, descriptor: 'ACME PAYROLL SALARY' }),
  )
  assert.ok(nextEvent('pay', payments([...savings, ...salary]), NOW, ZONE)! > NOW)
})

test('each column has its own payments, less what came back', () => {
  const rows = resolvePayments([
    paid(Date.UTC(2026, 9, 31, 23, 30), 10),
    paid(Date.UTC(2026, 10, 1), 7),
    paid(NOW, -2),
  ])
  assert.deepEqual(netIn(rows, stepsOf('month', null, NOW, ZONE).spans, GBP).slice(-2), [1000, 500])
})
