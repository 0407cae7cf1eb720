import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { Fault, MINUTE } from '#kit'
import type { MessageJson } from '../../http/api.ts'
import { ENGLISH, NOW, openChat } from './chat.fixture.ts'
import { createRequests, type Requests } from './requests.ts'

let house: Awaited<ReturnType<typeof openChat>>
let requests: Requests
before(async () => {
  house = await openChat()
  requests = createRequests({
    sql: house.sql.rooms,
    clock: house.clock,
    handBack: house.chat.handovers.handBack,
  })
})
beforeEach(async () => {
  house.clock.advance(NOW - house.clock.now())
  await house.sql.rooms.query(`delete from channels.request`)
})
after(() => house.close())

const fault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

const press = async (personId: string, { actions }: MessageJson, label: RegExp) => {
  const action = actions.find((one) => label.test(one.label))
  assert.ok(action && 'token' in action)
  return await house.chat.act(personId, action.token, ENGLISH)
}

/** Somebody whose alert nobody answered for a quarter of an hour. */
async function unanswered() {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const caseId = await house.raiseCase(person)
  await house.chat.tellCase({ ...person, caseId })
  house.clock.advance(15 * MINUTE)
  await house.chat.tellCaseAgain({ ...person, caseId })
  return person
}

test('an alert that nobody answered waits for the bank’s people with its number, bank and time', async () => {
  const { personId } = await unanswered()
  assert.deepEqual(await requests.open(), [
    {
      personId,
      number: 'G-7K4M-2Q',
      kind: 'unanswered-alert',
      bankIds: ['chase'],
      askedAt: house.clock.now(),
    },
  ])
})

test('an alert that is answered after all, either way, waits for nobody', async () => {
  for (const label of [/it was me/, /block my card/]) {
    const { personId } = await unanswered()
    await press(personId, (await house.all(personId)).at(-1)!, label)
    assert.deepEqual(await requests.open(), [])
    await house.chat.forget(personId)
  }
})

test('who asks for a person at two banks waits at both, under one number, until it is settled once', async () => {
  const person = await house.amina(['account-view'])
  await house.linkAlso(person.personId, `customer-${person.personId}`)
  await house.chat.hear(person.personId, 'I want to speak to a human', ENGLISH)
  const [asked, ...others] = await requests.open()
  assert.deepEqual(others, [])
  assert.deepEqual(asked!.bankIds.toSorted(), ['chase', 'citi'])
  await requests.finish(asked!.number, 'Claire', null)
  assert.deepEqual(await requests.open(), [])
  await assert.rejects(requests.finish(asked!.number, 'David', null), fault('already-done'))
})

test('of two people with the same number the one who is meant must be named', async () => {
  const first = await unanswered()
  const second = await unanswered()
  await assert.rejects(requests.finish('G-7K4M-2Q', 'Claire', null), fault('request-ambiguous'))
  await requests.finish('G-7K4M-2Q', 'Claire', second.personId)
  assert.deepEqual(
    (await requests.open()).map(({ personId }) => personId),
    [first.personId],
  )
  await assert.rejects(requests.finish('G-7K4M-2Q', 'Claire', 'per_nobody'), fault('not-found'))
})

test('whoever erases themselves leaves no request behind', async () => {
  const { personId } = await unanswered()
  await house.chat.forget(personId)
  assert.deepEqual(await requests.open(), [])
})
