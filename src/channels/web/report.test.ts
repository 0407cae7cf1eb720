/** Every payment can be answered: those of a list that was asked for, and those that somebody disputes in words. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { DAY, Fault, MINUTE, money } from '#kit'
import { payment } from '../../../tests/fixtures/rooms.ts'
import type { MessageJson } from '../../http/api.ts'
import { ENGLISH, FRENCH, NOW, openChat } from './chat.fixture.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
beforeEach(() => {
  house.desk.done.clear()
  house.clock.advance(NOW - house.clock.now())
})
after(() => house.close())

type Person = Awaited<ReturnType<typeof house.amina>>

const tokenOf = ({ actions }: MessageJson, label: RegExp): string => {
  const action = actions.find((one) => label.test(one.label))
  assert.ok(
    action && 'token' in action,
    `no button ${label} in ${actions.map((one) => one.label).join(', ')}`,
  )
  return action.token
}
const tap = async ({ personId }: Person, message: MessageJson, label: RegExp, chosen: string[] = []) =>
  (await house.chat.act(personId, tokenOf(message, label), ENGLISH, chosen)).filter(
    ({ from }) => from === 'guichet',
  )
const say = async ({ personId }: Person, words: string, reader: typeof ENGLISH | typeof FRENCH = ENGLISH) =>
  (await house.chat.hear(personId, words, reader)).filter(({ from }) => from === 'guichet')

function rowsOf({ show }: MessageJson) {
  assert.ok(show?.type === 'transactions')
  return show.rows
}

const shopper = (purposes: Parameters<typeof house.amina>[0] = ['account-view', 'fraud-alerts']) =>
  house.amina(purposes)

/** Payments that no tick is for: what came in, and what names no card. */
const otherRows = (linkId: string) => [
  payment({ id: `refund-${linkId}`, at: NOW - DAY, amount: money(900, 'GBP'), descriptor: 'refund shop' }),
  payment({ id: `rent-${linkId}`, at: NOW - DAY, descriptor: 'rent', cardNumberDisplay: null }),
]

test('of payments that were asked for, those by card can be ticked as not theirs, and the others not', async () => {
  const person = await shopper()
  await house.keepPayments(person, otherRows(person.linkId))
  const [list] = await say(person, 'show my last 10 payments')
  const rows = rowsOf(list!)
  assert.deepEqual(
    rows
      .filter(({ canTick }) => canTick === false)
      .map(({ id }) => id.split('-')[0])
      .sort(),
    ['refund', 'rent'],
  )
  const tesco = rows.find(({ id }) => id === `tesco-${person.linkId}`)!
  const [said, blocked] = await tap(person, list!, /ticked ones were not me/, [tesco.id])
  assert.match(said!.text, /this was not you.*\n.*I opened dispute/s)
  assert.match(blocked!.text, /card ending 5770 is blocked at Chase/)
  assert.equal((await house.caseOf(person))?.transactionId, tesco.id)
})

test('a payment that was found by its amount has one tap, in both languages', async () => {
  const person = await shopper()
  const [found] = await say(person, 'find the £777.77 payment')
  assert.deepEqual(
    found!.actions.map(({ label }) => label),
    ['Not me'],
  )
  const french = (await house.all(person.personId, 'fr')).at(-1)!
  assert.deepEqual(
    french.actions.map(({ label }) => label),
    ['Pas moi'],
  )
  const [said] = await tap(person, found!, /Not me/)
  assert.match(said!.text, /this was not you/)
  assert.equal((await house.caseOf(person))?.transactionId, `odd-${person.linkId}`)
})

test('a payment that cannot be ticked, or was not shown, is refused and uses nothing up', async () => {
  const person = await shopper()
  await house.keepPayments(person, otherRows(person.linkId))
  const [list] = await say(person, 'show my last 10 payments')
  const malformed = (error: unknown) => error instanceof Fault && error.code === 'request-malformed'
  for (const chosen of [[], ['txn_somebody_elses'], [`rent-${person.linkId}`]])
    await assert.rejects(tap(person, list!, /ticked/, chosen), malformed)
  assert.match((await tap(person, list!, /ticked/, [`odd-${person.linkId}`]))[0]!.text, /this was not you/)
})

test('without consent to fraud alerts the tick is refused with the way to grant it, and uses nothing up', async () => {
  const person = await shopper(['account-view'])
  const [list] = await say(person, 'show my last 10 payments')
  const odd = `odd-${person.linkId}`
  const [refused] = await tap(person, list!, /ticked/, [odd])
  assert.equal(refused!.kind, 'refusal')
  assert.match(refused!.text, /you have not allowed “Warn me of fraud”/)
  assert.equal(house.desk.orders('block').length, 0)
  assert.ok(
    (await house.all(person.personId)).some(({ id, actions }) => id === list!.id && actions.length > 0),
  )
})

test('payments of two banks in one list are reported each at its own bank', async () => {
  const chase = await shopper()
  const subject = `customer-${chase.personId}`
  const citi = await house.linkAlso(chase.personId, subject)
  const [list] = await say(chase, 'show my last 10 payments')
  const chosen = rowsOf(list!)
    .map(({ id }) => id)
    .filter((id) => id.startsWith('odd-'))
  assert.equal(chosen.length, 2)
  const said = await tap(chase, list!, /ticked/, chosen)
  assert.equal(said.filter(({ text }) => /this was not you/.test(text)).length, 2)
  assert.equal(house.desk.orders('block').length, 2)
  assert.equal((await house.caseOf({ ...chase, linkId: citi }))?.transactionId, `odd-${citi}`)
})

test('“I dispute a payment” lists the card payments to tick, in English and in French', async () => {
  const person = await shopper()
  await house.keepPayments(person, otherRows(person.linkId))
  const [asked] = await say(person, 'I want to dispute a payment')
  assert.match(asked!.text, /Which payment was not you\? Tick it/)
  assert.match(asked!.text, /call Chase on \+1 800 555 0100 and quote case number G-.*today at 14:05/)
  assert.deepEqual(
    rowsOf(asked!).map(({ id }) => id.split('-')[0]),
    ['odd', 'tesco'],
  )
  const [french] = await say(person, 'je conteste ce paiement', FRENCH)
  assert.match(french!.text, /Quel paiement ne venait pas de vous\u00a0\?/)
  assert.equal(rowsOf(french!).length, 2)

  const [said] = await tap(person, asked!, /ticked/, [`odd-${person.linkId}`])
  assert.match(said!.text, /I opened dispute/)
  const [again] = await say(person, 'I want to dispute a payment')
  assert.equal(rowsOf(again!).length, 1, 'what is in dispute is not asked about again')
  const noted = await house.sql.rooms.query(`select kind from channels.request where person_id = $1`, [
    person.personId,
  ])
  assert.deepEqual(noted, [{ kind: 'dispute' }, { kind: 'dispute' }, { kind: 'dispute' }])
})

test('where fraud alerts are off a dispute is the bank’s to open, and they can be allowed', async () => {
  const person = await shopper(['account-view'])
  const [said] = await say(person, 'I want to dispute a payment')
  assert.match(said!.text, /Only Chase can open the dispute/)
  assert.match(said!.text, /If you allow “Warn me of fraud”, I list your card payments here/)
  assert.ok(said!.actions.some((action) => 'href' in action && /purpose=fraud-alerts/.test(action.href)))
  assert.equal(said!.show, null)
})

test('of many payments the latest are listed, with the way to find an older one', async () => {
  const person = await shopper()
  await house.keepPayments(
    person,
    Array.from({ length: 30 }, (_, i) => payment({ id: `p${i}-${person.linkId}`, at: NOW - i * MINUTE })),
  )
  const [asked] = await say(person, 'I want to dispute a payment')
  assert.equal(rowsOf(asked!).length, 20)
  assert.match(asked!.text, /find the £42 payment/)
})

test('what the bank refused can be reported too: the card is blocked, and there is nothing to pay back', async () => {
  const person = await shopper()
  await house.keepPayments(person, [
    payment({
      id: `no-${person.linkId}`,
      at: NOW - MINUTE,
      status: 'declined',
      postedAt: null,
      amount: money(-61_000, 'GBP'),
      descriptor: 'gadget barn',
    }),
  ])
  const [found] = await say(person, 'find the £610 payment')
  const [said] = await tap(person, found!, /Not me/)
  assert.match(said!.text, /this was not you/)
  assert.doesNotMatch(said!.text, /I opened dispute/)
  assert.equal(house.desk.orders('block').length, 1)
})
