import type { FastifyRequest } from 'fastify'
import { decodeJwt, type JWK } from 'jose'
import {
  allowInsecureRequests,
  customFetch,
  type JWTAccessTokenClaims,
  validateJwtAccessToken,
} from 'oauth4webapi'
import type Provider from 'oidc-provider'
import { type Clock, SECOND } from '#kit'
import type { Access, Face, Reader, Readers } from '#readers'
import { SCOPE } from './authorization/provider.ts'

/** A proof of possession is good for minutes either way (RFC 9449, section 11.1): so long its id is remembered. */
const PROOF_SECONDS = 600

/** Who calls: an app for itself, or an app about an access that a person allowed it. */
export type Caller = { reader: Reader; access: Access | null }

/** The call carries no token that is good here. Each face says it in its own words. */
export class CallRefused extends Error {
  /** `stale`: the token or its proof is not good; `elsewhere`: good, and for another face. */
  readonly why: 'stale' | 'elsewhere'

  constructor(why: CallRefused['why'], cause?: unknown) {
    super(`call refused: ${why}`, { cause })
    this.why = why
  }
}

export type CheckCall = ReturnType<typeof createCheckCall>

/**
 * Checks a call on a face: the access token (RFC 9068), that the caller holds its key and did not repeat an earlier call
 * (RFC 9449), the scope, and that the app is still one of ours and speaks this standard. Whether the person still
 * agrees is for the gate to say, which logs it.
 */
export function createCheckCall(needs: {
  provider: Provider
  signingKey: JWK
  issuer: string
  audience: string
  readers: Pick<Readers, 'registry' | 'accesses'>
  clock: Clock
}) {
  const { provider, signingKey, issuer, audience, readers, clock } = needs
  const { d: _private, ...publicKey } = signingKey
  const server = { issuer, jwks_uri: `${issuer}/jwks` }

  async function claimsOf(request: FastifyRequest): Promise<JWTAccessTokenClaims> {
    const headers = new Headers()
    for (const name of ['authorization', 'dpop']) {
      const value = request.headers[name]
      if (typeof value === 'string') headers.set(name, value)
    }
    const path = (request.raw.url ?? '/').split('?')[0]!
    const asked = new Request(new URL(path, audience), { method: request.method, headers })
    return await validateJwtAccessToken(server, asked, audience, {
      requireDPoP: true,
      signingAlgorithms: ['ES256', 'Ed25519', 'EdDSA'],
      // The keys are our own: they are not fetched, and no address of them needs TLS.
      [allowInsecureRequests]: true,
      [customFetch]: async () => Response.json({ keys: [publicKey] }),
    })
  }

  /** A proof is for one call: a second with the same id is somebody who listened. */
  async function isFirst(request: FastifyRequest, clientId: string): Promise<boolean> {
    const { jti } = decodeJwt(String(request.headers.dpop))
    const until = Math.floor(clock.now() / SECOND) + PROOF_SECONDS
    return await provider.ReplayDetection.unique(clientId, jti!, until)
  }

  return async function checkCall(request: FastifyRequest, face: Face): Promise<Caller> {
    const claims = await claimsOf(request).catch((error: unknown) => {
      throw new CallRefused('stale', error)
    })
    if (!(await isFirst(request, claims.client_id))) throw new CallRefused('stale')
    const reader = await readers.registry.find(claims.client_id)
    if (
      !reader ||
      !String(claims.scope ?? '')
        .split(' ')
        .includes(SCOPE)
    )
      throw new CallRefused('stale')
    if (!reader.faces.includes(face)) throw new CallRefused('elsewhere')
    if (claims.sub === claims.client_id) return { reader, access: null }
    const access = await readers.accesses.find(claims.sub)
    if (access?.readerId !== reader.id) throw new CallRefused('stale')
    if (access.face !== face) throw new CallRefused('elsewhere')
    return { reader, access }
  }
}
