import { CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { readOrCreateFile } from '#kit'

/** Signs consent receipts, so that the person holds a proof of what they agreed to that nobody can rewrite. */
export type ReceiptSigner = {
  /** The receipt as a compact JWS (RFC 7515), EdDSA. */
  sign(receipt: Record<string, unknown>): Promise<string>
  /** The public key set that verifies receipts. */
  jwks: { keys: JWK[] }
}

/** The sentence that a receipt says was shown to the person; null when it is none of ours. */
export function shownIn(receipt: string): string | null {
  try {
    const payload = Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString()
    const { notice } = JSON.parse(payload) as { notice?: { shown?: unknown } }
    return typeof notice?.shown === 'string' ? notice.shown : null
  } catch {
    return null
  }
}

/** Reads the receipt key from `file`, or makes it on first start. */
export async function createReceiptSigner(file: string): Promise<ReceiptSigner> {
  const text = await readOrCreateFile(file, async () => {
    const { privateKey } = await generateKeyPair('Ed25519', { extractable: true })
    return JSON.stringify({ ...(await exportJWK(privateKey)), alg: 'Ed25519', use: 'sig', kid: 'receipts-1' })
  })
  const jwk = JSON.parse(text) as JWK
  const key = await importJWK(jwk, 'Ed25519')
  const { d: _private, ...open } = jwk
  return {
    jwks: { keys: [open] },
    sign: (receipt) =>
      new CompactSign(Buffer.from(JSON.stringify(receipt)))
        .setProtectedHeader({ alg: 'Ed25519', kid: jwk.kid!, typ: 'guichet-receipt+jwt' })
        .sign(key),
  }
}
