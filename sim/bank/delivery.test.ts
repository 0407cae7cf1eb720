import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { httpbis } from 'http-message-signatures'
import { eventsOf, startTestBank, typeOf } from '../testing/test-bank.ts'

test('a payment is told signed, whole and in the documented shape', async (t) => {
  const { bank, guichet, link } = await startTestBank(t)
  await link('amina')
  const result = bank.authorise('amina', { amount: '12.30', descriptor: 'tesco stores 2187', mcc: '5411' })
  assert.equal(result.outcome, 'authorised')
  await bank.flush()
  const [message] = guichet.received
  assert.equal(message!.path, '/banks/chase/events')
  assert.equal(message!.headers['content-type'], 'application/cloudevents-batch+json')
  const digest = createHash('sha256').update(message!.body).digest('base64')
  assert.equal(message!.headers['content-digest'], `sha-256=:${digest}:`)

  const [key] = bank.profile.eventKeys
  let seen: Record<string, unknown> = {}
  const isGenuine = await httpbis.verifyMessage(
    {
      requiredFields: ['@method', '@path', 'content-type', 'content-digest'],
      requiredParams: ['created', 'keyid', 'nonce', 'tag'],
      keyLookup: async (parameters) => {
        seen = parameters
        if (parameters.keyid !== key!.kid) return null
        const publicKey = createPublicKey({ key: key!, format: 'jwk' })
        return { verify: async (data, signature) => verify(null, data, publicKey, signature) }
      },
    },
    { method: 'POST', url: `${guichet.url}${message!.path}`, headers: message!.headers },
  )
  assert.equal(isGenuine, true)
  assert.equal(seen.tag, 'guichet-event')
  assert.ok(Buffer.from(String(seen.nonce), 'base64url').length >= 16)

  const [event, balance] = eventsOf(guichet)
  assert.equal(typeOf(event!), 'authorised')
  assert.equal(event!.source, bank.issuer)
  assert.equal(event!.subject, bank.accountsOf('amina')[0]!.accountId)
  assert.deepEqual(event!.data, {
    transactionId: result.outcome === 'authorised' && result.transactionId,
    referenceTransactionId: null,
    amount: '12.30',
    debitCreditMemo: 'DEBIT',
    currency: 'GBP',
    foreignAmount: null,
    foreignCurrency: null,
    merchant: {
      descriptor: 'tesco stores 2187',
      mcc: '5411',
      country: 'GB',
      city: 'Birmingham',
      latitude: 52.48,
      longitude: -1.9,
    },
    entryMode: 'contactless',
    cardNumberDisplay: '4321',
  })
  assert.deepEqual(balance!.data, {
    currentBalance: '1879.34',
    availableBalance: '1825.04',
    creditLine: null,
    currency: 'GBP',
  })
})

test('a payment goes from authorised to adjusted to posted, and each step refers to the first', async (t) => {
  const { bank, guichet, link } = await startTestBank(t)
  await link('amina')
  const made = bank.authorise('amina', { amount: '50.00', descriptor: 'shell' })
  assert.ok(made.outcome === 'authorised')
  bank.adjust(made.transactionId, '42.00')
  bank.post(made.transactionId)
  bank.reverse(made.transactionId)
  const held = bank.authorise('amina', { amount: '5.00', descriptor: 'hold' })
  assert.ok(held.outcome === 'authorised')
  bank.release(held.transactionId)
  bank.post(held.transactionId)
  await bank.flush()
  const told = eventsOf(guichet).filter((event) => typeOf(event) !== 'balance')
  assert.deepEqual(told.map(typeOf), [
    'authorised',
    'adjusted',
    'posted',
    'reversed',
    'authorised',
    'released',
  ])
  const [, adjusted, posted, reversed, , released] = told
  assert.equal(adjusted!.data.transactionId, made.transactionId)
  assert.equal(adjusted!.data.amount, '42.00')
  assert.equal(posted!.data.referenceTransactionId, made.transactionId)
  assert.notEqual(posted!.data.transactionId, made.transactionId)
  assert.equal(reversed!.data.referenceTransactionId, made.transactionId)
  assert.equal(released!.data.transactionId, held.transactionId)
  assert.equal(bank.accountsOf('amina')[0]!.currentMinor, 187_934)
})

test('nobody is told about a person who has not linked, or an account that is not shared', async (t) => {
  const { bank, guichet, link } = await startTestBank(t)
  const [shared, other] = bank.accountsOf('amina')
  await link('amina', { accounts: () => [shared!.accountId] })
  bank.authorise('bruno', { amount: '1.00', descriptor: 'not linked' })
  bank.authorise('amina', { amount: '2.00', descriptor: 'not shared', accountId: other!.accountId })
  bank.authorise('amina', { amount: '3.00', descriptor: 'shared' })
  bank.revokeConsents('amina')
  bank.authorise('amina', { amount: '4.00', descriptor: 'after the end' })
  await bank.flush()
  const told = eventsOf(guichet).filter((event) => typeOf(event) === 'authorised')
  assert.deepEqual(
    told.map(({ data }) => data.merchant.descriptor),
    ['shared'],
  )
})

test('what Guichet did not take is sent again, in order, and nothing is lost or renumbered', async (t) => {
  const { bank, guichet, link } = await startTestBank(t)
  await link('amina')
  let refusals = 0
  const signatures = new Set<string>()
  guichet.answer = ({ headers }) => {
    signatures.add(headers.signature!)
    refusals++
    return refusals <= 3 ? { status: [500, 503, 429][refusals - 1]! } : { status: 200 }
  }
  for (let n = 1; n <= 10; n++) bank.authorise('amina', { amount: `${n}.00`, descriptor: `payment ${n}` })
  const isDelivered = () => bank.deliveryState().waiting === 0
  while (!isDelivered()) await new Promise((resolve) => setTimeout(resolve, 20))
  const events = eventsOf(guichet)
  assert.deepEqual(
    events.map(({ sequence }) => Number(sequence)),
    Array.from({ length: 20 }, (_, index) => index + 1),
  )
  assert.equal(new Set(events.map(({ id }) => id)).size, 20)
  assert.equal(signatures.size, refusals, 'each attempt is signed anew')
})

test('one event that Guichet will never take is set aside and does not hold up the others', async (t) => {
  const { bank, guichet, link } = await startTestBank(t)
  await link('amina')
  guichet.answer = ({ body }) =>
    body.includes('unacceptable') ? { status: 422, code: 'event-malformed' } : { status: 200 }
  for (const descriptor of ['before', 'unacceptable', 'after'])
    bank.authorise('amina', { amount: '1.00', descriptor })
  await bank.flush()
  const told = eventsOf(guichet).filter((event) => typeOf(event) === 'authorised')
  assert.deepEqual(
    told.map(({ data }) => data.merchant.descriptor),
    ['before', 'after'],
  )
  const { refused } = bank.deliveryState()
  assert.deepEqual(
    refused.map(({ refused_with }) => refused_with),
    ['event-malformed'],
  )
})

test('a flush that Guichet refuses says so, and keeps the events', async (t) => {
  const { bank, guichet, link } = await startTestBank(t)
  await link('amina')
  guichet.answer = () => ({ status: 503, code: 'database-unreachable' })
  bank.authorise('amina', { amount: '1.00', descriptor: 'waits' })
  await assert.rejects(bank.flush(), /2 events are not delivered: 503 database-unreachable/)
  guichet.answer = () => ({ status: 200 })
  await bank.flush()
  assert.equal(eventsOf(guichet).length, 2)
})

test('a bank that leaves says so signed, ends every consent and falls silent', async (t) => {
  const { bank, guichet, link } = await startTestBank(t)
  await link('amina')
  guichet.answer = () => ({ status: 500 })
  await assert.rejects(bank.withdraw('the bank ends its service'))
  assert.equal(bank.isWithdrawn(), false)
  assert.deepEqual(bank.linkedCustomers(), ['amina'])
  guichet.answer = () => ({ status: 200 })
  await bank.withdraw('the bank ends its service')
  assert.equal(bank.isWithdrawn(), true)
  assert.deepEqual(bank.linkedCustomers(), [])
  const [message] = guichet.received
  assert.equal(message!.path, '/banks/chase/withdraw')
  assert.match(message!.headers['signature-input']!, /tag="guichet-withdraw"/)
  bank.authorise('amina', { amount: '1.00', descriptor: 'nobody hears' })
  await bank.flush()
  assert.equal(guichet.received.length, 1)
})
