import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as oauth from 'openid-client'
import { startTestBank } from '../testing/test-bank.ts'

const json = async (response: Response) => await response.json()

test('accounts show their balances, what is owed on a card as a positive figure', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { get } = await link('amina')
  const { accounts } = await json(await get('/fdx/v6/accounts'))
  assert.equal(accounts.length, 2)
  const [current, card] = accounts
  assert.equal(current.accountCategory, 'DEPOSIT_ACCOUNT')
  // 2,000.00 less twelve payments of 10.00 to 10.11; 42.00 is pending.
  assert.equal(current.currentBalance, 2_000 - 120.66)
  assert.equal(current.availableBalance, current.currentBalance - 42)
  assert.equal(card.accountCategory, 'LOC_ACCOUNT')
  assert.equal(card.currentBalance, 300)
  assert.equal(card.availableCredit, 4_700)
  const one = await json(await get(`/fdx/v6/accounts/${current.accountId}`))
  assert.equal(one.accountNumberDisplay, '9876')
  const me = await json(await get('/fdx/v6/customers/current'))
  assert.equal(me.customerId, bank.customers()[0]!.customerId)
})

test('pages hold every transaction once, newest first, whatever their size', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { get } = await link('amina')
  const { accountId } = bank.accountsOf('amina')[0]!
  const ids: string[] = []
  const times: string[] = []
  let pageKey: string | undefined
  do {
    const query = new URLSearchParams({ limit: '5', ...(pageKey && { pageKey }) })
    const page = await json(await get(`/fdx/v6/accounts/${accountId}/transactions?${query}`))
    assert.ok(page.transactions.length <= 5)
    for (const one of page.transactions) {
      ids.push(one.transactionId)
      times.push(one.transactionTimestamp)
    }
    pageKey = page.page.nextPageKey
  } while (pageKey)
  assert.equal(ids.length, 13)
  assert.equal(new Set(ids).size, 13)
  assert.deepEqual(times, [...times].sort().reverse())
})

test('a period narrows what is posted, and what is pending is always there', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { get } = await link('amina')
  const { accountId } = bank.accountsOf('amina')[0]!
  const list = async (from: number, to: number) => {
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString()
    const query = new URLSearchParams({ startTime: day(from), endTime: day(to) })
    return (await json(await get(`/fdx/v6/accounts/${accountId}/transactions?${query}`))).transactions
  }
  const some = await list(25.5, 22.5)
  assert.deepEqual(
    some.map((one: { status: string }) => one.status),
    ['PENDING', 'POSTED', 'POSTED', 'POSTED'],
  )
  const [pending, posted] = some
  assert.equal(pending.postedTimestamp, undefined)
  assert.notEqual(posted.transactionId, posted.referenceTransactionId)
  const wrong = await get(`/fdx/v6/accounts/${accountId}/transactions?startTime=yesterday`)
  assert.equal(wrong.status, 400)
  assert.equal((await json(wrong)).code, '702')
  const upsideDown = await get(
    `/fdx/v6/accounts/${accountId}/transactions?startTime=2026-02-01&endTime=2026-01-01`,
  )
  assert.equal((await json(upsideDown)).code, '703')
})

test('an account outside the consent, or of somebody else, is not found', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { get } = await link('amina', { accounts: (all) => [all[0]!.accountId] })
  const [, own] = bank.accountsOf('amina')
  const [others] = bank.accountsOf('bruno')
  for (const { accountId } of [own!, others!]) {
    for (const path of ['', '/transactions']) {
      const response = await get(`/fdx/v6/accounts/${accountId}${path}`)
      assert.equal(response.status, 404)
      assert.deepEqual((await json(response)).code, '701')
    }
  }
  assert.equal((await json(await get('/fdx/v6/accounts'))).accounts.length, 1)
})

test('a token without its key, with a used proof or without the scope opens nothing', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { tokens, config, get } = await link('amina')
  const other = await link('bruno')
  const url = new URL('/fdx/v6/accounts', bank.issuer)
  const bearer = await fetch(url, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  assert.equal(bearer.status, 401)
  const stolen = oauth.fetchProtectedResource(config, tokens.access_token, url, 'GET', undefined, undefined, {
    DPoP: other.DPoP,
  })
  await assert.rejects(stolen, oauth.WWWAuthenticateChallengeError)

  const proofs: string[] = []
  config[oauth.customFetch] = (target, options) => {
    const proof = new Headers(options.headers as Record<string, string>).get('dpop')
    if (proof) proofs.push(proof)
    return fetch(target, options as RequestInit)
  }
  assert.equal((await get('/fdx/v6/accounts')).status, 200)
  const again = { authorization: `DPoP ${tokens.access_token}`, dpop: proofs.at(-1)! }
  assert.equal((await fetch(url, { headers: again })).status, 401)

  const narrow = await link('amina', { scope: 'openid offline_access accounts' })
  const { accountId } = bank.accountsOf('amina')[0]!
  const refused = await narrow.get(`/fdx/v6/accounts/${accountId}/transactions`)
  assert.equal(refused.status, 403)
  assert.equal((await json(refused)).code, '706')
})

test('a consent can be read, and once revoked there it opens nothing', async (t) => {
  const { bank, link, guichet } = await startTestBank(t)
  const { get, tokens, config, DPoP } = await link('amina')
  const { consentId } = bank.consentsOf('amina')[0]!
  const consent = await json(await get(`/fdx/v6/consents/${consentId}`))
  assert.equal(consent.status, 'ACTIVE')
  assert.equal(consent.durationPeriod, 365)
  assert.equal(consent.resources.length, 2)
  assert.equal((await get('/fdx/v6/consents/con_other')).status, 404)

  const revoke = () =>
    get(`/fdx/v6/consents/${consentId}/revocation`, undefined, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'USER_ACTION', initiator: 'INDIVIDUAL' }),
    })
  assert.equal((await revoke()).status, 204)
  await assert.rejects(revoke(), oauth.WWWAuthenticateChallengeError)
  await assert.rejects(get('/fdx/v6/accounts'), oauth.WWWAuthenticateChallengeError)
  await assert.rejects(oauth.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP }))
  bank.authorise('amina', { amount: '1.00', descriptor: 'after the end' })
  await bank.flush()
  assert.equal(guichet.received.length, 0)
})

test('a bank can be made to fail in each of the ways that Guichet must bear', async (t) => {
  const { bank, link } = await startTestBank(t)
  const { get } = await link('amina')
  const { accountId } = bank.accountsOf('amina')[0]!
  const transactions = `/fdx/v6/accounts/${accountId}/transactions`

  bank.faults.set('accounts', 'answer-500')
  assert.equal((await get('/fdx/v6/accounts')).status, 500)
  bank.faults.set('accounts', 'malformed-json')
  await assert.rejects(get('/fdx/v6/accounts').then(json), SyntaxError)
  bank.faults.set('accounts', 'another-persons-account')
  const own = new Set(bank.accountsOf('amina').map((one) => one.accountId))
  const { accounts } = await json(await get('/fdx/v6/accounts'))
  assert.ok(accounts.some((one: { accountId: string }) => !own.has(one.accountId)))
  bank.faults.set('accounts', 'currency-unknown')
  assert.equal((await json(await get('/fdx/v6/accounts'))).accounts[0].currency.currencyCode, 'XQZ')
  bank.faults.set('transactions', 'amount-fraction')
  assert.equal((await json(await get(transactions))).transactions[0].amount, 12.345)
  bank.faults.set('transactions', 'pages-without-end')
  const pageKeyAfter = async (query: string) =>
    (await json(await get(`${transactions}${query}`))).page.nextPageKey
  const again = await pageKeyAfter('')
  assert.equal(await pageKeyAfter(`?pageKey=${again}`), again)
  bank.faults.set('customer', 'another-persons-account')
  const stranger = await json(await get('/fdx/v6/customers/current'))
  assert.notEqual(stranger.customerId, bank.customers()[0]!.customerId)
  bank.faults.set('account', 'hang')
  const waiting = get(`/fdx/v6/accounts/${accountId}`)
  waiting.catch(() => {})
  const winner = await Promise.race([
    waiting,
    new Promise((resolve) => setTimeout(resolve, 150, 'still waiting')),
  ])
  assert.equal(winner, 'still waiting')
  bank.faults.release()
  await assert.rejects(waiting)
  bank.faults.clear()
  assert.equal((await get('/fdx/v6/accounts')).status, 200)
})
