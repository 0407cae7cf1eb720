import { createHmac, createSecretKey } from 'node:crypto'

/**
 * HMAC-SHA256 under one key, for many messages. The key is handed to OpenSSL as a key object, once: making sure that some
 * bytes are no key object takes `node:crypto` longer than the hash itself.
 */
export function keyedHash(key: Uint8Array): (message: string | Uint8Array) => Buffer {
  const secret = createSecretKey(key)
  return (message) => createHmac('sha256', secret).update(message).digest()
}
