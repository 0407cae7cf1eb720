import { type Clock, HOUR, SECOND } from '#kit'
import type { MessengerId } from './door.ts'

/** What each messenger takes a second in all, and at one chat, kept well below what their documentation allows. */
const SENDS = {
  messenger: { all: 40, chat: 2 },
  whatsapp: { all: 40, chat: 1 },
  telegram: { all: 25, chat: 1 },
  matrix: { all: 5, chat: 2 },
} as const satisfies Record<MessengerId, { all: number; chat: number }>

/** What one chat may ask before it is told to slow down: a person in a hurry writes ten messages, not fifty. */
const HEARD = { most: 15, perMs: 10 * SECOND }
/** Names are swept when there are so many: what is not used is not remembered. */
const NAMES_MAX = 10_000

/**
 * What one chat said, by its messenger's clock: what waited here for an hour did not come at once. An event counts once,
 * however often it is tried.
 */
function atMostOfEvents(most: number, perMs: number, clock: Clock) {
  const taken = new Map<string, { key: string; at: number; until: number }[]>()
  return {
    take(name: string, key: string, at: number): boolean {
      const now = clock.now()
      const all = taken.get(name) ?? []
      if (all.some((one) => one.key === key)) return true
      if (all.filter((one) => Math.abs(one.at - at) < perMs).length >= most) return false
      taken.set(name, [...all.filter(({ until }) => until > now), { key, at, until: now + HOUR }])
      if (taken.size > NAMES_MAX)
        for (const [one, events] of taken) if (events.at(-1)!.until <= now) taken.delete(one)
      return true
    },
  }
}

/**
 * So many in any span of time, by name. Not a library's: those we found read the machine's own clock, and what is limited here
 * is decided by the clock that everything else goes by.
 */
function atMost(most: number, perMs: number, clock: Clock) {
  const taken = new Map<string, number[]>()
  return {
    /** Takes a place; null, or how long there is none (ms). */
    take(name: string): number | null {
      const now = clock.now()
      const lately = (taken.get(name) ?? []).filter((at) => at > now - perMs)
      if (lately.length >= most) return Math.max(1, lately[0]! + perMs - now)
      taken.set(name, [...lately, now])
      if (taken.size > NAMES_MAX)
        for (const [one, times] of taken) if (times.at(-1)! <= now - perMs) taken.delete(one)
      return null
    },
  }
}

/** Limits of this process: on what it sends to each messenger, and on what it hears from each chat. */
export function createLimits(clock: Clock) {
  const sends = new Map(
    Object.entries(SENDS).map(([messenger, { all, chat }]) => [
      messenger,
      { all: atMost(all, SECOND, clock), chat: atMost(chat, SECOND, clock) },
    ]),
  )
  const heard = atMostOfEvents(HEARD.most, HEARD.perMs, clock)
  return {
    /** How long to wait before sending there; null when it can be sent now. */
    beforeSending(messenger: MessengerId, chat: string): number | null {
      const { all, chat: own } = sends.get(messenger)!
      return own.take(chat) ?? all.take('all')
    },
    mayBeHeard: (chat: string, event: { key: string; at: number }): boolean =>
      heard.take(chat, event.key, event.at),
  }
}
export type Limits = ReturnType<typeof createLimits>
