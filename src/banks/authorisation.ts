import { exportJWK, type JWK } from 'jose'
import * as oauth from 'openid-client'
import { type Clock, Fault, type Locale } from '#kit'
import type { Credentials } from './account-reader.ts'
import { createAuthorisationServer } from './authorisation-server.ts'
import type { BankFetch } from './bank-fetch.ts'
import {
  boundTo,
  createBankRequest,
  createOurToken,
  DPOP_ALGORITHM,
  RENEW_BEFORE_MS,
} from './bank-request.ts'
import type { BankSecrets } from './bank-secrets.ts'
import type { ClientKeys } from './client-keys.ts'
import { consentIdOf, fdxConsentDetails } from './fdx-consent.ts'
import { translated } from './oauth-faults.ts'
import { createOpenConsent } from './open-consent.ts'
import type { BankProfile } from './profile.ts'

const FAPI2_SCOPES = ['openid', 'offline_access', 'accounts', 'transactions', 'customer']
const BLOCK_SCOPE = 'cards:block'
/** What the person's orders about a fraud need beside the block: unblock, replace, release, dispute. */
const FRAUD_SCOPES = ['cards:manage', 'disputes']

/** What must be remembered between sending a person to their bank and their return. Plain JSON, and secret. */
export type PendingAuthorisation = {
  bankId: string
  state: string
  /** Null where the bank gives no ID token to carry it. */
  nonce: string | null
  codeVerifier: string
  /** Null where tokens are not bound to a key. */
  dpopJwk: JWK | null
  /** The consent that waits for the person's word; null where the token answer names it. */
  bankConsentId: string | null
}

export type LinkRequest = {
  purposes: { id: string; name: string }[]
  locale: Locale
  lookbackDays: number
  durationDays: number
  /** Whether the access is also for orders about a fraud, such as a dispute. */
  cardOrders: boolean
  /** The network address the person comes from, which some standards want told; null when it is not known. */
  fromAddress: string | null
}

/** A consent as the bank granted it. */
export type Linked = { subject: string; connection: Credentials }

export type Authorisation = ReturnType<typeof createAuthorisation>

/**
 * How people give Guichet access at one bank, and how that access is used, renewed and handed back: FAPI 2.0 (PAR, PKCE,
 * `private_key_jwt`, DPoP, RAR for the consent), or plain OAuth 2 with what the profile says of it.
 */
export function createAuthorisation(needs: {
  profile: BankProfile
  keys: ClientKeys
  secrets: BankSecrets
  redirectUri: string
  bank: BankFetch
  clock: Clock
  /** Who the API says the person is, for a bank that says it nowhere else. */
  whoIs(connection: Credentials): Promise<string>
}) {
  const { profile, keys, secrets, redirectUri, bank, clock, whoIs } = needs
  const way = profile.authorisation
  const isBound = way.kind === 'fapi2'
  const bearer = way.kind === 'fapi2' ? 'access-token' : way.bearer
  const { configuration, renewing, clientKey } = createAuthorisationServer({
    profile,
    keys,
    secrets,
    redirectUri,
    bank,
  })
  const renewals = new Map<string, Promise<Credentials>>()

  type Asked = {
    scope: string
    locale: Locale
    bankConsentId?: string | null
    claims?: string | null
    extra?: Record<string, string>
  }
  async function begin({ scope, locale, bankConsentId = null, claims = null, extra }: Asked) {
    const config = await configuration()
    const dpop = isBound ? await oauth.randomDPoPKeyPair(DPOP_ALGORITHM, { extractable: true }) : null
    const pending: PendingAuthorisation = {
      bankId: profile.id,
      state: oauth.randomState(),
      nonce: scope.split(' ').includes('openid') ? oauth.randomNonce() : null,
      codeVerifier: oauth.randomPKCECodeVerifier(),
      dpopJwk: dpop && (await exportJWK(dpop.privateKey)),
      bankConsentId,
    }
    const parameters = {
      // OpenID Connect Core, section 11: without it a server leaves the wish for a refresh token out.
      ...(scope.split(' ').includes('offline_access') && { prompt: 'consent' }),
      ...(way.kind === 'oauth2' && way.parameters),
      redirect_uri: redirectUri,
      response_type: 'code',
      scope,
      state: pending.state,
      ...(pending.nonce !== null && { nonce: pending.nonce }),
      code_challenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),
      code_challenge_method: 'S256',
      ui_locales: locale,
      ...(claims !== null && { claims }),
      ...extra,
    }
    const isPushed = isBound || config.serverMetadata().require_pushed_authorization_requests === true
    const redirect = await translated(async () => {
      // UK Open Banking names the consent in a signed request (FAPI 1.0 Advanced), so that nobody can put another in its place.
      const asked = claims
        ? (await oauth.buildAuthorizationUrlWithJAR(config, parameters, await clientKey())).searchParams
        : parameters
      if (!isPushed) return oauth.buildAuthorizationUrl(config, asked)
      return await oauth.buildAuthorizationUrlWithPAR(
        config,
        asked,
        dpop ? { DPoP: oauth.getDPoPHandle(config, dpop) } : undefined,
      )
    })
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
          ...(pending.nonce !== null && { expectedNonce: pending.nonce, idTokenExpected: true }),
        },
        undefined,
        await boundTo(config, pending.dpopJwk),
      ),
    )
  }

  /** What opens the API, and until when. */
  function keyOf(tokens: oauth.TokenEndpointResponse & oauth.TokenEndpointResponseHelpers) {
    if (bearer === 'id-token') {
      if (!tokens.id_token)
        throw new Fault('bank-answer-malformed', { detail: 'the token answer has no ID token' })
      return { accessToken: tokens.id_token, accessTokenExpiresAt: tokens.claims()!.exp * 1000 }
    }
    // A bank that does not say how long has to be asked each time, or else tells us when it is over.
    const lasts = tokens.expires_in ?? (tokens.refresh_token ? 0 : undefined)
    return {
      accessToken: tokens.access_token,
      accessTokenExpiresAt: lasts === undefined ? Number.MAX_SAFE_INTEGER : clock.now() + lasts * 1000,
    }
  }

  async function renew(connection: Credentials, refreshToken: string): Promise<Credentials> {
    const config = await renewing()
    const tokens = await translated(async () =>
      oauth.refreshTokenGrant(config, refreshToken, undefined, await boundTo(config, connection.dpopJwk)),
    )
    const subject = tokens.claims()?.sub
    // OpenID Connect Core, section 12.2: the same person as before.
    if (personFrom === 'id-token' && subject !== undefined && subject !== connection.subject)
      throw new Fault('bank-answer-mismatched')
    return { ...connection, ...keyOf(tokens), refreshToken: tokens.refresh_token ?? refreshToken }
  }

  const personFrom = way.kind === 'fapi2' ? 'id-token' : way.person
  const ourToken = createOurToken({ way, configuration, clock })
  const openConsent = createOpenConsent({
    profile,
    scopes: way.kind === 'oauth2' ? way.scopes : [],
    redirectUri,
    ourToken,
    fetch: bank.fetch,
    clock,
  })

  async function beginFapi2(request: LinkRequest, lookbackDays: number) {
    const details = fdxConsentDetails(request, lookbackDays)
    const ask = (scopes: string[]) =>
      begin({
        scope: scopes.join(' '),
        locale: request.locale,
        extra: { authorization_details: JSON.stringify(details) },
      })
    const scopes = profile.cardControlUrl ? [...FAPI2_SCOPES, BLOCK_SCOPE] : FAPI2_SCOPES
    if (!request.cardOrders || !profile.cardControlUrl) return await ask(scopes)
    return await ask([...scopes, ...FRAUD_SCOPES]).catch((error: unknown) => {
      // A bank that does not know them may refuse the whole (RFC 6749, section 3.3): the rest is worth having alone.
      if (error instanceof Fault && error.detail?.split(' ').includes('invalid_scope')) return ask(scopes)
      throw error
    })
  }

  return {
    personFrom,

    /** Asks for consent: the person is to be sent to `redirect`, and `pending` kept for their return. */
    async beginLink(request: LinkRequest) {
      const lookbackDays = Math.min(request.lookbackDays, profile.limits.historyDays ?? request.lookbackDays)
      if (way.kind === 'fapi2') return await beginFapi2(request, lookbackDays)
      const { locale } = request
      if (way.consent === 'none') return await begin({ scope: way.scopes.join(' '), locale })
      return await begin({ locale, ...(await openConsent[way.consent]({ ...request, lookbackDays })) })
    },

    /** The tokens and the consent of a return. Throws `link-declined`, `link-state-wrong` or a bank fault. */
    async completeLink(pending: PendingAuthorisation, callbackUrl: URL): Promise<Linked> {
      const tokens = await complete(pending, callbackUrl)
      const bankConsentId = isBound ? consentIdOf(tokens.authorization_details) : pending.bankConsentId
      const subject = tokens.claims()?.sub
      if ((personFrom === 'id-token' && !subject) || (isBound && !bankConsentId)) {
        throw new Fault('bank-answer-malformed', {
          detail: 'the token answer names no subject or no consent',
        })
      }
      const connection = {
        ...keyOf(tokens),
        refreshToken: tokens.refresh_token ?? null,
        dpopJwk: pending.dpopJwk as Record<string, unknown> | null,
        bankConsentId,
        // Of a bank that does not say who it is this names nobody: whose link it is, its accounts say (`Arrival`).
        subject: personFrom === 'id-token' ? subject! : `link:${bankConsentId ?? oauth.randomState()}`,
      }
      if (personFrom === 'api') connection.subject = await whoIs(connection)
      return { subject: connection.subject, connection }
    },

    /** Asks only who the person is. */
    async beginSignIn({ locale }: { locale: Locale }) {
      if (personFrom !== 'id-token')
        throw new Fault('bank-not-granted', { detail: 'the bank signs nobody in' })
      return await begin({ scope: 'openid', locale })
    },

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
      if (refreshToken === null) throw new Fault('bank-access-ended', { detail: 'there is no refresh token' })
      const underWay = renewals.get(refreshToken) ?? renew(connection, refreshToken)
      renewals.set(refreshToken, underWay)
      try {
        return { connection: await underWay, renewed: true }
      } catch (error) {
        // Revoked at the bank, or over (RFC 6749, section 5.2).
        if (error instanceof Fault && error.detail?.split(' ').includes('invalid_grant'))
          throw new Fault('bank-access-ended', { detail: error.detail })
        throw error
      } finally {
        renewals.delete(refreshToken)
      }
    },

    /** Ends the tokens at the bank, where it has a way to. */
    async revokeTokens({ refreshToken, accessToken }: Credentials): Promise<void> {
      const config = await configuration()
      if (!isBound && !config.serverMetadata().revocation_endpoint) return
      const token = refreshToken ?? (bearer === 'access-token' ? accessToken : null)
      if (token !== null) await translated(() => oauth.tokenRevocation(config, token))
    },

    request: createBankRequest({ profile, configuration, ourToken, signingKey: secrets.signingKey, clock }),
  }
}
