/** The seven steps of a newcomer, through the doors that the pages use. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { explainReport, verifyFile } from '#accesslog'
import { verifyStatement } from '#accesslog/proof'
import type { ErasedJson, PrivacyJson, ReadsJson, SessionJson } from '../../src/http/api.ts'
import { eventually, linkIsTold, openTown, type Town } from '../fixtures/town.ts'

let town: Town
before(async () => {
  town = await openTown()
})
after(() => town.close())

const ALL = ['account-view', 'fraud-alerts', 'spending-insights', 'bank-offers']

/** Somebody linked to Chase whose accounts have arrived. */
async function linked(username: string, purposes = ALL) {
  const visitor = town.visitor()
  assert.equal(await visitor.link('chase', purposes, username), '/?linked=chase')
  await linkIsTold(visitor, 'Chase')
  return visitor
}

test('a newcomer says hello and is offered to link a bank', async () => {
  const visitor = town.visitor()
  const [hello] = await visitor.say('Hello')
  const { person } = await visitor.get<SessionJson>('/api/session')
  assert.deepEqual([person?.hasLink, person?.hasPasskey], [false, false], 'with no way yet to come back')
  assert.ok(hello!.actions.some((action) => 'href' in action && action.href.startsWith('/link')))
  const [bonjour] = await visitor.say('Bonjour', 'fr')
  assert.match(bonjour!.text, /banque/i)
})

test('a person links a bank at its own page, asks, is alerted, and the card is blocked there', async () => {
  const visitor = await linked('amina')
  const bank = town.bank('chase')

  const [balance] = await visitor.say('What’s my balance?')
  assert.ok(balance!.show?.type === 'accounts')
  const [account] = bank.accountsOf('amina')
  assert.ok(
    balance!.show.rows.some((row) => row.current.amountMinor === account!.currentMinor),
    'the balance is the bank’s',
  )

  const [payments] = await visitor.say('show my last 10 payments')
  assert.ok(payments!.show?.type === 'transactions')
  assert.equal(payments!.show.rows.length, 10)

  const [found] = await visitor.say('find the £42 payment')
  assert.ok(found!.show?.type === 'transactions')
  assert.ok(found!.show.rows.every((row) => Math.abs(row.amount.amountMinor) === 4_200))

  bank.authorise('amina', {
    amount: '1499.00',
    descriptor: 'electronica barcelona',
    entryMode: 'magstripe',
    country: 'ES',
    city: 'Barcelona',
    latitude: 41.39,
    longitude: 2.17,
  })
  await bank.flush()
  const alert = await eventually('the alert', async () =>
    (await visitor.messages()).find((message) => message.kind === 'alert' && message.actions.length > 0),
  )
  assert.match(alert.text, /£1,499\.00/)
  const no = alert.actions.find((action) => action.style === 'danger')!
  const replies = await visitor.tap(no)
  assert.ok(
    replies.some((message) => /G-[0-9A-Z]{4}-[0-9A-Z]{2,}/.test(message.text)),
    'a case number is given',
  )
  assert.ok(
    bank.isBlocked(account!.accountId, account!.cardNumberDisplay!),
    'the card is blocked at the bank',
  )
  await assert.rejects(visitor.tap(no), /already-done/, 'a button works once')
})

test('the privacy centre lists every read, and the downloaded file proves itself offline', async () => {
  const visitor = await linked('bruno')
  const privacy = await visitor.get<PrivacyJson>('/api/privacy')
  assert.equal(privacy.links.length, 1)
  assert.ok(privacy.reads > 0)
  const { reads } = await visitor.get<ReadsJson>('/api/privacy/reads')
  assert.ok(reads.some((read) => read.purpose === 'account-view'))

  const file = await (await visitor.call('POST', '/api/export', {})).text()
  const report = await verifyFile(file)
  assert.ok(report.ok, explainReport(report, 'en'))
  for (const locale of ['en', 'fr'] as const) assert.ok(explainReport(report, locale).length > 200)

  const tampered = file.replace(/"purpose": "account-view"/, '"purpose": "bank-offers"')
  assert.notEqual(tampered, file)
})

test('a withdrawn purpose is refused with a way to grant it again, then everything is erased', async () => {
  const visitor = town.visitor()
  await visitor.link('citi', ['account-view', 'spending-insights'], 'bruno')
  await eventually('the accounts', async () => (await visitor.say('balance'))[0]?.show?.type === 'accounts')
  const privacy = await visitor.get<PrivacyJson>('/api/privacy')
  const insights = privacy.links[0]!.grants.find((grant) => grant.purpose === 'spending-insights')!
  await visitor.post(`/api/grants/${insights.id}/withdraw`)
  const [refusal] = await visitor.say('what did I spend last month?')
  assert.equal(refusal!.kind, 'refusal')
  assert.ok(
    refusal!.actions.some((action) => 'href' in action && action.href.includes('purpose=spending-insights')),
  )

  const { log, shreds } = await visitor.post<ErasedJson>('/api/erase', { confirm: true })
  assert.deepEqual(
    shreds.map((shred) => shred.kind),
    ['person', 'link'],
  )
  for (const { statement, index, proof } of shreds) {
    const checked = await verifyStatement(proof!, log.vkey, 'guichet.shred/1')
    assert.ok(checked.ok, 'whoever leaves takes the proof along')
    assert.equal(checked.index, index)
    assert.equal(new TextDecoder().decode(checked.payload), statement)
  }
  await visitor.arrive()
  assert.deepEqual(await visitor.messages(), [], 'the chat knows nothing of them any more')
  assert.deepEqual(town.bank('citi').consentsOf('bruno'), [], 'the bank was told')
})

test('a returning person signs in through their bank and finds their conversation', async () => {
  const first = town.visitor()
  await first.signIn('chase', 'amina')
  const before = await first.messages()
  const again = town.visitor()
  assert.equal(await again.signIn('chase', 'amina'), '/?signed-in=1')
  assert.deepEqual(
    (await again.messages()).map((message) => message.id),
    before.map((message) => message.id),
  )
})

test('a restart finds everything as it was', async () => {
  const visitor = town.visitor()
  await visitor.signIn('chase', 'bruno')
  const before = await visitor.messages()
  assert.ok(before.length > 0)
  await town.restart()
  assert.deepEqual(
    (await visitor.messages()).map((message) => message.text),
    before.map((message) => message.text),
  )
})

test('a bank that leaves tells its people in the chat', async () => {
  const visitor = await linked('amina')
  await town.bank('chase').withdraw('the contract ended')
  await eventually('the news', async () =>
    (await visitor.messages()).find((message) => /Chase/.test(message.text) && /left/i.test(message.text)),
  )
  const [refusal] = await visitor.say('What’s my balance?')
  assert.equal(refusal!.kind, 'refusal')
})
