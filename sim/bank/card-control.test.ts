import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Clock, HOUR } from '#kit'
import { eventsOf, startTestBank, typeOf } from '../testing/test-bank.ts'

test('a blocked card pays nothing until the bank itself lifts the block', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { get } = await link('amina')
  const { accountId } = bank.accountsOf('amina')[0]!
  const block = (
    account: string,
    card: string,
    key: string,
    body: unknown = { reason: 'FRAUD', caseNumber: 'G-7K4M-2Q' },
  ) =>
    get(`/card-control/v1/accounts/${account}/cards/${card}/block`, undefined, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    })
  const pay = () => bank.authorise('amina', { amount: '1.00', descriptor: 'shop' })

  assert.equal(pay().outcome, 'authorised')
  const first = await (await block(accountId, '4321', 'order-number-1')).json()
  assert.match(first.blockId, /^blk_/)
  assert.ok(!Number.isNaN(Date.parse(first.blockedAt)))
  assert.deepEqual(await (await block(accountId, '4321', 'order-number-1')).json(), first)
  assert.deepEqual(await (await block(accountId, '4321', 'order-number-2')).json(), first)
  const refused = pay()
  assert.ok(refused.outcome === 'declined')
  assert.equal(refused.why, 'card-blocked')

  assert.equal((await block(bank.accountsOf('bruno')[0]!.accountId, '4321', 'order-number-3')).status, 404)
  assert.equal((await block(accountId, '9999', 'order-number-4')).status, 404)
  assert.equal((await block(accountId, '4321', 'short')).status, 400)
  assert.equal((await block(accountId, '4321', 'order-number-5', { reason: 'WHIM' })).status, 400)

  bank.unblock('amina', '5555')
  assert.equal(pay().outcome, 'declined', 'the block of another card was lifted')
  bank.unblock('amina', '4321')
  assert.equal(pay().outcome, 'authorised')
})

test('a token without the right to block cannot block', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { get } = await link('amina', { scope: 'openid offline_access accounts' })
  const { accountId } = bank.accountsOf('amina')[0]!
  const response = await get(`/card-control/v1/accounts/${accountId}/cards/4321/block`, undefined, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'order-number-1' },
    body: JSON.stringify({ reason: 'FRAUD' }),
  })
  assert.equal(response.status, 403)
  assert.equal(bank.isBlocked(accountId, '4321'), false)
})

test('a payment beyond what there is, is declined and leaves no trace in the books', async (t) => {
  const { bank } = await startTestBank(t)
  const before = bank.accountsOf('amina')[0]!
  const result = bank.authorise('amina', { amount: '5000.00', descriptor: 'too dear' })
  assert.ok(result.outcome === 'declined')
  assert.equal(result.why, 'not-enough-money')
  assert.deepEqual(bank.accountsOf('amina')[0], before)
  assert.throws(
    () => bank.authorise('amina', { amount: '1.005', descriptor: 'half a penny' }),
    /amount-malformed/,
  )
  assert.throws(() => bank.authorise('nobody', { amount: '1.00', descriptor: 'who' }), RangeError)
})

/** A linked customer, and the orders that Guichet sends for them. */
async function openDesk(t: TestContext, options: { clock?: Clock; scope?: string } = {}) {
  const town = await startTestBank(t, options)
  const { get } = await town.link('amina', options.scope === undefined ? {} : { scope: options.scope })
  const { accountId } = town.bank.accountsOf('amina')[0]!
  const order = (
    path: string,
    key: string,
    body: unknown = { caseNumber: 'G-7K4M-2Q' },
    account = accountId,
  ) =>
    get(`/card-control/v1/accounts/${account}/${path}`, undefined, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    })
  const told = async () => {
    await town.bank.flush()
    return eventsOf(town.guichet)
  }
  return { ...town, bank: town.bank, accountId, order, told }
}

test('a card is unblocked for its holder, and pays again', async (t) => {
  const { bank, order } = await openDesk(t)
  await order('cards/4321/block', 'order-number-1', { reason: 'FRAUD' })
  const first = await (await order('cards/4321/unblock', 'order-number-2')).json()
  assert.ok(!Number.isNaN(Date.parse(first.unblockedAt)))
  assert.equal(bank.authorise('amina', { amount: '1.00', descriptor: 'shop' }).outcome, 'authorised')

  await order('cards/4321/block', 'order-number-3', { reason: 'FRAUD' })
  const again = await (await order('cards/4321/unblock', 'order-number-2')).json()
  assert.deepEqual(again, first)
  assert.equal(
    bank.authorise('amina', { amount: '1.00', descriptor: 'shop' }).outcome,
    'declined',
    'an old order that is repeated lifts no newer block',
  )
})

test('a new card is sent once; the old one is over, and the new one pays under its own digits', async (t) => {
  const { bank, order, accountId } = await openDesk(t)
  const first = await (await order('cards/4321/replacement', 'order-number-1')).json()
  assert.match(first.orderId, /^ord_/)
  assert.ok(Date.parse(first.expectedBy) > Date.now())
  assert.deepEqual(await (await order('cards/4321/replacement', 'order-number-2')).json(), first)
  assert.equal(bank.cardState(accountId, '4321'), 'replaced')
  const pay = () => bank.authorise('amina', { amount: '1.00', descriptor: 'shop', accountId })
  assert.equal(pay().outcome, 'declined')
  assert.equal((await order('cards/4321/unblock', 'order-number-3')).status, 409)

  bank.deliverCards('amina')
  const digits = bank.accountsOf('amina')[0]!.cardNumberDisplay!
  assert.match(digits, /^\d{4}$/)
  assert.notEqual(digits, '4321')
  assert.equal(pay().outcome, 'authorised')
  assert.equal((await order('cards/4321/unblock', 'order-number-4')).status, 404, 'the old card is nobody’s')
  assert.deepEqual(await (await order('cards/4321/replacement', 'order-number-1')).json(), first)
})

test('a payment that the bank stops is told, and goes through once its holder vouches for it', async (t) => {
  const { bank, order, told, accountId } = await openDesk(t)
  const before = bank.accountsOf('amina')[0]!
  const stopped = bank.stopPayment('amina', { amount: '120.00', descriptor: 'hotel miramar' }, 60_000)
  assert.ok(stopped.outcome === 'declined')
  assert.deepEqual(bank.accountsOf('amina')[0], before, 'no money moved')
  const [declined] = await told()
  assert.equal(typeOf(declined!), 'declined')
  assert.equal(declined!.data.transactionId, stopped.transactionId)
  assert.equal(declined!.data.declineReason, 'SUSPECTED_FRAUD')
  assert.equal(Date.parse(String(declined!.data.releasableUntil)) - Date.parse(declined!.time), HOUR)

  const path = `transactions/${stopped.transactionId}/release`
  const first = await (await order(path, 'order-number-1')).json()
  assert.ok(!Number.isNaN(Date.parse(first.releasedAt)))
  assert.deepEqual(await (await order(path, 'order-number-1')).json(), first)
  assert.deepEqual(await (await order(path, 'order-number-2')).json(), first, 'it is approved once')
  const [, authorised, balance, ...rest] = await told()
  assert.deepEqual(
    [authorised, balance].map((event) => typeOf(event!)),
    ['authorised', 'balance'],
  )
  assert.deepEqual(rest, [])
  assert.equal(authorised!.data.transactionId, stopped.transactionId, 'under the id by which it was stopped')
  assert.equal(authorised!.data.amount, '120.00')
  const after = bank.accountsOf('amina')[0]!
  assert.equal(before.availableMinor - after.availableMinor, 12_000)

  assert.equal((await order('transactions/aut_unknown/release', 'order-number-3')).status, 404)
  const card = bank.accountsOf('amina')[1]!.accountId
  assert.equal((await order(path, 'order-number-4', undefined, card)).status, 404, 'of another account')
  assert.notEqual(card, accountId)
})

test('a stopped payment is not approved when its time is over, the card blocked, or the money gone', async (t) => {
  let now = Date.now()
  const { bank, order, told } = await openDesk(t, { clock: { now: () => now } })
  const stop = (amount = '50.00') => {
    const stopped = bank.stopPayment('amina', { amount, descriptor: 'hotel miramar' })
    assert.ok(stopped.outcome === 'declined')
    return stopped.transactionId
  }
  const release = async (id: string, key: string) => (await order(`transactions/${id}/release`, key)).status

  const [dear, blocked, late] = [stop('900.00'), stop(), stop()]
  bank.authorise('amina', { amount: '1000.00', descriptor: 'rent' })
  assert.equal(await release(dear, 'order-number-1'), 409)
  await order('cards/4321/block', 'order-number-2', { reason: 'FRAUD' })
  assert.equal(await release(blocked, 'order-number-3'), 409)
  bank.unblock('amina')
  assert.equal(await release(blocked, 'order-number-3'), 200, 'what was refused may be tried again')
  now += HOUR
  assert.equal(await release(late, 'order-number-4'), 409)
  bank.authorise('amina', { amount: '99999.00', descriptor: 'too dear' })
  const reasons = (await told())
    .filter((event) => typeOf(event) === 'declined')
    .map(({ data }) => [data.declineReason, data.releasableUntil === null])
  assert.deepEqual(reasons.at(-1), ['INSUFFICIENT_FUNDS', true])
})

test('the bank’s own alert is about a payment that it let through', async (t) => {
  const { bank, told } = await openDesk(t)
  const made = bank.authorise('amina', { amount: '80.00', descriptor: 'fjellstua sport' })
  assert.ok(made.outcome === 'authorised')
  const { alertId } = bank.suspect(made.transactionId)
  const events = await told()
  assert.deepEqual(events.map(typeOf), ['authorised', 'balance', 'suspected'])
  const [authorised, , suspected] = events
  assert.deepEqual(suspected!.data, { ...authorised!.data, alertId })
})

test('a dispute is received once, and what becomes of it is told of each payment', async (t) => {
  const { bank, order, told } = await openDesk(t)
  const made = ['30.00', '40.00'].map((amount) => bank.authorise('amina', { amount, descriptor: 'not hers' }))
  const ids = made.map(({ transactionId }) => transactionId)
  const body = (over: object = {}) => ({
    caseNumber: 'G-7K4M-2Q',
    notifiedAt: '2026-11-24T12:00:00.000Z',
    transactions: ids.map((transactionId) => ({ transactionId, amount: '30.00', currency: 'GBP' })),
    ...over,
  })
  const first = await (await order('disputes', 'order-number-1', body())).json()
  assert.match(first.disputeId, /^dsp_/)
  assert.deepEqual(await (await order('disputes', 'order-number-1', body())).json(), first)
  assert.equal(bank.disputesOf('amina').length, 1)
  assert.deepEqual(bank.disputesOf('amina')[0]!.transactionIds, ids)

  const wrong: [object, number][] = [
    [body({ caseNumber: 'another case' }), 400],
    [body({ transactions: [] }), 400],
    [body({ notifiedAt: 'yesterday' }), 400],
    [body({ transactions: [{ transactionId: ids[0], amount: '-3', currency: 'GBP' }] }), 400],
    [body({ transactions: [{ transactionId: 'aut_unknown', amount: '3.00', currency: 'GBP' }] }), 404],
  ]
  for (const [index, [sent, status]] of wrong.entries()) {
    const key = index === 0 ? 'order-number-1' : `order-number-2${index}`
    assert.equal((await order('disputes', key, sent)).status, status, String(index))
  }
  assert.equal(bank.disputesOf('amina').length, 1, 'what is refused leaves nothing')

  bank.decideDispute(first.disputeId, 'IN_FAVOUR')
  assert.throws(() => bank.decideDispute(first.disputeId, 'AGAINST'), RangeError)
  const outcomes = (await told()).filter((event) => typeOf(event) === 'dispute-outcome')
  assert.deepEqual(
    outcomes.map(({ data }) => data),
    ids.map((transactionId) => ({
      disputeId: first.disputeId,
      caseNumber: 'G-7K4M-2Q',
      transactionId,
      outcome: 'IN_FAVOUR',
    })),
  )
})

test('a token without the right to an order gets nothing done by it', async (t) => {
  const { bank, order } = await openDesk(t, { scope: 'openid offline_access accounts cards:block' })
  const made = bank.authorise('amina', { amount: '1.00', descriptor: 'shop' })
  await order('cards/4321/block', 'order-number-1', { reason: 'FRAUD' })
  for (const path of [
    'cards/4321/unblock',
    'cards/4321/replacement',
    `transactions/${made.transactionId}/release`,
    'disputes',
  ])
    assert.equal((await order(path, 'order-number-2')).status, 403, path)
  assert.equal(bank.cardState(bank.accountsOf('amina')[0]!.accountId, '4321'), 'blocked')
})

test('orders, stopped payments and disputes are known after a restart', async (t) => {
  const house = await openDesk(t)
  const { order } = house
  const made = house.bank.authorise('amina', { amount: '5.00', descriptor: 'shop' })
  const stopped = house.bank.stopPayment('amina', { amount: '50.00', descriptor: 'hotel' })
  const dispute = {
    caseNumber: 'G-7K4M-2Q',
    notifiedAt: '2026-11-24T12:00:00.000Z',
    transactions: [{ transactionId: made.transactionId, amount: '5.00', currency: 'GBP' }],
  }
  const first = await (await order('disputes', 'order-number-1', dispute)).json()
  await (await order('cards/4321/block', 'order-number-2', { reason: 'FRAUD' })).json()
  const again = await house.restart()
  assert.deepEqual(await (await order('disputes', 'order-number-1', dispute)).json(), first)
  assert.equal(again.disputesOf('amina').length, 1)
  assert.ok(again.isBlocked(house.accountId, '4321'))
  await order('cards/4321/unblock', 'order-number-3')
  assert.equal((await order(`transactions/${stopped.transactionId}/release`, 'order-number-4')).status, 200)
})
