/** FDX 4 and 5, as banks that have not moved to 6 serve it: wrapped accounts, light lists, pages by offset. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { money } from '#kit'
import { fails } from '../door.fixture.ts'
import { type Call, startPlainBank } from '../plain-bank.fixture.ts'

type Json = Record<string, unknown>

const light = (accountId: string, over: Json = {}): Json => ({
  accountId,
  accountType: 'CHECKING',
  accountNumberDisplay: '5820',
  productName: 'Checking',
  status: 'OPEN',
  currency: { currencyCode: 'USD' },
  ...over,
})
const CHECKING = { depositAccount: light('deposit-1') }
const CARD = { locAccount: light('loc-1', { accountType: 'CREDITCARD', productName: 'Card' }) }
const LOAN = { loanAccount: light('loan-1', { accountType: 'MORTGAGE' }) }
const DETAILS: Record<string, Json> = {
  'deposit-1': { depositAccount: light('deposit-1', { currentBalance: 1399.02, availableBalance: 1200 }) },
  'loc-1': {
    locAccount: light('loc-1', {
      accountType: 'CREDITCARD',
      productName: 'Card',
      currentBalance: 1722.81,
      availableCredit: 8302.73,
      creditLine: 10_000,
    }),
  },
}
const payment = (over: Json = {}): Json => ({
  transactionId: 'post-9',
  referenceTransactionId: 'auth-9',
  postedTimestamp: '2026-11-20T09:00:00.000Z',
  transactionTimestamp: '2026-11-19T18:30:00.000Z',
  description: 'TRADER JOES #552',
  debitCreditMemo: 'DEBIT',
  status: 'POSTED',
  amount: 54.3,
  category: '5411',
  subCategory: 'MCC',
  ...over,
})

const FIELDS = new Set([...Object.keys(payment()), 'transactionPayee', 'foreignAmount', 'foreignCurrency'])

async function openBank(
  t: TestContext,
  options: { version?: 4 | 5; api?: Json; accounts?: unknown[]; answer?: (call: Call) => unknown } = {},
) {
  const { version = 4, accounts = [CHECKING, CARD, LOAN] } = options
  const bank = await startPlainBank(t, {
    way: { scopes: ['aggregator'], person: 'api' },
    api: { standard: `fdx-${version}`, path: `/fdx/v${version}`, ...options.api },
    answer(call) {
      if (call.whose === null) return { status: 401, body: {} }
      const own = options.answer?.(call)
      if (own !== undefined) return { body: own }
      const [path] = call.path.split('?')
      if (path === '/customers/current') return { body: { customerId: call.whose } }
      if (path === '/accounts') return { body: { accounts } }
      const details = DETAILS[path!.replace('/accounts/', '')]
      return details
        ? { body: details }
        : { status: 404, body: { code: '701', message: 'Account not found' } }
    },
  })
  const { connection } = await bank.link()
  const span = { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 26, 12) }
  return {
    ...bank,
    readAccounts: () => bank.banks.readAccounts('plain', connection),
    readPayments: (bankAccountId = 'loc-1') =>
      Array.fromAsync(
        bank.banks.readTransactions('plain', connection, { bankAccountId, currency: 'USD' }, span),
      ),
  }
}

for (const version of [4, 5] as const)
  test(`FDX ${version}: a light list is completed account by account, and a loan is left out`, async (t) => {
    const { readAccounts, calls } = await openBank(t, { version })
    const { accounts, balances, refused } = await readAccounts()
    assert.deepEqual(
      accounts.map(({ bankAccountId, kind, name }) => [bankAccountId, kind, name]),
      [
        ['deposit-1', 'checking', 'Checking'],
        ['loc-1', 'card', 'Card'],
      ],
    )
    assert.deepEqual(
      balances.map(({ current, available, creditLine }) => [current, available, creditLine]),
      [
        [money(139_902, 'USD'), money(120_000, 'USD'), null],
        [money(-172_281, 'USD'), money(830_273, 'USD'), money(1_000_000, 'USD')],
      ],
    )
    assert.deepEqual(refused, [])
    assert.ok(!calls.some(({ path }) => path.includes('loan-1')), 'a loan is not even asked for')
    assert.ok(!calls.some(({ path }) => path.includes('consents')), 'a consent that does not exist is not')
  })

test('an account that comes with its balance is not asked for again', async (t) => {
  const { readAccounts, calls } = await openBank(t, { accounts: [DETAILS['deposit-1']] })
  assert.equal((await readAccounts()).accounts.length, 1)
  assert.ok(!calls.some(({ path }) => path.startsWith('/accounts/')))
})

test('an account asked for by itself must be the one that comes', async (t) => {
  const { readAccounts } = await openBank(t, {
    answer: ({ path }) => (path === '/accounts/deposit-1' ? DETAILS['loc-1'] : undefined),
  })
  await assert.rejects(readAccounts(), fails('bank-answer-mismatched'))
})

test('pages follow their offset, and a day is asked for on each side since days have no zone', async (t) => {
  const { readPayments, calls } = await openBank(t, {
    answer({ path }) {
      const query = new URL(path, 'http://bank').searchParams
      if (!path.includes('/transactions')) return undefined
      const transactions = [
        { locTransaction: payment({ transactionId: `post-${query.get('offset') ?? 0}` }) },
      ]
      return query.get('offset') === null ? { page: { nextOffset: 'B47D' }, transactions } : { transactions }
    },
  })
  const pages = await readPayments()
  assert.deepEqual(
    pages.flatMap(({ rows }) => rows.map(({ bankTransactionIds }) => bankTransactionIds)),
    [
      ['auth-9', 'post-0'],
      ['auth-9', 'post-B47D'],
    ],
  )
  const asked = calls.filter(({ path }) => path.includes('/transactions')).map(({ path }) => path)
  assert.deepEqual(asked, [
    '/accounts/loc-1/transactions?startTime=2026-10-31&endTime=2026-11-27&limit=500',
    '/accounts/loc-1/transactions?startTime=2026-10-31&endTime=2026-11-27&limit=500&offset=B47D',
  ])
})

test('a payment says the same wrapped as it does in FDX 6', async (t) => {
  const { readPayments } = await openBank(t, {
    answer: ({ path }) =>
      path.includes('/transactions')
        ? {
            transactions: [
              { locTransaction: payment() },
              {
                locTransaction: payment({
                  transactionId: 'auth-3',
                  status: 'PENDING',
                  postedTimestamp: null,
                }),
              },
              { locTransaction: payment({ debitCreditMemo: 'MEMO' }) },
              { otherTransaction: payment() },
            ],
          }
        : undefined,
  })
  const [{ rows, refused } = assert.fail()] = await readPayments()
  const [posted, pending] = rows
  assert.deepEqual(
    [posted!.amount, posted!.status, posted!.mcc, posted!.at],
    [money(-5_430, 'USD'), 'posted', '5411', Date.UTC(2026, 10, 19, 18, 30)],
  )
  assert.deepEqual([pending!.status, pending!.postedAt], ['pending', null])
  assert.deepEqual(
    refused.map(({ place, field, why }) => [place, field, why]),
    [
      // A memo posting has no direction: which way the money goes is not guessed.
      ['transactions[2]', 'debitCreditMemo', 'malformed'],
      ['transactions[3]', 'transactionId', 'missing'],
    ],
  )
})

test('a payment of another account in an answer means that it is somebody else’s', async (t) => {
  const { readPayments } = await openBank(t, {
    answer: ({ path }) =>
      path.includes('/transactions')
        ? { transactions: [{ locTransaction: payment({ accountId: 'loc-2' }) }] }
        : undefined,
  })
  await assert.rejects(readPayments(), fails('bank-answer-mismatched'))
})

test('a network has its banks below paths of its own', async (t) => {
  const { readAccounts, readPayments, calls } = await openBank(t, {
    version: 5,
    api: {
      paths: {
        accounts: 'balances/v3/{provider}',
        transactions: 'transactions/v3/{provider}/{accountId}',
        customer: 'customers/v3/{provider}/current',
      },
      provider: 'mikomo',
    },
    answer({ path, whose }) {
      if (path.startsWith('/balances/v3/mikomo')) return { accounts: [DETAILS['deposit-1']] }
      if (path.startsWith('/customers/v3/mikomo/current')) return { customerId: whose }
      if (path.startsWith('/transactions/v3/mikomo/deposit-1')) return { transactions: [] }
      return undefined
    },
  })
  assert.equal((await readAccounts()).accounts.length, 1)
  assert.deepEqual(await readPayments('deposit-1'), [{ rows: [], refused: [] }])
  assert.equal(calls.at(-1)!.path.split('?')[0], '/transactions/v3/mikomo/deposit-1')
})

test('whatever stands in a list, each row is read or set aside, and nothing of it is repeated', async (t) => {
  let given: unknown[] = []
  const { readPayments } = await openBank(t, {
    answer: ({ path }) => (path.includes('/transactions') ? { transactions: given } : undefined),
  })
  const hostile = fc.oneof(fc.jsonValue(), fc.record({ locTransaction: fc.jsonValue() }))
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { maxLength: 8 }), async (rows) => {
      given = rows
      const [page] = await readPayments()
      assert.equal(page!.rows.length + page!.refused.length, rows.length)
      for (const { field } of page!.refused)
        assert.ok(field === 'the whole answer' || FIELDS.has(field.split('.')[0]!), field)
    }),
    { numRuns: 30 },
  )
})

test('a page without end is given up', async (t) => {
  let page = 0
  const { readPayments } = await openBank(t, {
    answer: ({ path }) =>
      path.includes('/transactions')
        ? { page: { nextOffset: String(++page % 3) }, transactions: [] }
        : undefined,
  })
  await assert.rejects(readPayments(), fails('bank-answer-malformed'))
  assert.ok(page < 10)
})
