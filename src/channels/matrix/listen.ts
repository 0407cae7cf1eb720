import { type Clock, DAY } from '#kit'
import type { Heard } from '../messengers/door.ts'
import { type Event, heardIn, inviterIn, isVerification, leftIn, MESSAGES, readIn, SYNC } from './events.ts'
import { type CallFailed, type Homeserver, pathOf, readJson } from './homeserver.ts'
import type { KeptStore } from './kept-store.ts'
import type { Machine } from './machine.ts'
import { readMembers } from './members.ts'
import type { createUnopened, Rooms } from './rooms.ts'

/** How long the homeserver may keep a sync open while it has nothing to say. */
const WAIT_MS = 25_000
const TIMELINE_MAX = 50
/** When the homeserver left out what lies between two syncs, it is read up to so many pages back. */
const PAGES_MAX = 10
/** A message whose key did not come by then stays unread. */
const UNOPENED_DAYS = 1

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

  /** One message, opened where it was locked; null when its key may still come. */
  async function readMessage(roomId: string, event: Event, person: string): Promise<Heard[] | null> {
    if (event.state_key !== undefined) {
      if (event.type === 'm.room.encryption') await machine.noteEncrypted(roomId)
      const left = leftIn(event, person)
      if (left) await rooms.forget(roomId)
      return left ? [left] : []
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
  async function readGap(roomId: string, from: string, to: string): Promise<Event[]> {
    const events: Event[] = []
    let at = from
    for (let page = 0; page < PAGES_MAX; page++) {
      const query = { dir: 'b', from: at, to, limit: '100' }
      const called = await homeserver.call('GET', pathOf`/rooms/${roomId}/messages`, { query })
      if (!called.ok) break
      const { chunk, end } = MESSAGES.parse(readJson(called.text))
      events.push(...chunk)
      if (end === undefined || chunk.length === 0) break
      at = end
    }
    return events.reverse()
  }

  /** Whose room it is. One that we were put into without being asked is the one other member's, if there is only one. */
  async function personOf(roomId: string): Promise<string | null> {
    const known = await rooms.personOf(roomId)
    if (known !== null) return known
    const members = await readMembers(homeserver, roomId)
    const others = members?.filter(({ userId }) => userId !== ownId) ?? []
    if (others.length !== 1) return null
    await rooms.note({ roomId, userId: others[0]!.userId }, true)
    return others[0]!.userId
  }

  async function join(): Promise<void> {
    for (const room of await rooms.invited()) {
      const called = await homeserver.call('POST', pathOf`/rooms/${room.roomId}/join`, { body: '{}' })
      if (called.ok) await rooms.note(room, true)
      else if (called.why !== 'retry') await rooms.forget(room.roomId)
    }
  }

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
      await machine.receive({
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
      for (const [roomId, { state, timeline, ephemeral }] of Object.entries(brought.rooms.join)) {
        const person = await personOf(roomId)
        if (person === null) continue
        for (const event of state.events)
          if (event.type === 'm.room.encryption') await machine.noteEncrypted(roomId)
        const { limited, prev_batch, events } = timeline
        const gap = limited && prev_batch && since ? await readGap(roomId, prev_batch, since) : []
        for (const event of [...gap, ...events]) {
          const read = await readMessage(roomId, event, person)
          if (read) heard.push(...read)
          else late.push({ roomId, event })
        }
        heard.push(...readIn(ephemeral, person))
      }

      // Keys that came now may open what came before.
      const openedNow: string[] = []
      for (const { roomId, event } of brought.to_device.length > 0 ? await unopened.all() : []) {
        const person = await rooms.personOf(roomId)
        const read = person === null ? [] : await readMessage(roomId, event as Event, person)
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
      await machine.settle()
      await join()
      return null
    },
  }
}
