import { type Clock, DAY, Fault, type Random, type Sql, type Tx } from '#kit'
import { hashToken, newToken } from '../web/tokens.ts'
import { BUTTONS, type Button } from './written.ts'

/** A sealed link or a button that nobody used by then is dead; the message itself stays in the conversation. */
const TOKEN_DAYS = 7

export type TokensOut = ReturnType<typeof createTokensOut>

/** Something to choose that was said at a chat. `usedBy` is the event that used it up, if one did. */
export type Offered = { hash: Buffer; does: Button; messageIds: readonly string[]; usedBy: string | null }
const OFFERED = `token_hash as hash, does, public_button.message_ids as "messageIds", used_by as "usedBy"`

/** The links and buttons that leave the house: random, good once, for their own person alone. Only hashes stay. */
export function createTokensOut(needs: { sql: Sql; publicUrl: URL; clock: Clock; random: Random }) {
  const { sql, publicUrl, clock, random } = needs
  const endsAt = () => clock.now() + TOKEN_DAYS * DAY

  return {
    /** A link under our own address to some messages of a person's. The token is the whole of its path but for one letter. */
    async link(personId: string, messageIds: readonly string[]): Promise<string> {
      const token = newToken(random)
      await sql.query(
        `insert into channels.sealed_link (token_hash, person_id, message_ids, ends_at) values ($1, $2, $3, $4)`,
        [hashToken(token), personId, messageIds, endsAt()],
      )
      return new URL(`/o/${token}`, publicUrl).href
    },

    async button(
      personId: string,
      addressId: string,
      messageIds: readonly string[],
      does: Button,
    ): Promise<string> {
      const token = newToken(random)
      await sql.query(
        `insert into channels.public_button (token_hash, person_id, address_id, message_ids, does, ends_at)
         values ($1, $2, $3, $4, $5, $6)`,
        [hashToken(token), personId, addressId, messageIds, does, endsAt()],
      )
      return token
    },

    /**
     * Opens a link for the person who is signed in, once. Throws `not-found` for another person's, one that is over or never
     * was, which all look the same; and `already-done`.
     */
    async open(personId: string, token: string): Promise<readonly string[]> {
      const [row] = await sql.query<{ messageIds: string[] }>(
        `update channels.sealed_link set opened_at = $3
         where token_hash = $1 and person_id = $2 and opened_at is null and ends_at > $3
         returning message_ids as "messageIds"`,
        [hashToken(token), personId, clock.now()],
      )
      if (row) return row.messageIds
      const [used] = await sql.query(
        `select 1 from channels.sealed_link where token_hash = $1 and person_id = $2 and opened_at is not null`,
        [hashToken(token), personId],
      )
      throw new Fault(used ? 'already-done' : 'not-found')
    },

    /** A button; null when it is not this chat's, or over. */
    async findButton(personId: string, addressId: string, token: string): Promise<Offered | null> {
      const [row] = await sql.query<Offered>(
        `select ${OFFERED} from channels.public_button
         where token_hash = $1 and person_id = $2 and address_id = $3 and ends_at > $4`,
        [hashToken(token), personId, addressId, clock.now()],
      )
      return row ?? null
    },

    /** Uses one up for the event `by`, in the commit of what it does. Throws `already-done` when another event did. */
    async spend(tx: Tx, { hash }: Pick<Offered, 'hash'>, by: string): Promise<void> {
      const spent = await tx.query(
        `update channels.public_button set used_at = coalesce(used_at, $3), used_by = $2
         where token_hash = $1 and (used_by is null or used_by = $2) returning 1`,
        [hash, by, clock.now()],
      )
      if (spent.length === 0) throw new Fault('already-done')
    },

    /**
     * What a chat was offered by the last thing that was said there, but for what an event itself had said. Each try to say it
     * made buttons of its own: the newest count.
     */
    async offeredLast(personId: string, addressId: string, exceptCause: string): Promise<Offered[]> {
      const rows = await sql.query<Offered>(
        `with said as (
           select outbox.message_ids from channels.delivery
           join channels.outbox on outbox.person_id = delivery.person_id and outbox.id = outbox_id
           where delivery.person_id = $1 and delivery.address_id = $2 and cause <> $3
             and delivery.state in ('sent', 'delivered', 'read')
           order by made_at desc limit 1)
         select distinct on (does) ${OFFERED} from channels.public_button
         join said on said.message_ids = public_button.message_ids
         where person_id = $1 and address_id = $2 and ends_at > $4 order by does, ends_at desc, token_hash`,
        [personId, addressId, exceptCause, clock.now()],
      )
      return rows.sort((a, b) => BUTTONS.indexOf(a.does) - BUTTONS.indexOf(b.does))
    },

    async forgetOld(): Promise<void> {
      for (const table of ['sealed_link', 'public_button'])
        await sql.query(`delete from channels.${table} where ends_at < $1`, [clock.now()])
    },
  }
}
