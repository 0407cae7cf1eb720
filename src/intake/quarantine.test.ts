import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY } from '#kit'
import { movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { createQuarantine, type SetAside } from './quarantine.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

const open = () => createQuarantine({ sql: rooms.sql.rooms, clock })
const row = (place: string, over: Partial<SetAside> = {}): SetAside => ({
  accountId: 'acc_1',
  place,
  field: 'amount',
  why: 'missing',
  ...over,
})

test('a row that is refused at every pull is one row, with when it was first and last seen', async () => {
  const quarantine = open()
  const first = clock.now()
  await quarantine.setAside(rooms.sql.rooms, 'bank-a', 'pull', [
    row('transactions[1]'),
    row('transactions[1]'),
  ])
  clock.advance(DAY)
  await quarantine.setAside(rooms.sql.rooms, 'bank-a', 'pull', [row('transactions[1]')])
  assert.deepEqual(await quarantine.listQuarantine('bank-a'), [
    {
      bankId: 'bank-a',
      accountId: 'acc_1',
      source: 'pull',
      place: 'transactions[1]',
      field: 'amount',
      why: 'missing',
      firstAt: first,
      lastAt: clock.now(),
    },
  ])
})

test('a row whose account could not be read is noted without one, and each bank has its own list', async () => {
  const quarantine = open()
  await quarantine.setAside(rooms.sql.rooms, 'bank-b', 'file:0123456789abcdef', [
    row('line 12', { accountId: null }),
  ])
  const [noted] = await quarantine.listQuarantine('bank-b')
  assert.equal(noted!.accountId, null)
  assert.equal(noted!.source, 'file:0123456789abcdef')
  assert.equal((await quarantine.listQuarantine('bank-a')).length, 1)
  assert.equal((await quarantine.listQuarantine()).length, 2)
})

test('what was last seen three months ago is forgotten', async () => {
  const quarantine = open()
  await quarantine.setAside(rooms.sql.rooms, 'bank-c', 'pull', [row('transactions[1]')])
  clock.advance(91 * DAY)
  await quarantine.setAside(rooms.sql.rooms, 'bank-c', 'pull', [row('transactions[2]')])
  assert.deepEqual(
    (await quarantine.listQuarantine('bank-c')).map(({ place }) => place),
    ['transactions[2]'],
  )
})

test('a bank that sends nothing but refused rows fills neither the table nor anybody else’s list', async () => {
  const quarantine = open()
  for (let file = 0; file < 7; file++) {
    clock.advance(1)
    const rows = Array.from({ length: 500 }, (_, n) => row(`line ${n + 1}`))
    await rooms.sql.vault.transaction((tx) => quarantine.setAside(tx, 'bank-d', `file:${file}`, rows))
  }
  const kept = await quarantine.listQuarantine('bank-d', 10_000)
  assert.equal(kept.length, 1_000)
  assert.equal(kept[0]!.source, 'file:6')
  assert.equal((await quarantine.listQuarantine('bank-c')).length, 1)
})
