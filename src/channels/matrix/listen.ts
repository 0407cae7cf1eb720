import type { z } from 'zod'
import { type Clock, DAY } from '#kit'
import type { Heard } from '../messengers/door.ts'
import { type Event, heardIn, inviterIn, isVerification, leftIn, MESSAGES, readIn, SYNC } from './events.ts'
import { type CallFailed, type Homeserver, isOfAccount, pathOf, readJson } from './homeserver.ts'
import type { KeptStore } from './kept-store.ts'
import type { Machine } from './machine.ts'
import { readMembers } from './members.ts'
import type { createUnopened, Rooms } from './rooms.ts'

/** How long the homeserver may keep a sync open while it has nothing to say. */
const WAIT_MS = 25_000
const TIMELINE_MAX = 50
/** When the homeserver left out what lies between two syncs, it is read up to so many pages back. */
const PAGES_MAX = 10
/**
 * What a homeserver fails to tell of a room is asked again so often, later each time, and everything that came with it waits
 * meanwhile: for some minutes where one of our people may have written, for some seconds where nobody knows whose room it is.
 */
const HELD_MAX = { linked: 8, unknown: 3 } as const
/** A message whose key did not come by then stays unread. */
const UNOPENED_DAYS = 1

type Joined = z.infer<typeof SYNC>['rooms']['join']
type Events = { ok: true; events: Event[] } | CallFailed

const FILTER = JSON.stringify({
  presence: { not_types: ['*'] },
  account_data: { not_types: ['*'] },
  room: {
    account_data: { not_types: ['*'] },
    ephemeral: { types: ['m.receipt'] },
    state: { types: ['m.room.encryption'] },
    timeline: { limit: TIMELINE_MAX },
  },
})

/**
 * Listens to the homeserver. What a sync brought is put by before the next one is asked for, since asking for the next is
 * what makes the homeserver forget it: after a crash it comes again, and the inbox knows what it has.
 */
export function createListener(needs: {
  ownId: string
  homeserver: Homeserver
  machine: Machine
  store: KeptStore
  rooms: Rooms
  unopened: ReturnType<typeof createUnopened>
  put(heard: readonly Heard[]): Promise<void>
  clock: Clock
}) {
  const { ownId, homeserver, machine, store, rooms, unopened, clock } = needs
  let since = store.syncToken
  let held = 0
  // A key may have come just before another process had the keys in hand.
  let isFirst = true

  /** One message, opened where it was locked; null when its key may still come. */
  async function readMessage(roomId: string, event: Event, person: string): Promise<Heard[] | null> {
    if (event.state_key !== undefined) {
      if (event.type === 'm.room.encryption') await machine.noteEncrypted(roomId)
      const left = leftIn(event, person)
      if (!left) return []
      await rooms.leave(roomId)
      return (await rooms.of(person)) === null ? [left] : []
    }
    if (event.sender === ownId) return []
    let { type, content } = event
    const isLocked = type === 'm.room.encrypted'
    if (isLocked) {
      const opened = await machine.open(roomId, event)
      if (!opened.ok) return opened.later ? null : []
      ;({ type, content } = opened)
    }
    if (isVerification(type, content)) {
      await machine.verification.receive(roomId, { ...event, type, content })
      return []
    }
    // Others in the room are not its person; and in a locked room an open message may be anybody's, the homeserver's too.
    if (event.sender !== person || (!isLocked && (await machine.isEncrypted(roomId)))) return []
    await rooms.wroteIn(roomId, event.origin_server_ts)
    return [heardIn(event, type, content)]
  }

  /** What the homeserver left out between the last sync and this one, oldest first. */
  async function readGap(roomId: string, from: string, to: string): Promise<Events> {
    const events: Event[] = []
    let at = from
    for (let page = 0; page < PAGES_MAX; page++) {
      const query = { dir: 'b', from: at, to, limit: '100' }
      const called = await homeserver.call('GET', pathOf`/rooms/${roomId}/messages`, { query })
      if (!called.ok) return called
      const read = MESSAGES.safeParse(readJson(called.text))
      if (!read.success) return { ok: false, why: 'retry', code: 'no-messages' }
      const { chunk, end } = read.data
      events.push(...chunk)
      if (end === undefined || chunk.length === 0) break
      at = end
    }
    return { ok: true, events: events.reverse() }
  }

  /**
   * Whose room it is. One that we were put into without being asked is the one other member's, if there is only one. Null for
   * nobody's, and for one that we are leaving.
   */
  async function personOf(roomId: string): Promise<{ ok: true; person: string | null } | CallFailed> {
    const known = await rooms.find(roomId)
    if (known) return { ok: true, person: known.isLeaving ? null : known.userId }
    const read = await readMembers(homeserver, roomId)
    if (!read.ok) return read.why === 'gone' ? { ok: true, person: null } : read
    const [other, ...more] = read.members.filter(({ userId }) => userId !== ownId)
    if (!other || more.length > 0) return { ok: true, person: null }
    await rooms.note({ roomId, userId: other.userId }, true)
    return { ok: true, person: other.userId }
  }

  /** What happened in each room that is somebody's; or why the homeserver does not tell it just now. */
  async function readRooms(
    joined: Joined,
  ): Promise<{ ok: true; rooms: { roomId: string; person: string; events: Event[] }[] } | CallFailed> {
    const told: { roomId: string; person: string; events: Event[] }[] = []
    for (const [roomId, { timeline }] of Object.entries(joined)) {
      const whose = await personOf(roomId)
      if (!whose.ok && isToWait(whose, HELD_MAX.unknown)) return whose
      if (!whose.ok || whose.person === null) continue
      const { limited, prev_batch, events } = timeline
      // Nobody waits for the history of a stranger's room.
      const gap =
        limited && prev_batch && since && (await rooms.find(roomId))?.isLinked
          ? await readGap(roomId, prev_batch, since)
          : null
      if (gap && !gap.ok && isToWait(gap, HELD_MAX.linked)) return gap
      told.push({ roomId, person: whose.person, events: [...(gap?.ok ? gap.events : []), ...events] })
    }
    return { ok: true, rooms: told }
  }

  const isToWait = ({ why, code }: CallFailed, max: number) =>
    (why === 'retry' && held < max) || isOfAccount(code)

  return {
    /** One sync. What the homeserver refused, or null. `signal` ends the waiting. */
    async round(signal: AbortSignal): Promise<CallFailed | null> {
      const called = await homeserver.call('GET', '/sync', {
        query: { filter: FILTER, timeout: String(since === null ? 0 : WAIT_MS), ...(since && { since }) },
        timeoutMs: 2 * WAIT_MS,
        signal,
      })
      if (!called.ok) return called
      const brought = SYNC.parse(readJson(called.text))
      const told = await readRooms(brought.rooms.join)
      if (!told.ok) {
        held++
        return told
      }
      const keysFor = await machine.receive({
        toDevice: brought.to_device,
        ...brought.device_lists,
        counts: brought.device_one_time_keys_count,
        unusedFallbacks: brought.device_unused_fallback_key_types ?? null,
      })

      const heard: Heard[] = []
      const late: { roomId: string; event: Event }[] = []
      for (const [roomId, { invite_state }] of Object.entries(brought.rooms.invite)) {
        const userId = inviterIn(invite_state, ownId)
        if (userId) await rooms.note({ roomId, userId }, false)
      }
      for (const roomId of Object.keys(brought.rooms.leave)) await rooms.forget(roomId)
      for (const { roomId, person, events } of told.rooms) {
        const { state, ephemeral } = brought.rooms.join[roomId]!
        for (const event of state.events)
          if (event.type === 'm.room.encryption') await machine.noteEncrypted(roomId)
        for (const event of events) {
          const read = await readMessage(roomId, event, person)
          if (read) heard.push(...read)
          else late.push({ roomId, event })
        }
        heard.push(...readIn(ephemeral, person))
      }

      // Keys that came now may open what came before.
      const openedNow: string[] = []
      const mayOpen = isFirst ? 'all' : keysFor
      for (const { roomId, event } of mayOpen === 'all' || mayOpen.size > 0
        ? await unopened.of(mayOpen)
        : []) {
        const room = await rooms.find(roomId)
        const read = !room || room.isLeaving ? [] : await readMessage(roomId, event as Event, room.userId)
        if (!read) continue
        heard.push(...read)
        openedNow.push(event.event_id)
      }

      await needs.put(heard)
      const { next_batch } = brought
      await store.settle(async (tx) => {
        for (const one of late) await unopened.keep(tx, one, clock.now())
        await unopened.drop(tx, openedNow, clock.now() - UNOPENED_DAYS * DAY)
        await tx.query(`update channels.matrix_account set sync_token = $1`, [next_batch])
      })
      since = next_batch
      held = 0
      isFirst = false
      await machine.settle()
      return null
    },
  }
}
