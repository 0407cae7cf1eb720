/** The door against Telegram as it is simulated here: everything goes over real sockets of this machine. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { NOTICES } from '#conversation'
import { Fault, SECOND, Secret } from '#kit'
import { listen } from '../../../sim/bank/server.ts'
import { createTelegram } from '../../../sim/messengers/telegram/telegram.ts'
import { movableClock } from '../../../tests/fixtures/rooms.ts'
import type { Heard, WrittenNotice } from '../messengers/door.ts'
import { createPublicSocket, type PublicSocket } from '../messengers/public-socket.ts'
import { createTelegramDoor } from './door.ts'

const PUBLIC_URL = new URL('https://guichet.example')
const TOKEN = '5768337691:test-token'
const OPTIONS = { idempotencyKey: 'out_1', lastHeardAt: null, urgency: 'answer' } as const
const PAYLOAD = 'Zm9vYmFyYmF6cXV4cXV1eGNvcmdlZ3Jh'
const LINK = { label: NOTICES['open-here'].fr, href: `https://guichet.example/o/${PAYLOAD}` }

const notice = (text: string, more: Partial<WrittenNotice> = {}): WrittenNotice => ({
  text,
  link: LINK,
  buttons: [],
  locale: 'fr',
  ...more,
})

async function open(t: TestContext, more: { token?: string; socket?: PublicSocket } = {}) {
  const clock = movableClock()
  const server = await listen('127.0.0.1', 0, null)
  const telegram = await createTelegram(server, { token: TOKEN, botName: 'guichet_bot', clock, fetch })
  const door = createTelegramDoor({
    socket: more.socket ?? createPublicSocket({ fetch, publicUrl: PUBLIC_URL, names: new Set(['chase']) }),
    botName: 'guichet_bot',
    token: new Secret(more.token ?? TOKEN),
    webhookSecret: new Secret('word-between-us_1'),
    apiUrl: telegram.apiUrl,
    clock,
  })
  const heard: Heard[] = []
  const state = { isBroken: false }
  // Stands for our webhook, which puts by what it read before it answers.
  const ours = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    response.statusCode = state.isBroken ? 500 : 200
    try {
      if (!state.isBroken) heard.push(...door.read(request.headers, Buffer.concat(chunks)))
    } catch (error) {
      response.statusCode = error instanceof Fault ? 403 : 500
    }
    response.end()
  })
  await new Promise<void>((resolve) => ours.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const one of [server, ours]) {
      one.closeAllConnections()
      one.close()
    }
  })
  const ourUrl = new URL(`http://127.0.0.1:${(ours.address() as AddressInfo).port}`)
  assert.deepEqual(await door.webhook.set(ourUrl), more.token ? { ...DEAD_TOKEN } : { ok: true })
  const amina = telegram.person({ id: 7_527_593, firstName: 'Amina', language: 'fr' })
  return { clock, telegram, door, heard, state, amina, ourUrl }
}

const DEAD_TOKEN = { ok: false, why: 'tell-operator', code: '401' }

test('Amina starts from our page, asks, is answered with a link, and presses a button', async (t) => {
  const { door, heard, amina, clock, telegram } = await open(t)
  await amina.open(door.startUrl('aB3_code-x')!)
  await amina.write('quel est mon solde ?')
  const common = { address: '7527593', locale: 'fr', at: clock.now() }
  assert.partialDeepStrictEqual(heard, [
    { ...common, kind: 'start', code: 'aB3_code-x', name: 'Amina' },
    { ...common, kind: 'text', text: 'quel est mon solde ?' },
  ])

  const buttons = [{ label: NOTICES['block-card'].fr, payload: PAYLOAD }]
  const sent = await door.send('7527593', notice(NOTICES['card-question'].fr, { buttons }), OPTIONS)
  assert.equal(sent.ok, true)
  const shown = amina.messages.at(-1)
  assert.equal(shown?.isProtected, true, 'it cannot be forwarded')
  assert.deepEqual(shown?.buttons, [
    { text: 'Ouvrir', url: LINK.href },
    { text: 'Bloquer ma carte', callback_data: PAYLOAD, style: 'danger' },
  ])
  const [call] = telegram.calls('sendMessage')
  assert.deepEqual(call?.link_preview_options, { is_disabled: true }, 'nobody opens the link but Amina')
  assert.equal(await amina.tap('Ouvrir'), LINK.href)

  await amina.tap('Bloquer ma carte')
  const press = heard.at(-1)
  assert.partialDeepStrictEqual(press, { kind: 'press', payload: PAYLOAD, address: '7527593' })
  assert.equal(amina.waitingPresses.length, 1)
  await door.acknowledge(press!.eventId)
  assert.equal(amina.waitingPresses.length, 0, 'the button no longer waits')
  await door.acknowledge(press!.eventId)
  await door.acknowledge(heard[0]!.eventId)
  assert.equal(telegram.calls('answerCallbackQuery').length, 2, 'what was no press is not acknowledged')
  await door.acknowledge(`7.4382bfdwdsb323b2d9${'0'.repeat(40)}`)
  assert.equal(
    telegram.calls('answerCallbackQuery').length,
    3,
    'the last look knows what Telegram calls a press',
  )
})

test('every sentence of ours fits, in both languages, with its link and its buttons', async (t) => {
  const { door, amina, clock } = await open(t)
  await amina.write('bonjour')
  for (const sentence of Object.values(NOTICES))
    for (const locale of ['en', 'fr'] as const) {
      clock.advance(SECOND)
      const buttons = Object.values(NOTICES)
        .slice(-3)
        .map((label) => ({ label: label[locale], payload: PAYLOAD }))
      const sent = await door.send('7527593', notice(sentence[locale], { locale, buttons }), OPTIONS)
      assert.equal(sent.ok, true, sentence[locale])
    }
})

test('a figure does not leave, and what refuses it is thrown', async (t) => {
  const { door, amina, telegram } = await open(t)
  await amina.write('bonjour')
  await assert.rejects(door.send('7527593', notice('Votre solde : 42,10 €'), OPTIONS), {
    code: 'notice-refused',
  })
  assert.doesNotMatch(telegram.seen(), /42,10/)
})

test('the same update comes under the same id, in whatever order, and is kept back while we are down', async (t) => {
  const { heard, amina, telegram, state } = await open(t)
  state.isBroken = true
  await amina.write('one')
  await amina.write('two')
  assert.equal(telegram.outgoing.waiting, 2)
  state.isBroken = false
  await telegram.outgoing.retry()
  const words = () => heard.map((one) => (one.kind === 'text' ? one.text : one.kind))
  assert.deepEqual(words(), ['one', 'two'])
  await telegram.outgoing.repeat()
  assert.deepEqual(words(), ['one', 'two', 'two', 'one'])
  assert.equal(new Set(heard.map(({ eventId }) => eventId)).size, 2)
  assert.deepEqual(telegram.outgoing.answers, [500, 500, 200, 200, 200, 200])
})

test('edits, pictures, blocking and coming back are heard', async (t) => {
  const { heard, amina } = await open(t)
  await amina.write('sold')
  await amina.edit('solde')
  await amina.sendPhoto()
  await amina.block()
  await amina.unblock()
  assert.partialDeepStrictEqual(heard, [
    { kind: 'text', text: 'sold' },
    { kind: 'text', text: 'solde' },
    { kind: 'passed-by', what: 'photo', address: '7527593' },
    { kind: 'blocked', address: '7527593' },
    { kind: 'unblocked', address: '7527593' },
  ])
})

test('too fast is later, blocked and unknown are gone, down is later', async (t) => {
  const { door, amina, clock, telegram } = await open(t)
  const send = (to = '7527593') => door.send(to, notice(NOTICES['answer-ready'].fr), OPTIONS)
  const gone = (code: string) => ({ ok: false, why: 'gone', code })
  assert.deepEqual(await send(), gone('400'), 'a bot cannot begin')
  await amina.write('bonjour')
  assert.equal((await send()).ok, true)
  assert.deepEqual(await send(), { ok: false, why: 'retry', code: '429', retryAfterMs: 1_000 })
  clock.advance(SECOND)
  telegram.faults.isDown = true
  assert.deepEqual(await send(), { ok: false, why: 'retry', code: '502' })
  telegram.faults.isDown = false
  telegram.faults.refuseNextWith = { code: 400, description: 'Bad Request: BUTTON_URL_INVALID' }
  assert.deepEqual(await send(), { ok: false, why: 'tell-operator', code: '400' })
  await amina.block()
  assert.deepEqual(await send(), gone('403'))
  assert.deepEqual(await send('999'), gone('400'))
})

test('thirty a second is all that one bot may send', async (t) => {
  const { door, telegram } = await open(t)
  const people = Array.from({ length: 31 }, (_, i) => 1_000 + i)
  for (const id of people) await telegram.person({ id, firstName: 'Bruno', language: 'en' }).write('hello')
  const sent = []
  for (const id of people) sent.push(await door.send(String(id), notice(NOTICES['answer-ready'].en), OPTIONS))
  assert.equal(sent.filter(({ ok }) => ok).length, 30)
  assert.partialDeepStrictEqual(sent.at(-1), { ok: false, why: 'retry', code: '429' })
})

test('a dead token is for the operator; a network that fails or answers no JSON is for later', async (t) => {
  const { door } = await open(t, { token: '5768337691:another' })
  const text = notice(NOTICES['answer-ready'].fr)
  assert.deepEqual(await door.send('7527593', text, OPTIONS), DEAD_TOKEN)
  const over = (socket: PublicSocket) =>
    createTelegramDoor({
      socket,
      botName: 'b',
      token: new Secret(TOKEN),
      webhookSecret: new Secret('s'),
      apiUrl: new URL('http://127.0.0.1:9'),
      clock: movableClock(),
    }).send('7527593', text, OPTIONS)
  const later = (code: string) => ({ ok: false, why: 'retry', code })
  assert.deepEqual(await over(() => Promise.reject(new TypeError('fetch failed'))), later('network'))
  const answering = (status: number, body: string) => async () => ({ status, headers: new Headers(), body })
  assert.deepEqual(await over(answering(503, '<html>')), later('503'))
  assert.deepEqual(await over(answering(200, 'ok')), later('502'))
  assert.deepEqual(await over(answering(200, '{"ok":true,"result":true}')), later('no-message-id'))
})

test('the operator sees how the bot is set, and what did not arrive', async (t) => {
  const { door, amina, state, ourUrl, clock, telegram } = await open(t)
  state.isBroken = true
  await amina.write('bonjour')
  assert.deepEqual(await door.webhook.look(), {
    ok: true,
    value: {
      botName: 'guichet_bot',
      url: new URL('/webhooks/telegram', ourUrl).href,
      waiting: 1,
      lastErrorAt: clock.now(),
      hears: true,
    },
  })
  assert.deepEqual(await door.webhook.set(new URL('http://bank.example')), {
    ok: false,
    why: 'tell-operator',
    code: '400',
  })
  assert.equal(telegram.calls('setWebhook').length, 2)
})
