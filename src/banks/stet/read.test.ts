/** STET as French banks serve it: HAL links, signs or indicators, days or instants, and our signature on every request. */
import assert from 'node:assert/strict'
import { createHash, createVerify, generateKeyPairSync } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { money, Secret } from '#kit'
import { createBankDays } from '../bank-days.ts'
import { fails } from '../door.fixture.ts'
import { type Call, startPlainBank } from '../plain-bank.fixture.ts'
import { normaliseTransaction } from './normalise.ts'
import { StetTransaction } from './shapes.ts'

type Json = Record<string, unknown>

const CURRENT: Json = {
  resourceId: 'compte-1',
  accountId: { iban: 'FR7612345987650123456789014', currency: 'EUR' },
  name: 'Compte de Mme Amina',
  cashAccountType: 'CACC',
  _links: { balances: { href: '/v1/accounts/compte-1/balances' } },
}
const CARD: Json = {
  resourceId: 'carte-1',
  accountId: { other: { identification: '4970XXXXXXXX1234', schemeName: 'CPAN' }, currency: 'EUR' },
  name: 'Visa à débit différé',
  cashAccountType: 'CARD',
  linkedAccount: 'compte-1',
  balances: [
    {
      balanceType: 'OTHR',
      name: 'Encours',
      balanceAmount: { amount: '-431.20', currency: 'EUR' },
      referenceDate: '2026-11-20',
    },
  ],
}
const payment = (over: Json = {}): Json => ({
  resourceId: 'op-7',
  entryReference: '000007',
  transactionAmount: { amount: '12.30', currency: 'EUR' },
  creditDebitIndicator: 'DBIT',
  status: 'BOOK',
  bookingDate: '2026-11-20',
  transactionDate: '2026-11-18',
  remittanceInformation: { unstructured: ['CARTE 18/11 BOULANGERIE', 'PARIS 11'] },
  ...over,
})

async function openBank(
  t: TestContext,
  options: {
    answer?: (call: Call) => { status?: number; body: unknown } | undefined
    way?: Json
    secrets?: { signingKey: Secret }
  } = {},
) {
  const bank = await startPlainBank(t, {
    way: { scopes: ['aisp'], person: 'none', ...options.way },
    api: { standard: 'stet-1.4', path: '/v1' },
    ...(options.secrets && { secrets: options.secrets }),
    answer(call) {
      if (call.whose === null) return { status: 401, body: {} }
      const own = options.answer?.(call)
      if (own) return own
      if (call.path === '/accounts')
        return { body: { connectedPsu: 'Amina', accounts: [CURRENT, CARD], _links: {} } }
      if (call.path.endsWith('/balances'))
        return {
          body: {
            balances: [
              { balanceType: 'XPCD', balanceAmount: { amount: '1 200', currency: 'EUR' } },
              {
                balanceType: 'CLBD',
                balanceAmount: { amount: 1234.5, currency: 'EUR' },
                referenceDate: '2026-11-20',
              },
              { balanceType: 'ITAV', balanceAmount: { amount: '1200.10', currency: 'EUR' } },
            ],
          },
        }
      return { status: 404, body: {} }
    },
  })
  const { connection } = await bank.link()
  return {
    ...bank,
    connection,
    readAccounts: (present?: { ipAddress: string; userAgent: string | null }) =>
      bank.banks.readAccounts('plain', connection, present),
    readPayments: (span = { from: Date.UTC(2026, 10, 1, 12), to: Date.UTC(2026, 10, 20, 12) }) =>
      Array.fromAsync(
        bank.banks.readTransactions(
          'plain',
          connection,
          { bankAccountId: 'compte-1', currency: 'EUR' },
          span,
        ),
      ),
  }
}
const serving = (...transactions: unknown[]) => ({
  answer: ({ path }: Call) =>
    path.includes('/transactions') ? { body: { transactions, _links: {} } } : undefined,
})

test('a current account and a card debited later are read, with what is booked and what is available', async (t) => {
  const { readAccounts } = await openBank(t)
  const { accounts, balances, refused } = await readAccounts()
  assert.deepEqual(
    accounts.map(({ bankAccountId, kind, name, numberDisplay }) => [
      bankAccountId,
      kind,
      name,
      numberDisplay,
    ]),
    [
      ['compte-1', 'checking', 'Compte de Mme Amina', '9014'],
      ['carte-1', 'card', 'Visa à débit différé', '1234'],
    ],
  )
  assert.deepEqual(
    balances.map(({ current, available }) => [current, available]),
    [
      [money(123_450, 'EUR'), money(120_010, 'EUR')],
      [money(-43_120, 'EUR'), null],
    ],
  )
  assert.deepEqual(
    refused.map(({ place, field, why }) => [place, field, why]),
    [['balances[0]', 'balanceAmount.amount', 'amount-malformed']],
  )
})

test('the bank is told where a person who is there comes from, and nothing when they are away', async (t) => {
  const { readAccounts, calls } = await openBank(t)
  await readAccounts()
  assert.equal(calls[0]!.headers['psu-ip-address'], undefined)
  const before = calls.length
  await readAccounts({ ipAddress: '192.0.2.7', userAgent: 'Firefox' })
  for (const { headers } of calls.slice(before)) {
    assert.equal(headers['psu-ip-address'], '192.0.2.7')
    assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/)
  }
})

test('the direction comes as a sign, as an indicator, or as both, and never against each other', async (t) => {
  const amount = (text: string | number, indicator?: string) => ({
    transactionAmount: { amount: text, currency: 'EUR' },
    creditDebitIndicator: indicator,
  })
  const { readPayments } = await openBank(
    t,
    serving(
      payment(amount('12.30', 'DBIT')),
      payment(amount('-12.30', 'DBIT')),
      payment(amount('-12.30')),
      payment(amount(12.3, 'CRDT')),
      payment(amount('-12.30', 'CRDT')),
      payment(amount('0.00', 'DBIT')),
    ),
  )
  const [{ rows, refused } = assert.fail()] = await readPayments()
  assert.deepEqual(
    rows.map((row) => row.amount.amountMinor),
    [-1230, -1230, -1230, 1230, 0],
  )
  assert.ok(!Object.is(rows[4]!.amount.amountMinor, -0))
  assert.deepEqual(
    refused.map(({ place, field, why }) => [place, field, why]),
    [['transactions[4]', 'creditDebitIndicator', 'malformed']],
  )
})

test('what is booked is posted, what is not in the books yet is pending, and an announcement is no payment', async (t) => {
  const { readPayments } = await openBank(
    t,
    serving(
      payment(),
      payment({ resourceId: 'op-8', status: 'PDNG', bookingDate: undefined, transactionDate: undefined }),
      payment({ resourceId: 'op-9', status: 'OTHR', bookingDate: '2026-11-30' }),
      payment({ resourceId: 'op-10', status: 'FUTR' }),
      payment({ resourceId: 'op-11', status: 'INFO' }),
    ),
  )
  const [{ rows, refused } = assert.fail()] = await readPayments()
  assert.deepEqual(
    rows.map(({ bankTransactionIds, status }) => [bankTransactionIds[0], status]),
    [
      ['op-7', 'posted'],
      ['op-8', 'pending'],
      ['op-9', 'pending'],
    ],
  )
  assert.deepEqual(refused, [])
  // Noon in London, which the bank of this test keeps.
  assert.deepEqual([rows[0]!.at, rows[0]!.postedAt], [Date.UTC(2026, 10, 18, 12), Date.UTC(2026, 10, 20, 12)])
  assert.ok(rows[1]!.at <= Date.now())
})

test('a hold without a day, or of one that lies ahead, is of today at every read of the day', () => {
  const hold = (over: Json, hour: number) =>
    normaliseTransaction(
      StetTransaction.parse(
        payment({ status: 'PDNG', transactionDate: null, bookingDate: null, resourceId: null, ...over }),
      ),
      { currency: 'EUR', days: createBankDays('Europe/Paris'), now: Date.UTC(2026, 10, 25, hour) },
    )!.at
  const dawn = Date.UTC(2026, 10, 24, 23)
  for (const hour of [0, 9, 17]) {
    assert.equal(hold({}, hour), dawn)
    assert.equal(hold({ expectedBookingDate: '2026-11-27' }, hour), dawn)
    assert.equal(hold({ transactionDate: '2026-11-25' }, hour), dawn)
    assert.equal(hold({ transactionDate: '2026-11-24' }, hour), Date.UTC(2026, 10, 24, 11))
  }
})

test('the words of 1.4.1 and of 1.4.2 are the same, and a payment without words has its counterparty', async (t) => {
  const { readPayments } = await openBank(
    t,
    serving(
      payment(),
      payment({ remittanceInformation: ['CARTE 18/11 BOULANGERIE', 'PARIS 11'] }),
      payment({
        remittanceInformation: null,
        relatedParties: { creditor: { name: 'SNCF' }, debtor: { name: 'Amina' } },
      }),
      payment({ bookingDate: '2026-11-20T00:00:00.000+01:00', resourceId: null }),
    ),
  )
  const [{ rows } = assert.fail()] = await readPayments()
  const words = 'CARTE 18/11 BOULANGERIE PARIS 11'
  assert.deepEqual(
    rows.map(({ descriptor }) => descriptor),
    [words, words, 'SNCF', words],
  )
  assert.deepEqual(
    rows[3]!.bankTransactionIds,
    ['000007'],
    'the entry’s reference, where there is no other id',
  )
})

test('pages follow their HAL links, within the bank and nowhere else', async (t) => {
  let next: string | undefined = '/v1/accounts/compte-1/transactions?page=2'
  const { readPayments, calls } = await openBank(t, {
    answer({ path }) {
      if (!path.includes('/transactions')) return undefined
      const isSecond = path.includes('page=2')
      const links = isSecond || next === undefined ? {} : { next: { href: next } }
      return { body: { transactions: [payment({ resourceId: isSecond ? 'op-2' : 'op-1' })], _links: links } }
    },
  })
  const pages = await readPayments()
  assert.deepEqual(
    pages.map(({ rows }) => rows[0]!.bankTransactionIds),
    [['op-1'], ['op-2']],
  )
  const [first] = calls.filter(({ path }) => path.includes('/transactions'))
  assert.equal(
    first!.path,
    '/accounts/compte-1/transactions?dateFrom=2026-11-01&dateTo=2026-11-21',
    'the last day is left out by the standard',
  )
  for (const href of [
    'https://evil.example/v1/accounts',
    '//evil.example/',
    'http://[',
    'javascript:alert(1)',
  ]) {
    next = href
    await assert.rejects(readPayments(), fails('bank-answer-malformed'), href)
  }
})

test('a bank with nothing to say answers without content, and that is an empty list', async (t) => {
  const { readPayments, banks, connection } = await openBank(t, {
    answer: ({ path }) => (path.includes('/transactions') ? { status: 204, body: undefined } : undefined),
  })
  assert.deepEqual(await readPayments(), [])
  await banks.revoke('plain', connection)
})

test('every request carries our signature, which the bank can check with the certificate it is pointed to', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const keyId = 'https://guichet.example/qsealc.pem_612b4c7d'
  const { readPayments, calls } = await openBank(t, {
    ...serving(payment()),
    way: { signature: { keyId, key: 'bank.key' } },
    secrets: { signingKey: new Secret(pem) },
  })
  await readPayments()
  const { headers, path } = calls.at(-1)!
  const parts = Object.fromEntries(
    [...String(headers.signature).matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  )
  assert.equal(parts.keyId, keyId)
  assert.equal(parts.algorithm, 'rsa-sha256')
  assert.equal(parts.headers, '(request-target) digest x-request-id')
  const digest = `SHA-256=${createHash('sha256').update('').digest('base64')}`
  assert.equal(headers.digest, digest)
  // draft-cavage-http-signatures-12, section 2.3, written out by hand.
  const signed = [
    `(request-target): get /v1${path}`,
    `digest: ${digest}`,
    `x-request-id: ${headers['x-request-id']}`,
  ].join('\n')
  assert.ok(createVerify('sha256').update(signed).verify(publicKey, parts.signature!, 'base64'))
})

test('whatever stands in a list, each row is read, left out or set aside, and nothing of it is repeated', async (t) => {
  let given: unknown[] = []
  const { readPayments } = await openBank(t, {
    answer: ({ path }) => (path.includes('/transactions') ? { body: { transactions: given } } : undefined),
  })
  const names = Object.keys(payment())
  const row = fc
    .tuple(fc.constantFrom(...names), fc.jsonValue())
    .map(([name, value]) => payment({ [name]: value }))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.jsonValue(), row), { maxLength: 8 }), async (rows) => {
      given = rows
      const [page] = await readPayments()
      assert.ok(page!.rows.length + page!.refused.length <= rows.length)
      for (const { field } of page!.refused)
        assert.ok(field === 'the whole answer' || names.includes(field.split('.')[0]!), field)
      for (const { amount, at } of page!.rows) assert.ok(Number.isSafeInteger(amount.amountMinor) && at > 0)
    }),
    { numRuns: 60 },
  )
})
