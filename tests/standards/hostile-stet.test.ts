/** STET rows, each with every field that is read of them spoilt in turn. */
import { createStetReader } from '../../src/banks/stet/read.ts'
import { StetAccount, StetBalance, StetTransaction } from '../../src/banks/stet/shapes.ts'
import { type Case, type Json, NEEDS, NOW, ORIGIN, readerOf, testHostileRows } from './hostile.ts'

const account = (resourceId: string): Json => ({
  resourceId,
  accountId: {
    iban: 'FR7612345987650123456789014',
    currency: 'EUR',
    other: { identification: '4970XXXXXXXX1234' },
  },
  name: 'Compte courant',
  product: 'Compte',
  currency: 'EUR',
  cashAccountType: 'CACC',
  balances: [],
  _links: {
    next: { href: '/v1/next' },
    balances: { href: '/v1/balances' },
    transactions: { href: '/v1/transactions' },
  },
})
const balance = (): Json => ({
  balanceAmount: { amount: '1234.50', currency: 'EUR' },
  creditDebitIndicator: 'DBIT',
  balanceType: 'CLBD',
  referenceDate: '2026-11-20',
})
const payment = (resourceId: string, status: string): Json => ({
  resourceId,
  entryReference: `E-${resourceId}`,
  transactionAmount: { amount: '12.30', currency: 'EUR' },
  creditDebitIndicator: 'DBIT',
  status,
  expectedBookingDate: '2026-11-20',
  bookingDate: '2026-11-20',
  valueDate: '2026-11-21',
  transactionDate: '2026-11-18',
  remittanceInformation: { unstructured: ['CARTE 18/11 BOULANGERIE', 'PARIS 11'] },
  relatedParties: { debtor: { name: 'Amina' }, creditor: { name: 'Boulangerie' } },
})

const { set, accounts, balances, transactions } = readerOf((request) =>
  createStetReader({
    ...NEEDS,
    baseUrl: `${ORIGIN}/v1/`,
    request,
    clock: { now: () => NOW },
    timeZone: 'Europe/Paris',
  }),
)
const ofPayment = (name: string, status: string): Case => ({
  name,
  row: payment('2', status),
  around: [payment('1', status), payment('3', status)],
  atOnce: 100,
  shape: StetTransaction,
  read: async (rows) => {
    set([/\/transactions$/, () => ({ transactions: rows })])
    return await transactions('a-1', 'EUR')
  },
})
const cases: Case[] = [
  ofPayment('a booked row', 'BOOK'),
  ofPayment('a pending row', 'PDNG'),
  ofPayment('a row that is in no books yet', 'OTHR'),
  {
    name: 'an account',
    row: account('2'),
    around: [account('1'), account('3')],
    shape: StetAccount,
    read: async (rows) => {
      set([/\/balances$/, () => ({ balances: [balance()] })], [/\/accounts$/, () => ({ accounts: rows })])
      return await accounts()
    },
  },
  {
    name: 'a balance',
    row: balance(),
    around: [balance(), balance()],
    isChosenFrom: true,
    shape: StetBalance,
    read: async (rows) => {
      set(
        [/\/balances$/, () => ({ balances: rows })],
        [/\/accounts$/, () => ({ accounts: [account('a-1')] })],
      )
      return await balances()
    },
  },
]

testHostileRows(cases.map((one) => ({ ...one, name: `STET: ${one.name}` })))
