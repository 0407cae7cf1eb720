import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createEveryday } from './live/everyday.ts'
import { startSimulation } from './simulation.ts'
import { link, startGuichetStandIn } from './testing/client.ts'
import { smallCustomers } from './testing/small-customers.ts'
import { eventsOf, typeOf } from './testing/test-bank.ts'

async function startSmall(t: TestContext, options: { paused?: boolean; secondsBetween?: number } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-sim-'))
  const guichet = await startGuichetStandIn()
  const simulation = await startSimulation({
    guichetUrl: guichet.url,
    basePort: 0,
    dataFolder: join(folder, 'sim'),
    profilesFolder: join(folder, 'banks'),
    pagesFolder: join(folder, 'no-pages'),
    clock: { now: () => Date.now() },
    seed: 1,
    pace: { secondsBetween: 0.2, dayMs: 200, paused: true, ...options },
    customers: (bankId, now) => smallCustomers(bankId)(now),
  })
  t.after(async () => {
    await simulation.stop()
    await guichet.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const post = (name: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${simulation.control.url}/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: simulation.control.url, ...headers },
      body: JSON.stringify(body),
    })
  const state = async () => await (await fetch(`${simulation.control.url}/api/state`)).json()
  return { simulation, guichet, folder, post, state }
}

test('each bank writes a profile by which Guichet can find it, and names no secret in it', async (t) => {
  const { simulation, folder } = await startSmall(t)
  assert.deepEqual(await readdir(join(folder, 'banks')), [
    'chase.json',
    'citi.json',
    'us-bank.json',
    'wells-fargo.json',
  ])
  for (const { id, issuer } of simulation.banks) {
    const profile = JSON.parse(await readFile(join(folder, 'banks', `${id}.json`), 'utf8'))
    assert.equal(profile.id, id)
    assert.equal(profile.issuer, issuer)
    assert.equal(profile.simulated, true)
    assert.equal(profile.eventKeys[0].crv, 'Ed25519')
    assert.equal(profile.eventKeys[0].d, undefined)
    const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
    assert.equal(metadata.require_pushed_authorization_requests, true)
    assert.equal(metadata.authorization_response_iss_parameter_supported, true)
    assert.deepEqual(metadata.authorization_details_types_supported, ['fdx_consent'])
  }
})

test('linked people pay of themselves, and each payment comes to its end', async (t) => {
  const { simulation, guichet } = await startSmall(t, { paused: false })
  await link(simulation.bank('citi').issuer, guichet, { username: 'amina' })
  const told = () => eventsOf(guichet)
  while (told().filter((event) => typeOf(event) === 'posted').length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  simulation.pace.paused = true
  const { accountId } = simulation.bank('citi').accountsOf('amina')[0]!
  for (const event of told()) assert.equal(event.subject, accountId)
  const sequences = told().map(({ sequence }) => Number(sequence))
  assert.deepEqual(
    sequences,
    sequences.map((_, index) => index + 1),
  )
})

test('a stolen card pays at home, is tested thrice online, and then far away', async (t) => {
  const { simulation, guichet, post, state } = await startSmall(t)
  const bank = simulation.bank('chase')
  const refused = await post('steal', { bankId: 'chase', username: 'amina' }, { 'accept-language': 'fr' })
  assert.equal(refused.status, 409)
  assert.match((await refused.json()).error.sentence, /n’a pas relié/)

  await link(bank.issuer, guichet, { username: 'amina' })
  assert.equal((await post('steal', { bankId: 'chase', username: 'amina' })).status, 200)
  await bank.flush()
  const told = eventsOf(guichet).filter((event) => typeOf(event) === 'authorised')
  assert.deepEqual(
    told.map(({ data }) => data.entryMode),
    ['contactless', 'online', 'online', 'online', 'magstripe'],
  )
  const [home, ...rest] = told
  assert.equal(home!.data.merchant.city, 'Birmingham')
  const far = rest.at(-1)!
  assert.notEqual(far.data.merchant.country, 'GB')
  assert.ok(Number(far.data.amount) > 600)
  assert.ok(Date.parse(far.time) - Date.parse(home!.time) < 5 * 60_000)
  assert.ok(rest.slice(0, 3).every(({ data }) => Number(data.amount) < 2))

  const { accountId } = bank.accountsOf('amina')[0]!
  const shown = await state()
  const [chase] = shown.banks
  assert.deepEqual(chase.linkedCustomers[0].cards[0], { numberDisplay: '4321', state: 'active' })
  assert.deepEqual(Object.keys(shown.recentEvents[0]).sort(), ['at', 'bankId', 'type'])
  assert.ok(!JSON.stringify(shown).includes(accountId), 'the page learns no account')
})

test('only the control page itself can do anything', async (t) => {
  const { post, simulation } = await startSmall(t)
  const body = { bankId: 'chase', username: 'amina' }
  assert.equal((await post('steal', body, { origin: 'http://evil.example' })).status, 403)
  const withoutOrigin = await fetch(`${simulation.control.url}/api/pace`, { method: 'POST', body: '{}' })
  assert.equal(withoutOrigin.status, 403)
  assert.equal(
    (await post('faults', { bankId: 'chase', endpoint: 'accounts', fault: 'explode' })).status,
    400,
  )
  assert.equal((await post('pay', { bankId: 'nowhere', username: 'amina' })).status, 400)
})

test('the control page pays, sets the pace, makes a bank fail and has it leave', async (t) => {
  const { simulation, guichet, post, state } = await startSmall(t)
  const bank = simulation.bank('us-bank')
  await link(bank.issuer, guichet, { username: 'bruno' })
  const who = { bankId: 'us-bank', username: 'bruno' }
  assert.equal((await post('pay', { ...who, amount: '42.00', descriptor: 'one payment' })).status, 200)
  await bank.flush()
  assert.equal(eventsOf(guichet)[0]!.data.amount, '42.00')
  assert.equal((await post('pay', { ...who, amount: '99999.00' })).status, 409)

  await post('pace', { secondsBetween: 30, paused: true })
  await post('faults', { bankId: 'us-bank', endpoint: 'accounts', fault: 'answer-500' })
  const during = await state()
  assert.deepEqual(during.pace, { secondsBetween: 30, paused: true })
  const usBank = during.banks.find((one: { id: string }) => one.id === 'us-bank')
  assert.deepEqual(usBank.faults, [{ endpoint: 'accounts', kind: 'answer-500' }])

  assert.equal((await post('withdraw-bank', { bankId: 'us-bank' })).status, 200)
  assert.equal((await post('pay', who)).status, 409)
  assert.equal(guichet.received.at(-1)!.path, '/banks/us-bank/withdraw')
})

test('the control page has the bank stop a payment, raise an alert, send a new card and decide a dispute', async (t) => {
  const { simulation, guichet, post, state } = await startSmall(t)
  const bank = simulation.bank('chase')
  const session = await link(bank.issuer, guichet, { username: 'amina' })
  const who = { bankId: 'chase', username: 'amina' }
  const order = (path: string, key: string, body: object) =>
    session.get(`/card-control/v1/accounts/${path}`, undefined, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    })
  const people = async () =>
    (await state()).banks.find(({ id }: { id: string }) => id === 'chase').linkedCustomers[0]

  assert.equal((await post('stop-payment', who)).status, 200)
  assert.equal((await post('bank-alert', who)).status, 200)
  await bank.flush()
  const told = eventsOf(guichet)
  assert.deepEqual(told.map(typeOf), ['declined', 'authorised', 'balance', 'suspected'])
  assert.notEqual(told[0]!.data.merchant.country, 'GB')
  assert.ok((await state()).recentEvents.some(({ type }: { type: string }) => type === 'suspected'))

  const { accountId } = bank.accountsOf('amina')[0]!
  const { transactionId, amount, currency } = told[1]!.data
  const answer = await order(`${accountId}/disputes`, 'order-number-1', {
    caseNumber: 'G-7K4M-2Q',
    notifiedAt: '2026-11-24T12:00:00.000Z',
    transactions: [{ transactionId, amount, currency }],
  })
  const { disputeId } = await answer.json()
  const [open] = (await people()).disputes
  assert.deepEqual(
    { ...open, receivedAt: 0 },
    { disputeId, caseNumber: 'G-7K4M-2Q', receivedAt: 0, payments: 1 },
  )
  const decide = (id: string, outcome: string) => post('decide-dispute', { ...who, disputeId: id, outcome })
  assert.equal((await decide(disputeId, 'PERHAPS')).status, 400)
  assert.equal((await decide('dsp_unknown', 'AGAINST')).status, 400)
  assert.equal((await decide(disputeId, 'AGAINST')).status, 200)
  assert.equal((await decide(disputeId, 'IN_FAVOUR')).status, 409, 'a dispute is decided once')
  assert.deepEqual((await people()).disputes, [])

  await order(`${accountId}/cards/4321/replacement`, 'order-number-2', { caseNumber: 'G-7K4M-2Q' })
  assert.equal((await people()).cards[0].state, 'replaced')
  assert.equal((await post('stop-payment', who)).status, 409, 'a card that is over pays nothing')
  assert.equal((await post('deliver-cards', who)).status, 200)
  assert.equal((await people()).cards[0].state, 'active')
  assert.equal((await post('pay', who)).status, 200)
})

test('nobody pays of themselves with a card that they had blocked', async (t) => {
  const { simulation, guichet } = await startSmall(t)
  const bank = simulation.bank('citi')
  const session = await link(bank.issuer, guichet, { username: 'amina' })
  const { accountId } = bank.accountsOf('amina')[0]!
  await session.get(`/card-control/v1/accounts/${accountId}/cards/4321/block`, undefined, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'order-number-1' },
    body: JSON.stringify({ reason: 'FRAUD' }),
  })
  const everyday = createEveryday({
    banks: [bank],
    pace: { secondsBetween: 0, paused: false, dayMs: 1_000 },
    clock: { now: () => Date.now() },
    chance: () => 0.5,
  })
  for (let tick = 0; tick < 5; tick++) everyday.tick()
  await bank.flush()
  assert.deepEqual(eventsOf(guichet), [])
  bank.unblock('amina')
  everyday.tick()
  await bank.flush()
  assert.equal(typeOf(eventsOf(guichet)[0]!), 'authorised')
})

test('a start that finds a port taken fails as a whole', async (t) => {
  const { simulation, guichet, folder } = await startSmall(t)
  const taken = Number(new URL(simulation.banks[0]!.issuer).port)
  await assert.rejects(
    startSimulation({
      guichetUrl: guichet.url,
      basePort: taken - 2,
      dataFolder: join(folder, 'second'),
      profilesFolder: join(folder, 'second-banks'),
      clock: { now: () => Date.now() },
      seed: 1,
      customers: (bankId, now) => smallCustomers(bankId)(now),
    }),
    { code: 'EADDRINUSE' },
  )
})
