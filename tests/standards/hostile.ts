/**
 * Every field of a standard's rows, missing, null, of another type, absurd or hostile: the row is read or set aside with the
 * field and the reason, its neighbours are read as if it were not there, and nothing is quoted.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { z } from 'zod'
import type { BankAccount, BankBalance, BankTransaction, RefusedRow } from '#intake'
import { Fault } from '#kit'
import type { AccountReader, ReaderNeeds } from '../../src/banks/account-reader.ts'
import { type Answer, CONNECTION, scriptedBank } from '../../src/banks/scripted-bank.fixture.ts'
import { changed, MISSING, pathsIn, pathsRead } from './sample.ts'

export { MISSING }

export type Json = Record<string, unknown>
type Read = { kept: unknown[]; refused: RefusedRow[] }
export type Case = {
  name: string
  /** A row with every field, and the two that stand around it. */
  row: Json
  around: [Json, Json]
  read(rows: unknown[]): Promise<Read>
  /** The fields by which an answer is known to be about somebody else: a string there is no fault of the row's. */
  about?: string
  /** Rows that are weighed against each other, so that one more or less need not show. */
  isChosenFrom?: boolean
  /** What the reader reads of a row: the sample has all of it. */
  shape?: z.ZodType
  /** The field that a row stands under, where the standard wraps it. */
  wrapper?: string
  /** What makes of a row one that is not kept, as it would another kind of account: no fault of it either. */
  isOther?(path: readonly string[], by: unknown): boolean
  /** How many are read at once: of rows that are known by their ids, one. */
  atOnce?: number
}

export const ORIGIN = 'https://api.bank.example'
export const NOW = Date.UTC(2026, 10, 25, 9)
/** What a reader is told of a bank about which there is nothing to tell. */
export const NEEDS = {
  namesPerson: false,
  pageSize: undefined,
  paths: undefined,
  identity: undefined,
  amounts: undefined,
  clientId: 'guichet',
  timeZone: 'UTC',
} satisfies Partial<ReaderNeeds>
const SPAN = { from: NOW - 30 * 86_400_000, to: NOW }
const WHYS = ['missing', 'malformed', 'amount-malformed', 'currency-unknown', 'date-malformed', 'unsupported']
const SECRET = 'Amina-8812'

const WRONG_TYPES = [MISSING, null, '', 0, -1, 12.5, 1e300, true, [], {}, [[]], [null], { [SECRET]: SECRET }]
const HOSTILE = [
  SECRET,
  `${SECRET}\u0000\u001b[2J`,
  `\u202e${SECRET}`,
  `\ud800${SECRET}`,
  SECRET.repeat(3_000),
  `<script>${SECRET}</script>`,
  `'; drop table ${SECRET}; --`,
  '..',
  '../../consents',
  '__proto__',
  'constructor',
  '-0',
  '+1',
  '1e9',
  '0x10',
  'NaN',
  '١٢',
  '12.345',
  '99999999999999999999',
  'XXX',
  'XQZ',
  '0001-01-01',
  '9999-12-31',
  '2026-02-30',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-11-25T25:00:00Z',
  [SECRET],
  [{ [SECRET]: { [SECRET]: SECRET } }],
]
const anything = fc.oneof(
  fc.constantFrom(...WRONG_TYPES, ...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
)

/** A reader of a bank that answers by the ends of paths. */
export function readerOf(make: (request: ReturnType<typeof scriptedBank>['request']) => AccountReader) {
  let answers: [RegExp, (path: string) => unknown][] = []
  const { request } = scriptedBank(ORIGIN, ({ path }): Answer | undefined => {
    const found = answers.find(([end]) => end.test(path))
    return found ? { body: found[1](path) } : undefined
  })
  const reader = make(request)
  const set = (...these: [RegExp, (path: string) => unknown][]) => {
    answers = these
  }
  const accounts = async (): Promise<Read> => {
    const { accounts: kept, refused } = await reader.readAccounts({ ...CONNECTION })
    return { kept, refused: refused.filter(({ place }) => !place.startsWith('balances')) }
  }
  const balances = async (): Promise<Read> => {
    const { balances: kept, refused } = await reader.readAccounts({ ...CONNECTION })
    return { kept, refused }
  }
  const transactions = async (bankAccountId: string, currency: string): Promise<Read> => {
    const account = { bankAccountId, currency }
    const pages = await Array.fromAsync(reader.readTransactions({ ...CONNECTION }, account, SPAN))
    return {
      kept: pages.flatMap(({ rows }) => rows),
      refused: pages.flatMap(({ refused }) => refused),
    }
  }
  return { set, accounts, balances, transactions }
}

/** The tests of a standard's rows. */
export function testHostileRows(cases: readonly Case[]): void {
  for (const one of cases) testRow(one)
  testNoLists(cases)
}

function testRow(one: Case): void {
  const { shape } = one
  if (shape)
    test(`${one.name} is tried with every field that is read of it`, () => {
      const tried = new Set(
        pathsIn(one.row).map((path) => path.filter((name) => name !== one.wrapper).join('.')),
      )
      assert.deepEqual(
        pathsRead(shape).filter((path) => !tried.has(path.filter((name) => name !== one.wrapper).join('.'))),
        [],
      )
    })

  test(`${one.name} with a field that is missing, null or of another type`, async () => {
    const { kept: neighbours, refused } = await one.read(one.around)
    assert.equal(neighbours.length, one.isChosenFrom ? 1 : 2)
    assert.deepEqual(refused, [])
    const setAside = await check(one, neighbours, everywhere(one, WRONG_TYPES))
    assert.ok(setAside > 10, 'some rows are set aside')
  })

  test(`${one.name} with an absurd or hostile value anywhere`, async () => {
    const { kept: neighbours } = await one.read(one.around)
    await check(one, neighbours, everywhere(one, HOSTILE))
    const change = fc.tuple(fc.constantFrom(...pathsIn(one.row)), anything)
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: one.atOnce ?? 1 }), async (changes) => {
        await check(one, neighbours, changes)
      }),
      { numRuns: one.atOnce ? 100 : 200 },
    )
  })

  test(`${one.name} that is not a row at all`, async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (by) => {
        if (by === MISSING || one.isOther?.([], by)) return
        const { kept, refused } = await one.read([one.around[0], by, one.around[1]])
        assert.equal(kept.length, one.isChosenFrom ? 1 : 2)
        assert.equal(refused.length, 1)
      }),
      { numRuns: 60 },
    )
  })
}

/** Whole answers that hold anything but a list of rows: refused by a fault of the bank's, never by a bug. */
function testNoLists(cases: readonly Case[]): void {
  test('an answer that is anything but a list of rows is refused, and never by a bug', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...cases), anything, async (one, by) => {
        try {
          await one.read(by as unknown[])
        } catch (error) {
          assert.ok(error instanceof Fault, String(error))
          assert.match(error.code, /^bank-/)
          assert.ok(!error.message.includes(SECRET))
        }
      }),
      { numRuns: 300 },
    )
  })
}

/** What is kept is fit to be kept: whole minor units, plausible instants, and words that play no tricks. */
function assertFit(kept: unknown): void {
  const { amount, at, postedAt, descriptor, city, bankTransactionIds } = kept as Partial<BankTransaction>
  const { name, bankAccountId } = kept as Partial<BankAccount>
  const { current, available, creditLine, asOf } = kept as Partial<BankBalance>
  for (const words of [descriptor, city, name])
    assert.doesNotMatch(words ?? '', /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  for (const id of bankTransactionIds ?? [bankAccountId!]) assert.match(id, /^[^\p{Cc}\p{Cs}]{1,256}$/u)
  for (const held of [current, available, creditLine])
    assert.ok(!held || (Number.isSafeInteger(held.amountMinor) && !Object.is(held.amountMinor, -0)))
  assert.ok(asOf === undefined || (asOf >= 0 && asOf < Date.UTC(2100, 0, 1)))
  if (amount === undefined) return
  assert.ok(Number.isSafeInteger(amount.amountMinor) && !Object.is(amount.amountMinor, -0))
  for (const instant of [at!, postedAt ?? at!]) assert.ok(instant >= 0 && instant < Date.UTC(2100, 0, 1))
}

/** Reads the row between its neighbours, each time with one field changed; says how many were set aside. */
async function check(
  one: Case,
  neighbours: unknown[],
  changes: readonly [string[], unknown][],
): Promise<number> {
  const [before, after] = one.around
  const due = changes.filter(
    ([path, by]) =>
      (path.join('.') !== one.about || typeof by !== 'string') &&
      !one.isOther?.(path, by) &&
      // Given its neighbour's id a row is that neighbour, which comes twice.
      !one.around.some((row) => isSame(row, changed(one.row, path, by))),
  )
  let setAside = 0
  for (let from = 0; from < due.length; from += one.atOnce ?? 1) {
    const now = due.slice(from, from + (one.atOnce ?? 1))
    const rows = now.map(([path, by]) => changed(one.row, path, by))
    const { kept, refused } = await one.read([before, ...rows, after])
    for (const row of kept) assertFit(row)
    if (one.isChosenFrom) assert.equal(kept.length, 1)
    else {
      assert.equal(kept.length + refused.length, now.length + 2)
      for (const neighbour of neighbours) assert.ok(kept.some((row) => isSame(row, neighbour)))
    }
    for (const { place, field, why } of refused) {
      const [path] = now[Number(/\[(\d+)\]$/.exec(place)![1]) - 1]!
      const within = ([first, second]: string[]) => (first === one.wrapper ? second : first)
      if (within(path) !== undefined)
        assert.equal(within(field.split('.')), within(path), 'the field that was changed is the one at fault')
      assert.ok(WHYS.includes(why), why)
      assert.ok(!field.includes(SECRET))
    }
    setAside += refused.length
  }
  return setAside
}
const everywhere = (one: Case, values: unknown[]): [string[], unknown][] =>
  pathsIn(one.row).flatMap((path) => values.map((by): [string[], unknown] => [path, by]))
const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
