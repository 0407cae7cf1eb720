import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { money } from '#kit'
import { createBankDays } from '../bank-days.ts'
import { UnreadableRow } from '../read-json.ts'
import { chooseBalance, readBalance } from './balances.ts'
import {
  type BerlinIdentity,
  type Booking,
  normaliseAccount,
  normaliseCardAccount,
  normaliseCardTransaction,
  normaliseTransaction,
} from './normalise.ts'
import {
  BerlinAccount,
  BerlinBalance,
  BerlinCardAccount,
  BerlinCardTransaction,
  BerlinTransaction,
} from './shapes.ts'

type Json = Record<string, unknown>

const NOW = Date.UTC(2026, 10, 25, 9)
const TODAY = Date.UTC(2026, 10, 24, 23)
const days = createBankDays('Europe/Paris')
const euros = (amount: string) => ({ currency: 'EUR', amount })

const current = (over: Json = {}): Json => ({
  resourceId: '3dc3d5b3-7023-4848-9853-f5400a64e80f',
  iban: 'FR7612345987650123456789014',
  currency: 'EUR',
  product: 'Compte courant',
  cashAccountType: 'CACC',
  name: 'Compte principal',
  ...over,
})
const payment = (over: Json = {}): Json => ({
  transactionId: '1234567',
  creditorName: 'Claire Martin',
  transactionAmount: euros('-256.67'),
  bookingDate: '2026-11-20',
  valueDate: '2026-11-21',
  remittanceInformationUnstructured: 'Loyer',
  ...over,
})
const purchase = (over: Json = {}): Json => ({
  cardTransactionId: '201710020036959',
  terminalId: 'T-17',
  transactionDate: '2026-11-19',
  bookingDate: '2026-11-20',
  transactionAmount: euros('-256.67'),
  cardAcceptorAddress: { townName: 'Lyon', country: 'FR' },
  merchantCategoryCode: '5411',
  maskedPAN: '525412******3241',
  transactionDetails: 'MONOPRIX 4711 LYON',
  ...over,
})
const about = { status: 'posted' as Booking, currency: 'EUR', days, now: NOW }
const transaction = (json: Json, over: { status?: Booking; identity?: BerlinIdentity } = {}) =>
  normaliseTransaction(BerlinTransaction.parse(json), { ...about, identity: 'transactionId', ...over })
const card = (json: Json, over: { status?: Booking; debitAccounting?: boolean } = {}) =>
  normaliseCardTransaction(BerlinCardTransaction.parse(json), { ...about, debitAccounting: false, ...over })
const setAside = (field: string, why: string) => (error: unknown) => {
  assert.ok(error instanceof UnreadableRow, String(error))
  assert.deepEqual([error.field, error.why], [field, why])
  return true
}

test('an account is named as its owner names it, with the last digits of its number', () => {
  const account = (over: Json) => normaliseAccount(BerlinAccount.parse(current(over)))
  assert.deepEqual(account({}), {
    bankAccountId: '3dc3d5b3-7023-4848-9853-f5400a64e80f',
    name: 'Compte principal',
    kind: 'checking',
    numberDisplay: '9014',
    currency: 'EUR',
    status: 'open',
  })
  assert.equal(account({ displayName: 'Maison' }).name, 'Maison')
  assert.equal(account({ name: undefined }).name, 'Compte courant')
  assert.equal(account({ cashAccountType: 'SVGS' }).kind, 'savings')
  assert.equal(account({ cashAccountType: undefined }).kind, 'checking')
  assert.equal(account({ status: 'deleted' }).status, 'closed')
  assert.equal(account({ status: 'blocked' }).status, 'open')
  assert.throws(() => account({ cashAccountType: 'LOAN' }), setAside('cashAccountType', 'unsupported'))
})

test('an account of several currencies seen as one is set aside for its sub-accounts', () => {
  const account = (currency: string) => normaliseAccount(BerlinAccount.parse(current({ currency })))
  assert.throws(() => account('XXX'), setAside('currency', 'unsupported'))
  assert.throws(() => account('XQZ'), setAside('currency', 'currency-unknown'))
})

test('a booked payment carries its sign, and is of noon on the bank’s own clock', () => {
  assert.deepEqual(transaction(payment()), {
    bankTransactionIds: ['1234567'],
    status: 'posted',
    at: Date.UTC(2026, 10, 20, 11),
    postedAt: Date.UTC(2026, 10, 20, 11),
    amount: money(-25_667, 'EUR'),
    foreign: null,
    descriptor: 'Claire Martin',
    mcc: null,
    country: null,
    city: null,
    latitude: null,
    longitude: null,
    entryMode: null,
    cardNumberDisplay: null,
    terminalId: null,
  })
  const summer = transaction(payment({ bookingDate: '2026-07-14' }))
  assert.equal(summer.at, Date.UTC(2026, 6, 14, 10))
})

test('the words of a payment are whom it went to or came from, else what was written', () => {
  const words = (over: Json) => transaction(payment({ debtorName: 'Amina Diallo', ...over })).descriptor
  assert.equal(words({}), 'Claire Martin')
  assert.equal(words({ transactionAmount: euros('256.67') }), 'Amina Diallo')
  const silent = { creditorName: undefined, debtorName: undefined }
  assert.equal(words(silent), 'Loyer')
  const written = { ...silent, remittanceInformationUnstructured: undefined }
  assert.equal(words({ ...written, remittanceInformationUnstructuredArray: ['Loyer', 'mai'] }), 'Loyer mai')
  assert.equal(words({ ...written, additionalInformation: 'Frais' }), 'Frais')
  assert.equal(words(written), '')
})

test('a payment is known by what the bank calls it, never by what the payer wrote', () => {
  const ids = (over: Json, identity: BerlinIdentity) =>
    transaction(payment(over), { identity }).bankTransactionIds
  const both = { entryReference: 'E-9', endToEndId: 'RI-123' }
  assert.deepEqual(ids(both, 'transactionId'), ['1234567'])
  assert.deepEqual(ids(both, 'entryReference'), ['E-9'])
  assert.deepEqual(ids({ ...both, transactionId: undefined }, 'transactionId'), ['E-9'])
  assert.deepEqual(ids({}, 'entryReference'), ['1234567'])
  const unnamed = { transactionId: undefined, endToEndId: 'RI-123' }
  assert.throws(() => ids(unnamed, 'transactionId'), setAside('transactionId', 'missing'))
  assert.deepEqual(transaction(payment(unnamed), { status: 'pending' }).bankTransactionIds, [])
})

test('a pending payment is from its own day, else from today, and never from a day that lies ahead', () => {
  const pending = (over: Json) => transaction(payment(over), { status: 'pending' })
  assert.deepEqual([pending({}).status, pending({}).postedAt], ['pending', null])
  assert.equal(pending({ bookingDate: undefined, valueDate: '2026-11-24' }).at, Date.UTC(2026, 10, 24, 11))
  assert.equal(pending({ bookingDate: undefined, valueDate: '2026-11-27' }).at, TODAY)
  assert.equal(pending({ bookingDate: undefined, valueDate: undefined }).at, TODAY)
})

test('a pending payment of today is of the same moment before and after noon', () => {
  for (const hour of [9, 17])
    assert.equal(
      normaliseTransaction(BerlinTransaction.parse(payment({ bookingDate: '2026-11-25' })), {
        ...about,
        status: 'pending',
        identity: 'transactionId',
        now: Date.UTC(2026, 10, 25, hour),
      }).at,
      TODAY,
    )
})

test('a card purchase has its place, its terminal, and the moment it was made', () => {
  assert.deepEqual(card(purchase()), {
    bankTransactionIds: ['201710020036959'],
    status: 'posted',
    at: Date.UTC(2026, 10, 19, 11),
    postedAt: Date.UTC(2026, 10, 20, 11),
    amount: money(-25_667, 'EUR'),
    foreign: null,
    descriptor: 'MONOPRIX 4711 LYON',
    mcc: '5411',
    country: 'FR',
    city: 'Lyon',
    latitude: null,
    longitude: null,
    entryMode: null,
    cardNumberDisplay: '3241',
    terminalId: 'T-17',
  })
  const exact = card(purchase({ acceptorTransactionDateTime: '2026-11-19T18:04:05+01:00' }))
  assert.equal(exact.at, Date.UTC(2026, 10, 19, 17, 4, 5))
  assert.throws(
    () => card(purchase({ cardTransactionId: undefined })),
    setAside('cardTransactionId', 'missing'),
  )
  const unnamed = card(purchase({ cardTransactionId: undefined }), { status: 'pending' })
  assert.deepEqual(unnamed.bankTransactionIds, [])
})

test('a bank that writes what was spent as a positive amount is read the other way round', () => {
  const spent = purchase({
    transactionAmount: euros('256.67'),
    originalAmount: { currency: 'SEK', amount: '2499' },
  })
  const read = card(spent, { debitAccounting: true })
  assert.deepEqual([read.amount, read.foreign], [money(-25_667, 'EUR'), money(-249_900, 'SEK')])
  const nothing = card(purchase({ transactionAmount: euros('0.00') }), { debitAccounting: true })
  assert.ok(Object.is(nothing.amount.amountMinor, 0), 'no minus nought')
})

test('an amount abroad keeps its own currency, and a rate only where it is of one unit of that', () => {
  const rate = {
    sourceCurrency: 'SEK',
    exchangeRate: '0.1027',
    unitCurrency: 'SEK',
    targetCurrency: 'EUR',
    quotationDate: '2026-11-19',
  }
  const abroad = (currencyExchange: Json[]) =>
    card(purchase({ originalAmount: { currency: 'SEK', amount: '2499' }, currencyExchange }))
  assert.deepEqual([abroad([rate]).foreign, abroad([rate]).exchangeRate], [money(-249_900, 'SEK'), '0.1027'])
  assert.equal(
    abroad([{ ...rate, unitCurrency: 'EUR' }]).exchangeRate,
    undefined,
    'one euro is so many crowns',
  )
  assert.equal(abroad([{ ...rate, targetCurrency: 'USD' }]).exchangeRate, undefined, 'a step of a longer way')
  assert.equal(abroad([rate, rate]).exchangeRate, undefined)
  assert.equal(card(purchase({ originalAmount: euros('256.67') })).foreign, null)
})

test('a row in another currency than its account’s, or of no plausible day, is set aside', () => {
  const dollars = { transactionAmount: { currency: 'USD', amount: '100' } }
  assert.throws(() => transaction(payment(dollars)), setAside('transactionAmount.currency', 'unsupported'))
  const cases: [Json, string, string][] = [
    [{ transactionAmount: euros('1.234') }, 'transactionAmount.amount', 'amount-malformed'],
    [{ transactionAmount: euros('+1') }, 'transactionAmount.amount', 'amount-malformed'],
    [
      { transactionAmount: { currency: 'XQZ', amount: '1' } },
      'transactionAmount.currency',
      'currency-unknown',
    ],
    [{ bookingDate: '0001-01-01' }, 'bookingDate', 'date-malformed'],
    [{ bookingDate: '9999-12-31' }, 'bookingDate', 'date-malformed'],
    [{ bookingDate: undefined, valueDate: undefined }, 'bookingDate', 'missing'],
  ]
  for (const [over, field, why] of cases)
    assert.throws(() => transaction(payment(over)), setAside(field, why))
})

const balance = (rows: Json[], over: { isCard?: boolean; debitAccounting?: boolean } = {}) =>
  chooseBalance(
    rows.map((row) =>
      readBalance(BerlinBalance.parse(row), {
        currency: 'EUR',
        debitAccounting: over.debitAccounting ?? false,
        days,
        now: NOW,
      }),
    ),
    over.isCard
      ? normaliseCardAccount(BerlinCardAccount.parse(current({ maskedPan: '525412******3241' })))
      : normaliseAccount(BerlinAccount.parse(current())),
    null,
  )
const standing = (balanceType: string, amount: string, over: Json = {}): Json => ({
  balanceType,
  balanceAmount: euros(amount),
  ...over,
})

test('a balance is what is booked, of the end of its day, and a person’s own money is what is available', () => {
  const held = balance([
    standing('interimAvailable', '5300.00', { creditLimitIncluded: true }),
    standing('interimAvailable', '300.00'),
    standing('closingBooked', '1000.00', { referenceDate: '2026-11-24' }),
    standing('of its own', '1.00'),
  ])
  assert.deepEqual(
    [held?.current, held?.available, held?.asOf],
    [money(100_000, 'EUR'), money(30_000, 'EUR'), Date.UTC(2026, 10, 24, 23) - 1],
  )
  assert.equal(balance([standing('interimBooked', '1.00')])?.asOf, NOW)
  assert.equal(balance([standing('interimBooked', '1.00', { referenceDate: '2026-11-25' })])?.asOf, NOW)
  assert.equal(balance([standing('forwardAvailable', '1.00')]), null, 'of a day that lies ahead')
})

test('what is owed on a card is negative, whichever way the bank signs it', () => {
  const rows = (owed: string) => [
    standing('interimBooked', owed),
    standing('nonInvoiced', '41.00'),
    standing('interimAvailable', '644.22', { creditLimitIncluded: true }),
  ]
  for (const held of [
    balance(rows('-14355.78'), { isCard: true }),
    balance(rows('14355.78'), { isCard: true, debitAccounting: true }),
  ])
    assert.deepEqual([held?.current, held?.available], [money(-1_435_578, 'EUR'), money(64_422, 'EUR')])
})

test('any amount is read to the cent with its own sign', () => {
  fc.assert(
    fc.property(fc.integer({ min: -99_999_999_999, max: 99_999_999_999 }), (minor) => {
      const whole = Math.floor(Math.abs(minor) / 100)
      const written = `${minor < 0 ? '-' : ''}${whole}.${String(Math.abs(minor) % 100).padStart(2, '0')}`
      assert.equal(transaction(payment({ transactionAmount: euros(written) })).amount.amountMinor, minor)
    }),
  )
})
