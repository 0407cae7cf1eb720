/** What is sent to the doors by mistake or on purpose, and what comes back: a clear refusal, and nothing half done. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { FAULTS, type FaultCode } from '#kit'
import { signRequest } from '../../sim/bank/signing.ts'
import { visitBank } from '../../sim/testing/client.ts'
import type {
  ErrorJson,
  LinesJson,
  MessageJson,
  PrivacyJson,
  ReadsJson,
  RedirectJson,
  SessionJson,
  TransactionRowJson,
} from '../../src/http/api.ts'
import { eventually, openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
let amina: Visitor
before(async () => {
  town = await openTown({ quiet: true })
  amina = town.visitor()
  await amina.link('chase', ['account-view', 'fraud-alerts', 'spending-insights', 'bank-offers'], 'amina')
  await eventually('the accounts', async () => (await amina.say('balance'))[0]?.show?.type === 'accounts')
})
after(() => town.close())

/** The answer must be one of our errors, in its own words, with nothing of what was sent. */
async function refusal(
  answer: Promise<Response> | Response,
  code: FaultCode,
  why?: string,
): Promise<ErrorJson['error']> {
  const response = await answer
  const text = await response.text()
  assert.match(
    response.headers.get('content-type') ?? '',
    /^application\/json/,
    `${why} ${text.slice(0, 200)}`,
  )
  const { error } = JSON.parse(text) as ErrorJson
  assert.deepEqual(
    [error?.code, response.status],
    [code, FAULTS[code].http],
    `${why ?? ''} ${text.slice(0, 200)}`,
  )
  assert.ok(
    [FAULTS[code].en, FAULTS[code].fr].some((known) => known === error.sentence),
    'a person can read it',
  )
  return error
}

async function visitor(): Promise<Visitor> {
  const somebody = town.visitor()
  await somebody.say('Hello')
  return somebody
}

const show = async (who: Visitor, question: string): Promise<TransactionRowJson[]> => {
  const [answer] = await who.say(question)
  return answer?.show?.type === 'transactions' ? answer.show.rows : []
}

// What people write

test('a message of ten megabytes is refused, and one of 2,001 characters; 2,000 are read', async () => {
  const who = await visitor()
  const send = (text: string) => who.call('POST', '/api/chat/messages', { text, locale: 'en' })
  await refusal(send('x'.repeat(10 * 1024 * 1024)), 'message-too-long')
  await refusal(send('é'.repeat(2_001)), 'message-too-long')
  assert.equal((await send('🙂'.repeat(1_000))).status, 200)
  assert.equal((await who.messages()).filter(({ from }) => from === 'person').length, 2)
})

test('a message is shown as it reads: without control characters, and without turning text round', async () => {
  const who = await visitor()
  await who.say('pay\u202eelpoep\u202c\u0000\u0007 <b>me</b>\u2066 =1+1\ufeff')
  const own = (await who.messages()).filter(({ from }) => from === 'person').at(-1)!
  assert.equal(own.text, 'payelpoep <b>me</b> =1+1')
  for (const nothing of ['', '   ', '\u0000\u0001', '\u200b\u202e\ufeff'])
    await refusal(
      who.call('POST', '/api/chat/messages', { text: nothing, locale: 'en' }),
      'request-malformed',
    )
})

test('a request that is no JSON, or has another shape than documented, is refused and changes nothing', async () => {
  const who = await visitor()
  const before = (await who.messages()).length
  const bodies = [
    '',
    '{',
    'null',
    '[]',
    '"hello"',
    '{"text":"hi"}',
    '{"text":1,"locale":"en"}',
    '{"text":"hi","locale":"de"}',
    '{"text":"hi","locale":"en","personId":"per_1"}',
    '{"__proto__":{"text":"hi"},"locale":"en"}',
    '{"constructor":{"prototype":{}},"text":"hi","locale":"en"}',
    '['.repeat(50_000),
  ]
  for (const body of bodies)
    await refusal(who.call('POST', '/api/chat/messages', body), 'request-malformed', body.slice(0, 40))
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/xml',
  ])
    await refusal(
      who.call('POST', '/api/chat/messages', 'text=hi&locale=en', { 'content-type': type }),
      'request-malformed',
      type,
    )
  assert.equal((await who.messages()).length, before)
})

test('a choice of payment lines that cannot be meant is refused and changes nothing', async () => {
  const [before] = await amina.get<LinesJson[]>('/api/lines')
  const { linkId, cards } = before!
  const quiet = { from: 60, to: 120 }
  const all = { linkId, cardNumberDisplay: null, lines: 'all', above: null, quiet: null }
  const own = { ...all, cardNumberDisplay: cards[0]!.cardNumberDisplay }
  const above = { amountMinor: 5_000, currency: 'GBP' }
  const wrong = {
    'an amount where none counts': { ...all, above },
    'no amount where one counts': { ...own, lines: 'above' },
    'an amount of nothing': { ...own, lines: 'above', above: { ...above, amountMinor: 0 } },
    'hours that end as they begin': { ...own, quiet: { from: 60, to: 60 } },
    'an hour that no clock shows': { ...own, quiet: { from: 60, to: 1_440 } },
    'all cards as the others': { ...all, lines: 'as-others' },
    'never quiet, for all cards': { ...all, quiet: 'never' },
    'a word for hours': { ...own, quiet: 'always' },
  }
  for (const [why, choice] of Object.entries(wrong))
    await refusal(amina.call('POST', '/api/lines', choice), 'request-malformed', why)
  const somebodyElses = { ...own, linkId: 'lnk_somebody_elses' }
  await refusal(amina.call('POST', '/api/lines', somebodyElses), 'not-found')
  assert.deepEqual(await amina.get<LinesJson[]>('/api/lines'), [before])

  for (const choice of [
    { ...own, lines: 'above', above, quiet },
    { ...own, lines: 'as-others', quiet: 'never' },
  ]) {
    const { linkId: _, ...kept } = choice
    const [after] = await amina.post<LinesJson[]>('/api/lines', choice)
    assert.deepEqual(after!.choices, [kept])
  }
})

test('a wrong part of an address is refused by name', async () => {
  for (const [path, field] of [
    ['/api/chat/messages?limit=0', 'limit'],
    ['/api/chat/messages?limit=1000000000', 'limit'],
    ['/api/chat/messages?limit=ten', 'limit'],
    ['/api/chat/messages?before=%00', 'before'],
    ['/api/chat/messages?before=a&before=b', 'before'],
    [`/api/chat/messages?before=${'x'.repeat(65)}`, 'before'],
    ['/api/privacy/reads?before=-1', 'before'],
    ['/api/privacy/reads?before=1e400', 'before'],
    ['/api/privacy/reads?limit=101', 'limit'],
    ['/api/privacy/receipts/%00', 'id'],
    ['/api/privacy/receipts/..%2f..%2fetc%2fpasswd', 'id'],
  ] as const) {
    const { field: named } = await refusal(amina.call('GET', path), 'request-malformed', path)
    assert.equal(named, field, path)
  }
})

test('what is asked of a bank that does not exist, or for a purpose that does not, is refused', async () => {
  const who = await visitor()
  const ask = (body: object) =>
    who.call('POST', '/api/links', { bankId: 'chase', purposes: ['account-view'], locale: 'en', ...body })
  for (const bankId of ['nobody', '', '../chase', 'constructor', '\u0000'])
    await refusal(ask({ bankId }), 'bank-unknown', bankId)
  for (const purposes of [
    [],
    ['advertising'],
    ['own-copy'],
    ['walk-away'],
    ['toString'],
    ['account-view', 'account-view'],
    ['__proto__'],
    'account-view',
    Array(9).fill('account-view'),
  ])
    await refusal(ask({ purposes }), 'request-malformed', JSON.stringify(purposes))
})

// Whose data

test('somebody else’s message, button, read, proof, receipt or consent is simply not there', async () => {
  const bruno = town.visitor()
  await bruno.link('citi', ['account-view'], 'bruno')
  const messages = await amina.messages()
  const asked = (await amina.say('block my card')).flatMap(({ actions }) => actions)
  const button = asked.find((action) => 'token' in action)!
  assert.ok('token' in button)
  const { links } = await amina.get<PrivacyJson>('/api/privacy')
  const grant = links[0]!.grants[0]!
  const { reads } = await amina.get<ReadsJson>('/api/privacy/reads')
  const read = await eventually('a read with a proof', async () =>
    (await amina.get<ReadsJson>('/api/privacy/reads')).reads.find(({ provable }) => provable),
  )
  assert.ok(reads.length > 0)

  const pairs: [method: 'GET' | 'POST', hers: string, nobodys: string][] = [
    ['GET', `/api/chat/messages?before=${messages[0]!.id}`, '/api/chat/messages?before=msg_nobody'],
    ['POST', `/api/chat/actions/${button.token}`, `/api/chat/actions/${'x'.repeat(32)}`],
    ['GET', `/api/privacy/reads/${read.id}/proof`, '/api/privacy/reads/lnk_nobody.1/proof'],
    ['GET', `/api/privacy/receipts/${grant.id}`, '/api/privacy/receipts/grt_nobody'],
    ['POST', `/api/grants/${grant.id}/withdraw`, '/api/grants/grt_nobody/withdraw'],
  ]
  for (const [method, hers, nobodys] of pairs) {
    const body = method === 'POST' ? {} : undefined
    const theirs = await refusal(bruno.call(method, hers, body), 'not-found', hers)
    assert.deepEqual(theirs, await refusal(bruno.call(method, nobodys, body), 'not-found', nobodys))
  }
  const after = (await amina.get<PrivacyJson>('/api/privacy')).links[0]!.grants
  assert.equal(after.find(({ id }) => id === grant.id)!.state, 'given')
  assert.equal((await amina.call('GET', `/api/privacy/receipts/${grant.id}`)).status, 200)
  assert.equal((await amina.call('GET', `/api/privacy/reads/${read.id}/proof`)).status, 200)
  assert.ok((await amina.tap(button)).length > 0, 'her button still works')
  town.bank('chase').unblock('amina')
})

test('somebody without a session is told to sign in, and a visitor owns nothing', async () => {
  for (const path of [
    '/api/privacy',
    '/api/privacy/reads',
    '/api/privacy/receipts/x',
    '/api/privacy/reads/x.1/proof',
    '/api/events',
  ]) {
    await refusal(fetch(new URL(path, town.url)), 'not-signed-in', path)
    const nobody = town.visitor()
    await nobody.arrive()
    await refusal(nobody.call('GET', path), 'not-signed-in', path)
  }
  assert.deepEqual(await (await fetch(new URL('/api/chat/messages', town.url))).json(), { messages: [] })
})

test('exporting, erasing and adding a passkey need a proof of who is there', async () => {
  const who = await visitor()
  for (const path of [
    '/api/export',
    '/api/erase',
    '/api/passkeys/register/options',
    '/api/passkeys/register/verify',
  ])
    await refusal(
      who.call('POST', path, path === '/api/erase' ? { confirm: true } : { id: 'x' }),
      'step-up-needed',
      path,
    )
  for (const confirm of [false, 'true', 1, undefined])
    await refusal(amina.call('POST', '/api/erase', { confirm }), 'request-malformed')
})

test('a passkey that is forged, unknown, replayed or without a challenge opens nothing', async () => {
  const who = await visitor()
  const { id } = (await who.get<SessionJson>('/api/session')).person!
  const bytes = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
  const forged = (challenge: string) => ({
    id: 'AAAA',
    rawId: 'AAAA',
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: bytes({ type: 'webauthn.get', challenge, origin: town.url }),
      authenticatorData: Buffer.alloc(37).toString('base64url'),
      signature: 'AAAA',
      userHandle: Buffer.from(id).toString('base64url'),
    },
  })
  const verify = (body: unknown) => who.call('POST', '/api/passkeys/login/verify', body)
  await refusal(verify(forged('x')), 'request-malformed', 'no challenge under way')
  const begin = async () => (await who.post<{ challenge: string }>('/api/passkeys/login/options')).challenge
  const challenge = await begin()
  await refusal(verify(forged(challenge)), 'not-signed-in')
  await refusal(verify(forged(challenge)), 'request-malformed', 'a challenge is used once')
  for (const body of [{}, { id: '' }, { id: 7 }, { id: '\u0000' }, { id: "' or 1=1" }, [], 'x']) {
    await begin()
    await refusal(verify(body), 'request-malformed', JSON.stringify(body))
  }
  await begin()
  await refusal(verify({ id: 'AAAA' }), 'not-signed-in')
  await amina.post('/api/passkeys/register/options')
  for (const body of [{ id: 'AAAA' }, { id: 'AAAA', response: null }, { ...forged('x'), response: {} }])
    await refusal(amina.call('POST', '/api/passkeys/register/verify', body), 'request-malformed')
})

// Who sends

const CHANGING: [path: string, body: object][] = [
  ['/api/chat/messages', { text: 'hi', locale: 'en' }],
  [`/api/chat/actions/${'x'.repeat(32)}`, {}],
  ['/api/session/locale', { locale: 'fr' }],
  ['/api/signout', {}],
  ['/api/links', { bankId: 'chase', purposes: ['account-view'], locale: 'en' }],
  ['/api/signin/bank', { bankId: 'chase' }],
  ['/api/grants/x/withdraw', {}],
  ['/api/export', {}],
  ['/api/erase', { confirm: true }],
  ['/api/passkeys/register/options', {}],
  ['/api/passkeys/register/verify', { id: 'x' }],
  ['/api/passkeys/login/options', {}],
  ['/api/passkeys/login/verify', { id: 'x' }],
]

test('a request that another page had somebody’s browser send changes nothing', async () => {
  const who = await visitor()
  const before = (await who.messages()).length
  const stranger = town.visitor()
  const { csrf: another } = await stranger.arrive()
  const wrong: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: `${town.url}.evil.example` },
    { origin: town.url.replace('http:', 'https:') },
    { origin: 'null' },
    { origin: '' },
    { 'x-csrf-token': '' },
    { 'x-csrf-token': 'guessed' },
    { 'x-csrf-token': another },
  ]
  for (const [path, body] of CHANGING)
    for (const headers of wrong)
      await refusal(
        who.call('POST', path, body, headers),
        'origin-refused',
        `${path} ${JSON.stringify(headers)}`,
      )
  assert.equal((await who.messages()).length, before)
  assert.equal((await who.get<SessionJson>('/api/session')).locale, 'en')
})

test('the cookie of a session cannot be read by scripts, sent by other sites, or set from outside', async () => {
  const response = await fetch(new URL('/api/session', town.url))
  const [cookie, ...others] = response.headers.getSetCookie()
  assert.deepEqual(others, [])
  assert.match(cookie!, /^guichet=[\w-]{43};/)
  for (const flag of [/; HttpOnly/i, /; SameSite=Lax/i, /; Path=\//i]) assert.match(cookie!, flag)
  assert.doesNotMatch(cookie!, /Domain|Expires|Max-Age/i)
  for (const forged of [
    'guichet=',
    `guichet=${'A'.repeat(43)}`,
    `guichet=${'x'.repeat(5_000)}`,
    'guichet=%00',
    "guichet=' or 1=1",
  ]) {
    const answer = await fetch(new URL('/api/session', town.url), { headers: { cookie: forged } })
    const { person } = (await answer.json()) as SessionJson
    assert.equal(person, null, forged)
    assert.doesNotMatch(
      answer.headers.getSetCookie()[0] ?? '',
      /=A{43};/,
      'a session is never begun under a name from outside',
    )
  }
})

// What every page carries

test('every answer forbids scripts of others, frames, sniffing and referrers, and is kept by nobody', async () => {
  const paths = [
    '/',
    '/link',
    '/signin',
    '/privacy',
    '/?error=internal',
    '/api/session',
    '/api/banks',
    '/api/purposes',
    '/api/privacy',
    '/api/faults/internal',
    '/health',
    '/.well-known/jwks.json',
    '/.well-known/guichet.json',
    '/log/checkpoint',
    '/nowhere',
    '/assets/nothing.js',
    '/link/callback?state=x',
    '/%zz',
  ]
  for (const path of paths) {
    const { headers } = await fetch(new URL(town.url) + path.slice(1), { redirect: 'manual' })
    const policy = headers.get('content-security-policy') ?? ''
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ])
      assert.ok(policy.includes(part), `${path} lacks ${part}`)
    assert.doesNotMatch(policy, /unsafe|\*|https?:/, path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path)
    assert.equal(headers.get('x-frame-options'), 'DENY', path)
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', path)
    assert.equal(headers.get('cache-control'), 'no-store', path)
    assert.equal(headers.get('access-control-allow-origin'), path.startsWith('/log/') ? '*' : null, path)
    assert.equal(headers.get('server') ?? headers.get('x-powered-by'), null, path)
  }
})

test('an address that does not exist, or cannot be read, is not found, and is not repeated', async () => {
  for (const path of [
    'nowhere',
    'api',
    'api/',
    'api/../../etc/passwd',
    'assets/..%2f..%2fpackage.json',
    'assets/%2e%2e/index.html',
    'log/..%2fkeys',
    'banks',
    'API/session',
    'constructor',
  ]) {
    const answer = await fetch(`${town.url}/${path}`)
    const text = await answer.clone().text()
    assert.doesNotMatch(text, /passwd|package|guichet"|<html/, path)
    await refusal(answer, 'not-found', path)
  }
  for (const path of ['%zz', 'api/%', 'api/privacy/receipts/%E0%A4%A']) {
    const answer = await fetch(`${town.url}/${path}`)
    assert.doesNotMatch(await answer.clone().text(), /%|zz/, path)
    await refusal(answer, 'request-malformed', path)
  }
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    await refusal(fetch(`${town.url}/api/session`, { method }), 'not-found', method)
})

// What banks send

type Json = Record<string, unknown>
let events = 0

function event(over: Json = {}, data: Json = {}): Json {
  events++
  const bank = town.bank('chase')
  return {
    specversion: '1.0',
    id: `bad-input-${events}`,
    source: bank.issuer,
    type: 'org.guichet.card.authorised.v1',
    subject: bank.accountsOf('amina')[0]!.accountId,
    time: new Date().toISOString(),
    sequence: String(1_000 + events),
    datacontenttype: 'application/json',
    data: {
      transactionId: `bad-input-auth-${events}`,
      referenceTransactionId: null,
      amount: '12.30',
      debitCreditMemo: 'DEBIT',
      currency: 'GBP',
      foreignAmount: null,
      foreignCurrency: null,
      merchant: {
        descriptor: 'tesco stores 6227',
        mcc: '5411',
        country: 'GB',
        city: null,
        latitude: null,
        longitude: null,
      },
      entryMode: 'contactless',
      cardNumberDisplay: '4321',
      ...data,
    },
    ...over,
  }
}

async function tell(
  body: string | Json[],
  over: { by?: string; to?: string; tag?: string; contentType?: string; nonce?: string; now?: number } = {},
): Promise<Response> {
  const {
    by = 'chase',
    to = 'chase',
    tag = 'guichet-event',
    contentType = 'application/cloudevents-batch+json',
    ...rest
  } = over
  const { url, ...request } = await town.bank(by).sign({
    url: `${town.url}/banks/${to}/events`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    contentType,
    tag,
    ...rest,
  })
  return await fetch(url, request)
}
const told = async (...batch: Json[]) => (await tell(batch)).json()

test('a batch that is cut short, too large or no batch is refused, and nothing of it is kept', async () => {
  const whole = JSON.stringify([event()])
  await refusal(tell(whole.slice(0, -10)), 'event-truncated')
  await refusal(tell(''), 'event-truncated')
  await refusal(tell('{}'), 'event-malformed')
  await refusal(tell(Array.from({ length: 501 }, () => event())), 'event-too-large')
  await refusal(tell(`[${' '.repeat(1024 * 1024)}]`), 'event-too-large')
  const good = event()
  const { field } = await refusal(tell([good, event({}, { amount: '-1' })]), 'event-malformed')
  assert.equal(field, '[1].data.amount')
  assert.deepEqual(
    await told(good),
    { accepted: 1, duplicates: 0, dropped: 0 },
    'the good one had not been taken',
  )
})

test('an unknown currency, a fraction of a penny and a number for an amount are refused by field', async () => {
  const cases: [FaultCode, string, Json][] = [
    ['currency-unknown', 'amount', { currency: 'XQZ' }],
    ['amount-malformed', 'amount', { amount: '12.305' }],
    ['event-malformed', 'amount', { amount: 12.3 }],
    ['currency-unknown', 'foreignAmount', { foreignAmount: '1', foreignCurrency: 'XQZ' }],
    ['event-malformed', 'transactionId', { transactionId: 'nul\u0000' }],
  ]
  for (const [code, field, data] of cases) {
    const error = await refusal(tell([event({}, data)]), code)
    assert.deepEqual([error.field, error.retry], [`[0].data.${field}`, false])
  }
})

test('events about accounts nobody linked are acknowledged and dropped', async () => {
  const unknown = event({ subject: 'account-of-nobody' })
  const brunos = event({ subject: town.bank('chase').accountsOf('bruno')[0]!.accountId })
  assert.deepEqual(await told(unknown, brunos, event()), { accepted: 1, duplicates: 0, dropped: 2 })
})

test('an event told twice is one payment, and its id with another content is refused', async () => {
  const one = event({}, { amount: '77.01', merchant: merchant('told twice ltd') })
  assert.deepEqual(await told(one, one), { accepted: 1, duplicates: 1, dropped: 0 })
  assert.deepEqual(await told(one), { accepted: 0, duplicates: 1, dropped: 0 })
  await refusal(tell([{ ...one, sequence: '9' }]), 'event-conflict')
  assert.equal((await show(amina, 'find the £77.01 payment')).length, 1)
})

test('a payment that is posted before it is authorised is one payment, posted', async () => {
  const authorised = event({}, { amount: '88.02', merchant: merchant('late till ltd') })
  const { transactionId } = authorised.data as { transactionId: string }
  const posted = event(
    { type: 'org.guichet.card.posted.v1' },
    {
      amount: '88.02',
      merchant: merchant('late till ltd'),
      transactionId: `${transactionId}-posted`,
      referenceTransactionId: transactionId,
    },
  )
  assert.deepEqual(await told(posted), { accepted: 1, duplicates: 0, dropped: 0 })
  assert.deepEqual(await told(authorised), { accepted: 1, duplicates: 0, dropped: 0 })
  const rows = await show(amina, 'find the £88.02 payment')
  assert.deepEqual(
    rows.map(({ status }) => status),
    ['posted'],
  )
})

test('a message that is unsigned, another bank’s, replayed, old or for another purpose is refused', async () => {
  const batch = [event()]
  await refusal(
    fetch(`${town.url}/banks/chase/events`, { method: 'POST', body: JSON.stringify(batch) }),
    'signature-invalid',
  )
  await refusal(tell(batch, { by: 'citi' }), 'signature-invalid')
  await refusal(tell(batch, { to: 'citi' }), 'signature-invalid')
  await refusal(tell(batch, { to: 'nobody' }), 'bank-unknown')
  await refusal(tell(batch, { to: 'No%00body' }), 'request-malformed')
  await refusal(tell(batch, { tag: 'guichet-withdraw' }), 'signature-invalid')
  await refusal(tell(batch, { now: Date.now() - 6 * 60_000 }), 'event-stale')
  await refusal(tell(batch, { now: Date.now() + 6 * 60_000 }), 'event-stale')
  const nonce = 'the-same-nonce-two-times-over'
  assert.equal((await tell(batch, { nonce })).status, 200)
  await refusal(tell(batch, { nonce }), 'event-replayed')
  const withdrawal = await town.bank('chase').sign({
    url: `${town.url}/banks/chase/withdraw`,
    body: JSON.stringify({ reason: 'x' }),
    contentType: 'application/json',
    tag: 'guichet-event',
  })
  await refusal(fetch(withdrawal.url, withdrawal), 'signature-invalid')
  assert.ok(
    (await amina.get<{ id: string; status: string }[]>('/api/banks')).every(
      ({ status }) => status === 'open',
    ),
  )
})

test('a bank that says it leaves without saying why, or in half a sentence, has said nothing', async () => {
  for (const body of [
    '{"reason":',
    '{}',
    '{"reason":""}',
    '{"reason":"x","confirm":true}',
    '[]',
    '',
    'null',
  ]) {
    const { url, ...request } = await town.bank('chase').sign({
      url: `${town.url}/banks/chase/withdraw`,
      body,
      contentType: 'application/json',
      tag: 'guichet-withdraw',
    })
    await refusal(fetch(url, request), 'request-malformed', body)
  }
  assert.ok((await amina.get<{ status: string }[]>('/api/banks')).every(({ status }) => status === 'open'))
})

test('a signature by a key that the bank never registered is refused', async () => {
  const { kid } = town.bank('chase').profile.eventKeys[0] as { kid: string }
  const key = { ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), kid }
  const { url, ...request } = await signRequest({
    url: `${town.url}/banks/chase/events`,
    body: '[]',
    contentType: 'application/cloudevents-batch+json',
    tag: 'guichet-event',
    key,
    now: Date.now(),
  })
  await refusal(fetch(url, request), 'signature-invalid')
})

const merchant = (descriptor: string): Json => ({
  descriptor,
  mcc: '5732',
  country: 'GB',
  city: null,
  latitude: null,
  longitude: null,
})

test('a shop whose name is markup, a formula or turned round is shown as text', async () => {
  const names: [string, string][] = [
    ['91.01', '<img src=x onerror=alert(1)>'],
    ['91.02', '=HYPERLINK("https://evil.example")'],
    ['91.03', '\u202eecurof lias\u202c'],
    ['91.04', '{{constructor}}<%= 7 * 7 %>'],
    ['91.05', "Robert'); drop table vault.chunk;--"],
    ['91.06', '🙂🙂🙂'],
    ['91.07', '\u0000\u0001\u0002x'],
    ['91.08', 'a'.repeat(200)],
  ]
  assert.equal(
    (await told(...names.map(([amount, name]) => event({}, { amount, merchant: merchant(name) })))).accepted,
    names.length,
  )
  for (const [amount, name] of names) {
    const response = await amina.call('POST', '/api/chat/messages', {
      text: `find the £${amount} payment`,
      locale: 'en',
    })
    assert.match(response.headers.get('content-type')!, /^application\/json/)
    const { messages } = (await response.json()) as { messages: MessageJson[] }
    const rows = messages.flatMap((message) =>
      message.show?.type === 'transactions' ? message.show.rows : [],
    )
    assert.equal(rows.length, 1, name)
    assert.ok(rows[0]!.merchant.length > 0, name)
    assert.doesNotMatch(rows[0]!.merchant, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u, name)
  }
})

// What banks answer

test('a bank that is in trouble is told to the person, who can try again', async () => {
  const bank = town.bank('citi')
  const who = await visitor()
  const ask = { bankId: 'citi', purposes: ['account-view'], locale: 'en' }
  bank.faults.set('par', 'answer-500')
  const { retry } = await refusal(who.call('POST', '/api/links', ask), 'bank-unreachable')
  assert.ok(retry)
  bank.faults.clear()

  const { redirect } = await who.post<RedirectJson>('/api/links', ask)
  const back = new URL(await visitBank(redirect, { username: 'amina' }))
  bank.faults.set('token', 'answer-500')
  const landed = await who.call('GET', `${back.pathname}${back.search}`)
  assert.equal(landed.headers.get('location'), '/?error=bank-unreachable')
  bank.faults.clear()
  assert.deepEqual((await who.get<SessionJson>('/api/session')).person?.hasLink, false)
  assert.equal(await who.link('citi', ['account-view'], 'amina'), '/?linked=citi')
})

test('accounts of somebody else that a bank gives are not kept; the person’s own come when it answers rightly', async () => {
  const bank = town.bank('chase')
  bank.faults.set('accounts', 'another-persons-account')
  const who = town.visitor()
  await who.link('chase', ['account-view'], 'bruno')
  await eventually('the answer was refused', () => hasFailed('bank-answer-mismatched'))
  const nothing = (await who.say('What’s my balance?')).flatMap(({ show }) => (show ? [show] : []))
  assert.deepEqual(nothing, [])
  bank.faults.clear()
  const rows = await eventually('the accounts', async () => {
    const [answer] = await who.say('What’s my balance?')
    return answer?.show?.type === 'accounts' && answer.show.rows
  })
  assert.equal(rows.length, bank.accountsOf('bruno').length)
})

/** Whether an announced piece of work has failed with that code and waits to be tried again. */
async function hasFailed(code: FaultCode): Promise<boolean> {
  const client = new pg.Client({ connectionString: town.database.url })
  await client.connect()
  try {
    const { rows } = await client.query(
      `select 1 from graphile_worker._private_jobs where last_error like $1`,
      [`%${code}%`],
    )
    return rows.length > 0
  } finally {
    await client.end()
  }
}

// Too much

test('a flood is turned away with a way to go on, and behind a proxy only its sender is', async () => {
  const ask = (from: string) =>
    fetch(new URL('/api/purposes', town.url), { headers: { 'x-forwarded-for': from } })
  const flood = await Promise.all(Array.from({ length: 601 }, () => ask('203.0.113.7')))
  const turnedAway = flood.filter(({ status }) => status === 429)
  assert.ok(turnedAway.length >= 1)
  assert.ok((await refusal(turnedAway[0]!, 'too-many-requests')).retry)
  await Promise.all(flood.filter((answer) => !answer.bodyUsed).map((answer) => answer.arrayBuffer()))
  assert.equal((await ask('203.0.113.8')).status, 200, 'somebody else is served')
})
