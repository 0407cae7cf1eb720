import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY } from '#kit'
import { movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { NOON } from './everyday.fixture.ts'
import { FINDINGS_MAX, type Finding, Risk } from './features/index.ts'
import { keepFindings, readRisk } from './risk-store.ts'

const TILL = 'ab'.repeat(16)

let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock: movableClock(NOON) })
})
after(() => rooms.close())

const found = (ref: string, learntAt: number, label: Finding['label'], place = TILL): Finding => ({
  place,
  ref,
  paidAt: NOON - 40 * DAY,
  learntAt,
  label,
  isNormal: true,
})

const keep = (findings: Finding[], now: number) =>
  rooms.sql.vault.transaction((tx) => keepFindings(tx, findings, now))
const read = async (place = TILL) =>
  (await rooms.sql.vault.transaction((tx) => readRisk(tx, [place]))).of(place)

test('what a late payment meets of its terminal does not depend on when somebody last answered', async () => {
  await keep([found('old', NOON, 'fraud')], NOON)
  // A month and a half later somebody answers elsewhere; a payment of that first week may still be told.
  await keep([found('other', NOON + 50 * DAY, 'genuine', 'cd'.repeat(16))], NOON + 50 * DAY)
  assert.deepEqual(
    (await read()).map(({ ref }) => ref),
    ['old'],
  )
  // After seventy days it counts for nobody.
  await keep([found('other', NOON + 71 * DAY, 'genuine', 'cd'.repeat(16))], NOON + 71 * DAY)
  assert.deepEqual(await read(), [])
})

test('a payment said and taken back a hundred times is one of the latest of its place, kept and in memory', async () => {
  const place = 'ef'.repeat(16)
  const memory = new Risk()
  const said: Finding[] = Array.from({ length: FINDINGS_MAX - 1 }, (_, n) =>
    found(`once-${n}`, NOON + n, 'fraud', place),
  )
  for (let i = 0; i < 100; i++)
    said.push(found('often', NOON + DAY + i, i % 2 === 0 ? 'fraud' : 'genuine', place))
  for (const finding of said) memory.learn(finding)
  for (let i = 0; i < said.length; i += 30) await keep(said.slice(i, i + 30), NOON + DAY)
  const kept = await read(place)
  assert.equal(kept.length, FINDINGS_MAX)
  assert.equal(kept.at(-1)!.label, 'genuine', 'the last word')
  assert.deepEqual(kept, memory.of(place))
})

test('the last word holds in whatever order words are kept, and at one instant the worse', async () => {
  const place = '12'.repeat(16)
  const words = [
    found('a', NOON, 'genuine', place),
    found('a', NOON, 'fraud', place),
    found('a', NOON - 1, 'unknown', place),
  ]
  for (const order of [words, words.toReversed(), [words[1]!, words[2]!, words[0]!]]) {
    for (const word of order) await keep([word], NOON)
    assert.deepEqual(
      (await read(place)).map(({ label }) => label),
      ['fraud'],
    )
  }
})
