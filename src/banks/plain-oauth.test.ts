/** Guichet's side of linking at banks without FAPI 2.0, against an authorization server that others wrote. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, exportJWK, exportPKCS8, generateKeyPair } from 'jose'
import { DAY, type Fault, HOUR, Secret } from '#kit'
import { fails } from './door.fixture.ts'
import { type Call, CLIENT_SECRET, REQUEST, startPlainBank } from './plain-bank.fixture.ts'

/** A bank's API that names its customers and has no accounts. */
const empty = ({ path, whose }: Call) => {
  if (whose === null) return { status: 401, body: {} }
  if (path.startsWith('/customers/current')) return { body: { customerId: whose } }
  return { body: { accounts: [] } }
}
const withParameter = (url: URL, name: string, value: string) => {
  const changed = new URL(url)
  changed.searchParams.set(name, value)
  return changed
}

for (const clientAuth of ['client_secret_basic', 'client_secret_post', 'private_key_jwt'])
  test(`access at a bank that knows us by ${clientAuth} is given, renewed once, used and handed back`, async (t) => {
    const { banks, link, advance, calls } = await startPlainBank(t, { way: { clientAuth }, answer: empty })
    const { subject, connection } = await link()
    assert.deepEqual([subject, connection.dpopJwk, connection.bankConsentId], ['amina', null, null])
    assert.deepEqual(await banks.readAccounts('plain', connection), {
      accounts: [],
      balances: [],
      refused: [],
    })
    assert.deepEqual(
      calls.map(({ whose, path }) => [whose, path]),
      [['amina', '/accounts?limit=500']],
    )
    assert.deepEqual(await banks.refresh('plain', connection), { connection, renewed: false })
    advance(HOUR)
    const { connection: fresh, renewed } = await banks.refresh('plain', connection)
    assert.ok(renewed)
    assert.notEqual(fresh.refreshToken, connection.refreshToken)
    await banks.readAccounts('plain', fresh)
    await banks.revoke('plain', fresh)
    await assert.rejects(banks.readAccounts('plain', fresh), fails('bank-token-refused'))
  })

test('a renewal key that is used twice ends the access: the bank takes the second for a theft', async (t) => {
  const { banks, link, advance } = await startPlainBank(t, { answer: empty })
  const { connection } = await link()
  advance(HOUR)
  const { connection: fresh } = await banks.refresh('plain', connection)
  await assert.rejects(banks.refresh('plain', connection), fails('bank-access-ended'))
  await assert.rejects(banks.readAccounts('plain', fresh), fails('bank-token-refused'))
})

test('a return of another request, of another bank, with a used code or a stolen one is refused', async (t) => {
  const { banks, goThere } = await startPlainBank(t)
  const mine = await goThere('amina')
  const thief = await goThere('bruno')
  for (const callback of [
    withParameter(mine.callback, 'state', 'guessed'),
    withParameter(mine.callback, 'iss', 'https://evil.example'),
    thief.callback,
  ])
    await assert.rejects(banks.completeLink(mine.pending, callback), fails('link-state-wrong'))
  const { subject } = await banks.completeLink(mine.pending, mine.callback)
  assert.equal(subject, 'amina')
  await assert.rejects(banks.completeLink(mine.pending, mine.callback), fails('bank-refused'))
  const victim = await goThere('amina')
  const { state, nonce } = victim.pending
  await assert.rejects(
    banks.completeLink({ ...thief.pending, state, nonce }, victim.callback),
    fails('bank-refused'),
  )
})

test('a bank without a discovery document is reached where its profile says, with what it wants to be asked', async (t) => {
  const { banks, link, advance, asked, tokenPaths } = await startPlainBank(t, {
    way: { endpoints: true, parameters: { countryCode: 'US', businessCode: 'GCB' } },
  })
  const { connection } = await link()
  assert.equal(asked[0]!.get('response_type'), 'code')
  advance(HOUR)
  const { connection: fresh } = await banks.refresh('plain', connection)
  await banks.revoke('plain', fresh)
  assert.deepEqual(tokenPaths, ['/token', '/renew', '/token/revocation'])
  const { redirect } = await banks.beginLink('plain', REQUEST)
  assert.equal(new URL(redirect).searchParams.get('countryCode'), 'US')
  assert.equal(new URL(redirect).searchParams.get('code_challenge_method'), 'S256')
})

test('where the ID token opens the accounts, it is what is sent, and what is renewed', async (t) => {
  const { banks, link, advance, calls } = await startPlainBank(t, {
    way: { bearer: 'id-token' },
    answer: empty,
  })
  const { connection } = await link()
  assert.equal(decodeJwt(connection.accessToken).sub, 'amina')
  await banks.readAccounts('plain', connection)
  assert.equal(calls[0]!.headers.authorization, `Bearer ${connection.accessToken}`)
  advance(HOUR)
  const { connection: fresh } = await banks.refresh('plain', connection)
  assert.equal(decodeJwt(fresh.accessToken).sub, 'amina')
  await banks.revoke('plain', fresh)
})

test('a bank that answers with nothing but an ID token is linked and renewed with it', async (t) => {
  const { banks, link, advance } = await startPlainBank(t, {
    way: { bearer: 'id-token' },
    withoutAccessToken: true,
    answer: empty,
  })
  const { subject, connection } = await link()
  assert.equal(subject, 'amina')
  await banks.readAccounts('plain', connection)
  advance(HOUR)
  await banks.readAccounts('plain', (await banks.refresh('plain', connection)).connection)
})

test('where tokens are renewed a bank may want the secret in another place', async (t) => {
  const { banks, link, advance, sent } = await startPlainBank(t, {
    way: { refreshClientAuth: 'client_secret_post' },
  })
  const { connection } = await link()
  advance(HOUR)
  assert.ok((await banks.refresh('plain', connection)).renewed)
  const [exchange, renewal] = sent.filter(({ path }) => path === '/token')
  assert.match(exchange!.headers.get('authorization')!, /^Basic /)
  assert.equal(renewal!.headers.get('authorization'), null)
  assert.equal(new URLSearchParams(renewal!.body).get('client_secret'), CLIENT_SECRET)
})

test('at a bank that knows us by a directory’s key, that key signs and ours does not', async (t) => {
  const { privateKey, publicKey } = await generateKeyPair('PS256', { extractable: true })
  const clientKey = new Secret(await exportPKCS8(privateKey))
  const { banks, goThere, sent } = await startPlainBank(t, {
    way: {
      scopes: ['openid', 'accounts'],
      clientAuth: 'private_key_jwt',
      clientKey: { key: 'directory.key', kid: 'directory-1', algorithm: 'PS256' },
      consent: 'obie',
    },
    clientJwk: { ...(await exportJWK(publicKey)), kid: 'directory-1', use: 'sig', alg: 'PS256' },
    secrets: { clientKey },
    answer: () => ({ status: 201, body: { Data: { ConsentId: 'aac-8' } } }),
  })
  const { redirect, pending, callback } = await goThere()
  await banks.completeLink(pending, callback)
  const signed = [
    new URL(redirect).searchParams.get('request')!,
    ...sent
      .filter(({ path }) => path === '/token')
      .map(({ body }) => new URLSearchParams(body).get('client_assertion')!),
  ].map((jwt) => decodeProtectedHeader(jwt))
  assert.equal(signed.length, 3)
  for (const { alg, kid } of signed) assert.deepEqual([alg, kid], ['PS256', 'directory-1'])
})

test('a key file that is none is refused without a word of what is in it', async (t) => {
  const { banks } = await startPlainBank(t, {
    way: {
      clientAuth: 'private_key_jwt',
      clientKey: { key: 'directory.key', kid: 'directory-1', algorithm: 'PS256' },
    },
    secrets: { clientKey: new Secret('not-a-key') },
  })
  await assert.rejects(banks.beginLink('plain', REQUEST), (error: unknown) => {
    fails('setting-wrong')(error)
    return !/not-a-key/.test(String((error as Fault).detail))
  })
})

test('headers that a bank wants on every request are on every request, and cannot replace ours', async (t) => {
  const { banks, link, calls } = await startPlainBank(t, {
    api: {
      standard: 'fdx-6',
      path: '/fdx/v6',
      headers: { 'x-fapi-financial-id': 'bank-1', accept: 'text/html' },
    },
    answer: empty,
  })
  await banks.readAccounts('plain', (await link()).connection)
  assert.equal(calls[0]!.headers['x-fapi-financial-id'], 'bank-1')
  assert.equal(calls[0]!.headers.accept, 'application/json')
})

test('a bank without ID tokens says in its API who the person is, and each pull is checked to be about them', async (t) => {
  let current = ''
  const { banks, link, goThere } = await startPlainBank(t, {
    way: { scopes: ['aggregator'], person: 'api' },
    answer: (call) =>
      call.path.startsWith('/customers') && current !== '' ? { body: { customerId: current } } : empty(call),
  })
  const { pending } = await goThere()
  assert.equal(pending.nonce, null)
  const { subject, connection } = await link('bruno')
  assert.equal(subject, 'bruno')
  await banks.readAccounts('plain', connection)
  current = 'claire'
  await assert.rejects(banks.readAccounts('plain', connection), fails('bank-answer-mismatched'))
  await assert.rejects(banks.beginSignIn('plain', { locale: 'en' }), fails('bank-not-granted'))
})

test('a bank that says nowhere who the person is gives each link a name of its own', async (t) => {
  const { link } = await startPlainBank(t, { way: { scopes: ['accounts'], person: 'none' } })
  const [one, two] = [await link(), await link()]
  assert.match(one.subject, /^link:/)
  assert.notEqual(one.subject, two.subject)
})

test('FAPI 2.0: a bank that wants a number of its own in every proof is asked again with it', async (t) => {
  const { banks, link, challenged, calls, sent, advance } = await startPlainBank(t, {
    way: {
      clientAuth: 'private_key_jwt',
      scopes: ['openid', 'offline_access', 'accounts', 'transactions', 'customer'],
    },
    withProofNonce: true,
    answer: (call) =>
      call.path.startsWith('/consents') ? { body: { id: 'consent-1', resources: [] } } : empty(call),
  })
  const { connection } = await link()
  assert.equal(connection.bankConsentId, 'consent-1')
  await banks.readAccounts('plain', connection)
  assert.deepEqual(
    calls.map(({ whose }) => whose),
    ['amina', 'amina', 'amina'],
  )
  assert.equal(challenged.length, 3, 'each call was sent back once')
  advance(HOUR)
  assert.ok((await banks.refresh('plain', connection)).renewed)
  const times = (path: string) => sent.filter((one) => one.path === path).length
  assert.deepEqual([times('/request'), times('/token')], [2, 4], 'with the number at the second try')
})

test('signing in again asks a plain bank who a person is and nothing else', async (t) => {
  const { banks, visit, asked } = await startPlainBank(t)
  const { redirect, pending } = await banks.beginSignIn('plain', { locale: 'fr' })
  const { subject } = await banks.completeSignIn(pending, await visit(redirect, 'claire'))
  assert.equal(subject, 'claire')
  assert.equal(asked[0]!.get('scope'), 'openid')
})

test('UK Open Banking: the consent is created first, and the person sent with its id in a signed request', async (t) => {
  const { banks, goThere, calls, asked } = await startPlainBank(t, {
    way: { scopes: ['openid', 'accounts', 'offline_access'], consent: 'obie' },
    limits: { unattendedPullsPerDay: 4, historyDays: 365 },
    answer: () => ({ status: 201, body: { Data: { ConsentId: 'aac-7', Status: 'AWAU' } } }),
  })
  const { redirect, pending, callback } = await goThere()
  const [created] = calls
  assert.deepEqual(
    [created!.method, created!.path, created!.whose],
    ['POST', '/account-access-consents', 'guichet itself'],
  )
  const { Data, Risk } = JSON.parse(created!.body)
  assert.deepEqual(Risk, {})
  assert.ok(Data.Permissions.includes('ReadTransactionsDebits'))
  assert.ok(!Data.Permissions.includes('ReadOffers'))
  const days = (Date.parse(Data.ExpirationDateTime) - Date.parse(Data.TransactionFromDateTime)) / DAY
  assert.equal(Math.round(days), 90 + 365, 'no further back than the bank answers')
  const request = decodeJwt(new URL(redirect).searchParams.get('request')!)
  assert.deepEqual((request.claims as { id_token: object }).id_token, {
    openbanking_intent_id: { value: 'aac-7', essential: true },
  })
  assert.equal(asked[0]!.get('scope'), 'openid accounts offline_access')
  const { connection } = await banks.completeLink(pending, callback)
  assert.equal(connection.bankConsentId, 'aac-7')
})

test('Berlin Group: the consent is created first, for no more than is asked, and the scope names it', async (t) => {
  const { banks, goThere, calls } = await startPlainBank(t, {
    way: { scopes: ['openid'], consent: 'berlin' },
    limits: { unattendedPullsPerDay: 3 },
    answer: () => ({ status: 201, body: { consentId: 'c-42', consentStatus: 'received', _links: {} } }),
  })
  const { redirect, pending, callback } = await goThere()
  const [created] = calls
  assert.deepEqual([created!.method, created!.path, created!.whose], ['POST', '/consents', null])
  assert.equal(created!.headers['psu-ip-address'], '192.0.2.7')
  assert.match(String(created!.headers['x-request-id']), /^[0-9a-f-]{36}$/)
  const { access, frequencyPerDay, validUntil } = JSON.parse(created!.body)
  assert.deepEqual([access, frequencyPerDay], [{ accounts: [], balances: [], transactions: [] }, 3])
  assert.match(validUntil, /^\d{4}-\d\d-\d\d$/)
  assert.equal(new URL(redirect).searchParams.get('scope'), 'openid AIS:c-42')
  assert.equal((await banks.completeLink(pending, callback)).connection.bankConsentId, 'c-42')
})

test('the request that creates a consent has the headers that a bank wants, and ours are not replaced', async (t) => {
  const served = {
    obie: { standard: 'obie-4.0', path: '/open-banking/v4.0/aisp' },
    berlin: { standard: 'berlin-1.3', path: '/psd2/v1' },
  } as const
  for (const consent of ['obie', 'berlin'] as const) {
    const { banks, calls } = await startPlainBank(t, {
      way: { scopes: ['openid', 'accounts'], consent },
      api: { ...served[consent], headers: { 'x-fapi-financial-id': 'bank-1', accept: 'text/html' } },
      answer: () => ({ status: 201, body: { consentId: 'c-1', Data: { ConsentId: 'c-1' } } }),
    })
    await banks.beginLink('plain', REQUEST)
    const { headers } = calls[0]!
    assert.equal(headers['x-fapi-financial-id'], 'bank-1', consent)
    assert.deepEqual([headers.accept, headers['content-type']], ['application/json', 'application/json'])
  }
})

test('a consent that the bank does not create sends nobody anywhere', async (t) => {
  for (const consent of ['obie', 'berlin']) {
    const { banks } = await startPlainBank(t, {
      way: { scopes: ['openid', 'accounts'], consent },
      answer: () => ({ status: 400, body: { Code: 'no' } }),
    })
    await assert.rejects(banks.beginLink('plain', REQUEST), fails('bank-refused'), consent)
    const silent = await startPlainBank(t, {
      way: { scopes: ['openid', 'accounts'], consent },
      answer: () => ({ status: 201, body: {} }),
    })
    await assert.rejects(silent.banks.beginLink('plain', REQUEST), fails('bank-answer-malformed'), consent)
  }
})

test('the secret goes to the bank’s token address and nowhere else', async (t) => {
  const { link, calls, asked, banks } = await startPlainBank(t, {
    way: { clientAuth: 'client_secret_post' },
    answer: empty,
  })
  await banks.readAccounts('plain', (await link()).connection)
  assert.ok(!JSON.stringify([calls, asked.map(String)]).includes(CLIENT_SECRET))
})
