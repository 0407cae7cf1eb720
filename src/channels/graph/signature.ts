import { createHmac, timingSafeEqual } from 'node:crypto'
import { areSameBytes, Fault, MINUTE, type Secret } from '#kit'

/**
 * Checks `X-Hub-Signature-256` (HMAC-SHA256 under the app's secret) over the bytes as they came. Meta signs the form in which
 * letters outside ASCII are escaped (`\u00e9`): a body that is parsed and written out again fails on every French accent.
 * Throws `webhook-unsigned`.
 */
export function checkSignature(secret: Secret, header: string | string[] | undefined, body: Buffer): void {
  const given = typeof header === 'string' ? /^sha256=([0-9a-f]{64})$/.exec(header)?.[1] : undefined
  const expected = createHmac('sha256', secret.reveal()).update(body).digest()
  if (given === undefined || !timingSafeEqual(Buffer.from(given, 'hex'), expected))
    throw new Fault('webhook-unsigned')
}

/** The text that answers `hub.challenge`, when the word is the one agreed on; null when it is not. */
export function answerChallenge(
  word: Secret,
  query: Readonly<Record<string, string | undefined>>,
): string | null {
  const given = Buffer.from(query['hub.verify_token'] ?? '')
  const agreed = Buffer.from(word.reveal())
  const isRight = areSameBytes(given, agreed)
  return query['hub.mode'] === 'subscribe' && isRight ? (query['hub.challenge'] ?? null) : null
}

/**
 * A body as JSON. Throws `webhook-unreadable`, also for bytes that are no UTF-8: what they stood for is gone once they are
 * replaced. The parser's own message would quote its input.
 */
export function readBody(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new Fault('webhook-unreadable')
  }
}

/** Two clocks are never quite the same. */
const SKEW_MAX_MS = 5 * MINUTE

/** An instant of Meta's clock. One that lies ahead would keep the window open: it counts as now. */
export const notAhead = (at: number, now: number): number => (at > now + SKEW_MAX_MS ? now : at)
