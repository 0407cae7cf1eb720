import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '#kit'

const HOUR = 3_600_000
const WINDOW_MS = 24 * HOUR
/** Messenger takes an app off a page whose webhook has failed for an hour. */
const UNSUBSCRIBED_AFTER_MS = HOUR

/** What a phone shows of one message. */
export type Shown = {
  from: 'person' | 'page'
  at: number
  text: string
  link: { label: string; href: string } | null
  buttons: { label: string; payload: string }[]
}
type Chat = { address: string; name: string; shown: Shown[]; heardAt: number | null; isBlocked: boolean }
type Json = Record<string, unknown>

/** An error as the Graph API gives it; `subcode` where it has one. */
export type GraphRefusal = { status: number; code: number; subcode?: number }

export type GraphEmulator = Awaited<ReturnType<typeof startGraph>>

/**
 * Meta's Graph API, simulated, for Messenger pages and WhatsApp numbers: it takes what a page sends within Meta's limits and
 * window, keeps what a phone would show, and delivers signed webhooks, twice or out of order when it is told to. It invents no
 * behaviour: shapes and codes are those of the documentation and of recorded traffic.
 */
export async function startGraph(needs: {
  product: 'messenger' | 'whatsapp'
  /** The page's or the phone number's id. */
  id: string
  accessToken: string
  appSecret: string
  webhookUrl: URL
  clock: Clock
  port?: number
}) {
  const { product, id, accessToken, appSecret, webhookUrl, clock } = needs
  const chats = new Map<string, Chat>()
  const seen: string[] = []
  const trouble = { refuses: null as GraphRefusal | null, isDown: false, doubles: false }
  let failingSince: number | null = null
  let isSubscribed = true
  let serial = 0

  const newId = () => `${product === 'messenger' ? 'm' : 'wamid'}.${++serial}-${Math.trunc(clock.now())}`

  function chatOf(address: string): Chat {
    const chat = chats.get(address) ?? { address, name: 'Amina', shown: [], heardAt: null, isBlocked: false }
    chats.set(address, chat)
    return chat
  }

  /** Signed over the form in which letters outside ASCII are escaped, as Meta's are. */
  async function deliver(body: Json): Promise<void> {
    const text = JSON.stringify(body).replace(
      /[\u0080-\uffff]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    const signature = createHmac('sha256', appSecret).update(text).digest('hex')
    for (let time = 0; time < (trouble.doubles ? 2 : 1); time++) {
      if (!isSubscribed) return
      let isTaken = false
      try {
        const response = await fetch(webhookUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
          body: text,
        })
        await response.arrayBuffer()
        isTaken = response.ok
      } catch {
        isTaken = false
      }
      failingSince = isTaken ? null : (failingSince ?? clock.now())
      if (failingSince !== null && clock.now() - failingSince >= UNSUBSCRIBED_AFTER_MS) isSubscribed = false
    }
  }

  const tell = (events: Json[]) =>
    deliver(
      product === 'messenger'
        ? { object: 'page', entry: [{ id, time: clock.now(), messaging: events }] }
        : {
            object: 'whatsapp_business_account',
            entry: [{ id: 'waba', changes: events.map((value) => ({ field: 'messages', value })) }],
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
    if (chat.isBlocked) throw isMessenger ? { status: 400, code: 551 } : { status: 400, code: 131026 }
    const isOpen = chat.heardAt !== null && clock.now() < chat.heardAt + WINDOW_MS
    const isTemplate = isMessenger ? body.messaging_type === 'UTILITY' : body.type === 'template'
    if (isMessenger && body.messaging_type === 'MESSAGE_TAG') throw { status: 400, code: 100 }
    if (!isOpen && !isTemplate)
      throw isMessenger ? { status: 400, code: 10, subcode: 2018278 } : { status: 400, code: 131047 }
    return { chat, shown: isMessenger ? readMessenger(body) : readWhatsApp(body) }
  }

  function readMessenger(body: Json): Shown {
    const message = (body.message ?? {}) as Json
    const payload = ((message.attachment as Json | undefined)?.payload ?? {}) as Json
    const buttons = (payload.buttons ?? []) as {
      type: string
      title: string
      url?: string
      payload?: string
    }[]
    const text = String(payload.text ?? message.text ?? '')
    check(text.length <= (payload.text === undefined ? 2_000 : 640) && buttons.length <= 3)
    for (const { title, payload: token } of buttons)
      check(title.length <= 20 && (token === undefined || token.length <= 1_000))
    const url = buttons.find(({ type }) => type === 'web_url')
    return {
      from: 'page',
      at: clock.now(),
      text,
      link: url ? { label: url.title, href: url.url! } : null,
      buttons: buttons.flatMap((one) => (one.payload ? [{ label: one.title, payload: one.payload }] : [])),
    }
  }

  function readWhatsApp(body: Json): Shown {
    const interactive = (body.interactive ?? {}) as Json
    const text = String(
      ((interactive.body ?? body.text ?? {}) as Json).text ?? ((body.text ?? {}) as Json).body ?? '',
    )
    check(text.length <= (body.interactive === undefined ? 4_096 : 1_024))
    const action = (interactive.action ?? {}) as Json
    const parameters = action.parameters as { display_text: string; url: string } | undefined
    const buttons = ((action.buttons ?? []) as { reply: { id: string; title: string } }[]).map(
      ({ reply }) => {
        check(reply.title.length <= 20 && reply.id.length <= 256)
        return { label: reply.title, payload: reply.id }
      },
    )
    check(buttons.length <= 3)
    const inText = /https?:\/\/\S+/.exec(text)
    return {
      from: 'page',
      at: clock.now(),
      text: text.replace(/\n?https?:\/\/\S+/, ''),
      link: parameters
        ? { label: parameters.display_text, href: parameters.url }
        : inText
          ? { label: 'Link', href: inText[0] }
          : null,
      buttons,
    }
  }

  const check = (isWithin: boolean) => {
    if (!isWithin) throw { status: 400, code: 100 }
  }

  const server: Server = createServer((request, response) => {
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
    if (request.headers.authorization !== `Bearer ${accessToken}`)
      return { status: 401, body: { error: { code: 190 } } }
    if (request.method !== 'POST' || !request.url?.endsWith(`/${id}/messages`))
      return { status: 404, body: { error: { code: 100 } } }
    try {
      const { chat, shown } = take(JSON.parse(text) as Json)
      chat.shown.push(shown)
      const messageId = newId()
      setImmediate(() => void receipt(chat, messageId))
      return product === 'messenger'
        ? { status: 200, body: { recipient_id: chat.address, message_id: messageId } }
        : { status: 200, body: { messaging_product: 'whatsapp', messages: [{ id: messageId }] } }
    } catch (refusal) {
      const { status = 400, code = 100, subcode } = refusal as Partial<GraphRefusal>
      return { status, body: { error: { code, ...(subcode && { error_subcode: subcode }) } } }
    }
  }

  async function receipt(chat: Chat, messageId: string): Promise<void> {
    if (product === 'messenger')
      await tell([frame(chat, { delivery: { mids: [messageId], watermark: clock.now() } })])
    else
      await tell([
        {
          messaging_product: 'whatsapp',
          metadata: { phone_number_id: id },
          statuses: [
            { id: messageId, status: 'delivered', timestamp: String(Math.floor(clock.now() / 1_000)) },
          ],
        },
      ])
  }

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
      blocks: () => {
        chat.isBlocked = true
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
    isSubscribed: () => isSubscribed,
    tell,
    async stop(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
