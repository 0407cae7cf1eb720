import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#kit'
import { openLog, read, turn } from '../../tests/fixtures/access-log.ts'
import {
  fromBase64,
  openCheckpoint,
  parseVkey,
  verifyConsistency,
  verifyHead,
  verifyProof,
} from './proof/index.ts'

const inconsistent = (saying: RegExp) => (error: unknown) =>
  error instanceof Fault && error.code === 'log-inconsistent' && saying.test(error.detail ?? '')

const many = (n: number) => Array.from({ length: n }, (_, i) => read(`person ${i % 5}`))

/** Sets the database back to its first `size` leaves, as a restored backup would. */
async function setBack(
  owner: Awaited<ReturnType<typeof openLog>>['owner'],
  to: { size: number; frontier: Buffer },
) {
  await owner.query(`delete from accesslog.record where leaf_index >= $1`, [to.size])
  await owner.query(`delete from accesslog.leaf where leaf_index >= $1`, [to.size])
  await owner.query(`delete from accesslog.chain`)
  await owner.query(
    `insert into accesslog.chain
     select chain, count(*), decode(repeat('00', 32), 'hex') from accesslog.record group by chain`,
  )
  await owner.query(`update accesslog.state set size = $1, frontier = $2`, [to.size, to.frontier])
  await owner.query(`delete from accesslog.checkpoint`)
}

const stateOf = async (owner: Awaited<ReturnType<typeof openLog>>['owner']) =>
  (await owner.query<{ size: number; frontier: Buffer }>(`select size, frontier from accesslog.state`))[0]!

test('a database that was set back is noticed at the start, and nothing more is logged or read', async (t) => {
  const { log, owner, openProcess, close } = await openLog()
  t.after(close)
  await log.append(many(20))
  await log.checkpoint()
  const backup = await stateOf(owner)
  await log.append(many(10))
  await log.checkpoint()
  await setBack(owner, backup)

  const restarted = await openProcess()
  await assert.rejects(restarted.start({ everyMs: 60_000 }), inconsistent(/was set back/))
  await assert.rejects(restarted.append([read('amina')]), inconsistent(/was set back/))
  await assert.rejects(restarted.appendBatch([read('amina')]), inconsistent(/was set back/))
  await restarted.stop()
})

test('a log that was set back and grew again over what was signed is not signed', async (t) => {
  const { log, owner, openProcess, faults, close } = await openLog()
  t.after(close)
  await log.append(many(20))
  const backup = await stateOf(owner)
  await log.append(many(10))
  const signed = await log.checkpoint()
  await setBack(owner, backup)

  const unaware = await openProcess()
  await unaware.append(many(15))
  await assert.rejects(unaware.checkpoint(), inconsistent(/does not continue/))
  await assert.rejects(unaware.append([read('amina')]), inconsistent(/does not continue/))
  assert.equal((await log.publicFile('/log/checkpoint'))?.body.toString() ?? null, null)
  assert.ok(signed.includes('\n30\n'))
  assert.ok(faults.every((fault) => fault instanceof Fault))
})

test('a crash between the signature and its storing loses nothing', async (t) => {
  const { log, owner, openProcess, close } = await openLog()
  t.after(close)
  await log.append(many(7))
  const note = await log.checkpoint()
  await owner.query(`delete from accesslog.checkpoint`)
  const restarted = await openProcess()
  await restarted.start({ everyMs: 60_000 })
  await restarted.stop()
  assert.ok(await restarted.proofOf('person 1', 1, turn))
  const served = (await restarted.publicFile('/log/checkpoint'))!.body.toString()
  // Starting filed the day's heads too, so the log has grown by that leaf.
  const key = await parseVkey(log.vkey)
  const [before, after] = [await openCheckpoint(note, key), await openCheckpoint(served, key)]
  assert.equal(after.checkpoint.size, 8)
  const proof = (await restarted.consistencyProof(7, 8)).map((hash) => fromBase64(hash)!)
  const [fromRoot, toRoot] = [before.checkpoint.root, after.checkpoint.root]
  assert.ok(await verifyConsistency({ from: 7, to: 8, fromRoot, toRoot, proof }))
})

test('one flipped bit, wherever it is, is found and named', async (t) => {
  const { log, owner, close } = await openLog()
  t.after(close)
  await log.append(many(600))
  await log.checkpoint()
  assert.deepEqual(await log.audit(), { from: 0, to: 600, size: 600 })
  assert.deepEqual(await log.audit(300, 1), { from: 256, to: 512, size: 600 })

  const flip = (column: string) => `set_byte(${column}, 20, get_byte(${column}, 20) # 1)`
  const cases: [string, RegExp][] = [
    [`update accesslog.leaf set entry = ${flip('entry')} where leaf_index = 3`, /leaf 3 is not what it was/],
    [
      `update accesslog.leaf set entry = ${flip('entry')} where leaf_index = 599`,
      /leaf 599 is not what it was/,
    ],
    [
      `update accesslog.leaf set hash = ${flip('hash')} where leaf_index = 300`,
      /leaf 300 is not what it was/,
    ],
    [`update accesslog.leaf set hash = ${flip('hash')} where leaf_index = 590`, /first 600 leaves are not/],
    [`update accesslog.tile set hashes = ${flip('hashes')} where tile_index = 1`, /tile 0\/1 is not/],
    [`update accesslog.tile set root = ${flip('root')} where tile_index = 1`, /first 600 leaves are not/],
  ]
  for (const [statement, saying] of cases) {
    await owner.query(statement)
    await assert.rejects(log.audit(), inconsistent(saying), statement)
    await owner.query(statement)
    await log.audit()
  }
  // A log once seen damaged stays closed until it is started anew.
  await assert.rejects(log.append([read('amina')]), inconsistent(/leaf 3/))
})

test('an entry that changed before it was in a tile is not signed for', async (t) => {
  const { log, owner, close } = await openLog()
  t.after(close)
  await log.append(many(300))
  await owner.query(
    `update accesslog.leaf set entry = set_byte(entry, 30, get_byte(entry, 30) # 8) where leaf_index = 9`,
  )
  await assert.rejects(log.checkpoint(), inconsistent(/leaf 9 is not what it was/))
  assert.equal(await log.provableSize(), 0)
})

test('a frontier that no longer fits its leaves is not signed for', async (t) => {
  const { log, owner, close } = await openLog()
  t.after(close)
  await log.append(many(30))
  await owner.query(`update accesslog.state set frontier = set_byte(frontier, 0, get_byte(frontier, 0) # 1)`)
  await assert.rejects(log.checkpoint(), inconsistent(/frontier and the tiles disagree/))
})

test('every day commits to how far each person’s reads had come, once', async (t) => {
  const { log, close } = await openLog()
  t.after(close)
  assert.equal(await log.dailyHeads('2026-11-22'), null, 'there is nobody yet')
  await log.append([read('amina'), read('bruno'), read('amina')])
  await log.appendBatch([read('amina'), read('claire')])
  const made = await log.dailyHeads('2026-11-23')
  assert.deepEqual(made, { leafIndex: 4 })
  await log.append([read('amina')])
  assert.deepEqual(await log.dailyHeads('2026-11-23'), made, 'asked again, the same day is not told twice')
  assert.deepEqual(await log.headDays('amina', 9), [])
  await log.dailyHeads('2026-11-24')
  await log.checkpoint()
  assert.deepEqual(await log.headDays('amina', 9), ['2026-11-24', '2026-11-23'])
  await assert.rejects(log.dailyHeads('23/11/2026'), RangeError)

  const head = await verifyHead((await log.headProofOf('amina', '2026-11-23'))!, log.vkey)
  const later = await verifyHead((await log.headProofOf('amina', '2026-11-24'))!, log.vkey)
  const third = await verifyProof((await log.proofOf('amina', 3, turn))!, log.vkey)
  assert.ok(head.ok && later.ok && third.ok)
  assert.deepEqual([head.day, head.count, head.last], ['2026-11-23', 3, third.leaf])
  assert.deepEqual([later.count, later.chainKey], [4, head.chainKey])
  const other = await verifyHead((await log.headProofOf('bruno', '2026-11-23'))!, log.vkey)
  assert.ok(other.ok && other.chainKey !== head.chainKey)
  assert.equal(await log.headProofOf('nobody', '2026-11-23'), null)
})

test('the log signs by itself soon after something was logged', async (t) => {
  const { log, faults, close } = await openLog()
  t.after(close)
  await log.start({ everyMs: 60_000 })
  const [entry] = await log.append([read('amina')])
  while ((await log.provableSize()) <= entry!.leafIndex)
    await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual(faults, [])
})
