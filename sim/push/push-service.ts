import { createDecipheriv, createECDH, createHmac, type ECDH, hkdfSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { importJWK, jwtVerify } from 'jose'

/** A browser that subscribed here. */
type Browser = { ecdh: ECDH; auth: Buffer; serverKey: Buffer }
/** A message as the browser reads it, and what its push service was told beside it. */
export type PushedMessage = {
  text: string
  bytes: number
  headers: Record<string, string | string[] | undefined>
}

export type PushService = Awaited<ReturnType<typeof startPushService>>

/**
 * A push service and the browsers behind it (RFC 8030, 8291, 8292): it takes a message only when it is signed by who the
 * browser subscribed to, and reads it with the browser's own key. `answer` plays its troubles.
 */
export async function startPushService(port = 0) {
  const browsers = new Map<string, Browser>()
  const messages: PushedMessage[] = []
  let answer: { status: number; retryAfter?: string } = { status: 201 }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const browser = browsers.get(request.url ?? '')
    const status = browser ? await take(browser, request, Buffer.concat(chunks)) : 410
    if (answer.retryAfter !== undefined) response.setHeader('retry-after', answer.retryAfter)
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function take(browser: Browser, request: IncomingMessage, body: Buffer): Promise<number> {
    if (answer.status !== 201) return answer.status
    if (!(await isSigned(browser, request, origin))) return 403
    if (request.headers.ttl === undefined || request.headers['content-encoding'] !== 'aes128gcm') return 400
    if (body.length > 4_096) return 413
    messages.push({ text: decrypt(browser, body), bytes: body.length, headers: request.headers })
    return 201
  }

  return {
    origin,
    messages,
    /** What the service answers from now on. */
    answers(status: number, retryAfter?: string): void {
      answer = { status, ...(retryAfter !== undefined && { retryAfter }) }
    },
    /** A browser subscribes, to be written to by whoever holds the other half of `serverKey` alone. */
    subscribe(serverKey: string) {
      const ecdh = createECDH('prime256v1')
      const auth = randomBytes(16)
      const path = `/push/${randomBytes(24).toString('base64url')}`
      browsers.set(path, { ecdh, auth, serverKey: Buffer.from(serverKey, 'base64url') })
      return {
        endpoint: `${origin}${path}`,
        keys: { p256dh: ecdh.generateKeys('base64url'), auth: auth.toString('base64url') },
      }
    },
    /** A browser no longer wants to hear. */
    unsubscribe: (endpoint: string) => void browsers.delete(new URL(endpoint).pathname),
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** RFC 8292: a token signed for this service, not longer than a day, by the key that the browser subscribed with. */
async function isSigned(
  { serverKey }: Browser,
  { headers }: IncomingMessage,
  audience: string,
): Promise<boolean> {
  const [, token, key] = /^vapid t=([\w.-]+), *k=([\w-]+)$/.exec(headers.authorization ?? '') ?? []
  if (!token || !key || !Buffer.from(key, 'base64url').equals(serverKey)) return false
  const x = serverKey.subarray(1, 33).toString('base64url')
  const y = serverKey.subarray(33).toString('base64url')
  try {
    const { payload } = await jwtVerify(token, await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256'), {
      audience,
      algorithms: ['ES256'],
      requiredClaims: ['exp', 'sub'],
    })
    return payload.exp! - Date.now() / 1000 <= 86_400
  } catch {
    return false
  }
}

/** RFC 8291, section 3.4, over the one record of RFC 8188. */
function decrypt({ ecdh, auth }: Browser, body: Buffer): string {
  const salt = body.subarray(0, 16)
  const senderKey = body.subarray(21, 21 + body[20]!)
  const sealed = body.subarray(21 + body[20]!)
  const secret = ecdh.computeSecret(senderKey)
  const combined = createHmac('sha256', auth).update(secret).digest()
  const info = Buffer.concat([
    Buffer.from('WebPush: info\0'),
    ecdh.getPublicKey(),
    senderKey,
    Buffer.from([1]),
  ])
  const input = createHmac('sha256', combined).update(info).digest()
  const derive = (purpose: string, length: number) =>
    Buffer.from(hkdfSync('sha256', input, salt, `Content-Encoding: ${purpose}\0`, length))
  const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12))
  decipher.setAuthTag(sealed.subarray(-16))
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  // The last record ends with 2, and as many zeros as its sender liked.
  return padded.subarray(0, padded.lastIndexOf(2)).toString()
}
