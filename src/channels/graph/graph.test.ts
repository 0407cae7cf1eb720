import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { NOTICES } from '#conversation'
import { Fault, HOUR, Secret } from '#kit'
import { createMessengerDoor } from '../messenger/door.ts'
import { readEvents as readMessenger } from '../messenger/events.ts'
import type { WrittenNotice } from '../messengers/door.ts'
import { createPublicSocket } from '../messengers/public-socket.ts'
import { createWhatsAppDoor } from '../whatsapp/door.ts'
import { readEvents as readWhatsApp } from '../whatsapp/events.ts'

const RECORDED = join(import.meta.dirname, '../../../tests/fixtures/messengers')
const NOW = Date.UTC(2026, 10, 23, 12)
const clock = { now: () => NOW }
const TOKEN = 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW'
const notice: WrittenNotice = {
  text: NOTICES['card-question'].fr,
  link: { label: NOTICES['open-here'].fr, href: `https://guichet.example/o/${TOKEN}` },
  buttons: [{ label: NOTICES['block-card'].fr, payload: TOKEN }],
  locale: 'fr',
}

/** A socket whose other end answers what a test wants, and keeps what it was sent. */
function socketTo(answer: { status: number; body: unknown } | Error) {
  const sent: { url: string; body: string }[] = []
  const socket = createPublicSocket({
    fetch: async (url, init) => {
      sent.push({ url: String(url), body: String(init?.body) })
      if (answer instanceof Error) throw answer
      return new Response(JSON.stringify(answer.body), { status: answer.status })
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
    '{"object":"page","entry":[{"messaging":[{"sender":{"id":"4"},"timestamp":1,"message":{"mid":"m.1","text":"d\\u00e9penses \\ud83d\\ude00"}}]}]}',
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
        for (const { kind } of readMessenger(body)) kinds.messenger.add(kind)
        for (const { kind } of readWhatsApp(body)) kinds.whatsapp.add(kind)
      }
  assert.ok(bodies > 50, `${bodies} bodies were found`)
  for (const kind of ['text', 'press']) assert.ok(kinds.messenger.has(kind), `Messenger: ${kind}`)
  for (const kind of ['text', 'press', 'passed-by']) assert.ok(kinds.whatsapp.has(kind), `WhatsApp: ${kind}`)
})

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
    assert.deepEqual([...readMessenger(odd), ...readWhatsApp(odd)], [])
})

test('a WhatsApp user is known by their user id, never by a number that can change hands', () => {
  const [heard] = readWhatsApp({
    object: 'whatsapp_business_account',
    entry: [
      {
        changes: [
          {
            value: {
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
      why: 'fall-back',
      code: 'window',
    })
    assert.equal(sent.length, 0)
  }
  assert.equal((await messenger(socket, 'guichet_waiting').send('4', notice, outside)).ok, true)
  assert.match(sent[0]!.body, /"messaging_type":"UTILITY"/)
  assert.equal((await whatsapp(socket, 'guichet_waiting').send('4', notice, outside)).ok, true)
  assert.match(sent[1]!.body, /"type":"template"/)
})

test('each refusal is sorted into try again, go another way, gone, or tell the operator', async () => {
  const refusals: [typeof messenger, number, number | undefined, string][] = [
    [messenger, 10, 2018278, 'fall-back'],
    [messenger, 10, 2018336, 'fall-back'],
    [messenger, 551, undefined, 'gone'],
    [messenger, 613, undefined, 'retry'],
    [messenger, 2, undefined, 'retry'],
    [messenger, 100, undefined, 'tell-operator'],
    [messenger, 190, undefined, 'tell-operator'],
    [messenger, 10, 1893063, 'tell-operator'],
    [whatsapp, 131047, undefined, 'fall-back'],
    [whatsapp, 130429, undefined, 'retry'],
    [whatsapp, 131031, undefined, 'tell-operator'],
  ]
  for (const [make, code, subcode, why] of refusals) {
    const { socket } = socketTo({
      status: 400,
      body: { error: { code, error_subcode: subcode, message: 'x' } },
    })
    const sent = await make(socket).send('4', notice, within)
    assert.equal(!sent.ok && sent.why, why, `${code}/${subcode}`)
  }
  for (const broken of [{ status: 502, body: 'gateway' }, new TypeError('fetch failed')]) {
    const sent = await messenger(socketTo(broken).socket).send('4', notice, within)
    assert.equal(!sent.ok && sent.why, 'retry')
  }
})

test('a figure that got into a notice stops before the socket', async () => {
  const { socket, sent } = socketTo({ status: 200, body: { message_id: 'm.1' } })
  await assert.rejects(
    messenger(socket).send('4', { ...notice, text: 'You spent £42 at Tesco' }, within),
    (error) => error instanceof Fault && error.code === 'notice-refused',
  )
  assert.equal(sent.length, 0)
})
