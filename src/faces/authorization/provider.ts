import { exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider, { errors, interactionPolicy } from 'oidc-provider'
import { DAY, keyedHash, readOrCreateFile, SECOND } from '#kit'
import type { Readers } from '#readers'
import { FDX_CONSENT, fdxConsent } from './consent-request.ts'
import type { createKeep } from './keep.ts'

/** What an access token opens: the accounts of the access that it names. */
export const SCOPE = 'accounts'

export const ACCESS_TOKEN_SECONDS = 600
const ACCESS_DAYS_MAX = 365
/** Long enough to sign in at a bank and come back. */
const INTERACTION_SECONDS = 20 * 60

/** The server's signing key (ES256), made at the first start. */
export async function readSigningKey(file: string): Promise<JWK> {
  const text = await readOrCreateFile(file, async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    return JSON.stringify({ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'oauth-1' })
  })
  return JSON.parse(text) as JWK
}

/**
 * The authorization server for people's apps: FAPI 2.0 security profile with pushed and rich authorization requests, PKCE,
 * `private_key_jwt`, DPoP-bound tokens and rotating refresh tokens. An account of it is one access that a person allowed one
 * app: two apps have no name of a person in common, and what the server remembers names nobody.
 */
export function createProvider(needs: {
  issuer: string
  audience: string
  keep: ReturnType<typeof createKeep>
  signingKey: JWK
  cookieKey: Buffer
  accesses: Readers['accesses']
  onError(error: unknown): void
}): Provider {
  const { issuer, audience, keep, signingKey, accesses } = needs

  const policy = interactionPolicy.base()
  // Each request is a decision of its own: nothing is let through because of an earlier one.
  policy
    .get('login')!
    .checks.add(
      new interactionPolicy.Check('decided_each_time', 'the person decides each time', (ctx) =>
        ctx.oidc.result?.login && ctx.oidc.result.consent
          ? interactionPolicy.Check.NO_NEED_TO_PROMPT
          : interactionPolicy.Check.REQUEST_PROMPT,
      ),
    )

  const isLive = async (accessId: string) => (await accesses.find(accessId))?.state === 'given'

  const provider = new Provider(issuer, {
    adapter: keep,
    jwks: { keys: [signingKey as JWK & { kty: 'EC' }] },
    cookies: {
      keys: [keyedHash(needs.cookieKey)('faces/cookies/1').toString('base64url')],
      names: { session: 'app_session', interaction: 'app_interaction', resume: 'app_interaction_resume' },
    },
    scopes: ['openid', 'offline_access'],
    claims: { openid: ['sub'], openbanking_intent_id: null } as never,
    clientAuthMethods: ['private_key_jwt'],
    responseTypes: ['code'],
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'PS256', 'Ed25519', 'EdDSA'],
      idTokenSigningAlgValues: ['ES256'],
      dPoPSigningAlgValues: ['ES256', 'Ed25519', 'EdDSA'],
    },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    discovery: { ui_locales_supported: ['en', 'fr'] },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      claimsParameter: { enabled: true },
      clientCredentials: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      dPoP: { enabled: true },
      fapi: { enabled: true, profile: '2.0' },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, indicator) => {
          if (indicator !== audience) throw new errors.InvalidTarget()
          return {
            scope: SCOPE,
            audience,
            accessTokenTTL: ACCESS_TOKEN_SECONDS,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          }
        },
      },
      richAuthorizationRequests: {
        enabled: true,
        types: {
          [FDX_CONSENT]: {
            validate(_ctx, detail) {
              const parsed = fdxConsent.safeParse(detail)
              if (parsed.success) return
              const at = parsed.error.issues[0]?.path.join('.') ?? ''
              throw new errors.InvalidAuthorizationDetails(`${FDX_CONSENT} is wrong at ${at || 'its top'}`)
            },
          },
        },
        // What the person allowed is in the grant; what was asked for is of no more interest.
        authorizationDetailsForGrantSource: (ctx) => ctx.oidc.grant?.rar,
        authorizationDetailsForAccessToken: (_ctx, _token, source) => source?.rar,
      },
    },
    extraTokenClaims: (_ctx, token) => ('accountId' in token ? { fdxConsentId: token.accountId } : undefined),
    async loadExistingGrant(ctx) {
      const grantId = ctx.oidc.result?.consent?.grantId
      return grantId ? await ctx.oidc.provider.Grant.find(grantId) : undefined
    },
    // Asked at each refresh too: an access that is over renews no token.
    findAccount: async (_ctx, sub) =>
      (await isLive(sub))
        ? { accountId: sub, claims: () => ({ sub, openbanking_intent_id: sub }) }
        : undefined,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: () => true,
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: 60,
      ClientCredentials: ACCESS_TOKEN_SECONDS,
      Grant: (ACCESS_DAYS_MAX * DAY) / SECOND,
      IdToken: ACCESS_TOKEN_SECONDS,
      Interaction: INTERACTION_SECONDS,
      RefreshToken: (ACCESS_DAYS_MAX * DAY) / SECOND,
      Session: INTERACTION_SECONDS,
    },
    interactions: { policy, url: (_ctx, interaction) => `/allow/${interaction.uid}` },
    renderError(ctx, out) {
      // Plain text: an error before the app is known has no page to go back to. Codes only, nothing of the request.
      ctx.type = 'text/plain'
      ctx.body = `${out.error}: ${out.error_description ?? ''}\n`
    },
  })
  provider.proxy = true
  provider.on('server_error', (_ctx, error) => needs.onError(error))
  // An app that hands its token back, or whose token turns up twice, reads no more.
  provider.on('grant.revoked', (ctx) => {
    const { RefreshToken, AccessToken, AuthorizationCode } = ctx.oidc.entities
    const accessId = (RefreshToken ?? AccessToken ?? AuthorizationCode)?.accountId
    if (accessId === undefined) return
    accesses
      .find(accessId)
      .then(async (access) => {
        if (access?.state === 'given')
          await accesses.revoke(access, { reason: 'BUSINESS_RULE', initiator: 'DATA_RECIPIENT' })
      })
      .catch(needs.onError)
  })
  return provider
}
