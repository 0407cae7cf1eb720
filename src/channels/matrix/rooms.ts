import { keyedHash, type Queryable, type Random, type Sql, seal, unseal } from '#kit'

export type Room = { roomId: string; userId: string }

/** Which room is whose: that of the person who invited us. Ids stand in the database hashed and sealed. */
export function createRooms(needs: { sql: Sql; key: Buffer; random: Random }) {
  const { sql, key, random } = needs
  const hash = keyedHash(key)
  const roomHash = (roomId: string) => hash(JSON.stringify(['matrix-room', roomId]))
  const userHash = (userId: string) => hash(JSON.stringify(['matrix-user', userId]))
  const contextOf = (roomId: Buffer) => `matrix-room|${roomId.toString('hex')}`

  const open = (row: { roomHash: Buffer; sealed: Buffer }) =>
    JSON.parse(unseal(key, contextOf(row.roomHash), row.sealed).toString()) as Room

  return {
    /** A room that we were invited to, or are in already. */
    async note({ roomId, userId }: Room, joined: boolean): Promise<void> {
      const id = roomHash(roomId)
      await sql.query(
        `insert into channels.matrix_room (room_hash, user_hash, sealed, joined) values ($1, $2, $3, $4)
         on conflict (room_hash) do update set user_hash = excluded.user_hash, sealed = excluded.sealed,
           joined = excluded.joined`,
        [
          id,
          userHash(userId),
          seal(key, contextOf(id), Buffer.from(JSON.stringify({ roomId, userId })), random),
          joined,
        ],
      )
    },

    /** Rooms that we were invited to and are not in yet. */
    async invited(): Promise<Room[]> {
      const rows = await sql.query<{ roomHash: Buffer; sealed: Buffer }>(
        `select room_hash as "roomHash", sealed from channels.matrix_room where not joined limit 20`,
      )
      return rows.map(open)
    },

    /** Whose room it is; null for one that is nobody's. */
    async personOf(roomId: string): Promise<string | null> {
      const [row] = await sql.query<{ roomHash: Buffer; sealed: Buffer }>(
        `select room_hash as "roomHash", sealed from channels.matrix_room where room_hash = $1`,
        [roomHash(roomId)],
      )
      return row ? open(row).userId : null
    },

    /** Where somebody last wrote; null when they are in no room with us. */
    async of(userId: string): Promise<string | null> {
      const [row] = await sql.query<{ roomHash: Buffer; sealed: Buffer }>(
        `select room_hash as "roomHash", sealed from channels.matrix_room where user_hash = $1 and joined
         order by heard_at desc, room_hash limit 1`,
        [userHash(userId)],
      )
      return row ? open(row).roomId : null
    },

    async wroteIn(roomId: string, at: number): Promise<void> {
      await sql.query(
        `update channels.matrix_room set heard_at = greatest(heard_at, $2) where room_hash = $1`,
        [roomHash(roomId), at],
      )
    },

    async forget(roomId: string): Promise<void> {
      await sql.query(`delete from channels.matrix_room where room_hash = $1`, [roomHash(roomId)])
    },
  }
}
export type Rooms = ReturnType<typeof createRooms>

/** Messages that came before the key that opens them. */
export function createUnopened(needs: { sql: Sql; key: Buffer; random: Random }) {
  const { sql, key, random } = needs
  const hash = keyedHash(key)
  const contextOf = (id: Buffer) => `matrix-unopened|${id.toString('hex')}`
  const idOf = (eventId: string) => hash(JSON.stringify(['matrix-event', eventId]))
  type Kept = { roomId: string; event: { event_id: string } }

  return {
    async keep(tx: Queryable, one: Kept, now: number): Promise<void> {
      const id = idOf(one.event.event_id)
      await tx.query(
        `insert into channels.matrix_unopened (event_hash, sealed, since) values ($1, $2, $3) on conflict do nothing`,
        [id, seal(key, contextOf(id), Buffer.from(JSON.stringify(one)), random), now],
      )
    },
    async all(): Promise<Kept[]> {
      const rows = await sql.query<{ id: Buffer; sealed: Buffer }>(
        `select event_hash as id, sealed from channels.matrix_unopened order by since limit 200`,
      )
      return rows.map(({ id, sealed }) => JSON.parse(unseal(key, contextOf(id), sealed).toString()) as Kept)
    },
    async drop(tx: Queryable, eventIds: readonly string[], before: number): Promise<void> {
      await tx.query(`delete from channels.matrix_unopened where event_hash = any($1) or since < $2`, [
        eventIds.map(idOf),
        before,
      ])
    },
  }
}
