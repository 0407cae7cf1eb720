import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'

const SERVER_NAME = 'guichet.test'
const API = '/_matrix/client/v3'
/** A sync with nothing to bring is answered after so long. */
const WAIT_MS = 1_000
const LOOK_MS = 20

type Event = { event_id: string; type: string; sender: string; origin_server_ts: number; content: object }
type Room = { person: string; joined: boolean; events: Event[] }

export type OpenHomeserver = Awaited<ReturnType<typeof startOpenHomeserver>>

/**
 * A Matrix homeserver whose rooms are not locked, so that it reads all that is said: as much of the client-server API
 * (1.15) as one account needs there. Encryption is tested against a real one.
 */
export async function startOpenHomeserver(clock: { now(): number }) {
  const user = `@guichet:${SERVER_NAME}`
  const rooms = new Map<string, Room>()
  let count = 0
  let isOpen = true

  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, 'http://homeserver')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const path = url.pathname.slice(API.length).split('/').slice(1).map(decodeURIComponent)
    const { status = 200, ...answer } = await answerTo(path, url.searchParams, body)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  async function answerTo(
    [first, ...rest]: string[],
    query: URLSearchParams,
    body: string,
  ): Promise<{ status?: number } & Record<string, unknown>> {
    if (first === 'account') return { user_id: user, device_id: 'GUICHET' }
    if (first === 'sync') return await sync(Number(query.get('since') ?? 0), Number(query.get('timeout')))
    if (first === 'keys' && rest[0] === 'upload') return { one_time_key_counts: { signed_curve25519: 50 } }
    if (first === 'keys' && rest[0] === 'query') return { device_keys: {} }
    if (first !== 'rooms') return {}
    const [roomId, what, type] = rest as [string, string, string]
    const room = rooms.get(roomId)
    if (!room || what === 'state') return { status: 404, errcode: 'M_NOT_FOUND' }
    if (what === 'join') {
      room.joined = true
      return { room_id: roomId }
    }
    if (what === 'members')
      return {
        chunk: [user, room.person].map((id) => ({ state_key: id, content: { membership: 'join' } })),
      }
    return { event_id: say(room, user, type, JSON.parse(body)) }
  }

  function say(room: Room, sender: string, type: string, content: object): string {
    const event_id = `$${++count}`
    room.events.push({ event_id, type, sender, origin_server_ts: clock.now(), content })
    return event_id
  }

  async function sync(since: number, timeoutMs: number) {
    for (let waited = 0; isOpen && count <= since && waited < Math.min(timeoutMs, WAIT_MS); waited += LOOK_MS)
      await setTimeout(LOOK_MS)
    const next = count
    const join: Record<string, object> = {}
    const invite: Record<string, object> = {}
    for (const [roomId, { person, joined, events }] of rooms) {
      const fresh = events.filter(({ event_id }) => {
        const n = Number(event_id.slice(1))
        return n > since && n <= next
      })
      const content = { membership: 'invite' }
      const asked = { type: 'm.room.member', sender: person, state_key: user, content }
      if (!joined) invite[roomId] = { invite_state: { events: [asked] } }
      else if (fresh.length > 0) join[roomId] = { timeline: { events: fresh } }
    }
    return {
      next_batch: String(next),
      rooms: { join, invite },
      device_one_time_keys_count: { signed_curve25519: 50 },
    }
  }

  return {
    user,
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    /** Somebody of this homeserver, in a room with us that is not locked. */
    person(name: string) {
      const id = `@${name}:${SERVER_NAME}`
      const room: Room = { person: id, joined: false, events: [] }
      rooms.set(`!${name}:${SERVER_NAME}`, room)
      return {
        writes: async (body: string) => say(room, id, 'm.room.message', { msgtype: 'm.text', body }),
        /** What came from us, in order. */
        texts: (): string[] =>
          room.events
            .filter(({ sender }) => sender === user)
            .map(({ content }) => String((content as { body?: unknown }).body)),
      }
    },
    async stop(): Promise<void> {
      isOpen = false
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
