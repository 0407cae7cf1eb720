import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, Fault, money } from '#kit'
import { type Answer, type Asked, CONNECTION, scriptedBank } from '../scripted-bank.fixture.ts'
import { createBerlinReader } from './read.ts'

const ORIGIN = 'https://api.bank.example'
const BASE = '/psd2/v1'
const NOW = Date.UTC(2026, 10, 25, 9)
const SPAN = { from: NOW - 30 * DAY, to: NOW }
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

const fails = (code: string, detail?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault, String(error))
  assert.equal(error.code, code)
  if (detail) assert.match(error.detail ?? '', detail)
  return true
}
const euros = (amount: string) => ({ currency: 'EUR', amount })
const current = {
  resourceId: 'a-1',
  iban: 'FR76 1234 5987 6501 2345 6789 014',
  currency: 'EUR',
  name: 'Courant',
}
const card = {
  resourceId: 'c-1',
  maskedPan: '525412******3241',
  currency: 'EUR',
  name: 'Carte',
  debitAccounting: true,
  creditLimit: euros('15000'),
  balances: [{ balanceType: 'interimBooked', balanceAmount: euros('310.25') }],
}
const row = (transactionId: string, over: object = {}) => ({
  transactionId,
  creditorName: 'Claire',
  transactionAmount: euros('-12.30'),
  bookingDate: '2026-11-20',
  ...over,
})
const refusal = (status: number, code: string): Answer => ({
  status,
  body: { tppMessages: [{ category: 'ERROR', code, text: 'Amina may not' }] },
})
const USUAL: Record<string, Answer> = {
  '/consents/consent-1': { body: { consentStatus: 'valid', access: { allPsd2: 'allAccounts' } } },
  '/accounts': { body: { accounts: [current] } },
  '/card-accounts': { body: { cardAccounts: [card] } },
  '/accounts/a-1/balances': {
    body: { balances: [{ balanceType: 'interimBooked', balanceAmount: euros('100') }] },
  },
  '/accounts/a-1/transactions': {
    body: { transactions: { booked: [row('1')], pending: [row('2')], _links: { account: { href: '/' } } } },
  },
  '/card-accounts/c-1/transactions': {
    body: {
      debitAccounting: true,
      cardTransactions: {
        booked: [{ cardTransactionId: '9', transactionAmount: euros('8.00'), bookingDate: '2026-11-20' }],
      },
    },
  },
}

/** A bank with an account and a card, and what a test says differently; `answers` by path below the base. */
function open(answers: Record<string, Answer | ((asked: Asked) => Answer)> = {}) {
  const all = { ...USUAL, ...answers }
  const bank = scriptedBank(ORIGIN, (asked) => {
    const below = asked.path.startsWith(BASE) ? asked.path.slice(BASE.length) : asked.path
    const answer = all[asked.query.page ? `${below}?page=${asked.query.page}` : below]
    return typeof answer === 'function' ? answer(asked) : answer
  })
  const reader = createBerlinReader({
    baseUrl: `${ORIGIN}${BASE}`,
    request: bank.request,
    clock: { now: () => NOW },
    timeZone: 'Europe/Paris',
  })
  const readAll = async (bankAccountId = 'a-1', span = SPAN) =>
    await Array.fromAsync(reader.readTransactions(CONNECTION, { bankAccountId, currency: 'EUR' }, span))
  return { ...bank, reader, readAll }
}
const pathsOf = (asked: readonly Asked[]) => asked.map(({ path }) => path.slice(BASE.length))

test('a bank is asked for the consent, the accounts, the cards, and the balances that did not come along', async () => {
  const { reader, asked } = open()
  const found = await reader.readAccounts(CONNECTION)
  assert.deepEqual(pathsOf(asked), [
    '/consents/consent-1',
    '/accounts',
    '/card-accounts',
    '/accounts/a-1/balances',
  ])
  assert.deepEqual(asked[1]?.query, { withBalance: 'true' })
  assert.deepEqual(
    found.balances.map(({ current: held, creditLine }) => [held, creditLine]),
    [
      [money(10_000, 'EUR'), null],
      [money(-31_025, 'EUR'), money(1_500_000, 'EUR')],
    ],
  )
  assert.deepEqual(found.refused, [])
})

test('each request has an id and the consent, and speaks of the person only when they are there', async () => {
  const { reader, asked } = open()
  await reader.readAccounts(CONNECTION)
  assert.equal(new Set(asked.map(({ headers }) => headers['X-Request-ID'])).size, asked.length)
  for (const { headers } of asked) {
    assert.match(headers['X-Request-ID']!, UUID)
    assert.equal(headers['Consent-ID'], 'consent-1')
    assert.deepEqual(
      Object.keys(headers).filter((name) => name.startsWith('PSU')),
      [],
    )
  }
  asked.length = 0
  await reader.readAccounts(CONNECTION, { ipAddress: '203.0.113.7', userAgent: 'Browser/1.0' })
  const [consent, ...data] = asked
  assert.equal(consent?.headers['PSU-IP-Address'], undefined)
  for (const { headers } of data)
    assert.deepEqual([headers['PSU-IP-Address'], headers['PSU-User-Agent']], ['203.0.113.7', 'Browser/1.0'])
})

test('a consent that no longer stands opens nothing, whatever the bank calls it', async () => {
  const consent = (consentStatus: unknown) =>
    open({ '/consents/consent-1': { body: { consentStatus } } }).reader.readAccounts(CONNECTION)
  for (const status of ['rejected', 'revokedByPsu', 'expired', 'terminatedByTpp'])
    await assert.rejects(consent(status), fails('bank-access-ended', new RegExp(`^consent ${status}$`)))
  for (const status of ['received', 'partiallyAuthorised'])
    await assert.rejects(consent(status), fails('bank-refused', new RegExp(`^consent ${status}$`)))
  await assert.rejects(consent('Amina left'), fails('bank-refused', /^consent of another status$/))
  await assert.rejects(consent(7), fails('bank-answer-malformed', /^consentStatus$/))
})

test('an account that the consent does not name is somebody else’s', async () => {
  const named = (iban: string) => ({
    '/consents/consent-1': {
      body: { consentStatus: 'valid', access: { balances: [{ iban }], transactions: [] } },
    },
  })
  await open(named('fr7612345987650123456789014')).reader.readAccounts(CONNECTION)
  const others = open(named('FR7699999999999999999999999'))
  await assert.rejects(others.reader.readAccounts(CONNECTION), fails('bank-answer-mismatched'))
  await assert.rejects(others.readAll(), fails('bank-answer-mismatched'), 'nor are its transactions read')
})

test('a bank without cards, or a consent without them, gives its accounts alone', async () => {
  const withCards = async (answer: Answer) => {
    const { accounts, refused } = await open({ '/card-accounts': answer }).reader.readAccounts(CONNECTION)
    return { accounts: accounts.map(({ bankAccountId }) => bankAccountId), refused }
  }
  for (const answer of [
    { status: 404, body: {} },
    { status: 405, text: '<html>', contentType: 'text/html' },
    { status: 501, body: {} },
    refusal(401, 'CONSENT_INVALID'),
    refusal(405, 'SERVICE_INVALID'),
  ])
    assert.deepEqual(await withCards(answer), { accounts: ['a-1'], refused: [] })
  const noted = { bankAccountId: null, place: 'cardAccounts', field: 'cardAccounts', why: 'missing' }
  assert.deepEqual(await withCards(refusal(403, 'FORBIDDEN')), { accounts: ['a-1'], refused: [noted] })
  const neither = open({
    '/accounts': refusal(401, 'CONSENT_INVALID'),
    '/card-accounts': { status: 404, body: {} },
  })
  await assert.rejects(
    neither.reader.readAccounts(CONNECTION),
    fails('bank-refused', /^status 401 CONSENT_INVALID$/),
  )
})

test('what the bank does not link to is not asked for: the person did not agree to it', async () => {
  const unlinked = { ...current, _links: { self: { href: '/' } } }
  const { reader, readAll, asked } = open({ '/accounts': { body: { accounts: [unlinked] } } })
  const found = await reader.readAccounts(CONNECTION)
  assert.deepEqual(found.refused, [
    { bankAccountId: 'a-1', place: 'balances', field: 'balances', why: 'missing' },
  ])
  assert.deepEqual(await readAll(), [])
  assert.ok(!pathsOf(asked).some((path) => path.startsWith('/accounts/a-1')))
})

test('booked and pending payments come together, those of a card from where cards are', async () => {
  const { reader, readAll, asked } = open()
  await reader.readAccounts(CONNECTION)
  const [page] = await readAll()
  assert.deepEqual(
    page!.rows.map(({ bankTransactionIds, status }) => [bankTransactionIds, status]),
    [
      [['1'], 'posted'],
      [['2'], 'pending'],
    ],
  )
  const [cards] = await readAll('c-1')
  assert.deepEqual(cards!.rows[0]?.amount, money(-800, 'EUR'), 'its debits are positive')
  const { path, query } = asked.at(-1)!
  assert.equal(path, `${BASE}/card-accounts/c-1/transactions`)
  assert.deepEqual(query, { dateFrom: '2026-10-26', bookingStatus: 'both' })
})

test('transactions are read without the accounts before them, and of no account beside them', async () => {
  const { readAll, asked } = open()
  assert.equal((await readAll('c-1')).length, 1)
  assert.deepEqual(pathsOf(asked).at(-1), '/card-accounts/c-1/transactions')
  await assert.rejects(open().readAll('b-7'), fails('bank-refused', /not in the consent/))
})

test('the days asked for are the bank’s own, and a list that ends now has no end', async () => {
  const { readAll, asked } = open()
  const midnight = Date.UTC(2026, 10, 24, 23, 30)
  await readAll('a-1', { from: midnight - 10 * DAY, to: midnight })
  const { dateFrom, dateTo } = asked.at(-1)!.query
  assert.deepEqual([dateFrom, dateTo], ['2026-11-15', '2026-11-25'])
})

test('a bank that reports only what is booked is asked for that', async () => {
  const { readAll, asked } = open({
    '/accounts/a-1/transactions': ({ query }) =>
      query.bookingStatus === 'both'
        ? refusal(400, 'PARAMETER_NOT_SUPPORTED')
        : { body: { transactions: { booked: [row('1')] } } },
  })
  const [page] = await readAll()
  assert.deepEqual([page!.rows.length, page!.withoutPending], [1, true])
  assert.equal(asked.at(-1)?.query.bookingStatus, 'booked')
  assert.equal((await open().readAll())[0]?.withoutPending, false)
})

test('a list that goes on is followed to its end, and never to another address', async () => {
  const first = '/accounts/a-1/transactions'
  const page = (id: string, href?: string) => ({
    body: {
      transactions: { booked: [row(id)], _links: { next: href === undefined ? undefined : { href } } },
    },
  })
  const { readAll } = open({ [first]: page('1', `${BASE}${first}?page=2`), [`${first}?page=2`]: page('2') })
  assert.deepEqual(
    (await readAll()).flatMap(({ rows }) => rows.map(({ bankTransactionIds: [id] }) => id)),
    ['1', '2'],
  )
  for (const elsewhere of ['https://evil.example/', '//evil.example/', 'http://api.bank.example/']) {
    const led = open({ [first]: page('1', elsewhere) })
    await assert.rejects(led.readAll(), fails('bank-answer-malformed', /another address/), elsewhere)
    assert.ok(led.asked.every(({ path }) => path.startsWith(BASE)))
  }
  const round = open({
    [first]: page('1', `${BASE}${first}?page=2`),
    [`${first}?page=2`]: page('2', '?page=2'),
  })
  await assert.rejects(round.readAll(), fails('bank-answer-malformed', /comes again/))
})

test('an answer about another account, or one that is only a download, is refused', async () => {
  const answer = (body: unknown) => open({ '/accounts/a-1/transactions': { body } })
  await assert.rejects(
    answer({ account: { iban: 'FR7699999999999999999999999' }, transactions: { booked: [] } }).readAll(),
    fails('bank-answer-mismatched'),
  )
  await assert.rejects(
    answer({ _links: { download: { href: '/file' } } }).readAll(),
    fails('bank-answer-malformed', /a download/),
  )
  await assert.rejects(answer({}).readAll(), fails('bank-answer-malformed', /^transactions$/))
  await assert.rejects(
    answer({ transactions: { booked: {} } }).readAll(),
    fails('bank-answer-malformed', /^transactions\.booked$/),
  )
})

test('a row that cannot be read is set aside with its place and field, and the rest is read', async () => {
  const broken = row('2', { transactionAmount: { currency: 'EUR', amount: 12.3 } })
  const pending = [{ transactionAmount: euros('-1.00') }, { transactionAmount: null }]
  const { readAll } = open({
    '/accounts/a-1/transactions': {
      body: { transactions: { booked: [row('1'), broken, row('3')], pending } },
    },
  })
  const [page] = await readAll()
  assert.deepEqual(
    page!.rows.map(({ bankTransactionIds }) => bankTransactionIds),
    [['1'], ['3'], []],
  )
  const about = { bankAccountId: 'a-1' }
  assert.deepEqual(page!.refused, [
    { ...about, place: 'booked[1]', field: 'transactionAmount.amount', why: 'malformed' },
    { ...about, place: 'pending[1]', field: 'transactionAmount', why: 'missing' },
  ])
})

test('why a bank refuses is said by its own code, and not by its words', async () => {
  const path = '/accounts/a-1/transactions'
  const read = (answer: Answer) => open({ [path]: answer }).readAll()
  await assert.rejects(
    read(refusal(401, 'CONSENT_EXPIRED')),
    fails('bank-access-ended', /^status 401 CONSENT_EXPIRED$/),
  )
  await assert.rejects(
    read(refusal(401, 'TOKEN_EXPIRED')),
    fails('bank-token-refused', /^status 401 TOKEN_EXPIRED$/),
  )
  await assert.rejects(
    read(refusal(401, 'CERTIFICATE_REVOKED')),
    fails('bank-refused', /^status 401 CERTIFICATE_REVOKED$/),
  )
  await assert.rejects(
    read(refusal(400, 'PERIOD_INVALID')),
    fails('bank-refused', /^status 400 PERIOD_INVALID$/),
  )
  await assert.rejects(read(refusal(403, 'Amina is not here')), fails('bank-refused', /^status 403$/))
  await assert.rejects(read({ status: 403, text: 'no' }), fails('bank-refused', /^status 403$/))
})

test('a consent is ended at the bank, and may have ended before', async () => {
  for (const status of [204, 404]) {
    const { reader, asked } = open({ '/consents/consent-1': { status, body: {} } })
    await reader.endConsent(CONNECTION)
    assert.deepEqual(
      asked.map(({ method, path }) => [method, path]),
      [['DELETE', `${BASE}/consents/consent-1`]],
    )
  }
  await assert.rejects(
    open({ '/consents/consent-1': refusal(401, 'TOKEN_INVALID') }).reader.endConsent(CONNECTION),
    fails('bank-token-refused', /TOKEN_INVALID/),
  )
})
