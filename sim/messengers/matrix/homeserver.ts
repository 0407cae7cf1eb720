import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is answered instead of what was asked for. */
export type Trouble = { status: number; body?: unknown; headers?: Record<string, string> }

/**
 * The connection ends instead: before what was asked for was done, or after it, which nobody hears of. Or nothing is answered at
 * all.
 */
export type Silence = 'refused-connection' | 'lost' | 'silent'

/** A sync tells no more of a room at once. */
const TIMELINE_MAX = 50

type Room = { members: Map<string, string>; sent: Map<string, string> }
type Listed = { at: number; roomId: string; event: Record<string, unknown> }
type Answer = { status: number; body: unknown; headers?: Record<string, string> }

export type StandInHomeserver = Awaited<ReturnType<typeof startStandInHomeserver>>

/**
 * A Matrix homeserver with one account of ours (client-server API 1.15), as far as an account that is invited, listens and
 * writes needs it, with the troubles that a real one cannot be asked to make. Nothing in it is encrypted: what a person and we
 * say to each other in private is tried against Synapse (tests/matrix).
 */
export async function startStandInHomeserver(account: { userId: string; password: string }) {
  const serverName = account.userId.slice(account.userId.indexOf(':') + 1)
  const tokens = new Map<string, string>()
  const rooms = new Map<string, Room>()
  const invited = new Map<string, string>()
  const listed: Listed[] = []
  const forgotten = new Set<string>()
  const keys: Record<string, unknown> = {}
  const devices: Record<string, unknown> = {}
  const waiting = new Set<() => void>()
  const sent: { roomId: string; type: string; content: Record<string, unknown> }[] = []
  let trouble: (method: string, path: string) => Trouble | Silence | null = () => null
  let position = 0

  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://homeserver')
      const method = request.method ?? 'GET'
      const body = await readJson(request)
      const made = trouble(method, url.pathname)
      if (made === 'silent') return
      if (made === 'refused-connection') return request.socket.destroy()
      const answer =
        made === null || made === 'lost'
          ? await answerTo(method, url, body, request)
          : { body: { errcode: 'M_UNKNOWN' }, ...made }
      if (made === 'lost') return request.socket.destroy()
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      response.end(JSON.stringify(answer.body))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  function logIn(): { accessToken: string; deviceId: string } {
    const accessToken = `syt_${randomBytes(16).toString('hex')}`
    const deviceId = randomBytes(5).toString('hex').toUpperCase()
    tokens.set(accessToken, deviceId)
    return { accessToken, deviceId }
  }

  async function answerTo(
    method: string,
    { pathname, searchParams }: URL,
    body: Record<string, unknown>,
    request: IncomingMessage,
  ): Promise<Answer> {
    if (pathname === '/_matrix/client/versions') return ok({ versions: ['v1.15'] })
    if (pathname === '/_matrix/client/v3/login') return answerToLogIn(method, body)
    const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
    const deviceId = tokens.get(token)
    if (deviceId === undefined) return refuse(401, 'M_UNKNOWN_TOKEN')
    const path = pathname.slice('/_matrix/client/v3'.length)
    const parts = path.split('/').map(decodeURIComponent)
    if (path === '/account/whoami') return ok({ user_id: account.userId, device_id: deviceId })
    if (path === '/logout') {
      tokens.delete(token)
      return ok({})
    }
    if (path === '/sync') return ok(await sync(searchParams))
    if (parts[1] === 'keys') return ok(keep(path, body))
    const room = rooms.get(parts[2] ?? '')
    if (parts[1] !== 'rooms' || !room) return refuse(403, 'M_FORBIDDEN')
    const [, , roomId = '', what, type = '', transactionId = ''] = parts
    switch (what) {
      case 'join':
        room.members.set(account.userId, 'join')
        invited.delete(roomId)
        return ok({ room_id: roomId })
      case 'leave':
        room.members.delete(account.userId)
        invited.delete(roomId)
        return ok({})
      case 'forget':
        if (room.members.has(account.userId)) return refuse(400, 'M_UNKNOWN')
        forgotten.add(roomId)
        return ok({})
      case 'messages': {
        if (room.members.get(account.userId) !== 'join') return refuse(403, 'M_FORBIDDEN')
        const [from, to] = ['from', 'to'].map((name) => Number(searchParams.get(name)))
        const between = listed.filter((one) => one.roomId === roomId && one.at > to! && one.at <= from!)
        const page = between.slice(-Number(searchParams.get('limit')))
        const chunk = page.map(({ event }) => event).reverse()
        return ok({ chunk, ...(page.length < between.length && { end: String(page[0]!.at - 1) }) })
      }
      case 'members':
        return ok({
          chunk: [...room.members].map(([userId, membership]) => ({
            type: 'm.room.member',
            state_key: userId,
            content: { membership },
          })),
        })
      case 'send': {
        if (room.members.get(account.userId) !== 'join') return refuse(403, 'M_FORBIDDEN')
        // The same transaction is the same event, however often it comes.
        const eventId = room.sent.get(transactionId) ?? newEventId()
        if (!room.sent.has(transactionId)) sent.push({ roomId, type, content: body })
        room.sent.set(transactionId, eventId)
        return ok({ event_id: eventId })
      }
      default:
        return refuse(404, 'M_NOT_FOUND')
    }
  }

  function answerToLogIn(method: string, body: Record<string, unknown>): Answer {
    if (method === 'GET') return ok({ flows: [{ type: 'm.login.password' }] })
    const { user } = (body.identifier ?? {}) as { user?: string }
    const isThem = user === account.userId && body.password === account.password
    if (body.type !== 'm.login.password' || !isThem) return refuse(403, 'M_FORBIDDEN')
    const { accessToken, deviceId } = logIn()
    return ok({ user_id: account.userId, access_token: accessToken, device_id: deviceId })
  }

  /** What our device makes known of itself. Nobody else here has any keys. */
  function keep(path: string, body: Record<string, unknown>): unknown {
    const { device_id: deviceId } = (body.device_keys ?? {}) as { device_id?: string }
    if (deviceId !== undefined) devices[deviceId] = body.device_keys
    if (path === '/keys/upload') return { one_time_key_counts: { signed_curve25519: 50 } }
    if (path === '/keys/device_signing/upload') Object.assign(keys, body)
    if (path === '/keys/query') {
      const own = (name: string) => (keys[name] ? { [account.userId]: keys[name] } : {})
      return {
        device_keys: { [account.userId]: devices },
        master_keys: own('master_key'),
        self_signing_keys: own('self_signing_key'),
        user_signing_keys: own('user_signing_key'),
        failures: {},
      }
    }
    return { one_time_keys: {}, failures: {} }
  }

  async function sync(query: URLSearchParams): Promise<unknown> {
    const since = Number(query.get('since') ?? 0)
    if (position === since && query.has('since'))
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Number(query.get('timeout') ?? 0))
        waiting.add(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    const join: Record<string, unknown> = {}
    for (const { roomId } of listed.filter(({ at }) => at > since)) {
      if (rooms.get(roomId)?.members.get(account.userId) !== 'join') continue
      const all = listed.filter((one) => one.at > since && one.roomId === roomId)
      const last = all.slice(-TIMELINE_MAX)
      const left = all.length > last.length && { limited: true, prev_batch: String(last[0]!.at - 1) }
      const events = last.map(({ event }) => event)
      join[roomId] = { timeline: { events, ...left }, state: { events: [] }, ephemeral: { events: [] } }
    }
    const invite = Object.fromEntries(
      [...invited].map(([roomId, sender]) => [
        roomId,
        {
          invite_state: {
            events: [
              {
                type: 'm.room.member',
                sender,
                state_key: account.userId,
                content: { membership: 'invite' },
              },
            ],
          },
        },
      ]),
    )
    return {
      next_batch: String(position),
      rooms: { join, invite, leave: {} },
      to_device: { events: [] },
      device_one_time_keys_count: { signed_curve25519: 50 },
      device_unused_fallback_key_types: ['signed_curve25519'],
    }
  }

  function happened(): void {
    position++
    for (const wake of waiting) wake()
    waiting.clear()
  }

  function list(roomId: string, event: Record<string, unknown>): void {
    listed.push({
      at: position + 1,
      roomId,
      event: { event_id: newEventId(), origin_server_ts: Date.now(), ...event },
    })
    happened()
  }

  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    serverName,
    /** What we wrote, each once. */
    sent,
    logIn,
    /** How many of our logins are still good. */
    loggedIn: () => tokens.size,
    /** Ends every login of ours, as an administrator of the homeserver does. */
    endLogins(): void {
      tokens.clear()
      server.closeAllConnections()
    },
    /** What goes wrong from now on; nothing when nothing is given. */
    makes(next: (method: string, path: string) => Trouble | Silence | null = () => null): void {
      trouble = next
      // Who waits for news on a connection that is lost learns so at once.
      server.closeAllConnections()
    },

    /** Somebody begins a room with us. */
    invites(userId: string): string {
      const roomId = `!${randomBytes(9).toString('hex')}:${serverName}`
      rooms.set(roomId, { members: new Map([[userId, 'join']]), sent: new Map() })
      invited.set(roomId, userId)
      happened()
      return roomId
    },
    /** Somebody has us in a room of theirs without asking. */
    putsInto(userId: string): string {
      const roomId = `!${randomBytes(9).toString('hex')}:${serverName}`
      const members = new Map([userId, account.userId].map((one) => [one, 'join']))
      rooms.set(roomId, { members, sent: new Map() })
      return roomId
    },
    hasForgotten: (roomId: string) => forgotten.has(roomId),
    isIn: (roomId: string) => rooms.get(roomId)?.members.get(account.userId) === 'join',
    writes(roomId: string, userId: string, body: string): void {
      list(roomId, { type: 'm.room.message', sender: userId, content: { msgtype: 'm.text', body } })
    },
    reacts(roomId: string, userId: string): void {
      list(roomId, { type: 'm.reaction', sender: userId, content: {} })
    },
    leaves(roomId: string, userId: string): void {
      rooms.get(roomId)?.members.delete(userId)
      list(roomId, {
        type: 'm.room.member',
        sender: userId,
        state_key: userId,
        content: { membership: 'leave' },
      })
    },
    /** Puts us out of a room. */
    putsOut(roomId: string): void {
      rooms.get(roomId)?.members.delete(account.userId)
    },

    async stop(): Promise<void> {
      happened()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const ok = (body: unknown): Answer => ({ status: 200, body })
const refuse = (status: number, errcode: string): Answer => ({ status, body: { errcode, error: errcode } })
const newEventId = () => `$${randomBytes(16).toString('base64url')}`

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>
  } catch {
    return {}
  }
}
