/**
 * A person whose names, shops, amounts, accounts and words exist nowhere else lives through everything at each messenger, by
 * e-mail and by web push; then every byte that left for a third party is held against all of them.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import webPush from 'web-push'
import { NOTICES } from '#conversation'
import { createStaff } from '#http'
import { createSql, Secret, type Sql, systemClock, systemRandom } from '#kit'
import { createTelegram, startGraph } from '../../sim/index.ts'
import { type OpenHomeserver, startOpenHomeserver } from '../../sim/messengers/open-homeserver.ts'
import { type PushService, startPushService } from '../../sim/push/push-service.ts'
import { codeIn, startSmtp } from '../../src/channels/mail/smtp.fixture.ts'
import { pushTo, type Subscription } from '../../src/channels/push/send.ts'
import type { ConsoleRequestJson, MessengerCodeJson, MessengersJson } from '../../src/http/api.ts'
import { createAuthenticator } from '../fixtures/authenticator.ts'
import { bytesOf, planted, searchIn, THEFT } from '../fixtures/canaries.ts'
import { openClerk } from '../fixtures/console.ts'
import { eventually, freePort, openTown, type Town, type Visitor, zoneByDay } from '../fixtures/town.ts'

/** A phone as the journey uses it, whichever messenger is on it. */
type Phone = {
  begins(code: MessengerCodeJson): Promise<unknown>
  writes(text: string): Promise<unknown>
  /** The texts that came from us, in order. */
  texts(): readonly string[]
  tapsBlock(): Promise<unknown>
}

/** What left, by whom it left for: addresses, headers and bodies. */
const left = {
  messenger: [] as Buffer[],
  whatsapp: [] as Buffer[],
  telegram: [] as Buffer[],
  matrix: [] as Buffer[],
  push: [] as Buffer[],
}
type Channel = keyof typeof left
const realFetch = globalThis.fetch
const telegramServer = createServer()
let town: Town
let sql: Sql
let smtp: Awaited<ReturnType<typeof startSmtp>>
let homeserver: OpenHomeserver
let push: PushService
let phones: Record<Exclude<Channel, 'push'>, Phone>
const stops: (() => Promise<void>)[] = []

before(async () => {
  const port = await freePort()
  const hook = (name: string) => new URL(`http://localhost:${port}/webhooks/${name}`)
  const graph = { accessToken: 'access', appSecret: 'app-secret', clock: systemClock }
  const messenger = await startGraph({
    product: 'messenger',
    id: '10001',
    webhookUrl: hook('messenger'),
    ...graph,
  })
  const whatsapp = await startGraph({
    product: 'whatsapp',
    id: '20002',
    webhookUrl: hook('whatsapp'),
    ...graph,
  })
  const bot = {
    botName: 'guichet_test_bot',
    token: '123456789:AAtest-token',
    webhookSecret: 'a-word-of-ours',
  }
  await new Promise<void>((resolve) => telegramServer.listen(0, '127.0.0.1', resolve))
  const telegram = await createTelegram(telegramServer, { ...bot, clock: systemClock, fetch: realFetch })
  smtp = await startSmtp()
  homeserver = await startOpenHomeserver(systemClock)
  push = await startPushService()
  const origins = new Map<string, Channel>([
    [messenger.url.origin, 'messenger'],
    [whatsapp.url.origin, 'whatsapp'],
    [telegram.apiUrl.origin, 'telegram'],
    [homeserver.url.origin, 'matrix'],
    [push.origin, 'push'],
  ])
  globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const channel = origins.get(new URL(url).origin)
    if (channel) left[channel].push(bytesOf(input, init))
    return await realFetch(input, init)
  }
  const common = {
    accessToken: new Secret('access'),
    appSecret: new Secret('app-secret'),
    verifyToken: new Secret('agreed'),
    utilityTemplate: null,
  }
  town = await openTown({
    port,
    quiet: true,
    customers: planted,
    mail: { url: new Secret(smtp.url), from: { name: 'Guichet', address: 'guichet@bank.example' } },
    pushServices: [push.origin],
    messengers: {
      matrix: {
        homeserver: homeserver.url,
        user: homeserver.user,
        accessToken: new Secret('access'),
        // Its people may be answered in the room; only that no room of theirs is locked keeps it sealed.
        servers: ['guichet.test'],
      },
      messenger: { pageId: '10001', graphUrl: messenger.url, ...common },
      whatsapp: {
        phoneId: '20002',
        number: '33123456789',
        accountId: '30003',
        graphUrl: whatsapp.url,
        ...common,
      },
      telegram: {
        botName: bot.botName,
        token: new Secret(bot.token),
        webhookSecret: new Secret(bot.webhookSecret),
        apiUrl: telegram.apiUrl,
      },
    },
  })
  sql = createSql({ url: town.database.urls.rooms, connectionsMax: 2, application: 'test' })
  const graphPhone = (one: typeof messenger, address: string): Phone => {
    const phone = one.person(address)
    const shown = () => phone.chat.shown.filter(({ from }) => from === 'page')
    return {
      begins: ({ url }) => phone.opens(url!),
      writes: (text) => phone.writes(text),
      texts: () => shown().map(({ text }) => text),
      tapsBlock: () =>
        phone.taps(shown().findLast(({ text }) => text === NOTICES['card-question'].en)!.buttons[0]!),
    }
  }
  const room = homeserver.person('amina')
  const mobile = telegram.person({ id: 42_424_242, firstName: 'Quintilla', language: 'en' })
  phones = {
    messenger: graphPhone(messenger, '4021337700112233'),
    whatsapp: graphPhone(whatsapp, 'FR.12345678901234567890'),
    telegram: {
      begins: ({ url }) => mobile.open(url!),
      writes: (text) => mobile.write(text),
      texts: () => mobile.messages.filter(({ from }) => from === 'bot').map(({ text }) => text),
      tapsBlock: () => mobile.tap(NOTICES['block-card'].en),
    },
    matrix: {
      begins: ({ code }) => room.writes(code),
      writes: (text) => room.writes(text),
      // Below its first line are the words that a button would have, and the link.
      texts: () => room.texts().map((text) => text.split('\n')[0]!),
      tapsBlock: () => room.writes(NOTICES['block-card'].en),
    },
  }
  stops.push(
    () => messenger.stop(),
    () => whatsapp.stop(),
    () => smtp.stop(),
    () => homeserver.stop(),
    async () => void (await push.stop()),
  )
})
after(async () => {
  globalThis.fetch = realFetch
  await sql?.end()
  await town?.close()
  for (const stop of stops) await stop()
  telegramServer.closeAllConnections()
  await new Promise((resolve) => telegramServer.close(resolve))
})

async function withHistory(bankId: string, username: string): Promise<Visitor> {
  const visitor = town.visitor(zoneByDay())
  const purposes = ['account-view', 'spending-insights', 'fraud-alerts', 'worth-knowing']
  await visitor.link(bankId, purposes, username)
  await eventually('the history', async () =>
    (await visitor.say('find the £7,413.97 payment')).some(({ show }) =>
      JSON.stringify(show).includes('741397'),
    ),
  )
  return visitor
}

test('the search finds what is planted, in whichever disguise', () => {
  for (const bytes of [
    '{"text":"You paid QUOKKA"}',
    `{"payload":"${Buffer.from('so 7413.97 it was').toString('base64url')}"}`,
    `/o/${encodeURIComponent('quokka emporium')}`,
    `{"text":"${Buffer.from('wombat').toString('hex')}"}`,
    '{"text":"\\u0061\\u0061\\u0072\\u0064\\u0076\\u0061\\u0072\\u006b"}',
    'X-Subject: tabmun',
  ])
    assert.equal(searchIn(Buffer.from(bytes), 'a messenger').length > 0, true, bytes)
  assert.deepEqual(searchIn(Buffer.from(JSON.stringify(NOTICES)), 'a messenger'), [])
})

test('a leak planted at each channel is found in what is kept of it', async () => {
  const words = 'You paid £7,413.97 at quokka emporium'
  for (const [channel, origin] of [
    ['matrix', homeserver.url],
    ['push', push.origin],
  ] as const) {
    await fetch(new URL('/', origin), { method: 'POST', body: words })
    assert.deepEqual(searchIn(left[channel].pop()!, channel), [
      `an amount left by ${channel}`,
      `a merchant left by ${channel}`,
    ])
  }
  // What a push service cannot read is looked into as well: it is opened with the browser's own key.
  const vapid = webPush.generateVAPIDKeys()
  const leaking = { text: words, href: null, lang: 'en', receipt: 'r'.repeat(43) } as const
  const pushed = await pushTo(push.subscribe(vapid.publicKey), leaking, {
    fetch,
    vapid,
    contact: 'mailto:operator@guichet.invalid',
  })
  assert.equal(pushed.kind, 'accepted')
  assert.equal(searchIn(left.push.pop()!, 'push').length, 0, 'encrypted')
  assert.equal(searchIn(push.messages.pop()!.text, 'push').length, 2)
})

/** What each person is told unasked, with what is planted, on their own page. */
const WORTH = {
  messenger: /charged £7,413\.97 twice/,
  whatsapp: /has become dearer: £7,413\.97 on .*£6,391\.58 before/,
  telegram: /paid back £7,413\.97/,
  matrix: /Your rent of about £8,629\.43 is expected/,
} as const

for (const [channel, bankId, username] of [
  ['messenger', 'chase', 'amina'],
  ['whatsapp', 'chase', 'bruno'],
  ['telegram', 'citi', 'amina'],
  ['matrix', 'citi', 'claire'],
] as const)
  test(`whatever a person lives through on ${channel}, nothing of theirs leaves for it`, async () => {
    const phone = phones[channel]
    const visitor = await withHistory(bankId, username)
    const says = (text: string, times = 1) =>
      eventually(text, async () => phone.texts().filter((one) => one === text).length >= times)

    await phone.begins(await visitor.post<MessengerCodeJson>('/api/messengers/codes', { messenger: channel }))
    const digits = await eventually(
      'the two digits',
      async () => /(\d\d)$/.exec(phone.texts().at(-1) ?? '')?.[1],
    )
    await visitor.post('/api/messengers/confirm', { digits })
    await says(NOTICES[channel === 'matrix' ? 'linked-private' : 'linked'].en)
    const told = await eventually('what is worth knowing', async () =>
      (await visitor.messages()).find(({ text }) => WORTH[channel].test(text)),
    )
    assert.ok(searchIn(told.text, 'a chat').length > 0, 'it would be found')

    let answers = 0
    const isAnswer = (text: string) =>
      [NOTICES['answer-ready'].en, NOTICES.hello.en, NOTICES['hello-private'].en].some((one) => one === text)
    const answered = (words: string) =>
      eventually(`an answer to ${words}`, async () => phone.texts().filter(isAnswer).length >= answers)
    for (const words of [
      'what did I spend at quokka emporium this year?',
      'and last month?',
      'what was my biggest payment this year?',
      'find the £7,413.97 payment',
      'any offers for me?',
      'aardvark-question: qwx zvb',
      'plmk jhgt aardvark',
      `aardvark quokka 7413.97 ${'x'.repeat(3_900)}`,
    ]) {
      await phone.writes(words)
      answers++
      await answered(words)
    }
    // Somebody has less than this thief would take.
    town.bank(bankId).authorise(username, channel === 'matrix' ? { ...THEFT, amount: '8313.31' } : THEFT)
    await says(NOTICES['card-question'].en)
    await phone.tapsBlock()
    await says(NOTICES.blocking.en)
    await phone.writes('I dispute the wombat jewellers payment of £8,629.43')
    answers++
    await answered('a dispute')

    const clerk = openClerk(town.url)
    const { code } = await createStaff({ sql, clock: systemClock, random: systemRandom }).invite(
      bankId,
      'Claire',
    )
    await clerk.enrol(code, createAuthenticator(town.url))
    await phone.writes('I want to talk to someone about my aardvark')
    answers++
    await answered('a wish for a person')
    const waiting = await eventually('the request', async () =>
      ((await (await clerk.call('GET', '/api/console/requests')).json()) as ConsoleRequestJson[]).findLast(
        ({ kind, answersHere, taken }) => kind === 'human' && answersHere && taken === null,
      ),
    )
    const at = `/api/console/requests/${waiting.id}`
    assert.equal((await clerk.call('POST', `${at}/take`)).status, 200)
    await says(NOTICES['human-took'].en)
    await phone.writes('it is about quokka emporium')
    const reply = { text: 'numbat-answer for Quintilla: £7,413.97 at quokka emporium' }
    assert.equal((await clerk.call('POST', `${at}/replies`, reply)).status, 200)
    await says(NOTICES['human-answered'].en)
    assert.equal((await clerk.call('POST', `${at}/settle`)).status, 200)
    await says(NOTICES['handed-back'].en)
    const own = JSON.stringify(await visitor.messages())
    for (const canary of ['quokka', '7413.97', 'aardvark', 'numbat', 'ombat'])
      assert.ok(own.toLowerCase().replaceAll(',', '').includes(canary), `${canary} is on their own page`)

    assert.ok(left[channel].length > 12, 'there was something to search')
    assert.deepEqual(
      left[channel].flatMap((bytes) => searchIn(bytes, channel)),
      [],
    )
  })

test('nothing of a person’s leaves for the mail server but the address that they gave', async () => {
  const visitor = await withHistory('citi', 'bruno')
  await visitor.post('/api/messengers/mail', { address: 'person@example.org' })
  await visitor.post('/api/messengers/mail/confirm', { code: codeIn((await smtp.read(0)).text) })
  town.bank('citi').authorise('bruno', THEFT)
  await eventually('the mail', async () => smtp.taken.length === 2)
  for (const at of smtp.taken.keys()) {
    const { subject, text, html, headers } = await smtp.read(at)
    const whole = Buffer.from(JSON.stringify({ subject, text, html, headers }))
    assert.deepEqual([...searchIn(smtp.taken[at]!.raw, 'mail'), ...searchIn(whole, 'mail')], [])
  }
})

test('nothing of a person’s leaves for a push service, and what it carries unread holds nothing either', async () => {
  const visitor = await withHistory('chase', 'claire')
  const { publicKey } = (await visitor.get<MessengersJson>('/api/messengers')).push!
  await visitor.post('/api/push', push.subscribe(publicKey) satisfies Subscription)
  left.push.length = 0
  town.bank('chase').authorise('claire', THEFT)
  const { text } = await eventually('the push', async () => push.messages.at(-1))
  assert.equal(JSON.parse(text).text, NOTICES['card-question'].en)
  assert.deepEqual([searchIn(text, 'push'), ...left.push.map((bytes) => searchIn(bytes, 'push'))].flat(), [])
})
