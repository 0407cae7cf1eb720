/** The doors to Messenger and WhatsApp against Meta's Graph API as it is simulated here: everything goes over real sockets. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { NOTICES, type NoticeKey } from '#conversation'
import { Fault, HOUR, type Locale, MINUTE, SECOND, Secret } from '#kit'
import { startGraph } from '../../../sim/messengers/graph/graph.ts'
import { movableClock } from '../../../tests/fixtures/rooms.ts'
import { createMessengerDoor } from '../messenger/door.ts'
import type { Heard, WrittenNotice } from '../messengers/door.ts'
import { createPublicSocket } from '../messengers/public-socket.ts'
import { createWhatsAppDoor } from '../whatsapp/door.ts'
import { createGraphSetup } from './setup.ts'

const PUBLIC_URL = new URL('https://guichet.example')
const TOKEN = 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW'
const PRODUCTS = ['messenger', 'whatsapp'] as const
type Product = (typeof PRODUCTS)[number]
const AMINA = { messenger: '4021337700112233', whatsapp: 'FR.12345678901234567890' }

const notice = (
  key: NoticeKey,
  locale: Locale = 'en',
  hasButton = key === 'card-question',
): WrittenNotice => ({
  key,
  text: NOTICES[key][locale],
  link: { label: NOTICES['open-here'][locale], href: `https://guichet.example/o/${TOKEN}` },
  buttons: hasButton ? [{ label: NOTICES['block-card'][locale], payload: TOKEN }] : [],
  locale,
})

async function open(t: TestContext, product: Product, { appSecret = 'app-secret' } = {}) {
  const clock = movableClock()
  const heard: Heard[] = []
  const state = { isBroken: false }
  const ours = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    try {
      if (state.isBroken) throw new Error('the database is away')
      heard.push(...door.read(request.headers, Buffer.concat(chunks)))
      response.statusCode = 200
    } catch (error) {
      response.statusCode = error instanceof Fault ? error.status : 500
    }
    response.end()
  })
  await new Promise<void>((resolve) => ours.listen(0, '127.0.0.1', resolve))
  const webhookUrl = new URL(`http://127.0.0.1:${(ours.address() as AddressInfo).port}/webhooks/${product}`)
  const id = product === 'messenger' ? '10001' : '20002'
  const graph = await startGraph({
    product,
    id,
    accountId: '30003',
    accessToken: 'access',
    appSecret: 'app-secret',
    webhookUrl,
    clock,
  })
  t.after(async () => {
    await graph.stop()
    ours.closeAllConnections()
    ours.close()
  })
  const needs = {
    socket: createPublicSocket({ fetch, publicUrl: PUBLIC_URL, names: new Set(['chase']) }),
    accessToken: new Secret('access'),
    appSecret: new Secret(appSecret),
    verifyToken: new Secret('agreed'),
    graphUrl: graph.url,
    utilityTemplate: 'guichet',
    clock,
  }
  const door =
    product === 'messenger'
      ? createMessengerDoor({ ...needs, pageId: id })
      : createWhatsAppDoor({ ...needs, phoneId: id, number: '33123456789' })
  const setup = createGraphSetup({
    ...needs,
    id: product,
    sender: id,
    account: product === 'messenger' ? id : '30003',
  })
  const amina = graph.person(AMINA[product])
  const send = (given: WrittenNotice, urgency: 'alert' | 'answer' | 'news' = 'alert') =>
    door.send(AMINA[product], given, { idempotencyKey: 'k', lastHeardAt: amina.chat.heardAt, urgency })
  const words = () => heard.flatMap((one) => (one.kind === 'text' ? [one.text] : []))
  return { clock, graph, door, setup, heard, state, amina, send, words, webhookUrl }
}

for (const product of PRODUCTS) {
  test(`${product}: outside the window an alert arrives by the template that was registered, in both languages`, async (t) => {
    const { clock, graph, setup, amina, send } = await open(t, product)
    await amina.writes('hello')
    clock.advance(25 * HOUR)
    const before = await send(notice('card-question'))
    assert.equal(!before.ok && before.why, product === 'messenger' ? 'tell-operator' : 'until-heard')
    await setup.register(PUBLIC_URL)
    if (product === 'whatsapp') {
      assert.equal((await send(notice('card-question'))).ok, false, 'it waits for its approval')
      for (const { name } of graph.templates.all) graph.templates.decide(name, 'APPROVED')
    }
    for (const key of ['card-question', 'message-waiting', 'answer-ready'] as const)
      for (const locale of ['en', 'fr'] as const) {
        clock.advance(10 * MINUTE)
        const given = notice(key, locale)
        assert.equal((await send(given)).ok, true, `${key} ${locale}`)
        const { text, link, buttons } = amina.chat.shown.at(-1)!
        assert.deepEqual(
          { text, link, buttons },
          { text: given.text, link: given.link, buttons: given.buttons },
        )
      }
    assert.equal(!(await send(notice('message-waiting'), 'news')).ok, true, 'news is nobody’s utility')
    graph.templates.decide('guichet_card_question', 'PAUSED')
    assert.equal((await send(notice('card-question'))).ok, false)
    assert.equal((await send(notice('message-waiting'))).ok, true)
  })

  test(`${product}: that somebody at the bank has answered comes after the window too, as a message that waits`, async (t) => {
    const { clock, graph, setup, amina, send } = await open(t, product)
    await setup.register(PUBLIC_URL)
    for (const { name } of graph.templates.all) graph.templates.decide(name, 'APPROVED')
    await amina.writes('I want to talk to someone')
    assert.equal((await send(notice('human-took'), 'answer')).ok, true)
    assert.equal(amina.chat.shown.at(-1)!.text, NOTICES['human-took'].en)
    clock.advance(25 * HOUR)
    for (const key of ['human-answered', 'human-took', 'handed-back'] as const)
      for (const locale of ['en', 'fr'] as const) {
        clock.advance(10 * MINUTE)
        const given = notice(key, locale)
        assert.equal((await send(given, 'answer')).ok, true, `${key} ${locale}`)
        const { text, link } = amina.chat.shown.at(-1)!
        assert.deepEqual({ text, link }, { text: NOTICES['message-waiting'][locale], link: given.link })
      }
  })

  test(`${product}: the window is open for a day after every word and tap`, async (t) => {
    const { clock, amina, send } = await open(t, product)
    await amina.writes('hello')
    clock.advance(24 * HOUR - SECOND)
    assert.equal((await send(notice('answer-ready', 'fr'), 'answer')).ok, true)
    clock.advance(SECOND)
    assert.equal((await send(notice('hello'), 'answer')).ok, false)
    await amina.taps({ label: 'x', payload: TOKEN })
    assert.equal((await send(notice('hello'), 'answer')).ok, true)
  })

  test(`${product}: what is delivered twice, late, shuffled or replayed has the same ids, and its own order`, async (t) => {
    const { clock, graph, amina, heard, words } = await open(t, product)
    graph.deliveries.trouble.holds = true
    for (const word of ['one', 'two', 'three']) {
      await amina.writes(word)
      clock.advance(2 * SECOND)
    }
    assert.equal(heard.length, 0)
    await graph.deliveries.release((all) => [all[2]!, all[0]!, all[1]!, all[2]!])
    assert.deepEqual(words(), ['three', 'one', 'two', 'three'])
    const inOrder = heard.toSorted((a, b) => a.at - b.at).map((one) => one.kind === 'text' && one.text)
    assert.deepEqual([...new Set(inOrder)], ['one', 'two', 'three'])
    await graph.deliveries.replay()
    assert.equal(heard.length, 8)
    assert.equal(new Set(heard.map(({ eventId }) => eventId)).size, 3)
  })

  test(`${product}: a person who blocks us is reached another way, and may come back`, async (t) => {
    const { amina, send } = await open(t, product)
    await amina.writes('hello')
    amina.blocks()
    const sent = await send(notice('answer-ready'))
    assert.equal(!sent.ok && sent.why, product === 'messenger' ? 'gone' : 'fall-back')
    amina.unblocks()
    assert.equal((await send(notice('answer-ready'))).ok, true)
  })

  test(`${product}: more than it takes in a second is told to wait, and goes through then`, async (t) => {
    const { clock, graph, amina, send } = await open(t, product)
    await amina.writes('hello')
    graph.limit.perSecond = 3
    for (let n = 0; n < 3; n++) assert.equal((await send(notice('answer-ready'))).ok, true)
    const refused = await send(notice('answer-ready'))
    assert.ok(!refused.ok && refused.why === 'retry' && refused.retryAfterMs! > 0)
    clock.advance(refused.retryAfterMs!)
    assert.equal((await send(notice('answer-ready'))).ok, true)
  })
}

test('Messenger: a person under the privacy rules of Europe is reached another way', async (t) => {
  const { amina, send } = await open(t, 'messenger')
  await amina.writes('hello')
  amina.chat.isImpacted = true
  assert.deepEqual(await send(notice('answer-ready')), { ok: false, why: 'fall-back', code: '10/2018336' })
})

test('WhatsApp: a message that was accepted and fails later is sorted by the code of its status', async (t) => {
  const { amina, graph, heard, door, send } = await open(t, 'whatsapp')
  await amina.writes('hello')
  for (const [code, why] of [
    [131049, 'fall-back'],
    [131042, 'tell-operator'],
    [131050, 'gone'],
  ] as const) {
    graph.trouble.failsLaterWith = code
    assert.equal((await send(notice('answer-ready'))).ok, true)
    await graph.told()
    const receipt = heard.at(-1)
    assert.ok(receipt?.kind === 'receipt' && receipt.state === 'failed' && receipt.code === String(code))
    assert.equal(door.whyFailed!(receipt.code), why)
  }
})

test('WhatsApp takes no more than a burst to one person', async (t) => {
  const { clock, amina, send } = await open(t, 'whatsapp')
  await amina.writes('hello')
  for (let n = 0; n < 45; n++) assert.equal((await send(notice('answer-ready'))).ok, true)
  assert.deepEqual(await send(notice('answer-ready')), {
    ok: false,
    why: 'retry',
    code: '131056',
    retryAfterMs: 6_000,
  })
  clock.advance(HOUR)
  assert.equal((await send(notice('answer-ready'))).ok, true)
})

const DOCUMENTED = join(
  import.meta.dirname,
  '../../../tests/fixtures/messengers/messenger-documented/sends.json',
)
type Documented = { message: { recipient: { id: string } }; shown?: object; refused?: number }

test('Messenger takes every form that its documentation sends, and no other', async (t) => {
  const { graph } = await open(t, 'messenger')
  const documented = Object.entries<Documented>(JSON.parse(await readFile(DOCUMENTED, 'utf8')))
  assert.equal(documented.length, 6)
  graph.templates.register({
    name: 'order_update',
    language: 'en',
    category: 'UTILITY',
    components: [
      { type: 'BODY', text: 'Your order was {{1}} today.' },
      { type: 'BUTTONS', buttons: [{ type: 'POSTBACK', text: 'Block', payload: 'x' }] },
    ],
  })
  const post = async (message: object) => {
    const response = await fetch(`${graph.url}/10001/messages`, {
      method: 'POST',
      headers: { authorization: 'Bearer access' },
      body: JSON.stringify(message),
    })
    return (await response.json()) as Record<string, unknown> & { error?: { code: number } }
  }
  for (const [what, { message, shown, refused }] of documented) {
    const { id } = message.recipient
    const phone = graph.person(id)
    await phone.writes('hello')
    const answer = await post(message)
    assert.equal(answer.error?.code, refused, what)
    if (refused !== undefined) continue
    assert.deepEqual([Object.keys(answer), answer.recipient_id], [['recipient_id', 'message_id'], id], what)
    assert.partialDeepStrictEqual(phone.chat.shown.at(-1), shown!, what)
  }
  const text = { recipient: { id: AMINA.messenger }, message: { text: 'hello' } }
  const tagged = await post({ ...text, messaging_type: 'MESSAGE_TAG', tag: 'ACCOUNT_UPDATE' })
  assert.equal(tagged.error?.code, 100, 'a tag that is gone')
})

test('what Messenger says was delivered or read up to an instant, and WhatsApp message by message, is heard', async (t) => {
  for (const product of PRODUCTS) {
    const { graph, amina, heard, send } = await open(t, product)
    await amina.writes('hello')
    graph.trouble.deliversBy = 'watermark'
    for (let n = 0; n < 2; n++) assert.equal((await send(notice('answer-ready'))).ok, true)
    await graph.told()
    await amina.reads()
    const said = heard.map((one) => ('state' in one ? `${one.kind} ${one.state}` : one.kind))
    assert.deepEqual(
      said,
      product === 'messenger'
        ? ['text', 'watermark delivered', 'watermark delivered', 'watermark read']
        : ['text', 'receipt delivered', 'receipt delivered', 'receipt read', 'receipt read'],
    )
  }
})

test('Messenger takes the app off the page after an hour of failures, and not before; it is put back', async (t) => {
  const { clock, graph, amina, state, words, setup } = await open(t, 'messenger')
  state.isBroken = true
  await amina.writes('one')
  clock.advance(HOUR - SECOND)
  await amina.writes('two')
  state.isBroken = false
  await graph.deliveries.retry()
  assert.deepEqual(words(), ['one', 'two'], 'in time, nothing was lost')

  state.isBroken = true
  await amina.writes('three')
  clock.advance(HOUR)
  await graph.deliveries.retry()
  assert.equal(graph.deliveries.isSubscribed(), false)
  state.isBroken = false
  await amina.writes('four')
  assert.deepEqual(words(), ['one', 'two'])
  const told = (await setup.check(PUBLIC_URL)).filter(({ isRight }) => !isRight).map(({ says }) => says)
  assert.ok(
    told.some((says) => /no longer subscribed/.test(says)),
    told.join('\n'),
  )
  assert.deepEqual(await setup.keepSubscribed(), { ok: true, value: 'lapsed' })
  assert.deepEqual(await setup.keepSubscribed(), { ok: true, value: 'kept' })
  await amina.writes('five')
  assert.deepEqual(words(), ['one', 'two', 'five'])
})

test('a page that tells the app less than all says so, and where people’s words are missing it is asked for them', async (t) => {
  const { graph, setup } = await open(t, 'messenger')
  const wrong = async () =>
    (await setup.check(PUBLIC_URL)).filter(({ isRight }) => !isRight).map(({ says }) => says)
  assert.ok(!(await wrong()).some((says) => /is not told of/.test(says)))
  graph.subscribed.fields = graph.subscribed.fields.filter((field) => field !== 'message_reads')
  assert.ok((await wrong()).includes('The app is not told of message_reads'))
  assert.deepEqual(await setup.keepSubscribed(), { ok: true, value: 'kept' })
  graph.subscribed.fields = ['message_reads']
  assert.deepEqual(await setup.keepSubscribed(), { ok: true, value: 'lapsed' })
  assert.ok(graph.subscribed.fields.includes('messages'))
})

test('a check says plainly what is wrong with the settings', async (t) => {
  for (const product of PRODUCTS) {
    const right = await open(t, product)
    const wrongs = async ({ setup }: typeof right, publicUrl = new URL(right.webhookUrl.origin)) =>
      (await setup.check(publicUrl)).filter(({ isRight }) => !isRight).map(({ says }) => says)
    assert.deepEqual(await wrongs(right), ['Templates: 8 of ours are not registered'])
    await right.setup.register(PUBLIC_URL)
    for (const { name } of right.graph.templates.all) right.graph.templates.decide(name, 'APPROVED')
    assert.deepEqual(await wrongs(right), [])
    right.graph.templates.decide('guichet_card_question', 'REJECTED', 'TAG_SHOULD_BE_MARKETING')
    assert.deepEqual(await wrongs(right), [
      'Templates: guichet_card_question (en) is rejected: TAG_SHOULD_BE_MARKETING',
      'Templates: guichet_card_question (fr) is rejected: TAG_SHOULD_BE_MARKETING',
    ])
    right.graph.templates.decide('guichet_card_question', 'APPROVED')
    assert.match((await wrongs(right, PUBLIC_URL))[0]!, /sends to another address/)
    assert.match((await wrongs(await open(t, product, { appSecret: 'another' })))[0]!, /app secret/)
    right.graph.trouble.isDown = true
    assert.match((await wrongs(right))[0]!, /cannot be reached|503/)
  }
})
