/**
 * A person whose names, shops, amounts, accounts and words exist nowhere else lives through everything at each messenger and by
 * e-mail; then every byte that left for a third party is held against all of them.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { NOTICES } from '#conversation'
import { createStaff } from '#http'
import { createSql, Secret, type Sql, systemClock, systemRandom } from '#kit'
import { type Customer, createTelegram, startGraph } from '../../sim/index.ts'
import { smallCustomers } from '../../sim/testing/small-customers.ts'
import { codeIn, startSmtp } from '../../src/channels/mail/smtp.fixture.ts'
import type { ConsoleRequestJson, MessengerCodeJson } from '../../src/http/api.ts'
import { createAuthenticator } from '../fixtures/authenticator.ts'
import { openClerk } from '../fixtures/console.ts'
import { eventually, freePort, openTown, type Town, type Visitor } from '../fixtures/town.ts'

const CANARIES: Record<string, readonly string[]> = {
  'an amount': ['7413.97', '7,413.97', '7413,97', '741397'],
  'the amount of the theft': ['8629.43', '8,629.43', '8629,43', '862943'],
  'a merchant': ['quokka emporium', 'quokka'],
  'the thief’s merchant': ['wombat jewellers', 'wombat'],
  'an account': ['KANARIENVOGEL-0001'],
  'a customer': ['kanarien-kundin-77', 'Quintilla', 'Kanarie'],
  'what the person wrote': ['aardvark-question', 'aardvark'],
  'what a person at the bank wrote': ['numbat-answer', 'numbat'],
  'a bank': ['Chase'],
}

/** A value as it could hide, in small letters where its writing has both. */
function disguises(text: string): Buffer[] {
  const plain = Buffer.from(text)
  const base64 = [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift, 'x'), plain]).toString('base64')
    const whole = encoded.slice(Math.ceil((shift * 4) / 3), Math.floor(((plain.length + shift) * 8) / 6) - 1)
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const escaped = [...text]
    .map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
  return [
    plain,
    Buffer.from(text.toLowerCase()),
    Buffer.from(text.toUpperCase()),
    Buffer.from([...text].reverse().join('')),
    Buffer.from(encodeURIComponent(text)),
    Buffer.from(escaped),
    Buffer.from(text, 'utf16le'),
    Buffer.from(plain.toString('hex')),
    ...base64.filter((one) => one.length >= 6).map((one) => Buffer.from(one)),
  ]
}

const searchIn = (bytes: Buffer, where: string): string[] =>
  Object.entries(CANARIES).flatMap(([what, forms]) =>
    forms.some((form) => disguises(form).some((needle) => bytes.includes(needle)))
      ? [`${what} left by ${where}`]
      : [],
  )

/** A phone as the journey uses it, whichever messenger is on it. */
type Phone = {
  opens(url: string): Promise<unknown>
  writes(text: string): Promise<unknown>
  /** The texts that came from us, in order. */
  texts(): readonly string[]
  tapsBlock(): Promise<unknown>
}

/** What left, by whom it left for: addresses, headers and bodies. */
const left = { messenger: [] as string[], whatsapp: [] as string[], telegram: [] as string[] }
type Channel = keyof typeof left
const realFetch = globalThis.fetch
const telegramServer = createServer()
let town: Town
let sql: Sql
let smtp: Awaited<ReturnType<typeof startSmtp>>
let phones: Record<Channel, Phone>
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
  const origins = new Map<string, Channel>([
    [messenger.url.origin, 'messenger'],
    [whatsapp.url.origin, 'whatsapp'],
    [telegram.apiUrl.origin, 'telegram'],
  ])
  globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const channel = origins.get(new URL(url).origin)
    if (channel)
      left[channel].push(
        `${url} ${JSON.stringify([...new Headers(init?.headers)])} ${String(init?.body ?? '')}`,
      )
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
    messengers: {
      matrix: null,
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
      opens: (url) => phone.opens(url),
      writes: (text) => phone.writes(text),
      texts: () => shown().map(({ text }) => text),
      tapsBlock: () =>
        phone.taps(shown().findLast(({ text }) => text === NOTICES['card-question'].en)!.buttons[0]!),
    }
  }
  const mobile = telegram.person({ id: 42_424_242, firstName: 'Quintilla', language: 'en' })
  phones = {
    messenger: graphPhone(messenger, '4021337700112233'),
    whatsapp: graphPhone(whatsapp, 'FR.12345678901234567890'),
    telegram: {
      opens: (url) => mobile.open(url),
      writes: (text) => mobile.write(text),
      texts: () => mobile.messages.filter(({ from }) => from === 'bot').map(({ text }) => text),
      tapsBlock: () => mobile.tap(NOTICES['block-card'].en),
    },
  }
  stops.push(
    () => messenger.stop(),
    () => whatsapp.stop(),
    () => smtp.stop(),
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

function planted(bankId: string, now: number): Customer[] {
  return smallCustomers(bankId)(now).map((customer, index) => ({
    ...customer,
    displayName: 'Quintilla Kanarie',
    customerId: `kanarien-kundin-77-${bankId}-${index}`,
    everyday: [],
    accounts: customer.accounts.map((account, at) => ({
      ...account,
      accountId: `KANARIENVOGEL-0001-${bankId}-${index}-${at}`,
      openingBalanceMinor: 9_000_000,
      entries: account.entries.map((entry, n) =>
        n === 3 ? { ...entry, amountMinor: -741_397, descriptor: 'quokka emporium 5531' } : entry,
      ),
    })),
  }))
}

const THEFT = {
  amount: '8629.43',
  descriptor: 'wombat jewellers',
  entryMode: 'magstripe',
  country: 'ES',
  city: 'Barcelona',
  latitude: 41.39,
  longitude: 2.17,
} as const

async function withHistory(bankId: string, username: string): Promise<Visitor> {
  const visitor = town.visitor()
  await visitor.link(bankId, ['account-view', 'spending-insights', 'fraud-alerts'], username)
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

for (const [channel, bankId, username] of [
  ['messenger', 'chase', 'amina'],
  ['whatsapp', 'chase', 'bruno'],
  ['telegram', 'citi', 'amina'],
] as const)
  test(`whatever a person lives through on ${channel}, nothing of theirs leaves for it`, async () => {
    const phone = phones[channel]
    const visitor = await withHistory(bankId, username)
    const says = (text: string, times = 1) =>
      eventually(text, async () => phone.texts().filter((one) => one === text).length >= times)

    const { url } = await visitor.post<MessengerCodeJson>('/api/messengers/codes', { messenger: channel })
    await phone.opens(url!)
    const digits = await eventually(
      'the two digits',
      async () => /(\d\d)$/.exec(phone.texts().at(-1) ?? '')?.[1],
    )
    await visitor.post('/api/messengers/confirm', { digits })
    await says(NOTICES.linked.en)

    let answers = 0
    const isAnswer = (text: string) => text === NOTICES['answer-ready'].en || text === NOTICES.hello.en
    const answered = (words: string) =>
      eventually(`an answer to ${words}`, async () => phone.texts().filter(isAnswer).length >= answers)
    for (const words of [
      'what did I spend at quokka emporium this year?',
      'and last month?',
      'find the £7,413.97 payment',
      'any offers for me?',
      'aardvark-question: qwx zvb',
      'plmk jhgt aardvark',
    ]) {
      await phone.writes(words)
      answers++
      await answered(words)
    }
    await phone.writes(`aardvark quokka 7413.97 ${'x'.repeat(3_900)}`)
    await says(NOTICES['write-instead'].en)

    town.bank(bankId).authorise(username, THEFT)
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
      left[channel].flatMap((bytes) => searchIn(Buffer.from(bytes), channel)),
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
