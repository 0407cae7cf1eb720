import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, HOUR, money } from '#kit'
import type { FraudCase, Transaction } from '#vault'
import { payment } from '../../tests/fixtures/rooms.ts'
import { NOON } from './everyday.fixture.ts'
import { usualThere } from './usual-there.ts'

const grocer = (daysAgo: number, pounds: number, over: Partial<Transaction> = {}) =>
  payment({
    id: `txn_${daysAgo}_${pounds}`,
    at: NOON - daysAgo * DAY,
    amount: money(-pounds * 100, 'GBP'),
    ...over,
  })
const WEEKLY = [7, 14, 21, 28, 35].map((daysAgo) => grocer(daysAgo, 40))
const now = (pounds: number, over: Partial<Transaction> = {}) => grocer(0, pounds, { id: 'txn_now', ...over })

test('a payment is told against what its person usually pays at shops of the same kind', () => {
  assert.deepEqual(usualThere(now(120), WEEKLY, []), { usual: money(4_000, 'GBP'), times: 3 })
  // Another shop, of the same kind.
  const other = now(120, { descriptor: 'sainsburys s/mkts', mcc: '5411' })
  assert.equal(usualThere(other, WEEKLY, [])?.times, 3)
})

test('what is paid at shops of other kinds, in other currencies or the same day says nothing of it', () => {
  const hotels = WEEKLY.map((one) => ({ ...one, descriptor: 'hotel miramar', mcc: '7011' }))
  assert.equal(usualThere(now(120), hotels, []), null)
  const euros = WEEKLY.map((one) => ({ ...one, amount: money(-4_000, 'EUR') }))
  assert.equal(usualThere(now(120), euros, []), null)
  const today = [1, 2, 3, 4, 5].map((hours) =>
    grocer(0, 40, { id: `txn_h${hours}`, at: NOON - hours * HOUR }),
  )
  assert.equal(usualThere(now(120), today, []), null)
})

test('too few payments are no habit, and a little more is not told', () => {
  assert.equal(usualThere(now(120), WEEKLY.slice(1), []), null)
  assert.equal(usualThere(now(55), WEEKLY, []), null)
})

test('what was reported or is asked about is not what its person usually pays; what they vouched for is', () => {
  const fraudCase = (state: FraudCase['state']): FraudCase => ({
    id: 'cas_1',
    number: 'G-7K4M-2Q',
    transactionId: WEEKLY[0]!.id,
    accountId: 'acc_1',
    openedAt: NOON,
    state,
    answeredAt: null,
    reasons: [],
    cardBlockedAt: null,
  })
  assert.equal(usualThere(now(120), WEEKLY, [fraudCase('confirmed-fraud')]), null)
  assert.equal(usualThere(now(120), WEEKLY, [fraudCase('was-me')])?.times, 3)
})

test('refunds, refused payments and transfers are not what somebody pays by card', () => {
  const others: Partial<Transaction>[] = [
    { amount: money(4_000, 'GBP') },
    { status: 'declined' },
    { status: 'reversed' },
    { cardNumberDisplay: null },
  ]
  for (const over of others)
    assert.equal(usualThere(now(120), [...WEEKLY.slice(1), { ...WEEKLY[0]!, ...over }], []), null)
})
