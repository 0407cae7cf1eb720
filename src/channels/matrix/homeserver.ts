import { z } from 'zod'
import type { Secret } from '#kit'
import type { Sent } from '../messengers/door.ts'
import { type Allowed, findLeak, refuseLeak } from '../messengers/scanner.ts'

const TIMEOUT_MS = 30_000
const API = '/_matrix/client/v3'

const ERROR = z.object({
  errcode: z.string().optional(),
  retry_after_ms: z.number().nonnegative().optional(),
})

export type CallFailed = Extract<Sent, { ok: false }>
/** What the homeserver answered, as it came. */
export type Called = { ok: true; text: string } | CallFailed

export type Request = {
  body?: string
  query?: Readonly<Record<string, string>>
  timeoutMs?: number
  signal?: AbortSignal
}

/** Calls the client-server API of our homeserver. What it or the network did is an answer. */
export type Homeserver = {
  call(method: 'GET' | 'POST' | 'PUT', path: string, request?: Request): Promise<Called>
  /** Sends an event to a room. One that is not encrypted is looked over like whatever leaves for a third party. */
  sendEvent(roomId: string, type: string, content: string, transactionId: string): Promise<Sent>
}

const VERIFICATION_REQUEST = z.object({ msgtype: z.literal('m.key.verification.request') })
const EVENT_ID = z.object({ event_id: z.string() })

/** What leaves as it is: ciphertext, and the handshake of a verification, which is keys and nothing of a person’s. */
const passes = (type: string, content: string) =>
  type === 'm.room.encrypted' ||
  type.startsWith('m.key.verification.') ||
  (type === 'm.room.message' && VERIFICATION_REQUEST.safeParse(readJson(content)).success)

/** One request, with what the server or the network did as an answer. Throws when `signal` ended it. */
export async function callApi(
  fetch: typeof globalThis.fetch,
  url: URL,
  request: {
    method: 'GET' | 'POST' | 'PUT'
    token?: Secret | undefined
    body?: string | undefined
    timeoutMs: number
    signal?: AbortSignal | undefined
  },
): Promise<Called> {
  const { method, token, body, timeoutMs, signal } = request
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token.reveal()}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    const text = await response.text()
    return response.ok ? { ok: true, text } : failureOf(response.status, text, response.headers)
  } catch (error) {
    if (signal?.aborted) throw error
    return { ok: false, why: 'retry', code: 'network' }
  }
}

export function createHomeserver(needs: {
  fetch: typeof fetch
  url: URL
  accessToken: Secret
  /** Awaited before anything leaves: what a request depends on is durable first. What it throws keeps the request here. */
  before(): Promise<void>
  allowed: Pick<Allowed, 'publicUrl' | 'names'>
}): Homeserver {
  const call: Homeserver['call'] = async (method, path, request = {}) => {
    const { body, query = {}, timeoutMs = TIMEOUT_MS, signal } = request
    await needs.before()
    const url = new URL(`${API}${path}`, needs.url)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return await callApi(needs.fetch, url, { method, token: needs.accessToken, body, timeoutMs, signal })
  }

  return {
    call,
    async sendEvent(roomId, type, content, transactionId) {
      if (!passes(type, content)) refuseLeak(findLeak(content, { ...needs.allowed, addressFields: [] }))
      const called = await call('PUT', pathOf`/rooms/${roomId}/send/${type}/${transactionId}`, {
        body: content,
      })
      if (!called.ok) return called
      const sent = EVENT_ID.safeParse(readJson(called.text))
      return sent.success
        ? { ok: true, messageId: sent.data.event_id }
        : { ok: false, why: 'retry', code: 'no-event-id' }
    },
  }
}

/** A path whose parts stay parts, whatever stands in them. */
export const pathOf = (texts: TemplateStringsArray, ...parts: string[]): string =>
  String.raw({ raw: texts }, ...parts.map(encodeURIComponent))

/** Codes that say of our account that it cannot speak at all, whatever is said. */
const OF_ACCOUNT: ReadonlySet<string> = new Set([
  'M_UNKNOWN_TOKEN',
  'M_MISSING_TOKEN',
  'M_USER_LOCKED',
  'M_USER_SUSPENDED',
  'M_USER_DEACTIVATED',
])
export const isOfAccount = (code: string): boolean => OF_ACCOUNT.has(code)

/** What to do after each error of the homeserver, by its code; its message is not repeated. */
export function failureOf(status: number, text: string, headers: Headers): CallFailed {
  const error = ERROR.safeParse(readJson(text))
  const code = (error.success && error.data.errcode) || String(status)
  if (status === 429 || code === 'M_LIMIT_EXCEEDED') {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN)
    const said = error.success ? error.data.retry_after_ms : undefined
    const retryAfterMs = said ?? (Number.isFinite(seconds) ? seconds * 1_000 : undefined)
    return { ok: false, why: 'retry', code, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  }
  if (status >= 500 || status === 408) return { ok: false, why: 'retry', code }
  // In a room: we were put out of it, or it is no more.
  if (code === 'M_FORBIDDEN' || code === 'M_NOT_FOUND') return { ok: false, why: 'gone', code }
  // A token that is dead, an account that was locked or taken away, a message that will never be taken.
  return { ok: false, why: 'tell-operator', code }
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
