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
