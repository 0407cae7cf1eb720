import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Fault } from '#kit'
import { movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { newVector, PLACE_OF } from './features/index.ts'
import type { Payment } from './payment.ts'
import { createRuleSets, type UnusableRules } from './rule-sets.ts'
import { BUILT_IN } from './rules/index.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

const open = (onUnusable: (unusable: UnusableRules) => void = ({ error }) => assert.fail(String(error))) =>
  createRuleSets({ sql: rooms.sql.rooms, clock: rooms.clock, onUnusable })
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

test('a rule that one process stopped judges in none, a later start included, until somebody promotes the set anew', async (t) => {
  const fail = (error: unknown) => assert.fail(String(error))
  const begin = async () => {
    const sets = open()
    const following = await sets.start(fail)
    t.after(() => following.stop())
    return sets
  }
  const [here, there] = [await begin(), await begin()]
  clock.advance(1)
  const id = await here.add('rule greedy asks when amountZ > 1\nrule modest asks when amountZ > 100', amina)
  await here.promote(id, amina)
  while (there.inForce.live.id !== id) await new Promise((next) => setTimeout(next, 5))
  const vector = newVector()
  vector[PLACE_OF.amountZ!] = 200
  const held = ({ inForce }: typeof here) => inForce.live.held(vector, {} as Payment).map(({ name }) => name)
  assert.deepEqual(held(there), ['greedy', 'modest'])
  for (let i = 0; i < 300; i++) here.inForce.live.note!(['greedy'], true)
  assert.deepEqual(held(here), ['modest'])
  while (held(there).length > 1) await new Promise((next) => setTimeout(next, 5))
  assert.deepEqual(held(await begin()), ['modest'])
  const kept = (await here.list()).find((one) => one.id === id)!
  assert.deepEqual(kept.stopped, [
    { rule: 'greedy', why: 'asked', payments: 201, of: 201, at: rooms.clock.now() },
  ])

  clock.advance(1)
  await there.promote(id, amina)
  while (held(here).length < 2) await new Promise((next) => setTimeout(next, 5))
  assert.deepEqual((await there.list()).find((one) => one.id === id)!.stopped, [])
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

test('of people who decide at once each is heard, one after the other, and one set decides in the end', async () => {
  const sets = [open(), open(), open(), open()]
  const ids = await Promise.all(sets.map((one, n) => one.add(text(10 + n), amina)))
  for (let round = 0; round < 5; round++) {
    await Promise.all(sets.map((one, n) => one.promote(ids[(n + round) % 4]!, amina)))
    const live = (await sets[0]!.list()).filter(({ status }) => status === 'live')
    assert.equal(live.length, 1)
  }
})

test('a set that an earlier version kept and this one cannot read judges nothing, is told of, and can be retired', async (t) => {
  await rooms.sql.rooms.query(`update fraud.rule_set set status = 'retired'`)
  const keep = (id: string, status: string, written: string) =>
    rooms.sql.rooms.query(
      `insert into fraud.rule_set (id, status, text, added_at, decided_at, decided_by, reason)
       values ($1, $2, $3, 0, 0, 'Amina', 'before the upgrade')`,
      [id, status, written],
    )
  const [live, shadow] = ['rules-00000000000000aa', 'rules-00000000000000bb']
  // A name of their own that has become a fact, and a fact that there is no more.
  await keep(live, 'live', 'define habits = amountZ > 1\nrule a asks when habits')
  await keep(shadow, 'shadow', 'rule a asks when formerFact > 1')

  const told: UnusableRules[] = []
  const sets = open((unusable) => told.push(unusable))
  const following = await sets.start((error) => assert.fail(String(error)))
  t.after(() => following.stop())
  assert.deepEqual([sets.inForce.live, sets.inForce.shadow], [BUILT_IN, null])
  assert.deepEqual(
    told.map(({ id, status }) => [id, status]),
    [
      [live, 'live'],
      [shadow, 'shadow'],
    ],
  )
  assert.equal((await sets.list()).find(({ id }) => id === live)!.rules, null)
  await assert.rejects(sets.promote(shadow, amina), fails('rules-refused'))
  await sets.retire(live, amina)
  const anew = await sets.add(text(20), amina)
  await sets.promote(anew, amina)
  assert.equal(sets.inForce.live.id, anew)
})

test('what was decided while nothing could be heard is followed once it can', async (t) => {
  const [here, there] = [open(), open()]
  const following = await there.start((error) => assert.fail(String(error)))
  t.after(() => following.stop())
  const id = await here.add(text(30), amina)
  while (there.inForce.shadow?.id !== id) await new Promise((resolve) => setTimeout(resolve, 5))
  await rooms.sql.rooms.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and usename = current_user and query like 'listen%guichet_rules%'`,
  )
  // Said to nobody: nobody listens until the connection is there again.
  await rooms.sql.rooms.query(`update fraud.rule_set set status = 'retired' where id = $1`, [id])
  while (there.inForce.shadow !== null) await new Promise((resolve) => setTimeout(resolve, 5))
})
