import { timingSafeEqual } from 'node:crypto'

/** Whether two secrets are the same, in a time that tells nothing but whether they are of one length. */
export const areSameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
