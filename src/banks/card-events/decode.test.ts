import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FAULTS, Fault, money, toDecimal } from '#kit'
import type { BankProfile } from '../profile.ts'
import { decodeEvents } from './decode.ts'

const bank = { id: 'chase', issuer: 'https://bank.example' } as BankProfile

type Json = Record<string, unknown>

const payment = (over: Json = {}): Json => ({
  transactionId: 'auth-9',
  referenceTransactionId: null,
  amount: '12.30',
  debitCreditMemo: 'DEBIT',
  currency: 'GBP',
  foreignAmount: null,
  foreignCurrency: null,
  merchant: merchant(),
  entryMode: 'contactless',
  cardNumberDisplay: '4321',
  ...over,
})
const merchant = (over: Json = {}): Json => ({
  descriptor: 'tesco stores 6227',
  mcc: '5411',
  country: 'GB',
  city: 'Birmingham',
  latitude: 52.48,
  longitude: -1.9,
  ...over,
})
const event = (over: Json = {}, type = 'authorised'): Json => ({
  specversion: '1.0',
  id: 'evt-1',
  source: 'https://bank.example',
  type: `org.guichet.card.${type}.v1`,
  subject: 'account-8812',
  time: '2026-11-23T12:00:00.000Z',
  sequence: '42',
  datacontenttype: 'application/json',
  data: payment(),
  ...over,
})
const balance = (over: Json = {}): Json =>
  event(
    {
      data: {
        currentBalance: '-310.00',
        availableBalance: null,
        creditLine: '5000',
        currency: 'GBP',
        ...over,
      },
    },
    'balance',
  )

const declined = (over: Json = {}): Json =>
  event(
    {
      data: payment({
        declineReason: 'SUSPECTED_FRAUD',
        releasableUntil: '2026-11-23T13:00:00+01:00',
        ...over,
      }),
    },
    'declined',
  )
const suspected = (over: Json = {}): Json =>
  event({ data: payment({ alertId: 'alert-1', ...over }) }, 'suspected')
const outcome = (over: Json = {}): Json =>
  event(
    {
      data: {
        disputeId: 'dsp-1',
        caseNumber: 'G-7K4M-2Q',
        transactionId: 'auth-9',
        outcome: 'IN_FAVOUR',
        ...over,
      },
    },
    'dispute-outcome',
  )

const account = (over: Json = {}): Json =>
  event(
    {
      data: {
        customerIds: ['customer-1'],
        status: 'OPEN',
        accountType: 'CREDITCARD',
        productName: 'Everyday Card',
        accountNumberDisplay: '4321',
        currency: 'GBP',
        formerAccountId: 'account-8811',
        ...over,
      },
    },
    'account',
  )

const read = (...events: unknown[]) => decodeEvents(bank, Buffer.from(JSON.stringify(events)))
const readBytes = (body: string | Buffer) => decodeEvents(bank, Buffer.from(body as string))

function refused(code: string, field?: string) {
  return (error: unknown): true => {
    assert.ok(error instanceof Fault, `${error} is not one of our faults`)
    assert.equal(error.code, code)
    assert.equal((error as Fault & { field?: string }).field, field)
    assert.ok(FAULTS[error.code].mend.length > 10, 'the operator is told how to mend it')
    return true
  }
}

test('the event of the documentation is read, and its amount is money out', () => {
  const [one] = read(event())
  assert.deepEqual(one, {
    id: 'evt-1',
    bankId: 'chase',
    bankAccountId: 'account-8812',
    sequence: 42,
    at: Date.UTC(2026, 10, 23, 12),
    type: 'authorised',
    payment: {
      bankTransactionId: 'auth-9',
      referenceTransactionId: null,
      amount: money(-1_230, 'GBP'),
      foreign: null,
      descriptor: 'tesco stores 6227',
      mcc: '5411',
      country: 'GB',
      city: 'Birmingham',
      latitude: 52.48,
      longitude: -1.9,
      entryMode: 'contactless',
      cardNumberDisplay: '4321',
      terminalId: null,
    },
  })
})

test('every kind of event of the documentation is read', () => {
  const ends = { data: { transactionId: 'post-1', referenceTransactionId: 'auth-9' } }
  const kinds = read(
    event(),
    event({}, 'adjusted'),
    event({}, 'posted'),
    event(ends, 'released'),
    event(ends, 'reversed'),
    declined(),
    suspected(),
    outcome(),
    account(),
    balance(),
  )
  assert.deepEqual(
    kinds.map(({ type }) => type),
    [
      'authorised',
      'adjusted',
      'posted',
      'released',
      'reversed',
      'declined',
      'suspected',
      'dispute-outcome',
      'account',
      'balance',
    ],
  )
  const [, , , , , refusedPayment, , decision] = kinds
  assert.ok(refusedPayment?.type === 'declined' && decision?.type === 'dispute-outcome')
  assert.equal(refusedPayment.reason, 'suspected-fraud')
  assert.equal(refusedPayment.releasableUntil, Date.UTC(2026, 10, 23, 12))
  assert.deepEqual(
    [decision.bankTransactionId, decision.caseNumber, decision.decided],
    ['auth-9', 'G-7K4M-2Q', 'in-favour'],
  )
  const renumbered = kinds.at(-2)!
  assert.ok(renumbered.type === 'account')
  assert.deepEqual(
    [renumbered.bankAccountId, renumbered.formerBankAccountId, renumbered.subjects],
    ['account-8812', 'account-8811', ['customer-1']],
  )
  assert.deepEqual(renumbered.account, {
    name: 'Everyday Card',
    kind: 'card',
    numberDisplay: '4321',
    currency: money(0, 'GBP').currency,
    status: 'open',
  })
  const last = kinds.at(-1)!
  assert.ok(last.type === 'balance')
  assert.deepEqual(
    [last.current, last.available, last.creditLine],
    [money(-31_000, 'GBP'), null, money(500_000, 'GBP')],
  )
})

test('a refund is money in, and an amount abroad keeps its own currency', () => {
  const [one] = read(
    event({
      data: payment({ debitCreditMemo: 'CREDIT', foreignAmount: '1500', foreignCurrency: 'JPY' }),
    }),
  )
  assert.ok(one?.type === 'authorised')
  assert.deepEqual(one.payment.amount, money(1_230, 'GBP'))
  assert.deepEqual(one.payment.foreign, money(1_500, 'JPY'))
})

const WITHOUT = undefined

/** The field as the bank is told of it, and a value that must be refused. */
const BAD_ENVELOPES: [string, Json][] = [
  ['specversion', { specversion: '0.3' }],
  ['specversion', { specversion: WITHOUT }],
  ['id', { id: '' }],
  ['id', { id: 'x'.repeat(129) }],
  ['id', { id: 7 }],
  ['id', { id: 'evt\u0000' }],
  ['id', { id: '\ud800' }],
  ['source', { source: 'https://another-bank.example' }],
  ['source', { source: WITHOUT }],
  ['type', { type: 'org.guichet.card.swallowed.v1' }],
  ['type', { type: 'org.guichet.card.authorised.v2' }],
  ['type', { type: 'org.guichet.card.authorised' }],
  ['type', { type: 'org.guichet.card.constructor.v1' }],
  ['type', { type: 'com.example.payment' }],
  ['subject', { subject: '' }],
  ['subject', { subject: null }],
  ['subject', { subject: 'account\u0000' }],
  ['time', { time: 'yesterday' }],
  ['time', { time: '2026-11-23T12:00:00' }],
  ['time', { time: '2026-02-30T12:00:00Z' }],
  ['time', { time: 1_790_000_000 }],
  ['sequence', { sequence: 42 }],
  ['sequence', { sequence: '0' }],
  ['sequence', { sequence: '-1' }],
  ['sequence', { sequence: '1.5' }],
  ['sequence', { sequence: '9999999999999999' }],
  ['datacontenttype', { datacontenttype: 'text/xml' }],
  ['data', { data: 'AAAA' }],
  ['data', { data: WITHOUT }],
  ['data', { data: [] }],
]
const BAD_PAYMENTS: [string, Json][] = [
  ['transactionId', { transactionId: '' }],
  ['transactionId', { transactionId: 'auth\u0000' }],
  ['referenceTransactionId', { referenceTransactionId: WITHOUT }],
  ['referenceTransactionId', { referenceTransactionId: 3 }],
  ['amount', { amount: 12.3 }],
  ['amount', { amount: '-12.30' }],
  ['amount', { amount: '+12.30' }],
  ['amount', { amount: '12,30' }],
  ['amount', { amount: '1e3' }],
  ['amount', { amount: 'NaN' }],
  ['amount', { amount: 'Infinity' }],
  ['amount', { amount: ' 12.30' }],
  ['amount', { amount: '' }],
  ['amount', { amount: '99999999999999' }],
  ['amount', { amount: '١٢' }],
  ['debitCreditMemo', { debitCreditMemo: 'debit' }],
  ['currency', { currency: 'gbp' }],
  ['currency', { currency: '£' }],
  ['foreignAmount', { foreignAmount: '-1' }],
  ['foreignCurrency', { foreignAmount: '1.00', foreignCurrency: null }],
  ['foreignCurrency', { foreignAmount: null, foreignCurrency: 'EUR' }],
  ['merchant', { merchant: null }],
  ['merchant.descriptor', { merchant: merchant({ descriptor: '' }) }],
  ['merchant.descriptor', { merchant: merchant({ descriptor: 'x'.repeat(201) }) }],
  ['merchant.mcc', { merchant: merchant({ mcc: '54' }) }],
  ['merchant.mcc', { merchant: merchant({ mcc: 5411 }) }],
  ['merchant.country', { merchant: merchant({ country: 'GBR' }) }],
  ['merchant.country', { merchant: merchant({ country: 'gb' }) }],
  ['merchant.city', { merchant: merchant({ city: 'x'.repeat(81) }) }],
  ['merchant.latitude', { merchant: merchant({ latitude: 90.1 }) }],
  ['merchant.latitude', { merchant: merchant({ latitude: '52' }) }],
  ['merchant.longitude', { merchant: merchant({ longitude: -180.5 }) }],
  ['merchant.terminalId', { merchant: merchant({ terminalId: '' }) }],
  ['entryMode', { entryMode: 'pigeon' }],
  ['entryMode', { entryMode: WITHOUT }],
  ['cardNumberDisplay', { cardNumberDisplay: '4111111111111111' }],
  ['cardNumberDisplay', { cardNumberDisplay: 4321 }],
]
const BAD_BALANCES: [string, Json][] = [
  ['currentBalance', { currentBalance: null }],
  ['currentBalance', { currentBalance: '--1' }],
  ['availableBalance', { availableBalance: WITHOUT }],
  ['creditLine', { creditLine: 'much' }],
  ['currency', { currency: WITHOUT }],
]

const BAD_DECLINES: [string, Json][] = [
  ['declineReason', { declineReason: 'suspected-fraud' }],
  ['declineReason', { declineReason: WITHOUT }],
  ['releasableUntil', { releasableUntil: WITHOUT }],
  ['releasableUntil', { releasableUntil: 'tomorrow' }],
  ['releasableUntil', { releasableUntil: 1_790_000_000 }],
  ['amount', { amount: '-1' }],
]
const BAD_SUSPICIONS: [string, Json][] = [
  ['alertId', { alertId: WITHOUT }],
  ['alertId', { alertId: '' }],
  ['merchant', { merchant: null }],
]
const BAD_OUTCOMES: [string, Json][] = [
  ['disputeId', { disputeId: null }],
  ['caseNumber', { caseNumber: '' }],
  ['caseNumber', { caseNumber: 'x'.repeat(41) }],
  ['transactionId', { transactionId: 9 }],
  ['outcome', { outcome: 'MAYBE' }],
  ['outcome', { outcome: WITHOUT }],
]

const BAD_ACCOUNTS: [string, Json][] = [
  ['customerIds', { customerIds: WITHOUT }],
  ['customerIds', { customerIds: [] }],
  ['customerIds', { customerIds: 'customer-1' }],
  ['customerIds.0', { customerIds: [''] }],
  ['status', { status: 'OPENED' }],
  ['accountType', { accountType: 'PIGGY_BANK' }],
  ['productName', { productName: '' }],
  ['accountNumberDisplay', { accountNumberDisplay: '4111111111111111' }],
  ['currency', { currency: 'gbp' }],
  ['formerAccountId', { formerAccountId: WITHOUT }],
]

test('each bad field of a refusal, a suspicion, a decision and an account is named to the bank, never quoted', () => {
  for (const [make, bad] of [
    [declined, BAD_DECLINES],
    [suspected, BAD_SUSPICIONS],
    [outcome, BAD_OUTCOMES],
    [account, BAD_ACCOUNTS],
  ] as const)
    for (const [field, over] of bad)
      assert.throws(
        () => read(make(over)),
        refused('event-malformed', `[0].data.${field}`),
        JSON.stringify(over),
      )
})

test('each bad field of an event is named to the bank, never quoted', () => {
  for (const [field, over] of BAD_ENVELOPES)
    assert.throws(
      () => read(event(), event(over)),
      refused('event-malformed', `[1].${field}`),
      JSON.stringify(over),
    )
})

test('each bad field of a payment is named to the bank, never quoted', () => {
  for (const [field, over] of BAD_PAYMENTS)
    for (const type of ['authorised', 'adjusted', 'posted'])
      assert.throws(
        () => read(event({ data: payment(over) }, type)),
        refused('event-malformed', `[0].data.${field}`),
        JSON.stringify(over),
      )
})

test('each bad field of a balance is named to the bank, never quoted', () => {
  for (const [field, over] of BAD_BALANCES)
    assert.throws(() => read(balance(over)), refused('event-malformed', `[0].data.${field}`))
})

test('a field that the contract does not have is refused: it could be somebody’s full card number', () => {
  const data = payment({ primaryAccountNumber: '4111111111111111' })
  assert.throws(
    () => read(event({ data })),
    (error: unknown) => {
      assert.ok(error instanceof Fault)
      assert.equal(error.code, 'event-malformed')
      assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /4111/)
      return true
    },
  )
})

test('a fraction of a penny and a currency that does not exist have errors of their own', () => {
  const cases: [string, Json, string, string][] = [
    ['amount', { amount: '12.305' }, 'amount-malformed', 'amount'],
    ['yen', { amount: '12.5', currency: 'JPY' }, 'amount-malformed', 'amount'],
    ['currency', { currency: 'XQZ' }, 'currency-unknown', 'amount'],
    ['foreign', { foreignAmount: '1.005', foreignCurrency: 'EUR' }, 'amount-malformed', 'foreignAmount'],
    ['foreign currency', { foreignAmount: '1', foreignCurrency: 'QQQ' }, 'currency-unknown', 'foreignAmount'],
  ]
  for (const [, over, code, field] of cases)
    assert.throws(() => read(event({ data: payment(over) })), refused(code, `[0].data.${field}`))
  assert.throws(
    () => read(balance({ currentBalance: '1.005' })),
    refused('amount-malformed', '[0].data.currentBalance'),
  )
  assert.throws(() => read(account({ currency: 'XQZ' })), refused('currency-unknown', '[0].data.currency'))
  const [zeros] = read(event({ data: payment({ amount: '12.3000' }) }))
  assert.ok(zeros?.type === 'authorised')
  assert.equal(zeros.payment.amount.amountMinor, -1_230, 'digits that say nothing are no fraction')
})

test('one bad event refuses its whole batch', () => {
  assert.throws(
    () => read(event(), event({ id: 'evt-2', time: 'x' }), event({ id: 'evt-3' })),
    refused('event-malformed', '[1].time'),
  )
})

test('a body that is cut short, is no JSON, is no list or is not UTF-8 is refused as such', () => {
  const whole = JSON.stringify([event()])
  for (const length of [0, 1, Math.floor(whole.length / 2), whole.length - 1])
    assert.throws(() => readBytes(whole.slice(0, length)), refused('event-truncated'))
  assert.throws(() => readBytes('['.repeat(500_000)), refused('event-truncated'))
  assert.throws(() => readBytes(JSON.stringify(event())), refused('event-malformed', 'body'))
  assert.throws(() => readBytes('null'), refused('event-malformed', 'body'))
  assert.throws(() => readBytes('[null]'), refused('event-malformed', '[0]'))
  const notText = Buffer.from(whole.replace('tesco', 'té sco'), 'latin1')
  assert.throws(() => readBytes(notText), refused('event-truncated'))
})

test('more than 500 events, or more than a mebibyte, is too large', () => {
  const many = Array.from({ length: 501 }, (_, n) => event({ id: `evt-${n}` }))
  assert.throws(() => read(...many), refused('event-too-large'))
  assert.equal(read(...many.slice(0, 500)).length, 500)
  assert.throws(() => readBytes(Buffer.alloc(1024 * 1024 + 1, 32)), refused('event-too-large'))
})

test('characters that forge a line or turn text round become spaces; markup stays text', () => {
  const trick = 'pay\u202epal\u0007 <b>=cmd|\u2028x\u200f'
  const [one] = read(
    event({ data: payment({ merchant: merchant({ descriptor: trick, city: 'Lon\u0000don' }) }) }),
  )
  assert.ok(one?.type === 'authorised')
  assert.equal(one.payment.descriptor, 'pay pal  <b>=cmd| x ')
  assert.equal(one.payment.city, 'Lon don')
})

test('any amount a bank can write is read to the penny', () => {
  fc.assert(
    fc.property(
      fc.nat(999_999_999_999_999),
      fc.constantFrom('GBP', 'JPY', 'TND'),
      (amountMinor, currency) => {
        const given = money(amountMinor % 10 ** 13, currency)
        const [one] = read(event({ data: payment({ amount: toDecimal(given), currency }) }))
        assert.ok(one?.type === 'authorised')
        assert.equal(Math.abs(one.payment.amount.amountMinor), given.amountMinor)
        assert.ok(!Object.is(one.payment.amount.amountMinor, -0))
      },
    ),
  )
})

test('whatever is sent, the answer is events or one of our own errors', () => {
  const anything = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(fc.constantFrom(...Object.keys(event()), 'data.amount'), fc.jsonValue())
      .map(([field, value]) =>
        Buffer.from(
          JSON.stringify([
            field === 'data.amount' ? event({ data: payment({ amount: value }) }) : event({ [field]: value }),
          ]),
        ),
      ),
  )
  fc.assert(
    fc.property(anything, (body) => {
      try {
        decodeEvents(bank, body)
      } catch (error) {
        assert.ok(error instanceof Fault, String(error))
      }
    }),
    { numRuns: 500 },
  )
})
