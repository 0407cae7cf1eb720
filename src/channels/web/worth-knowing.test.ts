import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { DAY, HOUR, MINUTE, money } from '#kit'
import type { Transaction } from '#vault'
import { CHAT, payment } from '../../../tests/fixtures/rooms.ts'
import type { MessageJson } from '../../http/api.ts'
import { startAgain, stop } from '../stop.ts'
import { ENGLISH, NOW, openChat } from './chat.fixture.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
beforeEach(() => house.clock.advance(NOW - house.clock.now()))
after(() => house.close())

type Person = { personId: string; linkId: string }

const amina = () => house.amina(['worth-knowing', 'fraud-alerts'])

/** Payments that came meanwhile, and the note that their link is to be looked at. */
async function receive(person: Person, payments: Partial<Transaction>[]): Promise<void> {
  const at = house.clock.now() - 20 * MINUTE
  await house.keepPayments(
    person,
    payments.map((over, i) => payment({ id: `${over.descriptor ?? ''}${i}-${person.linkId}`, at, ...over })),
  )
  await house.chat.noteWorthKnowing(person)
}
/** The same shop, amount and card within two minutes. */
const twice = (shop: string): Partial<Transaction>[] =>
  [0, 2].map((minutes) => ({
    descriptor: shop,
    mcc: '5942',
    at: house.clock.now() - 20 * MINUTE + minutes * MINUTE,
  }))
const bookshops = ['HARTLEY BOOKS', 'MARLOWE BOOKS', 'AUSTEN BOOKS', 'BRONTE BOOKS', 'ELIOT BOOKS']

const round = () => house.chat.tellWorthKnowing((error) => assert.fail(String(error)))
async function told({ personId }: Person): Promise<MessageJson[]> {
  return (await house.all(personId)).filter(({ text }) => / twice, | paid back /.test(text))
}
async function looks(): Promise<number> {
  const [row] = await house.sql.rooms.query<{ count: number }>(
    `select count(*)::int as count from intake.worth_due`,
  )
  return row!.count
}
/** How often the person's data was read for this. */
async function reads({ personId, linkId }: Person): Promise<number> {
  const entries = await house.vault.diary.entries(personId, { limit: 100 })
  return entries.filter((one) => one.linkId === linkId && one.record.what === 'look-for-news').length
}

test('a charge made twice is told once, by day, however often its link is looked at', async () => {
  const person = await amina()
  await receive(person, twice('HARTLEY BOOKS'))
  await round()
  await house.chat.noteWorthKnowing(person)
  await round()
  const [message, ...more] = await told(person)
  assert.match(message!.text, /charged £42\.00 twice, 2 minutes apart/)
  assert.deepEqual(more, [])
  house.clock.advance(2 * DAY)
  await round()
  assert.equal((await told(person)).length, 1)
})

test('one tap stops a kind for good, and no other', async () => {
  const person = await amina()
  await receive(person, twice('HARTLEY BOOKS'))
  await round()
  const [message] = await told(person)
  const stop = message!.actions.find(({ label }) => label.startsWith('Stop telling me'))
  assert.ok(stop && 'token' in stop)
  const said = await house.chat.act(person.personId, stop.token, ENGLISH)
  assert.match(said.at(-1)!.text, /will not tell you of charges that look made twice any more/)
  assert.deepEqual(
    (await house.chat.worthChoices(person.personId)).filter(({ isOn }) => !isOn),
    [{ kind: 'duplicate-charge', isOn: false }],
  )
  house.clock.advance(30 * DAY)
  await receive(person, twice('MARLOWE BOOKS'))
  await round()
  assert.equal((await told(person)).length, 1, 'another duplicate is not told')
  await receive(person, [
    { descriptor: 'tesco stores 6227', at: NOW + 30 * DAY - HOUR, amount: money(4200, 'GBP') },
  ])
  await receive(person, [{ id: 'bought', descriptor: 'tesco stores 6227', at: NOW + 20 * DAY }])
  await round()
  assert.match((await told(person)).at(-1)!.text, /Tesco paid back £42\.00/, 'a refund is')
})

test('a kind that was stopped is told again once its person turns it on', async () => {
  const person = await amina()
  await house.chat.chooseWorth(person.personId, 'duplicate-charge', false)
  await receive(person, twice('HARTLEY BOOKS'))
  await round()
  assert.deepEqual(await told(person), [])
  await house.chat.chooseWorth(person.personId, 'duplicate-charge', true)
  await round()
  assert.equal((await told(person)).length, 1)
})

test('at most one message a day and three a week, however much there is to say', async () => {
  const person = await amina()
  const when: number[] = []
  for (let day = 0; day < 9; day++) {
    const shop = bookshops[day % bookshops.length]!
    await receive(person, [...twice(`${shop} ${'ABCDEFGHI'[day]}`)])
    for (let look = 0; look < 2; look++) {
      await round()
      house.clock.advance(2 * HOUR)
      await house.chat.noteWorthKnowing(person)
    }
    const count = (await told(person)).length
    if (count > when.length) when.push(day)
    assert.equal(count, when.length, 'never two on one day')
    house.clock.advance(DAY - 4 * HOUR + MINUTE)
  }
  assert.deepEqual(when, [0, 1, 2, 7, 8])
})

test('while nothing may be said, nothing is read: at night, after today’s message, with every kind stopped', async () => {
  const person = await amina()
  const before = await reads(person)
  house.clock.advance(9 * HOUR)
  await receive(person, twice('HARTLEY BOOKS'))
  await round()
  assert.equal(await reads(person), before, '23:05 in London')
  house.clock.advance(9 * HOUR)
  await round()
  assert.equal((await told(person)).length, 1, '8:05 in the morning')
  assert.equal(await reads(person), before + 1)
  await house.chat.noteWorthKnowing(person)
  await round()
  assert.equal(await reads(person), before + 1, 'today’s message was written')

  const bruno = await amina()
  for (const { kind } of await house.chat.worthChoices(bruno.personId))
    await house.chat.chooseWorth(bruno.personId, kind, false)
  const untouched = await reads(bruno)
  await receive(bruno, twice('HARTLEY BOOKS'))
  await round()
  assert.equal(await reads(bruno), untouched)
})

test('whoever said stop hears nothing, and is not looked at, until they say start', async () => {
  const person = await amina()
  await stop(house.sql.rooms, person.personId, NOW)
  await receive(person, twice('HARTLEY BOOKS'))
  await round()
  assert.equal(await reads(person), 0)
  await startAgain(house.sql.rooms, person.personId)
  house.clock.advance(HOUR)
  await round()
  assert.equal((await told(person)).length, 1)
})

test('the person’s own quiet hours hold it back, and it comes when they are over', async () => {
  const person = await amina()
  // 14:05 in London.
  await house.chat.chooseLines(
    person.personId,
    {
      linkId: person.linkId,
      cardNumberDisplay: null,
      lines: 'all',
      above: null,
      quiet: { from: 840, to: 900 },
    },
    ENGLISH,
  )
  await receive(person, twice('HARTLEY BOOKS'))
  await round()
  assert.deepEqual(await told(person), [])
  house.clock.advance(HOUR)
  await round()
  assert.equal((await told(person)).length, 1)
})

test('without the consent a link is never noted, and once it is withdrawn nothing more is read', async () => {
  const noted = await looks()
  const claire = await house.amina(['fraud-alerts', 'account-view'])
  await receive(claire, twice('HARTLEY BOOKS'))
  assert.equal(await looks(), noted)

  const david = await amina()
  await receive(david, twice('HARTLEY BOOKS'))
  const grant = david.grants.find(({ purpose }) => purpose === 'worth-knowing')!
  await house.vault.withdraw(david.personId, grant.id)
  await round()
  assert.deepEqual(await told(david), [])
  assert.equal(await looks(), noted, 'the note is gone')
  const refused = await house.vault.open(
    { personId: david.personId, purpose: 'worth-knowing', actor: CHAT, what: 'look-for-news' },
    async () => 'lent',
  )
  assert.ok(!refused.ok && refused.why === 'consent-withdrawn')
})
