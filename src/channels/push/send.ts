import { ECDH } from 'node:crypto'
import webPush, { type PushSubscription, type RequestDetails, type VapidKeys } from 'web-push'
import { HOUR, SECOND } from '#kit'

/** What a push service keeps longer than this is stale: nobody is shown it late. */
const TTL_SECONDS = (6 * HOUR) / SECOND
const TIMEOUT_MS = 10 * SECOND
/** Every payload has this length, whatever the sentence: what is seen of it is its size. */
const PAYLOAD_BYTES = 1_024
/** The authentication secret of a subscription (RFC 8291, section 3.2). */
const AUTH_BYTES = 16

export type Subscription = PushSubscription

/** What a browser is told to show. Nothing in it is a person's. */
export type PushPayload = {
  text: string
  href: string | null
  lang: 'en' | 'fr'
  /** Comes back when it was shown. */
  receipt: string
}

/** What became of one sending: `gone` is a browser that no longer wants to hear. */
export type Pushed =
  | { kind: 'accepted' | 'gone' }
  | { kind: 'retry'; code: string; retryAfterMs?: number }
  | { kind: 'refused'; code: string }

/** Encrypts for one browser (RFC 8291), signs who sends (RFC 8292), and hands it to its push service (RFC 8030). */
export async function pushTo(
  subscription: Subscription,
  payload: PushPayload,
  needs: { fetch: typeof fetch; vapid: VapidKeys; contact: string },
): Promise<Pushed> {
  const bytes = padded(payload)
  let request: RequestDetails
  try {
    request = webPush.generateRequestDetails(subscription, bytes, {
      vapidDetails: { subject: needs.contact, ...needs.vapid },
      TTL: TTL_SECONDS,
      urgency: 'high',
      // Sent again after a crash, it takes the place of the first.
      topic: payload.receipt.slice(0, 32),
    })
  } catch {
    // Keys that nothing can be encrypted with. The person's other browsers are written to all the same.
    return { kind: 'refused', code: 'keys' }
  }
  const { endpoint, headers, body } = request
  let response: Response
  try {
    response = await needs.fetch(endpoint, {
      method: 'POST',
      headers: withoutLength(headers),
      body: new Uint8Array(body!),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
  } catch {
    return { kind: 'retry', code: 'network' }
  }
  const { status } = response
  if (response.ok) return { kind: 'accepted' }
  if (status === 404 || status === 410) return { kind: 'gone' }
  if (status === 429 || status === 408 || status >= 500) {
    const seconds = Number(response.headers.get('retry-after'))
    return { kind: 'retry', code: String(status), ...(seconds > 0 && { retryAfterMs: seconds * SECOND }) }
  }
  return { kind: 'refused', code: String(status) }
}

/** Whether something can be encrypted for whoever has these keys: their public one is a point of P-256 (RFC 8291). */
export function areUsable({ keys: { p256dh, auth } }: Subscription): boolean {
  try {
    ECDH.convertKey(Buffer.from(p256dh, 'base64url'), 'prime256v1')
    return Buffer.from(auth, 'base64url').length === AUTH_BYTES
  } catch {
    return false
  }
}

/** Spaces behind JSON are nothing to who reads it. */
function padded(payload: PushPayload): Buffer {
  const text = JSON.stringify(payload)
  const bytes = Buffer.byteLength(text)
  if (bytes > PAYLOAD_BYTES) throw new RangeError('a notice is longer than what every payload is padded to')
  return Buffer.from(text + ' '.repeat(PAYLOAD_BYTES - bytes))
}

/** `fetch` counts the bytes itself. */
function withoutLength(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name !== 'Content-Length')
      .map(([name, value]) => [name, String(value)]),
  )
}
