import { z } from 'zod'
import type { Secret } from '#kit'
import type { BotApi, CallFailed } from './bot-api.ts'

/** The kinds of updates that we hear. Telegram keeps the others to itself. */
const ALLOWED_UPDATES = ['message', 'edited_message', 'callback_query', 'my_chat_member']

const BOT = z.object({ username: z.string() })
const INFO = z.object({
  url: z.string(),
  pending_update_count: z.int().nonnegative(),
  last_error_date: z.int().optional(),
  allowed_updates: z.array(z.string()).optional(),
})

/** How the bot is set at Telegram; `lastErrorAt` is when it last could not reach us. */
export type WebhookState = {
  botName: string
  url: string | null
  waiting: number
  lastErrorAt: number | null
  /** Whether it sends the kinds of updates that we hear. */
  hears: boolean
}

export type WebhookSetting = {
  look(): Promise<{ ok: true; value: WebhookState } | CallFailed>
  /** Has Telegram send everything to this installation from now on, with the secret. Safe to repeat. */
  set(publicUrl: URL): Promise<{ ok: true } | CallFailed>
}

/** The address that `http` mounts for Telegram. */
export const webhookUrl = (publicUrl: URL) => new URL('/webhooks/telegram', publicUrl).href

export function createWebhookSetting({
  call,
  webhookSecret,
}: {
  call: BotApi
  webhookSecret: Secret
}): WebhookSetting {
  return {
    async look() {
      const bot = await call('getMe', {})
      if (!bot.ok) return bot
      const info = await call('getWebhookInfo', {})
      if (!info.ok) return info
      const [who, set] = [BOT.safeParse(bot.result), INFO.safeParse(info.result)]
      if (!who.success || !set.success) return { ok: false, why: 'tell-operator', code: 'unreadable' }
      const { url, pending_update_count, last_error_date, allowed_updates } = set.data
      return {
        ok: true,
        value: {
          botName: who.data.username,
          url: url === '' ? null : url,
          waiting: pending_update_count,
          lastErrorAt: last_error_date === undefined ? null : last_error_date * 1_000,
          hears: ALLOWED_UPDATES.every((kind) => allowed_updates?.includes(kind)),
        },
      }
    },
    async set(publicUrl) {
      const called = await call('setWebhook', {
        url: webhookUrl(publicUrl),
        secret_token: webhookSecret.reveal(),
        allowed_updates: ALLOWED_UPDATES,
      })
      return called.ok ? { ok: true } : called
    },
  }
}
