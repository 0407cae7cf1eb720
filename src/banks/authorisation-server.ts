import * as oauth from 'openid-client'
import type { BankFetch } from './bank-fetch.ts'
import type { BankSecrets } from './bank-secrets.ts'
import type { ClientKeys } from './client-keys.ts'
import { translated } from './oauth-faults.ts'
import type { BankProfile } from './profile.ts'

/** What a server that does not say may sign ID tokens with: anything but `none` and a shared secret. */
const ID_TOKEN_ALGORITHMS = ['ES256', 'PS256', 'RS256', 'EdDSA', 'Ed25519']

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
    token_endpoint_auth_method: way.kind === 'fapi2' ? 'private_key_jwt' : way.clientAuth,
    ...(way.kind === 'fapi2' && { id_token_signed_response_alg: 'ES256' }),
    ...(secrets.tls && { use_mtls_endpoint_aliases: true }),
  }
  const fetchFromBank: oauth.CustomFetch = (url, init) => bank.fetch(url, init as RequestInit)
  let discovered: Promise<oauth.Configuration> | undefined

  function clientAuth(): oauth.ClientAuth {
    const method = way.kind === 'fapi2' ? 'private_key_jwt' : way.clientAuth
    switch (method) {
      case 'private_key_jwt':
        return oauth.PrivateKeyJwt({ key: keys.privateKey, kid: keys.kid })
      case 'client_secret_basic':
        return oauth.ClientSecretBasic(secrets.clientSecret?.reveal())
      case 'client_secret_post':
        return oauth.ClientSecretPost(secrets.clientSecret?.reveal())
      case 'tls_client_auth':
        return oauth.TlsClientAuth()
    }
  }

  /** A server without a discovery document, as its profile describes it. */
  function described(server: oauth.ServerMetadata): oauth.Configuration {
    const config = new oauth.Configuration(server, profile.clientId, metadata, clientAuth())
    config[oauth.customFetch] = fetchFromBank
    if (isLoopback) oauth.allowInsecureRequests(config)
    return config
  }

  const discover = () =>
    translated(() =>
      oauth.discovery(new URL(profile.issuer), profile.clientId, metadata, clientAuth(), {
        execute: isLoopback ? [oauth.allowInsecureRequests] : [],
        [oauth.customFetch]: fetchFromBank,
      }),
    )

  async function configuration(): Promise<oauth.Configuration> {
    const endpoints = way.kind === 'oauth2' ? way.endpoints : undefined
    if (endpoints)
      return described({
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

    /** The same server, where it renews tokens. */
    async renewing(): Promise<oauth.Configuration> {
      const refresh = way.kind === 'oauth2' ? way.endpoints?.refresh : undefined
      if (!refresh) return await configuration()
      return described({
        issuer: profile.issuer,
        token_endpoint: refresh,
        id_token_signing_alg_values_supported: ID_TOKEN_ALGORITHMS,
      })
    },
  }
}
