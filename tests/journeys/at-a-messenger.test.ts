/** Messenger, WhatsApp and Telegram, simulated, beside the house: what the messenger sees, and what the person sees on our own page. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { NOTICES } from '#conversation'
import { Secret, systemClock } from '#kit'
import { createTelegram, type GraphEmulator, type SimulatedTelegram, startGraph } from '../../sim/index.ts'
import { graphPhone, type Phone, telegramPhone } from '../../sim/messengers/phone.ts'
import type { MessageJson, MessengerCodeJson, MessengersJson } from '../../src/http/api.ts'
import { eventually, freePort, openTown, type Town, type Visitor } from '../fixtures/town.ts'

const ADDRESS = { messenger: '4021337700112233', whatsapp: 'FR.12345678901234567890' } as const
const PRODUCTS = ['messenger', 'whatsapp'] as const

const BOT = { botName: 'guichet_test_bot', token: '123456789:AAtest-token', webhookSecret: 'a-word-of-ours' }

/** A payment that anybody would be asked about. */
const FAR_AWAY = {
  amount: '913.37',
  descriptor: 'quokka emporium',
  country: 'BR',
  city: 'SAO PAULO',
  latitude: -23.55,
  longitude: -46.63,
  entryMode: 'magstripe',
} as const

let town: Town
let telegram: SimulatedTelegram
const telegramServer = createServer()
const graph = {} as Record<(typeof PRODUCTS)[number], GraphEmulator>
before(async () => {
  const port = await freePort()
  for (const product of PRODUCTS)
    graph[product] = await startGraph({
      product,
      id: product === 'messenger' ? '10001' : '20002',
      accessToken: 'access',
      appSecret: 'app-secret',
      webhookUrl: new URL(`http://localhost:${port}/webhooks/${product}`),
      clock: systemClock,
    })
  const common = {
    accessToken: new Secret('access'),
    appSecret: new Secret('app-secret'),
    verifyToken: new Secret('agreed'),
    utilityTemplate: null,
  }
  await new Promise<void>((resolve) => telegramServer.listen(0, '127.0.0.1', resolve))
  telegram = await createTelegram(telegramServer, { ...BOT, clock: systemClock, fetch })
  town = await openTown({
    port,
    messengers: {
      matrix: null,
      messenger: { pageId: '10001', graphUrl: graph.messenger.url, ...common },
      whatsapp: {
        phoneId: '20002',
        number: '33123456789',
        accountId: '30003',
        graphUrl: graph.whatsapp.url,
        ...common,
      },
      telegram: {
        botName: BOT.botName,
        token: new Secret(BOT.token),
        webhookSecret: new Secret(BOT.webhookSecret),
        apiUrl: telegram.apiUrl,
      },
    },
  })
})
after(async () => {
  await town.close()
  for (const one of Object.values(graph)) await one.stop()
  telegramServer.closeAllConnections()
  await new Promise((resolve) => telegramServer.close(resolve))
})

/** Somebody who linked a bank, once their history is here. */
async function withHistory(bankId: string, purposes: string[], username: string): Promise<Visitor> {
  const visitor = town.visitor()
  await visitor.link(bankId, purposes, username)
  await eventually('the history', async () =>
    (await visitor.say('what is my balance?')).some((m) => JSON.stringify(m.show).includes('amountMinor')),
  )
  return visitor
}

for (const product of PRODUCTS)
  test(`on ${product} a person links, asks, and is alerted, and no figure leaves the house`, async () => {
    const username = product === 'messenger' ? 'amina' : 'bruno'
    const amina = await withHistory('chase', ['account-view', 'spending-insights', 'fraud-alerts'], username)
    const { url } = await amina.post<MessengerCodeJson>('/api/messengers/codes', { messenger: product })
    const phone = graph[product].person(ADDRESS[product])
    await phone.opens(url!)
    const digits = await eventually('the two digits', async () => {
      const shown = phone.chat.shown.findLast(({ from }) => from === 'page')
      return shown ? (/(\d\d)$/.exec(shown.text)?.[1] ?? null) : null
    })
    await amina.post<MessengersJson>('/api/messengers/confirm', { digits })
    const says = (text: string) =>
      eventually(text, async () =>
        phone.chat.shown.findLast((one) => one.from === 'page' && one.text === text),
      )
    await says(NOTICES.linked.en)

    graph[product].deliveries.trouble.doubles = true
    await phone.writes('what is my balance?')
    const answer = await says(NOTICES['answer-ready'].en)
    graph[product].deliveries.trouble.doubles = false
    const path = new URL(answer.link!.href).pathname
    const shell = await fetch(answer.link!.href)
    assert.equal(shell.status, 200)
    assert.doesNotMatch(await shell.text(), /£|balance/i)
    const stranger = town.visitor()
    await stranger.say('hello')
    assert.equal((await stranger.call('POST', `/api/sealed/${path.slice(3)}`, {})).status, 404)
    const opened = await amina.post<{ messages: MessageJson[] }>(`/api/sealed/${path.slice(3)}`, {})
    assert.match(JSON.stringify(opened.messages), /amountMinor|£/)
    assert.equal((await amina.call('POST', `/api/sealed/${path.slice(3)}`, {})).status, 409)

    town.bank('chase').authorise(username, FAR_AWAY)
    const alert = await says(NOTICES['card-question'].en)
    await phone.taps(alert.buttons[0]!)
    await says(NOTICES.blocking.en)

    const answers = phone.chat.shown.filter(({ text }) => text === NOTICES['answer-ready'].en)
    assert.equal(answers.length, 1, 'a webhook that came twice was answered once')
    for (const bytes of graph[product].seen())
      assert.doesNotMatch(bytes, /913\.?37|91337|quokka|£|Chase/i, 'nothing of it reached the messenger')
  })

test('on telegram a person links, asks, and is alerted, and no figure leaves the house', async () => {
  const amina = await withHistory('citi', ['account-view', 'fraud-alerts'], 'amina')
  const { url } = await amina.post<MessengerCodeJson>('/api/messengers/codes', { messenger: 'telegram' })
  const phone = telegram.person({ id: 42_424_242, firstName: 'Amina', language: 'en' })
  const says = (text: string) =>
    eventually(text, async () => phone.messages.findLast((one) => one.from === 'bot' && one.text === text))
  await phone.open(url!)
  const digits = await eventually(
    'the two digits',
    async () => /(\d\d)$/.exec(phone.messages.at(-1)?.from === 'bot' ? phone.messages.at(-1)!.text : '')?.[1],
  )
  await amina.post<MessengersJson>('/api/messengers/confirm', { digits })
  await says(NOTICES.linked.en)
  await phone.write('what is my balance?')
  const answer = await says(NOTICES['answer-ready'].en)
  assert.ok(answer.isProtected)
  const href = await phone.tap(NOTICES['open-here'].en)
  const opened = await amina.post<{ messages: MessageJson[] }>(
    `/api/sealed/${new URL(href!).pathname.slice(3)}`,
    {},
  )
  assert.match(JSON.stringify(opened.messages), /amountMinor/)
  town.bank('citi').authorise('amina', FAR_AWAY)
  await says(NOTICES['card-question'].en)
  await phone.tap(NOTICES['block-card'].en)
  await says(NOTICES.blocking.en)
  await eventually('the button stops waiting', async () => phone.waitingPresses.length === 0)
  assert.doesNotMatch(telegram.seen(), /913\.?37|91337|quokka|£|Citi/i)
})

test('a webhook that is unsigned, too large or for a messenger that is off is refused, and nothing is kept', async () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, town.url), { method: 'POST', body, headers })
  assert.equal((await post('/webhooks/messenger', '{}')).status, 403)
  assert.equal((await post('/webhooks/messenger', '{}', { 'x-hub-signature-256': 'sha256=00' })).status, 403)
  assert.equal((await post('/webhooks/telegram', '{}')).status, 403)
  assert.equal((await post('/webhooks/matrix', '{}')).status, 404)
  assert.equal((await post('/webhooks/messenger', 'x'.repeat(1_100_000))).status, 413)
  const challenge = (token: string) =>
    fetch(
      new URL(
        `/webhooks/messenger?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=112233`,
        town.url,
      ),
    )
  assert.equal(await (await challenge('agreed')).text(), '112233')
  assert.equal((await challenge('guessed')).status, 403)
})

/** Signed as each messenger signs. */
const signed = (product: (typeof PRODUCTS)[number] | 'telegram', body: Buffer): Record<string, string> =>
  product === 'telegram'
    ? { 'x-telegram-bot-api-secret-token': BOT.webhookSecret }
    : { 'x-hub-signature-256': `sha256=${createHmac('sha256', 'app-secret').update(body).digest('hex')}` }
const post = async (product: string, body: Buffer, headers: Record<string, string>) =>
  (
    await fetch(new URL(`/webhooks/${product}`, town.url), {
      method: 'POST',
      body: new Uint8Array(body),
      headers,
    })
  ).status

/** Bruno's chat, which is linked to nobody: each message of his that is kept is answered by where to begin. */
const repliesToBruno = (product: (typeof PRODUCTS)[number] | 'telegram'): number =>
  product === 'telegram'
    ? telegram.person(BRUNO).messages.filter(({ from }) => from === 'bot').length
    : graph[product].person(BRUNO_AT[product]).chat.shown.filter(({ from }) => from === 'page').length
const BRUNO = { id: 4099, firstName: 'Bruno', language: 'en' }
const BRUNO_AT = { messenger: '4099', whatsapp: 'FR.40994099' }

/** A message of somebody's in each messenger's own form. */
const messageOf = {
  messenger: (text: string, id: string) => ({
    object: 'page',
    entry: [
      {
        id: '10001',
        messaging: [{ sender: { id: '4099' }, timestamp: Date.now(), message: { mid: id, text } }],
      },
    ],
  }),
  whatsapp: (text: string, id: string) => ({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '30003',
        changes: [
          {
            field: 'messages',
            value: {
              metadata: { phone_number_id: '20002' },
              messages: [
                {
                  id,
                  from_user_id: 'FR.40994099',
                  timestamp: String(Math.floor(Date.now() / 1_000)),
                  type: 'text',
                  text: { body: text },
                },
              ],
            },
          },
        ],
      },
    ],
  }),
  telegram: (text: string, id: string) => ({
    update_id: Number(id.replace(/\D/g, '')),
    message: {
      message_id: 1,
      date: Math.floor(Date.now() / 1_000),
      from: { id: 4099, is_bot: false, first_name: 'Bruno' },
      chat: { id: 4099, type: 'private' },
      text,
    },
  }),
}

for (const product of [...PRODUCTS, 'telegram'] as const) {
  test(`what ${product} did not send as it is is refused, and what it sends twice is heard once`, async () => {
    if (product === 'telegram') await telegram.person(BRUNO).write('hello')
    else graph[product].person(BRUNO_AT[product]).chat.heardAt = Date.now()
    const before = product === 'telegram' ? 1 : 0
    await eventually('the first answer', async () => repliesToBruno(product) === before)

    const good = Buffer.from(JSON.stringify(messageOf[product]('solde', `99${product.length}01`)))
    const headers = signed(product, good)
    const [name, value] = Object.entries(headers)[0]!
    assert.equal(await post(product, good, {}), 403, 'unsigned')
    assert.equal(await post(product, good, { [name]: `${value}0` }), 403, 'wrongly signed')
    if (product !== 'telegram')
      assert.equal(await post(product, Buffer.from(`${good} `), headers), 403, 'another body')
    for (const bad of [
      good.subarray(0, good.length - 9),
      Buffer.from('not json'),
      Buffer.alloc(0),
      Buffer.from([0x22, 0xff, 0x22]),
    ])
      assert.equal(await post(product, bad, signed(product, bad)), 400, `${bad.length} unreadable bytes`)
    const large = Buffer.from(JSON.stringify(messageOf[product]('x'.repeat(1_048_576), '99902')))
    assert.equal(await post(product, large, signed(product, large)), 413, 'more than a megabyte')

    const unknown = Buffer.from(JSON.stringify(UNKNOWN[product]))
    assert.equal(await post(product, unknown, signed(product, unknown)), 200, 'a kind that nobody knows')
    for (let time = 0; time < 3; time++) assert.equal(await post(product, good, headers), 200)
    await eventually('the answer', async () => repliesToBruno(product) > before)
    // A chat is worked in its order: once what came after is answered, so is all that came before.
    const next = Buffer.from(JSON.stringify(messageOf[product]('solde', `97${product.length}01`)))
    assert.equal(await post(product, next, signed(product, next)), 200)
    await eventually('the answer to the next', async () => repliesToBruno(product) > before + 1)
    assert.equal(repliesToBruno(product), before + 2, 'a replay is answered by nothing')
    const odd = ['👩‍👩‍👧‍👦', 'so\u200blde', '\u202esolde\u202c', 'كم رصيدي؟', '\u0000\ud800', '   ']
    for (const [n, text] of odd.entries()) {
      const body = Buffer.from(JSON.stringify(messageOf[product](text, `98${product.length}0${n}`)))
      assert.equal(await post(product, body, signed(product, body)), 200, JSON.stringify(text))
    }
  })
}

/** Kinds that nobody knows yet. */
const UNKNOWN = {
  messenger: {
    object: 'page',
    entry: [
      { id: '10001', messaging: [{ teleported: 1 }] },
      { id: '10001', changes: [] },
    ],
  },
  whatsapp: {
    object: 'whatsapp_business_account',
    entry: [{ id: '30003', changes: [{ field: 'teleports', value: {} }, { field: 'account_alerts' }] }],
  },
  telegram: { update_id: 99_903, teleported: { to: 'Mars' } },
}

for (const product of [...PRODUCTS, 'telegram'] as const) {
  test(`on ${product} fifty messages in a second from one person are taken at once, and answered up to a limit`, async () => {
    const { phone, say } = await linkedOn(product, 1)
    const before = said(phone).length
    await Promise.all(Array.from({ length: 50 }, (_, n) => phone.write(`hello ${n}`)))
    const taken = product === 'telegram' ? telegram.outgoing.answers : graph[product].deliveries.statuses
    assert.deepEqual(taken.slice(-50), Array(50).fill(200))
    await say(NOTICES['too-many'].en)
    const answers = said(phone).length - before
    assert.ok(answers < 50, `${answers} answers`)
  })

  test(`on ${product} a person who blocks us is not written to, and is reached again once they write`, async () => {
    const { bruno, phone, say } = await linkedOn(product, 2)
    const states = async () =>
      (await bruno.get<MessengersJson>('/api/messengers')).addresses.map(({ state }) => state)
    await phone.blocks()
    // Telegram says it by itself, Messenger when it is written to; WhatsApp says only that this message cannot be delivered.
    if (product !== 'telegram') await phone.write('what is my balance?')
    if (product !== 'whatsapp')
      await eventually('the page says that the chat is blocked', async () =>
        (await states()).includes('blocked'),
      )
    await phone.unblocks()
    await phone.write('hello')
    await say(NOTICES.hello.en)
    assert.ok((await states()).every((state) => state === 'live'))
  })
}

const said = (phone: Phone) => phone.lines().filter(({ from }) => from === 'them')

/** A telephone of somebody's, by a number that tells people apart. */
function phoneOn(product: (typeof PRODUCTS)[number] | 'telegram', n: number) {
  if (product === 'telegram') {
    const id = 42_425_000 + n
    const { block, unblock } = telegram.person({ id, firstName: 'Bruno', language: 'en' })
    return { ...telegramPhone(telegram, id), blocks: block, unblocks: unblock }
  }
  const address = product === 'messenger' ? `402133770011999${n}` : `FR.1234567890123456789${n}`
  const { blocks, unblocks } = graph[product].person(address)
  return { ...graphPhone(graph[product], address), blocks, unblocks }
}

let brunoAtCiti: Promise<Visitor> | null = null

/** Bruno, with one more chat that is linked. */
async function linkedOn(product: (typeof PRODUCTS)[number] | 'telegram', n: number) {
  brunoAtCiti ??= withHistory('citi', ['account-view'], 'bruno')
  const bruno = await brunoAtCiti
  const { url } = await bruno.post<MessengerCodeJson>('/api/messengers/codes', { messenger: product })
  const phone = phoneOn(product, n)
  await phone.open(url!)
  const say = (text: string) => eventually(text, async () => said(phone).findLast((one) => one.text === text))
  const digits = await eventually(
    'the two digits',
    async () => /(\d\d)$/.exec(said(phone).at(-1)?.text ?? '')?.[1],
  )
  await bruno.post<MessengersJson>('/api/messengers/confirm', { digits })
  await say(NOTICES.linked.en)
  return { bruno, phone, say }
}
