import type { Private } from '#kit'
import { reveal } from '../kit/reveal.ts'

/**
 * Hands a value to the app that the person chose for it. Only what a loan to that very app yielded comes here: the read is
 * in the log, under the person's consent, before this is called.
 */
export function handOver<T>(value: Private<T>): T {
  return reveal(value)
}
