import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Fault, Secret } from '#kit'
import { BOT_API } from '../../../sim/messengers/telegram/check-call.ts'
import { createTelegramDoor } from './door.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const SECRET = 'word-between-us_1'
const door = createTelegramDoor({
  socket: () => Promise.reject(new Error('nothing is sent here')),
  botName: 'guichet_bot',
  token: new Secret('1:a'),
  webhookSecret: new Secret(SECRET),
  apiUrl: new URL('http://127.0.0.1:9'),
  clock: { now: () => NOW },
})

/** Bot API 10.1: the content of a message that may stand in the place of its text. */
const CONTENT = [
  ...[
    'animation',
    'audio',
    'document',
    'live_photo',
    'paid_media',
    'photo',
    'sticker',
    'story',
    'video',
    'video_note',
  ],
  ...['voice', 'checklist', 'contact', 'dice', 'game', 'poll', 'venue', 'location', 'rich_message'],
]

const headers = { 'x-telegram-bot-api-secret-token': SECRET }
const read = (update: unknown) => door.read(headers, Buffer.from(JSON.stringify(update)))
const codeOf = (body: Buffer, given: Record<string, string | string[] | undefined> = headers) => {
  try {
    door.read(given, body)
    return 'none'
  } catch (error) {
    return (error as Fault).code
  }
}

const chat = { id: 7_527_593, type: 'private', first_name: 'Amina' }
const from = { id: 7_527_593, is_bot: false, first_name: 'Amina', language_code: 'fr-FR' }
const message = (more: object) => ({
  update_id: 9,
  message: { message_id: 1, date: 1_767_224_888, chat, from, ...more },
})
const amina = { eventId: '9', at: 1_767_224_888_000, address: '7527593', locale: 'fr' }

test('recorded messages are heard', async () => {
  const path = join(import.meta.dirname, '../../../tests/fixtures/messengers/telegram.json')
  const { mention, followUp } = JSON.parse(await readFile(path, 'utf8'))
  const common = { kind: 'text', address: '7527593', locale: null }
  assert.deepEqual(read(mention), [
    { ...common, eventId: '1001', at: 1_767_224_888_000, text: '@vercelchatsdkbot hi' },
  ])
  assert.deepEqual(read(followUp), [
    { ...common, eventId: '1002', at: 1_767_224_901_000, text: 'how are you' },
  ])
})

test('whatever is sent instead of words is known by what it is, also as a reply or forwarded in an album', () => {
  const around = { forward_origin: {}, reply_to_message: { message_id: 1 }, media_group_id: '7', via_bot: {} }
  for (const name of CONTENT) {
    const [heard] = read(message({ ...around, [name]: {} }))
    assert.ok(heard?.kind === 'passed-by' && heard.what === name && heard.address === '7527593', name)
  }
})

test('a link with a code starts, and a command is a word', () => {
  assert.deepEqual(read(message({ text: '/start aB3_-x' })), [
    { ...amina, kind: 'start', code: 'aB3_-x', name: 'Amina' },
  ])
  assert.deepEqual(read(message({ text: '/start' })), [{ ...amina, kind: 'text', text: 'start' }])
  assert.deepEqual(read(message({ text: '/stop@guichet_bot' })), [{ ...amina, kind: 'text', text: 'stop' }])
  const long = `/start ${'x'.repeat(65)}`
  assert.deepEqual(read(message({ text: long })), [{ ...amina, kind: 'text', text: long }])
})

test('an edited question is asked anew as it now reads, and an edited code starts nothing', () => {
  const edited = (text: string) =>
    read({ update_id: 9, edited_message: { ...message({ text, edit_date: 1_767_224_950 }).message } })
  assert.deepEqual(edited('Solde ?'), [{ ...amina, at: 1_767_224_950_000, kind: 'text', text: 'Solde ?' }])
  assert.deepEqual(edited('/start abc'), [
    { eventId: '9', at: NOW, kind: 'passed-by', what: 'edited_message', address: null },
  ])
})

test('emoji, zero-width and right-to-left text arrive as they were written', () => {
  for (const text of [
    '💳🏦👩🏽‍💻',
    'so\u200blde\u2060 ?',
    '\u202Eكم رصيدي\u202C',
    'é'.repeat(4_096),
    '😀'.repeat(4_096),
  ])
    assert.deepEqual(read(message({ text })), [{ ...amina, kind: 'text', text }])
})

test('a press is heard whatever Telegram calls it', () => {
  for (const id of ['9'.repeat(65), 'a.b/c'])
    assert.partialDeepStrictEqual(
      read({ update_id: 10, callback_query: { id, from, message: { chat }, data: 'tok' } }),
      [{ eventId: '10', kind: 'press', payload: 'tok' }],
    )
})

test('a press names its button, and carries the id by which it is acknowledged', () => {
  const press = {
    id: '4382bfdwdsb323b2d9',
    from,
    message: { message_id: 5, date: 0, chat },
    data: 'tok',
    chat_instance: '1',
  }
  assert.deepEqual(read({ update_id: 10, callback_query: press }), [
    {
      eventId: '10.4382bfdwdsb323b2d9',
      at: NOW,
      kind: 'press',
      address: '7527593',
      payload: 'tok',
      locale: 'fr',
    },
  ])
})

test('somebody who blocks the bot, and who comes back, is heard', () => {
  const member = (status: string) =>
    read({
      update_id: 11,
      my_chat_member: { chat, from, date: 1_767_224_888, old_chat_member: {}, new_chat_member: { status } },
    })[0]
  const common = { eventId: '11', at: 1_767_224_888_000, address: '7527593' }
  assert.deepEqual(member('kicked'), { ...common, kind: 'blocked' })
  assert.deepEqual(member('member'), { ...common, kind: 'unblocked' })
  assert.equal(member('restricted')?.kind, 'passed-by')
})

test('what asks nothing, or comes from a group, is passed by under its kind and is no error', () => {
  const what = (update: unknown) => {
    const [heard] = read(update)
    return heard?.kind === 'passed-by' ? heard.what : heard
  }
  assert.equal(what(message({ sticker: { file_id: 's' } })), 'sticker')
  assert.deepEqual(read(message({ voice: { file_id: 'v' } })), [
    { eventId: '9', at: NOW, kind: 'passed-by', what: 'voice', address: '7527593' },
  ])
  assert.equal(what(message({ text: 'solde', chat: { id: -100, type: 'supergroup' } })), 'message')
  assert.equal(what(message({ text: 'hello', from: { ...from, is_bot: true } })), 'message')
  assert.equal(what({ update_id: 9, message: { text: 'of another shape' } }), 'message')
  assert.equal(what({ update_id: 9 }), 'nothing')
  assert.equal(what({ update_id: 9, 'not a name, 42 €': 1 }), 'unknown')
  for (const { name } of BOT_API.types.Update!.fields.slice(1))
    assert.equal(what({ update_id: 9, [name]: {} }), name)
})

test('whatever stands in an update, it is heard or passed by', () => {
  fc.assert(
    fc.property(fc.nat(), fc.dictionary(fc.string(), fc.jsonValue()), (update_id, rest) => {
      const [heard] = read({ ...rest, update_id })
      assert.match(String(heard?.eventId), new RegExp(`^${update_id}\\b`))
    }),
  )
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('message', 'callback_query', 'my_chat_member'),
      (value, kind) => {
        assert.equal(read({ update_id: 1, [kind]: value }).length, 1)
      },
    ),
  )
})

test('without the secret, or with another, nothing is read', () => {
  const body = Buffer.from(JSON.stringify(message({ text: 'hello' })))
  for (const given of [
    {},
    { 'x-telegram-bot-api-secret-token': '' },
    { 'x-telegram-bot-api-secret-token': `${SECRET}x` },
  ])
    assert.equal(codeOf(body, given), 'webhook-unsigned')
  assert.equal(codeOf(body, { 'x-telegram-bot-api-secret-token': [SECRET, SECRET] }), 'webhook-unsigned')
  assert.equal(codeOf(Buffer.alloc(1_048_576, 'x'), {}), 'webhook-unsigned')
  assert.equal(door.challenge({ 'hub.mode': 'subscribe' }), null)
})

test('what is cut short, is no JSON or is no update is refused; a megabyte of words is passed by', () => {
  const whole = Buffer.from(JSON.stringify(message({ text: 'où en est mon solde ?' })))
  for (const at of [0, 1, 40, whole.length - 1])
    assert.equal(codeOf(whole.subarray(0, at)), 'webhook-unreadable')
  for (const body of ['text=hello', '[]', 'null', '"x"', '{}', '{"update_id":"1"}', '{"update_id":1.5}'])
    assert.equal(codeOf(Buffer.from(body)), 'webhook-unreadable', body)
  assert.equal(codeOf(Buffer.from([0x7b, 0xff, 0x7d])), 'webhook-unreadable')
  assert.equal(read(message({ text: 'x'.repeat(1_048_576) }))[0]?.kind, 'passed-by')
})
