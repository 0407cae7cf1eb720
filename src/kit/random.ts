import { randomBytes } from 'node:crypto'

/** Where randomness comes from: `n` unpredictable bytes. Tests pass a seeded one. */
export type Random = (n: number) => Buffer

/** Drawn at once and handed out once each: a call to the system costs more than sealing a small record. */
const POOL_BYTES = 4_096
/** What is as long as a key gets memory of its own, which its owner may overwrite. */
const POOLED_MAX = 24
let pool = Buffer.alloc(0)

export const systemRandom: Random = (n) => {
  if (n > POOLED_MAX) return randomBytes(n)
  if (pool.length < n) pool = randomBytes(POOL_BYTES)
  const drawn = pool.subarray(0, n)
  pool = pool.subarray(n)
  return drawn
}

/** A fresh opaque id, `prefix_` and 128 random bits in base64url: it says nothing and cannot be guessed. */
export function newId(prefix: string, random: Random): string {
  return `${prefix}_${random(16).toString('base64url')}`
}

/** A small deterministic generator (mulberry32) for simulations and tests; never for secrets. Values in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
