/** The standards that want a consent first, through Guichet's whole door: linked, read, and handed back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, money } from '#kit'
import { fails } from './door.fixture.ts'
import { type Call, startPlainBank } from './plain-bank.fixture.ts'

const span = () => ({ from: Date.now() - 30 * DAY, to: Date.now() })
const UNAUTHORISED = { status: 401, body: {} }

/** A UK bank as its standard has it: its own client opens consents, and the customer's token their accounts. */
function ukBank(state: { consent: string }) {
  const balance = {
    AccountId: '22289',
    Amount: { Amount: '100.00', Currency: 'GBP' },
    CreditDebitIndicator: 'Credit',
    Type: 'ITBD',
    DateTime: '2026-11-25T08:00:00Z',
  }
  const answers: Record<string, unknown> = {
    '/accounts': {
      Data: {
        Account: [{ AccountId: '22289', Currency: 'GBP', AccountTypeCode: 'CACC', Nickname: 'Bills' }],
      },
    },
    '/accounts/22289/balances': { Data: { Balance: [balance] } },
    '/accounts/22289/transactions': {
      Data: {
        Transaction: [
          {
            AccountId: '22289',
            TransactionId: 'T-1',
            CreditDebitIndicator: 'Debit',
            Status: 'BOOK',
            BookingDateTime: new Date(Date.now() - DAY).toISOString(),
            TransactionInformation: 'TESCO',
            Amount: { Amount: '12.30', Currency: 'GBP' },
          },
        ],
      },
    },
  }
  return ({ method, path, whose }: Call) => {
    const [below] = path.split('?')
    if (below!.startsWith('/account-access-consents')) {
      if (whose !== 'guichet itself') return UNAUTHORISED
      if (method === 'DELETE') {
        state.consent = 'CANC'
        return { status: 204, body: undefined }
      }
      const status = method === 'POST' ? 201 : 200
      return { status, body: { Data: { ConsentId: 'aac-7', Status: state.consent } } }
    }
    if (whose !== 'amina' || state.consent !== 'AUTH') return UNAUTHORISED
    return below! in answers ? { body: answers[below!] } : { status: 404, body: {} }
  }
}

test('a person links a UK bank, is shown what they have there, and leaves it', async (t) => {
  const state = { consent: 'AUTH' }
  const { banks, link, calls } = await startPlainBank(t, {
    way: { scopes: ['openid', 'accounts', 'offline_access'], consent: 'obie' },
    api: { standard: 'obie-4.0', path: '/open-banking/v4.0/aisp' },
    answer: ukBank(state),
  })
  const { connection } = await link()
  calls.length = 0
  const { accounts, balances, refused } = await banks.readAccounts('plain', connection)
  assert.deepEqual([accounts.map(({ name }) => name), refused], [['Bills'], []])
  assert.deepEqual(balances[0]?.current, money(10_000, 'GBP'))
  const account = { bankAccountId: '22289', currency: 'GBP' }
  const pages = await Array.fromAsync(banks.readTransactions('plain', connection, account, span()))
  assert.deepEqual(
    pages.flatMap(({ rows }) => rows.map(({ amount, descriptor }) => [amount, descriptor])),
    [[money(-1_230, 'GBP'), 'TESCO']],
  )
  assert.deepEqual(
    calls.map(({ path, whose }) => [path.split('?')[0], whose]),
    [
      ['/account-access-consents/aac-7', 'guichet itself'],
      ['/accounts', 'amina'],
      ['/accounts/22289/balances', 'amina'],
      ['/accounts/22289/transactions', 'amina'],
    ],
  )
  await banks.revoke('plain', connection)
  assert.equal(state.consent, 'CANC')
  await assert.rejects(banks.readAccounts('plain', connection), fails('bank-access-ended'))
})

/** A Berlin Group bank that lets a consent be used so often while its customer is away. */
function berlinBank(state: { consent: string; readsLeft: number }) {
  const answers: Record<string, unknown> = {
    '/accounts': {
      accounts: [
        {
          resourceId: 'a-1',
          iban: 'DE2310010010123456789',
          currency: 'EUR',
          name: 'Girokonto',
          balances: [{ balanceType: 'interimBooked', balanceAmount: { currency: 'EUR', amount: '-20.00' } }],
        },
      ],
    },
    '/accounts/a-1/transactions': {
      transactions: { booked: [], pending: [{ transactionAmount: { currency: 'EUR', amount: '-5.00' } }] },
    },
  }
  return ({ method, path, headers, whose }: Call) => {
    const [below] = path.split('?')
    if (method === 'POST') return { status: 201, body: { consentId: 'c-42', consentStatus: 'received' } }
    if (whose !== 'amina' || headers['consent-id'] !== 'c-42') return UNAUTHORISED
    if (below === '/consents/c-42') {
      if (method === 'DELETE') {
        state.consent = 'terminatedByTpp'
        return { status: 204, body: undefined }
      }
      return { body: { consentStatus: state.consent, access: {} } }
    }
    if (headers['psu-ip-address'] === undefined && state.readsLeft-- <= 0)
      return { status: 429, body: { tppMessages: [{ category: 'ERROR', code: 'ACCESS_EXCEEDED' }] } }
    return below! in answers ? { body: answers[below!] } : { status: 404, body: {} }
  }
}

test('a bank that was read as often as it allows is not down, and is read again for a person who is there', async (t) => {
  const state = { consent: 'valid', readsLeft: 3 }
  const { banks, link } = await startPlainBank(t, {
    way: { scopes: ['openid', 'offline_access'], consent: 'berlin' },
    api: { standard: 'berlin-1.3', path: '/psd2/v1' },
    answer: berlinBank(state),
  })
  const { connection } = await link()
  const account = { bankAccountId: 'a-1', currency: 'EUR' }
  const { balances } = await banks.readAccounts('plain', connection)
  assert.deepEqual(balances[0]?.current, money(-2_000, 'EUR'))
  const [page] = await Array.fromAsync(banks.readTransactions('plain', connection, account, span()))
  assert.deepEqual(
    page!.rows.map(({ bankTransactionIds, status }) => [bankTransactionIds, status]),
    [[[], 'pending']],
  )
  await assert.rejects(banks.readAccounts('plain', connection), fails('bank-limit-reached'))
  assert.equal(banks.downSince('plain'), null)
  const present = { ipAddress: '192.0.2.7', userAgent: null }
  assert.equal((await banks.readAccounts('plain', connection, present)).accounts.length, 1)
  await banks.revoke('plain', connection)
  assert.equal(state.consent, 'terminatedByTpp')
  await assert.rejects(banks.readAccounts('plain', connection, present), fails('bank-refused'))
})
