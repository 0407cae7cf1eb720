/** What a person has their bank do, against the simulated bank's real card control. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { HOUR, money } from '#kit'
import { eventsOf, typeOf } from '../../sim/testing/test-bank.ts'
import type { LinkRequest } from './authorisation.ts'
import { fails, openDoor } from './door.fixture.ts'

/** Amina's bank, linked, and one order of each kind that it would carry out; `over` changes each. */
async function openCounter(t: TestContext, request: Partial<LinkRequest> = {}) {
  const door = await openDoor(t)
  const { connection } = await door.link('amina', request)
  const { bank } = door
  const { accountId, cardNumberDisplay } = bank.accountsOf('amina')[0]!
  const paid = bank.authorise('amina', { amount: '30.00', descriptor: 'not hers' })
  const stopped = bank.stopPayment('amina', { amount: '120.00', descriptor: 'hotel miramar' })
  const common = { bankAccountId: accountId, caseNumber: 'G-7K4M-2Q' }
  const card = { ...common, cardNumberDisplay: cardNumberDisplay! }
  const of = (banks = door.banks) => ({
    block: (over = {}) =>
      banks.cardOrders('chase').block(connection, { ...card, idempotencyKey: 'order-block', ...over }),
    unblock: (over = {}) =>
      banks.cardOrders('chase').unblock(connection, { ...card, idempotencyKey: 'order-unblock', ...over }),
    replace: (over = {}) =>
      banks.cardOrders('chase').replace(connection, { ...card, idempotencyKey: 'order-replace', ...over }),
    release: (over = {}) =>
      banks.cardOrders('chase').release(connection, {
        ...common,
        bankTransactionId: stopped.transactionId,
        idempotencyKey: 'order-release',
        ...over,
      }),
    dispute: (over = {}) =>
      banks.cardOrders('chase').dispute(connection, {
        ...common,
        notifiedAt: Date.UTC(2026, 10, 24, 12),
        payments: [{ bankTransactionId: paid.transactionId, amount: money(-3_000, 'GBP') }],
        idempotencyKey: 'order-dispute',
        ...over,
      }),
  })
  return { ...door, bank, of, orders: of(), accountId, card: cardNumberDisplay!, paid, stopped }
}
const ENDPOINTS = {
  block: 'block',
  unblock: 'unblock',
  replace: 'replacement',
  release: 'release',
  dispute: 'dispute',
} as const
const KINDS = Object.keys(ENDPOINTS) as (keyof typeof ENDPOINTS)[]

test('each order is carried out once, and answered alike however often it is sent', async (t) => {
  const { bank, orders, accountId, card, guichet } = await openCounter(t)
  for (const kind of KINDS.filter((one) => one !== 'replace')) {
    const first = await orders[kind]()
    assert.deepEqual(await orders[kind](), first, kind)
    assert.deepEqual(await Promise.all([orders[kind](), orders[kind]()]), [first, first], kind)
  }
  assert.equal(bank.cardState(accountId, card), 'active', 'blocked, then unblocked')
  assert.equal(bank.disputesOf('amina').length, 1)
  await bank.flush()
  assert.equal(eventsOf(guichet).filter((event) => typeOf(event) === 'authorised').length, 2)

  const first = await orders.replace()
  assert.deepEqual(await orders.replace(), first)
  assert.ok(first.expectedBy! > Date.now())
  assert.equal(bank.cardState(accountId, card), 'replaced')
})

test('a payment that the bank stopped is approved within the order, and told under the id that it had', async (t) => {
  const { bank, orders, stopped, guichet } = await openCounter(t)
  const { releasedAt } = await orders.release()
  assert.ok(Math.abs(releasedAt - Date.now()) < HOUR)
  await bank.flush()
  const told = eventsOf(guichet).filter(({ data }) => data.transactionId === stopped.transactionId)
  assert.deepEqual(told.map(typeOf), ['declined', 'authorised'])
})

test('the bank learns when the person told us, what they dispute and for how much', async (t) => {
  const bodies: Record<string, unknown>[] = []
  const { open, of, bank, paid } = await openCounter(t)
  const banks = open({
    fetch: (url, init) => {
      if (String(url).includes('/card-control/')) bodies.push(JSON.parse(String(init?.body)))
      return globalThis.fetch(url, init)
    },
  })
  await of(banks).dispute()
  assert.deepEqual(bodies, [
    {
      reason: 'FRAUD',
      caseNumber: 'G-7K4M-2Q',
      notifiedAt: '2026-11-24T12:00:00.000Z',
      transactions: [{ transactionId: paid.transactionId, amount: '30.00', currency: 'GBP' }],
    },
  ])
  assert.equal(bank.disputesOf('amina')[0]!.notifiedAt, Date.UTC(2026, 10, 24, 12))
})

test('a key that was used for another order does not carry that one out', async (t) => {
  const { bank, orders, accountId, card } = await openCounter(t)
  await orders.block()
  for (const kind of KINDS.filter((one) => one !== 'block'))
    await assert.rejects(orders[kind]({ idempotencyKey: 'order-block' }), fails('bank-refused'), kind)
  assert.equal(bank.cardState(accountId, card), 'blocked')
  assert.deepEqual(bank.disputesOf('amina'), [])
})

test('somebody else’s account, card or payment is refused, and nothing happens to it', async (t) => {
  const { bank, orders } = await openCounter(t)
  const bruno = bank.accountsOf('bruno')[0]!
  const his = bank.authorise('bruno', { amount: '9.00', descriptor: 'his' })
  const stopped = bank.stopPayment('bruno', { amount: '9.00', descriptor: 'his' })
  for (const kind of KINDS)
    await assert.rejects(orders[kind]({ bankAccountId: bruno.accountId }), fails('bank-refused'), kind)
  for (const kind of ['block', 'unblock', 'replace'] as const)
    await assert.rejects(orders[kind]({ cardNumberDisplay: '9999' }), fails('bank-refused'), kind)
  const bankTransactionId = stopped.transactionId
  await assert.rejects(orders.release({ bankTransactionId }), fails('bank-refused'))
  const payments = [{ bankTransactionId: his.transactionId, amount: money(-900, 'GBP') }]
  await assert.rejects(orders.dispute({ payments }), fails('bank-refused'))
  assert.equal(bank.cardState(bruno.accountId, bruno.cardNumberDisplay!), 'active')
  assert.deepEqual(bank.disputesOf('bruno'), [])
})

test('an id with strange characters stays one part of the address', async (t) => {
  const paths: string[] = []
  const { open, of } = await openCounter(t)
  const banks = open({
    fetch: (url, init) => {
      if (String(url).includes('/card-control/')) paths.push(new URL(String(url)).pathname)
      return globalThis.fetch(url, init)
    },
  })
  await assert.rejects(of(banks).release({ bankTransactionId: 'a/../b?c#d' }), fails('bank-refused'))
  assert.match(paths[0]!, /\/transactions\/a%2F\.\.%2Fb%3Fc%23d\/release$/)
})

test('a bank that is down is tried again, and then the order is carried out once', async (t) => {
  const { bank, orders, of, open } = await openCounter(t)
  for (const kind of KINDS) {
    const faults = [
      ['answer-500', 'bank-unreachable'],
      ['answer-429', 'bank-limit-reached'],
    ] as const
    for (const [fault, code] of faults) {
      bank.faults.set(ENDPOINTS[kind], fault)
      await assert.rejects(orders[kind](), fails(code), `${kind} ${fault}`)
    }
    bank.faults.set(ENDPOINTS[kind], 'malformed-json')
    await assert.rejects(orders[kind](), fails('bank-answer-malformed'), kind)
    bank.faults.set(ENDPOINTS[kind], 'hang')
    await assert.rejects(of(open({ timeoutMs: 200 }))[kind](), fails('bank-unreachable'), kind)
    bank.faults.clear()
    if (kind !== 'replace') await orders[kind]()
  }
  assert.equal(bank.disputesOf('amina').length, 1)
})

test('an answer that is lost on its way is got by asking again, and the order is done once', async (t) => {
  const { open, of, bank } = await openCounter(t)
  let lost = 0
  const banks = open({
    fetch: async (url, init) => {
      const response = await globalThis.fetch(url, init)
      if (!String(url).includes('/card-control/') || lost++ > 0) return response
      throw new TypeError('the connection was cut')
    },
  })
  await assert.rejects(of(banks).dispute(), fails('bank-unreachable'))
  const { disputeId } = await of(banks).dispute()
  assert.deepEqual(
    bank.disputesOf('amina').map((one) => one.disputeId),
    [disputeId],
  )
})

test('a bank that was not asked for these orders, or no longer allows them, says so apart from other refusals', async (t) => {
  const { bank, orders, accountId, card } = await openCounter(t, { cardOrders: false })
  await orders.block()
  for (const kind of ['unblock', 'replace', 'release', 'dispute'] as const)
    await assert.rejects(orders[kind](), fails('bank-not-granted'), kind)
  assert.equal(bank.cardState(accountId, card), 'blocked')
  bank.faults.set('block', 'answer-403')
  await assert.rejects(orders.block({ idempotencyKey: 'order-another' }), fails('bank-not-granted'))
})

test('a bank that has no such order is not a bank that is down', async (t) => {
  const { open, of } = await openCounter(t)
  for (const status of [405, 501]) {
    const banks = open({
      fetch: (url, init) =>
        String(url).includes('/card-control/')
          ? Promise.resolve(new Response(null, { status }))
          : globalThis.fetch(url, init),
    })
    await assert.rejects(of(banks).dispute(), fails('bank-not-granted'), String(status))
    assert.equal(banks.downSince('chase'), null)
  }
})

test('a stopped payment is not approved while its card is blocked', async (t) => {
  const { orders, bank } = await openCounter(t)
  await orders.block()
  await assert.rejects(orders.release(), fails('bank-refused'))
  await orders.unblock()
  const before = bank.accountsOf('amina')[0]!.availableMinor
  await orders.release()
  assert.equal(before - bank.accountsOf('amina')[0]!.availableMinor, 12_000)
})

test('an answer without what was asked for is not taken for one', async (t) => {
  const { open, of } = await openCounter(t)
  const answers: [keyof typeof ENDPOINTS, unknown][] = [
    ['block', { blockId: 'b', blockedAt: 'soon' }],
    ['block', { blockId: '', blockedAt: '2026-11-24T12:00:00Z' }],
    ['unblock', {}],
    ['unblock', []],
    ['replace', { orderId: 'o', orderedAt: '2026-11-24T12:00:00Z', expectedBy: 'next week' }],
    ['replace', { expectedBy: null }],
    ['release', null],
    ['release', { releasedAt: 1_790_000_000_000 }],
    ['dispute', { disputeId: 'x'.repeat(129), receivedAt: '2026-11-24T12:00:00Z' }],
    ['dispute', { disputeId: 'd' }],
  ]
  for (const [kind, answer] of answers) {
    const banks = open({
      fetch: (url, init) =>
        String(url).includes('/card-control/')
          ? Promise.resolve(Response.json(answer))
          : globalThis.fetch(url, init),
    })
    await assert.rejects(of(banks)[kind](), fails('bank-answer-malformed'), JSON.stringify([kind, answer]))
  }
  const undated = open({
    fetch: (url, init) =>
      String(url).includes('/card-control/')
        ? Promise.resolve(Response.json({ orderId: 'o', orderedAt: '2026-11-24T12:00:00Z' }))
        : globalThis.fetch(url, init),
  })
  assert.equal((await of(undated).replace()).expectedBy, null)
})
