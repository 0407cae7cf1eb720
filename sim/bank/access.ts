import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { calculateJwkThumbprint, createLocalJWKSet, EmbeddedJWK, type JWK, jwtVerify } from 'jose'
import type Provider from 'oidc-provider'
import type { Consent, Consents } from './consents.ts'
import { FdxError } from './fdx-errors.ts'
import type { ApiScope } from './provider.ts'

/** RFC 9449, section 11.1: proofs are accepted for seconds, not minutes; this leaves room for two clocks. */
const PROOF_AGE_SECONDS_MAX = 60

/** Whose data a call may touch, once everything about its token has been checked. */
export type Access = { customerId: string; consent: Consent }

/**
 * Checks a call on the bank's data: the access token (RFC 9068), the proof that the caller holds its key (RFC 9449), the
 * scope, and that the consent behind it is still live. Throws FDX errors.
 */
export function createAccessCheck(needs: {
  provider: Provider
  publicJwk: JWK
  issuer: string
  audience: string
  consents: Consents
}) {
  const { provider, publicJwk, issuer, audience, consents } = needs
  const keys = createLocalJWKSet({ keys: [publicJwk] })

  return async function check(request: FastifyRequest, scope: ApiScope | null): Promise<Access> {
    const token = /^DPoP ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (!token) throw new FdxError('unauthorized', 'A DPoP-bound access token is needed')
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      typ: 'at+jwt',
      algorithms: ['ES256'],
    }).catch(() => {
      throw new FdxError('unauthorized', 'The access token is not valid or is over')
    })
    await checkProof(request, token, (payload.cnf as { jkt?: string } | undefined)?.jkt)
    const consent = typeof payload.fdxConsentId === 'string' ? consents.find(payload.fdxConsentId) : null
    if (!consent || consent.customerId !== payload.sub || !consents.isLive(consent)) {
      throw new FdxError('unauthorized', 'The consent behind this token is over')
    }
    const scopes = String(payload.scope ?? '').split(' ')
    if (scope && !scopes.includes(scope))
      throw new FdxError('forbidden', `The token lacks the scope ${scope}`)
    return { customerId: consent.customerId, consent }
  }

  async function checkProof(request: FastifyRequest, token: string, thumbprint: string | undefined) {
    const refuse = () => new FdxError('unauthorized', 'The DPoP proof does not fit this request')
    const { dpop } = request.headers
    if (typeof dpop !== 'string' || !thumbprint) throw refuse()
    const proof = await jwtVerify(dpop, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['ES256', 'EdDSA', 'Ed25519'],
    }).catch(() => {
      throw refuse()
    })
    const { htm, htu, ath, jti, iat } = proof.payload
    const path = request.url.split('?')[0]
    const fits =
      htm === request.method &&
      htu === `${issuer}${path}` &&
      ath === createHash('sha256').update(token).digest('base64url') &&
      typeof iat === 'number' &&
      Math.abs(Date.now() / 1000 - iat) <= PROOF_AGE_SECONDS_MAX &&
      (await calculateJwkThumbprint(proof.protectedHeader.jwk as JWK)) === thumbprint
    if (!fits || typeof jti !== 'string') throw refuse()
    const isFirst = await provider.ReplayDetection.unique(
      'guichet',
      jti,
      Math.floor(Date.now() / 1000) + 2 * PROOF_AGE_SECONDS_MAX,
    )
    if (!isFirst) throw refuse()
  }
}
