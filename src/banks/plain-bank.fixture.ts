/** A bank with plain OAuth 2, for tests: an independent authorization server (oidc-provider), and an API that a test writes. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { decodeJwt, exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider, { type ClientMetadata } from 'oidc-provider'
import { Secret } from '#kit'
import type { LinkRequest } from './authorisation.ts'
import { type BankSecrets, NO_SECRETS } from './bank-secrets.ts'
import { createBanks } from './banks.ts'
import { type BankProfile, parseProfile } from './profile.ts'

export const CLIENT_SECRET = 'a-secret-of-at-least-thirty-two-letters'

export const REQUEST: LinkRequest = {
  purposes: [{ id: 'account-view', name: 'See my accounts' }],
  locale: 'en',
  lookbackDays: 730,
  durationDays: 90,
  cardOrders: true,
  fromAddress: '192.0.2.7',
}

/** A call on the bank's API. `whose` is the customer whose access or ID token it came with, or null. */
export type Call = {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
  whose: string | null
}
type Answer = { status?: number; body: unknown }

/** What a bank serves that a test says no more of, by the consent that it wants. */
const APIS: Record<string, { standard: BankProfile['api']['standard']; path: string }> = {
  none: { standard: 'fdx-6', path: '/fdx/v6' },
  obie: { standard: 'obie-4.0', path: '/open-banking/v4.0/aisp' },
  berlin: { standard: 'berlin-1.3', path: '/psd2/v1' },
}

/** Starts the bank, and Guichet's door to it with a clock that a test moves. */
export async function startPlainBank(
  t: TestContext,
  options: {
    way?: Record<string, unknown>
    api?: { standard: BankProfile['api']['standard']; path: string } & Partial<BankProfile['api']>
    limits?: BankProfile['limits']
    secrets?: Partial<BankSecrets>
    /** A key of the client beside its own. */
    clientJwk?: JWK
    /** FAPI 2.0 after all, with a number of the bank's own in every proof (RFC 9449, sections 8 and 9). */
    withProofNonce?: boolean
    /** Token answers with an ID token and nothing else that opens anything. */
    withoutAccessToken?: boolean
    answer?: (call: Call) => Answer | Promise<Answer>
    guichetUrl?: string
  } = {},
) {
  const { guichetUrl = 'http://localhost:4400' } = options
  const { answer = () => ({ status: 404, body: {} }) } = options
  const api = options.api ?? APIS[String(options.way?.consent ?? 'none')]!
  const signing = await generateKeyPair('ES256', { extractable: true })
  const client = await generateKeyPair('ES256', { extractable: true })
  const calls: Call[] = []
  const asked: URLSearchParams[] = []
  const tokenPaths: string[] = []
  /** Calls on the API that were sent back for a proof with its number. */
  const challenged: string[] = []
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const way = {
    kind: 'oauth2' as 'oauth2' | 'fapi2',
    scopes: ['openid', 'offline_access'],
    clientAuth: 'client_secret_basic',
    clientSecret: 'bank.secret',
    ...options.way,
  }
  if (!way.clientAuth.startsWith('client_secret')) delete (way as { clientSecret?: string }).clientSecret
  const registered: ClientMetadata = {
    client_id: 'guichet',
    redirect_uris: [`${guichetUrl}/link/callback`],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    token_endpoint_auth_method: way.clientAuth as 'client_secret_basic',
    id_token_signed_response_alg: 'ES256',
    jwks: {
      keys: [
        { ...(await exportJWK(client.publicKey)), kid: 'client-1', use: 'sig', alg: 'ES256' } as never,
        ...(options.clientJwk ? [options.clientJwk as never] : []),
      ],
    },
    ...(options.withProofNonce && {
      authorization_details_types: ['fdx_consent'],
      dpop_bound_access_tokens: true,
    }),
    ...(way.clientAuth.startsWith('client_secret') && { client_secret: CLIENT_SECRET }),
  }
  const provider = new Provider(issuer, {
    clients: [registered],
    jwks: {
      keys: [{ ...(await exportJWK(signing.privateKey)), kid: 'bank-1', use: 'sig', alg: 'ES256' } as never],
    },
    scopes: [...new Set(['openid', 'offline_access', 'accounts', ...(way.scopes as string[])])],
    claims: { openid: ['sub', 'openbanking_intent_id'] },
    cookies: { keys: ['plain-bank'] },
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post'],
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'PS256'],
      idTokenSigningAlgValues: ['ES256'],
      requestObjectSigningAlgValues: ['ES256', 'PS256'],
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      requestObjects: { enabled: true },
      claimsParameter: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      ...(options.withProofNonce && {
        resourceIndicators: {
          enabled: true,
          defaultResource: () => `${issuer}${api.path}`,
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({ scope: 'accounts', accessTokenFormat: 'opaque' as const }),
        },
        dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true },
        richAuthorizationRequests: {
          enabled: true,
          types: { fdx_consent: { validate: () => undefined } },
          authorizationDetailsForGrantSource: () => [{ type: 'fdx_consent', consentId: 'consent-1' }],
          authorizationDetailsForAccessToken: () => [{ type: 'fdx_consent', consentId: 'consent-1' }],
        },
      }),
    },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    issueRefreshToken: async () => true,
    rotateRefreshToken: () => true,
    ttl: {
      AccessToken: 600,
      IdToken: 600,
      RefreshToken: 86_400,
      Grant: 86_400,
      Interaction: 600,
      Session: 600,
    },
    interactions: { url: (_ctx, { uid }) => `/approve/${uid}` },
  })
  let visitor = 'amina'

  /** The bank's page, for a person who says yes to everything. */
  async function approve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params, prompt } = await provider.interactionDetails(request, response)
    asked.push(new URLSearchParams(params as Record<string, string>))
    if (prompt.name === 'login')
      return await provider.interactionFinished(request, response, { login: { accountId: visitor } })
    const grant = new provider.Grant({ accountId: visitor, clientId: 'guichet' })
    grant.addOIDCScope(String(params.scope))
    grant.addOIDCClaims(['openbanking_intent_id'])
    if (options.withProofNonce) grant.addResourceScope(`${issuer}${api.path}`, 'accounts')
    const consent = { grantId: await grant.save() }
    await provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true })
  }

  async function whose(authorization: string | undefined): Promise<string | null> {
    const token = /^(?:Bearer|DPoP) (.+)$/.exec(authorization ?? '')?.[1]
    if (!token) return null
    const found = await provider.AccessToken.find(token)
    if (found) return found.accountId
    if (await provider.ClientCredentials.find(token)) return 'guichet itself'
    const payload = token.split('.')[1]
    return payload ? (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }).sub : null
  }

  const authorize = provider.callback()
  server.on('request', (request, response) => void handle(request, response))
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, issuer)
    if (url.pathname.startsWith('/approve/')) return await approve(request, response)
    if (!url.pathname.startsWith(api.path)) {
      if (request.method === 'POST') tokenPaths.push(url.pathname)
      // A second address of the same endpoint.
      if (url.pathname === '/renew') request.url = '/token'
      if (options.withoutAccessToken && request.url === '/token') leaveAccessTokenOut(response)
      return void authorize(request, response)
    }
    const { authorization, dpop } = request.headers
    if (options.withProofNonce && decodeJwt(String(dpop)).nonce !== 'of-the-api') {
      challenged.push(url.pathname)
      response
        .writeHead(401, { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'of-the-api' })
        .end()
      return
    }
    const call = {
      method: request.method!,
      path: `${url.pathname.slice(api.path.length)}${url.search}`,
      headers: request.headers,
      body: Buffer.concat(await Array.fromAsync(request)).toString(),
      whose: await whose(authorization),
    }
    calls.push(call)
    const { status = 200, body } = await answer(call)
    response
      .writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' })
      .end(JSON.stringify(body))
  }

  const profile = parseProfile(
    'plain.json',
    JSON.stringify({
      id: 'plain',
      name: 'Plain Bank',
      legalName: 'Plain Bank plc',
      simulated: true,
      issuer,
      api: { ...api, path: undefined, baseUrl: issuer + api.path },
      authorisation: options.withProofNonce
        ? { kind: 'fapi2' }
        : {
            ...way,
            ...(options.way?.endpoints === true && {
              endpoints: {
                authorization: `${issuer}/auth`,
                token: `${issuer}/token`,
                refresh: `${issuer}/renew`,
                revocation: `${issuer}/token/revocation`,
              },
            }),
          },
      clientId: 'guichet',
      limits: options.limits,
      country: 'GB',
      timeZone: 'Europe/London',
      currency: 'GBP',
    }),
  )
  const sent: { path: string; headers: Headers; body: string }[] = []
  let ahead = 0
  const clock = { now: () => Date.now() + ahead }
  const banks = createBanks({
    profiles: [profile],
    keys: { privateKey: client.privateKey as CryptoKey, kid: 'client-1', jwks: { keys: [] } },
    secrets: new Map([
      ['plain', { ...NO_SECRETS, clientSecret: new Secret(CLIENT_SECRET), ...options.secrets }],
    ]),
    publicUrl: new URL(guichetUrl),
    clock,
    fetch: (url, init) => {
      sent.push({
        path: new URL(String(url)).pathname,
        headers: new Headers(init?.headers),
        body: String(init?.body ?? ''),
      })
      return globalThis.fetch(url, init)
    },
  })

  /** The browser's way through the bank's pages, back to Guichet. */
  async function visit(redirect: string, username = 'amina'): Promise<URL> {
    visitor = username
    const cookies = new Map<string, string>()
    let here = redirect
    for (let hop = 0; hop < 10; hop++) {
      if (!here.startsWith(issuer)) return new URL(here)
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(here, { redirect: 'manual', headers: { cookie } })
      for (const line of response.headers.getSetCookie()) {
        const [name, value] = line.split(';')[0]!.split('=') as [string, string]
        if (value === '') cookies.delete(name)
        else cookies.set(name, value)
      }
      const next = response.headers.get('location')
      if (!next) assert.fail(`the bank stops at ${new URL(here).pathname}: ${await response.text()}`)
      here = new URL(next, issuer).href
    }
    assert.fail('the bank sends the browser round in circles')
  }
  async function goThere(username = 'amina') {
    const { redirect, pending } = await banks.beginLink('plain', REQUEST)
    return { redirect, pending, callback: await visit(redirect, username) }
  }
  return {
    issuer,
    profile,
    banks,
    calls,
    /** What each page of the bank was asked for. */
    asked,
    tokenPaths,
    challenged,
    /** What left Guichet. */
    sent,
    visit,
    goThere,
    async link(username = 'amina') {
      const { pending, callback } = await goThere(username)
      return await banks.completeLink(pending, callback)
    },
    advance: (ms: number) => (ahead += ms),
  }
}

function leaveAccessTokenOut(response: ServerResponse): void {
  const end = response.end.bind(response)
  response.end = ((body: string | Buffer) => {
    const { access_token: _, ...rest } = JSON.parse(String(body)) as Record<string, unknown>
    const text = JSON.stringify(rest)
    response.setHeader('content-length', Buffer.byteLength(text))
    return end(text)
  }) as typeof response.end
}
