import { type Cipheriv, createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import { Fault } from './errors.ts'
import type { Random } from './random.ts'

const KEY_BYTES = 32
const NONCE_BYTES = 24
const TAG_BYTES = 16
const VERSION = 1

/** Encrypts with XAES-256-GCM (C2SP XAES-256-GCM): `version(1) ‖ nonce(24) ‖ ciphertext ‖ tag(16)`.
 *  `context` is authenticated, not stored: the same words must be given to open it. */
export function seal(key: Buffer, context: string, plaintext: Buffer, random: Random): Buffer {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(derive(key, nonce)), nonce.subarray(12))
  cipher.setAAD(Buffer.from(context))
  return Buffer.concat([
    Buffer.of(VERSION),
    nonce,
    cipher.update(plaintext),
    cipher.final(),
    cipher.getAuthTag(),
  ])
}

/** Opens what `seal` made. Throws `seal-broken` when a byte, the key or the context differs. */
export function unseal(key: Buffer, context: string, sealed: Buffer): Buffer {
  if (sealed.length < 1 + NONCE_BYTES + TAG_BYTES || sealed[0] !== VERSION) throw new Fault('seal-broken')
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(derive(key, nonce)), nonce.subarray(12))
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  } catch {
    // Node's message says only "unable to authenticate"; the cause would add nothing.
    throw new Fault('seal-broken')
  }
}

/** What of a key is the same for every nonce: AES-256 under it, one block after another, and its CMAC subkey. */
type Schedule = { blocks: Cipheriv; subkey: Buffer }
// Making a cipher costs ten times what a block does, and a batch seals many records under keys it has met before.
const schedules = new WeakMap<Buffer, Schedule>()

function scheduleOf(key: Buffer): Schedule {
  let schedule = schedules.get(key)
  if (!schedule) {
    if (key.length !== KEY_BYTES) throw new Fault('seal-broken')
    const blocks = createCipheriv('aes-256-ecb', createSecretKey(key), null).setAutoPadding(false)
    schedule = { blocks, subkey: doubled(blocks.update(Buffer.alloc(16))) }
    schedules.set(key, schedule)
  }
  return schedule
}

/** Overwrites a key and what was derived from it. Whoever borrowed a key calls this when done. */
export function wipeKey(key: Buffer): void {
  schedules.delete(key)
  key.fill(0)
}

/**
 * The one-time AES-256-GCM key of a 24-byte nonce: two blocks of CMAC-AES256 over the nonce's first half, as the
 * C2SP document derives it. `seal.test.ts` holds this to its published vectors.
 */
function derive(key: Buffer, nonce: Buffer): Buffer {
  const { blocks, subkey } = scheduleOf(key)
  const input = Buffer.alloc(32)
  for (const [index, offset] of [
    [1, 0],
    [2, 16],
  ] as const) {
    input.set([0, index, 0x58, 0], offset)
    nonce.copy(input, offset + 4, 0, 12)
    for (let i = 0; i < 16; i++) input[offset + i]! ^= subkey[i]!
  }
  return blocks.update(input)
}

/** Doubling in GF(2^128), the CMAC subkey step (NIST SP 800-38B, section 6.1). */
function doubled(value: Buffer): Buffer {
  const out = Buffer.alloc(16)
  for (let i = 0; i < 16; i++) out[i] = ((value[i]! << 1) | ((value[i + 1] ?? 0) >> 7)) & 0xff
  if (value[0]! & 0x80) out[15]! ^= 0x87
  return out
}
