/** Rows of Citi's own API, each with every field that is read of them spoilt in turn. */
import { createCitiReader } from '../../src/banks/citi/read.ts'
import { CitiAccount, CitiTransaction } from '../../src/banks/citi/shapes.ts'
import { type Case, type Json, MISSING, NEEDS, NOW, ORIGIN, readerOf, testHostileRows } from './hostile.ts'

const common = (accountId: string): Json => ({
  accountId,
  productName: 'Citi Basic',
  accountNickname: 'Bills',
  displayAccountNumber: 'XXXXXX4521',
  currencyCode: 'USD',
  accountStatus: 'ACTIVE',
})
const held = (accountId: string): Json => ({
  ...common(accountId),
  currentBalance: 1500.25,
  availableBalance: 1400,
})
const card = (accountId: string): Json => ({
  ...common(accountId),
  outstandingBalance: 320.1,
  availableCredit: 4679.9,
  creditLimit: 5000,
})
const payment = (transactionReferenceId: string, over: Json = {}): Json => ({
  transactionReferenceId,
  transactionDate: '2026-11-18',
  transactionPostingDate: '2026-11-20',
  transactionAmount: 12.3,
  currencyCode: 'USD',
  foreignTransactionAmount: 11.1,
  foreignCurrencyCode: 'EUR',
  transactionDescription: 'DUANE READE #14',
  merchantName: 'Duane Reade',
  displayAccountNumber: 'XXXXXX4521',
  ...over,
})
const { set, accounts, balances, transactions } = readerOf((request) =>
  createCitiReader({
    ...NEEDS,
    baseUrl: `${ORIGIN}/gcb/api/`,
    request,
    clock: { now: () => NOW },
    timeZone: 'America/New_York',
    amounts: { account: 'negative', card: 'positive' },
  }),
)
const listing = (rows: unknown): [RegExp, () => unknown] => [
  /\/accounts$/,
  () => ({ accountGroupSummary: [{ accounts: rows }] }),
]

function ofAccount(wrapper: 'checkingAccountSummary' | 'savingsAccountSummary' | 'creditCardAccountSummary') {
  const make = wrapper === 'creditCardAccountSummary' ? card : held
  const row = (id: string): Json => ({ [wrapper]: make(id) })
  const about = {
    row: row('2'),
    around: [row('1'), row('3')] as [Json, Json],
    wrapper,
    shape: CitiAccount.shape[wrapper],
    // An account under no name that is known is of a kind that is not kept, such as a loan.
    isOther: (path: readonly string[], by: unknown) =>
      path.length === 0
        ? typeof by === 'object' && by !== null && !Array.isArray(by)
        : path.join('.') === wrapper && (by === MISSING || JSON.stringify(by) === 'null'),
  }
  const read = (reading: () => ReturnType<Case['read']>) => async (rows: unknown[]) => {
    set(listing(rows))
    return await reading()
  }
  return [
    { ...about, name: `an account under ${wrapper}`, read: read(accounts) },
    { ...about, name: `the balance under ${wrapper}`, read: read(balances) },
  ]
}
const ofPayment = (name: string, over: Json): Case => ({
  name,
  row: payment('2', over),
  around: [payment('1', over), payment('3', over)],
  atOnce: 100,
  shape: CitiTransaction,
  read: async (rows) => {
    set(
      [/\/transactions$/, () => ({ transactions: rows })],
      listing([{ checkingAccountSummary: held('a-1') }]),
    )
    return await transactions('a-1', 'USD')
  },
})
const cases: Case[] = [
  ofPayment('a posted row', {}),
  ofPayment('a pending row', { transactionPostingDate: null }),
  ...ofAccount('checkingAccountSummary'),
  ...ofAccount('savingsAccountSummary'),
  ...ofAccount('creditCardAccountSummary'),
]

testHostileRows(cases.map((one) => ({ ...one, name: `Citi: ${one.name}` })))
