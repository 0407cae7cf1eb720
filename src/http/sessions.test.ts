import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Fault, HOUR, MINUTE, systemRandom } from '#kit'
import { movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { createSessions } from './sessions.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
const ended: string[] = []
let sessions: ReturnType<typeof createSessions>
before(async () => {
  rooms = await openRooms({ clock })
  sessions = createSessions({
    sql: rooms.sql.rooms,
    clock,
    random: systemRandom,
    csrfKey: Buffer.alloc(32, 5),
    idleMinutes: 15,
    async ended(personIds) {
      ended.push(...personIds)
    },
  })
})
after(() => rooms.close())

/** A session of somebody. */
async function begin(personId: string) {
  const session = await sessions.start('en')
  await sessions.personOf(session, async () => ({ id: personId }))
  return (await sessions.find(session.token))!
}

test('a session ends after fifteen minutes without a click, and each click begins them anew', async () => {
  const { token } = await begin('per_idle')
  for (let click = 0; click < 5; click++) {
    clock.advance(14 * MINUTE)
    assert.equal((await sessions.find(token))?.personId, 'per_idle')
  }
  clock.advance(15 * MINUTE)
  assert.equal(await sessions.find(token), null)
  await sessions.sweep()
  assert.ok(ended.includes('per_idle'), 'the house is told, so that nothing is kept for nobody')
})

test('a session ends after twelve hours, however much it is used', async () => {
  const { token } = await begin('per_busy')
  for (let click = 0; click < 71; click++) {
    clock.advance(10 * MINUTE)
    assert.ok(await sessions.find(token))
  }
  clock.advance(10 * MINUTE)
  assert.equal(await sessions.find(token), null)
})

test('a proof of presence opens what cannot be undone for ten minutes', async () => {
  const visitor = await begin('per_proved')
  const { token } = await sessions.rotate(visitor, 'per_proved', true)
  assert.ok((await sessions.find(token))!.steppedUp)
  clock.advance(10 * MINUTE)
  assert.equal((await sessions.find(token))!.steppedUp, false)
})

test('the token of a session is nowhere in the tables', async () => {
  const { token } = await begin('per_hidden')
  const rows = await rooms.sql.rooms.query(`select token_hash, person_id from web.session`)
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(token))
  assert.ok(!rows.some(({ token_hash }) => Buffer.from(token, 'base64url').equals(token_hash as Buffer)))
})

test('the token against forgery fits its own session and no other', async () => {
  const one = await begin('per_one')
  const two = await begin('per_one')
  const csrf = sessions.csrfOf(one)
  assert.ok(sessions.csrfFits(one, csrf))
  assert.equal(sessions.csrfFits(two, csrf), false)
  for (const wrong of [undefined, '', csrf.slice(1), `${csrf}=`, csrf.toUpperCase()])
    assert.equal(sessions.csrfFits(one, wrong), false)
})

test('a request whose session ended while it was under way makes nobody', async () => {
  const session = await sessions.start('fr')
  await sessions.end(session)
  let welcomed = 0
  await assert.rejects(
    sessions.personOf(session, async () => ({ id: `per_${welcomed++}` })),
    (error: unknown) => error instanceof Fault && error.code === 'not-signed-in',
  )
  assert.equal(welcomed, 0)
})

test('ten requests at once make one person', async () => {
  const session = await sessions.start('en')
  let welcomed = 0
  const ids = await Promise.all(
    Array.from({ length: 10 }, () =>
      sessions.personOf(session, async () => ({ id: `per_first_${welcomed++}` })),
    ),
  )
  assert.deepEqual([...new Set(ids)], ['per_first_0'])
})

test('a token that was never given, is too long or is half one opens nothing', async () => {
  const { token } = await begin('per_token')
  for (const wrong of [undefined, '', token.slice(0, -1), `${token}A`, 'x'.repeat(10_000), '\u0000'])
    assert.equal(await sessions.find(wrong), null)
  clock.advance(13 * HOUR)
})
