import { importPKCS8 } from 'jose'
import * as oauth from 'openid-client'
import { Fault } from '#kit'
import type { Oauth2Way } from './authorisation-way.ts'
import type { BankFetch } from './bank-fetch.ts'
import type { BankSecrets } from './bank-secrets.ts'
import type { ClientKeys } from './client-keys.ts'
import { translated } from './oauth-faults.ts'
import type { BankProfile } from './profile.ts'

/** What a server that does not say may sign ID tokens with: anything but `none` and a shared secret. */
const ID_TOKEN_ALGORITHMS = ['ES256', 'PS256', 'RS256', 'EdDSA', 'Ed25519']

type AuthMethod = Oauth2Way['clientAuth']

/**
 * What is known of a bank's authorization server, and how it knows us. Its metadata is fetched at first use, or stands in the
 * profile. A failure is not remembered.
 */
export function createAuthorisationServer(needs: {
  profile: BankProfile
  keys: ClientKeys
  secrets: BankSecrets
  redirectUri: string
  bank: BankFetch
}) {
  const { profile, keys, secrets, redirectUri, bank } = needs
  const way = profile.authorisation
  const isLoopback = profile.simulated && profile.issuer.startsWith('http:')
  const metadata: Partial<oauth.ClientMetadata> = {
    redirect_uris: [redirectUri],
    ...(way.kind === 'fapi2' && { id_token_signed_response_alg: 'ES256' }),
    ...(secrets.tls && { use_mtls_endpoint_aliases: true }),
  }
  const fetchFromBank: oauth.CustomFetch = async (url, init) => {
    const response = await bank.fetch(url, init as RequestInit)
    const isGrant = way.kind === 'oauth2' && way.bearer === 'id-token' && init.body instanceof URLSearchParams
    return isGrant ? await withAccessToken(response) : response
  }
  const ours: AuthMethod = way.kind === 'fapi2' ? 'private_key_jwt' : way.clientAuth
  let discovered: Promise<oauth.Configuration> | undefined

  /** What we sign with at this server: our own key, or the one it knows us by. */
  async function clientKey(): Promise<{ key: CryptoKey; kid: string }> {
    const named = way.kind === 'oauth2' ? way.clientKey : undefined
    if (!named) return { key: keys.privateKey, kid: keys.kid }
    const pem = secrets.clientKey?.reveal() ?? ''
    const key = await importPKCS8(pem, named.algorithm).catch(() => {
      // The library's message may quote what it could not read.
      throw new Fault('setting-wrong', {
        detail: `${profile.id}.json: authorisation.clientKey: the file is no PKCS #8 key for ${named.algorithm}`,
      })
    })
    return { key: key as CryptoKey, kid: named.kid }
  }

  async function clientAuth(method: AuthMethod): Promise<oauth.ClientAuth> {
    switch (method) {
      case 'private_key_jwt':
        return oauth.PrivateKeyJwt(await clientKey())
      case 'client_secret_basic':
        return oauth.ClientSecretBasic(secrets.clientSecret?.reveal())
      case 'client_secret_post':
        return oauth.ClientSecretPost(secrets.clientSecret?.reveal())
      case 'tls_client_auth':
        return oauth.TlsClientAuth()
    }
  }

  /** A server as its profile, or its own discovery document, describes it. */
  async function described(server: oauth.ServerMetadata, method = ours): Promise<oauth.Configuration> {
    const config = new oauth.Configuration(server, profile.clientId, metadata, await clientAuth(method))
    config[oauth.customFetch] = fetchFromBank
    if (isLoopback) oauth.allowInsecureRequests(config)
    return config
  }

  const discover = () =>
    translated(async () =>
      oauth.discovery(new URL(profile.issuer), profile.clientId, metadata, await clientAuth(ours), {
        execute: isLoopback ? [oauth.allowInsecureRequests] : [],
        [oauth.customFetch]: fetchFromBank,
      }),
    )

  async function configuration(): Promise<oauth.Configuration> {
    const endpoints = way.kind === 'oauth2' ? way.endpoints : undefined
    if (endpoints)
      return await described({
        issuer: profile.issuer,
        authorization_endpoint: endpoints.authorization,
        token_endpoint: endpoints.token,
        id_token_signing_alg_values_supported: ID_TOKEN_ALGORITHMS,
        ...(endpoints.revocation && { revocation_endpoint: endpoints.revocation }),
      })
    discovered ??= discover().catch((error: unknown) => {
      discovered = undefined
      throw error
    })
    return await discovered
  }

  return {
    configuration,
    clientKey,

    /** The same server, where and as it renews tokens. */
    async renewing(): Promise<oauth.Configuration> {
      const config = await configuration()
      if (way.kind === 'fapi2' || (!way.endpoints?.refresh && !way.refreshClientAuth)) return config
      const { supportsPKCE: _, ...server } = config.serverMetadata()
      return await described(
        { ...server, token_endpoint: way.endpoints?.refresh ?? server.token_endpoint! },
        way.refreshClientAuth,
      )
    },
  }
}

/**
 * Akoya answers with an ID token and no access token: the library wants one, and the ID token is what opens the API. Whatever
 * else is in the answer stays.
 */
async function withAccessToken(response: Response): Promise<Response> {
  const text = await response.text()
  const { status, headers } = response
  let body = text
  try {
    const answer = JSON.parse(text) as Record<string, unknown>
    if (typeof answer.id_token === 'string' && answer.access_token === undefined)
      body = JSON.stringify({ token_type: 'Bearer', ...answer, access_token: answer.id_token })
  } catch {
    // The library says what is wrong with an answer that is no JSON.
  }
  return new Response(body, { status, headers })
}
