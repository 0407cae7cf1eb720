import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { StatementEvent } from '#intake'
import { Fault } from '#kit'
import { eventsOf, mappingFile, rowsIn, statementFile } from './files.fixture.ts'
import type { Mapping } from './mapping.ts'

const FILES = [
  'camt053-02.xml',
  'camt053-08.xml',
  'mt940-german.sta',
  'mt940-swift.sta',
  'ofx-1.ofx',
  'ofx-2.ofx',
  'quicken.qif',
  'french.csv',
] as const
type File = (typeof FILES)[number]

const contents = new Map<File, { bytes: Buffer; mapping?: Mapping }>()
for (const name of FILES) {
  const mapping =
    name === 'quicken.qif'
      ? await mappingFile('quicken.mapping.json')
      : name === 'french.csv'
        ? await mappingFile('french.mapping.json')
        : undefined
  contents.set(name, { bytes: await statementFile(name), ...(mapping && { mapping }) })
}

type Outcome = { events: StatementEvent[] } | { fault: Fault }

/** What a file comes to: anything but events or one of our faults is a bug. */
async function outcomeOf(bytes: Buffer, mapping: Mapping | undefined, pieceBytes = 997): Promise<Outcome> {
  try {
    return { events: await eventsOf(bytes, { ...(mapping && { mapping }), pieceBytes }) }
  } catch (error) {
    if (error instanceof Fault && /^(statement|mapping)-/.test(error.code)) return { fault: error }
    throw error
  }
}

/** Whether some statement says of itself that rows are missing, as the import would find. */
function addsUp(events: readonly StatementEvent[]): boolean {
  let sum = 0
  for (const event of events) {
    if (event.kind === 'begin') sum = 0
    else if (event.kind === 'row') sum += event.row.amount.amountMinor
    else if (event.kind === 'end' && event.opening && event.closing)
      if (event.opening.amount.amountMinor + sum !== event.closing.amount.amountMinor) return false
  }
  return true
}

for (const name of FILES) {
  test(`${name} cut at any byte is refused, found not to add up, or says only what it said whole`, async () => {
    const { bytes, mapping } = contents.get(name)!
    const whole = rowsIn(await eventsOf(bytes, mapping ? { mapping } : {}))
    const step = Math.max(1, Math.floor(bytes.length / 400))
    let refused = 0
    for (let at = 0; at < bytes.length; at += step) {
      const outcome = await outcomeOf(bytes.subarray(0, at), mapping)
      if ('fault' in outcome) {
        refused++
        continue
      }
      if (!addsUp(outcome.events)) continue
      const rows = rowsIn(outcome.events)
      // A row of CSV has no end of its own: the last may have lost some of its words.
      const certain = name === 'french.csv' ? rows.slice(0, -1) : rows
      assert.deepEqual(certain, whole.slice(0, certain.length), `cut at ${at}`)
      if (!/qif|csv/.test(name))
        assert.equal(rows.length === whole.length || name.startsWith('mt940'), true, `cut at ${at}`)
    }
    assert.ok(refused > 0)
  })
}

/** Values as they stand in the files, each of which is replaced by something hostile. */
const VALUES = /(?<=[>:,;=/])[^<>:,;=/\r\n]{1,60}(?=[<:,;=/\r\n])|(?<=\n[A-Z])[^\r\n]+/g

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.constantFrom(
    '',
    '-',
    '0',
    '-0,00',
    'NaN',
    '1e99',
    '99999999999999999999,99',
    '20261399',
    '0000-00-00',
    '\u202e\u0000\u0007',
    '__proto__',
    'constructor',
    '"; drop table x; --',
    '=cmd|calc',
    '<script>alert(1)</script>',
    '&#0;',
    ']]>',
    '-}',
    '\n:61:261105D1,NMSCX\n',
    '^\n!Type:Bank\n',
    'x'.repeat(70_000),
  ),
  fc.double().map(String),
  fc.bigInt().map(String),
)

test('hostile values give rows that can be kept, refused rows, or a refused file: never a bug', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FILES),
      fc.array(fc.tuple(fc.nat(), hostile), { minLength: 1, maxLength: 4 }),
      async (name, changes) => {
        const { bytes, mapping } = contents.get(name)!
        let text = bytes.toString('latin1')
        for (const [where, value] of changes) {
          const places = [...text.matchAll(VALUES)]
          const place = places[where % Math.max(1, places.length)]
          if (place) text = text.slice(0, place.index) + value + text.slice(place.index + place[0].length)
        }
        const outcome = await outcomeOf(Buffer.from(text, 'utf8'), mapping)
        if ('fault' in outcome) return
        for (const event of outcome.events) {
          if (event.kind === 'refused') assert.match(event.row.place, /^line \d+$/)
          if (event.kind !== 'row') continue
          const { amount, at, postedAt, descriptor, bankTransactionIds } = event.row
          assert.ok(Number.isSafeInteger(amount.amountMinor) && !Object.is(amount.amountMinor, -0))
          assert.ok(Number.isFinite(at) && Number.isFinite(postedAt))
          assert.doesNotMatch(descriptor, /[\u0000-\u001f\u202a-\u202e]/)
          assert.ok(
            descriptor.length <= 1_000 && bankTransactionIds.every((id) => id.length > 0 && id.length <= 255),
          )
          JSON.stringify(event)
        }
      },
    ),
    { numRuns: 400 },
  )
})

test('what a file says never comes back in an error or a refusal', async () => {
  const secret = 'ZQXJ7193'
  for (const name of FILES) {
    const { bytes, mapping } = contents.get(name)!
    const text = bytes.toString('latin1')
    for (const place of [...text.matchAll(VALUES)]) {
      const changed = text.slice(0, place.index) + secret + text.slice(place.index + place[0].length)
      const outcome = await outcomeOf(Buffer.from(changed, 'latin1'), mapping)
      const said =
        'fault' in outcome
          ? `${outcome.fault.detail} ${outcome.fault.message}`
          : JSON.stringify(outcome.events.filter(({ kind }) => kind === 'refused'))
      assert.ok(!said.includes(secret), `${name} at ${place.index}: ${said}`)
    }
  }
})

test('bytes of nothing in particular are refused in any format that is asked for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...FILES), async (noise, name) => {
      const { mapping } = contents.get(name)!
      const outcome = await outcomeOf(Buffer.from(noise), mapping)
      assert.ok('fault' in outcome || mapping)
    }),
    { numRuns: 200 },
  )
})
