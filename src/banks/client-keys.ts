import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { readOrCreateFile } from '#kit'

/** How Guichet proves to a bank's authorization server that it is Guichet (`private_key_jwt`, ES256). */
export type ClientKeys = { privateKey: CryptoKey; kid: string; jwks: { keys: JWK[] } }

/** Reads the client key from `file`, or makes it on first start. */
export async function loadClientKeys(file: string): Promise<ClientKeys> {
  const text = await readOrCreateFile(file, async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    return JSON.stringify({ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'client-1' })
  })
  const jwk = JSON.parse(text) as JWK
  const { d: _private, ...open } = jwk
  return { privateKey: (await importJWK(jwk, 'ES256')) as CryptoKey, kid: jwk.kid!, jwks: { keys: [open] } }
}
