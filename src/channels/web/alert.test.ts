import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { DAY, Fault, money } from '#kit'
import { payment } from '../../../tests/fixtures/rooms.ts'
import { ENGLISH, NOW, openChat } from './chat.fixture.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
beforeEach(() => {
  house.desk.fails = null
  house.desk.renews = false
  house.desk.calls = 0
  house.desk.done.clear()
})
after(() => house.close())

const fault = (code: Fault['code']) => (error: unknown) => error instanceof Fault && error.code === code

async function alerted() {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const caseId = await house.raiseCase(person)
  await house.chat.tellCase({ ...person, caseId })
  const alert = (await house.all(person.personId)).at(-1)!
  const tokens = alert.actions.map((action) => ('token' in action ? action.token : assert.fail()))
  return { person, alert, yes: tokens[0]!, no: tokens[1]!, caseId }
}

/** The orders that were announced and would be delivered again after a crash. */
const announced = async (personId: string, kind = 'block') =>
  await house.sql.rooms.query<{ linkId: string; orderId: string }>(
    `select link_id as "linkId", id as "orderId" from channels.bank_order where person_id = $1 and kind = $2`,
    [personId, kind],
  )

test('an alert asks “was this you?” with the payment and what is unusual, once however often it is announced', async () => {
  const { person, alert, caseId } = await alerted()
  assert.equal(alert.kind, 'alert')
  assert.match(
    alert.text,
    /^Was this you\? £777\.77 at .*\(PARIS, France\), today at 14:04 with your Chase card ending 5770\./,
  )
  assert.match(alert.text, /What looks unusual:\n• Your first payment in this country: France\./)
  assert.deepEqual(
    alert.actions.map(({ label, style }) => [label, style]),
    [
      ['Yes, it was me', 'plain'],
      ['No, block my card', 'danger'],
    ],
  )
  await house.chat.tellCase({ ...person, caseId })
  assert.equal((await house.all(person.personId)).filter(({ kind }) => kind === 'alert').length, 1)
})

test('an amount is told against what the person usually pays at a shop like that, in both languages', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const reasons = [
    {
      code: 'amount-high',
      values: { amount: money(-77_777, 'GBP'), usual: money(4_000, 'GBP'), times: 19 },
    },
  ]
  const caseId = await house.raiseCase(person, { reasons })
  await house.chat.tellCase({ ...person, caseId })
  const seldom = (await house.all(person.personId)).at(-1)!
  assert.match(seldom.text, /£777\.77 is about 19 times what you usually pay \(£40\.00\)/)

  const shopper = await house.amina(['fraud-alerts', 'account-view'])
  await house.keepPayments(
    shopper,
    [10, 20, 30, 40, 50].map((daysAgo) =>
      payment({
        id: `tv-${daysAgo}-${shopper.linkId}`,
        at: NOW - daysAgo * DAY,
        amount: money(-26_000, 'GBP'),
        descriptor: 'north electronics',
        mcc: '5732',
      }),
    ),
  )
  const other = await house.raiseCase(shopper, { reasons })
  await house.chat.tellCase({ ...shopper, caseId: other })
  const often = (await house.all(shopper.personId)).at(-1)!
  assert.match(often.text, /£777\.77 is about 3 times your usual at a shop like this \(£260\.00\)/)
  const french = (await house.all(shopper.personId, 'fr')).at(-1)!
  assert.match(french.text, /3 fois ce que vous payez d’habitude dans un commerce comme celui-ci/)
})

test('a no blocks the card at the bank at once and says since when, under which number, and what follows', async () => {
  const { person, no } = await alerted()
  const messages = await house.chat.act(person.personId, no, ENGLISH)
  assert.deepEqual(
    messages.map(({ from }) => from),
    ['person', 'guichet', 'guichet'],
  )
  assert.equal(messages[0]!.text, 'No, block my card')
  assert.match(
    messages[1]!.text,
    /^Understood: this was not you\. I am having your card ending 5770 blocked at Chase now\.\n.*dispute G-7K4M-2Q/,
  )
  assert.match(
    messages[2]!.text,
    /card ending 5770 is blocked at Chase since 14:05\. Your case number is G-7K4M-2Q\./,
  )
  assert.match(messages[1]!.text, /Your rights:/)
  const [order] = house.desk.orders('block')
  assert.equal(order?.bankAccountId, 'bank-account-1')
  assert.equal(order?.cardNumberDisplay, '5770')
  assert.equal(order?.caseNumber, 'G-7K4M-2Q')
  const kept = await house.caseOf(person)
  assert.equal(kept?.state, 'confirmed-fraud')
  assert.equal(kept?.cardBlockedAt, NOW)
})

test('a yes closes the case and blocks nothing', async () => {
  const { person, yes } = await alerted()
  const messages = await house.chat.act(person.personId, yes, ENGLISH)
  assert.match(messages.at(-1)!.text, /noted as yours.*Case G-7K4M-2Q is closed/)
  assert.equal((await house.caseOf(person))?.state, 'was-me')
  assert.equal(house.desk.calls, 0)
})

test('a yes that was a mistake can be taken back, and the card is then blocked', async () => {
  const { person, yes } = await alerted()
  const closed = (await house.chat.act(person.personId, yes, ENGLISH)).at(-1)!
  const [takeBack] = closed.actions
  assert.ok(takeBack && 'token' in takeBack)
  const messages = await house.chat.act(person.personId, takeBack.token, ENGLISH)
  assert.match(messages.at(-1)!.text, /card ending 5770 is blocked at Chase/)
  assert.equal((await house.caseOf(person))?.state, 'confirmed-fraud')
})

test('a no tapped many times at once counts once', async () => {
  const { person, no } = await alerted()
  const taps = await Promise.allSettled(
    Array.from({ length: 6 }, () => house.chat.act(person.personId, no, ENGLISH)),
  )
  assert.equal(taps.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const tap of taps) if (tap.status === 'rejected') assert.ok(fault('already-done')(tap.reason))
  assert.equal((await announced(person.personId)).length, 1)
  assert.equal(house.desk.orders('block').length, 1)
})

test('a yes and a no tapped at the same time: one counts', async () => {
  const { person, yes, no } = await alerted()
  const taps = await Promise.allSettled([
    house.chat.act(person.personId, yes, ENGLISH),
    house.chat.act(person.personId, no, ENGLISH),
  ])
  assert.deepEqual(taps.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  const state = (await house.caseOf(person))?.state
  assert.equal(house.desk.orders('block').length, state === 'confirmed-fraud' ? 1 : 0)
})

test('a bank that does not answer is said honestly, tried again until done, and then told, each once', async () => {
  const { person, no } = await alerted()
  house.desk.fails = new Fault('bank-unreachable')
  const messages = await house.chat.act(person.personId, no, ENGLISH)
  assert.match(
    messages.at(-1)!.text,
    /not blocked yet: Chase is not answering\. I keep trying.*call Chase on \+1 800/,
  )
  const [order] = await announced(person.personId)
  const ids = { personId: person.personId, ...order! }
  await assert.rejects(house.chat.carryOut(ids), fault('bank-unreachable'))
  house.desk.fails = null
  house.desk.renews = true
  await house.chat.carryOut(ids)
  await house.chat.carryOut(ids)
  assert.equal(house.desk.orders('block').length, 1)
  const texts = (await house.all(person.personId)).map(({ text }) => text)
  assert.equal(texts.filter((text) => text.includes('not blocked yet')).length, 1)
  assert.equal(texts.filter((text) => text.includes('is blocked at Chase since')).length, 1)
  assert.equal((await house.caseOf(person))?.cardBlockedAt, NOW)
})

test('a bank that refuses is said, with the telephone to call, and is not asked again', async () => {
  const { person, no } = await alerted()
  house.desk.fails = new Fault('bank-refused')
  const messages = await house.chat.act(person.personId, no, ENGLISH)
  assert.match(messages.at(-1)!.text, /is not blocked: Chase refused.*call Chase on/)
  const [order] = await announced(person.personId)
  await house.chat.carryOut({ personId: person.personId, ...order! })
  assert.equal(house.desk.calls, 1)
})

test('two workers that carry out the same order ask the bank once', async () => {
  const { person, no } = await alerted()
  house.desk.fails = new Fault('bank-unreachable')
  await house.chat.act(person.personId, no, ENGLISH)
  house.desk.fails = null
  house.desk.calls = 0
  const [order] = await announced(person.personId)
  const ids = { personId: person.personId, ...order! }
  await Promise.all([house.chat.carryOut(ids), house.chat.carryOut(ids)])
  assert.equal(house.desk.calls, 1)
})

test('twenty people who say no at the same moment do not wait for each other', async () => {
  const all = []
  for (let i = 0; i < 20; i++) all.push(await alerted())
  const taps = await Promise.all(all.map(({ person, no }) => house.chat.act(person.personId, no, ENGLISH)))
  for (const messages of taps) assert.match(messages.at(-1)!.text, /is blocked at Chase since/)
  assert.equal(house.desk.orders('block').length, 20)
})

test('a person who withdrew fraud alerts is not asked about a case', async () => {
  const person = await house.amina(['fraud-alerts'])
  const caseId = await house.raiseCase(person)
  await house.vault.withdraw(person.personId, person.grants[0]!.id)
  await house.chat.tellCase({ ...person, caseId })
  assert.deepEqual(await house.all(person.personId), [])
})

test('an order whose consent ended before the bank could be told says so and stops', async () => {
  const { person, no } = await alerted()
  house.desk.fails = new Fault('bank-unreachable')
  await house.chat.act(person.personId, no, ENGLISH)
  house.desk.fails = null
  await house.vault.withdraw(person.personId, person.grants[0]!.id)
  const [order] = await announced(person.personId)
  await house.chat.carryOut({ personId: person.personId, ...order! })
  const last = (await house.all(person.personId)).at(-1)!
  assert.match(last.text, /could not have your card blocked: the consent it rested on has ended/)
  assert.equal(house.desk.orders('block').length, 0)
})

test('“freeze my card” asks which first, and blocks nothing until it is confirmed', async () => {
  const person = await house.amina(['fraud-alerts'])
  const [, which] = await house.chat.hear(person.personId, 'freeze my card', ENGLISH)
  assert.deepEqual(
    which!.actions.map(({ label }) => label),
    ['Block the card ending 5770', 'Leave it as it is'],
  )
  assert.equal(house.desk.calls, 0)
  const block = which!.actions[0]!
  const messages = await house.chat.act(person.personId, 'token' in block ? block.token : '', ENGLISH)
  assert.match(messages.at(-1)!.text, /card ending 5770 is blocked at Chase since 14:05/)
  const leave = which!.actions[1]!
  await assert.rejects(
    house.chat.act(person.personId, 'token' in leave ? leave.token : '', ENGLISH),
    fault('already-done'),
  )
})

test('“leave it” leaves the card as it is', async () => {
  const person = await house.amina(['fraud-alerts'])
  const [, which] = await house.chat.hear(person.personId, 'freeze my card', ENGLISH)
  const leave = which!.actions[1]!
  const messages = await house.chat.act(person.personId, 'token' in leave ? leave.token : '', ENGLISH)
  assert.match(messages.at(-1)!.text, /no card is blocked/)
  assert.equal(house.desk.calls, 0)
})
