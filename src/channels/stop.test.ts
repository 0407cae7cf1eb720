import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRooms } from '../../tests/fixtures/rooms.ts'
import { isQuiet, startAgain, stop } from './stop.ts'

let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms()
})
after(() => rooms.close())

test('who says stop is quiet at once, however often they say it, until they start again; nobody else is', async () => {
  const { rooms: sql } = rooms.sql
  assert.equal(await isQuiet(sql, 'per_amina'), false)
  await stop(sql, 'per_amina', 1_000)
  await stop(sql, 'per_amina', 2_000)
  assert.equal(await isQuiet(sql, 'per_amina'), true)
  assert.equal(await isQuiet(sql, 'per_bruno'), false)
  assert.deepEqual(await sql.query(`select since from channels.quiet`), [{ since: 1_000 }])
  await startAgain(sql, 'per_amina')
  assert.equal(await isQuiet(sql, 'per_amina'), false)
})
