import { importJWK, type JWK } from 'jose'
import * as oauth from 'openid-client'
import { type Clock, MINUTE, type Secret } from '#kit'
import type { BankRequest } from './account-reader.ts'
import type { AuthorisationWay } from './authorisation-way.ts'
import { createRequestSigner } from './http-signature.ts'
import { translated } from './oauth-faults.ts'
import type { BankProfile } from './profile.ts'

export const DPOP_ALGORITHM = 'ES256'
/** A token this close to its end is renewed first. */
export const RENEW_BEFORE_MS = MINUTE

type Configuration = () => Promise<oauth.Configuration>

/** A token for what is between the bank and us, such as a consent that nobody has agreed to yet. */
export function createOurToken(needs: { way: AuthorisationWay; configuration: Configuration; clock: Clock }) {
  const { way, configuration, clock } = needs
  let kept: { token: string; until: number } | null = null
  return async (): Promise<string> => {
    if (kept && kept.until - RENEW_BEFORE_MS > clock.now()) return kept.token
    const config = await configuration()
    const scope: Record<string, string> =
      way.kind === 'oauth2' && way.consent === 'obie' ? { scope: 'accounts' } : {}
    const tokens = await translated(() => oauth.clientCredentialsGrant(config, scope))
    kept = { token: tokens.access_token, until: clock.now() + (tokens.expires_in ?? 0) * 1000 }
    return kept.token
  }
}

/** Requests to the bank's API with the connection's token, bound to its DPoP key where it has one, signed where the bank wants it. */
export function createBankRequest(needs: {
  profile: BankProfile
  configuration: Configuration
  ourToken: () => Promise<string>
  signingKey: Secret | null
  clock: Clock
}): BankRequest {
  const { profile, configuration, ourToken, signingKey, clock } = needs
  const way = profile.authorisation
  const signature = way.kind === 'oauth2' ? way.signature : undefined
  const sign = signature && signingKey ? createRequestSigner({ ...signature, key: signingKey }) : undefined

  return async (connection, url, method, options = {}) => {
    const config = await configuration()
    const isOurs = options.token === 'client'
    const token = isOurs ? await ourToken() : connection.accessToken
    const headers = new Headers({ ...profile.api.headers, accept: 'application/json', ...options.headers })
    if (options.body !== undefined) headers.set('content-type', 'application/json')
    const body = options.body === undefined ? undefined : JSON.stringify(options.body)
    await sign?.({ method, url, headers, body, now: clock.now() })
    return await translated(async () =>
      oauth
        .fetchProtectedResource(
          config,
          token,
          url,
          method,
          body,
          headers,
          isOurs ? undefined : await boundTo(config, connection.dpopJwk),
        )
        .catch((error: unknown) => {
          // Not good, or good and not enough (RFC 6750, section 3.1): the caller knows what it asked for, and reads the rest.
          if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response
          throw error
        }),
    )
  }
}

/** What has a request prove the key that its token is bound to; nothing for a token that is not. */
export async function boundTo(
  config: oauth.Configuration,
  jwk: Record<string, unknown> | JWK | null,
): Promise<oauth.DPoPOptions | undefined> {
  if (jwk === null) return undefined
  return { DPoP: oauth.getDPoPHandle(config, await keyPairOf(jwk)) }
}

/** Of a connection that is on loan: a pull asks many times, and importing a key takes longer than signing with it. */
const keyPairs = new WeakMap<object, Promise<CryptoKeyPair>>()

function keyPairOf(jwk: Record<string, unknown> | JWK): Promise<CryptoKeyPair> {
  const known = keyPairs.get(jwk)
  if (known !== undefined) return known
  const { d: _private, ...open } = jwk
  const read = async (one: object) =>
    (await importJWK(one as JWK, DPOP_ALGORITHM, { extractable: true })) as CryptoKey
  const pair = Promise.all([read(jwk), read(open)]).then(([privateKey, publicKey]) => ({
    privateKey,
    publicKey,
  }))
  keyPairs.set(jwk, pair)
  return pair
}
