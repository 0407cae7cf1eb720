import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { NOTICES } from '#conversation'
import { DAY, Fault, HOUR, MINUTE, SECOND } from '#kit'
import type { Sent } from './door.ts'
import { openMessengerHouse, PUBLIC, tokenOf } from './messengers.fixture.ts'
import { isOurs } from './our-words.ts'

let house: Awaited<ReturnType<typeof openMessengerHouse>>
before(async () => {
  house = await openMessengerHouse()
})
beforeEach(() => {
  for (const door of [house.messenger, house.telegram, house.push]) {
    door.sent.length = 0
    door.answers = () => ({ ok: true, messageId: '' })
  }
  Object.assign(house.state, { hasPush: false, isQuiet: false, fails: null, away: null })
  house.faults.length = 0
  house.operator.length = 0
})
after(() => house.close())

const fault = (code: Fault['code']) => (error: unknown) => error instanceof Fault && error.code === code
const refused = (why: 'retry' | 'fall-back' | 'gone' | 'tell-operator') => (): Sent => ({
  ok: false,
  why,
  code: 'c-1',
})
const pushed = (personId: string) => house.push.sent.filter(({ to }) => to === personId).length
const texts = (door: { sent: { notice: { text: string } }[] }) => door.sent.map(({ notice }) => notice.text)

/** Amina with a linked chat; what was said while linking is put aside. */
async function amina(
  to: string,
  purposes: Parameters<typeof house.amina>[0] = ['account-view', 'fraud-alerts'],
) {
  const person = await house.amina(purposes)
  const addressId = await house.link(person.personId, 'messenger', to)
  house.messenger.sent.length = 0
  return { ...person, addressId }
}

test('a chat is linked by a code from our page, and two digits from the chat typed there', async () => {
  const { personId } = await house.amina(['account-view'])
  const { code, url } = await house.messengers.begin(personId, 'messenger')
  assert.equal(url, `https://messenger.example/?ref=${code}`)
  await house.tells('messenger', { kind: 'start', address: 'psid-1', code, name: 'Amina B.', locale: 'fr' })
  await house.passes(SECOND)
  const [shown] = house.messenger.sent
  const digits = /(\d\d)$/.exec(shown!.notice.text)![1]!
  const waiting = await house.messengers.describe(personId)
  assert.equal(waiting.pending?.name, 'Amina B.')
  assert.equal(waiting.addresses.length, 0, 'a link alone binds nothing')
  const linked = await house.messengers.confirm(personId, digits)
  assert.deepEqual(
    linked.addresses.map(({ messenger, state }) => ({ messenger, state })),
    [{ messenger: 'messenger', state: 'live' }],
  )
  assert.equal(linked.pending, null)
  await house.passes(2 * SECOND)
  assert.equal(texts(house.messenger).at(-1), NOTICES.linked.en)
})

test('wrong digits end the code, and so does its time; nobody links by guessing or with a link that was passed on', async () => {
  const { personId } = await house.amina(['account-view'])
  const first = await house.messengers.begin(personId, 'messenger')
  const come = async (to: string, code: string) => {
    await house.tells('messenger', { kind: 'start', address: to, code, name: null, locale: 'en' })
    await house.passes(2 * SECOND)
    return texts(house.messenger).at(-1)!
  }
  const right = /(\d\d)$/.exec(await come('psid-own', first.code))![1]!
  assert.equal(await come('psid-stranger', first.code), NOTICES['code-not-good'].en)
  const wrong = right === '55' ? '56' : '55'
  await assert.rejects(house.messengers.confirm(personId, wrong), fault('match-wrong'))
  await assert.rejects(house.messengers.confirm(personId, right), fault('match-wrong'))

  const second = await house.messengers.begin(personId, 'messenger')
  await house.passes(11 * MINUTE)
  assert.equal(await come('psid-own', second.code), NOTICES['code-not-good'].en)
  assert.equal((await house.messengers.describe(personId)).addresses.length, 0)
})

test('a question is answered by a sealed link, which opens once, for the person alone', async () => {
  const { personId } = await amina('psid-2')
  const other = await house.amina(['account-view'])
  await house.writes('messenger', 'psid-2', 'what is my balance?')
  await house.passes(SECOND)
  const [{ notice, to }] = house.messenger.sent as [(typeof house.messenger.sent)[0]]
  assert.equal(house.messenger.sent.length, 1)
  assert.equal(to, 'psid-2')
  assert.equal(notice.text, 'Your answer is ready.')
  assert.ok(isOurs(`${notice.text} ${notice.link!.href} ${notice.link!.label}`, PUBLIC))

  const token = tokenOf(notice)
  await assert.rejects(house.messengers.openSealed(other.personId, token), fault('not-found'))
  const messages = await house.messengers.openSealed(personId, token)
  assert.match(JSON.stringify(messages), /123456|1,234\.56/)
  await assert.rejects(house.messengers.openSealed(personId, token), fault('already-done'))
})

test('what a messenger tells twice is answered once, and in the order of its own clock', async () => {
  const { personId } = await amina('psid-3')
  const now = house.clock.now()
  await house.writes('messenger', 'psid-3', 'thank you', { eventId: 'late', at: now + 20 })
  await house.writes('messenger', 'psid-3', 'what is my balance?', { eventId: 'early', at: now + 10 })
  await house.writes('messenger', 'psid-3', 'what is my balance?', { eventId: 'early', at: now + 10 })
  await house.passes(SECOND)
  await house.writes('messenger', 'psid-3', 'what is my balance?', { eventId: 'early', at: now + 10 })
  await house.passes(3 * SECOND)
  const own = (await house.all(personId)).filter(({ from }) => from === 'person').map(({ text }) => text)
  assert.deepEqual(own, ['what is my balance?', 'thank you'])
  assert.equal(house.messenger.sent.length, 2)
})

test('a crash between the answer and its notice loses neither, and answers nothing twice', async () => {
  const { personId } = await amina('psid-4')
  house.state.fails = new Error('the process ended here')
  await house.writes('messenger', 'psid-4', 'what is my balance?')
  await house.passes(SECOND)
  assert.equal(house.faults.length, 1)
  house.state.fails = null
  await house.passes(10 * SECOND)
  assert.deepEqual(texts(house.messenger), ['Your answer is ready.'])
  const said = await house.messengers.openSealed(personId, tokenOf(house.messenger.sent[0]!.notice))
  assert.match(JSON.stringify(said), /123456|1,234\.56/)
  assert.equal((await house.all(personId)).filter(({ from }) => from === 'person').length, 1)
})

test('an hour in which the keys’ database is away loses nothing, and the second question waits for the first', async () => {
  const { personId } = await amina('psid-30')
  const other = await amina('psid-31')
  const at = house.clock.now()
  house.state.away = new Error('connection terminated')
  await house.writes('messenger', 'psid-30', 'how much did I spend on groceries this month?', { at })
  await house.writes('messenger', 'psid-30', 'and last month?', { at: at + 1_000 })
  await house.writes('messenger', 'psid-31', 'Block my card')
  await house.passes(40 * SECOND)
  for (let minute = 0; minute < 60; minute++) await house.passes(MINUTE)
  assert.deepEqual(await ownWords(personId), [])
  house.state.away = null
  for (let n = 0; n < 3; n++) await house.passes(MINUTE)
  assert.deepEqual(await ownWords(personId), [
    'how much did I spend on groceries this month?',
    'and last month?',
  ])
  assert.deepEqual(await ownWords(other.personId), ['Block my card'])
  assert.ok(!texts(house.messenger).includes(NOTICES['not-dealt-with'].en))
  const kept = await house.sql.rooms.query(`select 1 from channels.heard where sealed is not null`)
  assert.equal(kept.length, 0)
})

test('while the first of two questions fails the second is not answered before it', async () => {
  const { personId } = await amina('psid-32')
  const at = house.clock.now()
  house.state.away = new Error('connection terminated')
  await house.writes('messenger', 'psid-32', 'what is my balance?', { at })
  await house.writes('messenger', 'psid-32', 'thank you', { at: at + 1 })
  house.clock.advance(200)
  await house.messengers.hearRound(() => {
    house.state.away = null
  })
  assert.equal((await house.all(personId)).filter(({ from }) => from === 'person').length, 0)
  await house.passes(5 * SECOND)
  const own = (await house.all(personId)).filter(({ from }) => from === 'person').map(({ text }) => text)
  assert.deepEqual(own, ['what is my balance?', 'thank you'])
})

test('what does not open any more is let go, told to the operator and said in the chat, which goes on', async () => {
  const { personId } = await amina('psid-33')
  const at = house.clock.now()
  await house.writes('messenger', 'psid-33', 'what is my balance?', { at })
  await house.sql.rooms.query(`update channels.heard set sealed = 'altered' where at = $1`, [at])
  await house.writes('messenger', 'psid-33', 'thank you', { at: at + 1 })
  for (let minute = 0; minute < 15; minute++) await house.passes(MINUTE)
  assert.deepEqual(
    texts(house.messenger).toSorted(),
    [NOTICES['not-dealt-with'].en, NOTICES['answer-ready'].en].toSorted(),
  )
  assert.equal(house.faults.filter(fault('heard-let-go')).length, 1)
  const own = (await house.all(personId)).filter(({ from }) => from === 'person').map(({ text }) => text)
  assert.deepEqual(own, ['thank you'])
})

test('trouble that outlasts the eight days an event is kept for is told, too', async () => {
  await amina('psid-34')
  house.state.away = new Error('connection terminated')
  await house.writes('messenger', 'psid-34', 'what is my balance?')
  await house.passes(SECOND)
  await house.passes(7 * DAY)
  assert.deepEqual(texts(house.messenger), [])
  await house.passes(DAY)
  assert.deepEqual(texts(house.messenger), [NOTICES['not-dealt-with'].en])
  assert.equal(house.faults.filter(fault('heard-let-go')).length, 1)
})

test('a chat that is nobody’s is told where to begin, and nothing of it is kept', async () => {
  await house.writes('messenger', 'psid-nobody', 'aardvark')
  await house.passes(SECOND)
  assert.deepEqual(texts(house.messenger), [NOTICES['not-linked'].en])
  const kept = await house.sql.rooms.query(`select 1 from channels.heard where sealed is not null`)
  assert.equal(kept.length, 0)
})

const ownWords = async (personId: string) =>
  (await house.all(personId)).filter(({ from }) => from === 'person').map(({ text }) => text)

test('what was written over an hour in which nothing was heard did not come at once: all of it is answered', async () => {
  const { personId } = await amina('psid-40')
  const at = house.clock.now()
  house.state.away = new Error('connection terminated')
  for (let n = 0; n < 20; n++)
    await house.writes('messenger', 'psid-40', `thanks ${n}`, { at: at + n * MINUTE })
  for (let n = 0; n < 20; n++) await house.passes(3 * MINUTE)
  house.state.away = null
  await house.passes(MINUTE)
  await house.passes(MINUTE)
  assert.equal((await ownWords(personId)).length, 20)
  assert.ok(!texts(house.messenger).includes(NOTICES['too-many'].en))
})

test('however much somebody writes at once, a card to block is heard, and so is each line to a person', async () => {
  house.staffed.add('chase')
  const { personId } = await amina('psid-41')
  let at = house.clock.now()
  const writes = (text: string) => house.writes('messenger', 'psid-41', text, { at: at++ })
  for (let n = 0; n < 20; n++) await writes(`thanks ${n}`)
  await writes('Block my card')
  await house.passes(SECOND)
  assert.equal((await ownWords(personId)).length, 16)
  assert.equal((await ownWords(personId)).at(-1), 'Block my card')
  await writes('I want to talk to someone')
  for (let n = 0; n < 18; n++) await writes(`line ${n}`)
  await house.passes(SECOND)
  const lines = (await ownWords(personId)).filter((text) => text.startsWith('line'))
  assert.equal(lines.at(0), 'line 0')
  assert.equal(lines.at(-1), 'line 17')
  house.staffed.delete('chase')
})

test('of two questions in one message the second is answered, too, when it fails at first', async () => {
  const { personId } = await amina('psid-42')
  house.pulling.fails = new Fault('bank-unreachable')
  await house.writes('messenger', 'psid-42', 'what is my balance and refresh my accounts')
  await house.passes(SECOND)
  const before = (await house.all(personId)).slice(-2).map(({ from, text }) => [from, text])
  assert.match(before[1]![1]!, /1,234\.56/)
  house.pulling.fails = null
  await house.passes(5 * SECOND)
  const all = (await house.all(personId)).slice(-3).map(({ from, text }) => [from, text])
  assert.deepEqual(all.slice(0, 2), before, 'the first is not answered again')
  assert.equal(all[2]![0], 'guichet')
  const { notice } = house.messenger.sent.find(({ to }) => to === 'psid-42')!
  const opened = await house.messengers.openSealed(personId, tokenOf(notice))
  assert.deepEqual(
    opened.map(({ text }) => text),
    all.slice(1).map(([, text]) => text),
  )
})

test('two processes that hear the same words keep them, and ask for a person, once', async () => {
  house.staffed.add('chase')
  const { personId } = await amina('psid-43')
  const hears = () =>
    house.chat.hear(personId, 'I want to talk to someone', { locale: 'en', timeZone: 'UTC' }, 'heard|twice')
  const heard = await Promise.allSettled([hears(), hears()])
  const refusals = heard.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  assert.equal(refusals.length, 1)
  assert.ok(fault('already-done')(refusals[0]))
  assert.deepEqual(await ownWords(personId), ['I want to talk to someone'])
  const asked = await house.sql.rooms.query(`select 1 from channels.request where person_id = $1`, [personId])
  assert.equal(asked.length, 1)
  house.staffed.delete('chase')
})

test('as much as a messenger carries is read, and of more than that every word', async () => {
  house.staffed.add('chase')
  for (const [to, length] of [
    ['psid-44', 4_000],
    ['psid-45', 20_000],
  ] as const) {
    const { personId } = await amina(to)
    const words = `${'My card was swallowed. '.repeat(length / 23)}I want to talk to someone`
    await house.writes('messenger', to, words)
    await house.passes(SECOND)
    assert.deepEqual(texts(house.messenger), [NOTICES['answer-ready'].en])
    assert.equal((await ownWords(personId)).join(' '), words)
    const waiting = (await house.chat.handovers.list('chase')).some((one) => one.personId === personId)
    assert.ok(waiting, 'a person is asked for')
  }
  house.staffed.delete('chase')
})

test('only what has no words in it is answered with “please write”', async () => {
  await amina('psid-46')
  house.state.away = new Fault('log-unsequenced')
  await house.writes('messenger', 'psid-46', 'what is my balance?')
  await house.passes(SECOND)
  assert.equal(house.faults.filter(fault('log-unsequenced')).length, 1)
  assert.deepEqual(texts(house.messenger), [])
  house.state.away = null
  await house.passes(5 * SECOND)
  assert.deepEqual(texts(house.messenger), [NOTICES['answer-ready'].en])
})

test('who blocked us is written to no more; one who wrote again since is, however late the block is told', async () => {
  const { personId } = await amina('psid-48')
  const state = async () => (await house.messengers.describe(personId)).addresses[0]!.state
  const blocks = (at: number) => house.tells('messenger', { kind: 'blocked', address: 'psid-48', at })
  const earlier = house.clock.now()
  await house.passes(SECOND)
  await house.writes('messenger', 'psid-48', 'what is my balance?')
  await house.passes(SECOND)
  await blocks(earlier)
  await house.passes(SECOND)
  assert.equal(await state(), 'live')
  await blocks(house.clock.now())
  await house.passes(SECOND)
  assert.equal(await state(), 'blocked')
})

test('a picture opens the messenger’s window like words', async () => {
  await amina('psid-47')
  await house.passes(2 * DAY)
  const at = house.clock.now()
  await house.tells('messenger', { kind: 'passed-by', what: 'image', address: 'psid-47' })
  await house.passes(SECOND)
  assert.deepEqual(
    house.messenger.sent.map(({ lastHeardAt }) => lastHeardAt),
    [at],
  )
})

test('who chose the neutral wording is told only that something waits', async () => {
  const { personId } = await amina('psid-6')
  await house.messengers.setWording(personId, 'neutral')
  await house.writes('messenger', 'psid-6', 'what is my balance?')
  await house.passes(SECOND)
  const person = { personId, linkId: (await house.people.links(house.sql.rooms, personId))[0]!.id }
  await house.chat.tellCase({ ...person, caseId: await house.raiseCase(person) })
  await house.passes(2 * SECOND)
  assert.deepEqual(texts(house.messenger), [NOTICES['message-waiting'].en, NOTICES['message-waiting'].en])
  assert.ok(house.messenger.sent.every(({ notice }) => notice.buttons.length === 0))
})

test('an alert climbs from push to the messengers in the person’s order until one says that it was delivered', async () => {
  const person = await amina('psid-7')
  await house.link(person.personId, 'telegram', 'chat-7')
  house.telegram.sent.length = 0
  house.state.hasPush = true
  house.messenger.answers = refused('fall-back')
  await house.chat.tellCase({ ...person, caseId: await house.raiseCase(person) })
  await house.passes(SECOND)
  assert.equal(pushed(person.personId), 1)
  assert.equal(house.messenger.sent.length, 0, 'the push has time to say that it arrived')
  await house.passes(2 * MINUTE)
  assert.equal(house.messenger.sent.length, 1)
  assert.equal(house.telegram.sent.length, 1, 'where one falls back the next is tried at once')
  await house.tells('telegram', { kind: 'receipt', messageId: 'telegram-1', state: 'delivered', code: null })
  await house.passes(SECOND)
  await house.passes(HOUR)
  assert.deepEqual(
    [pushed(person.personId), house.messenger.sent.length, house.telegram.sent.length],
    [1, 1, 1],
  )
})

test('an alert stops climbing the moment it is answered anywhere', async () => {
  const person = await amina('psid-8')
  house.state.hasPush = true
  await house.chat.tellCase({ ...person, caseId: await house.raiseCase(person) })
  await house.passes(SECOND)
  const alert = (await house.all(person.personId)).at(-1)!
  const yes = alert.actions.find(({ style }) => style === 'plain')!
  await house.chat.act(person.personId, 'token' in yes ? yes.token : '', { locale: 'en', timeZone: 'UTC' })
  await house.passes(HOUR)
  assert.equal(pushed(person.personId), 1)
  assert.equal(house.messenger.sent.length, 0)
})

test('an alert that no rung takes puts the person before the bank’s people at once', async () => {
  const person = await amina('psid-9')
  house.messenger.answers = refused('gone')
  await house.chat.tellCase({ ...person, caseId: await house.raiseCase(person) })
  await house.passes(SECOND)
  const jobs = await house.sql.rooms.query<{ state: string }>(
    `select state from channels.outbox where person_id = $1 and urgency = 'alert'`,
    [person.personId],
  )
  assert.deepEqual(jobs, [{ state: 'over' }])
  const { addresses } = await house.messengers.describe(person.personId)
  assert.deepEqual(
    addresses.map(({ state }) => state),
    ['blocked'],
    'a chat that blocks us is written to no more',
  )
})

test('a chat that turns out later to have left is written to no more, and the alert climbs on', async () => {
  const person = await amina('psid-29')
  await house.chat.tellCase({ ...person, caseId: await house.raiseCase(person) })
  await house.passes(SECOND)
  const state = async () =>
    (await house.messengers.describe(person.personId)).addresses.map((address) => address.state)
  assert.deepEqual(await state(), ['live'])
  const receipt = { kind: 'receipt', messageId: 'messenger-1', state: 'failed' } as const
  await house.tells('messenger', { ...receipt, code: 'they-left' })
  await house.passes(2 * SECOND)
  assert.deepEqual(await state(), ['blocked'])
  const jobs = await house.sql.rooms.query<{ state: string }>(
    `select state from channels.outbox where person_id = $1 and urgency = 'alert'`,
    [person.personId],
  )
  assert.deepEqual(jobs, [{ state: 'over' }], 'nothing is left to try: the bank’s people are told to call')
})

test('the one button of an alert blocks the card, once, and only from the chat it was sent to', async () => {
  const person = await amina('psid-10')
  const stranger = await amina('psid-11')
  await house.chat.tellCase({ ...person, caseId: await house.raiseCase(person) })
  await house.passes(SECOND)
  const [button] = house.messenger.sent[0]!.notice.buttons
  const payload = button!.payload
  house.desk.done.clear()
  const taps = (address: string) =>
    house.tells('messenger', { kind: 'press', address, payload, locale: null })
  await taps('psid-11')
  await house.passes(SECOND)
  assert.equal(house.desk.orders('block').length, 0)
  await taps('psid-10')
  await taps('psid-10')
  await house.passes(3 * SECOND)
  assert.equal(house.desk.orders('block').length, 1)
  assert.ok(texts(house.messenger).includes(NOTICES.blocking.en))
  assert.ok(stranger.personId !== person.personId)
})

test('statuses that come out of order never turn what was read into something less', async () => {
  const person = await amina('psid-13')
  await house.writes('messenger', 'psid-13', 'what is my balance?')
  await house.passes(SECOND)
  for (const state of ['read', 'delivered', 'failed'] as const) {
    await house.tells('messenger', { kind: 'receipt', messageId: 'messenger-1', state, code: null })
    await house.passes(SECOND)
  }
  const rows = await house.sql.rooms.query<{ state: string }>(
    `select delivery.state from channels.delivery join channels.outbox on outbox.id = outbox_id
     where delivery.person_id = $1 and notice = 'answer-ready'`,
    [person.personId],
  )
  assert.deepEqual(rows, [{ state: 'read' }])
})

test('news is said once in half a day at a chat, and not at all to who asked for silence', async () => {
  const { personId, linkId } = await amina('psid-14')
  const tell = async (n: number) => {
    await house.chat.tellConnectionBroken({
      personId,
      linkId,
      bankId: 'chase',
      since: house.clock.now() - n * DAY,
      pulledAt: null,
      why: null,
    })
    await house.passes(SECOND)
  }
  await tell(1)
  await tell(2)
  assert.deepEqual(texts(house.messenger), [NOTICES['message-waiting'].en])
  house.state.isQuiet = true
  house.clock.advance(DAY)
  await tell(3)
  assert.equal(house.messenger.sent.length, 1)
})

test('what only an operator can mend is told to them with the messenger’s code', async () => {
  await amina('psid-15')
  house.messenger.answers = refused('tell-operator')
  await house.writes('messenger', 'psid-15', 'hello')
  await house.passes(SECOND)
  assert.deepEqual(house.operator, ['messenger c-1'])
})

test('pictures, voices and stickers of every messenger are answered once a minute: please write', async () => {
  await amina('psid-16')
  for (const what of ['photo', 'voice', 'video_note', 'sticker', 'contacts', 'poll'])
    await house.tells('messenger', { kind: 'passed-by', what, address: 'psid-16' })
  await house.passes(SECOND)
  await house.passes(5 * SECOND)
  assert.deepEqual(texts(house.messenger), [NOTICES['write-instead'].en])
  await house.tells('messenger', { kind: 'passed-by', what: 'reaction', address: 'psid-16' })
  await house.passes(2 * MINUTE)
  assert.equal(house.messenger.sent.length, 1)
})

test('who is called otherwise now is no longer known by the old name, and links again', async () => {
  const { personId } = await amina('psid-17')
  await house.tells('messenger', { kind: 'renamed', address: 'psid-17', newAddress: 'psid-18' })
  await house.passes(SECOND)
  assert.deepEqual((await house.messengers.describe(personId)).addresses, [])
  for (const to of ['psid-17', 'psid-18']) await house.writes('messenger', to, 'what is my balance?')
  await house.passes(2 * SECOND)
  assert.deepEqual(texts(house.messenger), [NOTICES['not-linked'].en, NOTICES['not-linked'].en])
})

/** What the messenger posts and how it is answered, as the route does it. */
async function posts(
  heard: object[],
  fails: Fault | null = null,
  headers: Record<string, string> = { 'x-proof': 'p' },
) {
  house.webhook.fails = fails
  const body = Buffer.from(JSON.stringify(heard))
  const status = await house.messengers.receive('messenger', headers, body).then(
    () => 200,
    (error: unknown) => (error instanceof Fault ? error.status : 500),
  )
  house.messengers.answered('messenger', headers, status)
  return status
}
const minutesPass = async (minutes: number) => {
  for (let minute = 0; minute < minutes; minute++) {
    house.clock.advance(MINUTE)
    await house.messengers.healthRound()
  }
}

test('a messenger has its answer once the words are kept, before anything is done about them', async () => {
  const { personId } = await amina('psid-50')
  const before = (await house.all(personId)).length
  const words = { kind: 'text', address: 'psid-50', text: 'what is my balance?', locale: null }
  assert.equal(await posts([{ ...words, eventId: 'kept-first', at: house.clock.now() }]), 200)
  assert.equal((await house.all(personId)).length, before)
  assert.deepEqual(house.messenger.sent, [])
  await house.passes(2 * SECOND)
  assert.deepEqual(texts(house.messenger), [NOTICES['answer-ready'].en])
})

test('what is not for us is counted by its kind, and put by nowhere', async () => {
  const passedBy = { kind: 'passed-by', at: house.clock.now(), address: null }
  await posts([
    { ...passedBy, eventId: 'p-1', what: 'other_page' },
    { ...passedBy, eventId: 'p-2', what: 'other_page' },
    { ...passedBy, eventId: 'p-3', what: 'Amina said' },
  ])
  await house.messengers.healthRound()
  const counts = await house.sql.rooms.query(
    `select what, count::int from channels.passed_by where messenger = 'messenger' order by what`,
  )
  assert.deepEqual(counts, [
    { what: 'other_page', count: 2 },
    { what: 'unknown', count: 1 },
  ])
  const put = await house.sql.rooms.query(`select 1 from channels.heard where at = $1`, [passedBy.at])
  assert.deepEqual(put, [])
})

test('a webhook that fails raises an alarm long before the hour, again while it lasts, and an end', async () => {
  await posts([])
  const acceptedAt = house.clock.now()
  await minutesPass(3)
  const failingSince = house.clock.now()
  await posts([], new Fault('database-unreachable'))
  await minutesPass(9)
  assert.deepEqual(house.alarms, [], 'a deployment is no alarm')
  await minutesPass(1)
  const first = {
    messenger: 'messenger',
    failingSince,
    status: 503,
    acceptedAt,
    endsAt: failingSince + HOUR,
  }
  assert.deepEqual(house.alarms, [first])
  await posts([], new Fault('webhook-unreadable'))
  await minutesPass(15)
  assert.deepEqual(house.alarms, [first, { ...first, status: 400 }])
  const rows = await house.sql.rooms.query(
    `select failing_since as "failingSince", status from channels.webhook where messenger = 'messenger'`,
  )
  assert.deepEqual(rows, [{ failingSince, status: 400 }], 'guichet doctor reads it')
  await posts([])
  await minutesPass(40)
  assert.deepEqual(house.alarms.slice(2), ['messenger'])
})

test('a wrong secret is told; a stranger’s signature, and one who tries it between messages that are accepted, is not', async () => {
  house.alarms.length = 0
  const refuses = () => posts([], new Fault('webhook-unsigned'))
  await posts([])
  for (let n = 0; n < 30; n++) await refuses()
  await minutesPass(30)
  for (let n = 0; n < 5; n++) {
    await posts([])
    await refuses()
    await minutesPass(8)
  }
  assert.deepEqual(house.alarms, [])

  await posts([])
  const failingSince = house.clock.now()
  for (let n = 0; n < 3; n++) {
    await refuses()
    await minutesPass(6)
  }
  assert.partialDeepStrictEqual(house.alarms, [{ failingSince, status: 403 }])
  await posts([])
  await minutesPass(20)
  assert.deepEqual(house.alarms.slice(1), ['messenger'])
  const [refused] = await house.sql.rooms.query<{ count: number }>(
    `select sum(count)::int as count from channels.passed_by where messenger = 'messenger' and what = 'refused'`,
  )
  assert.equal(refused!.count, 38)
})

test('a messenger does not wait for a button to be acknowledged, and what fails in that is told', async () => {
  const press = { kind: 'press', at: house.clock.now(), address: 'psid-nobody', payload: 'p', locale: null }
  const acknowledged = Promise.withResolvers<void>()
  Object.assign(house.webhook, { acknowledge: () => acknowledged.promise })
  assert.equal(await posts([{ ...press, eventId: 'press-1' }]), 200)
  acknowledged.reject(new Fault('notice-refused'))
  await assert.rejects(acknowledged.promise)
  assert.equal(house.faults.filter(fault('notice-refused')).length, 1)
  Object.assign(house.webhook, { acknowledge: undefined })
})

test('somebody else’s unsigned messages raise no alarm', async () => {
  house.alarms.length = 0
  for (let n = 0; n < 20; n++) {
    await posts([], new Fault('webhook-unsigned'), {})
    await minutesPass(1)
  }
  assert.deepEqual(house.alarms, [])
})

test('a greeting offers what can be asked, and a tap asks it; a button that is over says so', async () => {
  const { personId } = await amina('psid-19')
  await house.writes('messenger', 'psid-19', 'hello')
  await house.passes(SECOND)
  const [hello] = house.messenger.sent
  assert.deepEqual(
    hello!.notice.buttons.map(({ label }) => label),
    ['My balance', 'My spending', 'Talk to somebody'],
  )
  const { payload } = hello!.notice.buttons[0]!
  const taps = (address: string) =>
    house.tells('messenger', { kind: 'press', address, payload, locale: null })
  await taps('psid-19')
  await house.passes(SECOND)
  const answer = house.messenger.sent.at(-1)!.notice
  assert.equal(answer.text, NOTICES['answer-ready'].en)
  const told = JSON.stringify(await house.messengers.openSealed(personId, tokenOf(answer)))
  assert.match(told, /123456|1,234\.56/)

  const asked = (await house.all(personId)).length
  await taps('psid-19')
  await house.passes(SECOND)
  const again = house.messenger.sent.at(-1)!.notice
  assert.deepEqual([again.text, again.link], [NOTICES['button-used'].en, null])
  assert.equal((await house.all(personId)).length, asked, 'nothing was asked again')
  const [fresh] = again.buttons
  assert.equal(fresh!.label, 'My balance')
  await house.tells('messenger', { kind: 'press', address: 'psid-19', payload: fresh!.payload, locale: null })
  await house.passes(SECOND)
  assert.equal(house.messenger.sent.at(-1)!.notice.text, NOTICES['answer-ready'].en)

  await house.passes(8 * DAY)
  await taps('psid-19')
  await taps('psid-nobody-else')
  await house.passes(SECOND)
  assert.deepEqual(texts(house.messenger).slice(-2).toSorted(), [
    NOTICES['button-over'].en,
    NOTICES['not-linked'].en,
  ])
})

test('who chose the neutral wording is offered nothing to tap', async () => {
  const { personId } = await amina('psid-20')
  await house.messengers.setWording(personId, 'neutral')
  await house.writes('messenger', 'psid-20', 'hello')
  await house.passes(SECOND)
  assert.deepEqual(house.messenger.sent.at(-1)!.notice.buttons, [])
})

test('emoji, zero-width, right-to-left and unprintable text is answered or asked for again, and stops nothing', async () => {
  await amina('psid-21')
  const odd = [
    '👩‍👩‍👧‍👦',
    'what is my bal\u200bance?',
    '\u202ewhat is my balance?\u202c',
    'كم رصيدي؟',
    '\u0000\ud800',
    '   ',
    'e\u0301'.repeat(3_000),
  ]
  for (const text of odd) {
    await house.writes('messenger', 'psid-21', text)
    await house.passes(20 * SECOND)
  }
  assert.deepEqual(house.faults, [])
  assert.equal(house.messenger.sent.length, odd.length)
  const known: string[] = [NOTICES['answer-ready'].en, NOTICES['write-instead'].en, NOTICES.hello.en]
  for (const text of texts(house.messenger)) assert.ok(known.includes(text), text)
})

test('the two digits come also when the messenger was away, or the chat was just written to', async () => {
  const { personId } = await house.amina(['account-view'])
  const { code } = await house.messengers.begin(personId, 'messenger')
  house.messenger.answers = refused('retry')
  for (const text of ['hello', 'hello?', code]) await house.writes('messenger', 'psid-22', text)
  await house.passes(SECOND)
  house.messenger.answers = () => ({ ok: true, messageId: '' })
  house.messenger.sent.length = 0
  for (let n = 0; n < 8; n++) await house.passes(4 * SECOND)
  const said = texts(house.messenger)
  assert.equal(said.filter((text) => text === NOTICES['not-linked'].en).length, 2)
  assert.equal(said.filter((text) => /\d\d$/.test(text)).length, 1)
})

test('what became of the two digits asks nothing of us, and is dealt with at once', async () => {
  const { personId } = await house.amina(['account-view'])
  // What earlier tests left to be asked again is let go, and the digits have a name that nothing of theirs had.
  await house.passes(11 * MINUTE)
  house.messenger.sent.length = 900
  const { code } = await house.messengers.begin(personId, 'messenger')
  await house.tells('messenger', { kind: 'start', address: 'psid-24', code, name: null, locale: 'en' })
  await house.passes(SECOND)
  assert.equal(house.messenger.sent.length, 901)
  for (const state of ['delivered', 'read'] as const)
    await house.tells('messenger', { kind: 'receipt', messageId: 'messenger-901', state, code: null })
  await house.passes(SECOND)
  assert.deepEqual(
    await house.sql.rooms.query(`select messenger from channels.heard where handled_at is null`),
    [],
  )
})

test('what was signed longer ago than a messenger retries is a replay, however well it is signed', async () => {
  await amina('psid-23')
  const at = house.clock.now()
  const said = [{ kind: 'text', eventId: 'old-1', at, address: 'psid-23', text: 'hello', locale: null }]
  await posts(said)
  await house.passes(2 * SECOND)
  assert.equal(house.messenger.sent.length, 1)
  await house.passes(9 * DAY)
  await house.messengers.forgetOld()
  house.messenger.sent.length = 0
  await posts(said)
  await house.passes(2 * SECOND)
  assert.deepEqual(texts(house.messenger), [])
})

test('a person’s answer reaches a messenger as a sealed notice, and who answers is always said', async () => {
  house.staffed.add('chase')
  const { personId } = await amina('psid-human')
  await house.writes('messenger', 'psid-human', 'I want to talk to someone')
  await house.passes(SECOND)
  const claire = { id: 'stf_claire', bankId: 'chase' }
  const waiting = (await house.chat.handovers.list('chase')).find((one) => one.personId === personId)!
  await house.chat.handovers.take(claire, waiting.id, [claire.id])
  await house.passes(SECOND)
  assert.equal(texts(house.messenger).at(-1), NOTICES['human-took'].en)
  await house.writes('messenger', 'psid-human', 'My card was swallowed')
  await house.passes(SECOND)
  assert.equal(texts(house.messenger).at(-1), NOTICES['human-took'].en, 'the assistant is silent')
  await house.chat.handovers.reply(claire, waiting.id, 'Your new card leaves on Monday, Amina.')
  await house.passes(SECOND)
  const { notice } = house.messenger.sent.at(-1)!
  assert.equal(notice.text, NOTICES['human-answered'].en)
  assert.doesNotMatch(JSON.stringify(notice), /Monday|Amina|card/)
  const [answer] = await house.messengers.openSealed(personId, tokenOf(notice))
  assert.deepEqual([answer!.from, answer!.text], ['human', 'Your new card leaves on Monday, Amina.'])
  await house.chat.handovers.settle(claire, waiting.id, [claire.id])
  await house.passes(SECOND)
  assert.equal(texts(house.messenger).at(-1), NOTICES['handed-back'].en)
  house.staffed.delete('chase')
})
