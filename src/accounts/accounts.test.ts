import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, money, seeded } from '#kit'
import type { Transaction } from '#vault'
import { payment } from '../../tests/fixtures/rooms.ts'
import { merchantsMeant, narrow, resolvePayments } from './payments.ts'
import { findRecurring } from './recurring.ts'
import { sharesOf, spendingOf, totalsOf } from './spending.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const gbp = (amountMinor: number) => money(amountMinor, 'GBP')
const spent = (...transactions: Transaction[]) => totalsOf(spendingOf(resolvePayments(transactions)))

/** A booking without a card: a salary, a transfer, a standing order. */
const booking = (over: Partial<Transaction>): Transaction =>
  payment({ mcc: null, cardNumberDisplay: null, entryMode: null, country: null, ...over })

test('spending counts pending payments and says so, and takes refunds off', () => {
  const [total] = spent(
    payment({ amount: gbp(-4200) }),
    payment({ amount: gbp(-1000), status: 'pending', postedAt: null }),
    payment({ amount: gbp(700) }),
  )
  assert.deepEqual(total, {
    currency: 'GBP',
    netMinor: 4500,
    payments: 2,
    refundsMinor: 700,
    refunds: 1,
    pendingMinor: 1000,
    pending: 1,
  })
})

test('a payment that was released or reversed is not spending', () => {
  assert.deepEqual(spent(payment({ status: 'released' }), payment({ status: 'reversed' })), [])
})

test('a salary is neither spending nor a refund', () => {
  assert.deepEqual(spent(booking({ amount: gbp(250_000), descriptor: 'ACME LTD SALARY' })), [])
})

test('a transfer between one’s own accounts is not spending, though its sides are booked days apart', () => {
  const out = booking({ amount: gbp(-50_000), descriptor: 'TO SAVER', at: NOW - 3 * DAY })
  const into = booking({ amount: gbp(50_000), descriptor: 'FROM CURRENT', accountId: 'acc_2', at: NOW - DAY })
  assert.deepEqual(spent(out, into), [])
})

test('rent of the same amount as a transfer is still spending: the sides of transfers pair one to one', () => {
  const into = booking({ amount: gbp(50_000), descriptor: 'FROM CURRENT', accountId: 'acc_2', at: NOW })
  const first = booking({ amount: gbp(-50_000), descriptor: 'TO SAVER', at: NOW })
  const second = booking({ amount: gbp(-50_000), descriptor: 'RENT OCTOBER', at: NOW })
  assert.equal(spent(first, second, into)[0]?.netMinor, 50_000)
})

test('a standing order such as rent is spending', () => {
  assert.equal(spent(booking({ amount: gbp(-90_000), descriptor: 'RENT OCTOBER' }))[0]?.netMinor, 90_000)
})

test('currencies are never added together; the one with most payments comes first', () => {
  const totals = spent(
    payment({ amount: money(-900, 'EUR') }),
    payment({ amount: gbp(-100) }),
    payment({ amount: gbp(-200) }),
  )
  assert.deepEqual(
    totals.map(({ currency, netMinor }) => [currency, netMinor]),
    [
      ['GBP', 300],
      ['EUR', 900],
    ],
  )
})

test('shares add up to the total of their currency', () => {
  const random = seeded(7)
  const transactions = Array.from({ length: 400 }, (_, i) =>
    payment({
      id: `txn_${i}`,
      amount: gbp(Math.round((random() - 0.9) * 10_000) || -1),
      mcc: ['5411', '5541', '5812', '4511'][i % 4]!,
      descriptor: `SHOP ${i % 17}`,
    }),
  )
  const spending = spendingOf(resolvePayments(transactions))
  const [total] = totalsOf(spending)
  for (const by of ['category', 'merchant'] as const) {
    const sum = sharesOf(spending, by, total!.currency).reduce((all, { netMinor }) => all + netMinor, 0)
    assert.equal(sum, total!.netMinor)
  }
})

test('a merchant is found by its everyday name, in a half-open period', () => {
  const at = Date.UTC(2026, 9, 1)
  const payments = resolvePayments([
    payment({ id: 'a', at }),
    payment({ id: 'b', at: at - 1 }),
    payment({ id: 'c', at: at + DAY }),
    payment({ id: 'd', at, descriptor: 'SHELL HEATHROW', mcc: '5541' }),
  ])
  const meant = merchantsMeant('tesco', payments)
  const kept = narrow(payments, { span: { from: at, to: at + DAY } }, meant)
  assert.deepEqual(
    kept.map(({ id }) => id),
    ['a'],
  )
})

const monthly = (count: number, over: (i: number) => Partial<Transaction>) =>
  Array.from({ length: count }, (_, i) =>
    payment({
      id: `txn_${i}`,
      descriptor: 'NETFLIX.COM',
      mcc: '4899',
      at: Date.UTC(2026, 10 - count + i + 1, 5, 10),
      amount: gbp(-1099),
      ...over(i),
    }),
  )
const recurring = (transactions: Transaction[]) =>
  findRecurring(spendingOf(resolvePayments(transactions)), NOW, 'Europe/London')

test('a subscription is recognised through a price rise, and its next payment is due a month after the last', () => {
  const [found] = recurring(monthly(5, (i) => (i >= 3 ? { amount: gbp(-1199) } : {})))
  assert.equal(found?.rhythm, 'monthly')
  assert.equal(found?.amountMinor, 1199)
  assert.equal(found?.times, 5)
  assert.equal(new Date(found!.nextAt).toISOString(), '2026-12-05T10:00:00.000Z')
})

test('two payments are chance, irregular ones are habits, and what stopped has ended', () => {
  assert.deepEqual(recurring(monthly(2, () => ({}))), [])
  const days = [1, 4, 19, 20, 47, 50]
  assert.deepEqual(recurring(monthly(6, (i) => ({ at: NOW - 60 * DAY + days[i]! * DAY }))), [])
  assert.deepEqual(recurring(monthly(5, (i) => ({ at: Date.UTC(2026, i, 5) }))), [])
})

test('two subscriptions at one shop are told apart by their amounts', () => {
  const cheap = monthly(4, (i) => ({ id: `c${i}`, amount: gbp(-99) }))
  const dear = monthly(4, (i) => ({ id: `d${i}`, amount: gbp(-999) }))
  assert.deepEqual(
    recurring([...cheap, ...dear]).map(({ amountMinor, times }) => [amountMinor, times]),
    [
      [99, 4],
      [999, 4],
    ],
  )
})
