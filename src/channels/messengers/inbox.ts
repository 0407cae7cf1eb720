import { type Clock, DAY, keyedHash, MINUTE, type Random, SECOND, type Sql, seal, unseal } from '#kit'
import type { Heard, MessengerId } from './door.ts'

/** A messenger tries for up to seven days to tell us the same thing (WhatsApp Cloud API): it is known for longer. */
const KEPT_DAYS = 8
/** Older than what is still known: no retry of the messenger's, and nobody could say whether it was heard before. */
export const isStale = ({ at }: Pick<Heard, 'at'>, now: number): boolean => at < now - KEPT_DAYS * DAY
/** Whoever works takes an event for so long; after a crash it is somebody else's then. */
const LEASE_MS = MINUTE
/** A message from one that comes behind by the messenger's clock is waited for this long before the next is answered. */
const ORDER_MS = 150
const TRIES_MAX = 6
const CHATS_PER_ROUND = 20
const EVENTS_PER_CHAT = 50

type Row = { eventHash: Buffer; sealed: Buffer; attempts: number }

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
     * Works what waits: chats beside each other, each in its own order. What throws is tried again, later each time; what
     * never succeeds is let go and told to `onError`.
     */
    async round(
      handle: Handle,
      onError: (error: unknown) => void,
      /** Messengers that are left to another process. */
      away: readonly MessengerId[] = [],
    ): Promise<boolean> {
      const now = clock.now()
      const chats = await sql.query<{ messenger: MessengerId; chat: Buffer | null }>(
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

  /** All that waits of one chat. Nobody else works it meanwhile: the lease is on each event of it. */
  async function workChat(
    { messenger, chat }: { messenger: MessengerId; chat: Buffer | null },
    handle: Handle,
    onError: (error: unknown) => void,
  ): Promise<void> {
    const rows = await sql.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [
        `heard/${messenger}/${chat?.toString('hex') ?? ''}`,
      ])
      // Leased events of this chat are in somebody's hands: the rest waits for them, to keep the order.
      const [busy] =
        chat === null
          ? []
          : await tx.query(
              `select 1 from channels.heard where messenger = $1 and address_index = $2 and handled_at is null
                 and next_at > $3 limit 1`,
              [messenger, chat, clock.now() + ORDER_MS],
            )
      if (busy) return []
      return await tx.query<Row>(
        `update channels.heard set next_at = $3, attempts = attempts + 1
         where (messenger, event_hash) in (
           select messenger, event_hash from channels.heard
           where messenger = $1 and address_index is not distinct from $2 and handled_at is null and next_at <= $4
           order by at, received_at limit $5)
         returning event_hash as "eventHash", sealed, attempts`,
        [messenger, chat, clock.now() + LEASE_MS, clock.now(), EVENTS_PER_CHAT],
      )
    })
    const events = rows
      .map((row) => ({
        ...row,
        heard: JSON.parse(unseal(key, contextOf(messenger, row.eventHash), row.sealed).toString()) as Heard,
      }))
      .sort((a, b) => a.heard.at - b.heard.at)
    for (const { eventHash, heard, attempts } of events) {
      let done = false
      try {
        done = await handle(messenger, heard, eventHash.toString('base64url'))
      } catch (error) {
        onError(error)
      }
      if (done || attempts >= TRIES_MAX)
        await sql.query(
          `update channels.heard set handled_at = $3, sealed = null where messenger = $1 and event_hash = $2`,
          [messenger, eventHash, clock.now()],
        )
      else
        await sql.query(`update channels.heard set next_at = $3 where messenger = $1 and event_hash = $2`, [
          messenger,
          eventHash,
          clock.now() + Math.min(LEASE_MS, SECOND * 2 ** (attempts - 1)),
        ])
    }
  }
}
