/**
 * Every field of the Berlin Group's and the UK's rows, missing, null, of another type, absurd or hostile: the row is read or
 * set aside with the field and the reason, its neighbours are read as if it were not there, and nothing is quoted. The Berlin
 * Group's rows are made of the specification's own schemas, the UK's of them too where a test is told where they are.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BankAccount, BankTransaction, RefusedRow } from '#intake'
import { Fault } from '#kit'
import type { AccountReader } from '../../src/banks/account-reader.ts'
import { createBerlinReader } from '../../src/banks/berlin/read.ts'
import type { ObieVersion } from '../../src/banks/obie/codes.ts'
import { createObieReader } from '../../src/banks/obie/read.ts'
import { type Answer, CONNECTION, scriptedBank } from '../../src/banks/scripted-bank.fixture.ts'
import { changed, MISSING, pathsIn, sampleOf } from './sample.ts'
import { readSpecification } from './specification.ts'

type Json = Record<string, unknown>
type Read = { kept: unknown[]; refused: RefusedRow[] }
type Case = {
  name: string
  /** A row with every field, and the two that stand around it. */
  row: Json
  around: [Json, Json]
  read(rows: unknown[]): Promise<Read>
  /** The fields by which an answer is known to be about somebody else: a string there is no fault of the row's. */
  about?: string
  /** Rows that are weighed against each other, so that one more or less need not show. */
  isChosenFrom?: boolean
  /** How many are read at once: of rows that are known by their ids, one. */
  atOnce?: number
}

const ORIGIN = 'https://api.bank.example'
const NOW = Date.UTC(2026, 10, 25, 9)
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
function readerOf(make: (request: ReturnType<typeof scriptedBank>['request']) => AccountReader) {
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

async function berlinCases(): Promise<Case[]> {
  const { components } = await readSpecification(join(import.meta.dirname, 'berlin-1.3.11.json'))
  const said = { currency: 'EUR', amount: '-12.30', exchangeRate: '0.1027', merchantCategoryCode: '5411' }
  const sample = (name: string, over: Json = {}) =>
    ({
      ...(sampleOf(components.schemas, { $ref: `#/components/schemas/${name}` }, said) as Json),
      ...over,
    }) as Json
  const { set, accounts, balances, transactions } = readerOf((request) =>
    createBerlinReader({
      baseUrl: `${ORIGIN}/v1`,
      request,
      clock: { now: () => NOW },
      timeZone: 'Europe/Paris',
    }),
  )
  const consent: [RegExp, () => unknown] = [/\/consents\//, () => ({ consentStatus: 'valid' })]
  const cash = (resourceId: string, over: Json = {}) => sample('accountDetails', { resourceId, ...over })
  const card = (resourceId: string) => sample('cardAccountDetails', { resourceId })
  const booked = (transactionId: string) =>
    sample('transactions', { transactionId, entryReference: `E-${transactionId}` })
  const bought = (cardTransactionId: string) =>
    sample('cardTransaction', {
      cardTransactionId,
      originalAmount: { currency: 'SEK', amount: '119.00' },
      maskedPAN: '525412******3241',
    })
  const lists = (of: Json[], cards: Json[] = []): [RegExp, () => unknown][] => [
    [/\/v1\/accounts$/, () => ({ accounts: of })],
    [/\/card-accounts$/, () => ({ cardAccounts: cards })],
  ]
  const ofAccount = (name: string, list: string): Case => ({
    name,
    row: booked('2'),
    around: [booked('1'), booked('3')],
    atOnce: 100,
    read: async (rows) => {
      set(consent, [/\/transactions$/, () => ({ transactions: { [list]: rows } })], ...lists([cash('a-1')]))
      return await transactions('a-1', 'EUR')
    },
  })
  const cases: Case[] = [
    ofAccount('a booked row', 'booked'),
    ofAccount('a pending row', 'pending'),
    {
      name: 'a row of a card',
      row: bought('2'),
      around: [bought('1'), bought('3')],
      atOnce: 100,
      read: async (rows) => {
        set(
          consent,
          [/\/transactions$/, () => ({ cardTransactions: { booked: rows } })],
          ...lists([], [card('c-1')]),
        )
        return await transactions('c-1', 'EUR')
      },
    },
    {
      name: 'an account',
      row: cash('2'),
      around: [cash('1'), cash('3')],
      read: async (rows) => {
        set(consent, ...lists(rows as Json[]))
        return await accounts()
      },
    },
    {
      name: 'a card account',
      row: card('2'),
      around: [card('1'), card('3')],
      read: async (rows) => {
        set(consent, ...lists([], rows as Json[]))
        return await accounts()
      },
    },
    {
      name: 'a balance',
      row: sample('balance'),
      around: [sample('balance'), sample('balance')],
      isChosenFrom: true,
      read: async (rows) => {
        set(consent, ...lists([cash('a-1', { balances: undefined })]), [
          /\/balances$/,
          () => ({ balances: rows }),
        ])
        return await balances()
      },
    },
  ]
  return cases.map((one) => ({ ...one, name: `Berlin Group: ${one.name}` }))
}

/** The rows of the UK's standard by its own names, for where its specification is not at hand. */
const pounds = { Amount: '12.30', Currency: 'GBP' }
const UK_ROWS = {
  OBAccount6: {
    AccountId: '22289',
    Status: 'Enabled',
    Currency: 'GBP',
    AccountCategory: 'Personal',
    AccountTypeCode: 'CACC',
    AccountSubType: 'CurrentAccount',
    Description: 'Current account',
    Nickname: 'Bills',
    Account: [{ SchemeName: 'UK.OBIE.IBAN', Identification: 'GB29NWBK60161331926819', Name: 'Amina' }],
  },
  OBBalance: {
    AccountId: '22289',
    CreditDebitIndicator: 'Credit',
    Type: 'ITBD',
    DateTime: '2026-11-25T08:00:00Z',
    Amount: pounds,
    CreditLine: [{ Included: false, Type: 'Pre-Agreed', Amount: pounds }],
  },
  OBTransaction6: {
    AccountId: '22289',
    TransactionId: '2',
    TransactionReference: 'FPID',
    CreditDebitIndicator: 'Debit',
    Status: 'BOOK',
    TransactionMutability: 'Immutable',
    BookingDateTime: '2026-11-22T10:43:07Z',
    ValueDateTime: '2026-11-22T10:43:07Z',
    TransactionInformation: 'TESCO',
    Amount: pounds,
    CurrencyExchange: {
      SourceCurrency: 'EUR',
      TargetCurrency: 'GBP',
      UnitCurrency: 'EUR',
      ExchangeRate: 0.8654,
      InstructedAmount: { Amount: '14.21', Currency: 'EUR' },
    },
    MerchantDetails: { MerchantName: 'Tesco', MerchantCategoryCode: '5411' },
    CreditorAccount: { SchemeName: 'UK.OBIE.IBAN', Identification: 'GB29NWBK60161331926819', Name: 'Tesco' },
    DebtorAccount: { SchemeName: 'UK.OBIE.IBAN', Identification: 'GB29NWBK60161331926819', Name: 'Amina' },
    CardInstrument: { CardSchemeName: 'VISA', AuthorisationType: 'Contactless', Identification: '****4321' },
    SupplementaryData: {},
  },
} satisfies Record<string, Json>

async function ukCases(version: ObieVersion): Promise<Case[]> {
  const older = version === '3.1'
  const folder = process.env.GUICHET_TEST_UK_SPECIFICATIONS
  const schemas = folder
    ? (await readSpecification(join(folder, `account-info-${version}.json`))).components.schemas
    : {}
  const sample = (name: 'OBAccount6' | 'OBTransaction6', over: Json): Json => {
    const own = UK_ROWS[name]
    const made = name in schemas ? sampleOf(schemas, { $ref: `#/components/schemas/${name}` }, own) : {}
    return { ...(made as Json), ...own, ...over }
  }
  const { set, accounts, balances, transactions } = readerOf((request) =>
    createObieReader({ baseUrl: `${ORIGIN}/aisp`, version, request, clock: { now: () => NOW } }),
  )
  const { bankConsentId: ConsentId } = CONNECTION
  const Status = older ? 'Authorised' : 'AUTH'
  const consent: [RegExp, () => unknown] = [/-consents\//, () => ({ Data: { ConsentId, Status } })]
  const account = (AccountId: string) => sample('OBAccount6', { AccountId })
  const balance = { ...UK_ROWS.OBBalance, Type: older ? 'InterimBooked' : 'ITBD' }
  const row = (TransactionId: string) =>
    sample('OBTransaction6', { TransactionId, Status: older ? 'Booked' : 'BOOK' })
  const held: [RegExp, (path: string) => unknown] = [
    /\/balances$/,
    (path) => ({
      Data: { Balance: [{ ...balance, AccountId: decodeURIComponent(path.split('/').at(-2)!) }] },
    }),
  ]
  const cases: Case[] = [
    {
      name: 'a row',
      row: row('2'),
      around: [row('1'), row('3')],
      atOnce: 100,
      about: 'AccountId',
      read: async (rows) => {
        set([/\/transactions$/, () => ({ Data: { Transaction: rows } })])
        return await transactions('22289', 'GBP')
      },
    },
    {
      name: 'an account',
      row: account('2'),
      around: [account('1'), account('3')],
      read: async (rows) => {
        set(consent, held, [/\/accounts$/, () => ({ Data: { Account: rows } })])
        return await accounts()
      },
    },
    {
      name: 'a balance',
      row: balance,
      around: [balance, balance],
      about: 'AccountId',
      isChosenFrom: true,
      read: async (rows) => {
        set(
          consent,
          [/\/balances$/, () => ({ Data: { Balance: rows } })],
          [/\/accounts$/, () => ({ Data: { Account: [account('22289')] } })],
        )
        return await balances()
      },
    },
  ]
  return cases.map((one) => ({ ...one, name: `UK ${version}: ${one.name}` }))
}

/** What is kept is fit to be kept: whole minor units, plausible instants, and words that play no tricks. */
function assertFit(kept: unknown): void {
  const { amount, at, postedAt, descriptor, city, bankTransactionIds } = kept as Partial<BankTransaction>
  const { name, bankAccountId } = kept as Partial<BankAccount>
  for (const words of [descriptor, city, name])
    assert.doesNotMatch(words ?? '', /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  for (const id of bankTransactionIds ?? [bankAccountId!]) assert.match(id, /^[^\p{Cc}\p{Cs}]{1,256}$/u)
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
  const due = changes.filter(([path, by]) => path.join('.') !== one.about || typeof by !== 'string')
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
      assert.equal(field.split('.')[0], path[0], 'the field that was changed is the one at fault')
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

for (const one of [...(await berlinCases()), ...(await ukCases('4.0')), ...(await ukCases('3.1'))]) {
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
        if (by === MISSING) return
        const { kept, refused } = await one.read([one.around[0], by, one.around[1]])
        assert.equal(kept.length, one.isChosenFrom ? 1 : 2)
        assert.equal(refused.length, 1)
      }),
      { numRuns: 60 },
    )
  })
}

test('an answer that is anything but a list of rows is refused, and never by a bug', async () => {
  const cases = [...(await berlinCases()), ...(await ukCases('4.0'))]
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
