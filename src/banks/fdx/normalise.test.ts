import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { money } from '#kit'
import { parseExactJson } from '../exact-json.ts'
import { fieldAtFault, UnreadableRow } from '../read-json.ts'
import { normaliseAccount, normaliseTransaction } from './normalise.ts'
import { FdxAccount, FdxTransaction } from './shapes.ts'

type Json = Record<string, unknown>

const NOW = Date.UTC(2026, 10, 24)

/** As it comes from the bank: written out, and read with every digit. */
const exact = (json: Json) => parseExactJson(JSON.stringify(json), 'bank-answer-malformed')

const checking = (over: Json = {}): Json => ({
  accountCategory: 'DEPOSIT_ACCOUNT',
  accountType: 'CHECKING',
  accountId: 'account-8812',
  accountNumberDisplay: '9876',
  productName: 'Current account',
  status: 'OPEN',
  currency: { currencyCode: 'GBP' },
  balanceAsOf: '2026-11-23T12:00:00Z',
  currentBalance: 1_234.5,
  availableBalance: 1_200,
  ...over,
})
const card = (over: Json = {}): Json => ({
  ...checking(),
  accountCategory: 'LOC_ACCOUNT',
  accountType: 'CREDITCARD',
  availableBalance: undefined,
  currentBalance: 310.25,
  creditLine: 5_000,
  availableCredit: 4_689.75,
  ...over,
})
const payment = (over: Json = {}): Json => ({
  transactionId: 'post-9',
  referenceTransactionId: 'auth-9',
  postedTimestamp: '2026-11-22T03:00:00Z',
  transactionTimestamp: '2026-11-21T12:00:00Z',
  description: 'tesco stores 6227',
  debitCreditMemo: 'DEBIT',
  status: 'POSTED',
  amount: 12.3,
  category: '5411',
  cardNumberDisplay: '4321',
  transactionPayee: { country: 'GB', city: 'Birmingham', latitude: 52.48, longitude: -1.9 },
  ...over,
})
const account = (json: Json) => normaliseAccount(FdxAccount.parse(exact(json)), NOW)!
const transaction = (json: Json, currency = 'GBP') =>
  normaliseTransaction(FdxTransaction.parse(exact(json)), currency)

test('a current account keeps its sign, and what is owed on a card is negative', () => {
  assert.deepEqual(account(checking()).balance, {
    bankAccountId: 'account-8812',
    current: money(123_450, 'GBP'),
    available: money(120_000, 'GBP'),
    creditLine: null,
    asOf: Date.UTC(2026, 10, 23, 12),
  })
  const { balance, account: described } = account(card())
  assert.equal(described.kind, 'card')
  assert.deepEqual(
    [balance.current, balance.available, balance.creditLine],
    [money(-31_025, 'GBP'), money(468_975, 'GBP'), money(500_000, 'GBP')],
  )
  assert.deepEqual(
    account(card({ currentBalance: -20 })).balance.current,
    money(2_000, 'GBP'),
    'a card paid twice',
  )
  assert.ok(
    Object.is(account(card({ currentBalance: 0 })).balance.current.amountMinor, 0),
    'nothing owed is no minus nought',
  )
})

test('an account is named as its owner names it, without characters that turn text round', () => {
  assert.equal(account(checking({ nickname: 'Hol\u202eiday\u0000' })).account.name, 'Hol iday ')
  assert.equal(account(checking()).account.name, 'Current account')
  assert.equal(account(checking({ productName: undefined })).account.name, 'CHECKING')
  assert.equal(account(checking({ accountType: 'SAVINGS' })).account.kind, 'savings')
  assert.equal(account(checking({ status: 'CLOSED' })).account.status, 'closed')
})

test('a balance without an instant is that of the answer, and a loan is none of ours', () => {
  assert.equal(account(checking({ balanceAsOf: undefined })).balance.asOf, NOW)
  assert.equal(account(checking({ accountNumberDisplay: null })).account.numberDisplay, '')
  assert.equal(account({ accountCategory: 'LOAN_ACCOUNT', accountId: 'loan-1' }), null)
})

test('a posted payment keeps the name of its authorisation, so that it is one payment', () => {
  assert.deepEqual(transaction(payment()), {
    bankTransactionIds: ['auth-9', 'post-9'],
    status: 'posted',
    at: Date.UTC(2026, 10, 21, 12),
    postedAt: Date.UTC(2026, 10, 22, 3),
    amount: money(-1_230, 'GBP'),
    foreign: null,
    descriptor: 'tesco stores 6227',
    mcc: '5411',
    country: 'GB',
    city: 'Birmingham',
    latitude: 52.48,
    longitude: -1.9,
    entryMode: null,
    cardNumberDisplay: '4321',
    terminalId: null,
  })
  assert.deepEqual(transaction(payment({ referenceTransactionId: null })).bankTransactionIds, ['post-9'])
})

test('a payment that is not posted is pending, whatever the bank calls it', () => {
  for (const status of ['AUTHORIZATION', 'MEMO', 'PENDING']) {
    const { status: ours, postedAt } = transaction(payment({ status }))
    assert.deepEqual([ours, postedAt], ['pending', null])
  }
  assert.equal(transaction(payment({ postedTimestamp: null })).postedAt, Date.UTC(2026, 10, 21, 12))
})

test('an amount abroad has its own currency, and the direction of the payment', () => {
  const { foreign, amount } = transaction(
    payment({ foreignAmount: 1_500, foreignCurrency: 'JPY', debitCreditMemo: 'CREDIT' }),
  )
  assert.deepEqual([foreign, amount], [money(1_500, 'JPY'), money(1_230, 'GBP')])
})

test('what is no merchant code or no place on Earth is left out, and the payment kept', () => {
  assert.equal(transaction(payment({ category: 'Groceries' })).mcc, null)
  const lost = transaction(payment({ transactionPayee: { latitude: 91, longitude: -181 } }))
  assert.deepEqual([lost.latitude, lost.longitude, lost.country, lost.city], [null, null, null, null])
  assert.equal(transaction(payment({ transactionPayee: null })).latitude, null)
})

test('of a card’s number the last four digits are kept, however much of it a bank gives', () => {
  const kept = (cardNumberDisplay: unknown) => transaction(payment({ cardNumberDisplay })).cardNumberDisplay
  for (const display of [
    '4321',
    '************4321',
    '4111 1111 1111 4321',
    '4111111111114321',
    'x4321\u202e',
  ])
    assert.equal(kept(display), '4321', display)
  for (const display of [null, '', 'credit card', '321']) assert.equal(kept(display), null, String(display))
})

test('an amount, a currency or an instant that cannot be is set aside by the field that it stands in', () => {
  const fails = (why: string, field: string) => (error: unknown) =>
    error instanceof UnreadableRow && error.why === why && error.field === field
  assert.throws(() => transaction(payment({ amount: 12.345 })), fails('amount-malformed', 'amount'))
  assert.throws(() => transaction(payment({ amount: -12.3 })), fails('amount-malformed', 'amount'))
  assert.throws(() => transaction(payment({ amount: 1e21 })), fails('amount-malformed', 'amount'))
  assert.throws(
    () => transaction(payment({ foreignAmount: 1, foreignCurrency: 'XQZ' })),
    fails('currency-unknown', 'foreignCurrency'),
  )
  assert.throws(
    () => transaction(payment({ transactionTimestamp: '0001-01-01T00:00:00Z' })),
    fails('date-malformed', 'transactionTimestamp'),
  )
  assert.throws(
    () => account(checking({ availableBalance: 1e21 })),
    fails('amount-malformed', 'availableBalance'),
  )
  assert.throws(
    () => account(checking({ currency: { currencyCode: 'XQZ' } })),
    fails('currency-unknown', 'currency.currencyCode'),
  )
})

test('a field without the standard’s shape is named, never quoted', () => {
  const faults: [string, Json][] = [
    ['amount', { amount: '12.30' }],
    ['transactionId', { transactionId: '' }],
    ['transactionTimestamp', { transactionTimestamp: 'yesterday' }],
    ['debitCreditMemo', { debitCreditMemo: 'OUT' }],
    ['status', { status: 'LOST' }],
    ['transactionPayee.country', { transactionPayee: { country: 'Britain' } }],
  ]
  for (const [field, over] of faults) {
    const result = FdxTransaction.safeParse(exact(payment(over)))
    assert.equal(result.success ? null : fieldAtFault(result.error), field)
  }
  const result = FdxAccount.safeParse(exact(checking({ currentBalance: '1234.50' })))
  assert.equal(result.success ? null : fieldAtFault(result.error), 'currentBalance')
})

test('debit is money out and credit money in, to the penny, for any amount', () => {
  fc.assert(
    fc.property(fc.nat(99_999_999_999), fc.constantFrom('DEBIT', 'CREDIT'), (minor, debitCreditMemo) => {
      const { amountMinor } = transaction(payment({ amount: minor / 100, debitCreditMemo })).amount
      assert.equal(amountMinor, debitCreditMemo === 'DEBIT' && minor > 0 ? -minor : minor)
    }),
  )
})
