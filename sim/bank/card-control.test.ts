import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestBank } from '../testing/test-bank.ts'

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
  assert.deepEqual(pay(), { outcome: 'declined', why: 'card-blocked' })

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

test('a payment beyond what there is, is declined and leaves no trace', async (t) => {
  const { bank } = await startTestBank(t)
  const before = bank.accountsOf('amina')[0]!
  const result = bank.authorise('amina', { amount: '5000.00', descriptor: 'too dear' })
  assert.deepEqual(result, { outcome: 'declined', why: 'not-enough-money' })
  assert.deepEqual(bank.accountsOf('amina')[0], before)
  assert.throws(
    () => bank.authorise('amina', { amount: '1.005', descriptor: 'half a penny' }),
    /amount-malformed/,
  )
  assert.throws(() => bank.authorise('nobody', { amount: '1.00', descriptor: 'who' }), RangeError)
})

/** Orders about a card, as Guichet sends them. */
async function cardDesk(t: Parameters<typeof startTestBank>[0], scope?: string) {
  let lag = 0
  const clock = {
    now: () => Date.now() - lag,
    lagBy: (ms: number) => {
      lag = ms
    },
  }
  const { bank, link } = await startTestBank(t, { clock })
  const { get } = await link('amina', scope === undefined ? {} : { scope })
  const { accountId } = bank.accountsOf('amina')[0]!
  const order = async (path: string, key: string, body: unknown = { caseNumber: 'G-7K4M-2Q' }) => {
    const response = await get(`/card-control/v1/accounts/${accountId}/${path}`, undefined, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    })
    return { status: response.status, answer: await response.json() }
  }
  return { bank, clock, accountId, order }
}

test('a blocked card pays again once its holder has it unblocked, and the same order is one order', async (t) => {
  const { bank, order } = await cardDesk(t)
  const pay = () => bank.authorise('amina', { amount: '1.00', descriptor: 'shop' }).outcome
  await order('cards/4321/block', 'block-order-1', { reason: 'FRAUD' })
  assert.equal(pay(), 'declined')
  const first = await order('cards/4321/unblock', 'unblock-order-1')
  assert.equal(pay(), 'authorised')
  await order('cards/4321/block', 'block-order-2', { reason: 'FRAUD' })
  assert.deepEqual(await order('cards/4321/unblock', 'unblock-order-1'), first)
  assert.equal(pay(), 'declined', 'an old order that comes again unblocks nothing')
  assert.equal((await order('cards/9999/unblock', 'unblock-order-2')).status, 404)
  assert.equal(
    (await order('cards/4321/replacement', 'unblock-order-1')).status,
    400,
    'the key of another order',
  )
})

test('a new card is ordered once for a key, and the bank says by when it comes', async (t) => {
  const { order } = await cardDesk(t)
  const first = await order('cards/4321/replacement', 'new-card-1')
  assert.match(first.answer.orderId, /^ord_/)
  assert.ok(Date.parse(first.answer.expectedBy) > Date.parse(first.answer.orderedAt))
  assert.deepEqual(await order('cards/4321/replacement', 'new-card-1'), first)
})

test('a payment stopped on suspicion pays nothing until its holder has it let through, within the hour', async (t) => {
  const { bank, clock, accountId, order } = await cardDesk(t)
  const booking = { amount: '30.00', descriptor: 'hotel aurora', country: 'ES', entryMode: 'online' } as const
  const before = bank.accountsOf('amina')[0]!.availableMinor
  const { transactionId } = bank.refuse('amina', booking)
  assert.equal(bank.accountsOf('amina')[0]!.availableMinor, before)
  const first = await order(`transactions/${transactionId}/release`, 'release-order-1')
  assert.equal(first.status, 200)
  assert.deepEqual(await order(`transactions/${transactionId}/release`, 'release-order-1'), first)
  assert.deepEqual(
    (await order(`transactions/${transactionId}/release`, 'release-order-2')).answer,
    first.answer,
    'it is let through once',
  )
  assert.equal(bank.accountsOf('amina')[0]!.availableMinor, before - 3000)
  assert.equal(bank.entriesOf(accountId)[0]!.authorisationId, transactionId)

  clock.lagBy(61 * 60_000)
  const late = bank.refuse('amina', booking).transactionId
  clock.lagBy(0)
  assert.equal((await order(`transactions/${late}/release`, 'release-order-3')).status, 404)
})

test('a dispute is taken in once, decided once, and only about payments of that account', async (t) => {
  const { bank, order } = await cardDesk(t)
  const paid = bank.authorise('amina', { amount: '9.00', descriptor: 'shop' })
  assert.ok(paid.outcome === 'authorised')
  const body = (transactionId: string) => ({
    caseNumber: 'G-7K4M-2Q',
    notifiedAt: '2026-11-23T12:00:00Z',
    transactions: [{ transactionId, amount: '9.00', currency: 'GBP' }],
  })
  const first = await order('disputes', 'dispute-order-1', body(paid.transactionId))
  assert.match(first.answer.disputeId, /^dsp_/)
  assert.deepEqual(await order('disputes', 'dispute-order-1', body(paid.transactionId)), first)
  assert.equal((await order('disputes', 'dispute-order-2', body('aut_nobody'))).status, 404)
  assert.equal((await order('disputes', 'dispute-order-3', { caseNumber: 'G' })).status, 400)
  assert.deepEqual(
    bank.openDisputes().map(({ caseNumber, username }) => [caseNumber, username]),
    [['G-7K4M-2Q', 'amina']],
  )
  bank.decideDispute(first.answer.disputeId, 'IN_FAVOUR')
  assert.deepEqual(bank.openDisputes(), [])
  assert.throws(() => bank.decideDispute(first.answer.disputeId, 'AGAINST'), RangeError)
})

test('unblocking, new cards, approvals and disputes each need their own right', async (t) => {
  const { order } = await cardDesk(t, 'openid offline_access accounts transactions customer cards:block')
  assert.equal((await order('cards/4321/unblock', 'unblock-order-1')).status, 403)
  assert.equal((await order('cards/4321/replacement', 'new-card-1')).status, 403)
  assert.equal((await order('transactions/aut_1/release', 'release-order-1')).status, 403)
  assert.equal((await order('disputes', 'dispute-order-1')).status, 403)
})
