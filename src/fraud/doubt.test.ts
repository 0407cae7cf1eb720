import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { DAY, HOUR, money } from '#kit'
import type { Transaction } from '#vault'
import { payment } from '../../tests/fixtures/rooms.ts'
import { fresh, NOON, ordinaryLife, stolenCard } from './everyday.fixture.ts'
import { openFraudHouse } from './room.fixture.ts'

const { clock, startFraud, somebody, close } = await openFraudHouse()
after(close)
beforeEach(() => clock.advance(NOON - clock.now()))

const BARELY_SURE = { sure: false }

const bill = (daysAgo: number, over: Partial<Transaction> = {}) =>
  payment({
    id: `txn_bill_${daysAgo}_${over.cardNumberDisplay ?? ''}`,
    at: NOON - daysAgo * DAY,
    amount: money(-999, 'GBP'),
    descriptor: 'streamvault.com',
    entryMode: 'online',
    country: 'GB',
    ...over,
  })

test('a forgotten subscription is asked about once more, with its rhythm; said again it counts', async () => {
  const house = startFraud()
  const amina = await somebody([...ordinaryLife(1), bill(91), bill(61), bill(30)])
  const latest = fresh(0, { ...bill(0), id: 'txn_bill_now', status: 'pending', pounds: 9.99 })
  await house.receive(amina, [latest])
  const first = await house.report(amina, latest.id, BARELY_SURE)
  assert.equal(first.isDoubted, true)
  assert.equal(first.caseId, null)
  assert.ok(first.doubt?.kind === 'subscription')
  assert.equal(first.doubt.every, 'month')
  assert.equal(first.doubt.since, NOON - 91 * DAY)
  assert.deepEqual(await house.cases(amina), [], 'nothing happened yet')

  const again = await house.report(amina, latest.id)
  assert.equal(again.isDoubted, false)
  assert.equal(again.fraudCase!.state, 'confirmed-fraud')
})

test('a shop that was paid before is mentioned with when and how much, unless this is far more', async () => {
  const house = startFraud()
  const bruno = await somebody([...ordinaryLife(1), bill(12)])
  const alike = fresh(0, { ...bill(0), id: 'txn_alike', status: 'pending', amount: money(-1_200, 'GBP') })
  const muchMore = fresh(1, { ...bill(0), id: 'txn_more', status: 'pending', amount: money(-30_000, 'GBP') })
  await house.receive(bruno, [alike, muchMore], { authorised: [] })
  const { doubt } = await house.report(bruno, alike.id, BARELY_SURE)
  assert.deepEqual(doubt, {
    kind: 'same-merchant-before',
    merchant: doubt?.kind === 'same-merchant-before' ? doubt.merchant : '',
    times: 1,
    lastAt: NOON - 12 * DAY,
    lastAmount: money(999, 'GBP'),
  })
  const { isDoubted, fraudCase } = await house.report(bruno, muchMore.id, BARELY_SURE)
  assert.equal(isDoubted, false)
  assert.equal(fraudCase!.state, 'confirmed-fraud')
})

test('a shop that another card of the family pays is mentioned', async () => {
  const house = startFraud()
  const claire = await somebody([...ordinaryLife(1), bill(12, { cardNumberDisplay: '7777' })])
  const hers = fresh(0, { ...bill(0), id: 'txn_hers', status: 'pending' })
  await house.receive(claire, [hers], { authorised: [] })
  const { doubt } = await house.report(claire, hers.id, BARELY_SURE)
  assert.ok(doubt?.kind === 'other-card')
  assert.equal(doubt.cardNumberDisplay, '7777')
})

test('what only a thief does is not doubted, nor the next payment after a fraud on that card', async () => {
  const house = startFraud()
  const david = await somebody([...ordinaryLife(1), bill(91), bill(61), bill(30)])
  await house.receive(david, stolenCard())
  const [asked] = await house.cases(david)
  const { isDoubted } = await house.sayNotMe(david, asked!.id)
  assert.equal(isDoubted, false)
  clock.advance(HOUR)
  const latest = fresh(60, { ...bill(0), id: 'txn_bill_after', status: 'pending' })
  await house.receive(david, [latest], { authorised: [] })
  assert.equal((await house.report(david, latest.id, BARELY_SURE)).isDoubted, false)
})

test('an alert is doubted once: the second “not me” counts', async () => {
  const house = startFraud()
  const amina = await somebody([...ordinaryLife(1), bill(91), bill(61), bill(30)])
  const flagged = fresh(0, { ...bill(0), id: 'txn_flagged', status: 'pending' })
  const flag = {
    transaction: flagged,
    by: 'suspected',
    bankTransactionId: 'b',
    releasableUntil: null,
  } as const
  await house.receive(amina, [flagged], { flagged: [flag] })
  const [asked] = await house.cases(amina)
  const first = await house.sayNotMe(amina, asked!.id)
  assert.equal(first.isDoubted, true)
  assert.equal(first.fraudCase!.state, 'asked')
  assert.equal(first.fraudCase!.doubt!.kind, 'subscription')
  const second = await house.sayNotMe(amina, asked!.id)
  assert.equal(second.isDoubted, false)
  assert.equal(second.fraudCase!.state, 'confirmed-fraud')
})

test('a forgotten subscription that the bank refused is asked about once more too', async () => {
  const house = startFraud()
  const claire = await somebody([...ordinaryLife(1), bill(91), bill(61), bill(30)])
  const refused = fresh(0, { ...bill(0), id: 'txn_refused', status: 'declined' })
  const flag = {
    transaction: refused,
    by: 'declined',
    bankTransactionId: 'b',
    releasableUntil: null,
  } as const
  await house.receive(claire, [refused], { authorised: [], flagged: [flag] })
  const [asked] = await house.cases(claire)
  const first = await house.sayNotMe(claire, asked!.id)
  assert.equal(first.fraudCase!.doubt?.kind, 'subscription')
  assert.equal(first.fraudCase!.state, 'asked')
  assert.equal((await house.sayNotMe(claire, asked!.id)).fraudCase!.state, 'confirmed-fraud')
})

test('somebody who took back two reports lately is asked once more, kindly', async () => {
  const house = startFraud()
  const bruno = await somebody()
  const shops = ['corner kiosk', 'bella flowers', 'north bikes']
  const payments = shops.map((descriptor, i) => fresh(i, { descriptor, pounds: 7 }))
  await house.receive(bruno, payments, { authorised: [] })
  for (const { id } of payments.slice(0, 2)) {
    const { fraudCase } = await house.report(bruno, id, BARELY_SURE)
    await house.answer(bruno, fraudCase!.id, 'was-me')
  }
  const { doubt } = await house.report(bruno, payments[2]!.id, BARELY_SURE)
  assert.deepEqual(doubt, { kind: 'often-wrong', times: 2 })
})
