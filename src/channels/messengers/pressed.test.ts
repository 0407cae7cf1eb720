import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { NOTICES } from '#conversation'
import { DAY, Fault, MINUTE, SECOND } from '#kit'
import { payment } from '../../../tests/fixtures/rooms.ts'
import { NOW } from '../web/chat.fixture.ts'
import { openMessengerHouse, SUBSCRIPTION, tokenOf } from './messengers.fixture.ts'

let house: Awaited<ReturnType<typeof openMessengerHouse>>
before(async () => {
  house = await openMessengerHouse()
})
beforeEach(() => {
  house.desk.done.clear()
  house.desk.fails = null
})
after(() => house.close())

let chats = 0

/** Amina, asked in her chat about a payment; `over` is what is unlike the usual of it. */
async function asked(over: Parameters<typeof payment>[0] | null = null, earlier: readonly number[] = []) {
  const person = await house.amina(['account-view', 'fraud-alerts'])
  const to = `psid-pressed-${++chats}`
  await house.link(person.personId, 'messenger', to)
  const id = `asked-${person.linkId}`
  if (over)
    await house.keepPayments(person, [
      payment({ ...over, id, at: NOW }),
      ...earlier.map((days) => payment({ ...over, id: `${id}-${days}`, at: NOW - days * DAY })),
    ])
  house.messenger.sent.length = 0
  const caseId = await house.raiseCase(person, over ? { transactionId: id } : {})
  await house.chat.tellCase({ ...person, caseId })
  await house.passes(SECOND)
  const { notice } = house.messenger.sent[0]!
  return {
    ...person,
    notice,
    /** Taps *Block my card*, and what the chat is told then. */
    async taps() {
      house.messenger.sent.length = 0
      const { payload } = notice.buttons[0]!
      await house.tells('messenger', { kind: 'press', address: to, payload, locale: null })
      await house.passes(2 * SECOND)
      return house.messenger.sent[0]!.notice
    },
    async answersHere(style: 'plain' | 'danger') {
      const action = (await house.all(person.personId)).at(-1)!.actions.find((one) => one.style === style)!
      await house.chat.act(person.personId, 'token' in action ? action.token : '', {
        locale: 'en',
        timeZone: 'UTC',
      })
    },
  }
}

async function unblocks(person: { personId: string; linkId: string }) {
  const { accountId } = (await house.caseOf(person))!
  await house.chat.orderForCard(
    person.personId,
    { kind: 'unblock', linkId: person.linkId, accountId, cardNumberDisplay: '5770' },
    { locale: 'en', timeZone: 'UTC' },
  )
}

test('the button of a chat says that it blocks, so a card is blocked by one tap also where a subscription may be forgotten', async () => {
  const amina = await asked(SUBSCRIPTION, [91, 61, 30])
  assert.equal((await amina.taps()).text, NOTICES.blocking.en)
  assert.equal(house.desk.orders('block').length, 1)
})

test('who said already that it was them is not told that their card is being blocked', async () => {
  const amina = await asked()
  await amina.answersHere('plain')
  assert.equal((await amina.taps()).text, NOTICES['button-over'].en)
  assert.equal(house.desk.orders('block').length, 0)
})

test('where the consent to fraud alerts is over nothing is blocked, and nothing says so', async () => {
  const amina = await asked()
  for (const { id, purpose } of await house.consents.of(house.sql.rooms, amina.personId))
    if (purpose === 'fraud-alerts') await house.vault.withdraw(amina.personId, id)
  assert.equal((await amina.taps()).text, NOTICES['button-over'].en)
  assert.equal(house.desk.orders('block').length, 0)
})

test('of a payment without a card it is asked whether it was them, and no card is offered to be blocked', async () => {
  const { personId, notice } = await asked({ cardNumberDisplay: null, entryMode: null })
  assert.deepEqual([notice.text, notice.buttons], [NOTICES['payment-question'].en, []])
  const told = await house.messengers.openSealed(personId, tokenOf(notice))
  assert.deepEqual(
    told.flatMap(({ actions }) => actions.map(({ label }) => label)),
    ['Yes, it was me', 'No, it was not me'],
  )
})

test('a bank that refuses to block the card is not said to be blocking it', async () => {
  const amina = await asked()
  house.desk.fails = new Fault('bank-refused')
  assert.equal((await amina.taps()).text, NOTICES['please-look-now'].en)
})

test('a tap about a card that is being blocked already says so, as after a crash, until they unblock it themselves', async () => {
  const amina = await asked()
  await amina.answersHere('danger')
  assert.equal((await amina.taps()).text, NOTICES.blocking.en)
  assert.equal(house.desk.orders('block').length, 1)
  await unblocks(amina)
  assert.equal((await amina.taps()).text, NOTICES['button-over'].en)
})

test('a button whose work was interrupted stays good, and the tap that is worked again does the rest of it, once', async () => {
  const { personId } = await house.amina(['account-view'])
  await house.link(personId, 'messenger', 'psid-twice')
  await house.writes('messenger', 'psid-twice', 'hello')
  await house.passes(2 * SECOND)
  const { payload } = house.messenger.sent.at(-1)!.notice.buttons[0]!
  const said = async () => (await house.all(personId)).filter(({ text }) => text === 'My balance').length
  const texts = () => house.messenger.sent.map(({ notice }) => notice.text)
  house.messenger.sent.length = 0

  house.state.away = new Fault('database-unreachable')
  await house.tells('messenger', { kind: 'press', address: 'psid-twice', payload, locale: null })
  await house.passes(2 * SECOND)
  assert.deepEqual([await said(), texts()], [0, []])
  house.state.away = null
  house.state.fails = new Error('the process ended once it was kept')
  await house.passes(10 * SECOND)
  house.state.fails = null
  await house.passes(MINUTE)
  assert.deepEqual([await said(), texts()], [1, [NOTICES['answer-ready'].en]])

  await house.tells('messenger', { kind: 'press', address: 'psid-twice', payload, locale: null })
  await house.passes(2 * SECOND)
  assert.deepEqual([await said(), texts().at(-1)], [1, NOTICES['button-used'].en])
})

test('a second tap on “Block my card” does nothing more: it says that the card is being blocked, for as long as it is', async () => {
  const amina = await asked()
  assert.equal((await amina.taps()).text, NOTICES.blocking.en)
  const written = (await house.all(amina.personId)).length
  assert.equal((await amina.taps()).text, NOTICES.blocking.en)
  assert.equal((await house.all(amina.personId)).length, written)
  assert.equal(house.desk.orders('block').length, 1)
  await unblocks(amina)
  assert.equal((await amina.taps()).text, NOTICES['button-used'].en)
  assert.equal(house.desk.orders('block').length, 1)
})
