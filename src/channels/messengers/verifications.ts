import { type Clock, Fault, MINUTE, type Sql, tellPages } from '#kit'
import type { Address, Addresses } from './addresses.ts'
import type { PrivateDoor } from './door.ts'

/** The Matrix specification ends one that is not through by then. */
const LASTS_MS = 10 * MINUTE

type State = 'wanted' | 'waiting' | 'comparing' | 'same' | 'different' | 'done' | 'ended'
export type VerificationSeen = { state: State; pictures: number[] }
type Row = VerificationSeen & { personId: string; addressId: string; begunAt: number; endsAt: number }

/**
 * That a chat’s person is who they say: the same pictures in the chat and on their signed-in page, and they say there that they
 * are the same. The page and the door may be in two processes, so that what each has to say is written down.
 */
export function createVerifications(needs: {
  sql: Sql
  addresses: Addresses
  /** Null for a chat that is never private. */
  doorOf(address: Address): PrivateDoor | null
  clock: Clock
}) {
  const { sql, addresses, doorOf, clock } = needs

  async function note(
    { personId, addressId, state, pictures }: Row,
    next: State,
    shown: readonly number[] = [],
  ) {
    if (next === state && String(shown) === String(pictures)) return
    // Only from the state that was acted on: the person may have said something meanwhile.
    await sql.query(
      `update channels.verification set state = $4, pictures = $5
       where person_id = $1 and address_id = $2 and state = $3`,
      [personId, addressId, state, next, shown],
    )
    await tellPages(sql, personId, 'messengers')
  }

  async function work(row: Row): Promise<void> {
    const address = (await addresses.ofPerson(row.personId)).find(({ id }) => id === row.addressId)
    const door = address && doorOf(address)
    if (!address || !door?.verification.isReady()) return
    if (clock.now() >= row.endsAt) return await note(row, 'ended')
    const { verification } = door
    const name = `verify-${row.addressId}-${row.begunAt}`
    switch (row.state) {
      case 'wanted': {
        const begun = await verification.ask(address.to, name)
        return await note(row, begun ? 'waiting' : 'ended')
      }
      case 'same':
      case 'different':
        await verification.conclude(address.to, name, row.state === 'same')
        return await note(row, row.state === 'same' ? 'waiting' : 'ended')
      default: {
        const now = await verification.advance(address.to, name)
        return await note(row, now.state, now.state === 'comparing' ? now.pictures : [])
      }
    }
  }

  return {
    /** By chat, of one person. */
    async ofPerson(personId: string): Promise<Map<string, VerificationSeen>> {
      const rows = await sql.query<Row>(
        `select address_id as "addressId", state, pictures from channels.verification where person_id = $1`,
        [personId],
      )
      return new Map(rows.map(({ addressId, state, pictures }) => [addressId, { state, pictures }]))
    },

    /**
     * Whether this person compared pictures with this chat, and last found them the same. A chat that was unlinked, or that is
     * another's by now, has to be compared again, whatever the messenger knows of its person.
     */
    async isDone(address: Pick<Address, 'personId' | 'id'>): Promise<boolean> {
      const found = await sql.query(
        `select 1 from channels.verification where person_id = $1 and address_id = $2 and state = 'done'`,
        [address.personId, address.id],
      )
      return found.length > 0
    },

    /** Throws `not-found` for a chat that is not theirs, or of a messenger that is never private. */
    async begin(personId: string, addressId: string): Promise<void> {
      const address = (await addresses.ofPerson(personId)).find(({ id }) => id === addressId)
      if (!address || !doorOf(address)) throw new Fault('not-found')
      await sql.query(
        `insert into channels.verification (person_id, address_id, state, begun_at, ends_at)
         values ($1, $2, 'wanted', $3, $4)
         on conflict (person_id, address_id) do update set state = 'wanted', pictures = '{}', begun_at = $3, ends_at = $4`,
        [personId, addressId, clock.now(), clock.now() + LASTS_MS],
      )
    },

    /** What the person sees: the same pictures, or others. Throws `already-done` when nothing is being compared. */
    async conclude(personId: string, addressId: string, isSame: boolean): Promise<void> {
      const [row] = await sql.query(
        `update channels.verification set state = $3
         where person_id = $1 and address_id = $2 and state = 'comparing' and ends_at > $4 returning 1`,
        [personId, addressId, isSame ? 'same' : 'different', clock.now()],
      )
      if (!row) throw new Fault('already-done')
    },

    /** Goes on with each that is under way. */
    async round(onError: (error: unknown) => void): Promise<void> {
      const rows = await sql.query<Row>(
        `select person_id as "personId", address_id as "addressId", state, pictures, begun_at as "begunAt",
           ends_at as "endsAt" from channels.verification where state not in ('done', 'ended') limit 50`,
      )
      for (const row of rows) await work(row).catch(onError)
    },
  }
}
