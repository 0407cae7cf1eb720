/** Guichet's reader of the Berlin Group's API against a server that Prism makes of the official specification. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import type { BankAccounts, RefusedRow } from '#intake'
import { Fault } from '#kit'
import { createBankDays } from '../../src/banks/bank-days.ts'
import {
  normaliseAccount,
  normaliseCardAccount,
  normaliseTransaction,
} from '../../src/banks/berlin/normalise.ts'
import { createBerlinReader } from '../../src/banks/berlin/read.ts'
import { BerlinAccount, BerlinCardAccount, BerlinTransaction } from '../../src/banks/berlin/shapes.ts'
import { UnreadableRow } from '../../src/banks/read-json.ts'
import { CONNECTION } from '../../src/banks/scripted-bank.fixture.ts'
import { startPrism } from './prism.ts'
import { examplesOf, keepSpecification, readSpecification } from './specification.ts'

const SPECIFICATION = join(import.meta.dirname, 'berlin-1.3.11.json')
const EUR_ACCOUNT = '3dc3d5b3-7023-4848-9853-f5400a64e80f'
const CARD_ACCOUNT = '3d9a81b3-a47d-4130-8765-a9c0ff861b99'
const NOW = Date.UTC(2026, 10, 25, 9)
const SPAN = { from: NOW - 90 * 86_400_000, to: NOW }
const WHYS = ['missing', 'malformed', 'amount-malformed', 'currency-unknown', 'date-malformed', 'unsupported']

/** The specification's own server and our reader of it. */
async function open() {
  const specification = await readSpecification(SPECIFICATION)
  for (const [path, { get }] of Object.entries(specification.paths)) if (get) examplesOf(specification, path)
  // Its example of a standing order belongs to no answer there.
  examplesOf(specification, '/v1/accounts/{account-id}/transactions').transactionsResponse200JsonExample = {
    $ref: '#/components/examples/transactionsResponse200JsonExample',
  }
  // Its example of a consent names other accounts than its examples of accounts: this is one to all of them.
  const { value } = specification.components.examples!.consentsInformationResponseExample!
  examplesOf(specification, '/v1/consents/{consentId}').toAllAccounts = { value: { ...value, access: {} } }
  const prism = await startPrism(await keepSpecification(specification, after), after)
  const reader = createBerlinReader({
    baseUrl: `${prism.origin}/v1`,
    request: prism.request,
    clock: { now: () => NOW },
    timeZone: 'Europe/Berlin',
  })
  return { ...prism, reader, specification }
}

const { reader, prefer, specification, answered } = await open()
beforeEach(() => {
  answered.length = 0
  prefer(/\/consents\//, 'example=toAllAccounts')
})

const outcome = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'read',
    (error: unknown) => {
      assert.ok(error instanceof Fault, String(error))
      return error.message
    },
  )
const shown = ({ accounts, balances, refused }: BankAccounts) => ({
  accounts: accounts.map(({ name, kind, currency }) => `${name} ${kind} ${currency}`),
  current: balances.map(({ current: { amountMinor, currency } }) => `${amountMinor} ${currency}`),
  available: balances.map(({ available }) => available?.amountMinor ?? null),
  refused: refused.map(({ place, field, why }) => `${place} ${field} ${why}`),
})

test('every example of accounts, balances and cards is read', async () => {
  const lists = examplesOf(specification, '/v1/accounts')
  const balances = examplesOf(specification, '/v1/accounts/{account-id}/balances')
  prefer(/card-accounts$/, 'example=cardAccountListExample1')
  const read = async (list: string, balance: string) => {
    prefer(/\/v1\/accounts$/, `example=${list}`)
    prefer(/\/v1\/accounts\/.*\/balances$/, `example=${balance}`)
    return shown(await reader.readAccounts(CONNECTION))
  }
  const usd = [
    'balances[0] balanceAmount.currency unsupported',
    'balances[1] balanceAmount.currency unsupported',
  ]
  const card = { account: 'Main card EUR', current: '1435578 EUR' }
  assert.deepEqual(await read('accountListExample1', 'balancesExample1_RegularAccount'), {
    accounts: ['Main Account checking EUR', 'US Dollar Account checking USD', card.account],
    current: ['50000 EUR', card.current],
    available: [null, null],
    refused: [...usd, 'balances balances missing'],
  })
  assert.deepEqual(await read('accountListExample2', 'balancesExample2_MulticurrencyAcount'), {
    accounts: ['Main Account checking EUR', 'US Dollar Account checking USD', card.account],
    current: ['50000 EUR', '35000 USD', card.current],
    available: [null, null, null],
    refused: ['2', '3', '0', '1'].map((i) => `balances[${i}] balanceAmount.currency unsupported`),
  })
  assert.deepEqual(await read('accountListExample3', 'balancesExample3_RegularAccount'), {
    accounts: ['Main Account checking EUR', 'US Dollar Account checking USD', card.account],
    current: ['100000 EUR', card.current],
    available: [30_000, null],
    refused: [
      'accounts[0] currency unsupported',
      ...['0', '1', '2'].map((i) => `balances[${i}] balanceAmount.currency unsupported`),
      'balances balances missing',
    ],
  })
  assert.deepEqual([Object.keys(lists).length, Object.keys(balances).length], [3, 3], 'there are no others')
  assertAllowed(answered)
})

test('every example of transactions is read, or refused for what it is', async () => {
  prefer(/\/v1\/accounts$/, 'example=accountListExample2')
  await reader.readAccounts(CONNECTION)
  const outcomes: Record<string, unknown> = {}
  const examples = examplesOf(specification, '/v1/accounts/{account-id}/transactions')
  for (const name of Object.keys(examples)) {
    prefer(/\/transactions$/, `example=${name}`)
    const account = { bankAccountId: EUR_ACCOUNT, currency: 'EUR' }
    outcomes[name] = await Array.fromAsync(reader.readTransactions(CONNECTION, account, SPAN)).then(
      ([page]) => ({
        rows: page!.rows.map(
          ({ bankTransactionIds: [id], status, amount, descriptor, at }) =>
            `${id} ${status} ${amount.amountMinor} ${descriptor} ${new Date(at).toISOString()}`,
        ),
        refused: page!.refused.map(({ place, field, why }) => `${place} ${field} ${why}`),
      }),
      (error: Fault) => error.message,
    )
  }
  assert.deepEqual(outcomes, {
    transactionsExample1_RegularAccount_json: {
      rows: [
        '1234567 posted 25667 John Miles 2017-10-25T10:00:00.000Z',
        '1234568 posted 34301 Paul Simpson 2017-10-25T10:00:00.000Z',
        '1234569 pending -10003 Claude Renault 2017-10-26T10:00:00.000Z',
      ],
      refused: [],
    },
    transactionsExample2_Download_json: 'bank-answer-malformed: transactions: a download, which is not read',
    // Its account is of another IBAN than the one that was asked for.
    transactionsExample3_MulticurrencyAccount_json: 'bank-answer-mismatched',
    transactionsResponse200JsonExample: { rows: [], refused: [] },
  })
  assertAllowed(answered)
})

test('the specification’s single accounts and transactions are read as those of its lists are', async () => {
  const { components } = await readSpecification(SPECIFICATION)
  const value = (name: string) => components.examples![name]!.value
  const regular = BerlinAccount.parse(value('accountDetailsRegularAccount').account)
  assert.equal(normaliseAccount(regular).numberDisplay, '9014')
  const several = BerlinAccount.parse(value('accountDetailsMulticurrencyAccount').account)
  assert.throws(() => normaliseAccount(several), new UnreadableRow('currency', 'unsupported'))
  const card = BerlinCardAccount.parse(value('cardAccountDetailsExample').cardAccount)
  assert.deepEqual([normaliseCardAccount(card).numberDisplay, card.debitAccounting], ['3241', true])
  const detail = BerlinTransaction.parse(value('transactionDetailsExample').transactionsDetails)
  const read = normaliseTransaction(detail, {
    status: 'posted',
    currency: 'EUR',
    days: createBankDays('Europe/Berlin'),
    now: NOW,
    identity: 'transactionId',
  })
  assert.deepEqual([read.amount.amountMinor, read.descriptor], [-25_667, 'John Miles'])
})

test('an account that the consent of the specification’s example does not name is refused', async () => {
  prefer(/\/consents\//, 'example=consentsInformationResponseExample')
  assert.equal(await outcome(reader.readAccounts(CONNECTION)), 'bank-answer-mismatched')
})

test('whatever the specification allows is read or set aside with its field, and nothing fails', async () => {
  prefer(/\/v1\/accounts$/, 'example=accountListExample2')
  prefer(/card-accounts$/, 'example=cardAccountListExample1')
  await reader.readAccounts(CONNECTION)
  prefer(/\/transactions$|\/balances$/, 'dynamic=true')
  let rows = 0
  for (let round = 0; round < 12; round++)
    for (const bankAccountId of [EUR_ACCOUNT, CARD_ACCOUNT]) {
      const account = { bankAccountId, currency: 'EUR' }
      const refused: RefusedRow[] = []
      const read = (async () => {
        for await (const page of reader.readTransactions(CONNECTION, account, SPAN)) {
          rows += page.rows.length + page.refused.length
          refused.push(...page.refused)
        }
      })()
      // Its links lead anywhere, and its accounts are anybody's.
      assert.match(
        await outcome(read),
        /^read$|^bank-answer-mismatched$|another address|^bank-refused: status 404|comes again|a download/,
      )
      for (const { field, why } of refused) {
        assert.match(field, /^[a-zA-Z_.\d]+$/)
        assert.ok(WHYS.includes(why), why)
      }
    }
  assert.ok(rows > 0, 'some rows were looked at')
  assertAllowed(answered.filter(({ status }) => status !== 404))
})

test('a consent is ended in the way that the specification has it', async () => {
  await reader.endConsent(CONNECTION)
  assert.deepEqual(answered, [{ url: '/v1/consents/consent-1', status: 204, violations: null }])
})

/** Every request was one that the specification allows. */
function assertAllowed(
  answered: readonly { url: string; status: number; violations: string | null }[],
): void {
  assert.ok(answered.length > 0)
  for (const one of answered) assert.ok(one.status === 200, JSON.stringify(one))
}
