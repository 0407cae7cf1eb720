/** The published contract of card events, held against both sides: what a bank sends, and what Guichet takes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { createSql, type Sql, systemClock } from '#kit'
import { EVENT_TYPES } from '../../sim/bank/event-queue.ts'
import { eventsOf, startTestBank, typeOf } from '../../sim/testing/test-bank.ts'
import { fromSchema, type SchemaDocument, SECRET } from '../fixtures/from-schema.ts'
import { eventually, openTown, type Town } from '../fixtures/town.ts'

let town: Town
let owner: Sql
let document: SchemaDocument
before(async () => {
  town = await openTown({ quiet: true })
  owner = createSql({ url: town.database.url, connectionsMax: 1, application: 'test' })
  document = (await (await fetch(`${town.url}/docs/card-events.schema.json`)).json()) as SchemaDocument
})
after(async () => {
  await owner.end()
  await town.close()
})

test('a bank’s tools can fetch both documents from the Guichet they push to', async () => {
  const schema = await fetch(`${town.url}/docs/card-events.schema.json`)
  assert.match(schema.headers.get('content-type') ?? '', /^application\/schema\+json/)
  const asyncApi = await fetch(`${town.url}/docs/card-events.asyncapi.json`)
  assert.equal(((await asyncApi.json()) as { asyncapi: string }).asyncapi, '3.0.0')
})

test('every kind of event that the simulated banks send is as the contract says', async (t) => {
  const { isA } = fromSchema(document)
  const simulated = await startTestBank(t)
  const { bank, guichet } = simulated
  const { get } = await simulated.link('amina', { scope: 'openid offline_access accounts disputes' })
  await simulated.link('bruno')
  const made = (amount: string) => {
    const result = bank.authorise('amina', { amount, descriptor: 'tesco stores 2187', mcc: '5411' })
    assert.equal(result.outcome, 'authorised')
    return result.transactionId
  }
  const paid = made('50.00')
  bank.adjust(paid, '42.00')
  bank.post(paid)
  bank.reverse(paid)
  bank.release(made('5.00'))
  bank.suspect(made('6.00'))
  bank.authorise('amina', { amount: '99999.00', descriptor: 'yacht' })
  bank.stopPayment('bruno', { amount: '210.00', descriptor: 'hotel miramar lisboa', entryMode: 'online' })
  bank.openSavings('amina')
  bank.closeSavings('amina')
  const { accountId } = bank.accountsOf('amina')[0]!
  const dispute = await get(`/card-control/v1/accounts/${accountId}/disputes`, undefined, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'order-number-1' },
    body: JSON.stringify({
      caseNumber: 'G-7K4M-2Q',
      notifiedAt: '2026-11-24T12:00:00.000Z',
      transactions: [{ transactionId: paid, amount: '42.00', currency: 'GBP' }],
    }),
  })
  bank.decideDispute(((await dispute.json()) as { disputeId: string }).disputeId, 'IN_FAVOUR')
  await bank.flush()
  const events = eventsOf(guichet)
  for (const event of events)
    assert.ok(isA(`#/$defs/${typeOf(event)}`, event), `${typeOf(event)}: ${JSON.stringify(event)}`)
  assert.ok(isA('', events), 'the whole batch too')
  assert.deepEqual([...new Set(events.map(typeOf))].sort(), [...EVENT_TYPES].sort())
})

test('a batch with one bad event leaves nothing behind; mended, all of it is taken, once', async () => {
  const { valid, spoil } = fromSchema(document)
  const visitor = town.visitor()
  await visitor.link('chase', ['account-view', 'fraud-alerts'], 'amina')
  await eventually('the accounts', async () => (await visitor.say('balance'))[0]?.show?.type === 'accounts')
  const bank = town.bank('chase')
  const subject = bank.accountsOf('amina')[0]!.accountId
  let number = 10_000
  /** What no schema says: whose account it is, and its currency. */
  const ours = (event: unknown) => ({
    ...(event as object),
    id: `contract-${++number}`,
    source: bank.issuer,
    subject,
    sequence: String(number),
    time: new Date(systemClock.now()).toISOString(),
    data: {
      ...(event as { data: object }).data,
      currency: 'GBP',
      currentBalance: `${number}.00`,
      availableBalance: null,
      creditLine: null,
    },
  })
  const send = async (events: unknown[]) => {
    const { url, ...request } = await bank.sign({
      url: `${town.url}/banks/chase/events`,
      body: JSON.stringify(events),
      contentType: 'application/cloudevents-batch+json',
      tag: 'guichet-event',
    })
    const response = await fetch(url, request)
    return { status: response.status, text: await response.text() }
  }
  const inbox = async () =>
    (
      await owner.query<{ n: number }>(
        `select count(*)::int as n from intake.inbox where event_id like 'contract-%'`,
      )
    )[0]!.n
  let taken = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(valid('balance').map(ours), { minLength: 2, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
      async (events, which, how) => {
        const place = which % events.length
        const ways = [...spoil('balance', events[place])]
        const { event: bad, path } = ways[how % ways.length]!
        const refused = await send(events.with(place, bad as (typeof events)[number]))
        assert.equal(refused.status, 422, refused.text)
        const { error } = JSON.parse(refused.text)
        assert.ok(error.field.startsWith([`[${place}]`, ...path].join('.')), `${error.field} for ${path}`)
        assert.ok(!refused.text.includes(SECRET))
        assert.equal(await inbox(), taken, 'nothing of a refused batch is kept')

        const mended = await send(events)
        assert.deepEqual([mended.status, JSON.parse(mended.text).accepted], [200, events.length])
        const again = await send(events)
        assert.deepEqual(JSON.parse(again.text), { accepted: 0, duplicates: events.length, dropped: 0 })
        taken += events.length
        assert.equal(await inbox(), taken)
      },
    ),
    // Not shrunk: an event that was taken cannot be sent for the first time again.
    { numRuns: 25, endOnFailure: true },
  )
})
