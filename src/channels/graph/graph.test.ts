import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { NOTICES } from '#conversation'
import { Fault, HOUR, Secret } from '#kit'
import { createMessengerDoor } from '../messenger/door.ts'
import { readEvents as readPage } from '../messenger/events.ts'
import type { WrittenNotice } from '../messengers/door.ts'
import { createPublicSocket } from '../messengers/public-socket.ts'
import { createWhatsAppDoor } from '../whatsapp/door.ts'
import { readEvents as readNumber } from '../whatsapp/events.ts'
import { MESSENGER_ERRORS, SOURCES, WHATSAPP_ERRORS } from './errors.ts'

const RECORDED = join(import.meta.dirname, '../../../tests/fixtures/messengers')
const NOW = Date.UTC(2026, 10, 23, 12)
const clock = { now: () => NOW }
const readMessenger = (body: unknown, pageId = '10001') => readPage(body, { pageId, now: NOW })
const readWhatsApp = (body: unknown, phoneId = '20002') => readNumber(body, { phoneId, now: NOW })
const TOKEN = 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW'
const notice: WrittenNotice = {
  key: 'card-question',
  text: NOTICES['card-question'].fr,
  link: { label: NOTICES['open-here'].fr, href: `https://guichet.example/o/${TOKEN}` },
  buttons: [{ label: NOTICES['block-card'].fr, payload: TOKEN }],
  locale: 'fr',
}

/** A socket whose other end answers what a test wants, and keeps what it was sent. */
function socketTo(answer: { status: number; body: unknown; headers?: Record<string, string> } | Error) {
  const sent: { url: string; body: string }[] = []
  const socket = createPublicSocket({
    fetch: async (url, init) => {
      sent.push({ url: String(url), body: String(init?.body) })
      if (answer instanceof Error) throw answer
      return new Response(JSON.stringify(answer.body), {
        status: answer.status,
        headers: answer.headers ?? {},
      })
    },
    publicUrl: new URL('https://guichet.example'),
    names: new Set(['chase']),
  })
  return { socket, sent }
}
const secrets = {
  accessToken: new Secret('access'),
  appSecret: new Secret('app-secret'),
  verifyToken: new Secret('agreed'),
  graphUrl: new URL('https://graph.example/v25.0'),
  clock,
}
const messenger = (socket: ReturnType<typeof socketTo>['socket'], utilityTemplate: string | null = null) =>
  createMessengerDoor({ socket, pageId: '10001', utilityTemplate, ...secrets })
const whatsapp = (socket: ReturnType<typeof socketTo>['socket'], utilityTemplate: string | null = null) =>
  createWhatsAppDoor({ socket, phoneId: '20002', number: '33123456789', utilityTemplate, ...secrets })
const within = { idempotencyKey: 'k', lastHeardAt: NOW - HOUR, urgency: 'alert' } as const
const outside = { ...within, lastHeardAt: NOW - 25 * HOUR }

test('a webhook is challenged with the word that was agreed on, and with no other', () => {
  const door = messenger(socketTo({ status: 200, body: {} }).socket)
  const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'agreed', 'hub.challenge': '1158201444' }
  assert.equal(door.challenge(query), '1158201444')
  assert.equal(door.challenge({ ...query, 'hub.verify_token': 'guessed' }), null)
  assert.equal(door.challenge({}), null)
})

test('a signature is over the bytes as they came, French accents escaped; anything else is refused', () => {
  const door = messenger(socketTo({ status: 200, body: {} }).socket)
  const body = Buffer.from(
    '{"object":"page","entry":[{"id":"10001","messaging":[{"sender":{"id":"4"},"timestamp":1,"message":{"mid":"m.1","text":"d\\u00e9penses \\ud83d\\ude00"}}]}]}',
  )
  const sign = (bytes: Buffer) => `sha256=${createHmac('sha256', 'app-secret').update(bytes).digest('hex')}`
  const [heard] = door.read({ 'x-hub-signature-256': sign(body) }, body)
  assert.equal(heard?.kind === 'text' && heard.text, 'dépenses 😀')
  const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString())))
  const unsigned = (error: unknown) => error instanceof Fault && error.code === 'webhook-unsigned'
  for (const header of [undefined, '', 'sha256=00', sign(rewritten), sign(body).toUpperCase()])
    assert.throws(() => door.read({ 'x-hub-signature-256': header }, body), unsigned)
  assert.throws(() => door.read({ 'x-hub-signature-256': sign(body) }, rewritten), unsigned)
  for (const broken of [body.subarray(0, 40), Buffer.from('not json'), Buffer.alloc(0)])
    assert.throws(
      () => door.read({ 'x-hub-signature-256': sign(broken) }, broken),
      (error) => error instanceof Fault && error.code === 'webhook-unreadable',
    )
})

test('every recorded payload is read, and what people wrote and tapped comes out', async () => {
  const kinds = { messenger: new Set<string>(), whatsapp: new Set<string>() }
  let bodies = 0
  for (const folder of ['vercel-chat', 'meta-openapi', 'pywa-whatsapp'])
    for (const file of (await readdir(join(RECORDED, folder))).filter((name) => name.endsWith('.json')))
      for (const body of bodiesIn(JSON.parse(await readFile(join(RECORDED, folder, file), 'utf8')))) {
        bodies++
        for (const { kind } of readMessenger(body, idIn(body, 'page'))) kinds.messenger.add(kind)
        for (const { kind } of readWhatsApp(body, idIn(body, 'number'))) kinds.whatsapp.add(kind)
      }
  assert.ok(bodies > 50, `${bodies} bodies were found`)
  for (const kind of ['text', 'press']) assert.ok(kinds.messenger.has(kind), `Messenger: ${kind}`)
  for (const kind of ['text', 'press', 'passed-by', 'renamed'])
    assert.ok(kinds.whatsapp.has(kind), `WhatsApp: ${kind}`)
})

test('each event that Messenger’s documentation shows is heard as what it is', async () => {
  const file = join(RECORDED, 'messenger-documented/events.json')
  const shown = Object.entries<{ heard: object; event: object }>(JSON.parse(await readFile(file, 'utf8')))
  assert.equal(shown.length, 9)
  for (const [what, { heard, event }] of shown) {
    const all = readMessenger(ofPage([event]))
    assert.equal(all.length, 1, what)
    assert.partialDeepStrictEqual(all[0], heard, what)
  }
  // Somebody who ticked a box on a page that is not ours has no chat with us yet.
  const ticked = { recipient: { id: '10001' }, timestamp: 1, optin: { ref: 'r', user_ref: 'u' } }
  assert.partialDeepStrictEqual(readMessenger(ofPage([ticked])), [
    { kind: 'passed-by', what: 'optin', address: null },
  ])
})

test('what an app is told of Instagram, which is no messenger of ours, is passed by and not heard', async () => {
  const recorded = JSON.parse(await readFile(join(RECORDED, 'vercel-chat/dm_instagram.json'), 'utf8'))
  const heard = bodiesIn(recorded).flatMap((body) => [...readMessenger(body), ...readWhatsApp(body)])
  assert.ok(heard.length > 0)
  for (const one of heard) assert.equal(one.kind === 'passed-by' && one.what, 'other_object')
})

/** Whose body it is: recordings are of other people's pages and numbers. */
function idIn(body: unknown, what: 'page' | 'number'): string {
  const found =
    what === 'page'
      ? /"entry":\[\{"id":"(\d+)"/.exec(JSON.stringify(body))
      : /"phone_number_id":"(\d+)"/.exec(JSON.stringify(body))
  return found?.[1] ?? 'none'
}

/** Webhook bodies anywhere in a recording. */
function bodiesIn(value: unknown): unknown[] {
  if (value === null || typeof value !== 'object') return []
  if ('object' in value && 'entry' in value) return [value]
  return Object.values(value).flatMap(bodiesIn)
}

test('events of unknown kinds and odd shapes are passed by, and the others of the same body are heard', () => {
  const body = {
    object: 'page',
    entry: [
      {
        id: '10001',
        messaging: [
          { sender: { id: '4' }, timestamp: 1, teleported: { to: 'Mars' } },
          { sender: null, message: 7 },
          'a string',
          { sender: { id: '4' }, timestamp: 2, message: { mid: 'm.9', text: '\u202Eolleh\u200b 👋' } },
        ],
      },
      {},
    ],
  }
  assert.deepEqual(
    readMessenger(body).map(({ kind }) => kind),
    ['passed-by', 'passed-by', 'passed-by', 'text'],
  )
  for (const odd of [null, [], 'x', { object: 'page', entry: 7 }, { object: 'instagram', entry: [] }])
    assert.ok([...readMessenger(odd), ...readWhatsApp(odd)].every(({ kind }) => kind === 'passed-by'))
})

test('a WhatsApp user is known by their user id, never by a number that can change hands', () => {
  const [heard] = readWhatsApp({
    object: 'whatsapp_business_account',
    entry: [
      {
        changes: [
          {
            value: {
              metadata: { phone_number_id: '20002' },
              contacts: [{ user_id: 'FR.1234567890', profile: { name: 'Amina' } }],
              messages: [{ id: 'wamid.1', timestamp: '1790000000', type: 'text', text: { body: 'solde' } }],
            },
          },
        ],
      },
    ],
  })
  assert.equal(heard?.kind === 'text' && heard.address, 'FR.1234567890')
})

const ofPage = (messaging: unknown[], id = '10001') => ({ object: 'page', entry: [{ id, messaging }] })
const ofNumber = (value: object, phoneId = '20002') => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '3',
      changes: [{ field: 'messages', value: { metadata: { phone_number_id: phoneId }, ...value } }],
    },
  ],
})

test('what another page or another number of the same app is told, and what is said in a group, is not heard', () => {
  const said = { sender: { id: '4' }, timestamp: 1, message: { mid: 'm.1', text: 'solde' } }
  const written = { id: 'w.1', from: '33600000000', timestamp: '1790000000', text: { body: 'solde' } }
  const whats = [
    ...readMessenger(
      ofPage([said, { ...said, message: undefined, referral: { ref: 'GUICHET-x' } }], '10009'),
    ),
    ...readWhatsApp(ofNumber({ messages: [written], statuses: [{ id: 'w.2' }] }, '20009')),
    ...readWhatsApp(ofNumber({ messages: [{ ...written, group_id: 'Y2FwaV9ncm91cDox' }] })),
  ].map((heard) => [
    heard.kind,
    heard.kind === 'passed-by' && heard.what,
    'address' in heard && heard.address,
  ])
  assert.deepEqual(whats, [
    ['passed-by', 'other_page', null],
    ['passed-by', 'other_page', null],
    ['passed-by', 'other_number', null],
    ['passed-by', 'other_number', null],
    ['passed-by', 'group', null],
  ])
})

test('a code comes with a link, with the first message or with a button; an advertisement’s word is none', () => {
  const referral = { ref: 'GUICHET-abc', source: 'SHORTLINK', type: 'OPEN_THREAD' }
  const advertised = { ref: 'summer', source: 'ADS', type: 'OPEN_THREAD' }
  const frame = { sender: { id: '4' }, timestamp: 1 }
  const kinds = readMessenger(
    ofPage([
      { ...frame, referral },
      { ...frame, message: { mid: 'm.1', text: 'hello', referral } },
      { ...frame, postback: { mid: 'm.2', payload: 'GET_STARTED', referral } },
      { ...frame, referral: advertised },
      { ...frame, message: { mid: 'm.3', text: 'hello', referral: advertised } },
      { ...frame, postback: { mid: 'm.4', payload: 'p', referral: advertised } },
    ]),
  ).map((heard) => (heard.kind === 'start' ? `start ${heard.code}` : heard.kind))
  const start = 'start GUICHET-abc'
  assert.deepEqual(kinds, [start, start, start, 'passed-by', 'text', 'press'])
})

test('a WhatsApp user who is called otherwise now is known no more by any name from before', () => {
  const system = (more: object, type: string) => ({
    id: 'w.9',
    timestamp: '1790000000',
    type: 'system',
    system: { body: 'User Amina changed', type, ...more },
  })
  const names = (message: object) =>
    readWhatsApp(ofNumber({ messages: [message] })).map((heard) =>
      heard.kind === 'renamed' ? `${heard.address} > ${heard.newAddress}` : heard.kind,
    )
  const ids = { user_id: 'FR.2', previous_user_id: 'FR.1' }
  assert.deepEqual(names(system(ids, 'user_changed_user_id')), ['FR.1 > FR.2'])
  const numbered = { ...system({ ...ids, wa_id: '33611' }, 'user_changed_number'), from: '33600' }
  assert.deepEqual(names(numbered), ['FR.1 > FR.2', '33600 > FR.2'])
  assert.deepEqual(names({ ...system({ wa_id: '33611' }, 'user_changed_number'), from: '33600' }), [
    '33600 > 33611',
  ])
  assert.deepEqual(names(system({ user_id: 'FR.2' }, 'customer_identity_changed')), ['passed-by'])
})

test('bytes that are no UTF-8 are refused like what is no JSON', () => {
  const sign = (bytes: Buffer) => `sha256=${createHmac('sha256', 'app-secret').update(bytes).digest('hex')}`
  const text = JSON.stringify(
    ofPage([{ sender: { id: '4' }, timestamp: 1, message: { mid: 'm', text: 'X' } }]),
  )
  for (const bad of [[0xc3, 0x28], [0xff], [0xed, 0xa0, 0x80]]) {
    const [before, after] = text.split('X')
    const body = Buffer.concat([Buffer.from(before!), Buffer.from(bad), Buffer.from(after!)])
    for (const door of [messenger, whatsapp].map((make) => make(socketTo({ status: 200, body: {} }).socket)))
      assert.throws(
        () => door.read({ 'x-hub-signature-256': sign(body) }, body),
        (error) => error instanceof Fault && error.code === 'webhook-unreadable',
      )
  }
})

test('an event without its time, or from the future, spoils neither the order nor the window', () => {
  const said = (timestamp: unknown, mid: string) => ({
    sender: { id: '4' },
    timestamp,
    message: { mid, text: 'solde' },
  })
  const heard = readMessenger(
    ofPage([
      said(undefined, 'm.1'),
      said(0, 'm.2'),
      said('soon', 'm.3'),
      said(NOW + HOUR, 'm.4'),
      said(5, 'm.5'),
    ]),
  )
  assert.deepEqual(
    heard.map(({ kind, at }) => [kind, at]),
    [
      ['passed-by', NOW],
      ['passed-by', NOW],
      ['passed-by', NOW],
      ['text', NOW],
      ['text', 5],
    ],
  )
  const messages = [{ id: 'w.1', from: '33600', text: { body: 'solde' } }]
  assert.deepEqual(
    readWhatsApp(ofNumber({ messages: [...messages, { ...messages[0], timestamp: '9', id: 'w.2' }] })).map(
      ({ kind }) => kind,
    ),
    ['passed-by', 'text'],
  )
})

test('within the window a notice goes out in each messenger’s own form, within its limits', async () => {
  for (const [make, answer, limits] of [
    [messenger, { message_id: 'm.1' }, { title: 20, text: 640 }],
    [whatsapp, { messages: [{ id: 'wamid.1' }] }, { title: 20, text: 1_024 }],
  ] as const) {
    const { socket, sent } = socketTo({ status: 200, body: answer })
    for (const sentence of Object.values(NOTICES))
      for (const locale of ['en', 'fr'] as const) {
        const given = { ...notice, text: sentence[locale], locale }
        assert.equal((await make(socket).send('4021337700112233', given, within)).ok, true)
      }
    for (const { body } of sent) {
      for (const [, title] of body.matchAll(/"(?:title|display_text)":"([^"]*)"/g))
        assert.ok(title!.length <= limits.title)
      const text = /"text":"([^"]*)"/.exec(body)![1]!
      assert.ok(text.length <= limits.text)
      assert.doesNotMatch(body, /MESSAGE_TAG|preview_url":true/)
    }
  }
})

test('outside the window only an approved template is used, and where there is none another way is taken', async () => {
  const { socket, sent } = socketTo({ status: 200, body: { message_id: 'm.1', messages: [{ id: 'w.1' }] } })
  for (const make of [messenger, whatsapp]) {
    assert.deepEqual(await make(socket).send('4', notice, outside), {
      ok: false,
      why: 'until-heard',
      code: 'window',
    })
    assert.equal(sent.length, 0)
  }
  const body = () => JSON.parse(sent.at(-1)!.body)
  assert.equal((await messenger(socket, 'guichet').send('4', notice, outside)).ok, true)
  const template = { name: 'guichet_card_question', language: { code: 'fr' } }
  assert.deepEqual(body(), {
    recipient: { id: '4' },
    messaging_type: 'UTILITY',
    message: {
      template: {
        ...template,
        components: [
          {
            type: 'buttons',
            parameters: [
              { type: 'URL', url: TOKEN },
              { type: 'POSTBACK', payload: TOKEN },
            ],
          },
        ],
      },
    },
  })
  assert.equal((await whatsapp(socket, 'guichet').send('4', notice, outside)).ok, true)
  assert.partialDeepStrictEqual(body(), {
    type: 'template',
    template: {
      name: 'guichet_card_question',
      components: [
        { sub_type: 'url', index: '0', parameters: [{ type: 'text', text: TOKEN }] },
        { sub_type: 'quick_reply', index: '1', parameters: [{ type: 'payload', payload: TOKEN }] },
      ],
    },
  })
})

test('a template that is refused is no word against what may be said once the person wrote again', async () => {
  const paused = socketTo({ status: 400, body: { error: { code: 132015, message: 'x' } } })
  const send = whatsapp(paused.socket, 'guichet').send
  assert.deepEqual(await send('4', notice, outside), { ok: false, why: 'until-heard', code: '132015' })
  assert.deepEqual(await send('4', notice, within), { ok: false, why: 'fall-back', code: '132015' })
})

test('two digits, a greeting, news and what is not as it was approved never become a template', async () => {
  const { socket, sent } = socketTo({ status: 200, body: {} })
  const { key: _, ...keyless } = notice
  const cases: [WrittenNotice, 'alert' | 'answer' | 'news'][] = [
    [{ ...keyless, text: `${NOTICES.match.fr} 42`, link: null, buttons: [] }, 'answer'],
    [{ ...notice, key: 'hello', buttons: [] }, 'answer'],
    [{ ...notice, key: 'message-waiting', buttons: [] }, 'news'],
    [{ ...notice, buttons: [] }, 'alert'],
    [{ ...notice, link: null }, 'alert'],
  ]
  for (const make of [messenger, whatsapp])
    for (const [given, urgency] of cases) {
      const refused = await make(socket, 'guichet').send('4', given, { ...outside, urgency })
      assert.deepEqual(refused, { ok: false, why: 'until-heard', code: 'window' })
    }
  assert.deepEqual(sent, [])
})

/** What Meta answered others: its codes, without its words. */
const CAPTURED = [
  [{ code: 10, error_subcode: 2018278 }, 'until-heard'],
  [{ code: 10, error_subcode: 2018336 }, 'fall-back'],
  [{ code: 190, error_subcode: 1234567 }, 'tell-operator'],
  [{ code: 100 }, 'tell-operator'],
] as const

test('each refusal is sorted into try again, go another way, wait for the person, gone, or tell the operator', async () => {
  const refusals: [typeof messenger, string, string, number?][] = [
    [messenger, '10/2018278', 'until-heard'],
    [messenger, '10/2018336', 'fall-back'],
    [messenger, '2/2018344', 'fall-back'],
    [messenger, '2018344', 'fall-back'],
    [messenger, '551', 'gone'],
    [messenger, '551/1545041', 'fall-back'],
    [messenger, '200/1545041', 'fall-back'],
    [messenger, '1545041', 'fall-back'],
    [messenger, '4', 'retry', 60_000],
    [messenger, '613', 'retry', 60_000],
    [messenger, '613/2018338', 'tell-operator'],
    [messenger, '2', 'retry'],
    [messenger, '100', 'tell-operator'],
    [messenger, '190', 'tell-operator'],
    [messenger, '190/1234567', 'tell-operator'],
    [messenger, '10/1893063', 'tell-operator'],
    [messenger, '4242', 'tell-operator'],
    [whatsapp, '131047', 'until-heard'],
    [whatsapp, '131049', 'fall-back'],
    [whatsapp, '132000', 'fall-back'],
    [whatsapp, '132015', 'fall-back'],
    [whatsapp, '130429', 'retry', 5_000],
    [whatsapp, '131056', 'retry', 6_000],
    [whatsapp, '4', 'retry', 60_000],
    [whatsapp, '131048', 'tell-operator'],
    [whatsapp, '131031', 'tell-operator'],
    [whatsapp, '131050', 'gone'],
  ]
  for (const [make, name, why, retryAfterMs] of refusals) {
    const [code, subcode] = name.split('/').map(Number)
    const error = { code, error_subcode: subcode, message: 'x' }
    const sent = await make(socketTo({ status: 400, body: { error } }).socket).send('4', notice, within)
    assert.deepEqual(
      sent,
      { ok: false, why, code: name, ...(retryAfterMs !== undefined && { retryAfterMs }) },
      name,
    )
  }
  for (const [codes, why] of CAPTURED) {
    const error = { message: '…', type: 'OAuthException', fbtrace_id: 'AbC-1', ...codes }
    const sent = await messenger(socketTo({ status: 400, body: { error } }).socket).send('4', notice, within)
    assert.equal(!sent.ok && sent.why, why)
  }
  for (const broken of [{ status: 502, body: 'gateway' }, new TypeError('fetch failed')]) {
    const sent = await messenger(socketTo(broken).socket).send('4', notice, within)
    assert.equal(!sent.ok && sent.why, 'retry')
  }
})

test('Meta’s own word on when there is room again is kept to', async () => {
  const usage = {
    '20002': [{ type: 'whatsapp', call_count: 100, total_time: 9, estimated_time_to_regain_access: 19 }],
  }
  const { socket } = socketTo({
    status: 400,
    body: { error: { code: 80007 } },
    headers: { 'x-business-use-case-usage': JSON.stringify(usage) },
  })
  const sent = await whatsapp(socket).send('4', notice, within)
  assert.equal(!sent.ok && sent.retryAfterMs, 19 * 60_000)
})

test('every code has its documented words and source, once, and every recorded one is known', async () => {
  for (const table of [MESSENGER_ERRORS, WHATSAPP_ERRORS]) {
    assert.equal(new Set(table.map(({ code }) => code)).size, table.length)
    for (const { code, documented, source, why, retryAfterMs } of table) {
      assert.match(code, /^(\d+|\*)(\/\d+)?$/)
      assert.ok(documented.length > 10 && SOURCES[source], code)
      assert.ok(retryAfterMs === undefined || why === 'retry', code)
    }
  }
  const recorded = new Set<string>()
  for (const file of ['meta-openapi/webhook-examples.json', 'pywa-whatsapp/message.json'])
    for (const [, code] of (await readFile(join(RECORDED, file), 'utf8')).matchAll(/"code": (13\d{4})/g))
      recorded.add(code!)
  assert.ok(recorded.size > 0)
  const known = new Set(WHATSAPP_ERRORS.map(({ code }) => code))
  for (const code of recorded) assert.ok(known.has(code), code)
})

test('a figure that got into a notice stops before the socket', async () => {
  const { socket, sent } = socketTo({ status: 200, body: { message_id: 'm.1' } })
  await assert.rejects(
    messenger(socket).send('4', { ...notice, text: 'You spent £42 at Tesco' }, within),
    (error) => error instanceof Fault && error.code === 'notice-refused',
  )
  assert.equal(sent.length, 0)
})

test('what is strange in one part of what Meta sends is counted, and keeps nothing else from being heard', () => {
  const said = { sender: { id: '1' }, timestamp: NOW, message: { mid: 'm-1', text: 'Block my card' } }
  const onPage = readMessenger({
    object: 'page',
    entry: [null, { id: 7, messaging: [] }, { id: '10001', messaging: [said] }],
  })
  assert.deepEqual(
    onPage.map((heard) => ('what' in heard ? heard.what : heard.kind)),
    ['malformed', 'malformed', 'text'],
  )
  const metadata = { phone_number_id: '20002' }
  const written = {
    id: 'w-1',
    from: '33600000000',
    timestamp: String(NOW / 1_000),
    type: 'text',
    text: { body: 'Block my card' },
  }
  const atNumber = readWhatsApp({
    object: 'whatsapp_business_account',
    entry: [
      'strange',
      { changes: [{ field: 'messages', value: 'strange' }, { value: { metadata, messages: {} } }] },
      { changes: [{ value: { metadata, contacts: 'strange', messages: [written] } }] },
    ],
  })
  assert.deepEqual(
    atNumber.map((heard) => ('what' in heard ? heard.what : heard.kind)),
    ['malformed', 'malformed', 'malformed', 'text'],
  )
  for (const read of [readMessenger, readWhatsApp])
    assert.deepEqual(
      ['strange', { object: 'instagram' }]
        .flatMap((body) => read(body))
        .map((one) => 'what' in one && one.what),
      ['malformed', 'other_object'],
    )
})
