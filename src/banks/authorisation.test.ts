/** Guichet's own side of linking, against the simulated bank's real authorization server. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import { HOUR, MINUTE } from '#kit'
import { visitBank } from '../../sim/testing/client.ts'
import { fails, openDoor, REQUEST } from './door.fixture.ts'

const withParameter = (url: URL, name: string, value: string | null) => {
  const changed = new URL(url)
  if (value === null) changed.searchParams.delete(name)
  else changed.searchParams.set(name, value)
  return changed
}

test('what a person is asked for goes to the bank directly: their browser carries a reference and nothing else', async (t) => {
  const { bank, goThere, banks } = await openDoor(t)
  const { redirect, pending, callback } = await goThere()
  const url = new URL(redirect)
  assert.equal(url.origin, bank.issuer)
  assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri'])
  const { subject, connection } = await banks.completeLink(pending, callback)
  const [consent] = bank.consentsOf('amina')
  assert.equal(subject, consent!.customerId)
  assert.equal(connection.bankConsentId, consent!.consentId)
  assert.deepEqual(
    consent!.request.purposes.map(({ id }) => id),
    ['account-view'],
  )
  const { accounts } = await banks.readAccounts('chase', connection)
  assert.deepEqual(
    accounts.map(({ bankAccountId }) => bankAccountId),
    bank.accountsOf('amina').map(({ accountId }) => accountId),
  )
})

test('somebody who steals the tokens cannot use them: they are bound to a key that stays here', async (t) => {
  const { banks, link } = await openDoor(t)
  const { connection } = await link()
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const stolen = { ...connection, dpopJwk: (await exportJWK(privateKey)) as Record<string, unknown> }
  await assert.rejects(banks.readAccounts('chase', stolen), fails('bank-token-refused'))
  await banks.readAccounts('chase', connection)
})

test('a program that is not Guichet cannot ask the bank for anything', async (t) => {
  const { open, keys, link, advance } = await openDoor(t)
  const { connection } = await link()
  const { privateKey } = await generateKeyPair('ES256')
  const impostor = open({ keys: { ...keys, privateKey } })
  await assert.rejects(impostor.beginLink('chase', REQUEST), fails('bank-refused'))
  advance(HOUR)
  await assert.rejects(impostor.refresh('chase', connection), fails('bank-refused'))
})

test('a return with another state, without one, or of another browser’s request is refused', async (t) => {
  const { bank, banks, goThere } = await openDoor(t)
  const mine = await goThere('amina')
  const others = await goThere('bruno')
  for (const callback of [
    withParameter(mine.callback, 'state', 'guessed'),
    withParameter(mine.callback, 'state', null),
    others.callback,
  ])
    await assert.rejects(banks.completeLink(mine.pending, callback), fails('link-state-wrong'))
  const { subject } = await banks.completeLink(mine.pending, mine.callback)
  assert.equal(subject, bank.customers()[0]!.customerId, 'the true return still works')
})

test('a return that says it is from another bank is refused: codes go only to the bank that gave them', async (t) => {
  const { banks, goThere } = await openDoor(t)
  const { pending, callback } = await goThere()
  for (const issuer of ['http://127.0.0.1:9', 'https://evil.example', null])
    await assert.rejects(
      banks.completeLink(pending, withParameter(callback, 'iss', issuer)),
      fails('link-state-wrong'),
      String(issuer),
    )
  await banks.completeLink(pending, callback)
})

test('a request begun at one bank is not finished at another', async (t) => {
  const first = await openDoor(t)
  const { pending, callback } = await first.goThere()
  const citi = first.open({ profiles: [{ ...first.profile, id: 'citi' }] })
  assert.throws(() => citi.completeLink(pending, callback), fails('bank-unknown'))
  await assert.rejects(
    citi.completeLink({ ...pending, bankId: 'citi' }, withParameter(callback, 'iss', 'http://127.0.0.1:9')),
    fails('link-state-wrong'),
  )
})

test('a code that is used twice is refused, and what it gave is taken back', async (t) => {
  const { bank, banks, goThere } = await openDoor(t)
  const { pending, callback } = await goThere()
  const { connection } = await banks.completeLink(pending, callback)
  await assert.rejects(banks.completeLink(pending, callback), fails('bank-refused'))
  assert.deepEqual(bank.consentsOf('amina'), [])
  await assert.rejects(banks.readAccounts('chase', connection), fails('bank-token-refused'))
})

test('a stolen code is worth nothing without the secret that stayed here', async (t) => {
  const { banks, goThere } = await openDoor(t)
  const victim = await goThere('amina')
  const thief = await goThere('bruno')
  const pending = { ...thief.pending, state: victim.pending.state, nonce: victim.pending.nonce }
  await assert.rejects(banks.completeLink(pending, victim.callback), fails('bank-refused'))
})

test('what was pushed to the bank is used once: a second browser with the same address gets nowhere', async (t) => {
  const { banks, goThere } = await openDoor(t)
  const { redirect, pending, callback } = await goThere('amina')
  await banks.completeLink(pending, callback)
  await assert.rejects(visitBank(redirect, { username: 'bruno' }))
})

test('a token answer that names no consent, or no person, links nobody', async (t) => {
  const { open, goThere } = await openDoor(t)
  const without = (field: string) =>
    open({
      fetch: async (url, init) => {
        const response = await globalThis.fetch(url, init)
        if (!String(url).endsWith('/token')) return response
        const { [field]: _, ...rest } = (await response.json()) as Record<string, unknown>
        return Response.json(rest)
      },
    })
  for (const [field, code] of [
    ['authorization_details', 'bank-answer-malformed'],
    ['id_token', 'link-state-wrong'],
    ['access_token', 'link-state-wrong'],
  ] as const) {
    const { pending, callback } = await goThere()
    await assert.rejects(without(field).completeLink(pending, callback), fails(code), field)
  }
})

test('an identity made for another request is refused', async (t) => {
  const { banks, goThere } = await openDoor(t)
  const { pending, callback } = await goThere()
  await assert.rejects(
    banks.completeLink({ ...pending, nonce: 'another' }, callback),
    fails('link-state-wrong'),
  )
})

test('a bank that does not know of disputes is linked all the same', async (t) => {
  const { bank, open } = await openDoor(t)
  const asked: string[] = []
  const banks = open({
    fetch: async (url, init) => {
      const scope = new URLSearchParams(String(init?.body ?? '')).get('scope')
      if (scope !== null) asked.push(scope)
      if (!scope?.includes('disputes')) return await globalThis.fetch(url, init)
      return Response.json({ error: 'invalid_scope' }, { status: 400 })
    },
  })
  const { redirect, pending } = await banks.beginLink('chase', REQUEST)
  await banks.completeLink(pending, new URL(await visitBank(redirect, { username: 'amina' })))
  assert.equal(bank.consentsOf('amina').length, 1)
  assert.deepEqual(
    asked.map((scope) => scope.split(' ').slice(5)),
    [['cards:block', 'cards:manage', 'disputes'], ['cards:block']],
  )
})

test('who is not to be warned of frauds is not asked for orders about them', async (t) => {
  const { open } = await openDoor(t)
  const asked: string[] = []
  const banks = open({
    fetch: (url, init) => {
      asked.push(new URLSearchParams(String(init?.body ?? '')).get('scope') ?? '')
      return globalThis.fetch(url, init)
    },
  })
  await banks.beginLink('chase', { ...REQUEST, cardOrders: false })
  assert.ok(asked.some((scope) => scope.includes('accounts')))
  assert.ok(!asked.some((scope) => /cards:manage|disputes/.test(scope)))
})

test('somebody who does not approve is told so, and nothing is linked', async (t) => {
  const { bank, banks } = await openDoor(t)
  const { redirect, pending } = await banks.beginLink('chase', REQUEST)
  const callback = new URL(await visitBank(redirect, { username: 'amina', approve: false }))
  await assert.rejects(banks.completeLink(pending, callback), fails('link-declined'))
  assert.deepEqual(bank.linkedCustomers(), [])
})

test('an access that is about to end is renewed once; the old key to it opens nothing any more', async (t) => {
  const { banks, link, advance } = await openDoor(t)
  const { connection } = await link()
  assert.deepEqual(await banks.refresh('chase', connection), { connection, renewed: false })
  advance(9 * MINUTE + 1)
  const { connection: fresh, renewed } = await banks.refresh('chase', connection)
  assert.ok(renewed)
  assert.notEqual(fresh.refreshToken, connection.refreshToken)
  assert.ok(fresh.accessTokenExpiresAt > connection.accessTokenExpiresAt)
  await banks.readAccounts('chase', fresh)
  await assert.rejects(banks.refresh('chase', connection), fails('bank-access-ended'))
  await assert.rejects(
    banks.readAccounts('chase', fresh),
    fails('bank-token-refused'),
    'the bank takes a copy for a theft',
  )
})

test('two who renew the same access at the same moment get the same one, and it is not lost', async (t) => {
  const { banks, link, advance } = await openDoor(t)
  const { connection } = await link()
  advance(HOUR)
  const [one, two, three] = await Promise.all([1, 2, 3].map(() => banks.refresh('chase', connection)))
  assert.ok(one!.renewed)
  assert.deepEqual([one, one], [two, three])
  await banks.readAccounts('chase', one!.connection)
})

test('an access without a key to renew it ends where it ends', async (t) => {
  const { banks, link, advance } = await openDoor(t)
  const { connection } = await link()
  advance(HOUR)
  await assert.rejects(
    banks.refresh('chase', { ...connection, refreshToken: null }),
    fails('bank-access-ended'),
  )
})

test('a consent that the person ends at their bank opens nothing here any more', async (t) => {
  const { bank, banks, link } = await openDoor(t)
  const { connection } = await link()
  bank.revokeConsents('amina')
  await assert.rejects(banks.readAccounts('chase', connection), fails('bank-token-refused'))
})

test('access that is handed back is over at the bank', async (t) => {
  const { bank, banks, link } = await openDoor(t)
  const { connection } = await link()
  await banks.revoke('chase', connection)
  assert.deepEqual(bank.consentsOf('amina'), [])
  await assert.rejects(banks.readAccounts('chase', connection), fails('bank-token-refused'))
})

test('signing in again asks who a person is and nothing else', async (t) => {
  const { bank, banks } = await openDoor(t)
  const { redirect, pending } = await banks.beginSignIn('chase', { locale: 'fr' })
  const callback = new URL(await visitBank(redirect, { username: 'bruno' }))
  const { subject } = await banks.completeSignIn(pending, callback)
  assert.equal(subject, bank.customers()[1]!.customerId)
  assert.deepEqual(bank.linkedCustomers(), [])
})

test('a bank that was down at the first try is reached at the second', async (t) => {
  const { bank, banks, open } = await openDoor(t)
  bank.faults.set('discovery', 'hang')
  await assert.rejects(open({ timeoutMs: 200 }).beginLink('chase', REQUEST), fails('bank-unreachable'))
  bank.faults.set('discovery', 'answer-429')
  await assert.rejects(banks.beginLink('chase', REQUEST), fails('bank-limit-reached'))
  assert.equal(banks.downSince('chase'), null)
  bank.faults.set('discovery', 'answer-500')
  await assert.rejects(banks.beginLink('chase', REQUEST), fails('bank-unreachable'))
  assert.ok(banks.downSince('chase'))
  bank.faults.set('discovery', 'malformed-json')
  await assert.rejects(banks.beginLink('chase', REQUEST), fails('bank-answer-malformed'))
  bank.faults.clear()
  for (const [endpoint, fault, code] of [
    ['par', 'answer-500', 'bank-unreachable'],
    ['par', 'malformed-json', 'bank-answer-malformed'],
  ] as const) {
    bank.faults.set(endpoint, fault)
    await assert.rejects(banks.beginLink('chase', REQUEST), fails(code))
  }
  bank.faults.clear()
  await banks.beginLink('chase', REQUEST)
  assert.equal(banks.downSince('chase'), null)
})

test('an answer of the bank that is broken, endless or about somebody else is refused whole', async (t) => {
  const { bank, banks, open, link } = await openDoor(t)
  const { connection } = await link()
  const { accounts } = await banks.readAccounts('chase', connection)
  const account = { bankAccountId: accounts[0]!.bankAccountId, currency: 'GBP' }
  const span = { from: Date.now() - 60 * 24 * HOUR, to: Date.now() }
  const readAccounts = (door = banks) => door.readAccounts('chase', connection)
  const readPayments = (door = banks) =>
    Array.fromAsync(door.readTransactions('chase', connection, account, span))
  const whole = (await readPayments()).flatMap(({ rows }) => rows).length
  assert.ok(whole > 10)

  const cases = [
    ['accounts', 'malformed-json', readAccounts, 'bank-answer-malformed'],
    ['accounts', 'pages-without-end', readAccounts, 'bank-answer-malformed'],
    ['accounts', 'another-persons-account', readAccounts, 'bank-answer-mismatched'],
    ['customer', 'another-persons-account', readAccounts, 'bank-answer-mismatched'],
    ['customer', 'malformed-json', readAccounts, 'bank-answer-malformed'],
    ['consent', 'malformed-json', readAccounts, 'bank-answer-malformed'],
    ['accounts', 'answer-500', readAccounts, 'bank-unreachable'],
    ['transactions', 'malformed-json', readPayments, 'bank-answer-malformed'],
    ['transactions', 'pages-without-end', readPayments, 'bank-answer-malformed'],
    ['transactions', 'another-persons-account', readPayments, 'bank-answer-mismatched'],
    ['transactions', 'answer-429', readPayments, 'bank-limit-reached'],
  ] as const
  for (const [endpoint, fault, read, code] of cases) {
    bank.faults.set(endpoint, fault)
    await assert.rejects(read(), fails(code), `${endpoint} ${fault}`)
    bank.faults.clear()
  }
  bank.faults.set('transactions', 'hang')
  await assert.rejects(readPayments(open({ timeoutMs: 200 })), fails('bank-unreachable'))
  bank.faults.clear()
  assert.equal((await readAccounts()).accounts.length, accounts.length)
})

test('a row that cannot be read is set aside with the field at fault, and the others are read', async (t) => {
  const { bank, banks, link } = await openDoor(t)
  const { connection } = await link()
  const { accounts } = await banks.readAccounts('chase', connection)
  const account = { bankAccountId: accounts[0]!.bankAccountId, currency: 'GBP' }
  const span = { from: Date.now() - 60 * 24 * HOUR, to: Date.now() }
  const faults = [
    ['currency-unknown', 'currency-unknown', 'foreignCurrency'],
    ['amount-fraction', 'amount-malformed', 'amount'],
  ] as const
  for (const [fault, why, field] of faults) {
    bank.faults.set('accounts', fault)
    const answer = await banks.readAccounts('chase', connection)
    assert.equal(answer.accounts.length + answer.refused.length, accounts.length)
    assert.ok(answer.refused.length > 0 && answer.refused.every((row) => row.why === why))
    bank.faults.clear()
    bank.faults.set('transactions', fault)
    const pages = await Array.fromAsync(banks.readTransactions('chase', connection, account, span))
    const refused = pages.flatMap((page) => page.refused)
    assert.ok(refused.length > 10)
    assert.deepEqual(refused[0], {
      bankAccountId: account.bankAccountId,
      place: 'transactions[0]',
      field,
      why,
    })
    bank.faults.clear()
  }
})

test('an answer that is a web page and not data is not read', async (t) => {
  const { open, link } = await openDoor(t)
  const { connection } = await link()
  for (const type of ['text/html; charset=utf-8', 'text/plain', 'application/jsonp', '']) {
    const banks = open({
      fetch: async (url, init) => {
        const response = await globalThis.fetch(url, init)
        if (!String(url).includes('/fdx/')) return response
        return new Response(await response.arrayBuffer(), { headers: { 'content-type': type } })
      },
    })
    await assert.rejects(banks.readAccounts('chase', connection), fails('bank-answer-malformed'), type)
  }
})

test('a bank nobody set up is unknown', async (t) => {
  const { banks } = await openDoor(t)
  assert.throws(() => banks.profile('constructor'), fails('bank-unknown'))
  assert.throws(() => banks.beginLink('citi', REQUEST), fails('bank-unknown'))
})
