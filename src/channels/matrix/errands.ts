import { setTimeout } from 'node:timers/promises'
import { type Clock, HOUR, SECOND } from '#kit'
import { type Called, type Homeserver, isOfAccount, pathOf } from './homeserver.ts'
import type { Errand, Rooms } from './rooms.ts'

const EVERY_MS = 500
const AFTER_ERROR_MS = 5_000
const AT_ONCE = 20
/** A room of a homeserver that does not answer holds up others no longer. */
const TIMEOUT_MS = 10 * SECOND

/**
 * Joins the rooms that we were invited to and leaves those that are to be left, beside what is heard: whoever invites us to a
 * room that cannot be joined keeps nobody waiting.
 */
export function createErrands(needs: {
  homeserver: Homeserver
  rooms: Rooms
  clock: Clock
  onError(error: unknown): void
}) {
  const { homeserver, rooms, clock, onError } = needs

  async function work(errand: Errand, signal: AbortSignal): Promise<void> {
    const { roomId, isLeaving } = errand
    const post = (what: 'join' | 'leave' | 'forget') =>
      homeserver.call('POST', pathOf`/rooms/${roomId}/${what}`, { body: '{}', timeoutMs: TIMEOUT_MS, signal })
    let called = await post(isLeaving ? 'leave' : 'join')
    if (isLeaving && isOver(called)) called = await post('forget')
    if (!isOver(called)) await rooms.putOff(errand, ('retryAfterMs' in called && called.retryAfterMs) || 0)
    else if (called.ok && !isLeaving) await rooms.joined(roomId)
    else await rooms.forget(roomId)
  }

  return {
    /** Goes on until `signal`. */
    async run(signal: AbortSignal): Promise<void> {
      const busy = new Set<Promise<void>>()
      const tell = (error: unknown) => {
        if (!signal.aborted) onError(error)
      }
      let strangersAt = Number.NEGATIVE_INFINITY
      while (!signal.aborted) {
        let pauseMs = EVERY_MS
        try {
          if (clock.now() >= strangersAt + HOUR) {
            strangersAt = clock.now()
            await rooms.leaveStrangers()
          }
          for (const errand of await rooms.takeErrands(AT_ONCE - busy.size)) {
            const one = work(errand, signal)
              .catch(tell)
              .finally(() => busy.delete(one))
            busy.add(one)
          }
        } catch (error) {
          tell(error)
          pauseMs = AFTER_ERROR_MS
        }
        await setTimeout(pauseMs, undefined, { signal }).catch(() => {})
      }
      await Promise.all(busy)
    },
  }
}

/** Done, or refused for good. What the homeserver says of our whole account is tried again once that is mended. */
const isOver = (called: Called): boolean =>
  called.ok || called.why === 'gone' || (called.why !== 'retry' && !isOfAccount(called.code))
