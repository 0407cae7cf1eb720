import { createHash } from 'node:crypto'
import { cavage, createSigner } from 'http-message-signatures'
import type { Secret } from '#kit'

/** What may be signed. A header that a request does not have, such as the address of a person who is away, is left out. */
export const SIGNABLE = [
  '(request-target)',
  'digest',
  'x-request-id',
  'psu-ip-address',
  'psu-user-agent',
  'content-type',
  'date',
] as const

export type RequestSigner = ReturnType<typeof createRequestSigner>

/**
 * Signs requests the way STET banks want them: HTTP signatures by draft-cavage, RSA with SHA-256, which the later RFC 9421 is
 * not compatible with. The key id is where the bank fetches our certificate.
 */
export function createRequestSigner(needs: {
  keyId: string
  key: Secret
  headers: readonly (typeof SIGNABLE)[number][]
}) {
  const key = createSigner(needs.key.reveal(), 'rsa-v1_5-sha256', needs.keyId)

  return async function sign(request: {
    method: string
    url: URL
    headers: Headers
    body: string | undefined
    now: number
  }): Promise<void> {
    const { method, url, headers, body = '', now } = request
    if (needs.headers.includes('digest'))
      headers.set('digest', `SHA-256=${createHash('sha256').update(body).digest('base64')}`)
    if (needs.headers.includes('date')) headers.set('date', new Date(now).toUTCString())
    const fields = needs.headers.filter((name) => name === '(request-target)' || headers.has(name))
    const signed = await cavage.signMessage(
      {
        key,
        fields: fields.map((name) => (name === '(request-target)' ? '@request-target' : name)),
        params: ['keyid', 'alg'],
      },
      { method, url, headers: Object.fromEntries(headers) },
    )
    headers.set('signature', String(signed.headers.Signature))
  }
}
