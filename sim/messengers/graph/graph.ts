import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, HOUR } from '#kit'
import { atPhone } from '../at-phone.ts'
import { createDeliveries } from './deliver.ts'
import { createRateLimit } from './rate-limit.ts'
import { createShow } from './show.ts'
import { createTemplates } from './templates.ts'

const WINDOW_MS = 24 * HOUR
/** The ids of an app are nobody's secret. */
const APP_ID = '900100200'
/** Another app that the page or the account tells, too. */
const OTHER_APP = '900100999'

/** What a phone shows of one message. */
export type Shown = {
  from: 'person' | 'page'
  at: number
  text: string
  link: { label: string; href: string } | null
  buttons: { label: string; payload: string }[]
}
type Chat = {
  address: string
  name: string
  shown: Shown[]
  heardAt: number | null
  isBlocked: boolean
  isImpacted: boolean
  /** The ids of what came and was not read yet. */
  unread: string[]
}
export type Json = Record<string, unknown>

/** An error as the Graph API gives it; `subcode` where it has one. */
export type GraphRefusal = { status: number; code: number; subcode?: number }

export type GraphEmulator = Awaited<ReturnType<typeof startGraph>>

/**
 * Meta's Graph API, simulated, for Messenger pages and WhatsApp numbers: it takes what a page sends within Meta's limits, window
 * and approved templates, keeps what a phone would show, and delivers signed webhooks. It invents no behaviour: shapes and codes
 * are those of the documentation and of recorded traffic.
 */
export async function startGraph(needs: {
  product: 'messenger' | 'whatsapp'
  /** The page's or the phone number's id. */
  id: string
  /** The WhatsApp Business Account of the number. */
  accountId?: string
  accessToken: string
  appSecret: string
  webhookUrl: URL
  clock: Clock
  port?: number
  /** The page that a telephone is drawn on: links that begin a chat lead there. */
  phoneUrl?: URL
}) {
  const { product, id, accessToken, appSecret, webhookUrl, clock } = needs
  const accountId = product === 'messenger' ? id : (needs.accountId ?? 'waba')
  const chats = new Map<string, Chat>()
  const seen: string[] = []
  const trouble = {
    refuses: null as GraphRefusal | null,
    isDown: false,
    /** What is accepted now fails in a status. */
    failsLaterWith: null as number | null,
    /** Messenger names what was delivered, or only until when all was (“Message deliveries”: `mids` may not be present). */
    deliversBy: 'mids' as 'mids' | 'watermark',
  }
  let telling: Promise<void> = Promise.resolve()
  const deliveries = createDeliveries(needs)
  const subscribed = {
    fields: [
      ...['messages', 'messaging_postbacks', 'messaging_referrals', 'message_deliveries', 'message_reads'],
      'message_template_status_update',
    ],
  }
  const templates = createTemplates(needs)
  const show = createShow({ templates, clock })
  const limit = createRateLimit(product, clock)
  let serial = 0

  const newId = () => `${product === 'messenger' ? 'm' : 'wamid'}.${++serial}-${Math.trunc(clock.now())}`

  function chatOf(address: string): Chat {
    const chat = chats.get(address) ?? {
      address,
      name: 'Amina',
      shown: [],
      heardAt: null,
      isBlocked: false,
      isImpacted: false,
      unread: [],
    }
    chats.set(address, chat)
    return chat
  }

  const tell = (events: Json[]) =>
    deliveries.tell(
      product === 'messenger'
        ? { object: 'page', entry: [{ id, time: clock.now(), messaging: events }] }
        : {
            object: 'whatsapp_business_account',
            entry: [{ id: accountId, changes: events.map((value) => ({ field: 'messages', value })) }],
          },
    )
  const frame = (chat: Chat, more: Json): Json =>
    product === 'messenger'
      ? { sender: { id: chat.address }, recipient: { id }, timestamp: clock.now(), ...more }
      : {
          messaging_product: 'whatsapp',
          metadata: { phone_number_id: id },
          contacts: [{ user_id: chat.address, profile: { name: chat.name } }],
          messages: [
            {
              id: newId(),
              from_user_id: chat.address,
              timestamp: String(Math.floor(clock.now() / 1_000)),
              ...more,
            },
          ],
        }

  /** Throws a refusal; gives what a phone shows. */
  function take(body: Json): { chat: Chat; shown: Shown } {
    if (trouble.refuses) throw trouble.refuses
    const isMessenger = product === 'messenger'
    const address = isMessenger
      ? String((body.recipient as Json | undefined)?.id ?? '')
      : String(body.recipient ?? body.to ?? '')
    const chat = chatOf(address)
    const tooMuch = limit.take(address)
    if (tooMuch) throw tooMuch
    if (chat.isBlocked) throw isMessenger ? { status: 400, code: 551 } : { status: 400, code: 131026 }
    // “User thread impact” (error codes): people under the privacy rules of Europe.
    if (isMessenger && chat.isImpacted) throw { status: 400, code: 10, subcode: 2018336 }
    const isOpen = chat.heardAt !== null && clock.now() < chat.heardAt + WINDOW_MS
    const isTemplate = isMessenger ? body.messaging_type === 'UTILITY' : body.type === 'template'
    // Tags have been gone since 27 April 2026; a type that there never was is the same bad parameter.
    if (isMessenger && !['RESPONSE', 'UPDATE', 'UTILITY'].includes(String(body.messaging_type)))
      throw { status: 400, code: 100 }
    if (!isOpen && !isTemplate)
      throw isMessenger ? { status: 400, code: 10, subcode: 2018278 } : { status: 400, code: 131047 }
    return { chat, shown: show[product](body) }
  }

  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://graph')
    if (needs.phoneUrl && request.method === 'GET' && /^\/(?:m|wa)\.me\//.test(url.pathname)) {
      const location = atPhone(needs.phoneUrl, product, url)
      return void response.writeHead(302, { location, 'referrer-policy': 'no-referrer' }).end()
    }
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })

  async function answer(request: IncomingMessage): Promise<{ status: number; body: Json }> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    seen.push(`${request.url} ${text}`)
    if (trouble.isDown) return { status: 503, body: {} }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://graph')
    const [, , node, edge] = pathname.split('/')
    const token = request.headers.authorization
    if (`${node}/${edge}` === `${APP_ID}/subscriptions`)
      return token === `Bearer ${APP_ID}|${appSecret}`
        ? { status: 200, body: subscriptions() }
        : refused({ status: 400, code: 190 })
    if (token !== `Bearer ${accessToken}`) return refused({ status: 401, code: 190 })
    try {
      const body = text === '' ? {} : (JSON.parse(text) as Json)
      if (request.method === 'POST' && node === id && edge === 'messages')
        return { status: 200, body: sent(body) }
      const found = operator(request.method, [node, edge], searchParams, body)
      return found ? { status: 200, body: found } : refused({ status: 404, code: 100, subcode: 33 })
    } catch (refusal) {
      return refused(refusal as GraphRefusal)
    }
  }

  const refused = ({ status = 400, code = 100, subcode }: Partial<GraphRefusal>) => ({
    status,
    body: { error: { code, ...(subcode !== undefined && { error_subcode: subcode }) } },
  })

  function sent(body: Json): Json {
    const { chat, shown } = take(body)
    chat.shown.push(shown)
    const messageId = newId()
    chat.unread.push(messageId)
    telling = telling.then(() => delivered(chat, messageId))
    return product === 'messenger'
      ? { recipient_id: chat.address, message_id: messageId }
      : { messaging_product: 'whatsapp', messages: [{ id: messageId }] }
  }

  /** What an operator asks: whose token this is, what is subscribed, and which templates there are. */
  function look(node: string | undefined, edge: string | undefined, search: URLSearchParams): Json | null {
    if (node === 'app' && edge === undefined) return { id: APP_ID, name: 'Guichet' }
    if (node === id && edge === undefined)
      return product === 'messenger'
        ? { id, name: 'Page' }
        : { id, display_phone_number: '+33 1 23 45 67 89' }
    if (node !== accountId) return null
    if (edge === 'subscribed_apps')
      return { data: [OTHER_APP, ...(deliveries.isSubscribed() ? [APP_ID] : [])].map(subscriptionOf) }
    if (edge !== 'message_templates') return null
    const name = search.get('name')
    return { data: templates.all.filter((one) => name === null || one.name.includes(name)) }
  }

  const operator = (
    method: string | undefined,
    [node, edge]: (string | undefined)[],
    search: URLSearchParams,
    body: Json,
  ): Json | null => {
    if (method === 'GET') return look(node, edge, search)
    return method === 'DELETE' ? remove(node, edge, search) : write(node, edge, body)
  }

  function write(node: string | undefined, edge: string | undefined, body: Json): Json | null {
    if (node !== accountId) return null
    if (edge === 'subscribed_apps') {
      deliveries.subscribe()
      if (Array.isArray(body.subscribed_fields)) subscribed.fields = body.subscribed_fields as string[]
      return { success: true }
    }
    if (edge !== 'message_templates') return null
    const { id: made, status, category } = templates.register(body)
    return { id: made, status, category }
  }

  function remove(node: string | undefined, edge: string | undefined, search: URLSearchParams): Json | null {
    if (node !== accountId || edge !== 'message_templates') return null
    templates.remove(search.get('name'))
    return { success: true }
  }

  const subscriptionOf = (appId: string): Json =>
    product === 'messenger'
      ? { id: appId, name: 'An app', subscribed_fields: appId === APP_ID ? subscribed.fields : ['feed'] }
      : { whatsapp_business_api_data: { id: appId, name: 'An app', link: 'https://app.example' } }

  const subscriptions = (): Json => ({
    data: [
      {
        object: product === 'messenger' ? 'page' : 'whatsapp_business_account',
        callback_url: webhookUrl.href,
        active: true,
        fields: [{ name: 'messages', version: 'v25.0' }],
      },
    ],
  })

  async function delivered(chat: Chat, messageId: string): Promise<void> {
    const watermark = clock.now()
    const mids = trouble.deliversBy === 'mids' ? { mids: [messageId] } : {}
    const code = trouble.failsLaterWith
    await tell([
      product === 'messenger'
        ? frame(chat, { delivery: { ...mids, watermark } })
        : statuses([messageId], code === null ? 'delivered' : 'failed', code),
    ])
  }

  /** Messenger says until when all was read, and WhatsApp which message was. */
  async function read(chat: Chat): Promise<void> {
    const ids = chat.unread.splice(0)
    await tell([
      product === 'messenger'
        ? frame(chat, { read: { watermark: clock.now() } })
        : statuses(ids, 'read', null),
    ])
  }

  const statuses = (ids: readonly string[], status: string, code: number | null): Json => ({
    messaging_product: 'whatsapp',
    metadata: { phone_number_id: id },
    statuses: ids.map((messageId) => ({
      id: messageId,
      status,
      timestamp: String(Math.floor(clock.now() / 1_000)),
      ...(code !== null && { errors: [{ code }] }),
    })),
  })

  await new Promise<void>((resolve) => server.listen(needs.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  /** Somebody with the messenger in their hand. */
  function person(address: string, name = 'Amina') {
    const chat = chatOf(address)
    chat.name = name
    const says = (text: string) => {
      chat.heardAt = clock.now()
      chat.shown.push({ from: 'person', at: clock.now(), text, link: null, buttons: [] })
    }
    return {
      chat,
      async writes(text: string): Promise<void> {
        says(text)
        await tell([
          frame(
            chat,
            product === 'messenger'
              ? { message: { mid: newId(), text } }
              : { type: 'text', text: { body: text } },
          ),
        ])
      },
      async taps({ label, payload }: { label: string; payload: string }): Promise<void> {
        says(label)
        await tell([
          frame(
            chat,
            product === 'messenger'
              ? { postback: { mid: newId(), title: label, payload } }
              : {
                  type: 'interactive',
                  interactive: { type: 'button_reply', button_reply: { id: payload, title: label } },
                },
          ),
        ])
      },
      /** Opens the address that our page shows: m.me carries the code by itself, wa.me has it written and sent. */
      async opens(url: string): Promise<void> {
        const { searchParams } = new URL(url)
        const ref = searchParams.get('ref')
        if (ref === null) return await this.writes(searchParams.get('text') ?? '')
        chat.heardAt = clock.now()
        await tell([frame(chat, { referral: { ref, source: 'SHORTLINK', type: 'OPEN_THREAD' } })])
      },
      /** Opens the chat, and has everything in it before them. */
      reads: () => read(chat),
      blocks: () => {
        chat.isBlocked = true
      },
      unblocks: () => {
        chat.isBlocked = false
      },
    }
  }

  return {
    url: new URL(`http://127.0.0.1:${port}/v25.0`),
    person,
    chats: () => [...chats.values()],
    /** Every byte that this messenger was sent: for looking whether a figure is in it. */
    seen: (): readonly string[] => seen,
    trouble,
    /** Once all receipts so far were delivered. */
    told: () => telling,
    deliveries,
    /** What the page tells the app of. */
    subscribed,
    templates,
    limit,
    tell,
    async stop(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
