import { createHash, createPrivateKey, type JsonWebKey, randomBytes } from 'node:crypto'
import { createSigner, httpbis } from 'http-message-signatures'

export const EVENT_TAG = 'guichet-event'
export const WITHDRAW_TAG = 'guichet-withdraw'

/** A private Ed25519 JWK with its `kid`. */
export type SigningJwk = JsonWebKey & { kid: string }

export type SignedRequest = { url: string; method: 'POST'; headers: Record<string, string>; body: string }

/**
 * A POST signed by RFC 9421 over its method, path, content type and content digest (RFC 9530), with a fresh nonce. Sign
 * at the time of sending: the receiver refuses an old signature and a nonce it has seen.
 */
export async function signRequest(request: {
  url: string
  body: string
  contentType: string
  tag: string
  key: SigningJwk
  now: number
  nonce?: string
}): Promise<SignedRequest> {
  const { url, body, contentType, tag, key, now } = request
  const digest = createHash('sha256').update(body).digest('base64')
  const signer = createSigner(createPrivateKey({ key, format: 'jwk' }), 'ed25519', key.kid)
  const signed = await httpbis.signMessage(
    {
      key: signer,
      fields: ['@method', '@path', 'content-type', 'content-digest'],
      params: ['created', 'keyid', 'nonce', 'tag'],
      paramValues: {
        created: new Date(now),
        nonce: request.nonce ?? randomBytes(18).toString('base64url'),
        tag,
      },
    },
    {
      method: 'POST',
      url,
      headers: { 'content-type': contentType, 'content-digest': `sha-256=:${digest}:` },
    },
  )
  return { url, method: 'POST', headers: signed.headers as Record<string, string>, body }
}
