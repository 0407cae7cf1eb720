import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { DAY, HOUR, SECOND, systemRandom } from '#kit'
import { openMatrixTroubles } from './matrix.fixture.ts'
import { createUnopened } from './rooms.ts'

let house: Awaited<ReturnType<typeof openMatrixTroubles>>
before(async () => {
  house = await openMatrixTroubles()
})
afterEach(() => house.homeserver.makes())
after(async () => await house?.close())

const SEALED = /^Your answer is ready\.\nhttps:\/\/guichet\.example\/o\/[\w-]{32}$/
const is = (what: string) => (method: string, path: string) => method === 'POST' && path.endsWith(`/${what}`)
const roomsKept = async () =>
  (
    await house.sql.rooms.query<{ count: number }>(`select count(*)::int as count from channels.matrix_room`)
  )[0]!.count

test('a chat that is unlinked: our account leaves its room and forgets it, however often the homeserver has to be asked', async () => {
  const before = await roomsKept()
  const amina = await house.linked('@amina:bank.example')
  assert.equal(await roomsKept(), before + 1)
  let asked = 0
  house.homeserver.makes((...call) => (is('leave')(...call) && asked++ < 2 ? { status: 502 } : null))
  await house.messengers.unlink(amina.personId, amina.address.id)
  await house.becomes(async () => {
    house.clock.advance(SECOND)
    return house.homeserver.hasForgotten(amina.room)
  })
  assert.equal(house.homeserver.isIn(amina.room), false)
  await house.becomes(async () => (await roomsKept()) === before)
})

test('of who erases everything no room is kept, and we are in none of theirs', async () => {
  const before = await roomsKept()
  const bruno = await house.linked('@bruno:bank.example')
  await house.vault.erase(bruno.personId)
  await house.chat.forget(bruno.personId)
  await house.becomes(() => house.homeserver.hasForgotten(bruno.room))
  assert.equal(house.homeserver.isIn(bruno.room), false)
  await house.becomes(async () => (await roomsKept()) === before)
})

test('a chat that moves to another account of ours keeps its room', async () => {
  const claire = await house.linked('@claire:bank.example')
  const david = await house.amina(['account-view'])
  const { code } = await house.messengers.begin(david.personId, 'matrix')
  claire.writes(code)
  const digits = await house.becomes(() => /\d\d$/.exec(claire.said().at(-1) ?? '')?.[0])
  await house.messengers.confirm(david.personId, digits)
  claire.writes('what is my balance?')
  await house.becomes(() => SEALED.test(claire.said().at(-1)!))
  assert.equal(house.homeserver.isIn(claire.room), true)
})

test('a room whose person never links a chat is left after a week', async () => {
  const room = house.homeserver.invites('@passer-by:bank.example')
  await house.becomes(() => house.homeserver.isIn(room))
  const amina = await house.linked('@amina-2:bank.example')
  await house.passes(7 * DAY + HOUR)
  await house.becomes(() => house.homeserver.hasForgotten(room))
  assert.equal(house.homeserver.isIn(amina.room), true)
})

test('what the homeserver leaves out, and fails to tell at first, is heard', async () => {
  const bruno = await house.linked('@bruno-2:bank.example')
  house.homeserver.makes((_method, path) => (path.endsWith('/sync') ? { status: 503 } : null))
  bruno.writes('what is my balance?')
  for (let reaction = 0; reaction < 60; reaction++)
    house.homeserver.reacts(bruno.room, '@bruno-2:bank.example')
  let asked = 0
  house.homeserver.makes((_method, path) =>
    path.endsWith('/messages') && asked++ < 2 ? { status: 502 } : null,
  )
  assert.match(await house.becomes(() => bruno.said()[2]), SEALED)
  assert.equal(asked, 3)
})

test('a room that we were put into is its person’s, though the homeserver does not say at once who is in it', async () => {
  const claire = await house.amina(['account-view'])
  const { code } = await house.messengers.begin(claire.personId, 'matrix')
  const room = house.homeserver.putsInto('@claire-2:bank.example')
  let asked = 0
  house.homeserver.makes((_method, path) =>
    path.endsWith('/members') && asked++ < 2 ? { status: 502 } : null,
  )
  house.homeserver.writes(room, '@claire-2:bank.example', code)
  assert.match(await house.becomes(() => house.said(room)[0]), /\d\d$/)
})

test('what a homeserver never tells of one room holds up everybody for a moment only', async () => {
  const david = await house.linked('@david:bank.example')
  house.homeserver.makes((_method, path) => (path.endsWith('/members') ? { status: 500 } : null))
  const broken = house.homeserver.putsInto('@stranger:bank.example')
  house.homeserver.writes(broken, '@stranger:bank.example', 'hello')
  david.writes('what is my balance?')
  await house.becomes(async () =>
    (await house.all(david.personId)).some(({ text }) => /1,234\.56/.test(text)),
  )
})

test('rooms that cannot be joined keep nobody waiting, who is there already or who comes', async () => {
  const amina = await house.linked('@amina-3:bank.example')
  const deaf = new Set<string>()
  house.homeserver.makes((method, path) =>
    is('join')(method, path) && [...deaf].some((room) => path.includes(encodeURIComponent(room)))
      ? 'silent'
      : null,
  )
  for (const stranger of ['a', 'b', 'c', 'd']) deaf.add(house.homeserver.invites(`@${stranger}:away.example`))
  amina.writes('what is my balance?')
  assert.match(await house.becomes(() => amina.said()[2]), SEALED)
  amina.writes('what is my balance?')
  assert.match(await house.becomes(() => amina.said()[3]), SEALED)
  const room = house.homeserver.invites('@late:bank.example')
  await house.becomes(() => house.homeserver.isIn(room))
})

test('who invites us to ever more rooms has us in five of them, the newest', async () => {
  const rooms: string[] = []
  for (let room = 0; room < 8; room++) {
    rooms.push(house.homeserver.invites('@everywhere:bank.example'))
    await house.becomes(() => house.homeserver.isIn(rooms.at(-1)!))
    house.clock.advance(SECOND)
  }
  await house.becomes(() => rooms.slice(0, 3).every((room) => house.homeserver.hasForgotten(room)))
  assert.deepEqual(
    rooms.map((room) => house.homeserver.isIn(room)),
    [false, false, false, true, true, true, true, true],
  )
})

test('who leaves one of two rooms is answered in the other', async () => {
  const bruno = await house.linked('@bruno-3:bank.example')
  const second = house.homeserver.invites('@bruno-3:bank.example')
  await house.becomes(() => house.homeserver.isIn(second))
  bruno.leaves()
  await house.becomes(() => house.homeserver.hasForgotten(bruno.room))
  await house.passes(SECOND)
  const { addresses } = await house.messengers.describe(bruno.personId)
  assert.equal(addresses[0]!.state, 'live')
  const caseId = await house.raiseCase(bruno)
  await house.chat.tellCase({ ...bruno, caseId })
  await house.becomes(() => house.said(second).length === 1)
})

test('what a stranger has us keep unread hides nothing of anybody else’s', async () => {
  const sql = house.sql.rooms
  const unopened = createUnopened({ sql, key: Buffer.alloc(32, 5), random: systemRandom })
  const keep = (roomId: string, id: string, now: number) =>
    unopened.keep(sql, { roomId, event: { event_id: id } }, now)
  for (let event = 0; event < 80; event++) await keep('!stranger', `$stranger-${event}`, event)
  await keep('!amina', '$amina', 1_000)
  const kept = async (rooms: string[] | 'all') =>
    (await unopened.of(rooms)).map(({ event }) => event.event_id)
  assert.deepEqual(await kept(['!amina']), ['$amina'])
  const all = await kept('all')
  assert.equal(all.length, 51, 'the newest of each room')
  assert.deepEqual(all.slice(0, 2).sort(), ['$amina', '$stranger-79'])
  await unopened.drop(sql, all, 0)
  assert.deepEqual(await kept('all'), [])
})
