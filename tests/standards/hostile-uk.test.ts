/** The UK's rows by its own names, and of its schemas too where a test is told where they are, each with every field spoilt in turn. */
import { join } from 'node:path'
import type { ObieVersion } from '../../src/banks/obie/codes.ts'
import { createObieReader } from '../../src/banks/obie/read.ts'
import { CONNECTION } from '../../src/banks/scripted-bank.fixture.ts'
import { type Case, type Json, NOW, ORIGIN, readerOf, testHostileRows } from './hostile.ts'
import { sampleOf } from './sample.ts'
import { readSpecification } from './specification.ts'

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

testHostileRows([...(await ukCases('4.0')), ...(await ukCases('3.1'))])
