/**
 * Guichet's reader of the UK's API against servers that Prism makes of the official specifications, 4.0 and 3.1. Their licence
 * (https://www.openbanking.org.uk/open-licence) does not let us give them away changed, so they are not here: put
 * `account-info-openapi.json` of OpenBankingUK/read-write-api-specs, tags v4.0.0 and v3.1.11, into one folder as
 * `account-info-4.0.json` and `account-info-3.1.json`, and say where it is in GUICHET_TEST_UK_SPECIFICATIONS.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { RefusedRow } from '#intake'
import { Fault, money } from '#kit'
import type { ObieVersion } from '../../src/banks/obie/codes.ts'
import { createObieReader } from '../../src/banks/obie/read.ts'
import { CONNECTION } from '../../src/banks/scripted-bank.fixture.ts'
import { startPrism } from './prism.ts'
import { keepSpecification, readSpecification, type Specification } from './specification.ts'

const FOLDER = process.env.GUICHET_TEST_UK_SPECIFICATIONS
const skip = FOLDER ? false : 'GUICHET_TEST_UK_SPECIFICATIONS does not say where the specifications are'
const NOW = Date.UTC(2026, 10, 25, 9)
const SPAN = { from: NOW - 90 * 86_400_000, to: NOW }
const PRESENT = { ipAddress: '203.0.113.7', userAgent: 'Browser/1.0' }
const WHYS = ['missing', 'malformed', 'amount-malformed', 'currency-unknown', 'date-malformed', 'unsupported']

/** What its examples leave open: without it they are of no currency, and of a consent that nobody has given. */
const EXAMPLES: Record<string, unknown> = {
  ConsentId: CONNECTION.bankConsentId,
  TransactionId: 'T-1',
  Identification: '80200112344562',
  Amount: '1209.06',
  MerchantCategoryCode: '5411',
  ExchangeRate: 0.8654,
}
/** What may stand there at all, so that some of what Prism makes up is about the account that was asked for. */
const allowedIn = (version: ObieVersion): Record<string, string[]> => ({
  AccountId: ['22289'],
  Currency: ['GBP', 'EUR', 'XQZ'],
  AccountSubType: ['CurrentAccount', 'CreditCard'],
  Type: version === '4.0' ? ['ITAV', 'XPCD'] : ['InterimAvailable', 'Expected'],
})

async function open(version: ObieVersion) {
  const specification = await readSpecification(join(FOLDER!, `account-info-${version}.json`))
  complete(specification, version)
  const prism = await startPrism(await keepSpecification(specification, after), after)
  const reader = createObieReader({
    baseUrl: prism.origin,
    version,
    request: prism.request,
    clock: { now: () => NOW },
  })
  return { ...prism, reader }
}

function complete(specification: Specification, version: ObieVersion): void {
  const limits = allowedIn(version)
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { properties } = node as { properties?: Record<string, object> }
    for (const [name, schema] of Object.entries(properties ?? {})) {
      const whole = resolve(specification, schema)
      if (!('type' in whole) || whole.type === 'object' || whole.type === 'array') continue
      const allowed = limits[name]
      if (allowed) properties![name] = { type: 'string', enum: allowed, example: allowed[0] }
      else if (name in EXAMPLES) properties![name] = { ...whole, example: EXAMPLES[name] }
    }
    // One page: the links of its examples lead to example.com.
    if (properties && 'Next' in properties && 'Self' in properties) delete properties.Next
    for (const child of Object.values(node)) walk(child)
  }
  walk(specification)
  const consent = specification.components.schemas.OBReadConsentResponse1 as {
    properties: { Data: { properties: Record<string, unknown> } }
  }
  const { Data } = consent.properties
  Data.properties.Status = { type: 'string', example: version === '4.0' ? 'AUTH' : 'Authorised' }
}

function resolve(specification: Specification, schema: object): object {
  return '$ref' in schema ? specification.components.schemas[String(schema.$ref).split('/').at(-1)!]! : schema
}

for (const version of ['4.0', '3.1'] as const)
  describe(`the UK specification ${version}`, { skip }, async () => {
    if (skip) return
    const { reader, prefer, answered } = await open(version)
    const account = { bankAccountId: '22289', currency: 'GBP' }

    test('the examples of its accounts, balances and transactions are read', async () => {
      const { accounts, balances, refused } = await reader.readAccounts(CONNECTION, PRESENT)
      assert.deepEqual(
        accounts.map(({ bankAccountId, kind, numberDisplay, currency, status }) => [
          bankAccountId,
          kind,
          numberDisplay,
          currency,
          status,
        ]),
        [['22289', 'checking', '4562', 'GBP', 'closed']],
      )
      // 1,209.06 of which 1,209.06 is credit.
      assert.deepEqual(balances, [
        {
          bankAccountId: '22289',
          current: money(0, 'GBP'),
          available: money(0, 'GBP'),
          creditLine: null,
          asOf: Date.UTC(2019, 7, 24, 14, 15, 22),
        },
      ])
      assert.deepEqual(refused, [])
      const [page] = await Array.fromAsync(reader.readTransactions(CONNECTION, account, SPAN, PRESENT))
      assert.deepEqual(page!.refused, [])
      assert.deepEqual(
        page!.rows.map(({ bankTransactionIds: [id], status, amount, mcc, isMutable }) => [
          id,
          status,
          amount.amountMinor,
          mcc,
          isMutable,
        ]),
        [['T-1', 'posted', 120_906, '5411', true]],
      )
      await reader.endConsent(CONNECTION)
      for (const one of answered) assert.ok([200, 204].includes(one.status), JSON.stringify(one))
      assert.equal(answered.length, 5)
    })

    test('whatever it allows is read or set aside with its field, and nothing fails', async () => {
      prefer(/\/transactions$/, 'dynamic=true')
      let rows = 0
      for (let round = 0; round < 12; round++) {
        const refused: RefusedRow[] = []
        try {
          for await (const page of reader.readTransactions(CONNECTION, account, SPAN)) {
            rows += page.rows.length + page.refused.length
            refused.push(...page.refused)
          }
        } catch (error) {
          // Its accounts are anybody's.
          assert.ok(error instanceof Fault, String(error))
          assert.equal(error.code, 'bank-answer-mismatched')
        }
        for (const { field, why } of refused) {
          assert.match(field, /^[a-zA-Z_.\d]+$/)
          assert.ok(WHYS.includes(why), why)
        }
      }
      assert.ok(rows > 0, 'some rows were looked at')
    })
  })
