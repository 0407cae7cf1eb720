import assert from 'node:assert/strict'
import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { NOTICES } from '#conversation'
import { type Clock, Fault, type Secret } from '#kit'
import type { MessengerDoor, WebhookDoor, WrittenNotice } from '../messengers/door.ts'
import type { PublicSocket } from '../messengers/public-socket.ts'
import { startAddress } from '../messengers/start-address.ts'
import { createBotApi } from './bot-api.ts'
import { callbackIdOf, heardIn, UPDATE } from './updates.ts'
import { createWebhookSetting, type WebhookSetting } from './webhook-setting.ts'

/** Bot API: “Data to be sent in a callback query to the bot when the button is pressed, 1-64 bytes”. */
const CALLBACK_BYTES_MAX = 64

/** Bot API: “Text of the message to be sent, 1-4096 characters after entities parsing”. */
const TEXT_MAX = 4_096
/** Telegram takes a hundred buttons under one message and answers more with “reply markup is too long”. */
const BUTTONS_MAX = 100

const SECRET_HEADER = 'x-telegram-bot-api-secret-token'

const SENT = z.object({ message_id: z.int() })

const BLOCK_CARD: readonly string[] = Object.values(NOTICES['block-card'])

export type TelegramDoor = MessengerDoor &
  WebhookDoor & {
    /** Stops the waiting sign on a button that was pressed, by the id of the event. Whether it stopped matters to nothing. */
    acknowledge(eventId: string): Promise<void>
    /** Where Telegram sends what people write. */
    readonly webhook: WebhookSetting
  }

/** The door to Telegram, by its Bot API 10.1. A bot is never in a secret chat, so that figures never go there. */
export function createTelegramDoor(needs: {
  socket: PublicSocket
  /** The bot’s name without the @. */
  botName: string
  token: Secret
  /** What Telegram repeats in a header of every webhook. It signs nothing: it is a shared secret, and TLS keeps it. */
  webhookSecret: Secret
  apiUrl: URL
  clock: Clock
}): TelegramDoor {
  const { botName, clock, webhookSecret } = needs
  const call = createBotApi(needs)
  return {
    id: 'telegram',
    webhook: createWebhookSetting({ call, webhookSecret }),

    startUrl: (code) => `${startAddress('t.me', needs.apiUrl)}/${botName}?start=${encodeURIComponent(code)}`,

    // Telegram knows no keys of ours: a message whose answer was lost on the way is sent twice.
    async send(to, notice) {
      const message = messageOf(to, notice)
      if (message === null) return { ok: false, why: 'fall-back', code: 'form' }
      const called = await call('sendMessage', message)
      if (!called.ok) return called
      const sent = SENT.safeParse(called.result)
      return sent.success
        ? { ok: true, messageId: String(sent.data.message_id) }
        : { ok: false, why: 'retry', code: 'no-message-id' }
    },

    async acknowledge(eventId) {
      const id = callbackIdOf(eventId)
      if (id) await call('answerCallbackQuery', { callback_query_id: id })
    },

    proofHeader: SECRET_HEADER,

    /** Telegram asks for no proof of an address. */
    challenge: () => null,

    read(headers, body) {
      const given = headers[SECRET_HEADER]
      if (typeof given !== 'string' || !isSame(given, webhookSecret.reveal()))
        throw new Fault('webhook-unsigned')
      const update = UPDATE.safeParse(parse(body))
      if (!update.success) throw new Fault('webhook-unreadable')
      return [heardIn(update.data, clock.now())]
    },
  }
}

/**
 * The parameters of `sendMessage`. What is protected cannot be forwarded or saved; a preview would have Telegram open the link.
 * More buttons than a keyboard takes are not cut: they are on our page, where the link leads; null where there is none.
 */
export function messageOf(
  to: string,
  { text, link, buttons }: WrittenNotice,
): Record<string, unknown> | null {
  const isTooMuch = buttons.length + (link ? 1 : 0) > BUTTONS_MAX
  if ([...text].length > TEXT_MAX || (isTooMuch && !link)) return null
  const rows = [
    ...(link ? [[{ text: link.label, url: link.href }]] : []),
    ...(isTooMuch ? [] : buttons).map(({ label, payload }) => {
      assert(Buffer.byteLength(payload) <= CALLBACK_BYTES_MAX, 'a button’s token is too long for Telegram')
      return [
        { text: label, callback_data: payload, ...(BLOCK_CARD.includes(label) ? { style: 'danger' } : {}) },
      ]
    }),
  ]
  return {
    chat_id: to,
    text,
    protect_content: true,
    link_preview_options: { is_disabled: true },
    ...(rows.length > 0 ? { reply_markup: { inline_keyboard: rows } } : {}),
  }
}

/** In a time that says nothing of where two texts differ, nor of how long the secret is. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return null
  }
}
