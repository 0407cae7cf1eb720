/** Files that overlap, come in any order, come twice, and stop in the middle: what is kept is what the account had. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { openStatement, parseMapping } from '#banks'
import { createQuarantine, createStatements, type StatementSource } from '#intake'
import { systemRandom } from '#kit'
import { reveal } from '../../src/kit/reveal.ts'
import { CHAT, movableClock, openRooms } from '../fixtures/rooms.ts'

const DAYS = 6
const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

const mapping = parseMapping('{"format":"qif","account":"QIF-1","currency":"EUR","dateFormat":"D/M/YYYY"}')
const bytesOf = (text: string): Buffer => Buffer.from(text)

/** A file that can be read once whole; reading it again stops after `lastsFor` bytes, as a process does that is killed. */
function sourceOf(bytes: Buffer, lastsFor = Infinity): StatementSource {
  let reads = 0
  return {
    bytes: bytes.length,
    async *open() {
      reads++
      // Opened to be recognised, to be looked through, and to be kept.
      if (reads > 2 && bytes.length > lastsFor) {
        yield bytes.subarray(0, lastsFor)
        throw new Error('the power went')
      }
      yield bytes
    },
  }
}

/** Few amounts and few words, so that most days have rows that are equal. */
const row = fc.record({
  amount: fc.constantFrom('-3.50', '-3.50', '12.00'),
  payee: fc.constantFrom('Cafe', 'Bakery'),
})
const account = fc.array(fc.array(row, { maxLength: 4 }), { minLength: DAYS, maxLength: DAYS })
const file = fc.record({
  from: fc.nat(DAYS - 1),
  length: fc.integer({ min: 1, max: DAYS }),
  stopsAt: fc.nat(400),
})

test('QIF files of whole days, in any order and as often as one likes, give each row once', async () => {
  const { sql, vault, people } = rooms
  const quarantine = createQuarantine({ sql: sql.rooms, clock })
  const statements = createStatements({
    sql: sql.rooms,
    vault,
    people,
    quarantine,
    clock,
    random: systemRandom,
  })
  let banks = 0

  await fc.assert(
    fc.asyncProperty(account, fc.array(file, { minLength: 1, maxLength: 5 }), async (days, files) => {
      const bankId = `bank-${++banks}`
      const { personId } = await rooms.linkPerson(['account-view'], bankId)
      const [link] = await people.links(sql.rooms, personId)
      await sql.rooms.transaction((tx) => people.accountId(tx, link!, 'QIF-1'))

      const covered = new Set<number>()
      for (const { from, length, stopsAt } of files) {
        const records: string[] = []
        for (let day = from; day < Math.min(DAYS, from + length); day++) {
          covered.add(day)
          for (const { amount, payee } of days[day]!)
            records.push(`D${day + 1}/11/2026\nT${amount}\nP${payee}\n^\n`)
        }
        const bytes = bytesOf(`!Type:Bank\n${records.join('')}`)
        const take = async (source: StatementSource) =>
          statements.import({
            bankId,
            opened: await openStatement(source, { format: null, mapping, bytesMax: 1_000_000 }),
            by: { kind: 'operator', id: 'test' },
            dryRun: false,
            acceptUnbalanced: false,
          })
        await take(sourceOf(bytes, stopsAt)).catch((error: Error) =>
          assert.equal(error.message, 'the power went'),
        )
        await take(sourceOf(bytes))
      }

      const kept = await vault.open(
        { personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' },
        async (loan) => reveal(await loan.transactions()),
      )
      assert.ok(kept.ok)
      const seen = kept.value.map(
        ({ at, amount, descriptor }) => `${new Date(at).getUTCDate()} ${amount.amountMinor} ${descriptor}`,
      )
      const expected = [...covered].flatMap((day) =>
        days[day]!.map(({ amount, payee }) => `${day + 1} ${Math.round(Number(amount) * 100)} ${payee}`),
      )
      assert.deepEqual(seen.sort(), expected.sort())
    }),
    { numRuns: 25 },
  )
})
