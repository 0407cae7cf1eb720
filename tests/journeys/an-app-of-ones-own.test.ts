/** Somebody lets an app of theirs read, sees what it read, and ends it: the app is `openid-client`, the standard FDX 6. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as oauth from 'openid-client'
import pg from 'pg'
import { explainReport, verifyFile } from '#accesslog'
import { Fault } from '#kit'
import { addReader, listReaders, withdrawReader } from '../../src/commands/reader.ts'
import { openDesk } from '../../src/guichet.ts'
import type { AppAskedJson, PrivacyJson, ReadsJson } from '../../src/http/api.ts'
import { arriveAt, decode, FDX_CONSENT, type OwnApp, openApp } from '../fixtures/own-app.ts'
import { eventually, openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
let budget: OwnApp
let amina: Visitor
let bruno: Visitor
before(async () => {
  town = await openTown({ quiet: true })
  budget = await openApp(town)
  amina = await linked('amina')
  bruno = await linked('bruno')
})
after(() => town?.close())

async function linked(username: string) {
  const visitor = town.visitor()
  await visitor.link('chase', ['account-view', 'fraud-alerts'], username)
  await eventually('the accounts', async () => (await visitor.say('balance'))[0]?.show?.type === 'accounts')
  return visitor
}

type Accounts = { accounts: { accountId: string; accountType: string; currentBalance?: number }[] }
type Transactions = {
  page: { nextPageKey?: string; totalElements: number }
  transactions: { transactionId: string; amount: number }[]
}
const bodyOf = async <T>(response: Response) => (await response.json()) as T
const codeOf = async (response: Response) => [
  response.status,
  (await bodyOf<{ code: string }>(response)).code,
]
const lastRead = async (visitor: Visitor) => (await visitor.get<ReadsJson>('/api/privacy/reads')).reads[0]!
const newestApp = async (visitor: Visitor) => (await visitor.get<PrivacyJson>('/api/privacy')).apps[0]!

/** The current account of an access, and how to page through its payments. */
async function paging(get: (path: string) => Promise<Response>) {
  const { accounts } = await bodyOf<Accounts>(await get('/accounts'))
  const current = accounts.find(({ accountType }) => accountType === 'CHECKING')!
  const path = `/accounts/${current.accountId}/transactions?limit=2`
  return (key?: string) => get(key === undefined ? path : `${path}&pageKey=${key}`)
}

/** Does to the database what only time does. */
async function asTime(text: string, values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: town.database.url })
  await client.connect()
  await client.query(text, values)
  await client.end()
}

test('a person lets an app read one account, sees each read, and ends it: the next read is refused', async () => {
  const { tokens, consentId, get } = await budget.letFdx(amina, {
    accounts: ({ app, banks }) => {
      assert.deepEqual(app, { name: 'Budget', returnsTo: 'app.example' })
      const current = banks[0]!.accounts!.find(({ name }) => name === 'Current account')!
      return [{ linkId: banks[0]!.linkId, accountIds: [current.id] }]
    },
  })
  const answer = await get('/accounts', { 'x-fapi-interaction-id': 'f5a10e5e-0c46-41c5-a7b7-c8f56020520c' })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('x-fapi-interaction-id'), 'f5a10e5e-0c46-41c5-a7b7-c8f56020520c')
  const { accounts } = await bodyOf<Accounts>(answer)
  assert.equal(accounts.length, 1)
  assert.equal(accounts[0]!.currentBalance, town.bank('chase').accountsOf('amina')[0]!.currentMinor / 100)
  assert.equal(tokens.authorization_details?.[0]?.consentId, consentId)

  const app = await newestApp(amina)
  assert.deepEqual([app.name, app.state, app.banks], ['Budget', 'given', [{ bank: 'Chase', accounts: 1 }]])
  const read = await lastRead(amina)
  assert.deepEqual(read.actor, { kind: 'app', id: budget.id, role: 'Budget' })
  assert.deepEqual([read.purpose, read.decision], ['own-app', 'allowed'])

  await eventually('the word of it in the chat', async () =>
    (await amina.messages()).find(({ text }) => /You let Budget read accounts of yours at Chase/.test(text)),
  )
  const after = await amina.post<PrivacyJson>(`/api/apps/${app.id}/withdraw`)
  assert.equal(after.apps[0]!.state, 'ended')
  assert.deepEqual(await codeOf(await get('/accounts')), [401, '1205'])
  assert.equal((await lastRead(amina)).decision, 'refused', 'and that is in the log too')
  await assert.rejects(
    oauth.refreshTokenGrant(budget.config, tokens.refresh_token!, undefined, { DPoP: budget.DPoP }),
    (error) => error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant',
    'nor does a new token come of the old one',
  )
  await assert.rejects(amina.post(`/api/apps/${app.id}/withdraw`), /already-done/)
})

test('pages are of one moment: what happens meanwhile is in the next list, and no row is seen twice or missed', async () => {
  const { get } = await budget.letFdx(amina)
  const page = await paging(get)
  const whole = await bodyOf<Transactions>(
    await get(`${new URL((await page()).url).pathname.slice(7)}?limit=500`),
  )
  const first = await bodyOf<Transactions>(await page())
  town.bank('chase').authorise('amina', {
    amount: '3.21',
    descriptor: 'corner cafe',
    entryMode: 'chip',
    country: 'GB',
    city: 'London',
    latitude: 51.5,
    longitude: -0.1,
  })
  await town.bank('chase').flush()
  const seen = first.transactions.map((one) => one.transactionId)
  for (let key = first.page.nextPageKey; key !== undefined; ) {
    const next = await bodyOf<Transactions>(await page(key))
    seen.push(...next.transactions.map((one) => one.transactionId))
    key = next.page.nextPageKey
  }
  assert.deepEqual(
    seen,
    whole.transactions.map((one) => one.transactionId),
  )
  assert.equal((await bodyOf<Transactions>(await page())).page.totalElements, whole.page.totalElements + 1)
})

test('an app that is ended in the middle of a list gets no further page', async () => {
  const { get } = await budget.letFdx(bruno)
  const page = await paging(get)
  const first = await bodyOf<Transactions>(await page())
  assert.equal((await page(first.page.nextPageKey)).status, 200)
  await bruno.post(`/api/apps/${(await newestApp(bruno)).id}/withdraw`)
  assert.deepEqual(await codeOf(await page(first.page.nextPageKey)), [401, '1205'])
  assert.equal((await lastRead(bruno)).decision, 'refused')
})

test('a page of one access, or of another account, opens nothing elsewhere', async () => {
  const [first, second] = [await budget.letFdx(amina), await budget.letFdx(bruno)]
  const key = (await bodyOf<Transactions>(await (await paging(first.get))())).page.nextPageKey
  assert.deepEqual(await codeOf(await (await paging(second.get))(key)), [400, '401'])
  assert.deepEqual(await codeOf(await (await paging(first.get))('pag_nonsense.1')), [400, '401'])
})

test('somebody else’s account is as unknown as one that never was', async () => {
  const [first, second] = [await budget.letFdx(amina), await budget.letFdx(bruno)]
  const { accounts } = await bodyOf<Accounts>(await second.get('/accounts'))
  for (const id of [accounts[0]!.accountId, 'acc_never']) {
    assert.deepEqual(await codeOf(await first.get(`/accounts/${id}`)), [404, '701'])
    assert.deepEqual(await codeOf(await first.get(`/accounts/${id}/transactions`)), [404, '701'])
  }
  assert.deepEqual(await codeOf(await first.get(`/consents/${second.consentId}`)), [404, '1107'])
})

test('an access is over on its day', async () => {
  const { consentId, get } = await budget.letFdx(amina, { days: 30 })
  assert.equal((await get('/accounts')).status, 200)
  await asTime('update consent.grant set expires_at = $2 where access_id = $1', [consentId, Date.now()])
  assert.deepEqual(await codeOf(await get('/accounts')), [401, '1205'])
  const consent = await budget.call(await budget.own(), `/fdx/v6/consents/${consentId}`)
  assert.equal((await bodyOf<{ status: string }>(consent)).status, 'EXPIRED')
})

test('who listens in can use neither the token nor the very same call again', async () => {
  const { tokens, get } = await budget.letFdx(amina)
  assert.equal((await get('/accounts')).status, 200)
  const again = await fetch(`${town.url}/fdx/v6/accounts`, { headers: budget.overheard() })
  assert.deepEqual(await codeOf(again), [401, '1205'])
  for (const authorization of [
    `Bearer ${tokens.access_token}`,
    `DPoP ${tokens.access_token}`,
    'Bearer x',
    '',
  ]) {
    const stolen = await fetch(`${town.url}/fdx/v6/accounts`, { headers: { authorization } })
    assert.deepEqual(await codeOf(stolen), [401, '1205'])
    assert.match(stolen.headers.get('www-authenticate') ?? '', /^DPoP /)
  }
})

test('whose tokens are asked for is decided by our own address, and by no header of the caller', async () => {
  const app = await openApp(town, { name: 'Proxied' })
  const elsewhere = 'elsewhere.example'
  const dpop = async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    return await new SignJWT({ htm: 'POST', htu: `http://${elsewhere}/oauth/token`, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
      .setIssuedAt()
      .sign(privateKey)
  }
  const claiming =
    (over: () => Promise<Record<string, string>>): oauth.CustomFetch =>
    async (address, options) => {
      const headers = { ...options.headers, 'x-forwarded-host': elsewhere, ...(await over()) }
      return await fetch(address, { ...options, headers } as RequestInit)
    }
  app.config[oauth.customFetch] = claiming(async () => ({}))
  assert.ok(await app.own(), 'a proof for our address is good, whatever host is claimed')
  app.config[oauth.customFetch] = claiming(async () => ({ dpop: await dpop() }))
  await assert.rejects(
    app.own(),
    (error) => error instanceof oauth.ResponseBodyError && error.error === 'invalid_dpop_proof',
    'and one for the claimed host is not',
  )
})

test('an app can ask for no other purpose, no other kind of data and no longer than a year', async () => {
  const { consentRequest } = FDX_CONSENT
  for (const over of [
    { purposes: [{ id: 'bank-offers' }] },
    { resources: [{ resourceType: 'CUSTOMER', dataClusters: ['CUSTOMER_PERSONAL'] }] },
    { resources: [{ resourceType: 'ACCOUNT', dataClusters: ['TAX'] }] },
    { durationPeriod: 366 },
    { durationType: 'PERSISTENT' },
    { lookbackPeriod: 9999 },
    { advertising: true },
  ]) {
    const detail = { ...FDX_CONSENT, consentRequest: { ...consentRequest, ...over } }
    await assert.rejects(
      budget.push({ authorization_details: JSON.stringify([detail]) }),
      (error) => error instanceof oauth.ResponseBodyError && error.error === 'invalid_authorization_details',
      JSON.stringify(over),
    )
  }
})

test('an app that asked for accounts alone sees no balance, and is refused payments', async () => {
  const narrow = {
    ...FDX_CONSENT,
    consentRequest: {
      ...FDX_CONSENT.consentRequest,
      resources: [{ resourceType: 'ACCOUNT', dataClusters: ['ACCOUNT_BASIC'] }],
    },
  }
  const { get } = await budget.letFdx(amina, {}, narrow)
  const { accounts } = await bodyOf<Accounts>(await get('/accounts'))
  assert.ok(accounts.length > 0 && accounts.every(({ currentBalance }) => currentBalance === undefined))
  const payments = await get(`/accounts/${accounts[0]!.accountId}/transactions`)
  assert.deepEqual(
    await codeOf(payments),
    [403, '706'],
    'and not an empty list, which would say that there is none',
  )
})

test('an app gives its access back, and both sides can see who ended it', async () => {
  const { consentId, get } = await budget.letFdx(bruno)
  const own = await budget.own()
  const revocation = `/fdx/v6/consents/${consentId}/revocation`
  const before = await bodyOf<{ revocations: unknown[] }>(await budget.call(own, revocation))
  assert.deepEqual(before.revocations, [])
  const wrong = await budget.call(own, revocation, { method: 'PUT', body: { reason: 'BORED' } })
  assert.deepEqual(await codeOf(wrong), [400, '401'])
  const body = { reason: 'USER_ACTION', initiator: 'DATA_RECIPIENT' }
  assert.equal((await budget.call(own, revocation, { method: 'PUT', body })).status, 204)
  assert.deepEqual(await codeOf(await budget.call(own, revocation, { method: 'PUT', body })), [409, '1106'])
  assert.deepEqual(await codeOf(await get('/accounts')), [401, '1205'])
  const { revocations } = await bodyOf<{ revocations: { initiator: string }[] }>(
    await budget.call(own, revocation),
  )
  assert.equal(revocations[0]!.initiator, 'DATA_RECIPIENT')
  assert.equal((await newestApp(bruno)).state, 'ended')
})

test('a token of the app’s own, or one for another standard, opens nobody’s accounts', async () => {
  assert.deepEqual(await codeOf(await budget.call(await budget.own(), '/fdx/v6/accounts')), [403, '706'])
  const uk = await budget.letUk(amina, await budget.own(), ['ReadAccountsBasic'])
  assert.ok('token' in uk)
  assert.deepEqual(await codeOf(await budget.call(uk.token!, '/fdx/v6/accounts')), [403, '706'])
})

test('a person who says no is taken back to the app with that and nothing else', async () => {
  await assert.rejects(
    budget.letFdx(amina, { agree: false }),
    (error) => error instanceof oauth.AuthorizationResponseError && error.error === 'access_denied',
  )
})

test('an app’s request is answered in the browser that brought it, by its person, once, who has just signed in', async () => {
  const details = JSON.stringify([FDX_CONSENT])
  const path = await arriveAt(town, amina, await budget.push({ authorization_details: details }))
  await assert.rejects(bruno.get(`${path}/asked`), /app-request-over/, 'an address alone is worth nothing')
  const { banks } = await amina.get<AppAskedJson>(`${path}/asked`)
  const accounts = [{ linkId: banks[0]!.linkId, accountIds: [banks[0]!.accounts![0]!.id] }]
  const answer = { agree: true, days: 30, accounts }
  await assert.rejects(amina.post(`${path}/answer`, { ...answer, days: 300 }), /request-malformed/)
  await assert.rejects(amina.post(`${path}/answer`, { ...answer, accounts: [] }), /request-malformed/)
  const foreign = [{ linkId: banks[0]!.linkId, accountIds: ['acc_of_somebody'] }]
  await assert.rejects(amina.post(`${path}/answer`, { ...answer, accounts: foreign }), /not-found/)
  const forged = await amina.call('POST', `${path}/answer`, answer, { 'x-csrf-token': 'forged' })
  assert.equal(forged.status, 403)
  await asTime('update web.session set stepped_up_at = null', [])
  await assert.rejects(amina.post(`${path}/answer`, answer), /step-up-needed/)
  await amina.signIn('chase', 'amina')
  await amina.post(`${path}/answer`, answer)
})

test('an app that the operator has out reads nothing more of anybody', async () => {
  const gone = await openApp(town, { name: 'Gone' })
  await amina.signIn('chase', 'amina')
  const { get } = await gone.letFdx(amina)
  assert.equal((await get('/accounts')).status, 200)
  const desk = await openDesk(town.settings)
  assert.deepEqual(await desk.readers.withdraw(gone.id), { ended: 1 })
  await desk.close()
  assert.deepEqual(await codeOf(await get('/accounts')), [401, '1205'])
  assert.equal((await newestApp(amina)).state, 'ended')
})

test('an operator adds, lists and withdraws apps at the command line, which refuses a private key and does not repeat it', async (t) => {
  const said: string[] = []
  t.mock.method(console, 'log', (line: string) => said.push(line))
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const file = join(town.folder, 'app.jwks')
  const jwk = { kid: 'app-1', ...(await exportJWK(publicKey)) }
  const given = { name: 'Ledger', redirect: ['https://ledger.example/back'], jwks: file, face: ['uk'] }
  await writeFile(file, JSON.stringify({ keys: [jwk] }))
  await addReader(town.settings, given)
  const [, id] = /^(rdr_[\w-]+) is its client id/.exec(said[0]!)!
  await listReaders(town.settings)
  assert.ok(said.some((line) => line.startsWith(id!) && /open .* uk +Ledger$/.test(line)))
  await withdrawReader(town.settings, id!)
  assert.match(said.at(-1)!, /is out\. It could read for 0 people/)

  const secret = await exportJWK(privateKey)
  await writeFile(file, JSON.stringify({ keys: [{ kid: 'app-1', ...secret }] }))
  for (const refused of [given, { ...given, jwks: join(town.folder, 'nowhere.jwks') }])
    await assert.rejects(addReader(town.settings, refused), (error) => {
      assert.ok(error instanceof Fault && ['app-refused', 'file-unreadable'].includes(error.code))
      return !error.message.includes(secret.d!)
    })
})

test('what an app was allowed and what it read is in the person’s own copy, which proves itself', async () => {
  await amina.signIn('chase', 'amina')
  const file = await (await amina.call('POST', '/api/export', {})).text()
  const report = await verifyFile(file)
  assert.ok(report.ok, explainReport(report, 'en'))
  const { receipts } = JSON.parse(file) as { receipts: { purpose: string; jws: string }[] }
  const { recipients } = decode(receipts.find(({ purpose }) => purpose === 'own-app')!.jws) as {
    recipients: { name: string }[]
  }
  assert.ok(['Budget', 'Gone'].includes(recipients[0]!.name), 'the receipt names the app')
})

test('whoever erases everything leaves an app nothing to read, and a bank that leaves takes its accounts along', async () => {
  await bruno.signIn('chase', 'bruno')
  const { tokens, get } = await budget.letFdx(bruno)
  assert.equal((await get('/accounts')).status, 200)
  await bruno.post('/api/erase', { confirm: true })
  assert.deepEqual(await codeOf(await get('/accounts')), [401, '1205'])
  await assert.rejects(
    oauth.refreshTokenGrant(budget.config, tokens.refresh_token!, undefined, { DPoP: budget.DPoP }),
    (error) => error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant',
  )
  const other = await budget.letFdx(amina)
  assert.equal((await other.get('/accounts')).status, 200)
  await town.bank('chase').withdraw('the contract ended')
  assert.deepEqual(await codeOf(await other.get('/accounts')), [401, '1205'])
})

test('a refresh token that turns up a second time ends the access: one of the two is not the app', async () => {
  const claire = town.visitor()
  await claire.link('citi', ['account-view'], 'amina')
  await eventually('the accounts', async () => (await claire.say('balance'))[0]?.show?.type === 'accounts')
  const { tokens, get } = await budget.letFdx(claire)
  const refresh = () =>
    oauth.refreshTokenGrant(budget.config, tokens.refresh_token!, undefined, { DPoP: budget.DPoP })
  const renewed = await refresh()
  assert.notEqual(renewed.refresh_token, tokens.refresh_token)
  assert.equal((await budget.call(renewed.access_token, '/fdx/v6/accounts')).status, 200)
  await assert.rejects(refresh())
  await eventually('the end', async () => (await newestApp(claire)).state === 'ended')
  assert.deepEqual(await codeOf(await get('/accounts')), [401, '1205'])
})
