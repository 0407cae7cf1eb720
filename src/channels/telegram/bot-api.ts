import { z } from 'zod'
import { Fault, type Secret } from '#kit'
import type { Sent } from '../messengers/door.ts'
import type { PublicSocket } from '../messengers/public-socket.ts'

const TIMEOUT_MS = 10_000

/** Fields of the Bot API that hold its own ids, and an address and a word that only it and we know. */
const ADDRESS_FIELDS = ['chat_id', 'callback_query_id', 'url', 'secret_token']

const ANSWER = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error_code: z.int(),
    description: z.string().optional(),
    parameters: z.object({ retry_after: z.int().nonnegative().optional() }).optional(),
  }),
])

export type CallFailed = Extract<Sent, { ok: false }>
export type Called = { ok: true; result: unknown } | CallFailed

/** Calls one method of the Bot API. What Telegram or the network did is an answer; only a refused body is thrown. */
export type BotApi = (method: string, parameters: Record<string, unknown>) => Promise<Called>

export function createBotApi(needs: { socket: PublicSocket; token: Secret; apiUrl: URL }): BotApi {
  return async (method, parameters) => {
    // The token is part of the address, so that the address may stand in no message or log line.
    const url = new URL(`/bot${needs.token.reveal()}/${method}`, needs.apiUrl)
    const answer = await needs
      .socket(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(parameters),
        addressFields: ADDRESS_FIELDS,
        timeoutMs: TIMEOUT_MS,
      })
      .catch((error: unknown) => {
        if (error instanceof Fault) throw error
        return null
      })
    if (!answer) return { ok: false, why: 'retry', code: 'network' }
    const read = ANSWER.safeParse(parseJson(answer.body))
    if (read.success && read.data.ok) return { ok: true, result: read.data.result }
    return read.success && !read.data.ok
      ? failureOf(read.data)
      : failureOf({ error_code: answer.status >= 400 ? answer.status : 502 })
  }
}

/**
 * What to do after each of Telegram’s errors. Its codes are few and its descriptions many: of these only the ones that say
 * that nobody is there are told apart, and none is repeated.
 */
export function failureOf(error: {
  error_code: number
  description?: string | undefined
  parameters?: { retry_after?: number | undefined } | undefined
}): CallFailed {
  const { error_code, description = '', parameters } = error
  const code = String(error_code)
  if (error_code === 429)
    return { ok: false, why: 'retry', code, retryAfterMs: (parameters?.retry_after ?? 1) * 1_000 }
  if (error_code >= 500) return { ok: false, why: 'retry', code }
  // 403: the person blocked the bot, closed their account, or never began.
  if (error_code === 403) return { ok: false, why: 'gone', code }
  if (error_code === 400 && /chat not found|user not found|PEER_ID_INVALID/i.test(description))
    return { ok: false, why: 'gone', code }
  // 401 and 404 are a token that is dead or mistyped; another 400 is a message that Telegram will never take.
  return { ok: false, why: 'tell-operator', code }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
