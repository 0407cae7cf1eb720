import {
  type Clock,
  DAY,
  HOUR,
  keyedHash,
  MINUTE,
  type Queryable,
  type Random,
  SECOND,
  type Sql,
  seal,
  unseal,
} from '#kit'
import { chatIndexOf } from '../messengers/addresses.ts'

export type Room = { roomId: string; userId: string }
/** A room that is to be joined, or left. */
export type Errand = Room & { isLeaving: boolean }

/** One person has no more rooms with us: a further one takes the place of the oldest. */
const ROOMS_EACH_MAX = 5
/** An errand that was taken is taken again by then, unless something came of it. */
const LEASE_MS = MINUTE
const BACKOFF_FIRST_MS = 5 * SECOND
/** An invitation is tried for some hours, a leaving for some days, and then let go. */
const TRIES_MAX = { join: 16, leave: 100 } as const
/** A room whose person links nothing by then is left. */
const STRANGER_DAYS = 7
/** What cannot be opened yet, of one room: the newest. */
const UNOPENED_EACH_MAX = 50
const UNOPENED_AT_ONCE = 500

const hashesOf = (key: Buffer) => {
  const hash = keyedHash(key)
  return {
    room: (roomId: string) => hash(JSON.stringify(['matrix-room', roomId])),
    user: (userId: string) => hash(JSON.stringify(['matrix-user', userId])),
    event: (eventId: string) => hash(JSON.stringify(['matrix-event', eventId])),
  }
}

type Row = { roomHash: Buffer; sealed: Buffer }
const ROW = `room_hash as "roomHash", sealed`

/** Which room is whose: that of the person who invited us. Ids stand in the database hashed and sealed. */
export function createRooms(needs: { sql: Sql; key: Buffer; clock: Clock; random: Random }) {
  const { sql, key, clock, random } = needs
  const hashes = hashesOf(key)
  const chatIndex = chatIndexOf(key)
  const contextOf = (roomHash: Buffer) => `matrix-room|${roomHash.toString('hex')}`

  const open = (row: Row) => JSON.parse(unseal(key, contextOf(row.roomHash), row.sealed).toString()) as Room

  const IS_LINKED = `exists (select 1 from channels.address
    where address.messenger = 'matrix' and address.address_index = matrix_room.address_index)`

  return {
    /** A room that we were invited to, or are in already. */
    async note({ roomId, userId }: Room, joined: boolean): Promise<void> {
      const id = hashes.room(roomId)
      await sql.query(
        `insert into channels.matrix_room (room_hash, user_hash, address_index, sealed, joined, noted_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (room_hash) do update set user_hash = excluded.user_hash, address_index = excluded.address_index,
           sealed = excluded.sealed, joined = excluded.joined, leaving = false, tries = 0, next_at = 0`,
        [
          id,
          hashes.user(userId),
          chatIndex('matrix', userId),
          seal(key, contextOf(id), Buffer.from(JSON.stringify({ roomId, userId })), random),
          joined,
          clock.now(),
        ],
      )
      await sql.query(
        `update channels.matrix_room set leaving = true, tries = 0, next_at = 0
         where not leaving and user_hash = $1 and room_hash not in (
           select room_hash from channels.matrix_room where user_hash = $1 and not leaving
           order by room_hash = $2 desc, greatest(heard_at, noted_at) desc limit $3)`,
        [hashes.user(userId), id, ROOMS_EACH_MAX],
      )
    },

    /** Rooms noted before their person's chat was looked up by. */
    async complete(): Promise<void> {
      const rows = await sql.query<Row>(`select ${ROW} from channels.matrix_room where address_index is null`)
      for (const row of rows)
        await sql.query(`update channels.matrix_room set address_index = $2 where room_hash = $1`, [
          row.roomHash,
          chatIndex('matrix', open(row).userId),
        ])
    },

    async joined(roomId: string): Promise<void> {
      await sql.query(
        `update channels.matrix_room set joined = true, tries = 0, next_at = 0 where room_hash = $1`,
        [hashes.room(roomId)],
      )
    },

    /** Takes what is to be joined or left now: what was tried least comes first, and of that the newest. */
    async takeErrands(max: number): Promise<Errand[]> {
      const rows = await sql.query<Row & { isLeaving: boolean }>(
        `update channels.matrix_room set next_at = $2
         where room_hash in (
           select room_hash from channels.matrix_room where (leaving or not joined) and next_at <= $1
           order by tries, noted_at desc limit $3)
         returning ${ROW}, leaving as "isLeaving"`,
        [clock.now(), clock.now() + LEASE_MS, max],
      )
      return rows.map((row) => ({ ...open(row), isLeaving: row.isLeaving }))
    },

    /** Puts an errand off, or lets it go after so many tries. */
    async putOff({ roomId, isLeaving }: Errand, retryAfterMs: number): Promise<void> {
      await sql.query(
        `update channels.matrix_room set tries = tries + 1,
           next_at = $2::bigint + least($3::bigint, $4::bigint * (1 << least(tries, 20)))
         where room_hash = $1`,
        [hashes.room(roomId), clock.now() + Math.round(retryAfterMs), HOUR, BACKOFF_FIRST_MS],
      )
      await sql.query(`delete from channels.matrix_room where room_hash = $1 and tries >= $2`, [
        hashes.room(roomId),
        TRIES_MAX[isLeaving ? 'leave' : 'join'],
      ])
    },

    /** Whose room it is; null for one that is not known. `isLinked` when that person is one of ours. */
    async find(roomId: string): Promise<(Errand & { isLinked: boolean }) | null> {
      const [row] = await sql.query<Row & { isLeaving: boolean; isLinked: boolean }>(
        `select ${ROW}, leaving as "isLeaving", ${IS_LINKED} as "isLinked"
         from channels.matrix_room where room_hash = $1`,
        [hashes.room(roomId)],
      )
      return row ? { ...open(row), isLeaving: row.isLeaving, isLinked: row.isLinked } : null
    },

    /** Where somebody last wrote; null when they are in no room with us. */
    async of(userId: string): Promise<string | null> {
      const [row] = await sql.query<Row>(
        `select ${ROW} from channels.matrix_room where user_hash = $1 and joined and not leaving
         order by heard_at desc, room_hash limit 1`,
        [hashes.user(userId)],
      )
      return row ? open(row).roomId : null
    },

    async wroteIn(roomId: string, at: number): Promise<void> {
      await sql.query(
        `update channels.matrix_room set heard_at = greatest(heard_at, $2) where room_hash = $1`,
        [hashes.room(roomId), at],
      )
    },

    /** To be left, since its person is no longer there. */
    async leave(roomId: string): Promise<void> {
      await sql.query(
        `update channels.matrix_room set leaving = true, tries = 0, next_at = 0 where room_hash = $1 and not leaving`,
        [hashes.room(roomId)],
      )
    },

    /** Has rooms left whose people never linked a chat. */
    async leaveStrangers(): Promise<void> {
      await sql.query(
        `update channels.matrix_room set leaving = true, tries = 0, next_at = 0
         where joined and not leaving and noted_at < $1 and address_index is not null and not ${IS_LINKED}`,
        [clock.now() - STRANGER_DAYS * DAY],
      )
    },

    async forget(roomId: string): Promise<void> {
      const id = hashes.room(roomId)
      await sql.query(`delete from channels.matrix_unopened where room_hash = $1`, [id])
      await sql.query(`delete from channels.matrix_room where room_hash = $1`, [id])
    },
  }
}
export type Rooms = ReturnType<typeof createRooms>

/** Messages that came before the key that opens them. */
export function createUnopened(needs: { sql: Sql; key: Buffer; random: Random }) {
  const { sql, key, random } = needs
  const hashes = hashesOf(key)
  const contextOf = (id: Buffer) => `matrix-unopened|${id.toString('hex')}`
  type Kept = { roomId: string; event: { event_id: string } }

  return {
    async keep(tx: Queryable, one: Kept, now: number): Promise<void> {
      const id = hashes.event(one.event.event_id)
      const room = hashes.room(one.roomId)
      await tx.query(
        `insert into channels.matrix_unopened (event_hash, room_hash, sealed, since) values ($1, $2, $3, $4)
         on conflict do nothing`,
        [id, room, seal(key, contextOf(id), Buffer.from(JSON.stringify(one)), random), now],
      )
      await tx.query(
        `delete from channels.matrix_unopened where room_hash = $1 and event_hash not in (
           select event_hash from channels.matrix_unopened where room_hash = $1
           order by event_hash = $2 desc, since desc limit $3)`,
        [room, id, UNOPENED_EACH_MAX],
      )
    },
    /** Of some rooms, or of all, each room's newest before any room's others. */
    async of(roomIds: Iterable<string> | 'all'): Promise<Kept[]> {
      const rooms = roomIds === 'all' ? null : [...roomIds].map(hashes.room)
      const rows = await sql.query<{ id: Buffer; sealed: Buffer }>(
        `select event_hash as id, sealed from (
           select event_hash, sealed, since, row_number() over (partition by room_hash order by since desc) as place
           from channels.matrix_unopened where $1::bytea[] is null or room_hash = any($1)) as one
         order by place, since limit $2`,
        [rooms, UNOPENED_AT_ONCE],
      )
      return rows.map(({ id, sealed }) => JSON.parse(unseal(key, contextOf(id), sealed).toString()) as Kept)
    },
    async drop(tx: Queryable, eventIds: readonly string[], before: number): Promise<void> {
      await tx.query(`delete from channels.matrix_unopened where event_hash = any($1) or since < $2`, [
        eventIds.map(hashes.event),
        before,
      ])
    },
  }
}
