/** The typed client for apps and the documents it is written from, against the running server. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { CallError, createGuichetClient, type GuichetClient } from '../../src/faces/client/index.ts'
import type { OpenApi } from '../../src/faces/openapi/document.ts'
import { type OwnApp, openApp } from '../fixtures/own-app.ts'
import { eventually, openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
let app: OwnApp
let amina: Visitor
before(async () => {
  town = await openTown({ quiet: true })
  app = await openApp(town)
  amina = town.visitor()
  await amina.link('chase', ['account-view'], 'amina')
  await eventually('the accounts', async () => (await amina.say('balance'))[0]?.show?.type === 'accounts')
})
after(() => town?.close())

/** What came over the wire, as it was before anybody gave it a type. */
const answers: { path: string; status: number; body: unknown }[] = []

function clientWith(token: string): GuichetClient {
  return createGuichetClient({
    origin: town.url,
    attended: false,
    async fetch(address, { method, headers, body }) {
      const response = await app.call(token, address.pathname + address.search, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.parse(body) as unknown }),
      })
      const text = await response.clone().text()
      if (text !== '')
        answers.push({ path: address.pathname, status: response.status, body: JSON.parse(text) })
      return response
    },
  })
}

test('an app reads by FDX through the client, page after page, and gives its access back', async () => {
  const { tokens, consentId } = await app.letFdx(amina)
  const { fdx } = clientWith(tokens.access_token)
  const { accounts } = await fdx.accounts()
  const known = accounts.find(({ accountType }) => accountType === 'CHECKING')!
  const account = await fdx.account(known.accountId)
  assert.deepEqual(account, known)
  const whole = await Array.fromAsync(fdx.transactions(account.accountId))
  const paged = await Array.fromAsync(fdx.transactions(account.accountId, { limit: 3 }))
  assert.ok(whole.length > 3)
  assert.deepEqual(paged, whole)
  const since = new Date(Date.now() - 10 * 86_400_000)
  const recent = await Array.fromAsync(fdx.transactions(account.accountId, { from: since }))
  assert.ok(recent.length < whole.length)
  assert.deepEqual(
    (await fdx.customer()).accounts.map(({ accountId }) => accountId).sort(),
    accounts.map(({ accountId }) => accountId).sort(),
  )
  const consent = await fdx.consent(consentId)
  assert.deepEqual([consent.status, consent.durationPeriod, consent.lookbackPeriod], ['ACTIVE', 90, 365])
  await fdx.revoke(consentId, { reason: 'USER_ACTION', initiator: 'DATA_RECIPIENT' })
  await assert.rejects(fdx.accounts(), (error) => error instanceof CallError && error.isOver)
  assert.equal((await fdx.revocations(consentId)).revocations.length, 1)
  const { reads } = await amina.get<{ reads: { deed: string }[] }>('/api/privacy/reads')
  assert.ok(
    reads.some(({ deed }) => deed === 'app-payments-alone'),
    'and the person sees that they were not there',
  )
})

test('an app that follows an account’s changes keeps a copy that is always right', async () => {
  const { tokens } = await app.letFdx(amina)
  const { fdx } = clientWith(tokens.access_token)
  const { accounts } = await fdx.accounts()
  const { accountId } = accounts.find(({ accountType }) => accountType === 'CHECKING')!
  const copy = new Map<string, unknown>()
  async function follow(cursor?: string): Promise<string> {
    const { changes, nextCursor, hasMore } = await fdx.changes(accountId, cursor)
    for (const { kind, transactionId, transaction } of changes)
      if (kind === 'REMOVED') copy.delete(transactionId)
      else copy.set(transactionId, transaction)
    return hasMore ? await follow(nextCursor) : nextCursor
  }
  const isRight = async () => {
    const whole = await Array.fromAsync(fdx.transactions(accountId))
    assert.equal(copy.size, whole.length)
    const byPlace = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
    assert.deepEqual([...copy.values()].sort(byPlace), [...whole].sort(byPlace))
    return whole.length
  }
  const cursor = await follow()
  const before = await isRight()
  town.bank('chase').authorise('amina', {
    amount: '7.89',
    descriptor: 'corner cafe',
    entryMode: 'chip',
    country: 'GB',
    city: 'Birmingham',
    latitude: 52.48,
    longitude: -1.9,
  })
  await town.bank('chase').flush()
  await follow(cursor)
  assert.equal(await isRight(), before + 1)
  await assert.rejects(
    fdx.changes(accountId, 'nonsense'),
    (error) => error instanceof CallError && error.status === 400,
  )
  await assert.rejects(
    fdx.changes('acc_never'),
    (error) => error instanceof CallError && error.status === 404,
  )
})

test('an app lodges a UK consent, reads by it, and deletes it', async () => {
  const own = clientWith(await app.own())
  await assert.rejects(
    own.uk.lodgeConsent({ Permissions: ['ReadBalances'] }),
    (error) => error instanceof CallError && error.status === 400,
  )
  const opened = await app.letUk(amina, await app.own(), [
    'ReadAccountsDetail',
    'ReadBalances',
    'ReadProducts',
    'ReadTransactionsDetail',
    'ReadTransactionsDebits',
  ])
  assert.ok('token' in opened)
  const { uk } = clientWith(opened.token!)
  const account = (await uk.accounts()).Data.Account.find((one) => one.AccountTypeCode === 'CACC')
  assert.equal((await uk.balances(account!.AccountId)).Data.Balance[0]!.CreditDebitIndicator, 'Credit')
  assert.equal((await uk.product(account!.AccountId)).Data.Product.length, 1)
  const payments = await Array.fromAsync(uk.transactions(account!.AccountId))
  assert.ok(payments.length > 0)
  assert.ok(
    payments.every(({ CreditDebitIndicator }) => CreditDebitIndicator === 'Debit'),
    'credits were not asked for',
  )
  assert.equal((await own.uk.consent(opened.consentId!)).Data.Status, 'AUTH')
  await own.uk.deleteConsent(opened.consentId!)
  assert.equal((await own.uk.consent(opened.consentId!)).Data.Status, 'CANC')
  await assert.rejects(uk.accounts(), (error) => error instanceof CallError && error.isOver)
})

test('the client says that somebody is there only as the standard lets it, and makes no address up', async () => {
  const sent: Record<string, string>[] = []
  const about = {
    origin: town.url,
    async fetch(_address: URL, { headers }: { headers: Record<string, string> }) {
      sent.push(headers)
      return Response.json({})
    },
  }
  await createGuichetClient(about).uk.accounts()
  await createGuichetClient({ ...about, personAddress: '198.51.100.4' }).uk.accounts()
  await createGuichetClient({ ...about, personAddress: '198.51.100.4', attended: false }).uk.accounts()
  assert.deepEqual(
    sent.map((headers) => headers['x-fapi-customer-ip-address']),
    [undefined, '198.51.100.4', undefined],
  )
})

test('whatever the server answered, refusals too, is of the shape that its own documents say', async () => {
  const ajv = new Ajv({ strict: false, allErrors: true })
  formats.default(ajv)
  for (const name of ['uk', 'fdx']) {
    const document = (await (await fetch(`${town.url}/developers/${name}.json`)).json()) as OpenApi
    assert.equal(document.openapi, '3.1.0')
    const prefix = new URL(document.servers[0]!.url).pathname
    for (const { path, status, body } of answers.filter((one) => one.path.startsWith(prefix))) {
      const found = Object.entries(document.paths).find(([pattern]) =>
        new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path.slice(prefix.length)),
      )
      assert.ok(found, `${path} is documented`)
      const schemas = Object.values(found[1])
        .map(({ responses }) => responses[status]?.content?.['application/json']?.schema)
        .filter((schema) => schema !== undefined)
      assert.ok(schemas.length > 0, `${path} says what it answers with ${status}`)
      assert.ok(
        schemas.some((schema) => ajv.validate(schema, body)),
        `${path}: ${ajv.errorsText()}`,
      )
    }
  }
  assert.ok(answers.length > 10)
})
