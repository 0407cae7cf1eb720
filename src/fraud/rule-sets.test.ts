import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Fault } from '#kit'
import { movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { createRuleSets } from './rule-sets.ts'
import { BUILT_IN } from './rules/index.ts'

let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock: movableClock() })
})
after(() => rooms.close())

const open = () => createRuleSets({ sql: rooms.sql.rooms, clock: rooms.clock })
const amina = { by: 'Amina', reason: 'gift cards are what thieves buy now' }
const text = (n: number) => `rule gift-cards asks when amountZ > ${n}`
const fails = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

test('a rule set comes in shadow, and decides only once a person promotes it', async () => {
  const sets = open()
  assert.equal(sets.inForce.live, BUILT_IN)
  const id = await sets.add(text(1), amina)
  assert.deepEqual([sets.inForce.live.id, sets.inForce.shadow?.id], [BUILT_IN.id, id])
  await sets.promote(id, amina)
  assert.deepEqual([sets.inForce.live.id, sets.inForce.shadow], [id, null])
  const next = await sets.add(text(2), amina)
  await sets.promote(next, { by: 'Bruno', reason: 'fewer questions' })
  const kept = (await sets.list()).map((one) => [one.id, one.status, one.decidedBy])
  assert.deepEqual(
    kept.toSorted(),
    [
      [id, 'retired', 'Bruno'],
      [next, 'live', 'Bruno'],
    ].toSorted(),
  )
  await sets.retire(next, amina)
  assert.equal(sets.inForce.live, BUILT_IN, 'without one, the rules that come with Guichet decide')
})

test('another process follows what was decided', async () => {
  const [here, there] = [open(), open()]
  const following = await there.start((error) => assert.fail(String(error)))
  const id = await here.add(text(3), amina)
  while (there.inForce.shadow?.id !== id) await new Promise((resolve) => setTimeout(resolve, 5))
  await following.stop()
  assert.equal(await there.text(id), text(3))
})

test('what cannot be used, is there already, or has nobody’s reason is refused and changes nothing', async () => {
  const sets = open()
  const before = await sets.list()
  await assert.rejects(sets.add('rule a asks when 1 = 1', amina), fails('rules-refused'))
  await assert.rejects(sets.add(text(3), amina), fails('already-done'))
  await assert.rejects(sets.add(text(4), { by: ' ', reason: 'why not' }), fails('request-malformed'))
  await assert.rejects(sets.promote('rules-none', amina), fails('not-found'))
  await assert.rejects(sets.retire('rules-none', amina), fails('not-found'))
  assert.deepEqual(await sets.list(), before)
})
