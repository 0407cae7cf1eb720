import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault, SECOND, Secret } from '#kit'
import { startGraph } from '../../../sim/messengers/graph/graph.ts'
import { graphPhone, type MessengerName, type Phone, telegramPhone } from '../../../sim/messengers/phone.ts'
import { createTelegram } from '../../../sim/messengers/telegram/telegram.ts'
import { createMessengerDoor } from '../messenger/door.ts'
import { createTelegramDoor } from '../telegram/door.ts'
import { createWhatsAppDoor } from '../whatsapp/door.ts'
import type { MessengerDoor } from './door.ts'
import { openMessengerHouse, PUBLIC } from './messengers.fixture.ts'
import { createPublicSocket } from './public-socket.ts'

type ChatHouse = Parameters<NonNullable<NonNullable<Parameters<typeof openMessengerHouse>[0]>['more']>>[0]

/** A messenger's company, simulated, by what can be done to it. */
type Company = {
  door: MessengerDoor
  /** `n` tells people apart: each has a telephone of their own, and the name by which this messenger knows them. */
  phone(n: number): Phone & { blocks(): void | Promise<void>; unblocks(): void | Promise<void> }
  goesDown(isDown: boolean): void
  /** Refuses what is sent next, for want of room; gives how long it asks to be left alone. */
  asksForTime(): number
  /** Takes us again after it asked for time. */
  hasRoom(): void
  /** How often we tried to say something there. */
  tries(): number
  /** Once it has told us of all that became of what we sent. */
  told(): Promise<void>
  /** Tells again what we did not take. */
  retries(): Promise<void>
  stop(): Promise<void>
}

const secrets = {
  accessToken: new Secret('access'),
  appSecret: new Secret('app-secret'),
  verifyToken: new Secret('agreed'),
  utilityTemplate: null,
}
const publicSocket = () => createPublicSocket({ fetch, publicUrl: PUBLIC, names: new Set(['chase']) })

async function startGraphCompany(product: 'messenger' | 'whatsapp', webhookUrl: URL, { clock }: ChatHouse) {
  const id = product === 'messenger' ? '10001' : '20002'
  const graph = await startGraph({
    product,
    id,
    accessToken: 'access',
    appSecret: 'app-secret',
    webhookUrl,
    clock,
  })
  const needs = { ...secrets, socket: publicSocket(), graphUrl: graph.url, clock }
  const company: Company = {
    door:
      product === 'messenger'
        ? createMessengerDoor({ ...needs, pageId: id })
        : createWhatsAppDoor({ ...needs, phoneId: id, number: '33123456789' }),
    phone(n) {
      const address = product === 'messenger' ? `40213377001${n}` : `FR.1234567890${n}`
      const { blocks, unblocks } = graph.person(address)
      return { ...graphPhone(graph, address), blocks, unblocks }
    },
    goesDown(isDown) {
      graph.trouble.isDown = isDown
    },
    asksForTime() {
      graph.trouble.refuses = { status: 400, code: product === 'messenger' ? 613 : 130429 }
      return product === 'messenger' ? 60 * SECOND : 5 * SECOND
    },
    hasRoom() {
      graph.trouble.refuses = null
    },
    tries: () => graph.seen().filter((request) => request.includes(`/${id}/messages `)).length,
    told: graph.told,
    retries: graph.deliveries.retry,
    stop: graph.stop,
  }
  return { company, graph }
}

async function startTelegramCompany(webhookUrl: URL, { clock }: ChatHouse): Promise<Company> {
  const bot = { token: '123456789:AAtest-token', botName: 'guichet_test_bot' }
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const telegram = await createTelegram(server, { ...bot, clock, fetch })
  telegram.outgoing.set({ url: webhookUrl.href, secret_token: 'a-word-of-ours' })
  return {
    door: createTelegramDoor({
      socket: publicSocket(),
      botName: bot.botName,
      token: new Secret(bot.token),
      webhookSecret: new Secret('a-word-of-ours'),
      apiUrl: telegram.apiUrl,
      clock,
    }),
    phone(n) {
      const { block, unblock } = telegram.person({ id: 4_242_000 + n, firstName: 'Amina', language: 'en' })
      return { ...telegramPhone(telegram, 4_242_000 + n), blocks: block, unblocks: unblock }
    },
    goesDown(isDown) {
      telegram.faults.isDown = isDown
    },
    asksForTime() {
      const description = 'Too Many Requests: retry after 30'
      telegram.faults.refuseNextWith = { code: 429, description, retryAfter: 30 }
      return 30 * SECOND
    },
    hasRoom() {
      telegram.faults.refuseNextWith = null
    },
    tries: () => telegram.calls('sendMessage').length,
    // Telegram tells of nothing that became of a message.
    told: async () => {},
    retries: telegram.outgoing.retry,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The chat's house with one messenger at its door that is simulated to its last byte: over real sockets, by the house's clock. */
export async function openAt(id: MessengerName) {
  /** Whether we take what the messenger posts. */
  const webhook = { isDown: false, statuses: [] as number[] }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    response.statusCode = webhook.isDown
      ? 503
      : await house.messengers.receive(id, request.headers, Buffer.concat(chunks)).then(
          () => 200,
          (error: unknown) => (error instanceof Fault ? error.status : 500),
        )
    webhook.statuses.push(response.statusCode)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const webhookUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/${id}`)
  let company: Company
  let graph: Awaited<ReturnType<typeof startGraph>> | null = null
  const house = await openMessengerHouse({
    async more(chat) {
      if (id === 'telegram') company = await startTelegramCompany(webhookUrl, chat)
      else ({ company, graph } = await startGraphCompany(id, webhookUrl, chat))
      return [company.door]
    },
  })
  let people = 0

  return {
    ...house,
    company: company!,
    /** Meta's own troubles; null at Telegram. */
    graph: graph as Awaited<ReturnType<typeof startGraph>> | null,
    webhook,

    /** Amina with a telephone whose chat is linked: what was said while linking is put aside. */
    async amina() {
      const person = await house.amina(['account-view', 'fraud-alerts'])
      const phone = company.phone(100 + ++people)
      const said = () => phone.lines().flatMap(({ from, text }) => (from === 'them' ? [text] : []))
      const { url } = await house.messengers.begin(person.personId, id)
      await phone.open(url!)
      await house.passes(SECOND)
      const digits = /(\d\d)$/.exec(said().at(-1)!)![1]!
      await house.messengers.confirm(person.personId, digits)
      await house.passes(2 * SECOND)
      const before = said().length
      return { ...person, ...phone, said: () => said().slice(before) }
    },

    async close(): Promise<void> {
      await company.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await house.close()
    },
  }
}
