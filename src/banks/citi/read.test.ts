/** Citi's own API, by the fields that its developer portal publishes. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { money } from '#kit'
import { createBankDays } from '../bank-days.ts'
import { fails } from '../door.fixture.ts'
import { parseExactJson } from '../exact-json.ts'
import { type Call, startPlainBank } from '../plain-bank.fixture.ts'
import { normaliseTransaction } from './normalise.ts'
import { CitiTransaction } from './shapes.ts'

type Json = Record<string, unknown>

const NOTHING: Json = {
  checkingAccountSummary: null,
  savingsAccountSummary: null,
  creditCardAccountSummary: null,
  loanAccountSummary: null,
}
const common = (accountId: string): Json => ({
  accountId,
  productName: 'Citi Basic',
  accountNickname: null,
  displayAccountNumber: 'XXXXXX4521',
  currencyCode: 'USD',
  accountStatus: 'ACTIVE',
})
const CHECKING = {
  ...NOTHING,
  checkingAccountSummary: { ...common('chk-1'), currentBalance: 1500.25, availableBalance: 1400 },
}
const CARD = {
  ...NOTHING,
  creditCardAccountSummary: {
    ...common('card-1'),
    accountNickname: 'Costco',
    outstandingBalance: 320.1,
    availableCredit: 4679.9,
    creditLimit: 5000,
  },
}
const LOAN = { ...NOTHING, loanAccountSummary: { ...common('loan-1'), outstandingBalance: 9 } }
const payment = (over: Json = {}): Json => ({
  transactionReferenceId: 'ref-1',
  transactionDate: '2026-11-18',
  transactionPostingDate: '2026-11-20',
  transactionAmount: 12.3,
  currencyCode: 'USD',
  foreignTransactionAmount: null,
  foreignCurrencyCode: null,
  transactionDescription: 'DUANE READE #14',
  merchantName: null,
  displayAccountNumber: 'XXXXXX4521',
  ...over,
})

async function openBank(t: TestContext, answer: (call: Call) => unknown = () => undefined) {
  const bank = await startPlainBank(t, {
    way: { scopes: ['accounts_details_transactions'], person: 'none' },
    api: {
      standard: 'citi',
      path: '/gcb/api',
      amounts: { account: 'negative', card: 'positive' },
    },
    answer(call) {
      if (call.whose === null) return { status: 401, body: {} }
      const own = answer(call)
      if (own !== undefined) return { body: own }
      if (call.path === '/v1/accounts')
        return {
          body: {
            accountGroupSummary: [
              { accountGroup: 'SAVINGS_AND_INVESTMENTS', accounts: [CHECKING] },
              { accountGroup: 'CREDITCARD', accounts: [CARD, LOAN] },
            ],
            nextStartIndex: null,
          },
        }
      return { status: 404, body: {} }
    },
  })
  const { connection } = await bank.link()
  const span = { from: Date.UTC(2026, 10, 1, 12), to: Date.UTC(2026, 10, 20, 12) }
  return {
    ...bank,
    readAccounts: () => bank.banks.readAccounts('plain', connection),
    readPayments: (bankAccountId: string) =>
      Array.fromAsync(
        bank.banks.readTransactions('plain', connection, { bankAccountId, currency: 'USD' }, span),
      ),
  }
}
const listing = (transactions: unknown[]) => (call: Call) =>
  call.path.includes('/transactions') ? { transactions } : undefined

test('accounts stand under the name of their kind, and what is owed on a card is negative', async (t) => {
  const { readAccounts, calls } = await openBank(t)
  const { accounts, balances, refused } = await readAccounts()
  assert.deepEqual(
    accounts.map(({ bankAccountId, kind, name, numberDisplay }) => [
      bankAccountId,
      kind,
      name,
      numberDisplay,
    ]),
    [
      ['chk-1', 'checking', 'Citi Basic', '4521'],
      ['card-1', 'card', 'Costco', '4521'],
    ],
  )
  assert.deepEqual(
    balances.map(({ current, available, creditLine }) => [current, available, creditLine]),
    [
      [money(150_025, 'USD'), money(140_000, 'USD'), null],
      [money(-32_010, 'USD'), money(467_990, 'USD'), money(500_000, 'USD')],
    ],
  )
  assert.deepEqual(refused, [])
  assert.equal(calls[0]!.headers.client_id, 'guichet')
  assert.match(String(calls[0]!.headers.uuid), /^[0-9a-f-]{36}$/)
})

test('what was spent is negative however the bank writes it, on an account and on a card', async (t) => {
  const { readPayments } = await openBank(
    t,
    listing([
      payment(),
      payment({ transactionReferenceId: 'ref-2', transactionAmount: -40 }),
      payment({ foreignTransactionAmount: 11, foreignCurrencyCode: 'EUR' }),
    ]),
  )
  const amounts = async (account: string) =>
    (await readPayments(account))[0]!.rows.map(({ amount, foreign }) => [
      amount.amountMinor,
      foreign?.amountMinor ?? null,
    ])
  assert.deepEqual(await amounts('card-1'), [
    [-1230, null],
    [4000, null],
    [-1230, -1100],
  ])
  assert.deepEqual(await amounts('chk-1'), [
    [1230, null],
    [-4000, null],
    [1230, 1100],
  ])
})

test('a payment without a posting day is pending, and one in the books without an id is set aside', async (t) => {
  const { readPayments } = await openBank(
    t,
    listing([
      payment(),
      payment({ transactionPostingDate: null, transactionReferenceId: null }),
      payment({ transactionReferenceId: null }),
      payment({ currencyCode: 'EUR' }),
      payment({ transactionAmount: 1.234 }),
      payment({ transactionDate: '18/11/2026' }),
    ]),
  )
  const [{ rows, refused } = assert.fail()] = await readPayments('chk-1')
  assert.deepEqual(
    rows.map(({ status, at, postedAt }) => [status, at, postedAt]),
    [
      ['posted', Date.UTC(2026, 10, 18, 12), Date.UTC(2026, 10, 20, 12)],
      ['pending', Date.UTC(2026, 10, 18, 12), null],
    ],
  )
  assert.deepEqual(
    refused.map(({ field, why }) => [field, why]),
    [
      ['transactionReferenceId', 'missing'],
      ['currencyCode', 'unsupported'],
      ['transactionAmount', 'amount-malformed'],
      ['transactionDate', 'malformed'],
    ],
  )
})

test('a hold of a day that lies ahead is of today at every read of the day', () => {
  const hold = (transactionDate: string, hour: number) => {
    const row = JSON.stringify(payment({ transactionDate, transactionPostingDate: null }))
    return normaliseTransaction(CitiTransaction.parse(parseExactJson(row, 'bank-answer-malformed')), {
      currency: 'USD',
      spent: 'negative',
      days: createBankDays('America/New_York'),
      now: Date.UTC(2026, 10, 18, hour),
    }).at
  }
  for (const hour of [6, 11, 18]) {
    assert.equal(hold('2026-11-18', hour), Date.UTC(2026, 10, 18, 5))
    assert.equal(hold('2026-11-20', hour), Date.UTC(2026, 10, 18, 5))
    assert.equal(hold('2026-11-17', hour), Date.UTC(2026, 10, 17, 17))
  }
})

test('pages follow nextStartIndex, and a bank that names the same one twice is stopped', async (t) => {
  let last = '21'
  const { readPayments, calls } = await openBank(t, ({ path }) => {
    if (!path.includes('/transactions')) return undefined
    const at = new URL(path, 'http://bank').searchParams.get('nextStartIndex')
    return {
      transactions: [payment({ transactionReferenceId: `ref-${at}` })],
      nextStartIndex: at ? last : '21',
    }
  })
  await assert.rejects(readPayments('chk-1'), fails('bank-answer-malformed'))
  last = ''
  const pages = await readPayments('chk-1')
  assert.deepEqual(
    pages.map(({ rows }) => rows[0]!.bankTransactionIds[0]),
    ['ref-null', 'ref-21'],
  )
  assert.equal(
    calls.at(-1)!.path,
    '/v1/accounts/chk-1/transactions?transactionFromDate=2026-11-01&transactionToDate=2026-11-20&nextStartIndex=21',
  )
})

test('whatever stands in a list, each row is read or set aside, and nothing of it is repeated', async (t) => {
  let given: unknown[] = []
  const { readPayments } = await openBank(t, (call) => listing(given)(call))
  const names = Object.keys(payment())
  const row = fc
    .tuple(fc.constantFrom(...names), fc.jsonValue())
    .map(([name, value]) => payment({ [name]: value }))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.jsonValue(), row), { maxLength: 8 }), async (rows) => {
      given = rows
      const [page] = await readPayments('card-1')
      assert.equal(page!.rows.length + page!.refused.length, rows.length)
      for (const { field } of page!.refused)
        assert.ok(field === 'the whole answer' || names.includes(field.split('.')[0]!), field)
    }),
    { numRuns: 60 },
  )
})
