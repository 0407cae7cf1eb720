import { z } from 'zod'
import { SIGNABLE } from './http-signature.ts'
import { address } from './profile-address.ts'

/** A file beside the keys of this installation, `KEYS/banks/<name>`: a profile names secrets and never holds them. */
const secretFile = z
  .string()
  .regex(/^[\w-][\w.-]{0,80}$/, 'must be the name of a file in the folder banks of the keys folder')

/** A scope is what RFC 6749, section 3.3 lets it be. */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/)

/** Plain OAuth 2 (RFC 6749) with PKCE, as banks without FAPI 2.0 have it; what differs from one to the next is data. */
const Oauth2 = z
  .strictObject({
    kind: z.literal('oauth2'),
    scopes: z.array(scope).min(1).max(40),
    /** Which token opens the API. Akoya takes the ID token. */
    bearer: z.enum(['access-token', 'id-token']).default('access-token'),
    clientAuth: z.enum(['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'tls_client_auth']),
    /** When the server knows the client otherwise where tokens are renewed, as Akoya does. */
    refreshClientAuth: z.enum(['client_secret_basic', 'client_secret_post']).optional(),
    /** The key that we sign with at this bank, when it is not our own: one that a directory such as the UK's gave out. */
    clientKey: z
      .strictObject({
        key: secretFile,
        kid: z.string().min(1).max(200),
        algorithm: z.enum(['PS256', 'ES256']),
      })
      .optional(),
    /** The file with the client's secret. */
    clientSecret: secretFile.optional(),
    /** Where the server's endpoints are, when it has no discovery document. */
    endpoints: z
      .strictObject({
        authorization: address,
        token: address,
        /** Where tokens are renewed, when it is not `token`. */
        refresh: address.optional(),
        revocation: address.optional(),
      })
      .optional(),
    /** What the server wants on its authorization page beside the standard's own. */
    parameters: z
      .record(z.string().regex(/^[\w.-]{1,60}$/), z.string().max(200))
      .refine(
        (given) => Object.keys(given).every((name) => !OURS.has(name)),
        'names a parameter that is ours',
      )
      .optional(),
    /** The consent to create before the person is sent to the bank: each standard's own. */
    consent: z.enum(['none', 'obie', 'berlin']).default('none'),
    /**
     * How the bank says who the person is: in the ID token, or in its API. `none`: it does not, so that nobody can sign in to
     * Guichet through it, and a link made again is known by its accounts alone.
     */
    person: z.enum(['id-token', 'api', 'none']).default('id-token'),
    /** The client's certificate and its key, for servers that want TLS both ways. */
    mtls: z.strictObject({ certificate: secretFile, key: secretFile }).optional(),
    /** STET: our signature on every request to the API; `keyId` is where the bank fetches our certificate. */
    signature: z
      .strictObject({
        keyId: z.string().regex(/^[^"\\\p{C}]{1,500}$/u),
        key: secretFile,
        headers: z.array(z.enum(SIGNABLE)).min(1).default(['(request-target)', 'digest', 'x-request-id']),
      })
      .optional(),
  })
  .superRefine((way, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    const isSecret = way.clientAuth === 'client_secret_basic' || way.clientAuth === 'client_secret_post'
    if (isSecret && !way.clientSecret) wrong('clientSecret', `${way.clientAuth} needs the file of the secret`)
    if (!isSecret && way.clientSecret) wrong('clientSecret', `${way.clientAuth} has no secret`)
    if (way.refreshClientAuth && !isSecret)
      wrong('refreshClientAuth', 'needs a client that is known by its secret')
    if (way.clientKey && way.clientAuth !== 'private_key_jwt' && way.consent !== 'obie')
      wrong('clientKey', 'nothing is signed with it')
    if (way.clientAuth === 'tls_client_auth' && !way.mtls)
      wrong('mtls', 'tls_client_auth needs a certificate')
    const isOpenId = way.scopes.includes('openid')
    if (way.bearer === 'id-token' && !isOpenId) wrong('scopes', 'an ID token as bearer needs openid')
    if (way.person === 'id-token' && !isOpenId)
      wrong('person', 'is "id-token", which needs the scope openid; say "api" or "none" if the bank has none')
  })

/** FAPI 2.0: PAR, PKCE, `private_key_jwt`, DPoP, and RAR of type `fdx_consent`. Everything else is in the discovery document. */
const Fapi2 = z.strictObject({ kind: z.literal('fapi2') })

/** How a bank lets people give Guichet access. */
export const AuthorisationWay = z.discriminatedUnion('kind', [Fapi2, Oauth2])
export type AuthorisationWay = z.infer<typeof AuthorisationWay>
export type Oauth2Way = z.infer<typeof Oauth2>

/** What Guichet itself puts in an authorization request. */
const OURS = new Set([
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
  'claims',
])
