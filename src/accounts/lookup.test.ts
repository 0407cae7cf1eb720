import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { currency, DAY, money } from '#kit'
import type { Transaction } from '#vault'
import { CHAT, movableClock, openRooms, payment } from '../../tests/fixtures/rooms.ts'
import { reveal } from '../kit/reveal.ts'
import {
  compareSpending,
  findPayments,
  listLargest,
  listPayments,
  readHoldings,
  readRecurring,
  readSpending,
} from './accounts.ts'
import type { PaymentFilter } from './payments.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

async function linked(transactions: Transaction[]) {
  const { personId } = await rooms.linkPerson(['account-view', 'spending-insights'])
  const view = { personId, purpose: 'account-view', actor: CHAT, what: 'answer-find' } as const
  const insight = { ...view, purpose: 'spending-insights', what: 'answer-spending' } as const
  await rooms.vault.open(view, (loan) => loan.keep('transaction', transactions))
  return { view, insight }
}

const NOW = clock.now()
const euros = payment({
  id: 'abroad',
  at: NOW - 2 * DAY,
  amount: money(-3650, 'GBP'),
  foreign: money(-4200, 'EUR'),
})

test('a payment is found by its exact amount, as billed or abroad, whichever way the money went', async () => {
  const { view } = await linked([
    payment({ id: 'billed', at: NOW - 3 * DAY }),
    payment({ id: 'refund', at: NOW - DAY, amount: money(4200, 'GBP') }),
    payment({ id: 'other', at: NOW - DAY, amount: money(-4201, 'GBP') }),
    euros,
  ])
  const find = async (currency: string | null) => {
    const opened = await rooms.vault.open(view, async (loan) =>
      reveal(await findPayments(loan, { amountMinor: 4200, currency }, {})),
    )
    assert.ok(opened.ok)
    return opened.value.exact.map(({ id }) => id)
  }
  assert.deepEqual(await find('GBP'), ['refund', 'billed'])
  assert.deepEqual(await find('EUR'), ['abroad'])
  assert.deepEqual(await find(null), ['refund', 'abroad', 'billed'])
  assert.deepEqual(await find('USD'), [])
})

test('when no payment has the amount, the closest are given as such', async () => {
  const { view } = await linked([
    payment({ id: 'close', amount: money(-4199, 'GBP') }),
    payment({ id: 'far', amount: money(-9000, 'GBP') }),
  ])
  const opened = await rooms.vault.open(view, async (loan) =>
    reveal(await findPayments(loan, { amountMinor: 4200, currency: 'GBP' }, {})),
  )
  assert.ok(opened.ok)
  assert.deepEqual(opened.value.exact, [])
  assert.deepEqual(
    opened.value.near.map(({ id }) => id),
    ['close'],
  )
})

test('an amount without a currency fits yen, which have no hundredths', async () => {
  const { view } = await linked([payment({ id: 'yen', amount: money(-4200, 'JPY') })])
  const opened = await rooms.vault.open(view, async (loan) =>
    reveal(await findPayments(loan, { amountMinor: 420_000, currency: null }, {})),
  )
  assert.ok(opened.ok)
  assert.equal(opened.value.exact[0]?.id, 'yen')
})

test('the newest payments come first, and how many there are in all is said', async () => {
  const { view } = await linked(
    Array.from({ length: 25 }, (_, i) => payment({ id: `txn_${i}`, at: NOW - i * DAY })),
  )
  const opened = await rooms.vault.open(view, async (loan) => reveal(await listPayments(loan, {}, 10)))
  assert.ok(opened.ok)
  assert.equal(opened.value.total, 25)
  assert.deepEqual(
    opened.value.payments.map(({ id }) => id),
    Array.from({ length: 10 }, (_, i) => `txn_${i}`),
  )
})

test('payments of some size are listed, as billed or abroad, whichever way the money went', async () => {
  const { view } = await linked([
    payment({ id: 'below', at: NOW - 5 * DAY, amount: money(-4199, 'GBP') }),
    payment({ id: 'just', at: NOW - 4 * DAY, amount: money(-4200, 'GBP') }),
    payment({ id: 'in', at: NOW - 3 * DAY, amount: money(9000, 'GBP') }),
    euros,
  ])
  const listed = async (range: NonNullable<PaymentFilter['range']>) => {
    const opened = await rooms.vault.open(view, async (loan) =>
      reveal(await listPayments(loan, { range }, 10)),
    )
    assert.ok(opened.ok)
    return opened.value.payments.map(({ id }) => id)
  }
  const pounds = { leastMinor: 4200, mostMinor: null, currency: currency('GBP') }
  assert.deepEqual(await listed(pounds), ['in', 'just'])
  assert.deepEqual(await listed({ ...pounds, mostMinor: 4200 }), ['just'])
  assert.deepEqual(await listed({ ...pounds, leastMinor: 0, mostMinor: 4199 }), ['abroad', 'below'])
  assert.deepEqual(await listed({ ...pounds, currency: currency('EUR') }), ['abroad'])
  assert.deepEqual(await listed({ ...pounds, currency: null }), ['abroad', 'in', 'just'])
})

test('the largest payments are of what was paid, each currency for itself, of equal ones the newest first', async () => {
  const plain = { mcc: null, cardNumberDisplay: null, entryMode: null } as const
  const { view } = await linked([
    payment({ id: 'old', at: NOW - 9 * DAY, amount: money(-9000, 'GBP') }),
    payment({ id: 'new', at: NOW - 2 * DAY, amount: money(-9000, 'GBP') }),
    payment({ id: 'waiting', at: NOW - DAY, amount: money(-9500, 'GBP'), status: 'pending', postedAt: null }),
    payment({ id: 'small', at: NOW - DAY, amount: money(-100, 'GBP') }),
    payment({ id: 'hotel', at: NOW - 3 * DAY, amount: money(-9_900_000, 'JPY') }),
    payment({ id: 'refund', at: NOW - DAY, amount: money(99_000, 'GBP') }),
    payment({ id: 'never', at: NOW - DAY, amount: money(-99_000, 'GBP'), status: 'released' }),
    payment({
      id: 'salary',
      at: NOW - DAY,
      amount: money(250_000, 'GBP'),
      descriptor: 'ACME SALARY',
      ...plain,
    }),
    payment({ id: 'out', at: NOW - DAY, amount: money(-80_000, 'GBP'), descriptor: 'TO SAVER', ...plain }),
    payment({
      id: 'into',
      at: NOW - DAY,
      amount: money(80_000, 'GBP'),
      accountId: 'acc_2',
      descriptor: 'FROM CURRENT',
      ...plain,
    }),
  ])
  const largest = async (filter: PaymentFilter) => {
    const opened = await rooms.vault.open(view, async (loan) => reveal(await listLargest(loan, filter, 3)))
    assert.ok(opened.ok)
    return opened.value.currencies.map(({ payments, total }) => [total, ...payments.map(({ id }) => id)])
  }
  assert.deepEqual(await largest({}), [
    [4, 'waiting', 'new', 'old'],
    [1, 'hotel'],
  ])
  const span = { from: NOW - 10 * DAY, to: NOW - 2 * DAY + 1 }
  assert.deepEqual(await largest({ span }), [
    [2, 'new', 'old'],
    [1, 'hotel'],
  ])
  assert.deepEqual(await largest({ category: 'income' }), [[1, 'salary']])
  assert.deepEqual(await largest({ merchant: 'Lidl' }), [])
})

test('a month that is still running is compared with the same stretch of the month before', async () => {
  const day = (month: number, date: number) => Date.UTC(2026, month, date, 9)
  const { insight } = await linked([
    payment({ id: 'n1', at: day(10, 3), amount: money(-1000, 'GBP') }),
    payment({ id: 'o1', at: day(9, 3), amount: money(-700, 'GBP') }),
    payment({ id: 'o2', at: day(9, 30), amount: money(-5000, 'GBP') }),
  ])
  const november = { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 11, 1) }
  const october = { from: Date.UTC(2026, 9, 1), to: Date.UTC(2026, 10, 1) }
  const opened = await rooms.vault.open(insight, async (loan) =>
    reveal(await compareSpending(loan, { period: november, against: october }, {}, clock.now())),
  )
  assert.ok(opened.ok)
  const { current, against, againstSoFar } = opened.value
  assert.equal(current.totals[0]?.netMinor, 1000)
  assert.equal(against.totals[0]?.netMinor, 5700)
  assert.equal(againstSoFar?.[0]?.netMinor, 700)
})

test('a transfer whose other side lies just outside the period is still not spending', async () => {
  const start = Date.UTC(2026, 10, 1)
  const plain = { mcc: null, cardNumberDisplay: null, entryMode: null } as const
  const { insight } = await linked([
    payment({ id: 'out', at: start + 1, amount: money(-9000, 'GBP'), descriptor: 'TO SAVER', ...plain }),
    payment({
      id: 'in',
      at: start - DAY,
      amount: money(9000, 'GBP'),
      accountId: 'acc_2',
      descriptor: 'FROM CURRENT',
      ...plain,
    }),
  ])
  const opened = await rooms.vault.open(insight, async (loan) =>
    reveal(await readSpending(loan, { span: { from: start, to: start + 7 * DAY } })),
  )
  assert.ok(opened.ok)
  assert.deepEqual(opened.value.totals, [])
})

test('balances come with the time the bank gave them, closed accounts apart', async () => {
  const { view } = await linked([])
  const account = {
    bankId: 'chase',
    bankAccountId: 'b1',
    numberDisplay: '1234',
    currency: money(0, 'GBP').currency,
  }
  const opened = await rooms.vault.open(view, async (loan) => {
    await loan.keep('account', [
      { ...account, id: 'acc_card', name: 'Card', kind: 'card', status: 'open' },
      { ...account, id: 'acc_1', name: 'Current', kind: 'checking', status: 'open' },
      { ...account, id: 'acc_old', name: 'Old', kind: 'checking', status: 'closed' },
    ])
    const current = money(12_345, 'GBP')
    await loan.keep('balance', [{ id: 'acc_1', current, available: null, creditLine: null, asOf: NOW - DAY }])
    return reveal(await readHoldings(loan))
  })
  assert.ok(opened.ok)
  assert.deepEqual(
    opened.value.open.map(({ account: { name }, balance }) => [name, balance?.asOf ?? null]),
    [
      ['Current', NOW - DAY],
      ['Card', null],
    ],
  )
  assert.deepEqual(
    opened.value.closed.map(({ name }) => name),
    ['Old'],
  )
})

test('what somebody asks the day of is found by what it is for, in either language, and nothing else is', async () => {
  const monthly = (descriptor: string, day: string, pounds: number) =>
    ['07', '08', '09', '10', '11'].map((month) =>
      payment({
        id: `${descriptor} ${month}`,
        at: Date.parse(`2026-${month}-${day}T09:00:00Z`),
        amount: money(-pounds * 100, 'GBP'),
        descriptor,
        mcc: null,
        cardNumberDisplay: null,
      }),
    )
  const { insight } = await linked([
    ...monthly('RENT STANDING ORDER', '01', 850),
    ...monthly('PRLV SEPA LOYER RESIDENCE', '05', 120),
    ...monthly('NETFLIX.COM', '12', 18),
  ])
  const asked = async (about: Parameters<typeof readRecurring>[1]) => {
    const opened = await rooms.vault.open(insight, async (loan) =>
      reveal(await readRecurring(loan, about, NOW, 'Europe/London')),
    )
    assert.ok(opened.ok)
    return opened.value.map(({ merchant, nextAt }) => [merchant, new Date(nextAt).toISOString().slice(5, 10)])
  }
  const rents = await asked({ rent: true })
  assert.deepEqual(
    rents.map(([, day]) => day),
    ['12-01', '12-05'],
  )
  assert.deepEqual(await asked({ merchant: 'netflix' }), [['Netflix', '12-12']])
  assert.deepEqual(await asked({ category: 'subscriptions' }), [['Netflix', '12-12']])
  assert.deepEqual(await asked({ merchant: 'Spotify' }), [])
  assert.equal((await asked({})).length, 3)
})
