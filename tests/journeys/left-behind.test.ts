/** Whoever only wrote and can never come back leaves nothing; whoever can come back finds everything. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { SessionJson } from '../../src/http/api.ts'
import { linkIsTold, openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
let owner: pg.Client
before(async () => {
  town = await openTown({ quiet: true })
  owner = new pg.Client({ connectionString: town.database.url })
  await owner.connect()
})
after(async () => {
  await owner.end()
  await town.close()
})

const idOf = async (visitor: Visitor) => (await visitor.get<SessionJson>('/api/session')).person!.id
async function traces(personId: string) {
  const { rows } = await owner.query(
    `select (select erased_at is not null from people.person where id = $1) as erased,
       (select count(*)::int from channels.message where person_id = $1) as messages`,
    [personId],
  )
  return rows[0] as { erased: boolean; messages: number }
}

test('a visitor who wrote without linking anything, and signs out, leaves nothing behind', async () => {
  const visitor = town.visitor()
  await visitor.say('Hello')
  const personId = await idOf(visitor)
  assert.equal((await traces(personId)).messages, 2)
  assert.equal((await visitor.call('POST', '/api/signout', {})).status, 204)
  assert.deepEqual(await traces(personId), { erased: true, messages: 0 })
})

test('a visitor who turns out to be somebody known here leaves nothing of the stranger they were', async () => {
  const known = town.visitor()
  await known.link('chase', ['account-view'], 'amina')
  const visitor = town.visitor()
  await visitor.say('Hello')
  const stranger = await idOf(visitor)
  assert.equal(await visitor.signIn('chase', 'amina'), '/?signed-in=1')
  assert.equal(await idOf(visitor), await idOf(known))
  assert.deepEqual(await traces(stranger), { erased: true, messages: 0 })
})

test('a person with a bank who signs out finds their conversation again', async () => {
  const person = town.visitor()
  await person.link('citi', ['account-view'], 'bruno')
  await person.say('Hello')
  const personId = await idOf(person)
  await linkIsTold(person)
  const { messages } = await traces(personId)
  assert.equal((await person.call('POST', '/api/signout', {})).status, 204)
  assert.deepEqual(await traces(personId), { erased: false, messages })
  const again = town.visitor()
  assert.equal(await again.signIn('citi', 'bruno'), '/?signed-in=1')
  assert.equal((await again.messages()).length, messages)
})

test('a visitor whose session is renewed by linking a bank keeps what they wrote', async () => {
  const visitor = town.visitor()
  await visitor.say('Hello')
  const personId = await idOf(visitor)
  assert.equal(await visitor.link('chase', ['account-view'], 'bruno'), '/?linked=chase')
  assert.equal(await idOf(visitor), personId)
  assert.ok((await visitor.messages()).some(({ text }) => text === 'Hello'))
})
