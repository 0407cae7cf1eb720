import { type Bytes, concat, fromBase64, toBase64, toHex, utf8 } from './bytes.ts'
import { sha256 } from './merkle.ts'
import { Refused } from './why.ts'

/** C2SP signed-note, "Signature types": the two that Guichet makes and checks. */
export const ED25519 = 0x01
export const COSIGNATURE_V1 = 0x04
export type KeyType = typeof ED25519 | typeof COSIGNATURE_V1

const PUBLIC_KEY_BYTES = 32

/** A public key that signs notes. `id` is eight hexadecimal digits and, with `name`, finds its signature lines. */
export type VerifierKey = { name: string; id: string; type: KeyType; publicKey: Bytes }

/** Neither empty, nor with a space of any script, nor with the plus sign that parts a vkey. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s+\u0085\u0000-\u001f]/u.test(name)
}

/** The key id of C2SP signed-note: the first four bytes of SHA-256(name ‖ newline ‖ type ‖ public key). */
export async function keyId(name: string, type: KeyType, publicKey: Bytes): Promise<string> {
  const hash = await sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey))
  return toHex(hash.subarray(0, 4))
}

export async function verifierKey(name: string, type: KeyType, publicKey: Bytes): Promise<VerifierKey> {
  return { name, id: await keyId(name, type, publicKey), type, publicKey }
}

/** `<name>+<id>+<base64(type ‖ public key)>`. */
export function formatVkey({ name, id, type, publicKey }: VerifierKey): string {
  return `${name}+${id}+${toBase64(concat(Uint8Array.of(type), publicKey))}`
}

/** Reads a vkey. Throws `key-malformed`, also when its id is not that of the key it carries. */
export async function parseVkey(text: string): Promise<VerifierKey> {
  // The base64 may hold plus signs of its own: only the first two part the text.
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim())
  const material = match && fromBase64(match[3]!)
  if (!match || !material || !isKeyName(match[1]!)) throw new Refused('key-malformed')
  const type = material[0]
  const publicKey = material.subarray(1)
  if ((type !== ED25519 && type !== COSIGNATURE_V1) || publicKey.length !== PUBLIC_KEY_BYTES)
    throw new Refused('key-malformed')
  const key = await verifierKey(match[1]!, type, publicKey)
  if (key.id !== match[2]) throw new Refused('key-malformed')
  return key
}
