import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { HOUR, MINUTE, money } from '#kit'
import type { Transaction } from '#vault'
import { CHAT, payment } from '../../../tests/fixtures/rooms.ts'
import type { MessageJson } from '../../http/api.ts'
import { ENGLISH, NOW, openChat } from './chat.fixture.ts'

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

/** Payments that came as the bank's events: kept, judged, and noted for a line in one commit. */
async function receive(person: Person, payments: Partial<Transaction>[]) {
  const { personId, linkId } = person
  const all = payments.map((over, i) =>
    payment({
      id: `${over.descriptor ?? i}-${linkId}`,
      at: house.clock.now(),
      postedAt: null,
      status: 'pending',
      ...over,
    }),
  )
  await house.keepPayments(person, all)
  await house.vault.open(
    { personId, purpose: 'fraud-alerts', actor: CHAT, what: 'check-payment', linkIds: [linkId] },
    async (loan) => {
      await loan.keep(
        'payment-score',
        all.map(({ id }) => ({
          id,
          scoredAt: house.clock.now(),
          featureSet: '',
          vector: '',
          model: null,
          probability: null,
          rules: '',
          held: [],
          asked: false,
        })),
      )
      await loan.tx.query(
        `insert into intake.line_due as known (link_id, person_id) values ($1, $2)
         on conflict (link_id) do update set version = known.version + 1`,
        [linkId, personId],
      )
    },
  )
}

const tell = () => house.chat.tellLines((error) => assert.fail(String(error)))
const linesOf = async ({ personId }: Person) =>
  (await house.all(personId)).filter(({ kind }) => kind === 'line')
const press = (person: Person, { actions }: MessageJson, label: string, chosen: string[] = []) => {
  const action = actions.find((one) => one.label === label)
  assert.ok(action && 'token' in action)
  return house.chat.act(person.personId, action.token, ENGLISH, chosen)
}

test('a card payment is one quiet line with one tap to say that it was not theirs', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(person, [
    { descriptor: 'corner kiosk', amount: money(-350, 'GBP'), city: 'Leeds', country: 'GB' },
  ])
  await tell()
  await tell()
  const [line, ...others] = await linesOf(person)
  assert.equal(others.length, 0)
  assert.match(
    line!.text,
    /^£3\.50 at .*kiosk.* \(Leeds, United Kingdom\), today at 14:05, Chase card ending 5770\.$/i,
  )
  assert.deepEqual(
    line!.actions.map(({ label }) => label),
    ['Not me', 'Fewer of these'],
  )
  const said = await press(person, line!, 'Not me')
  assert.match(said[1]!.text, /Understood: this was not you.*\n.*I opened dispute/s)
  assert.equal(house.desk.orders('block').length, 1)
})

test('payments that come together are one list, and the ticked ones are reported together', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(
    person,
    ['north bikes', 'bella flowers', 'corner kiosk'].map((descriptor) => ({
      descriptor,
      amount: money(-900, 'GBP'),
    })),
  )
  await tell()
  const [list] = await linesOf(person)
  assert.equal(list!.text, '3 payments at Chase.')
  assert.ok(list!.show?.type === 'transactions')
  const ids = list!.show.rows.map(({ id }) => id)
  const said = await press(person, list!, 'The ticked ones were not me', ids.slice(0, 2))
  assert.match(said[1]!.text, /this was not you/)
  const kept = await house.caseOf(person)
  assert.deepEqual([kept!.transactionId, ...kept!.attachedTransactionIds!].sort(), ids.slice(0, 2).sort())
  assert.equal(house.desk.orders('block').length, 1)
})

test('what comes later has a line of its own, and nothing is told twice', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(person, [{ descriptor: 'corner kiosk' }])
  await tell()
  house.clock.advance(MINUTE)
  await receive(person, [{ descriptor: 'bella flowers' }])
  await Promise.all([tell(), tell()])
  const lines = await linesOf(person)
  assert.equal(lines.length, 2)
  assert.match(lines[1]!.text, /flowers/i)
})

test('a payment that is asked about has no line beside the question', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(person, [{ descriptor: 'corner kiosk' }])
  await house.raiseCase(person, { transactionId: `corner kiosk-${person.linkId}` })
  await tell()
  assert.deepEqual(await linesOf(person), [])
})

test('who withdrew fraud alerts is told nothing, and is not looked at again', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(person, [{ descriptor: 'corner kiosk' }])
  await house.vault.withdraw(person.personId, person.grants[0]!.id)
  await tell()
  assert.deepEqual(await linesOf(person), [])
  const due = await house.sql.rooms.query(`select 1 from intake.line_due where link_id = $1`, [person.linkId])
  assert.equal(due.length, 0)
})

test('in quiet hours nothing is said, and afterwards all of it, once', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await house.chat.chooseLines(
    person.personId,
    {
      linkId: person.linkId,
      cardNumberDisplay: null,
      lines: 'all',
      above: null,
      quiet: { from: 14 * 60, to: 15 * 60 },
    },
    ENGLISH,
  )
  house.clock.advance(MINUTE)
  await receive(person, [{ descriptor: 'corner kiosk' }, { descriptor: 'bella flowers' }])
  await tell()
  assert.deepEqual(await linesOf(person), [])
  house.clock.advance(HOUR)
  await tell()
  assert.equal((await linesOf(person))[0]!.text, '2 payments at Chase.')
})

test('what a person chose is shown, and is what counts from then on', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  const [before] = await house.chat.lines(personId)
  assert.equal(before!.bank, 'Chase')
  assert.deepEqual(before!.cards, ['5770'])
  assert.deepEqual(before!.choices, [])
  const above = { amountMinor: 5_000, currency: 'GBP' }
  await house.chat.chooseLines(
    personId,
    { linkId, cardNumberDisplay: null, lines: 'above', above, quiet: null },
    ENGLISH,
  )
  const [after] = await house.chat.lines(personId)
  assert.deepEqual(after!.choices, [{ cardNumberDisplay: null, lines: 'above', above, quiet: null }])
  house.clock.advance(MINUTE)
  await receive(person, [
    { descriptor: 'corner kiosk', amount: money(-4_999, 'GBP') },
    { descriptor: 'sofa house', amount: money(-5_000, 'GBP') },
  ])
  await tell()
  const lines = await linesOf(person)
  assert.equal(lines.length, 1)
  assert.match(lines[0]!.text, /sofa/i)
})
