import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { Fault } from '#kit'
import { ENGLISH, NOW, openChat } from './chat.fixture.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
beforeEach(() => {
  house.desk.fails = null
  house.desk.done.clear()
})
after(() => house.close())

async function cardOf(purposes: Parameters<typeof house.amina>[0] = ['fraud-alerts', 'account-view']) {
  const person = await house.amina(purposes)
  const list = async () => await house.chat.cards(person.personId)
  const order = async (kind: 'block' | 'unblock' | 'replace', cardNumberDisplay = '5770') => {
    const [card] = await list()
    const { linkId, accountId } = card!
    const wanted = { linkId, accountId, cardNumberDisplay, kind }
    return await house.chat.orderForCard(person.personId, wanted, ENGLISH)
  }
  return { person, list, order }
}

test('the page of cards shows each card with its account, and since when it is blocked', async () => {
  const { list, order } = await cardOf()
  const [card, ...others] = await list()
  assert.equal(others.length, 0)
  assert.equal(card!.account, 'Everyday')
  assert.equal(card!.cardNumberDisplay, '5770')
  assert.equal(card!.blockedAt, null)
  await order('block')
  assert.equal((await list())[0]!.blockedAt, NOW)
})

test('a card is unblocked, or a new one ordered, and the chat tells how it went', async () => {
  const { list, order, person } = await cardOf()
  await order('block')
  const replaced = await order('replace')
  assert.match(replaced.at(-1)!.text, /Chase is sending you a new card.*expect it by 28 November/)
  assert.equal((await list())[0]!.newCardAt, NOW)
  const unblocked = await order('unblock')
  assert.match(unblocked[0]!.text, /having your card ending 5770 unblocked at Chase now/)
  assert.match(unblocked[1]!.text, /card ending 5770 is unblocked at Chase since 14:05/)
  assert.equal((await list())[0]!.blockedAt, null)
  assert.equal((await house.all(person.personId)).at(-1)!.text, unblocked[1]!.text)
})

test('while the bank does not answer the page says what is waited for, and it is carried out later, once', async () => {
  const { list, order, person } = await cardOf()
  await order('block')
  house.desk.fails = new Fault('bank-unreachable')
  const said = await order('unblock')
  assert.match(said.at(-1)!.text, /not unblocked yet: Chase is not answering/)
  const [card] = await list()
  assert.equal(card!.waitsFor, 'unblock')
  assert.equal(card!.blockedAt, NOW)
  house.desk.fails = null
  const [{ orderId } = { orderId: '' }] = await house.sql.rooms.query<{ orderId: string }>(
    `select id as "orderId" from channels.bank_order where person_id = $1 and kind = 'unblock'`,
    [person.personId],
  )
  const ids = { personId: person.personId, linkId: person.linkId, orderId }
  await Promise.all([house.chat.carryOut(ids), house.chat.carryOut(ids)])
  assert.equal(house.desk.orders('unblock').length, 1)
  assert.equal((await list())[0]!.waitsFor, null)
})

test('a card that is not theirs cannot be ordered anything for', async () => {
  const { order } = await cardOf()
  await assert.rejects(
    order('unblock', '9999'),
    (error: unknown) => error instanceof Fault && error.code === 'not-found',
  )
  assert.equal(house.desk.done.size, 0)
})

test('without fraud alerts on, no card is read or shown', async () => {
  const { list } = await cardOf(['account-view'])
  assert.deepEqual(await list(), [])
})
