import type { Queryable } from '#kit'

/**
 * Has our account leave the rooms of a person's Matrix chats, of one or of all, and forget them: in the transaction that
 * unlinks the chat, before it is gone. What could not be opened there yet is let go at once.
 */
export async function leaveRoomsOf(tx: Queryable, personId: string, addressId: string | null): Promise<void> {
  await tx.query(
    `with left_now as (
       update channels.matrix_room set leaving = true, tries = 0, next_at = 0
       where address_index in (
         select address_index from channels.address
         where person_id = $1 and messenger = 'matrix' and ($2::text is null or id = $2))
       returning room_hash)
     delete from channels.matrix_unopened where room_hash in (select room_hash from left_now)`,
    [personId, addressId],
  )
}

/** A room whose chat is somebody's again, before it was left. */
export async function stayInRoomsOf(tx: Queryable, addressIndex: Buffer): Promise<void> {
  await tx.query(`update channels.matrix_room set leaving = false where address_index = $1 and leaving`, [
    addressIndex,
  ])
}
