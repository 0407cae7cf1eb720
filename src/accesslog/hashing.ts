import { createHmac, createSecretKey, hash } from 'node:crypto'

// The same hashes as in proof/merkle.ts, computed at once: a log that grows by tens of thousands of leaves a second
// cannot await Web Crypto for each. `hashing.test.ts` holds the two together.

const LEAF = Buffer.of(0x00)
const NODE = Buffer.of(0x01)

export const HASH_BYTES = 32

export const leafHash = (entry: Buffer): Buffer => hash('sha256', Buffer.concat([LEAF, entry]), 'buffer')

export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  hash('sha256', Buffer.concat([NODE, left, right]), 'buffer')

export const EMPTY_ROOT = hash('sha256', Buffer.alloc(0), 'buffer')

// As a key object: making sure that some bytes are none takes node:crypto longer than the hash.
export const hmac = (key: Buffer, message: Uint8Array): Buffer =>
  createHmac('sha256', createSecretKey(key)).update(message).digest()

/** `label ‖ newline ‖ HMAC-SHA256(nonce, payload)`: says that something was said, and not what. */
export const commitmentEntry = (label: string, nonce: Buffer, payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${label}\n`), hmac(nonce, payload)])

/** The RFC 6962 root over leaf hashes that lie one after the other in one buffer. */
export function rootOfHashes(hashes: Buffer): Buffer {
  if (hashes.length === 0) return EMPTY_ROOT
  let level = split(hashes)
  while (level.length > 1) {
    const above: Buffer[] = []
    for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeHash(level[i]!, level[i + 1]!))
    // A lone last node rises as it is: pairing from the left gives exactly RFC 6962's split.
    if (level.length % 2 === 1) above.push(level.at(-1)!)
    level = above
  }
  return level[0]!
}

/** Hashes that lie one after the other, apart. */
export function split(hashes: Buffer): Buffer[] {
  return Array.from({ length: hashes.length / HASH_BYTES }, (_, i) =>
    hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  )
}
