import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Fault } from '#kit'
import { movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { FEATURE_SET, FEATURES, newVector } from './features/index.ts'
import type { Features } from './features.ts'
import { createJudge } from './judge.ts'
import { type Model, writeModel } from './model/index.ts'
import { createModels, type StoppedModel, type Unusable } from './models.ts'
import type { Payment } from './payment.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

/** A model of one leaf: the smallest there is, told apart by what it adds. */
function modelFile(value: number, over: Partial<Model> = {}): string {
  const model: Omit<Model, 'id'> = {
    featureSet: FEATURE_SET,
    features: FEATURES.map(({ name }) => name),
    settings: null,
    origin: 'test',
    learntFrom: null,
    metrics: { averagePrecision: value },
    calibration: null,
    reference: null,
    trees: {
      roots: Int32Array.of(0),
      feature: Int32Array.of(-1),
      threshold: Float64Array.of(0),
      left: Int32Array.of(0),
      missingRight: Uint8Array.of(0),
      value: Float64Array.of(value),
      cover: Float64Array.of(1),
      base: 0,
      asFloat32: false,
    },
    ...over,
  }
  return writeModel(model)
}

const open = (onUnusable: (unusable: Unusable) => void = ({ error }) => assert.fail(String(error))) =>
  createModels({ sql: rooms.sql.rooms, clock: rooms.clock, onUnusable })
const amina = { by: 'Amina', reason: 'finds more at the same number of questions' }
const fails = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

test('a model comes as the challenger, and decides only once a person promotes it', async () => {
  const models = open()
  const first = await models.add(modelFile(0.1), amina)
  assert.deepEqual([models.inForce.champion, models.inForce.challenger?.id], [null, first])
  await models.promote(first, amina)
  assert.deepEqual([models.inForce.champion?.id, models.inForce.challenger], [first, null])

  const second = await models.add(modelFile(0.2), amina)
  await models.promote(second, { by: 'Bruno', reason: 'a week beside the first' })
  assert.equal(models.inForce.champion?.id, second)
  const list = await models.list()
  assert.deepEqual(
    list.map(({ id, status, decidedBy }) => [id, status, decidedBy]).sort(),
    [
      [first, 'retired', 'Bruno'],
      [second, 'champion', 'Bruno'],
    ].sort(),
  )
  assert.equal(list.find(({ id }) => id === second)?.metrics.averagePrecision, 0.2)
})

test('another process follows what was decided in this one', async () => {
  const [here, there] = [open(), open()]
  const heard = await there.start((error) => assert.fail(String(error)))
  const id = await here.add(modelFile(0.3), amina)
  while (there.inForce.challenger?.id !== id) await new Promise((next) => setTimeout(next, 10))
  await here.retire(id, amina)
  while (there.inForce.challenger !== null) await new Promise((next) => setTimeout(next, 10))
  await heard.stop()
})

test('a file that is no model, a model that is here already, one that is not, and an act by nobody are refused', async () => {
  const models = open()
  await assert.rejects(models.add('{}', amina), fails('model-unreadable'))
  await models.add(modelFile(0.4), amina)
  await assert.rejects(models.add(modelFile(0.4), amina), fails('already-done'))
  await assert.rejects(models.promote('0'.repeat(64), amina), fails('not-found'))
  await assert.rejects(models.add(modelFile(0.5), { by: ' ', reason: '' }), fails('request-malformed'))
})

test('after an upgrade that judges by other features, the former champion is told of, judges nothing, and can be replaced', async () => {
  const former = { featureSet: 'guichet.features/1', features: ['amountMinor', 'habits'] }
  const [champion, challenger] = [modelFile(0.6, former), modelFile(0.7, former)]
  const keep = (id: string, status: string, file: string) =>
    rooms.sql.rooms.query(
      `insert into fraud.model (id, status, file, added_at, decided_at, decided_by, reason)
       values ($1, $2, $3, 0, 0, 'Amina', 'before the upgrade')`,
      [id, status, file],
    )
  await rooms.sql.rooms.query(`update fraud.model set status = 'retired'`)
  const digest = (file: string): string => JSON.parse(file).sha256
  await keep(digest(champion), 'champion', champion)
  await keep(digest(challenger), 'challenger', challenger)

  const told: Unusable[] = []
  const models = open((unusable) => told.push(unusable))
  const following = await models.start((error) => assert.fail(String(error)))
  assert.deepEqual([models.inForce.champion, models.inForce.challenger], [null, null])
  assert.deepEqual(
    told.map(({ id, status }) => [id, status]),
    [
      [digest(champion), 'champion'],
      [digest(challenger), 'challenger'],
    ],
  )
  for (const { error } of told) {
    assert.ok(error instanceof Fault)
    assert.match(
      error.detail!,
      /made for the features guichet\.features\/1, and these are guichet\.features\/\d+$/,
    )
  }
  assert.equal((await models.list()).find(({ status }) => status === 'champion')!.fits, false)
  await assert.rejects(models.add(modelFile(0.8, former), amina), fails('model-unreadable'))
  await assert.rejects(models.promote(digest(challenger), amina), fails('model-unreadable'))

  const anew = await models.add(modelFile(0.9), amina)
  await models.promote(anew, amina)
  const { champion: now } = models.inForce
  assert.equal(now?.id, anew)
  assert.equal((await models.list()).find(({ id }) => id === anew)!.fits, true)
  assert.equal((await models.list()).filter(({ status }) => status !== 'retired').length, 1)
  await following.stop()
})

test('a champion that asks about everything is stopped, the rules go on alone, and another one judges again', async () => {
  const told: StoppedModel[] = []
  const models = createModels({
    sql: rooms.sql.rooms,
    clock: rooms.clock,
    onStopped: (stopped) => told.push(stopped),
    onUnusable: ({ error }) => assert.fail(String(error)),
  })
  const judge = createJudge(models.inForce)
  const asked = () => {
    let asks = 0
    for (let i = 0; i < 2_000; i++) if (judge({} as Features, {} as Payment, newVector()).asks) asks++
    return asks
  }
  const greedy = await models.add(modelFile(5), amina)
  await models.promote(greedy, amina)
  assert.equal(asked(), 201)
  assert.deepEqual(told, [{ model: greedy, payments: 201, of: 201 }])
  // What is decided about others leaves it stopped.
  await models.add(modelFile(6), amina)
  assert.deepEqual([models.inForce.champion, asked()], [null, 0])
  // Nobody who judges waits for what is kept of it.
  const stopOf = async (id: string) => (await models.list()).find((one) => one.id === id)!.stopped
  while (!(await stopOf(greedy))) await new Promise((next) => setTimeout(next, 5))
  assert.deepEqual(await stopOf(greedy), {
    why: 'asked',
    payments: 201,
    of: 201,
    at: rooms.clock.now(),
  })
  assert.equal((await models.list()).filter(({ stopped }) => stopped).length, 1)

  const modest = await models.add(modelFile(-5), amina)
  await models.promote(modest, amina)
  assert.deepEqual([models.inForce.champion?.id, asked(), told.length], [modest, 0, 1])
  clock.advance(1)
  await models.promote(greedy, amina)
  assert.deepEqual([asked(), told.length], [201, 2])
})

test('a champion that one process stopped judges in none, a later start included, until somebody promotes it anew', async (t) => {
  const [here, there] = [open(), open()]
  const fail = (error: unknown) => assert.fail(String(error))
  for (const one of [here, there]) {
    const following = await one.start(fail)
    t.after(() => following.stop())
  }
  clock.advance(1)
  const greedy = await here.add(modelFile(7), amina)
  await here.promote(greedy, amina)
  while (there.inForce.champion?.id !== greedy) await new Promise((next) => setTimeout(next, 5))
  const judge = createJudge(here.inForce)
  for (let i = 0; i < 300; i++) judge({} as Features, {} as Payment, newVector())
  const champion = () => there.inForce.champion?.id ?? null
  while (champion() !== null) await new Promise((next) => setTimeout(next, 5))

  const other = await here.add(modelFile(8), amina)
  const later = open()
  const following = await later.start(fail)
  t.after(() => following.stop())
  assert.deepEqual([later.inForce.champion, later.inForce.challenger?.id], [null, other])
  clock.advance(1)
  await there.promote(greedy, amina)
  assert.equal(champion(), greedy)
  assert.equal((await there.list()).find(({ id }) => id === greedy)!.stopped, null)
})

test('a stop that cannot be kept at once is told of, and kept once it can', async (t) => {
  const { sql } = rooms
  let failures = 0
  const failing: typeof sql.rooms = {
    ...sql.rooms,
    query: (text, values) =>
      text.startsWith('insert into fraud.stopped') && failures++ === 0
        ? Promise.reject(new Error('the database restarts'))
        : sql.rooms.query(text, values),
  }
  const models = createModels({ sql: failing, clock, onUnusable: ({ error }) => assert.fail(String(error)) })
  const told: string[] = []
  const following = await models.start((error) => told.push(String(error)))
  t.after(() => following.stop())
  clock.advance(1)
  const greedy = await models.add(modelFile(9), amina)
  await models.promote(greedy, amina)
  const judge = createJudge(models.inForce)
  for (let i = 0; i < 300; i++) judge({} as Features, {} as Payment, newVector())
  const isKept = async () => (await models.list()).some(({ id, stopped }) => id === greedy && stopped)
  while (!(await isKept())) await new Promise((next) => setTimeout(next, 50))
  assert.deepEqual(told, ['Error: the database restarts'])
})

test('of people who decide at once each is heard, one after the other, and one model decides in the end', async () => {
  const models = [open(), open(), open(), open()]
  const ids = await Promise.all(models.map((one, n) => one.add(modelFile(10 + n), amina)))
  for (let round = 0; round < 5; round++) {
    await Promise.all(models.map((one, n) => one.promote(ids[(n + round) % 4]!, amina)))
    const champions = (await models[0]!.list()).filter(({ status }) => status === 'champion')
    assert.equal(champions.length, 1)
  }
})

test('what was decided while nothing could be heard is followed once it can', async (t) => {
  const [here, there] = [open(), open()]
  const following = await there.start((error) => assert.fail(String(error)))
  t.after(() => following.stop())
  const id = await here.add(modelFile(20), amina)
  while (there.inForce.challenger?.id !== id) await new Promise((next) => setTimeout(next, 5))
  await rooms.sql.rooms.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and usename = current_user and query like 'listen%guichet_model%'`,
  )
  // Said to nobody: nobody listens until the connection is there again.
  await rooms.sql.rooms.query(`update fraud.model set status = 'retired' where id = $1`, [id])
  while (there.inForce.challenger !== null) await new Promise((next) => setTimeout(next, 5))
})
