import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Purpose } from '#consent'
import { Fault, type Money, money, Private, systemRandom } from '#kit'
import type { Transaction } from '#vault'
import { CHAT, movableClock, openRooms } from '../../../tests/fixtures/rooms.ts'
import { reveal } from '../../kit/reveal.ts'
import { createIntake } from '../intake.ts'
import { createQuarantine } from '../quarantine.ts'
import type { OpenedStatement, StatementEvent } from '../statement-file.ts'
import { createStatements } from './import.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

function openStatements() {
  const { sql, vault, people } = rooms
  const quarantine = createQuarantine({ sql: sql.rooms, clock })
  const needs = { sql: sql.rooms, vault, people, quarantine, clock, random: systemRandom }
  return { statements: createStatements(needs), quarantine }
}

let holders = 0
/** Somebody with consent to `purposes`, whose account at a bank of their own has the number `account`. */
async function holder(purposes: Purpose[], account: string, bankId = `bank-${++holders}`) {
  const linked = await rooms.linkPerson(purposes, bankId)
  const [link] = await rooms.people.links(rooms.sql.rooms, linked.personId)
  const accountId = await rooms.sql.rooms.transaction((tx) => rooms.people.accountId(tx, link!, account))
  return { ...linked, accountId }
}

type Row = Partial<Transaction> & { reference?: string | null; ordinal?: number }
let lines = 0
const NOVEMBER_5 = Date.UTC(2026, 10, 5, 12)

function row(amountMinor: number, { reference = `ref-${lines}`, ...over }: Row = {}): StatementEvent {
  const line = ++lines
  const day = new Date(over.postedAt ?? NOVEMBER_5).toISOString().slice(0, 10)
  return {
    kind: 'row',
    line,
    day,
    identity: reference === null ? 'day' : 'reference',
    again: false,
    row: {
      bankTransactionIds: over.bankTransactionIds ?? [reference ?? `day:${day}:x:${over.ordinal ?? 1}`],
      status: 'posted',
      at: over.at ?? NOVEMBER_5,
      postedAt: over.postedAt ?? NOVEMBER_5,
      amount: money(amountMinor, 'EUR'),
      foreign: null,
      descriptor: over.descriptor ?? 'CARREFOUR LYON',
      mcc: null,
      country: null,
      city: null,
      latitude: null,
      longitude: null,
      entryMode: null,
      cardNumberDisplay: null,
      terminalId: null,
    },
  }
}

const begin = (...accountNumbers: string[]): StatementEvent => ({
  kind: 'begin',
  line: ++lines,
  accountNumbers,
  currency: null,
})
const euros = (amountMinor: number, at = NOVEMBER_5): { amount: Money; at: number } => ({
  amount: money(amountMinor, 'EUR'),
  at,
})
function end(opening: number | null = null, closing: number | null = null, at?: number): StatementEvent {
  return {
    kind: 'end',
    line: lines,
    opening: opening === null ? null : euros(opening, at),
    closing: closing === null ? null : euros(closing, at),
    available: null,
    interim: false,
  }
}

/** A file that says `events`; `breaksAt` has the reading of it fail there, from the second time on. */
function fileOf(events: readonly StatementEvent[], breaksAt = Infinity): OpenedStatement {
  let reads = 0
  return {
    format: 'camt053',
    version: 'camt.053.001.08',
    sha256: createHash('sha256').update(JSON.stringify(events)).digest('hex'),
    bytes: events.length,
    async *read(onProgress) {
      reads++
      for (const [i, event] of events.entries()) {
        if (reads > 1 && i === breaksAt) throw new Error('the power went')
        yield event
        onProgress?.(i + 1)
      }
    },
  }
}

const OPERATOR = { kind: 'operator', id: 'command-line' } as const
const KEEP = { by: OPERATOR, dryRun: false, acceptUnbalanced: false }

async function paymentsOf(personId: string): Promise<Transaction[]> {
  const opened = await rooms.vault.open(
    { personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' },
    async (loan) => reveal(await loan.transactions()),
  )
  assert.ok(opened.ok)
  return opened.value
}

async function balanceOf(personId: string) {
  const opened = await rooms.vault.open(
    { personId, purpose: 'account-view', actor: CHAT, what: 'answer-balance' },
    async (loan) => reveal(await loan.balances())[0],
  )
  assert.ok(opened.ok)
  return opened.value
}

const amountsOf = (payments: Transaction[]) => payments.map(({ amount }) => amount.amountMinor)

test('a statement that comes twice changes nothing, and two rows that are equal stay two', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view'], 'FR76-1')
  const coffee = (ordinal: number) => row(-350, { reference: null, ordinal })
  const file = fileOf([begin('FR76-1'), coffee(1), coffee(2), row(200_000), end(1_000, 200_300)])
  const first = await statements.import({ ...KEEP, bankId: amina.bankId, opened: file })
  assert.deepEqual(first.rows, { new: 3, changed: 0, same: 0, unlinked: 0, tooOld: 0, refused: 0 })
  assert.deepEqual([first.balanced, first.unbalanced, first.withoutReference], [1, 0, 2])
  const kept = await paymentsOf(amina.personId)
  assert.deepEqual(amountsOf(kept).sort(), [-350, -350, 200_000])
  assert.deepEqual(await balanceOf(amina.personId), {
    id: amina.accountId,
    current: money(200_300, 'EUR'),
    available: null,
    creditLine: null,
    asOf: NOVEMBER_5,
  })

  const again = await statements.import({ ...KEEP, bankId: amina.bankId, opened: file })
  assert.deepEqual(again.rows, { new: 0, changed: 0, same: 3, unlinked: 0, tooOld: 0, refused: 0 })
  assert.deepEqual(await paymentsOf(amina.personId), kept)
})

test('a dry run says what would happen and keeps nothing', async () => {
  const { statements, quarantine } = openStatements()
  const amina = await holder(['account-view'], 'FR76-2')
  const refused = { kind: 'refused', row: { place: 'line 9', field: 'Amt', why: 'missing' } } as const
  const file = fileOf([begin('FR76-2'), row(-100), refused, end(0, -100)])
  const tried = await statements.import({ ...KEEP, bankId: amina.bankId, opened: file, dryRun: true })
  assert.deepEqual([tried.rows.new, tried.rows.refused, tried.dryRun], [1, 1, true])
  assert.deepEqual(tried.refused, [refused.row])
  assert.deepEqual(await paymentsOf(amina.personId), [])
  assert.equal(await balanceOf(amina.personId), undefined)
  assert.deepEqual(await quarantine.listQuarantine(amina.bankId), [])
  assert.equal((await statements.import({ ...KEEP, bankId: amina.bankId, opened: file })).rows.new, 1)
  assert.deepEqual(
    (await quarantine.listQuarantine(amina.bankId)).map(({ accountId, place }) => [accountId, place]),
    [[amina.accountId, 'line 9']],
  )
})

test('of accounts that nobody linked, or agreed to have kept, rows are counted and nothing is kept', async () => {
  const { statements, quarantine } = openStatements()
  const bruno = await holder(['bank-offers'], 'FR76-3')
  const refused = { kind: 'refused', row: { place: 'line 9', field: 'Amt', why: 'missing' } } as const
  const file = fileOf([
    begin('FR76-3'),
    row(-100),
    end(),
    begin('FR76-nobody'),
    row(-200),
    row(-300),
    refused,
    end(),
  ])
  const report = await statements.import({ ...KEEP, bankId: bruno.bankId, opened: file })
  assert.deepEqual(report.rows, { new: 0, changed: 0, same: 0, unlinked: 3, tooOld: 0, refused: 1 })
  assert.deepEqual(await quarantine.listQuarantine(bruno.bankId), [])
})

test('another bank’s file says nothing of this bank’s people, though the account numbers are the same', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view'], 'FR76-4')
  const file = fileOf([begin('FR76-4'), row(-100), end()])
  const report = await statements.import({ ...KEEP, bankId: 'bank-elsewhere', opened: file })
  assert.equal(report.rows.unlinked, 1)
  assert.deepEqual(await paymentsOf(amina.personId), [])
})

test('a statement that does not add up is refused, the others are kept, and it is kept when somebody says so', async () => {
  const { statements, quarantine } = openStatements()
  const amina = await holder(['account-view'], 'FR76-5')
  const file = fileOf([begin('FR76-5'), row(-100), end(0, -100), begin('FR76-5'), row(-200), end(-100, -999)])
  const report = await statements.import({ ...KEEP, bankId: amina.bankId, opened: file })
  assert.deepEqual([report.balanced, report.unbalanced, report.rows.new, report.rows.refused], [1, 1, 1, 1])
  assert.equal(report.refused[0]!.why, 'unbalanced')
  assert.deepEqual(amountsOf(await paymentsOf(amina.personId)), [-100])
  assert.equal((await balanceOf(amina.personId))!.current.amountMinor, -100)
  assert.equal((await quarantine.listQuarantine(amina.bankId))[0]!.why, 'unbalanced')

  const accepted = { ...KEEP, acceptUnbalanced: true, bankId: amina.bankId, opened: file }
  assert.deepEqual((await statements.import(accepted)).rows.new, 1)
  assert.deepEqual(amountsOf(await paymentsOf(amina.personId)).sort(), [-100, -200])
})

test('a refused row leaves a sum unknown, and its statement is not refused for it', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view'], 'FR76-6')
  const refused = { kind: 'refused', row: { place: 'line 9', field: 'Amt', why: 'missing' } } as const
  const file = fileOf([begin('FR76-6'), row(-100), refused, end(0, -150)])
  const report = await statements.import({ ...KEEP, bankId: amina.bankId, opened: file })
  assert.deepEqual([report.balanced, report.unbalanced, report.rows.new], [0, 0, 1])
})

test('an import that is stopped in the middle is begun again, without a duplicate and without a gap', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view'], 'FR76-7')
  const many = Array.from({ length: 2_203 }, (_, n) => row(-n - 1))
  const events = [begin('FR76-7'), ...many, end()]
  await assert.rejects(
    statements.import({ ...KEEP, bankId: amina.bankId, opened: fileOf(events, 2_100) }),
    /the power went/,
  )
  const half = await paymentsOf(amina.personId)
  assert.equal(half.length, 2_000)
  clock.advance(1)
  const report = await statements.import({ ...KEEP, bankId: amina.bankId, opened: fileOf(events) })
  assert.deepEqual([report.rows.new, report.rows.same], [203, 2_000])
  const all = await paymentsOf(amina.personId)
  assert.equal(new Set(all.map(({ id }) => id)).size, 2_203)
  assert.equal(all.length, 2_203)
  const [latest, stopped] = await statements.list(amina.bankId)
  assert.equal(latest!.rows!.new, 203)
  assert.deepEqual([stopped!.finishedAt, stopped!.rows], [null, null])
})

test('two imports of one file at once keep each row once', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view'], 'FR76-8')
  const file = fileOf([begin('FR76-8'), ...Array.from({ length: 700 }, (_, n) => row(-n - 1)), end()])
  const import_ = () => statements.import({ ...KEEP, bankId: amina.bankId, opened: file })
  const [one, other] = await Promise.all([import_(), import_()])
  assert.equal(one.rows.new + other.rows.new, 700)
  assert.equal((await paymentsOf(amina.personId)).length, 700)
})

test('what was pushed as it happened is the same payment in the statement, and keeps what only the push said', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view', 'fraud-alerts'], 'FR76-9')
  const { sql, vault, people } = rooms
  const intake = createIntake({
    sql: sql.rooms,
    vault,
    people,
    score: async () => ({ scores: new Private(new Map()), settle() {} }),
    contentKey: Buffer.alloc(32, 3),
    clock,
  })
  const pushed = {
    bankId: amina.bankId,
    bankAccountId: 'FR76-9',
    at: clock.now() - 72 * 3_600_000,
    payment: {
      foreign: null,
      descriptor: 'BISTROT DES AMIS',
      mcc: '5812',
      country: 'FR',
      city: 'LYON',
      latitude: null,
      longitude: null,
      entryMode: 'chip' as const,
      cardNumberDisplay: '5770',
      terminalId: null,
    },
  }
  await intake.receive(amina.bankId, [
    {
      ...pushed,
      id: 'evt-1',
      sequence: 1,
      type: 'authorised',
      payment: {
        ...pushed.payment,
        bankTransactionId: 'auth-9',
        referenceTransactionId: null,
        amount: money(-4_000, 'EUR'),
      },
    },
  ])
  const file = fileOf([
    begin('FR76-9'),
    // With the tip, three days later, by the bank's same reference.
    row(-4_600, { reference: 'auth-9', descriptor: 'CB BISTROT', at: clock.now(), postedAt: clock.now() }),
    end(),
  ])
  const takeOff = () =>
    sql.rooms.query(`delete from intake.line_due where link_id = $1 returning 1`, [amina.linkId])
  await takeOff()
  const report = await statements.import({ ...KEEP, bankId: amina.bankId, opened: file })
  assert.deepEqual([report.rows.new, report.rows.changed], [0, 1])
  const isLineDue = (await takeOff()).length === 1
  assert.ok(isLineDue, 'it is larger than its person was told')
  const [payment, ...others] = await paymentsOf(amina.personId)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [payment!.status, payment!.amount.amountMinor, payment!.mcc, payment!.descriptor, payment!.at],
    ['posted', -4_600, '5812', 'BISTROT DES AMIS', pushed.at],
  )

  // Pushed after it stood in a statement: not new, and nothing goes back to pending.
  const late = await statements.import({
    ...KEEP,
    bankId: amina.bankId,
    opened: fileOf([
      begin('FR76-9'),
      row(-700, { reference: 'auth-10', at: clock.now(), postedAt: clock.now() }),
      end(),
    ]),
  })
  assert.equal(late.rows.new, 1)
  await intake.receive(amina.bankId, [
    {
      ...pushed,
      id: 'evt-2',
      sequence: 2,
      type: 'authorised',
      payment: {
        ...pushed.payment,
        bankTransactionId: 'auth-10',
        referenceTransactionId: null,
        amount: money(-700, 'EUR'),
      },
    },
  ])
  const after = await paymentsOf(amina.personId)
  assert.deepEqual(
    after.map(({ status }) => status),
    ['posted', 'posted'],
  )
})

test('a reference that the bank uses again for another payment is refused, and no payment is lost for it', async () => {
  const { statements, quarantine } = openStatements()
  const amina = await holder(['account-view'], 'FR76-10')
  const first = fileOf([begin('FR76-10'), row(-100, { reference: '0001' }), end()])
  await statements.import({ ...KEEP, bankId: amina.bankId, opened: first })
  const later = NOVEMBER_5 + 10 * 86_400_000
  const second = fileOf([
    begin('FR76-10'),
    row(-900, { reference: '0001', at: later, postedAt: later }),
    end(),
  ])
  const report = await statements.import({ ...KEEP, bankId: amina.bankId, opened: second })
  assert.deepEqual([report.rows.refused, report.rows.changed, report.rows.new], [1, 0, 0])
  assert.equal(report.refused[0]!.why, 'reference-reused')
  assert.deepEqual(amountsOf(await paymentsOf(amina.personId)), [-100])
  assert.equal((await quarantine.listQuarantine(amina.bankId))[0]!.why, 'reference-reused')
})

test('a bank’s correction of a booked row changes it, and the file with both changes nothing the second time', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view'], 'FR76-11')
  const file = fileOf([
    begin('FR76-11'),
    row(-1_250, { reference: 'CC-1' }),
    row(-1_450, { bankTransactionIds: ['CC-1', 'CC-2'] }),
    end(),
  ])
  const first = await statements.import({ ...KEEP, bankId: amina.bankId, opened: file })
  assert.deepEqual([first.rows.new, first.rows.changed], [1, 1])
  assert.deepEqual(amountsOf(await paymentsOf(amina.personId)), [-1_450])
  const again = await statements.import({ ...KEEP, bankId: amina.bankId, opened: file })
  assert.equal(again.rows.same, 2)
  assert.deepEqual(amountsOf(await paymentsOf(amina.personId)), [-1_450])
})

test('an old statement does not put an old balance over a newer one', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view'], 'FR76-12')
  const day = 86_400_000
  const keep = (closing: number, at: number) =>
    statements.import({
      ...KEEP,
      bankId: amina.bankId,
      opened: fileOf([begin('FR76-12'), end(closing, closing, at)]),
    })
  await keep(500, NOVEMBER_5)
  await keep(100, NOVEMBER_5 - 30 * day)
  assert.equal((await balanceOf(amina.personId))!.current.amountMinor, 500)
  await keep(900, NOVEMBER_5 + day)
  assert.equal((await balanceOf(amina.personId))!.current.amountMinor, 900)
})

test('rows from before anything may be read are not kept', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view'], 'FR76-13')
  const longAgo = Date.UTC(2019, 1, 1)
  const file = fileOf([begin('FR76-13'), row(-100, { at: longAgo, postedAt: longAgo }), end()])
  const report = await statements.import({ ...KEEP, bankId: amina.bankId, opened: file })
  assert.deepEqual([report.rows.tooOld, report.rows.new], [1, 0])
})

test('a row booked in a far future is refused, and one of the coming days is not', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view'], 'FR76-17')
  const farAhead = Date.UTC(2096, 10, 5, 12)
  const soon = clock.now() + 5 * 86_400_000
  const file = fileOf([
    begin('FR76-17'),
    row(-100, { at: farAhead, postedAt: farAhead }),
    row(-200, { at: soon, postedAt: soon }),
    end(),
  ])
  const report = await statements.import({ ...KEEP, bankId: amina.bankId, opened: file })
  assert.deepEqual([report.rows.new, report.rows.refused], [1, 1])
  assert.equal(report.refused[0]!.why, 'date-ahead')
})

test('whoever leaves takes the refused rows of their accounts along, and nobody else’s', async () => {
  const { statements, quarantine } = openStatements()
  const claire = await holder(['account-view'], 'FR76-18')
  const david = await holder(['account-view'], 'FR76-19', claire.bankId)
  const refused = { kind: 'refused', row: { place: 'line 9', field: 'Amt', why: 'missing' } } as const
  for (const account of ['FR76-18', 'FR76-19']) {
    const file = fileOf([begin(account), refused, row(-100), end()])
    await statements.import({ ...KEEP, bankId: claire.bankId, opened: file })
  }
  assert.equal((await quarantine.listQuarantine(claire.bankId)).length, 2)
  await rooms.vault.erase(claire.personId)
  const left = await quarantine.listQuarantine(claire.bankId)
  assert.deepEqual(
    left.map(({ accountId }) => accountId),
    [david.accountId],
  )
})

test('each holder of a joint account has the row, and it is counted once', async () => {
  const { statements } = openStatements()
  const claire = await holder(['account-view'], 'FR76-14')
  const david = await holder(['account-view'], 'FR76-14', claire.bankId)
  const file = fileOf([begin('FR76-14'), row(-100), end()])
  const report = await statements.import({ ...KEEP, bankId: claire.bankId, opened: file })
  assert.equal(report.rows.new, 1)
  assert.deepEqual(amountsOf(await paymentsOf(claire.personId)), [-100])
  assert.deepEqual(amountsOf(await paymentsOf(david.personId)), [-100])
})

test('what is kept of a statement is in the log of the person it is about, a dry run too', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view'], 'FR76-15')
  const file = fileOf([begin('FR76-15'), row(-100), end()])
  const reads = async () =>
    (await rooms.vault.diary.entries(amina.personId, { limit: 50 })).filter(
      ({ record }) => record.what === 'keep-statement',
    )
  await statements.import({ ...KEEP, bankId: amina.bankId, opened: file, dryRun: true })
  assert.equal((await reads()).length, 1)
  await statements.import({ ...KEEP, bankId: amina.bankId, opened: file })
  assert.equal((await reads()).length, 2)
})

test('a bank that has left has no statements kept', async () => {
  const { statements } = openStatements()
  const amina = await holder(['account-view'], 'FR76-16')
  await rooms.vault.bankLeaves(amina.bankId)
  await assert.rejects(
    statements.import({ ...KEEP, bankId: amina.bankId, opened: fileOf([begin('FR76-16'), row(-1), end()]) }),
    (error: unknown) => error instanceof Fault && error.code === 'bank-withdrawn',
  )
  const [refused] = await statements.list(amina.bankId)
  assert.deepEqual([refused!.finishedAt, refused!.rows], [clock.now(), null])
})
