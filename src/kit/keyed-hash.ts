import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

/**
 * HMAC-SHA256 under one key, for many messages. `node:crypto` sets up each of its HMACs anew, which takes longer than
 * hashing what an event says; this one sets the key up once.
 */
export function keyedHash(key: Uint8Array): (message: string | Uint8Array) => Buffer {
  const keyed = hmac.create(sha256, key)
  return (message) => {
    const bytes = typeof message === 'string' ? Buffer.from(message) : message
    return Buffer.from(keyed.clone().update(bytes).digest())
  }
}
