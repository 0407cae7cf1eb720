import { type BinaryToTextEncoding, createHmac, createSecretKey } from 'node:crypto'

/** Bytes, or text where that is what they are for: each small buffer is an allocation outside the heap. */
export type KeyedHash = {
  (message: string | Uint8Array): Buffer
  (message: string | Uint8Array, encoding: BinaryToTextEncoding | 'latin1'): string
}

/**
 * HMAC-SHA256 under one key, for many messages. The key is handed to OpenSSL as a key object, once: making sure that some
 * bytes are no key object takes `node:crypto` longer than the hash itself.
 */
export function keyedHash(key: Uint8Array): KeyedHash {
  const secret = createSecretKey(key)
  const hash = (message: string | Uint8Array, encoding?: BinaryToTextEncoding) => {
    const hmac = createHmac('sha256', secret).update(message)
    return encoding === undefined ? hmac.digest() : hmac.digest(encoding)
  }
  return hash as KeyedHash
}
