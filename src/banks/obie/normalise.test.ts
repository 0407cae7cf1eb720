import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { money } from '#kit'
import { parseExactJson } from '../exact-json.ts'
import { UnreadableRow } from '../read-json.ts'
import { chooseBalance, readBalance } from './balances.ts'
import { CODES, type ObieVersion } from './codes.ts'
import { normaliseAccount, normaliseTransaction } from './normalise.ts'
import { ObieAccount, ObieBalance, obieTransaction } from './shapes.ts'

type Json = Record<string, unknown>

const NOW = Date.UTC(2026, 10, 25, 9)

/** As it comes from the bank: written out, and read with every digit. */
const exact = (json: Json) => parseExactJson(JSON.stringify(json), 'bank-answer-malformed')

const pounds = (Amount: string) => ({ Amount, Currency: 'GBP' })
const current = (over: Json = {}): Json => ({
  AccountId: '22289',
  Status: 'Enabled',
  Currency: 'GBP',
  AccountCategory: 'Personal',
  AccountTypeCode: 'CACC',
  Description: 'Current account',
  Nickname: 'Bills',
  Account: [
    { SchemeName: 'UK.OBIE.SortCodeAccountNumber', Identification: '80200112344562', Name: 'Amina Diallo' },
  ],
  ...over,
})
const payment = (over: Json = {}): Json => ({
  AccountId: '22289',
  TransactionId: '123',
  CreditDebitIndicator: 'Debit',
  Status: 'BOOK',
  TransactionMutability: 'Immutable',
  BookingDateTime: '2026-11-22T10:43:07+00:00',
  ValueDateTime: '2026-11-22T10:43:22+00:00',
  TransactionInformation: 'TESCO STORES 6227',
  Amount: pounds('12.30'),
  MerchantDetails: { MerchantName: 'Tesco', MerchantCategoryCode: '5411' },
  CardInstrument: {
    CardSchemeName: 'VISA',
    AuthorisationType: 'Contactless',
    Identification: '************4321',
  },
  ...over,
})
const account = (json: Json, version: ObieVersion = '4.0') =>
  normaliseAccount(ObieAccount.parse(exact(json)), CODES[version])
const transaction = (json: Json, version: ObieVersion = '4.0') =>
  normaliseTransaction(obieTransaction(CODES[version]).parse(exact(json)), {
    codes: CODES[version],
    currency: 'GBP',
    now: NOW,
  })
const balance = (rows: Json[], of: Json = current(), version: ObieVersion = '4.0') =>
  chooseBalance(
    rows.map((row) => readBalance(ObieBalance.parse(exact(row)), 'GBP')),
    account(of, version),
    CODES[version],
  )
const standing = (Type: string, amount: string, over: Json = {}): Json => ({
  AccountId: '22289',
  Amount: pounds(amount),
  CreditDebitIndicator: 'Credit',
  Type,
  DateTime: '2026-11-25T08:00:00+00:00',
  ...over,
})
const setAside = (field: string, why: string) => (error: unknown) => {
  assert.ok(error instanceof UnreadableRow, String(error))
  assert.deepEqual([error.field, error.why], [field, why])
  return true
}

test('an account is named as its owner names it, with the last digits of its number', () => {
  assert.deepEqual(account(current()), {
    bankAccountId: '22289',
    name: 'Bills',
    kind: 'checking',
    numberDisplay: '4562',
    currency: 'GBP',
    status: 'open',
  })
  assert.equal(account(current({ Nickname: undefined })).name, 'Current account')
  assert.equal(account(current({ Account: undefined })).numberDisplay, '', 'the person did not agree to it')
  assert.equal(account(current({ Status: 'Disabled' })).status, 'closed')
})

test('each version says in its own words what kind of account it is', () => {
  const kind = (code: string) => account(current({ AccountTypeCode: code })).kind
  assert.deepEqual(['CACC', 'SLRY', 'SVGS', 'LLSV', 'CARD'].map(kind), [
    'checking',
    'checking',
    'savings',
    'savings',
    'card',
  ])
  const older = (code: string) =>
    account(current({ AccountTypeCode: undefined, AccountSubType: code }), '3.1').kind
  assert.deepEqual(['CurrentAccount', 'PrePaidCard', 'Savings', 'CreditCard', 'ChargeCard'].map(older), [
    'checking',
    'checking',
    'savings',
    'card',
    'card',
  ])
  assert.throws(
    () => account(current({ AccountTypeCode: 'MORT' })),
    setAside('AccountTypeCode', 'unsupported'),
  )
  assert.throws(() => older('Loan'), setAside('AccountSubType', 'unsupported'))
  assert.throws(() => account(current(), '3.1'), setAside('AccountSubType', 'missing'))
  assert.throws(
    () => account(current({ AccountTypeCode: undefined })),
    setAside('AccountTypeCode', 'missing'),
  )
  assert.throws(() => account(current({ Currency: 'XQZ' })), setAside('Currency', 'currency-unknown'))
})

test('a posted payment is money out under the id that the bank never changes', () => {
  assert.deepEqual(transaction(payment()), {
    bankTransactionIds: ['123'],
    status: 'posted',
    at: Date.UTC(2026, 10, 22, 10, 43, 7),
    postedAt: Date.UTC(2026, 10, 22, 10, 43, 7),
    amount: money(-1_230, 'GBP'),
    foreign: null,
    isMutable: false,
    descriptor: 'TESCO STORES 6227',
    mcc: '5411',
    country: null,
    city: null,
    latitude: null,
    longitude: null,
    entryMode: 'contactless',
    cardNumberDisplay: '4321',
    terminalId: null,
  })
  assert.deepEqual(
    transaction(payment({ CreditDebitIndicator: 'Credit' }))?.amount,
    money(1_230, 'GBP'),
    'a refund',
  )
})

test('what is booked, pending, refused or only told is kept apart in both versions', () => {
  const states = (version: ObieVersion, codes: string[]) =>
    codes.map((Status) => transaction(payment({ Status }), version)?.status ?? null)
  assert.deepEqual(states('4.0', ['BOOK', 'PDNG', 'FUTR', 'RJCT', 'INFO']), [
    'posted',
    'pending',
    'pending',
    'declined',
    null,
  ])
  assert.deepEqual(states('3.1', ['Booked', 'Pending', 'Rejected']), ['posted', 'pending', 'declined'])
  for (const [version, Status] of [
    ['4.0', 'Booked'],
    ['3.1', 'BOOK'],
  ] as const)
    assert.throws(() => transaction(payment({ Status }), version), 'a code of the other version')
})

test('a pending payment is from today at the latest, though it is expected to be booked another day', () => {
  const pending = transaction(payment({ Status: 'PDNG', BookingDateTime: '2026-11-27T00:00:00Z' }))
  assert.deepEqual([pending?.at, pending?.postedAt], [Date.UTC(2026, 10, 25), null])
})

test('a payment that the bank has not named waits without an id, and one that is booked is set aside', () => {
  const unnamed = { TransactionId: undefined }
  assert.deepEqual(transaction(payment({ ...unnamed, Status: 'PDNG' }))?.bankTransactionIds, [])
  assert.throws(() => transaction(payment(unnamed)), setAside('TransactionId', 'missing'))
  assert.equal(transaction(payment({ ...unnamed, Status: 'RJCT' })), null, 'it moved no money')
})

test('whether the bank may still change a row is kept, and unknown where it does not say', () => {
  assert.equal(transaction(payment({ TransactionMutability: 'Mutable' }))?.isMutable, true)
  assert.ok(!('isMutable' in transaction(payment({ TransactionMutability: undefined }))!))
})

test('an amount abroad keeps its own currency, and a rate only where it is of one unit of that', () => {
  const abroad = (over: Json) =>
    transaction(
      payment({
        CurrencyExchange: {
          SourceCurrency: 'EUR',
          TargetCurrency: 'GBP',
          UnitCurrency: 'EUR',
          ExchangeRate: 0.8654,
          InstructedAmount: { Amount: '14.21', Currency: 'EUR' },
          ...over,
        },
      }),
    )
  assert.deepEqual([abroad({})?.foreign, abroad({})?.exchangeRate], [money(-1_421, 'EUR'), '0.8654'])
  assert.equal(abroad({ UnitCurrency: 'GBP' })?.exchangeRate, undefined, 'one pound is so many euros')
  assert.equal(abroad({ UnitCurrency: undefined })?.exchangeRate, undefined)
  assert.equal(abroad({ InstructedAmount: undefined })?.foreign, null)
  assert.equal(abroad({ InstructedAmount: pounds('12.30') })?.foreign, null)
  assert.throws(
    () => abroad({ InstructedAmount: { Amount: '1.5', Currency: 'JPY' } }),
    setAside('CurrencyExchange.InstructedAmount.Amount', 'amount-malformed'),
  )
})

test('a row in another currency than its account’s is set aside', () => {
  assert.throws(
    () => transaction(payment({ Amount: { Amount: '3.00', Currency: 'EUR' } })),
    setAside('Amount.Currency', 'unsupported'),
  )
})

test('how a card was used is said only where the bank says it', () => {
  const mode = (AuthorisationType: string | undefined) =>
    transaction(payment({ CardInstrument: { CardSchemeName: 'VISA', AuthorisationType } }))?.entryMode
  assert.deepEqual(['Contactless', 'PIN', 'ConsumerDevice', 'None', undefined].map(mode), [
    'contactless',
    null,
    null,
    null,
    null,
  ])
})

test('a merchant’s code keeps its first nought, and the words of a row are whatever it has', () => {
  const code = (MerchantCategoryCode: string) =>
    transaction(payment({ MerchantDetails: { MerchantCategoryCode } }))?.mcc
  assert.deepEqual(['742', '0742', 'shop', ''].map(code), ['0742', '0742', null, null])
  const words = (over: Json) =>
    transaction(payment({ TransactionInformation: undefined, ...over }))?.descriptor
  assert.equal(words({}), 'Tesco')
  assert.equal(words({ MerchantDetails: undefined, CreditorAccount: { Name: 'Bruno' } }), 'Bruno')
  assert.equal(words({ MerchantDetails: undefined, DebtorAccount: { Name: 'Bruno' } }), '', 'the other side')
  assert.equal(words({ MerchantDetails: undefined }), '')
})

test('a balance is what is booked, however many the bank gives', () => {
  assert.deepEqual(
    balance([
      standing('ITAV', '1200.00'),
      standing('CLBD', '900.00', { DateTime: '2026-11-24T23:59:59Z' }),
      standing('ITBD', '1234.50'),
      standing('ITBD', '1100.00', { DateTime: '2026-11-25T07:00:00Z' }),
      standing('XPCD', '1000.00'),
      standing('INFO', '1.00'),
      standing('GB.ITS.OWN', '2.00'),
    ]),
    {
      bankAccountId: '22289',
      current: money(123_450, 'GBP'),
      available: money(120_000, 'GBP'),
      creditLine: null,
      asOf: Date.UTC(2026, 10, 25, 8),
    },
  )
  const older = current({ AccountTypeCode: undefined, AccountSubType: 'CurrentAccount' })
  const rows = [standing('InterimAvailable', '5.00'), standing('ClosingBooked', '6.00')]
  assert.deepEqual(balance(rows, older, '3.1')?.current, money(600, 'GBP'))
  assert.equal(balance([standing('InterimBooked', '5.00')]), null, 'a type of the other version')
  assert.equal(balance([standing('FWAV', '5.00')]), null, 'of a day that lies ahead')
})

test('an overdraft that is counted in is taken off: it is not the person’s money', () => {
  const CreditLine = [{ Included: true, Type: 'Pre-Agreed', Amount: pounds('1000.00') }]
  const held = balance([standing('ITAV', '1230.00', { CreditLine })])
  assert.deepEqual([held?.current, held?.available], [money(23_000, 'GBP'), money(23_000, 'GBP')])
  const beside = [{ ...CreditLine[0], Included: false }]
  assert.deepEqual(
    balance([standing('ITAV', '1230.00', { CreditLine: beside })])?.current,
    money(123_000, 'GBP'),
  )
  assert.equal(
    balance([standing('ITAV', '9.00', { CreditLine: [{ Included: true }] })]),
    null,
    'of how much?',
  )
})

test('what is owed on a card is negative, and what can be spent is what is left of its credit', () => {
  const card = current({ AccountTypeCode: 'CARD' })
  const line = { Type: 'Credit', Amount: pounds('5000.00') }
  const owed = standing('ITBD', '310.25', {
    CreditDebitIndicator: 'Debit',
    CreditLine: [
      { Included: false, ...line },
      { Included: false, Type: 'Available', Amount: pounds('4689.75') },
    ],
  })
  const figures = {
    bankAccountId: '22289',
    current: money(-31_025, 'GBP'),
    available: money(468_975, 'GBP'),
    creditLine: money(500_000, 'GBP'),
    asOf: Date.UTC(2026, 10, 25, 8),
  }
  assert.deepEqual(balance([owed], card), figures)
  const left = standing('ITAV', '4689.75', { CreditLine: [{ Included: true, ...line }] })
  assert.deepEqual(balance([left], card), figures, 'told by what is left alone')
})

test('an amount that cannot be is set aside with its field', () => {
  const cases: [Json, string, string][] = [
    [{ Amount: pounds('12.345') }, 'Amount.Amount', 'amount-malformed'],
    [{ Amount: pounds('-12.30') }, 'Amount.Amount', 'amount-malformed'],
    [{ Amount: pounds('1e3') }, 'Amount.Amount', 'amount-malformed'],
    [{ Amount: { Amount: '1.00', Currency: 'XQZ' } }, 'Amount.Currency', 'currency-unknown'],
    [{ BookingDateTime: '0001-01-01T00:00:00Z' }, 'BookingDateTime', 'date-malformed'],
  ]
  for (const [over, field, why] of cases)
    assert.throws(() => transaction(payment(over)), setAside(field, why))
})

test('debit is money out and credit money in, to the penny, for any amount', () => {
  fc.assert(
    fc.property(fc.nat(99_999_999_999), fc.constantFrom('Debit', 'Credit'), (minor, CreditDebitIndicator) => {
      const written = `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`
      const read = transaction(payment({ Amount: pounds(written), CreditDebitIndicator }))!
      assert.equal(read.amount.amountMinor, CreditDebitIndicator === 'Debit' && minor > 0 ? -minor : minor)
    }),
  )
})
