import type { Wording } from '#conversation'
import {
  type Clock,
  Fault,
  keyedHash,
  MINUTE,
  newId,
  Private,
  type Random,
  type Sql,
  type Tx,
  tellPages,
} from '#kit'
import type { Vault } from '#vault'
import { reveal } from '../../kit/reveal.ts'
import { leaveRoomsOf, stayInRoomsOf } from '../matrix/leave-rooms.ts'
import { hashToken } from '../web/tokens.ts'
import type { MessengerId } from './door.ts'

/** A code that was not used by then is asked for again. */
const CODE_MS = 10 * MINUTE
/** What a code looks like when it is typed or comes as a message: only that is looked up. */
export const CODE = /^GUICHET-[\w-]{32}$/
const ADDRESSES_MAX = 10

/** A person's chat at a messenger. `to` is the messenger's own name for it. */
export type Address = {
  id: string
  personId: string
  messenger: MessengerId
  to: string
  state: 'live' | 'blocked'
  heardAt: number | null
}
type Row = Omit<Address, 'to'> & { sealed: Buffer }
export type ListedAddress = {
  id: string
  messenger: MessengerId
  linkedAt: number
  state: 'live' | 'blocked'
}
export type Pending = { messenger: MessengerId; name: string | null; expiresAt: number }

type Claim = { to: string; name: string | null; digits: string }

const ADDRESS = `id, person_id as "personId", messenger, state, heard_at as "heardAt", sealed`

export type Addresses = ReturnType<typeof createAddresses>

/** What a chat is looked up by, under the operator's key. */
export const chatIndexOf = (key: Buffer) => {
  const hash = keyedHash(key)
  return (messenger: MessengerId, to: string) => hash(JSON.stringify(['chat', messenger, to]))
}

/**
 * Which chat is whose. A chat is bound in three steps, the same everywhere: a code is made on our signed-in page; it comes
 * back from a chat, which is shown two digits; and those are typed on that page. Who merely has the link binds nothing.
 */
export function createAddresses(needs: {
  sql: Sql
  vault: Vault
  clock: Clock
  random: Random
  /** 32 bytes of the operator's: chats are looked up by a keyed hash. */
  indexKey: Buffer
}) {
  const { sql, vault, clock, random } = needs
  const indexOf = chatIndexOf(needs.indexKey)
  const contextOf = (id: string) => `messenger-address|${id}`
  const CLAIM = 'messenger-claim'

  async function open({ sealed, ...row }: Row): Promise<Address> {
    const to = reveal(await vault.unsealWords(row.personId, contextOf(row.id), sealed))
    return { ...row, to }
  }

  async function readClaim(personId: string, sealed: Buffer): Promise<Claim> {
    return JSON.parse(reveal(await vault.unsealWords(personId, CLAIM, sealed))) as Claim
  }

  return {
    indexOf,

    /** Whose chat this is; null when it is nobody's. */
    async ofChat(messenger: MessengerId, to: string): Promise<Address | null> {
      const [row] = await sql.query<Row>(
        `select ${ADDRESS} from channels.address where messenger = $1 and address_index = $2`,
        [messenger, indexOf(messenger, to)],
      )
      return row ? { ...row, to } : null
    },

    /** Whose chat it is that is looked up so; null when it is nobody's. */
    async ofIndex(messenger: MessengerId, index: Buffer): Promise<Pick<Address, 'id' | 'personId'> | null> {
      const [row] = await sql.query<Pick<Address, 'id' | 'personId'>>(
        `select id, person_id as "personId" from channels.address where messenger = $1 and address_index = $2`,
        [messenger, index],
      )
      return row ?? null
    },

    /** A person's chats in their own order, opened. */
    async ofPerson(personId: string): Promise<Address[]> {
      const rows = await sql.query<Row>(
        `select ${ADDRESS} from channels.address where person_id = $1 order by rank, linked_at, id`,
        [personId],
      )
      return await Promise.all(rows.map(open))
    },

    async list(personId: string): Promise<ListedAddress[]> {
      return await sql.query<ListedAddress>(
        `select id, messenger, linked_at as "linkedAt", state from channels.address
         where person_id = $1 order by rank, linked_at, id`,
        [personId],
      )
    },

    /** Begins to link a chat. The code takes the place of one before. */
    async begin(personId: string, messenger: MessengerId): Promise<{ code: string; expiresAt: number }> {
      const code = `GUICHET-${random(24).toString('base64url')}`
      const expiresAt = clock.now() + CODE_MS
      await sql.query(
        `insert into channels.link_code (person_id, code_hash, messenger, ends_at) values ($1, $2, $3, $4)
         on conflict (person_id) do update set code_hash = excluded.code_hash, messenger = excluded.messenger,
           ends_at = excluded.ends_at, claimed_at = null, address_index = null, sealed = null`,
        [personId, hashToken(code), messenger, expiresAt],
      )
      return { code, expiresAt }
    },

    /**
     * A chat brings a code. Gives the two digits that it is shown, the same ones to the same chat; null for a code that is
     * over, of another messenger, or was brought by another chat.
     */
    async claim(
      messenger: MessengerId,
      to: string,
      code: string,
      name: string | null,
    ): Promise<{ personId: string; digits: string } | null> {
      return await sql.transaction(async (tx) => {
        const [found] = await tx.query<{ personId: string; claimedAt: number | null; sealed: Buffer | null }>(
          `select person_id as "personId", claimed_at as "claimedAt", sealed from channels.link_code
           where code_hash = $1 and messenger = $2 and ends_at > $3 for update`,
          [hashToken(code), messenger, clock.now()],
        )
        if (!found) return null
        const { personId } = found
        if (found.claimedAt !== null && found.sealed) {
          const earlier = await readClaim(personId, found.sealed)
          return earlier.to === to ? { personId, digits: earlier.digits } : null
        }
        const claim: Claim = { to, name: name?.slice(0, 80) ?? null, digits: twoDigits(random) }
        const sealed = await vault.sealWords(personId, CLAIM, new Private(JSON.stringify(claim)))
        await tx.query(
          `update channels.link_code set claimed_at = $2, address_index = $3, sealed = $4 where person_id = $1`,
          [personId, clock.now(), indexOf(messenger, to), sealed],
        )
        await changed(tx, personId)
        return { personId, digits: claim.digits }
      })
    },

    /** The chat that waits for its two digits; null when there is none. */
    async pending(personId: string): Promise<Pending | null> {
      const [row] = await sql.query<{ messenger: MessengerId; endsAt: number; sealed: Buffer }>(
        `select messenger, ends_at as "endsAt", sealed from channels.link_code
         where person_id = $1 and sealed is not null and ends_at > $2`,
        [personId, clock.now()],
      )
      if (!row) return null
      const { name } = await readClaim(personId, row.sealed)
      return { messenger: row.messenger, name, expiresAt: row.endsAt }
    },

    /**
     * Binds the chat that was shown these digits. One that was another's leaves them. Throws `match-wrong`, and then the code
     * is over: nobody gets to guess twice.
     */
    async confirm(personId: string, digits: string): Promise<Address> {
      const made = await sql.transaction(async (tx) => {
        const [row] = await tx.query<{ messenger: MessengerId; addressIndex: Buffer; sealed: Buffer }>(
          `delete from channels.link_code where person_id = $1 and ends_at > $2 and sealed is not null
           returning messenger, address_index as "addressIndex", sealed`,
          [personId, clock.now()],
        )
        if (!row) return null
        const claim = await readClaim(personId, row.sealed)
        if (claim.digits !== digits) return null
        await tx.query(`delete from channels.address where messenger = $1 and address_index = $2`, [
          row.messenger,
          row.addressIndex,
        ])
        const [{ count, last } = { count: 0, last: 0 }] = await tx.query<{ count: number; last: number }>(
          `select count(*)::int as count, coalesce(max(rank), 0) as last from channels.address where person_id = $1`,
          [personId],
        )
        if (count >= ADDRESSES_MAX) throw new Fault('too-many-requests')
        const id = newId('chat', random)
        await tx.query(
          `insert into channels.address (person_id, id, messenger, address_index, sealed, linked_at, heard_at, state, rank)
           values ($1, $2, $3, $4, $5, $6, $6, 'live', $7)`,
          [
            personId,
            id,
            row.messenger,
            row.addressIndex,
            await vault.sealWords(personId, contextOf(id), new Private(claim.to)),
            clock.now(),
            last + 1,
          ],
        )
        const { messenger } = row
        if (messenger === 'matrix') await stayInRoomsOf(tx, row.addressIndex)
        await changed(tx, personId)
        return { id, personId, messenger, to: claim.to, state: 'live', heardAt: clock.now() } as const
      })
      if (!made) throw new Fault('match-wrong')
      return made
    },

    /** Notes that something came from a chat, which so is open again. */
    async heard(address: Address, at: number): Promise<void> {
      await sql.query(
        `update channels.address set heard_at = greatest(heard_at, $3), state = 'live' where person_id = $1 and id = $2`,
        [address.personId, address.id, at],
      )
    },

    async setState(address: Pick<Address, 'personId' | 'id'>, state: Address['state']): Promise<void> {
      await sql.transaction(async (tx) => {
        await tx.query(`update channels.address set state = $3 where person_id = $1 and id = $2`, [
          address.personId,
          address.id,
          state,
        ])
        await changed(tx, address.personId)
      })
    },

    /** Throws `not-found` for a chat that is not theirs. */
    async unlink(personId: string, id: string): Promise<void> {
      await sql.transaction(async (tx) => {
        await leaveRoomsOf(tx, personId, id)
        const gone = await tx.query(
          `delete from channels.address where person_id = $1 and id = $2 returning 1`,
          [personId, id],
        )
        if (gone.length === 0) throw new Fault('not-found')
        await tx.query(
          `update channels.outbox set state = 'stopped'
           where person_id = $1 and address_id = $2 and state in ('waiting', 'sent')`,
          [personId, id],
        )
        await changed(tx, personId)
      })
    },

    /** The person's own order; what is not named keeps its place behind. */
    async order(personId: string, ids: readonly string[]): Promise<void> {
      await sql.query(
        `update channels.address set rank = coalesce(array_position($2::text[], id), 1000 + rank) where person_id = $1`,
        [personId, ids],
      )
    },

    async wordingOf(personId: string): Promise<Wording> {
      const [row] = await sql.query<{ wording: Wording }>(
        `select wording from channels.wording where person_id = $1`,
        [personId],
      )
      return row?.wording ?? 'plain'
    },

    async setWording(personId: string, wording: Wording): Promise<void> {
      await sql.query(
        `insert into channels.wording (person_id, wording) values ($1, $2)
         on conflict (person_id) do update set wording = excluded.wording`,
        [personId, wording],
      )
    },
  }
}

/** Tells the person's open pages to look again. */
const changed = (tx: Tx, personId: string) => tellPages(tx, personId, 'messengers')

/** From 10 to 99, each as likely: what falls in the uneven rest of the byte is drawn again. */
function twoDigits(random: Random): string {
  for (;;) {
    const [byte] = random(1)
    if (byte! < 180) return String(10 + (byte! % 90))
  }
}
