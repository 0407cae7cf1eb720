import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { MessengerId } from './door.ts'

/** What each messenger takes a second in all, and at one chat, kept well below what their documentation allows. */
const SENDS = {
  messenger: { all: 40, chat: 2 },
  whatsapp: { all: 40, chat: 1 },
  telegram: { all: 25, chat: 1 },
  matrix: { all: 5, chat: 2 },
} as const satisfies Record<MessengerId, { all: number; chat: number }>

/** What one chat may ask before it is told to slow down: a person in a hurry writes ten messages, not fifty. */
const HEARD_MAX = 15
const HEARD_SECONDS = 10

/** Resolves to null when there is room, else to how long there is none (ms). */
async function take(limiter: RateLimiterMemory, key: string): Promise<number | null> {
  try {
    await limiter.consume(key)
    return null
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext)
    throw refused
  }
}

/** Limits of this process: on what it sends to each messenger, and on what it hears from each chat. */
export function createLimits() {
  const sends = Object.fromEntries(
    Object.entries(SENDS).map(([messenger, { all, chat }]) => [
      messenger,
      {
        all: new RateLimiterMemory({ points: all, duration: 1 }),
        chat: new RateLimiterMemory({ points: chat, duration: 1 }),
      },
    ]),
  ) as Record<MessengerId, { all: RateLimiterMemory; chat: RateLimiterMemory }>
  const heard = new RateLimiterMemory({ points: HEARD_MAX, duration: HEARD_SECONDS })
  return {
    /** How long to wait before sending there; null when it can be sent now. */
    async beforeSending(messenger: MessengerId, chat: string): Promise<number | null> {
      return (await take(sends[messenger].chat, chat)) ?? (await take(sends[messenger].all, 'all'))
    },
    async mayBeHeard(chat: string): Promise<boolean> {
      return (await take(heard, chat)) === null
    },
  }
}
export type Limits = ReturnType<typeof createLimits>
