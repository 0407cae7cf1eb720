/** FDX rows of versions 6, 5 and 4, each with every field that is read of them spoilt in turn. */
import { BankId } from '../../src/banks/bank-id.ts'
import { createFdxReader } from '../../src/banks/fdx/read.ts'
import { FdxAccount, FdxTransaction } from '../../src/banks/fdx/shapes.ts'
import type { FdxVersion } from '../../src/banks/fdx/versions.ts'
import { CONNECTION } from '../../src/banks/scripted-bank.fixture.ts'
import { type Case, type Json, NEEDS, NOW, ORIGIN, readerOf, testHostileRows } from './hostile.ts'

const common = (accountId: string): Json => ({
  accountId,
  accountNumberDisplay: '9876',
  productName: 'Everyday',
  nickname: 'Bills',
  status: 'OPEN',
  currency: { currencyCode: 'USD' },
  balanceAsOf: '2026-11-23T12:00:00Z',
  currentBalance: 1_234.5,
})
const deposit = (accountId: string): Json => ({
  accountCategory: 'DEPOSIT_ACCOUNT',
  accountType: 'CHECKING',
  ...common(accountId),
  availableBalance: 1_200,
})
const card = (accountId: string): Json => ({
  accountCategory: 'LOC_ACCOUNT',
  accountType: 'CREDITCARD',
  ...common(accountId),
  creditLine: 5_000,
  availableCredit: 4_689.75,
})
const payment = (transactionId: string, status: string): Json => ({
  accountCategory: 'DEPOSIT_ACCOUNT',
  transactionId,
  referenceTransactionId: `auth-${transactionId}`,
  postedTimestamp: '2026-11-22T03:00:00Z',
  transactionTimestamp: '2026-11-21T12:00:00Z',
  description: 'TRADER JOES #552',
  debitCreditMemo: 'DEBIT',
  status,
  amount: 54.3,
  foreignAmount: 49.1,
  foreignCurrency: 'EUR',
  category: '5411',
  subCategory: 'MCC',
  cardNumberDisplay: '4321',
  transactionPayee: { country: 'US', city: 'Phoenix', latitude: 33.45, longitude: -112.07 },
})

/** Said by the name that a row stands under, in the versions that wrap it. */
const byWrapper = { accountCategory: true } as const

function fdxCases(version: FdxVersion): Case[] {
  const { set, accounts, balances, transactions } = readerOf((request) =>
    createFdxReader({ ...NEEDS, baseUrl: `${ORIGIN}/fdx/`, version, request, clock: { now: () => NOW } }),
  )
  const [DepositAccount, LocAccount] = FdxAccount.options
  const isWrapped = version < 6
  const shapes = {
    depositAccount: isWrapped ? DepositAccount.omit(byWrapper) : DepositAccount,
    locAccount: isWrapped ? LocAccount.omit(byWrapper) : LocAccount,
  }

  /** As the version writes it: by a category, or under a name that says it. */
  function written(wrapper: string, row: Json): Json {
    if (!isWrapped) return row
    const { accountCategory: _category, ...rest } = row
    return { [wrapper]: rest }
  }

  /** The bank lists the rows, and says the same of one that is asked for by itself, as of those that the person chose. */
  function list(wrapper: string, rows: unknown): void {
    const ids = (Array.isArray(rows) ? rows : []).flatMap((row: Json | null) => {
      const inner = (isWrapped ? row?.[wrapper] : row) as Json | null | undefined
      const id = BankId.safeParse(inner?.accountId)
      return id.success ? [{ id: id.data, row }] : []
    })
    set(
      [
        /\/consents\//,
        () => ({
          id: CONNECTION.bankConsentId,
          resources: ids.map(({ id }) => ({ resourceType: 'ACCOUNT', resourceId: id })),
        }),
      ],
      [/\/accounts$/, () => ({ accounts: rows })],
      [
        /\/accounts\/[^/]+$/,
        (path) => ids.find(({ id }) => id === decodeURIComponent(path.split('/').at(-1)!))?.row,
      ],
    )
  }

  const ofAccount = (name: string, wrapper: keyof typeof shapes, make: (id: string) => Json): Case[] => {
    const row = (id: string) => written(wrapper, make(id))
    const about = {
      row: row('2'),
      around: [row('1'), row('3')] as [Json, Json],
      shape: shapes[wrapper],
      ...(isWrapped && { wrapper }),
    }
    const read = (reading: () => ReturnType<Case['read']>) => async (rows: unknown[]) => {
      list(wrapper, rows)
      return await reading()
    }
    return [
      { ...about, name: `${name} account`, read: read(accounts) },
      { ...about, name: `the balance of ${name} account`, read: read(balances) },
    ]
  }
  const ofPayment = (name: string, status: string): Case => {
    const row = (id: string) => written('depositTransaction', payment(id, status))
    return {
      name,
      row: row('2'),
      around: [row('1'), row('3')],
      atOnce: 100,
      shape: isWrapped ? FdxTransaction.omit(byWrapper) : FdxTransaction,
      ...(isWrapped && { wrapper: 'depositTransaction' }),
      read: async (rows) => {
        set([/\/transactions$/, () => ({ transactions: rows })])
        return await transactions('a-1', 'USD')
      },
    }
  }
  const cases = [
    ofPayment('a posted row', 'POSTED'),
    ofPayment('a pending row', 'PENDING'),
    ...ofAccount('a deposit', 'depositAccount', deposit),
    ...ofAccount('a card', 'locAccount', card),
  ]
  return cases.map((one) => ({ ...one, name: `FDX ${version}: ${one.name}` }))
}

testHostileRows([...fdxCases(6), ...fdxCases(5), ...fdxCases(4)])
