import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider, { errors, interactionPolicy } from 'oidc-provider'
import { z } from 'zod'
import type { Consents } from './consents.ts'
import { createOauthAdapter } from './oauth-adapter.ts'
import type { BankStore } from './store.ts'

export const API_SCOPES = [
  'accounts',
  'transactions',
  'customer',
  'cards:block',
  'cards:manage',
  'disputes',
] as const
export type ApiScope = (typeof API_SCOPES)[number]

export const CONSENT_TYPE = 'fdx_consent'

const DAY_SECONDS = 86_400
/** Consents last a year at most, and so does what rests on them. */
const CONSENT_DAYS_MAX = 365
const ACCESS_TOKEN_SECONDS = 600

const dataClusters = [
  'ACCOUNT_BASIC',
  'ACCOUNT_DETAILED',
  'TRANSACTIONS',
  'CUSTOMER_CONTACT',
  'CUSTOMER_PERSONAL',
] as const

/** The rich authorization request (RFC 9396) that asks a customer for an FDX consent; unknown fields are refused. */
const consentDetail = z.strictObject({
  type: z.literal(CONSENT_TYPE),
  consentRequest: z.strictObject({
    durationType: z.literal('TIME_BOUND'),
    durationPeriod: z.int().min(1).max(CONSENT_DAYS_MAX),
    lookbackPeriod: z.int().min(0).max(3650),
    resources: z
      .array(
        z.strictObject({
          resourceType: z.enum(['ACCOUNT', 'CUSTOMER']),
          dataClusters: z.array(z.enum(dataClusters)).min(1),
        }),
      )
      .min(1),
    purposes: z
      .array(
        z.strictObject({
          id: z.string().min(1).max(64),
          name: z.string().min(1).max(200),
          sentence: z.string().max(500).optional(),
        }),
      )
      .min(1)
      .max(16),
  }),
})
export type ConsentDetail = z.infer<typeof consentDetail>
/** The same with what the customer chose, as the token response carries it. */
export type GrantedConsentDetail = ConsentDetail & { consentId: string; accountIds: string[] }

/** The keys of one bank: its OAuth signing key (ES256) and the secret of its cookies. Made once. */
async function readKeys(store: BankStore): Promise<{ jwk: JWK; cookieSecret: string }> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const fresh = {
    ...(await exportJWK(privateKey)),
    kid: randomBytes(8).toString('hex'),
    use: 'sig',
    alg: 'ES256',
  }
  return {
    jwk: JSON.parse(store.fact('oauth-key', () => JSON.stringify(fresh))),
    cookieSecret: store.fact('cookie-secret', () => randomBytes(32).toString('base64url')),
  }
}

/**
 * The bank's authorization server: FAPI 2.0 security profile with pushed and rich authorization requests, PKCE,
 * `private_key_jwt`, DPoP-bound tokens and rotating refresh tokens. Its only client is Guichet, whose keys are fetched
 * from its own address when they are first needed.
 */
export async function createProvider(needs: {
  bankId: string
  issuer: string
  fdxBaseUrl: string
  guichetUrl: string
  store: BankStore
  consents: Consents
  hasCustomer(customerId: string): boolean
}) {
  const { bankId, issuer, fdxBaseUrl, guichetUrl, store, consents } = needs
  const { jwk, cookieSecret } = await readKeys(store)

  const policy = interactionPolicy.base()
  // A bank asks who you are each time: somebody else may be at the keyboard since the last visit.
  policy
    .get('login')!
    .checks.add(
      new interactionPolicy.Check('login_each_time', 'the customer logs in each time', (ctx) =>
        ctx.oidc.result?.login || ctx.oidc.result?.consent
          ? interactionPolicy.Check.NO_NEED_TO_PROMPT
          : interactionPolicy.Check.REQUEST_PROMPT,
      ),
    )

  const provider = new Provider(issuer, {
    adapter: createOauthAdapter(store, Date.now),
    clients: [
      {
        client_id: 'guichet',
        client_name: 'Guichet',
        redirect_uris: [`${guichetUrl}/link/callback`],
        jwks_uri: `${guichetUrl}/.well-known/jwks.json`,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        id_token_signed_response_alg: 'ES256',
        dpop_bound_access_tokens: true,
        require_pushed_authorization_requests: true,
        authorization_details_types: [CONSENT_TYPE],
      },
    ],
    jwks: { keys: [jwk as JWK & { kty: 'EC' }] },
    // Cookies are shared by all ports of a host, and the four banks stand on one.
    cookies: {
      keys: [cookieSecret],
      names: {
        session: `${bankId}_session`,
        interaction: `${bankId}_interaction`,
        resume: `${bankId}_interaction_resume`,
      },
    },
    // The library refuses to fetch from this machine itself; in a simulation Guichet is nowhere else.
    fetch: (url, options) => globalThis.fetch(url, { ...options, dispatcher: undefined } as RequestInit),
    scopes: ['openid', 'offline_access'],
    clientAuthMethods: ['private_key_jwt'],
    responseTypes: ['code'],
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256'],
      idTokenSigningAlgValues: ['ES256'],
      dPoPSigningAlgValues: ['ES256', 'Ed25519', 'EdDSA'],
    },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    discovery: { ui_locales_supported: ['en', 'fr'] },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      dPoP: { enabled: true },
      fapi: { enabled: true, profile: '2.0' },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      resourceIndicators: {
        enabled: true,
        // Signing in again asks for `openid` alone and gets a token for nothing.
        defaultResource: (ctx) =>
          API_SCOPES.some((scope) => ctx.oidc.requestParamScopes.has(scope)) ? fdxBaseUrl : [],
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, indicator) => {
          if (indicator !== fdxBaseUrl) throw new errors.InvalidTarget()
          return {
            scope: API_SCOPES.join(' '),
            audience: fdxBaseUrl,
            accessTokenTTL: ACCESS_TOKEN_SECONDS,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          }
        },
      },
      richAuthorizationRequests: {
        enabled: true,
        types: {
          [CONSENT_TYPE]: {
            validate(_ctx, detail) {
              const parsed = consentDetail.safeParse(detail)
              if (parsed.success) return
              const at = parsed.error.issues[0]?.path.join('.') ?? ''
              throw new errors.InvalidAuthorizationDetails(`fdx_consent is wrong at ${at || 'its top'}`)
            },
          },
        },
        // What the customer approved is in the grant; what was asked for is of no more interest.
        authorizationDetailsForGrantSource: (ctx) => ctx.oidc.grant?.rar,
        authorizationDetailsForAccessToken: (_ctx, _token, source) => source?.rar,
      },
    },
    extraTokenClaims: (_ctx, token) => {
      const [detail] = ('rar' in token ? (token.rar as GrantedConsentDetail[] | undefined) : undefined) ?? []
      return detail ? { fdxConsentId: detail.consentId } : undefined
    },
    async loadExistingGrant(ctx) {
      const grantId = ctx.oidc.result?.consent?.grantId
      if (grantId) return ctx.oidc.provider.Grant.find(grantId)
      const asksForNothing = [...ctx.oidc.requestParamScopes].every((scope) => scope === 'openid')
      if (!asksForNothing || ctx.oidc.params?.authorization_details) return undefined
      // Only to be recognised: there is nothing to approve, so no page asks for it.
      const grant = new ctx.oidc.provider.Grant({
        accountId: ctx.oidc.session!.accountId!,
        clientId: ctx.oidc.client!.clientId,
      })
      grant.addOIDCScope('openid')
      await grant.save()
      return grant
    },
    findAccount: (_ctx, sub) =>
      needs.hasCustomer(sub) ? { accountId: sub, claims: () => ({ sub }) } : undefined,
    rotateRefreshToken: () => true,
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? ACCESS_TOKEN_SECONDS,
      AuthorizationCode: 60,
      Grant: CONSENT_DAYS_MAX * DAY_SECONDS,
      IdToken: ACCESS_TOKEN_SECONDS,
      Interaction: 600,
      RefreshToken: CONSENT_DAYS_MAX * DAY_SECONDS,
      Session: 3600,
    },
    interactions: { policy, url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    renderError(ctx, out) {
      // Plain text: an error before the client is known has no page to go back to. Codes only, nothing of the request.
      ctx.type = 'text/plain'
      ctx.body = `${out.error}: ${out.error_description ?? ''}\n`
    },
  })
  provider.on('grant.revoked', (_ctx, grantId) => consents.revokeByOauthGrant(grantId))
  return { provider, publicJwk: toPublic(jwk), cookieSecret }
}

function toPublic({ d: _private, ...rest }: JWK): JWK {
  return rest
}
