import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import * as oauth from 'openid-client'

/** What a bank's page is asked for and answers, as a browser without scripts would see it. */
type Visit = { cookies: Map<string, string>; location: string }

export const CONSENT_REQUEST = {
  durationType: 'TIME_BOUND',
  durationPeriod: 365,
  lookbackPeriod: 730,
  resources: [
    { resourceType: 'ACCOUNT', dataClusters: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'TRANSACTIONS'] },
  ],
  purposes: [{ id: 'account-view', name: 'See my accounts' }],
}
export const LINK_SCOPES =
  'openid offline_access accounts transactions customer cards:block cards:manage disputes'

export type Received = { path: string; headers: Record<string, string>; body: string }

/**
 * A stand-in for Guichet from a bank's point of view: it publishes the client's keys and receives signed messages.
 * `answer` decides what each message gets; by default all are accepted.
 */
export async function startGuichetStandIn() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'client-1', use: 'sig', alg: 'ES256' }
  const received: Received[] = []
  const standIn = {
    received,
    answer: (_message: Received): { status: number; code?: string } => ({ status: 200 }),
    url: '',
    privateKey,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
  const server = createServer((request, response) => {
    if (request.url === '/.well-known/jwks.json') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const message = {
        path: request.url ?? '',
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks).toString(),
      }
      const { status, code } = standIn.answer(message)
      if (status === 200) received.push(message)
      response.statusCode = status
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(code ? { error: { code } } : { accepted: 1, duplicates: 0, dropped: 0 }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  standIn.url = `http://localhost:${(server.address() as AddressInfo).port}`
  return standIn
}

export type StandIn = Awaited<ReturnType<typeof startGuichetStandIn>>

/** Links a customer as Guichet and their browser would: PAR, log-in page, consent page, code, tokens. */
export async function link(
  issuer: string,
  guichet: StandIn,
  choice: {
    username: string
    password?: string
    approve?: boolean
    accounts?: (all: { accountId: string }[]) => string[]
    scope?: string
    locale?: string
    detail?: Record<string, unknown> | null
  },
) {
  const config = await discover(issuer, guichet)
  const dpopKey = await oauth.randomDPoPKeyPair('ES256', { extractable: true })
  const DPoP = oauth.getDPoPHandle(config, dpopKey)
  const verifier = oauth.randomPKCECodeVerifier()
  const state = oauth.randomState()
  const nonce = oauth.randomNonce()
  const detail =
    choice.detail === undefined ? { type: 'fdx_consent', consentRequest: CONSENT_REQUEST } : choice.detail
  const redirect = await oauth.buildAuthorizationUrlWithPAR(
    config,
    {
      redirect_uri: `${guichet.url}/link/callback`,
      scope: choice.scope ?? LINK_SCOPES,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ui_locales: choice.locale ?? 'en',
      ...(detail && { prompt: 'consent', authorization_details: JSON.stringify([detail]) }),
    },
    { DPoP },
  )
  const callback = await visitBank(redirect.href, choice)
  const tokens = await oauth.authorizationCodeGrant(
    config,
    new URL(callback),
    { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
    undefined,
    { DPoP },
  )
  const get = async (path: string, token = tokens.access_token, options: RequestInit = {}) =>
    await oauth
      .fetchProtectedResource(
        config,
        token,
        new URL(path, issuer),
        options.method ?? 'GET',
        options.body as string | undefined,
        new Headers(options.headers),
        { DPoP },
      )
      .catch((error: unknown) => {
        // A token that is good and not enough: a refusal like any other.
        if (error instanceof oauth.WWWAuthenticateChallengeError && error.status === 403)
          return error.response
        throw error
      })
  return { config, DPoP, tokens, get, callback }
}

export async function discover(issuer: string, guichet: StandIn) {
  return await oauth.discovery(
    new URL(issuer),
    'guichet',
    { token_endpoint_auth_method: 'private_key_jwt' },
    oauth.PrivateKeyJwt({ key: guichet.privateKey as CryptoKey, kid: 'client-1' }),
    { execute: [oauth.allowInsecureRequests] },
  )
}

/** Goes through the bank's pages with a cookie jar and returns where the browser ends up. */
export async function visitBank(
  url: string,
  choice: {
    username: string
    password?: string
    approve?: boolean
    accounts?: (all: { accountId: string }[]) => string[]
  },
): Promise<string> {
  const { origin } = new URL(url)
  const visit: Visit = { cookies: new Map(), location: url }
  for (let hop = 0; hop < 12; hop++) {
    if (!visit.location.startsWith(origin)) return visit.location
    const { pathname } = new URL(visit.location)
    if (!pathname.startsWith('/interaction/')) {
      const response = await ask(visit, visit.location)
      const next = response.headers.get('location')
      if (!next)
        throw new Error(`the bank stopped at ${pathname}: ${response.status} ${await response.text()}`)
      visit.location = new URL(next, origin).href
      continue
    }
    const details = await (await ask(visit, `${origin}${pathname}/details`)).json()
    const { csrf, accounts } = details
    const isLogin = details.prompt === 'login'
    const body = isLogin
      ? { username: choice.username, password: choice.password ?? 'guichet', csrf }
      : {
          accountIds: choice.accounts
            ? choice.accounts(accounts)
            : accounts.map((one: { accountId: string }) => one.accountId),
          approve: choice.approve ?? true,
          csrf,
        }
    const response = await ask(visit, `${origin}${pathname}/${isLogin ? 'login' : 'consent'}`, body)
    const answer = await response.json()
    if (!answer.redirect)
      throw Object.assign(new Error(answer.error.code), { answer, status: response.status })
    visit.location = answer.redirect
  }
  throw new Error('the bank sends the browser round in circles')
}

async function ask(visit: Visit, url: string, body?: unknown): Promise<Response> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    headers: {
      cookie: [...visit.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(body !== undefined && { 'content-type': 'application/json', origin: new URL(url).origin }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  for (const cookie of response.headers.getSetCookie()) {
    const [name, value] = cookie.split(';')[0]!.split('=') as [string, string]
    if (value === '' || /expires=Thu, 01 Jan 1970/i.test(cookie)) visit.cookies.delete(name)
    else visit.cookies.set(name, value)
  }
  return response
}
