import { exportJWK, importJWK, type JWK } from 'jose'
import * as oauth from 'openid-client'
import { type Clock, Fault, type Locale, MINUTE } from '#kit'
import type { Connection } from '#vault'
import type { BankFetch } from './bank-fetch.ts'
import type { ClientKeys } from './client-keys.ts'
import type { BankProfile } from './profile.ts'

const LINK_SCOPES = 'openid offline_access accounts transactions customer'
const BLOCK_SCOPE = 'cards:block'
/** What the person's orders about a fraud need beside the block: unblock, replace, release, dispute. */
const FRAUD_SCOPES = 'cards:manage disputes'
const DPOP_ALGORITHM = 'ES256'
/** An access token this close to its end is renewed first. */
const RENEW_BEFORE_MS = MINUTE

/** What must be remembered between sending a person to their bank and their return. Plain JSON, and secret. */
export type PendingAuthorisation = {
  bankId: string
  state: string
  nonce: string
  codeVerifier: string
  dpopJwk: JWK
}

export type LinkRequest = {
  purposes: { id: string; name: string }[]
  locale: Locale
  lookbackDays: number
  durationDays: number
  /** Whether the access is also for orders about a fraud, such as a dispute. */
  cardOrders: boolean
}

type Credentials = Omit<Connection, 'id'>

/** A consent as the bank granted it. */
export type Linked = { subject: string; connection: Credentials }

export type Authorisation = ReturnType<typeof createAuthorisation>

/** One bank's authorization server, by FAPI 2.0: PAR, PKCE, `private_key_jwt`, DPoP, and RAR for the consent. */
export function createAuthorisation(needs: {
  profile: BankProfile
  keys: ClientKeys
  redirectUri: string
  bank: BankFetch
  clock: Clock
}) {
  const { profile, keys, redirectUri, bank, clock } = needs
  if (profile.authorisation.kind !== 'fapi2')
    throw new Fault('setting-wrong', { detail: `${profile.id}.json: authorisation.kind must be fapi2` })
  let discovered: Promise<oauth.Configuration> | undefined
  const renewals = new Map<string, Promise<Credentials>>()

  /** The server's metadata, fetched at first use. A failure is not remembered. */
  function configuration(): Promise<oauth.Configuration> {
    discovered ??= discover().catch((error: unknown) => {
      discovered = undefined
      throw error
    })
    return discovered
  }

  async function discover(): Promise<oauth.Configuration> {
    const loopback = profile.simulated && profile.issuer.startsWith('http:')
    return await translated(() =>
      oauth.discovery(
        new URL(profile.issuer),
        profile.clientId,
        {
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: 'private_key_jwt',
          id_token_signed_response_alg: 'ES256',
        },
        oauth.PrivateKeyJwt({ key: keys.privateKey, kid: keys.kid }),
        {
          execute: loopback ? [oauth.allowInsecureRequests] : [],
          [oauth.customFetch]: (url, init) => bank.fetch(url, init as RequestInit),
        },
      ),
    )
  }

  async function begin(scope: string, locale: Locale, extra: Record<string, string>) {
    const config = await configuration()
    const dpop = await oauth.randomDPoPKeyPair(DPOP_ALGORITHM, { extractable: true })
    const pending: PendingAuthorisation = {
      bankId: profile.id,
      state: oauth.randomState(),
      nonce: oauth.randomNonce(),
      codeVerifier: oauth.randomPKCECodeVerifier(),
      dpopJwk: await exportJWK(dpop.privateKey),
    }
    const redirect = await translated(async () =>
      oauth.buildAuthorizationUrlWithPAR(
        config,
        {
          redirect_uri: redirectUri,
          response_type: 'code',
          scope,
          state: pending.state,
          nonce: pending.nonce,
          code_challenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),
          code_challenge_method: 'S256',
          ui_locales: locale,
          ...extra,
        },
        { DPoP: oauth.getDPoPHandle(config, dpop) },
      ),
    )
    return { redirect: redirect.href, pending }
  }

  async function complete(pending: PendingAuthorisation, callbackUrl: URL) {
    if (pending.bankId !== profile.id) throw new Fault('link-state-wrong')
    if (callbackUrl.searchParams.get('error') === 'access_denied') throw new Fault('link-declined')
    const config = await configuration()
    return await translated(async () =>
      oauth.authorizationCodeGrant(
        config,
        callbackUrl,
        {
          pkceCodeVerifier: pending.codeVerifier,
          expectedState: pending.state,
          expectedNonce: pending.nonce,
          idTokenExpected: true,
        },
        undefined,
        { DPoP: await dpopHandle(config, pending.dpopJwk) },
      ),
    )
  }

  async function renew(connection: Credentials, refreshToken: string): Promise<Credentials> {
    const config = await configuration()
    const tokens = await translated(async () =>
      oauth.refreshTokenGrant(config, refreshToken, undefined, {
        DPoP: await dpopHandle(config, connection.dpopJwk as JWK),
      }),
    )
    return {
      ...connection,
      accessToken: tokens.access_token,
      accessTokenExpiresAt: clock.now() + (tokens.expires_in ?? 0) * 1000,
      refreshToken: tokens.refresh_token ?? refreshToken,
    }
  }

  return {
    /** Asks for consent: the person is to be sent to `redirect`, and `pending` kept for their return. */
    async beginLink(request: LinkRequest) {
      const consentRequest = {
        durationType: 'TIME_BOUND',
        durationPeriod: request.durationDays,
        lookbackPeriod: request.lookbackDays,
        resources: [
          { resourceType: 'ACCOUNT', dataClusters: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'TRANSACTIONS'] },
        ],
        purposes: request.purposes,
      }
      const ask = (scope: string) =>
        begin(scope, request.locale, {
          prompt: 'consent',
          authorization_details: JSON.stringify([{ type: 'fdx_consent', consentRequest }]),
        })
      const scopes = profile.cardControlUrl ? `${LINK_SCOPES} ${BLOCK_SCOPE}` : LINK_SCOPES
      if (!request.cardOrders || !profile.cardControlUrl) return await ask(scopes)
      return await ask(`${scopes} ${FRAUD_SCOPES}`).catch((error: unknown) => {
        // A bank that does not know them may refuse the whole (RFC 6749, section 3.3): the rest is worth having alone.
        if (error instanceof Fault && error.detail?.split(' ').includes('invalid_scope')) return ask(scopes)
        throw error
      })
    },

    /** The tokens and the consent of a return. Throws `link-declined`, `link-state-wrong` or a bank fault. */
    async completeLink(pending: PendingAuthorisation, callbackUrl: URL): Promise<Linked> {
      const tokens = await complete(pending, callbackUrl)
      const subject = tokens.claims()?.sub
      const bankConsentId = consentIdOf(tokens.authorization_details)
      if (!subject || !bankConsentId) {
        throw new Fault('bank-answer-malformed', {
          detail: 'the token answer names no subject or no consent',
        })
      }
      return {
        subject,
        connection: {
          accessToken: tokens.access_token,
          accessTokenExpiresAt: clock.now() + (tokens.expires_in ?? 0) * 1000,
          refreshToken: tokens.refresh_token ?? null,
          dpopJwk: pending.dpopJwk as Record<string, unknown>,
          bankConsentId,
          subject,
        },
      }
    },

    /** Asks only who the person is. */
    beginSignIn: (options: { locale: Locale }) => begin('openid', options.locale, {}),

    async completeSignIn(pending: PendingAuthorisation, callbackUrl: URL): Promise<{ subject: string }> {
      const subject = (await complete(pending, callbackUrl)).claims()?.sub
      if (!subject) throw new Fault('bank-answer-malformed', { detail: 'the token answer names no subject' })
      return { subject }
    },

    /**
     * A connection whose access token lives for another minute at least. A renewed one must be kept: the old refresh token
     * is used up. Two who ask at the same time get the same one, since a bank takes the second use for a theft.
     */
    async refresh(connection: Credentials): Promise<{ connection: Credentials; renewed: boolean }> {
      const { accessTokenExpiresAt, refreshToken } = connection
      if (accessTokenExpiresAt - RENEW_BEFORE_MS > clock.now()) return { connection, renewed: false }
      if (refreshToken === null) throw new Fault('bank-refused', { detail: 'the access has ended' })
      const underWay = renewals.get(refreshToken) ?? renew(connection, refreshToken)
      renewals.set(refreshToken, underWay)
      try {
        return { connection: await underWay, renewed: true }
      } finally {
        renewals.delete(refreshToken)
      }
    },

    /** Ends the refresh token at the bank. */
    async revokeTokens(connection: Credentials): Promise<void> {
      const config = await configuration()
      await translated(() => oauth.tokenRevocation(config, connection.refreshToken ?? connection.accessToken))
    },

    /** One request to the bank's API with the connection's token, bound to its DPoP key. */
    async request(
      connection: Credentials,
      url: URL,
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      options: { body?: unknown; headers?: Record<string, string> } = {},
    ): Promise<Response> {
      const config = await configuration()
      const headers = new Headers({ accept: 'application/json', ...options.headers })
      if (options.body !== undefined) headers.set('content-type', 'application/json')
      return await translated(async () =>
        oauth
          .fetchProtectedResource(
            config,
            connection.accessToken,
            url,
            method,
            options.body === undefined ? undefined : JSON.stringify(options.body),
            headers,
            { DPoP: await dpopHandle(config, connection.dpopJwk as JWK) },
          )
          .catch((error: unknown) => {
            // The token is good and not enough (RFC 6750, section 3.1): the caller knows what it asked for.
            if (error instanceof oauth.WWWAuthenticateChallengeError && error.status === 403)
              return error.response
            throw error
          }),
      )
    },
  }
}

async function dpopHandle(config: oauth.Configuration, jwk: JWK) {
  const privateKey = (await importJWK(jwk, DPOP_ALGORITHM, { extractable: true })) as CryptoKey
  const { d: _private, ...open } = jwk
  const publicKey = (await importJWK(open, DPOP_ALGORITHM, { extractable: true })) as CryptoKey
  return oauth.getDPoPHandle(config, { privateKey, publicKey })
}

function consentIdOf(details: unknown): string | null {
  if (!Array.isArray(details)) return null
  const granted = details.find((one) => (one as { type?: unknown }).type === 'fdx_consent') as
    | { consentId?: unknown }
    | undefined
  return typeof granted?.consentId === 'string' ? granted.consentId : null
}

/** Turns the OAuth library's errors into our faults. Their messages may quote the answer, so only codes are kept. */
async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault) throw error
    const { cause, code, error: oauthError, status } = error as Record<string, unknown>
    if (cause instanceof Fault) throw cause
    const detail = [code, oauthError, status].filter(
      (part) => typeof part === 'string' || typeof part === 'number',
    )
    if (error instanceof oauth.AuthorizationResponseError) {
      throw new Fault(oauthError === 'access_denied' ? 'link-declined' : 'link-state-wrong', {
        detail: detail.join(' '),
      })
    }
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.WWWAuthenticateChallengeError) {
      throw new Fault('bank-refused', { detail: detail.join(' ') })
    }
    if (WRONG_RETURN.has(String(code))) throw new Fault('link-state-wrong', { detail: String(code) })
    if (error instanceof oauth.ClientError)
      throw new Fault('bank-answer-malformed', { detail: detail.join(' ') })
    throw error
  }
}

/** What the library calls a callback whose state, issuer or parameters are not those expected. */
const WRONG_RETURN = new Set(['OAUTH_INVALID_RESPONSE', 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'])
