import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as oauth from 'openid-client'
import { CONSENT_REQUEST, discover, LINK_SCOPES, visitBank } from '../testing/client.ts'
import { startTestBank } from '../testing/test-bank.ts'

test('a customer logs in, approves, and Guichet gets a bound token with the consent in it', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { tokens, callback } = await link('amina', { accounts: (all) => [all[0]!.accountId] })
  const [detail] = tokens.authorization_details as unknown as { consentId: string; accountIds: string[] }[]
  const [consent] = bank.consentsOf('amina')
  assert.equal(detail!.consentId, consent!.consentId)
  assert.deepEqual(detail!.accountIds, [bank.accountsOf('amina')[0]!.accountId])
  assert.equal(tokens.token_type, 'dpop')
  const claims = JSON.parse(Buffer.from(tokens.access_token.split('.')[1]!, 'base64url').toString())
  assert.equal(claims.fdxConsentId, consent!.consentId)
  assert.ok(claims.cnf.jkt)
  assert.equal(tokens.claims()!.sub, bank.customers()[0]!.customerId)
  assert.equal(new URL(callback).searchParams.get('iss'), bank.issuer)
})

test('signing in again asks for no approval and gives no way to the accounts', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { tokens, get } = await link('bruno', { scope: 'openid', detail: null })
  assert.equal(tokens.claims()!.sub, bank.customers()[1]!.customerId)
  assert.equal(tokens.refresh_token, undefined)
  assert.equal(bank.linkedCustomers().length, 0)
  await assert.rejects(get('/fdx/v6/accounts'), oauth.WWWAuthenticateChallengeError)
})

test('what a customer does not approve is not linked', async (t) => {
  const { bank, link } = await startTestBank(t)
  await assert.rejects(link('amina', { approve: false }), (error: oauth.AuthorizationResponseError) => {
    assert.equal(error.error, 'access_denied')
    return true
  })
  assert.deepEqual(bank.linkedCustomers(), [])
})

test('a wrong password is refused in the reader’s language, and nothing says who banks here', async (t) => {
  const { link } = await startTestBank(t)
  const refusal = (username: string, locale: string) =>
    link(username, { password: 'wrong', locale }).then(
      () => assert.fail('the log-in was accepted'),
      ({ answer, status }) => ({ ...answer.error, status }),
    )
  const known = await refusal('amina', 'fr-FR')
  assert.deepEqual(known, await refusal('nobody', 'fr-FR'))
  assert.equal(known.status, 401)
  assert.match(known.sentence, /mot de passe/)
  assert.match((await refusal('amina', 'en')).sentence, /password/)
})

test('nobody can approve for an account of somebody else', async (t) => {
  const { bank, link } = await startTestBank(t)
  const foreign = bank.accountsOf('bruno')[0]!.accountId
  await assert.rejects(link('amina', { accounts: () => [foreign] }), { message: 'accounts-wrong' })
  assert.deepEqual(bank.linkedCustomers(), [])
})

test('a refresh token works once; used twice, it ends the consent', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { config, DPoP, tokens, get } = await link('amina')
  const first = tokens.refresh_token!
  const renewed = await oauth.refreshTokenGrant(config, first, undefined, { DPoP })
  assert.notEqual(renewed.refresh_token, first)
  assert.equal((await get('/fdx/v6/accounts', renewed.access_token)).status, 200)
  await assert.rejects(oauth.refreshTokenGrant(config, first, undefined, { DPoP }))
  assert.deepEqual(bank.linkedCustomers(), [])
  await assert.rejects(get('/fdx/v6/accounts', renewed.access_token), oauth.WWWAuthenticateChallengeError)
})

test('revoking the refresh token ends the consent and its access tokens at once', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { config, tokens, get } = await link('amina')
  await oauth.tokenRevocation(config, tokens.refresh_token!)
  assert.deepEqual(bank.linkedCustomers(), [])
  await assert.rejects(get('/fdx/v6/accounts'), oauth.WWWAuthenticateChallengeError)
})

test('a request that is not pushed, not bound or not understood is refused', async (t) => {
  const { bank, guichet, link } = await startTestBank(t)
  const direct = new URL(`${bank.issuer}/auth`)
  direct.search = new URLSearchParams({
    client_id: 'guichet',
    response_type: 'code',
    scope: 'openid',
  }).toString()
  const response = await fetch(direct, { redirect: 'manual' })
  assert.equal(response.status, 400)

  const config = await discover(bank.issuer, guichet)
  const unbound = oauth.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: `${guichet.url}/link/callback`,
    scope: LINK_SCOPES,
  })
  await assert.rejects(unbound, 'without PKCE')
  const unknown = { type: 'fdx_consent', consentRequest: { ...CONSENT_REQUEST, purpose: 'ADVERTISING' } }
  await assert.rejects(link('amina', { detail: unknown }), { error: 'invalid_authorization_details' })
  const tooLong = { type: 'fdx_consent', consentRequest: { ...CONSENT_REQUEST, durationPeriod: 366 } }
  await assert.rejects(link('amina', { detail: tooLong }), { error: 'invalid_authorization_details' })
})

test('an approval cannot be sent by another page', async (t) => {
  const { bank, guichet } = await startTestBank(t)
  const config = await discover(bank.issuer, guichet)
  const verifier = oauth.randomPKCECodeVerifier()
  const DPoP = oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256'))
  const redirect = await oauth.buildAuthorizationUrlWithPAR(
    config,
    {
      redirect_uri: `${guichet.url}/link/callback`,
      scope: 'openid',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    },
    { DPoP },
  )
  const begun = await fetch(redirect, { redirect: 'manual' })
  const page = new URL(begun.headers.get('location')!, bank.issuer)
  const cookie = begun.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const details = await (await fetch(`${page}/details`, { headers: { cookie } })).json()
  assert.equal(details.prompt, 'login')
  assert.deepEqual(
    details.customers.map((one: { username: string }) => one.username),
    ['amina', 'bruno'],
  )
  const send = (headers: Record<string, string>, csrf: string) =>
    fetch(`${page}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ username: 'amina', password: 'guichet', csrf }),
    })
  assert.equal((await send({ cookie, origin: 'http://evil.example' }, details.csrf)).status, 403)
  assert.equal((await send({ cookie, origin: bank.issuer }, 'guessed')).status, 403)
  assert.equal((await send({ origin: bank.issuer }, details.csrf)).status, 404)
  assert.equal((await send({ cookie, origin: bank.issuer }, details.csrf)).status, 200)
  await assert.rejects(visitBank(`${page}`, { username: 'amina' }))
})
