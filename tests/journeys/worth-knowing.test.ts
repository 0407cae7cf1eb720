/** What is said unasked, from the bank's event to the conversation, and how it is stopped. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ReadsJson, WorthJson } from '../../src/http/api.ts'
import { eventually, linkIsTold, openTown, type Town, type Visitor, zoneByDay } from '../fixtures/town.ts'

let town: Town
before(async () => {
  town = await openTown({ quiet: true })
})
after(() => town.close())

async function linked(bankId: string, username: string, purposes: string[]): Promise<Visitor> {
  const visitor = town.visitor(zoneByDay())
  await visitor.link(bankId, purposes, username)
  await linkIsTold(visitor)
  await visitor.say('hello')
  return visitor
}

/** The card is charged twice for one purchase. */
async function chargeTwice(bankId: string, username: string, descriptor: string): Promise<void> {
  const bank = town.bank(bankId)
  for (const minutes of [4, 2])
    bank.authorise(username, {
      amount: '57.25',
      descriptor,
      mcc: '5942',
      at: Date.now() - minutes * 60_000 + 1,
    })
  await bank.flush()
}

const worthRead = async (visitor: Visitor) =>
  (await visitor.get<ReadsJson>('/api/privacy/reads?limit=100')).reads.filter(
    ({ deed }) => deed === 'look-for-news',
  )

test('a charge made twice is told after the bank’s event, and one tap stops its kind for good', async () => {
  const visitor = await linked('chase', 'amina', ['account-view', 'worth-knowing'])
  await chargeTwice('chase', 'amina', 'HARTLEY BOOKS')
  const message = await eventually('what is worth knowing', async () =>
    (await visitor.messages()).find(({ text }) => /charged £57\.25 twice/.test(text)),
  )
  const [read] = await worthRead(visitor)
  assert.equal(read?.purpose, 'worth-knowing')

  const stop = message.actions.find(({ label }) => /Stop telling me/.test(label))!
  const said = await visitor.tap(stop)
  assert.match(said.at(-1)!.text, /I will not tell you of charges that look made twice any more/)
  const choices = await visitor.get<WorthJson[]>('/api/worth-knowing')
  assert.deepEqual(
    choices.filter(({ isOn }) => !isOn).map(({ kind }) => kind),
    ['duplicate-charge'],
  )
  const on = await visitor.post<WorthJson[]>('/api/worth-knowing', { kind: 'duplicate-charge', isOn: true })
  assert.ok(
    on.every(({ isOn }) => isOn),
    'the page turns it on again',
  )
  await assert.rejects(visitor.post('/api/worth-knowing', { kind: 'horoscope', isOn: true }), /400/)
})

test('without that consent nothing is looked for, whatever else is allowed', async () => {
  const bruno = await linked('citi', 'bruno', ['account-view', 'fraud-alerts', 'spending-insights'])
  // One who allows it comes behind: once theirs is told, the round has passed the other by.
  const amina = await linked('citi', 'amina', ['worth-knowing'])
  await chargeTwice('citi', 'bruno', 'MARLOWE BOOKS')
  await chargeTwice('citi', 'amina', 'MARLOWE BOOKS')
  await eventually('what is worth knowing', async () =>
    (await amina.messages()).find(({ text }) => /charged £57\.25 twice/.test(text)),
  )
  assert.deepEqual(await worthRead(bruno), [])
  assert.ok(!(await bruno.messages()).some(({ text }) => / twice, /.test(text)))
})
