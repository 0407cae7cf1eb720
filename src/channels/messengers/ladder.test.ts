import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { NOTICES } from '#conversation'
import { createSql, DAY, Fault, HOUR, MINUTE, SECOND } from '#kit'
import { payment } from '../../../tests/fixtures/rooms.ts'
import { NOW } from '../web/chat.fixture.ts'
import { createRequests } from '../web/requests.ts'
import type { Sent } from './door.ts'
import { openMessengerHouse, SUBSCRIPTION } from './messengers.fixture.ts'

let house: Awaited<ReturnType<typeof openMessengerHouse>>
let owner: ReturnType<typeof createSql>
before(async () => {
  house = await openMessengerHouse()
  owner = createSql({ url: house.database.url, connectionsMax: 1, application: 'test' })
})
beforeEach(() => {
  for (const door of [house.messenger, house.telegram, house.push]) {
    door.sent.length = 0
    door.waits = null
    door.answers = () => ({ ok: true, messageId: '' })
  }
  house.state.hasPush = false
  house.faults.length = 0
})
after(async () => {
  await owner.end()
  await house.close()
})

let chats = 0

/** Amina with a chat at Messenger and one at Telegram, in this order. */
async function amina() {
  const person = await house.amina(['account-view', 'fraud-alerts'])
  const to = `ladder-${++chats}`
  await house.link(person.personId, 'messenger', to)
  await house.link(person.personId, 'telegram', to)
  for (const door of [house.messenger, house.telegram]) door.sent.length = 0
  return { ...person, to }
}
type Person = Awaited<ReturnType<typeof amina>>

async function warn(person: Person, over: Parameters<typeof house.raiseCase>[1] = {}): Promise<string> {
  const caseId = await house.raiseCase(person, over)
  await house.chat.tellCase({ ...person, caseId })
  return caseId
}
const alertsOf = ({ personId }: Person) =>
  house.sql.rooms.query<{ state: string }>(
    `select state from channels.outbox where person_id = $1 and urgency = 'alert'`,
    [personId],
  )
/** How often it was said that nobody answers, so that somebody at the bank may call. */
async function calls({ linkId }: Person): Promise<number> {
  const jobs = await owner.query(
    `select 1 from graphile_worker._private_jobs as job
     join graphile_worker._private_tasks as task on task.id = job.task_id
     where payload ->> 'linkId' = $1 and task.identifier = 'case-unanswered'`,
    [linkId],
  )
  return jobs.length
}
const retry = (retryAfterMs?: number) => (): Sent => ({
  ok: false,
  why: 'retry',
  code: 'c-1',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
})

test('a messenger that has no room holds an alert up for some seconds, and then it climbs', async () => {
  const person = await amina()
  house.messenger.waits = 500
  await warn(person)
  await house.passes(SECOND)
  assert.equal(house.telegram.sent.length, 0)
  await house.passes(5 * SECOND)
  await house.passes(10 * SECOND)
  assert.deepEqual([house.messenger.sent.length, house.telegram.sent.length], [0, 1])
})

test('a messenger that asks for three quarters of an hour is not waited for by an alert; by an answer it is', async () => {
  const person = await amina()
  house.messenger.answers = retry(45 * MINUTE)
  await warn(person)
  await house.passes(SECOND)
  assert.equal(house.telegram.sent.length, 1)
  await house.writes('messenger', person.to, 'what is my balance?')
  await house.passes(2 * SECOND)
  house.messenger.answers = () => ({ ok: true, messageId: '' })
  house.messenger.sent.length = 0
  await house.passes(40 * MINUTE)
  assert.equal(house.messenger.sent.length, 0)
  await house.passes(6 * MINUTE)
  assert.equal(house.messenger.sent.length, 1)
})

test('a step of the ladder that breaks is told of, and the alert takes the next', async () => {
  const person = await amina()
  house.state.hasPush = true
  house.push.answers = () => {
    throw new Fault('notice-refused')
  }
  await warn(person)
  for (let n = 0; n < 5; n++) await house.passes(10 * SECOND)
  assert.equal(house.messenger.sent.length, 1)
  assert.ok(
    house.faults.length > 0 && house.faults.every((error) => (error as Fault).code === 'notice-refused'),
  )
})

test('an alert that was overtaken by its end and that nobody got has the bank’s people call', async () => {
  const person = await amina()
  await warn(person)
  const before = await calls(person)
  await house.passes(7 * HOUR)
  assert.equal(house.messenger.sent.filter(({ urgency }) => urgency === 'alert').length, 0)
  assert.equal(await calls(person), before + 1)
})

test('once the consent to fraud alerts is withdrawn the question goes to no further messenger, and nobody calls', async () => {
  const person = await amina()
  await warn(person)
  await house.passes(SECOND)
  assert.equal(house.messenger.sent.length, 1)
  const before = await calls(person)
  const grants = await house.consents.of(house.sql.rooms, person.personId)
  await house.vault.withdraw(person.personId, grants.find(({ purpose }) => purpose === 'fraud-alerts')!.id)
  for (let n = 0; n < 5; n++) await house.passes(10 * MINUTE)
  assert.equal(house.telegram.sent.length, 0)
  assert.equal(await calls(person), before)
})

test('a “not me” that is asked about once more is an answer: the question goes nowhere else', async () => {
  const person = await amina()
  const id = `bill-${person.linkId}`
  await house.keepPayments(
    person,
    [0, 30, 61, 91].map((days) => payment({ ...SUBSCRIPTION, id: `${id}-${days}`, at: NOW - days * DAY })),
  )
  await warn(person, { transactionId: `${id}-0`, reasons: [], raisedBy: 'bank' })
  await house.passes(SECOND)
  const alert = (await house.all(person.personId)).at(-1)!
  const notMe = alert.actions.find(({ style }) => style === 'danger')!
  const [, doubt] = await house.chat.act(person.personId, 'token' in notMe ? notMe.token : '', {
    locale: 'en',
    timeZone: 'UTC',
  })
  assert.match(doubt!.text, /One question first/)
  await house.passes(10 * MINUTE)
  assert.equal(house.telegram.sent.length, 0)
  assert.deepEqual(await alertsOf(person), [{ state: 'stopped' }])
})

test('what somebody at the bank settled by telephone is asked at no further messenger', async () => {
  const person = await amina()
  const caseId = await warn(person)
  await house.chat.tellCaseAgain({ ...person, caseId })
  await house.passes(SECOND)
  house.telegram.sent.length = 0
  const desk = createRequests({ sql: house.sql.rooms, clock: house.clock, handBack: async () => {} })
  await desk.finish('G-7K4M-2Q', 'claire', person.personId)
  await house.passes(10 * MINUTE)
  assert.equal(house.telegram.sent.length, 0)
})

test('what was delivered before the messenger’s answer came to us is known to be delivered', async () => {
  const person = await amina()
  let until = 0
  house.messenger.answers = () => {
    until = house.clock.now() + 100
    house.clock.advance(300)
    return { ok: true, messageId: '' }
  }
  await warn(person)
  await house.passes(SECOND)
  await house.tells('messenger', { kind: 'watermark', address: person.to, state: 'delivered', until })
  await house.passes(SECOND)
  assert.deepEqual(await alertsOf(person), [{ state: 'delivered' }])
})

test('what was delivered while the messenger still hangs over its answer is known to be delivered once that is there', async () => {
  for (const isRetried of [false, true]) {
    const person = await amina()
    const hanging: ((answer: Sent) => void)[] = []
    house.messenger.answers = () => new Promise<Sent>((answer) => hanging.push(answer))
    await warn(person)
    house.clock.advance(SECOND)
    const onError = (error: unknown) => house.faults.push(error)
    await house.messengers.sayRound(onError)
    while (hanging.length === 0) await setTimeout(10)
    const until = house.clock.now() + 100
    house.clock.advance(SECOND)
    await house.tells('messenger', { kind: 'watermark', address: person.to, state: 'read', until })
    house.clock.advance(SECOND)
    await house.messengers.hearRound(onError)
    assert.deepEqual(await alertsOf(person), [{ state: 'waiting' }], 'it is not known to be sent')
    house.messenger.answers = () => ({ ok: true, messageId: '' })
    hanging[0]!(isRetried ? { ok: false, why: 'retry', code: 'c-1' } : { ok: true, messageId: '' })
    await house.messengers.settled()
    await house.passes(10 * SECOND)
    // A try that came later than the watermark is none that it was about.
    assert.deepEqual(await alertsOf(person), [{ state: isRetried ? 'sent' : 'delivered' }])
    assert.deepEqual(house.faults, [])
  }
})

test('a messenger that hangs holds up nobody who is warned at another', async () => {
  const person = await amina()
  let goesOn = (_: Sent) => {}
  house.messenger.answers = () => new Promise<Sent>((answer) => (goesOn = answer))
  await house.writes('messenger', person.to, 'what is my balance?')
  house.clock.advance(SECOND)
  const onError = (error: unknown) => house.faults.push(error)
  await house.messengers.hearRound(onError)
  await house.messengers.sayRound(onError)
  await house.writes('telegram', person.to, 'what is my balance?')
  house.clock.advance(SECOND)
  await house.messengers.hearRound(onError)
  while (house.telegram.sent.length === 0) {
    await house.messengers.sayRound(onError)
    await setTimeout(10)
  }
  assert.equal(house.messenger.sent.length, 0, 'it still hangs')
  goesOn({ ok: true, messageId: '' })
  await house.messengers.settled()
  assert.equal(house.messenger.sent.length, 1)
  assert.deepEqual(house.faults, [])
})

test('who writes “stop” is told that it is stopped, and who writes “start” that it begins again', async () => {
  const person = await amina()
  const told = async (words: string) => {
    await house.writes('messenger', person.to, words)
    await house.passes(2 * SECOND)
    return house.messenger.sent.at(-1)!.notice.text
  }
  assert.equal(await told('STOP'), NOTICES.stopped.en)
  assert.equal(await told('start'), NOTICES.started.en)
  assert.equal(await told('what is my balance?'), NOTICES['answer-ready'].en)
})
