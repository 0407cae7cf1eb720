import type { Server } from 'node:http'
import type { Clock } from '#kit'
import { createApp, portOf } from '../../bank/server.ts'
import { atPhone } from '../at-phone.ts'
import { BOT_API, faultInCall } from './check-call.ts'
import { createOutgoing, type Outgoing } from './outgoing.ts'
import { createRateLimit } from './rate-limit.ts'
import { membershipOf, messageOf, pressOf, type Someone } from './updates.ts'

type Button = { text: string; url?: string; callback_data?: string; style?: string }
export type ChatMessage = {
  id: number
  from: 'bot' | 'person'
  text: string
  buttons: Button[]
  isProtected: boolean
  at: number
}

type Chat = { who: Someone; isStarted: boolean; isBlocked: boolean; messages: ChatMessage[] }

/** What the messenger can be made to do wrong. */
type Faults = { isDown: boolean; refuseNextWith: Failure | null }

type Failure = { code: number; description: string; retryAfter?: number }
type Body = Record<string, unknown>

export type TelegramPerson = {
  readonly messages: readonly ChatMessage[]
  /** Presses that still show the waiting sign. */
  readonly waitingPresses: readonly string[]
  /** Each resolves once Telegram has tried to deliver it. */
  write(text: string): Promise<void>
  sendPhoto(): Promise<void>
  edit(text: string): Promise<void>
  /** Opens a t.me link, as from our page. */
  open(startUrl: string): Promise<void>
  /** Taps the newest button of that name; a link’s address is given back, since the browser opens it. */
  tap(label: string): Promise<string | null>
  block(): Promise<void>
  unblock(): Promise<void>
}

export type SimulatedTelegram = {
  readonly apiUrl: URL
  readonly faults: Faults
  readonly outgoing: Outgoing
  person(who: Someone): TelegramPerson
  /** All that the messenger saw: every body of a call and every word in a chat. */
  seen(): string
  calls(method: string): readonly Body[]
}

/** Telegram’s Bot API on this machine, for one bot: the methods that we use, its checks, limits and errors. */
export async function createTelegram(
  server: Server,
  needs: {
    token: string
    botName: string
    clock: Clock
    fetch: typeof fetch
    /** The page that a telephone is drawn on: links that begin a chat lead there. */
    phoneUrl?: URL
  },
): Promise<SimulatedTelegram> {
  const { clock, token, botName } = needs
  const chats = new Map<number, Chat>()
  const calls: { method: string; body: Body }[] = []
  const waiting = new Map<string, number>()
  const faults: Faults = { isDown: false, refuseNextWith: null }
  const limit = createRateLimit(clock)
  const outgoing = createOutgoing(needs)
  const ids = { message: 100, press: 4_382_000_000_000_000 }

  const app = createApp(server)
  app.get('/t.me/*', (request, reply) => {
    const { phoneUrl } = needs
    return phoneUrl
      ? reply.redirect(atPhone(phoneUrl, 'telegram', new URL(request.url, 'http://telegram')))
      : reply.code(404).send()
  })
  app.all<{ Params: { bot: string; method: string } }>('/:bot/:method', async (request, reply) => {
    const { bot, method } = request.params
    const body = (request.body ?? {}) as Body
    if (bot === `bot${token}`) calls.push({ method, body })
    const result = answer(bot, method, body)
    if (!('code' in result)) return { ok: true, result: result.result }
    const { code, description, retryAfter } = result
    return reply.code(code).send({
      ok: false,
      error_code: code,
      description,
      ...(retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } }),
    })
  })

  function answer(bot: string, method: string, body: Body): { result: unknown } | Failure {
    if (faults.isDown) return { code: 502, description: 'Bad Gateway' }
    if (bot !== `bot${token}`) return { code: 401, description: 'Unauthorized' }
    const refusal = faults.refuseNextWith
    faults.refuseNextWith = null
    if (refusal) return refusal
    if (!Object.hasOwn(BOT_API.methods, method)) return { code: 404, description: 'Not Found' }
    const fault = faultInCall(method, body)
    if (fault) return { code: 400, description: `Bad Request: ${fault}` }
    return METHODS[method]!(body)
  }

  const METHODS: Record<string, (body: Body) => { result: unknown } | Failure> = {
    getMe: () => ({ result: { id: Number(token.split(':')[0]), is_bot: true, username: botName } }),
    setWebhook: (body) => outgoing.set(body as Parameters<Outgoing['set']>[0]),
    deleteWebhook: () => outgoing.set({ url: '' }),
    getWebhookInfo: () => ({ result: outgoing.info() }),
    answerCallbackQuery: ({ callback_query_id }) =>
      waiting.delete(String(callback_query_id))
        ? { result: true }
        : { code: 400, description: 'Bad Request: query is too old and response timeout expired' },
    sendMessage,
  }

  function sendMessage(body: Body): { result: unknown } | Failure {
    const chat = chats.get(Number(body.chat_id))
    // A bot cannot begin: whoever never wrote is nobody to it.
    if (!chat?.isStarted) return { code: 400, description: 'Bad Request: chat not found' }
    if (chat.isBlocked) return { code: 403, description: 'Forbidden: bot was blocked by the user' }
    const wait = limit.take(chat.who.id)
    if (wait > 0)
      return { code: 429, description: `Too Many Requests: retry after ${wait}`, retryAfter: wait }
    const markup = body.reply_markup as { inline_keyboard: Button[][] } | undefined
    const message: ChatMessage = {
      id: ids.message++,
      from: 'bot',
      text: String(body.text),
      buttons: markup?.inline_keyboard.flat() ?? [],
      isProtected: body.protect_content === true,
      at: clock.now(),
    }
    chat.messages.push(message)
    return { result: { ...messageOf(chat.who, message.id, message.at, { text: message.text }) } }
  }

  await app.ready()

  return {
    apiUrl: new URL(`http://127.0.0.1:${portOf(server)}`),
    faults,
    outgoing,
    calls: (wanted) => calls.filter(({ method }) => method === wanted).map(({ body }) => body),
    seen: () =>
      [
        ...calls.map(({ method, body }) => `${method} ${JSON.stringify(body)}`),
        ...[...chats.values()].flatMap(({ messages }) => messages.map(({ text }) => text)),
      ].join('\n'),

    person(who) {
      const chat: Chat = chats.get(who.id) ?? { who, isStarted: false, isBlocked: false, messages: [] }
      chats.set(who.id, chat)
      const say = async (kind: string, content: { text?: string }, more: object = {}) => {
        chat.isStarted = true
        const id = ids.message++
        const now = clock.now()
        const message = { id, from: 'person', text: content.text ?? '', buttons: [] } as const
        chat.messages.push({ ...message, buttons: [], isProtected: false, at: now })
        await outgoing.send(kind, messageOf(who, id, now, { ...content, ...more }))
      }
      const write = (text: string) => say('message', { text })
      const setMembership = async (isBlocked: boolean) => {
        chat.isBlocked = isBlocked
        const [before, after] = isBlocked ? ['member', 'kicked'] : ['kicked', 'member']
        await outgoing.send('my_chat_member', membershipOf(who, clock.now(), before!, after!))
      }
      return {
        messages: chat.messages,
        get waitingPresses() {
          return [...waiting].filter(([, id]) => id === who.id).map(([press]) => press)
        },
        write,
        sendPhoto: () => say('message', {}, { photo: [{ file_id: 'p', width: 9, height: 9 }] }),
        edit: (text) => say('edited_message', { text }, { edit_date: Math.floor(clock.now() / 1_000) }),
        async open(startUrl) {
          const url = new URL(startUrl)
          const code = url.searchParams.get('start')
          if (!`${url.host}${url.pathname}`.endsWith(`t.me/${botName}`))
            throw new Error(`${startUrl} leads elsewhere`)
          // “Up to 64 characters, A-Z, a-z, 0-9, _ and - are allowed” (core.telegram.org/bots/features#deep-linking).
          await write(code && /^[\w-]{1,64}$/.test(code) ? `/start ${code}` : '/start')
        },
        async tap(label) {
          const message = chat.messages.findLast(({ buttons }) => buttons.some(({ text }) => text === label))
          const button = message?.buttons.find(({ text }) => text === label)
          if (!message || !button) throw new Error(`there is no button “${label}”`)
          if (button.url) return button.url
          const id = String(ids.press++)
          waiting.set(id, who.id)
          const press = { id, messageId: message.id, sentAt: message.at, data: button.callback_data! }
          await outgoing.send('callback_query', pressOf(who, press))
          return null
        },
        block: () => setMembership(true),
        unblock: () => setMembership(false),
      }
    },
  }
}
