import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#kit'
import { BANK_ONLY, eventFile, simulateCards } from '../../../sim/cards/index.ts'
import { readEventFile } from './event-file.ts'

const EVENTS = [...simulateCards({ seed: 3, people: 5, days: 20, answering: BANK_ONLY })].flatMap(
  (day) => day.events,
)
/** The lines of a whole file: its format, its events, their number and digest. */
const WHOLE = eventFile(EVENTS).trimEnd().split('\n')

async function refused(lines: readonly string[], words: RegExp): Promise<void> {
  await assert.rejects(
    Array.fromAsync(readEventFile(lines)),
    (error) => error instanceof Fault && error.code === 'file-malformed' && words.test(error.detail ?? ''),
    `${words}`,
  )
}

test('a whole file gives its events in their order, with a digest or without, and whatever lines are empty', async () => {
  const read = EVENTS.map((event) => {
    if (event.kind === 'payment-seen') return { ...event, home: null }
    return event.kind === 'label-learnt' ? { report: null, ...event } : event
  })
  assert.deepEqual(await Array.fromAsync(readEventFile(WHOLE)), read)
  const counted = ['', ...WHOLE.slice(0, -1), '', `{"events":${EVENTS.length}}`, '']
  assert.deepEqual(await Array.fromAsync(readEventFile(counted)), read)
  assert.deepEqual(await Array.fromAsync(readEventFile(eventFile([]).split('\n'))), [])
})

test('a file that was cut short is refused, wherever it was cut', async () => {
  for (const cut of [0, 1, 2, EVENTS.length + 1]) await refused(WHOLE.slice(0, cut), /^the file is cut short/)
  await refused(['{"format":"guichet.ev'], /^line 1: it is not JSON/)
  await refused([...WHOLE.slice(0, 9), WHOLE.at(-1)!], /counts \d+ events, and there are 8/)
})

test('a file that was altered, or joined from two, is refused', async () => {
  const altered = WHOLE.with(1, WHOLE[1]!.replace(/"amountMinor":\d+/, '"amountMinor":1'))
  assert.notDeepEqual(altered, WHOLE)
  await refused(altered, /do not match the digest/)
  await refused([...WHOLE, ...WHOLE], new RegExp(`^line ${WHOLE.length + 1} is behind the last line`))
  await refused([...WHOLE.slice(0, -1), '{"events":"many"}'], /: events does not have the right shape/)
})

test('a file of another version, or of none, is refused with the version that is read', async () => {
  await refused(WHOLE.slice(1), /^line 1 must say what the file is: {"format":"guichet.events\/1"}/)
  const other = '{"format":"guichet.events/9","made":"2031-01-01"}'
  await refused([other, ...WHOLE.slice(1)], /another format, .* guichet.events\/1/)
})
