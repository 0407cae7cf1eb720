import { AssertionError } from 'node:assert'
import {
  type Clock,
  DAY,
  Fault,
  HOUR,
  keyedHash,
  MINUTE,
  type Random,
  SECOND,
  type Sql,
  seal,
  unseal,
} from '#kit'
import type { Heard, MessengerId } from './door.ts'

/** A messenger tries for up to seven days to tell us the same thing (WhatsApp Cloud API): it is known for longer. */
const KEPT_DAYS = 8
/** Older than what is still known: no retry of the messenger's, and nobody could say whether it was heard before. */
export const isStale = ({ at }: Pick<Heard, 'at'>, now: number): boolean => at < now - KEPT_DAYS * DAY
/** Whoever works takes an event for so long; after a crash it is somebody else's then. */
const LEASE_MS = MINUTE
/** A message from one that comes behind by the messenger's clock is waited for this long before the next is answered. */
const ORDER_MS = 150
/** Asked again after a second, then after twice as long each time, and each minute in the end. */
const BACKOFF_MAX_MS = MINUTE
/** What no trying again mends is still tried so often: an operator may mend it meanwhile. */
const TRIES_MAX = 8
/** What is told of something that is not here yet, or has no room at its messenger, is asked again for so long. */
const WAITS_MS = 10 * MINUTE
/** What came later waits for what fails, to keep the order of a chat; after so long it is heard all the same. */
const HOLDS_MS = HOUR
const CHATS_PER_ROUND = 20
const EVENTS_PER_CHAT = 50

type Row = { eventHash: Buffer; sealed: Buffer; attempts: number; receivedAt: number }
type Chat = { messenger: MessengerId; chat: Buffer | null }

/** `heard` is null where what was put by does not open any more; `chat` is where it was heard. */
export type LetGo = (lost: Chat & { heard: Heard | null; eventHash: string }) => Promise<void>

/** True when it is dealt with; false to be asked again in a moment. */
export type Handle = (messenger: MessengerId, heard: Heard, eventHash: string) => Promise<boolean>

/**
 * What messengers tell us, put by before they are answered and worked afterwards, once however often it comes, in the order
 * of each chat's own clock. It is sealed under a key of the operator's, since nobody knows yet whose it is, and forgotten as
 * soon as it is dealt with.
 */
export function createInbox(needs: {
  sql: Sql
  /** 32 bytes: seals what waits, and hashes what names it. */
  key: Buffer
  indexOf(messenger: MessengerId, to: string): Buffer
  /** Says at a chat that something which was heard there could not be dealt with. */
  letGo: LetGo
  clock: Clock
  random: Random
}) {
  const { sql, key, clock, random } = needs
  const hash = keyedHash(key)
  const contextOf = (messenger: string, eventHash: Buffer) =>
    `messenger-heard|${messenger}|${eventHash.toString('hex')}`

  return {
    /** Commits what was heard. Only then may the messenger be told that it was. */
    async put(messenger: MessengerId, all: readonly Heard[]): Promise<void> {
      const now = clock.now()
      const fresh = all.filter((heard) => !isStale(heard, now))
      if (fresh.length === 0) return
      const rows = fresh.map((heard) => {
        const eventHash = hash(JSON.stringify(['event', messenger, heard.eventId]))
        const chat = 'address' in heard ? heard.address : null
        return {
          eventHash,
          chat: chat === null ? null : needs.indexOf(messenger, chat),
          at: Math.round(heard.at),
          sealed: seal(key, contextOf(messenger, eventHash), Buffer.from(JSON.stringify(heard)), random),
        }
      })
      await sql.query(
        `insert into channels.heard (messenger, event_hash, address_index, at, received_at, next_at, sealed)
         select $1, event_hash, address_index, at, $5::bigint, $6::bigint, sealed
         from unnest($2::bytea[], $3::bytea[], $4::bigint[], $7::bytea[]) as one (event_hash, address_index, at, sealed)
         on conflict (messenger, event_hash) do nothing`,
        [
          messenger,
          rows.map(({ eventHash }) => eventHash),
          rows.map(({ chat }) => chat),
          rows.map(({ at }) => at),
          now,
          now + ORDER_MS,
          rows.map(({ sealed }) => sealed),
        ],
      )
    },

    /**
     * Works what waits: chats beside each other, each in its own order. What throws is told to `onError` and tried again,
     * later each time, as long as its messenger would itself. What no trying again mends is let go after a while; that is
     * told to `onError` too, and said where it was heard.
     */
    async round(
      handle: Handle,
      onError: (error: unknown) => void,
      /** Messengers that are left to another process. */
      away: readonly MessengerId[] = [],
    ): Promise<boolean> {
      const now = clock.now()
      const chats = await sql.query<Chat>(
        `select messenger, address_index as chat from channels.heard where handled_at is null and next_at <= $1
           and messenger <> all ($3)
         group by messenger, address_index order by min(next_at) limit $2`,
        [now, CHATS_PER_ROUND, away],
      )
      await Promise.all(chats.map((chat) => workChat(chat, handle, onError)))
      return chats.length === CHATS_PER_ROUND
    },

    async forgetOld(): Promise<void> {
      await sql.query(`delete from channels.heard where handled_at < $1`, [clock.now() - KEPT_DAYS * DAY])
    },
  }

  async function workChat(of: Chat, handle: Handle, onError: (error: unknown) => void): Promise<void> {
    for (let n = 0; n < EVENTS_PER_CHAT; n++) {
      const leasedUntil = clock.now() + LEASE_MS
      const row = await take(of, leasedUntil)
      if (!row) return
      await work({ ...of, ...row, leasedUntil }, handle, onError)
    }
  }

  /**
   * The first event of a chat, for this process alone; null when it is in somebody's hands or to be tried later, so that the
   * rest waits for it. What concerns no chat has no order.
   */
  async function take({ messenger, chat }: Chat, leasedUntil: number): Promise<Row | null> {
    const now = clock.now()
    const returning = `returning heard.event_hash as "eventHash", sealed, attempts, received_at as "receivedAt"`
    return await sql.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [
        `heard/${messenger}/${chat?.toString('hex') ?? ''}`,
      ])
      const [row] =
        chat === null
          ? await tx.query<Row>(
              `update channels.heard set next_at = $2 where messenger = $1 and event_hash = (
                 select event_hash from channels.heard
                 where messenger = $1 and address_index is null and handled_at is null and next_at <= $3
                 order by at, received_at limit 1) ${returning}`,
              [messenger, leasedUntil, now],
            )
          : await tx.query<Row>(
              `update channels.heard set next_at = $3 from (
                 select event_hash, next_at from channels.heard
                 where messenger = $1 and address_index = $2 and handled_at is null
                   and (next_at <= $4 or received_at > $5)
                 order by at, received_at limit 1) as first
               where messenger = $1 and heard.event_hash = first.event_hash and first.next_at <= $4 ${returning}`,
              [messenger, chat, leasedUntil, now, now - HOLDS_MS],
            )
      return row ?? null
    })
  }

  async function work(
    row: Chat & Row & { leasedUntil: number },
    handle: Handle,
    onError: (error: unknown) => void,
  ): Promise<void> {
    const { messenger, chat, receivedAt } = row
    const eventHash = row.eventHash.toString('base64url')
    let heard: Heard | null = null
    let { attempts } = row
    try {
      heard = JSON.parse(unseal(key, contextOf(messenger, row.eventHash), row.sealed).toString()) as Heard
      if ((await handle(messenger, heard, eventHash)) || clock.now() >= receivedAt + WAITS_MS)
        return await finish(row)
    } catch (error) {
      onError(error)
      if (isForGood(error)) attempts++
      if (attempts >= TRIES_MAX || clock.now() >= receivedAt + KEPT_DAYS * DAY)
        try {
          await needs.letGo({ messenger, chat, heard, eventHash })
          onError(new Fault('heard-let-go', { cause: error }))
          return await finish(row)
        } catch (trouble) {
          onError(trouble)
        }
    }
    const now = clock.now()
    // Once the lease is over somebody else may have it: then it is theirs to say when.
    await sql.query(
      `update channels.heard set next_at = $3, attempts = $4
       where messenger = $1 and event_hash = $2 and handled_at is null and next_at = $5`,
      [
        messenger,
        row.eventHash,
        now + Math.min(BACKOFF_MAX_MS, Math.max(SECOND, now - receivedAt)),
        attempts,
        row.leasedUntil,
      ],
    )
  }

  async function finish({ messenger, eventHash }: Chat & Row): Promise<void> {
    await sql.query(
      `update channels.heard set handled_at = $3, sealed = null where messenger = $1 and event_hash = $2`,
      [messenger, eventHash, clock.now()],
    )
  }
}

/** PostgreSQL's classes of what is wrong with a value: data exception, constraint violation. */
const WRONG_VALUE = /^2[23]/

/** Whether it would fail the same way however often: a seal that is broken, a defect of ours. A database or a network comes back. */
function isForGood(error: unknown): boolean {
  if (error instanceof Fault) return !error.retry
  // What `fetch` throws for a network that is down is a TypeError with a cause.
  if (error instanceof TypeError) return error.cause === undefined
  if (error instanceof SyntaxError || error instanceof RangeError || error instanceof AssertionError)
    return true
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && code.length === 5 && WRONG_VALUE.test(code)
}
