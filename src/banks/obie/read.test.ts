import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, Fault, money } from '#kit'
import { type Answer, type Asked, CONNECTION, scriptedBank } from '../scripted-bank.fixture.ts'
import type { ObieVersion } from './codes.ts'
import { createObieReader } from './read.ts'

const ORIGIN = 'https://api.bank.example'
const BASE = '/open-banking/v4.0/aisp'
const NOW = Date.UTC(2026, 10, 25, 9)
const SPAN = { from: NOW - 30 * DAY, to: NOW }
const ACCOUNT = { bankAccountId: '22289', currency: 'GBP' }

const fails = (code: string, detail?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault, String(error))
  assert.equal(error.code, code)
  if (detail) assert.match(error.detail ?? '', detail)
  return true
}
const account = (AccountId: string) => ({
  AccountId,
  Currency: 'GBP',
  AccountTypeCode: 'CACC',
  Description: 'Current account',
})
const balance = (AccountId: string, Amount: string) => ({
  AccountId,
  Amount: { Amount, Currency: 'GBP' },
  CreditDebitIndicator: 'Credit',
  Type: 'ITBD',
  DateTime: '2026-11-25T08:00:00Z',
})
const row = (TransactionId: string, over: object = {}) => ({
  AccountId: '22289',
  TransactionId,
  CreditDebitIndicator: 'Debit',
  Status: 'BOOK',
  BookingDateTime: '2026-11-22T10:43:07Z',
  TransactionInformation: 'TESCO',
  Amount: { Amount: '12.30', Currency: 'GBP' },
  ...over,
})

/** A bank with one account, and what a test says differently; `answers` by path below the base. */
function open(answers: Record<string, Answer> = {}, version: ObieVersion = '4.0') {
  const usual: Record<string, Answer> = {
    '/account-access-consents/consent-1': { body: { Data: { ConsentId: 'consent-1', Status: 'AUTH' } } },
    '/accounts': { body: { Data: { Account: [account('22289')] }, Links: {} } },
    '/accounts/22289/balances': { body: { Data: { Balance: [balance('22289', '100.00')] } } },
    '/accounts/22289/transactions': { body: { Data: { Transaction: [row('1'), row('2')] } } },
    ...answers,
  }
  const bank = scriptedBank(ORIGIN, ({ path, query }) => {
    const below = path.startsWith(BASE) ? path.slice(BASE.length) : path
    return usual[query.page ? `${below}?page=${query.page}` : below]
  })
  let requests = 0
  const reader = createObieReader({
    baseUrl: `${ORIGIN}${BASE}`,
    version,
    request: bank.request,
    clock: { now: () => NOW },
    newRequestId: () => `request-${++requests}`,
  })
  const readAll = async (span = SPAN) =>
    await Array.fromAsync(reader.readTransactions(CONNECTION, ACCOUNT, span))
  return { ...bank, reader, readAll }
}
const header = (asked: readonly Asked[], name: string) => asked.map(({ headers }) => headers[name])

test('a bank is asked whether the consent stands, then for its accounts and what each holds', async () => {
  const { reader, asked } = open()
  const found = await reader.readAccounts(CONNECTION)
  assert.deepEqual(
    asked.map(({ path, token }) => [path.slice(BASE.length), token]),
    [
      ['/account-access-consents/consent-1', 'client'],
      ['/accounts', 'person'],
      ['/accounts/22289/balances', 'person'],
    ],
  )
  assert.equal(found.accounts.length, 1)
  assert.deepEqual(found.balances[0]?.current, money(10_000, 'GBP'))
  assert.deepEqual(found.refused, [])
})

test('a consent that no longer stands, or is another’s, opens nothing', async () => {
  const consent = (Status: string, ConsentId = 'consent-1') => ({
    '/account-access-consents/consent-1': { body: { Data: { ConsentId, Status } } },
  })
  const read = (answers: Record<string, Answer>, version: ObieVersion = '4.0') =>
    open(answers, version).reader.readAccounts(CONNECTION)
  const cases = [
    ['4.0', 'bank-access-ended', ['RJCT', 'EXPD', 'CANC']],
    ['4.0', 'bank-refused', ['AWAU']],
    ['3.1', 'bank-access-ended', ['Rejected', 'Revoked']],
    ['3.1', 'bank-refused', ['AwaitingAuthorisation']],
  ] as const
  for (const [version, code, statuses] of cases)
    for (const status of statuses)
      await assert.rejects(read(consent(status), version), fails(code, new RegExp(`^consent ${status}$`)))
  await assert.rejects(read(consent('AUTH'), '3.1'), fails('bank-answer-malformed', /^Data\.Status$/))
  await assert.rejects(read(consent('AUTH', 'consent-2')), fails('bank-answer-mismatched'))
})

test('each request has an id of its own, and speaks of the person only when they are there', async () => {
  const { reader, asked } = open()
  await reader.readAccounts(CONNECTION)
  assert.deepEqual(header(asked, 'x-fapi-interaction-id'), ['request-1', 'request-2', 'request-3'])
  assert.deepEqual(header(asked, 'x-fapi-customer-ip-address'), [undefined, undefined, undefined])
  asked.length = 0
  const present = { ipAddress: '203.0.113.7', userAgent: 'Browser/1.0' }
  await reader.readAccounts(CONNECTION, present)
  await Array.fromAsync(reader.readTransactions(CONNECTION, ACCOUNT, SPAN, present))
  const [consent, ...data] = asked
  assert.equal(consent?.headers['x-fapi-customer-ip-address'], undefined)
  assert.deepEqual(new Set(header(data, 'x-fapi-customer-ip-address')), new Set(['203.0.113.7']))
  assert.deepEqual(new Set(header(data, 'x-customer-user-agent')), new Set(['Browser/1.0']))
})

test('a list that goes on is followed to its end, and never to another address', async () => {
  const page = (rows: unknown[], Next?: string) => ({
    body: { Data: { Transaction: rows }, Links: { Self: `${ORIGIN}${BASE}`, Next } },
  })
  const first = '/accounts/22289/transactions'
  const next = `${ORIGIN}${BASE}${first}?page=2`
  const { readAll, asked } = open({ [first]: page([row('1')], next), [`${first}?page=2`]: page([row('2')]) })
  const pages = await readAll()
  assert.deepEqual(
    pages.map(({ rows }) => rows.map(({ bankTransactionIds: [id] }) => id)),
    [['1'], ['2']],
  )
  assert.equal(asked.length, 2)
  for (const elsewhere of [
    'https://evil.example/accounts',
    'http://api.bank.example/accounts',
    'https://user@api.bank.example/accounts',
    'https://api.bank.example:8443/accounts',
    'file:///etc/passwd',
    '//evil.example',
    'http://[',
  ]) {
    const led = open({ [first]: page([row('1')], elsewhere) })
    await assert.rejects(led.readAll(), fails('bank-answer-malformed', /another address/), elsewhere)
    assert.equal(led.asked.length, 1, elsewhere)
  }
  const round = open({ [first]: page([row('1')], next), [`${first}?page=2`]: page([row('2')], next) })
  await assert.rejects(round.readAll(), fails('bank-answer-malformed', /comes again/))
})

test('an answer about an account that was not asked for is refused whole', async () => {
  const of = (path: string, body: unknown) => open({ [path]: { body } })
  const others = { AccountId: '4711' }
  await assert.rejects(
    of('/accounts/22289/transactions', { Data: { Transaction: [row('1'), row('2', others)] } }).readAll(),
    fails('bank-answer-mismatched'),
  )
  await assert.rejects(
    of('/accounts/22289/balances', { Data: { Balance: [balance('4711', '1.00')] } }).reader.readAccounts(
      CONNECTION,
    ),
    fails('bank-answer-mismatched'),
  )
})

test('the days are asked for in whole seconds, and a list that ends now has no end', async () => {
  const { readAll, asked } = open()
  await readAll()
  assert.deepEqual(asked[0]?.query, { fromBookingDateTime: '2026-10-26T09:00:00Z' })
  await readAll({ from: SPAN.from, to: NOW - DAY })
  assert.equal(asked[1]?.query.toBookingDateTime, '2026-11-24T09:00:00Z')
})

test('a row that cannot be read is set aside with its place and field, and the rest is read', async () => {
  const broken = row('2', { Amount: { Amount: 12.3, Currency: 'GBP' } })
  const path = '/accounts/22289/transactions'
  const { readAll } = open({
    [path]: { body: { Data: { Transaction: [row('1'), broken, null, row('4')] } } },
  })
  const [page] = await readAll()
  assert.deepEqual(
    page!.rows.map(({ bankTransactionIds: [id] }) => id),
    ['1', '4'],
  )
  assert.deepEqual(page!.refused, [
    { bankAccountId: '22289', place: 'transactions[1]', field: 'Amount.Amount', why: 'malformed' },
    { bankAccountId: '22289', place: 'transactions[2]', field: 'the whole answer', why: 'missing' },
  ])
})

test('an account whose balance is not given is shown without one, and the lack is noted', async () => {
  const path = '/accounts/22289/balances'
  const lack = { bankAccountId: '22289', place: 'balances', field: 'Balance', why: 'missing' }
  for (const answer of [
    { status: 403, body: {} },
    { status: 404, body: {} },
    { body: { Data: { Balance: [] } } },
  ]) {
    const found = await open({ [path]: answer }).reader.readAccounts(CONNECTION)
    assert.deepEqual([found.accounts.length, found.balances, found.refused], [1, [], [lack]])
  }
  await assert.rejects(
    open({ [path]: { status: 401, body: {} } }).reader.readAccounts(CONNECTION),
    fails('bank-token-refused', /status 401/),
  )
})

test('an answer that is no account list is refused with the field at fault', async () => {
  const read = (answer: Answer) => open({ '/accounts': answer }).reader.readAccounts(CONNECTION)
  await assert.rejects(
    read({ body: { Data: { Account: {} } } }),
    fails('bank-answer-malformed', /Data\.Account/),
  )
  await assert.rejects(read({ body: [] }), fails('bank-answer-malformed'))
  await assert.rejects(read({ text: '{"Data":' }), fails('bank-answer-malformed'))
  await assert.rejects(
    read({ text: '<html>', contentType: 'text/html' }),
    fails('bank-answer-malformed', /content-type/),
  )
  const none = await open({ '/accounts': { body: { Data: {} } } }).reader.readAccounts(CONNECTION)
  assert.deepEqual(none, { accounts: [], balances: [], refused: [] })
})

test('an account whose id would lead to another path of the bank is set aside', async () => {
  for (const id of ['..', '.', 'a\nb', '']) {
    const { reader, asked } = open({ '/accounts': { body: { Data: { Account: [account(id)] } } } })
    const { accounts, refused } = await reader.readAccounts(CONNECTION)
    assert.deepEqual([accounts, refused.map(({ field }) => field)], [[], ['AccountId']])
    assert.equal(asked.length, 2)
  }
  const { reader, asked } = open({ '/accounts': { body: { Data: { Account: [account('a/../b?c#d')] } } } })
  await reader.readAccounts(CONNECTION)
  assert.equal(asked.at(-1)?.path, `${BASE}/accounts/a%2F..%2Fb%3Fc%23d/balances`)
})

test('an account that is listed twice is one account', async () => {
  const twice = { Data: { Account: [account('22289'), account('22289')] } }
  const found = await open({ '/accounts': { body: twice } }).reader.readAccounts(CONNECTION)
  assert.deepEqual([found.accounts.length, found.balances.length], [1, 1])
})

test('a consent is ended at the bank by our own token, and may have ended before', async () => {
  const path = '/account-access-consents/consent-1'
  for (const status of [204, 404]) {
    const { reader, asked } = open({ [path]: { status, body: {} } })
    await reader.endConsent(CONNECTION)
    assert.deepEqual(
      asked.map(({ method, path: at, token }) => [method, at, token]),
      [['DELETE', `${BASE}${path}`, 'client']],
    )
  }
  await assert.rejects(
    open({ [path]: { status: 403, body: {} } }).reader.endConsent(CONNECTION),
    fails('bank-refused', /status 403/),
  )
  const ours = open({ [path]: { status: 401, body: {} } }).reader
  await assert.rejects(ours.endConsent(CONNECTION), fails('bank-refused', /status 401/))
  await assert.rejects(ours.readAccounts(CONNECTION), fails('bank-refused', /status 401/))
})

test('why a bank refuses is said by its own code, and not by its words', async () => {
  const refusal = (ErrorCode: string): Answer => ({
    status: 400,
    body: { Code: '400', Errors: [{ ErrorCode, Message: 'Amina may not' }] },
  })
  const read = (answer: Answer) => open({ '/accounts/22289/transactions': answer }).readAll()
  await assert.rejects(read(refusal('U002')), fails('bank-refused', /^status 400 U002$/))
  await assert.rejects(
    read(refusal('UK.OBIE.Field.Missing')),
    fails('bank-refused', /^status 400 UK\.OBIE\.Field\.Missing$/),
  )
  await assert.rejects(read(refusal('Amina')), fails('bank-refused', /^status 400$/))
  await assert.rejects(read({ status: 403, text: 'no' }), fails('bank-refused', /^status 403$/))
})
