import { z } from 'zod'
import {
  backoffMs,
  type Clock,
  Fault,
  HOUR,
  keyedHash,
  MINUTE,
  pause,
  type Random,
  SECOND,
  type Secret,
  type Sql,
} from '#kit'
import type { Heard, PrivateDoor, Sent, WrittenNotice } from '../messengers/door.ts'
import { type Allowed, findLeak, refuseLeak } from '../messengers/scanner.ts'
import { spellButtons } from '../messengers/written.ts'
import { createErrands } from './errands.ts'
import {
  type CallFailed,
  createHomeserver,
  type Homeserver,
  isOfAccount,
  pathOf,
  readJson,
} from './homeserver.ts'
import { type KeptStore, takeKeptStore } from './kept-store.ts'
import { createListener } from './listen.ts'
import { type Machine, NotSent, openMachine } from './machine.ts'
import { readMembers } from './members.ts'
import { createRooms, createUnopened } from './rooms.ts'

/** How often it is looked whether the process that has the keys is gone. */
const LOOK_MS = 3_000
const RENEW_MS = 5_000
const BACKOFF = { firstMs: SECOND, maxMs: MINUTE }
/** A homeserver that asks for more than this is asked again all the same. */
const ASKED_MAX_MS = HOUR
/** What is to be sent before the keys are in hand is looked at again so soon. */
const NOT_HERE_MS = 500

const WHOAMI = z.object({ user_id: z.string(), device_id: z.string() })
const ENCRYPTION = z.object({ algorithm: z.string() })

const SEALED_LATER: Sent = { ok: false, why: 'retry', code: 'not-locked' }

/** What is there while this process has our device's keys in hand. */
type Device = { machine: Machine; store: KeptStore }

export type MatrixDoor = PrivateDoor & {
  /** Takes the keys as soon as nobody else has them, and listens. `put` commits what was heard. */
  start(put: (heard: readonly Heard[]) => Promise<void>): void
  stop(): Promise<void>
}

/**
 * The door to Matrix, as an ordinary account of a homeserver, end-to-end encrypted. One process has the account's keys in hand,
 * listens and sends; the others wait to take them over.
 */
export function createMatrixDoor(needs: {
  homeserver: URL
  user: string
  accessToken: Secret
  /** Homeservers whose people may be answered in the room. */
  servers: readonly string[]
  fetch: typeof fetch
  allowed: Pick<Allowed, 'publicUrl' | 'names'>
  sql: Sql
  /** 32 bytes of the operator's. */
  key: Buffer
  clock: Clock
  random: Random
  /** Only a human can mend it. */
  tellOperator(code: string): void
  onError(error: unknown): void
}): MatrixDoor {
  const { user, sql, key, clock, random, allowed } = needs
  const rooms = createRooms({ sql, key, clock, random })
  const unopened = createUnopened({ sql, key, random })
  const storeKey = keyedHash(key)('matrix-store')
  const stopping = new AbortController()
  let store: KeptStore | null = null
  let device: Device | null = null
  /** Why nobody has the keys; null where somebody has, or is about to. */
  let away: CallFailed | null = null
  let running: Promise<void> = Promise.resolve()
  let told: string | null = null

  const homeserver: Homeserver = createHomeserver({
    fetch: needs.fetch,
    url: needs.homeserver,
    accessToken: needs.accessToken,
    allowed,
    before: async () => await store?.settle(),
  })

  /** Each thing once, until it is another. */
  function tellOnce(code: string | null): void {
    if (code !== null && code !== told) needs.tellOperator(code)
    told = code
  }

  /** From taking the keys until they are lost, or until the end. What failed, or null when another has them. */
  async function live(put: (heard: readonly Heard[]) => Promise<void>): Promise<CallFailed | null> {
    const who = await homeserver.call('GET', '/account/whoami', { signal: stopping.signal })
    if (!who.ok) return who
    const account = WHOAMI.safeParse(readJson(who.text))
    if (!account.success || account.data.user_id !== user)
      return { ok: false, why: 'tell-operator', code: 'token-of-another-user' }
    const { device_id: deviceId } = account.data
    const taken = await takeKeptStore({ sql, key, userId: user, deviceId, random })
    if (!taken) return null
    store = taken
    const renewing = setInterval(
      () => void taken.renew().catch((error: unknown) => needs.onError(error)),
      RENEW_MS,
    )
    let machine: Machine | null = null
    const ending = new AbortController()
    let errands: Promise<void> = Promise.resolve()
    try {
      machine = await openMachine({ userId: user, deviceId, storeName: taken.name, storeKey, homeserver })
      const identity = await machine.introduce(taken.identity)
      if (identity !== taken.identity) await taken.settle((tx) => taken.keepIdentity(tx, identity))
      await rooms.complete()
      const listener = createListener({
        ownId: user,
        homeserver,
        machine,
        store: taken,
        rooms,
        unopened,
        put,
        clock,
      })
      device = { machine, store: taken }
      away = null
      errands = createErrands({ homeserver, rooms, clock, onError: needs.onError }).run(
        AbortSignal.any([stopping.signal, ending.signal]),
      )
      for (let failures = 0; !stopping.signal.aborted; ) {
        const failed = await listener.round(stopping.signal)
        if (failed && failed.why !== 'retry') return failed
        tellOnce(null)
        failures = failed ? failures + 1 : 0
        if (failed) await pause(pauseOf(failed, failures), stopping.signal)
      }
      return null
    } catch (error) {
      if (error instanceof NotSent) return error.failure
      throw error
    } finally {
      device = null
      ending.abort()
      await errands
      clearInterval(renewing)
      await taken.settle().catch(() => {})
      machine?.close()
      store = null
      await taken.release().catch((error: unknown) => needs.onError(error))
    }
  }

  async function run(put: (heard: readonly Heard[]) => Promise<void>): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        const failed = await live(put)
        away = failed
        if (failed && failed.why !== 'retry') tellOnce(failed.code)
        failures = failed ? failures + 1 : 0
        await pause(failed ? pauseOf(failed, failures) : LOOK_MS, stopping.signal)
      } catch (error) {
        if (stopping.signal.aborted) return
        failures++
        away = null
        needs.onError(error)
        await pause(backoffMs(failures, BACKOFF), stopping.signal)
      }
    }
  }

  /** Whether what is said in a room is encrypted. Once it was, the homeserver is not asked again: it could say no. */
  async function isEncrypted({ machine }: Device, roomId: string): Promise<boolean> {
    if (await machine.isEncrypted(roomId)) return true
    const asked = await homeserver.call('GET', pathOf`/rooms/${roomId}/state/m.room.encryption/`)
    if (!asked.ok && asked.code === 'M_NOT_FOUND') return false
    if (!asked.ok) throw new NotSent(asked)
    if (!ENCRYPTION.safeParse(readJson(asked.text)).success) return false
    await machine.noteEncrypted(roomId)
    return true
  }

  async function sendSealed(here: Device, to: string, notice: WrittenNotice, key: string): Promise<Sent> {
    const content = contentOf(notice)
    const body = JSON.stringify(content)
    refuseLeak(findLeak(body, { ...allowed, addressFields: [] }))
    const roomId = await rooms.of(to)
    if (roomId === null) return { ok: false, why: 'gone', code: 'no-room' }
    const read = await readMembers(homeserver, roomId)
    if (!read.ok && read.why !== 'gone') return read
    if (!read.ok || !read.members.some(({ userId }) => userId === to)) {
      // They may be in another room with us.
      await rooms.leave(roomId)
      return await sendSealed(here, to, notice, key)
    }
    const { members } = read
    if (!(await isEncrypted(here, roomId)))
      return await homeserver.sendEvent(roomId, 'm.room.message', body, key)
    const userIds = members.map(({ userId }) => userId)
    const locked = await here.machine.lock(roomId, { kind: 'members', userIds }, content)
    return locked === null
      ? SEALED_LATER
      : await homeserver.sendEvent(roomId, 'm.room.encrypted', locked, key)
  }

  /**
   * Whether nobody but the person can read what is said in a room: it is encrypted, they and we are all who is in it or was
   * invited, their identity was verified with us, and it vouches for every device of theirs. All as the homeserver says now.
   */
  async function isPrivate(here: Device, roomId: string, to: string): Promise<boolean> {
    if (!(await isEncrypted(here, roomId))) return false
    const read = await readMembers(homeserver, roomId)
    if (!read.ok) return false
    const { members } = read
    if (members.length !== 2 || members.some(({ membership }) => membership !== 'join')) return false
    const inside = new Set(members.map(({ userId }) => userId))
    return inside.has(to) && inside.has(user) && (await here.machine.isVerified(to))
  }

  async function showPrivately(
    here: Device,
    to: string,
    read: () => Promise<string | null>,
    key: string,
  ): Promise<Sent | null> {
    const roomId = await rooms.of(to)
    if (roomId === null || !(await isPrivate(here, roomId, to))) return null
    const body = await read()
    // Borrowing takes its time: what was so before need not be so now.
    if (body === null || !(await isPrivate(here, roomId, to))) return null
    const content = { msgtype: 'm.text', body }
    const locked = await here.machine.lock(roomId, { kind: 'verified', userId: to }, content)
    return locked === null ? null : await homeserver.sendEvent(roomId, 'm.room.encrypted', locked, key)
  }

  const mayBePrivate = (to: string) => needs.servers.includes(to.slice(to.indexOf(':') + 1))

  const mustHave = (): Device => {
    if (!device) throw new Fault('matrix-taken-over')
    return device
  }

  return {
    id: 'matrix',
    hasButtons: false,
    // Matrix has no link that brings a code along: it is typed.
    startUrl: () => null,
    contact: { name: user, url: `https://matrix.to/#/${encodeURIComponent(user)}` },
    waitMs: () => (device || away ? null : NOT_HERE_MS),

    async send(to, notice, { idempotencyKey, urgency }) {
      const here = device
      if (!here)
        return away
          ? untilMended(away, urgency)
          : { ok: false, why: 'retry', code: 'not-here', retryAfterMs: NOT_HERE_MS }
      const sent = await answerOf(() => sendSealed(here, to, notice, idempotencyKey))
      return sent.ok || !isOfAccount(sent.code) ? sent : untilMended(sent, urgency)
    },

    mayBePrivate,

    async showPrivately(to, read, { idempotencyKey, urgency }) {
      const here = device
      if (!here || !mayBePrivate(to)) return null
      const sent = await answerOf(() => showPrivately(here, to, read, idempotencyKey))
      return !sent || sent.ok || !isOfAccount(sent.code) ? sent : untilMended(sent, urgency)
    },

    verification: {
      isReady: () => device !== null,
      async ask(to, name) {
        const { machine } = mustHave()
        const roomId = await rooms.of(to)
        return roomId !== null && (await machine.verification.ask(to, roomId, name))
      },
      advance: async (to, name) => await mustHave().machine.verification.advance(to, name),
      conclude: async (to, name, isSame) => await mustHave().machine.verification.conclude(to, name, isSame),
    },

    start(put) {
      running = run(put)
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

const pauseOf = ({ retryAfterMs }: CallFailed, failures: number) =>
  retryAfterMs === undefined ? backoffMs(failures, BACKOFF) : Math.min(ASKED_MAX_MS, retryAfterMs)

/** Who asked something waits while the operator mends it, who was told by then; a warning goes on to the next rung. */
const untilMended = (failure: CallFailed, urgency: 'alert' | 'answer' | 'news'): CallFailed =>
  urgency === 'alert' || failure.why !== 'tell-operator' ? failure : { ...failure, why: 'retry' }

async function answerOf<T>(work: () => Promise<T>): Promise<T | CallFailed> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof NotSent) return error.failure
    throw error
  }
}

/** A notice as a message. */
function contentOf({ text, link, buttons, locale }: WrittenNotice): Record<string, unknown> {
  const lines = [text, ...(link ? [link.href] : []), ...spellButtons(buttons, locale)]
  return { msgtype: 'm.text', body: lines.join('\n') }
}
