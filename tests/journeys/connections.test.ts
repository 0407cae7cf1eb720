/** A connection from its first pull to its end at the bank, and to the same accounts when it is made again. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually, openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
before(async () => {
  town = await openTown({ quiet: true })
})
after(() => town.close())

const told = (visitor: Visitor, what: RegExp) =>
  eventually(`the news ${what}`, async () => (await visitor.messages()).find(({ text }) => what.test(text)))

const rowsOf = async (visitor: Visitor) => {
  const [balance] = await visitor.say('balance')
  return balance?.show?.type === 'accounts' ? balance.show.rows : []
}

test('who asks has their bank read at once, by a tap or in words, and is told so', async () => {
  const visitor = town.visitor()
  await visitor.link('chase', ['account-view'], 'amina')
  await told(visitor, /Chase is linked/)
  const [balance] = await visitor.say('balance')
  assert.match(balance!.text, /I may update this by myself again from/)
  const button = balance!.actions.find(({ label }) => label === 'Refresh')
  assert.ok(button)
  const [, refreshed, after] = await visitor.tap(button)
  assert.equal(refreshed!.text, 'Refreshed: Chase just answered.')
  assert.equal(after!.show?.type, 'accounts')
  const [enFrancais] = await visitor.say('actualise', 'fr')
  assert.equal(enFrancais!.text, 'C’est actualisé\u00a0: Chase vient de répondre.')
})

test('a consent that is taken back at the bank ends here, the person is told, and linking again finds the same accounts', async () => {
  const visitor = town.visitor()
  await visitor.link('citi', ['account-view'], 'bruno')
  await told(visitor, /is linked/)
  const before = await rowsOf(visitor)
  assert.ok(before.length > 0)
  town.bank('citi').revokeConsents('bruno')
  await visitor.say('refresh')
  const over = await told(visitor, /has ended the access you gave me/)
  assert.deepEqual(
    over.actions.map((action) => 'href' in action && action.href),
    ['/link?bank=citi'],
  )
  const [refused] = await visitor.say('balance')
  assert.equal(refused!.kind, 'refusal')
  await visitor.link('citi', ['account-view'], 'bruno')
  await eventually('the accounts', async () => (await rowsOf(visitor)).length > 0)
  const number = ({ numberDisplay }: { numberDisplay: string }) => numberDisplay
  assert.deepEqual((await rowsOf(visitor)).map(number), before.map(number))
})
