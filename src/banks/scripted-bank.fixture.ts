/** A bank for a reader's tests that answers as a test says, and remembers what it was asked. */
import type { BankRequest, Credentials } from './account-reader.ts'

export type Asked = {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  token: 'person' | 'client'
}
export type Answer = { status?: number; body?: unknown; text?: string; contentType?: string }

export const CONNECTION: Credentials = {
  accessToken: 'access-1',
  accessTokenExpiresAt: Date.UTC(2027, 0, 1),
  refreshToken: null,
  dpopJwk: {},
  bankConsentId: 'consent-1',
  subject: 'amina',
}

/** `answer` says what the bank says to each request; what it does not know is a 404. */
export function scriptedBank(origin: string, answer: (asked: Asked) => Answer | undefined) {
  const asked: Asked[] = []
  const request: BankRequest = async (_connection, url, method, options = {}) => {
    const one: Asked = {
      method,
      path: url.origin === origin ? url.pathname : url.href,
      query: Object.fromEntries(url.searchParams),
      headers: options.headers ?? {},
      token: options.token ?? 'person',
    }
    asked.push(one)
    const {
      status = 200,
      body,
      text,
      contentType = 'application/json',
    } = answer(one) ?? { status: 404, body: {} }
    const empty = status === 204
    return new Response(empty ? null : (text ?? JSON.stringify(body)), {
      status,
      headers: empty ? {} : { 'content-type': contentType },
    })
  }
  return { request, asked }
}
