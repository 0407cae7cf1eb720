import type { Act, Consents, Grant } from '#consent'
import { type Clock, DAY, Fault, newId, type Random, type Sql } from '#kit'
import type { AppAllowed, Vault } from '#vault'
import type { Face, Registry } from './registry.ts'

/** A request that nobody answered within this is over. */
const UNANSWERED_MS = DAY

/** What an app asks a person for. `permissions` are the standard's own words for it, kept as they came. */
export type Asked = {
  /** Kinds of data, as FDX names them. */
  clusters: string[]
  permissions: string[]
  /** Of payments, by the day they were posted; null for as far as the purpose goes. */
  from: number | null
  to: number | null
  /** Until when, in the app's wish; null for as long as the person likes. */
  until: number | null
}

/** `ended` by somebody before its time; `expired` at its time, or never answered. */
export type AccessState = 'asked' | 'given' | 'rejected' | 'ended' | 'expired'

/** Who ended an access, in the words of the standard that it was ended by. */
export type Revocation = { reason: string; initiator: string }

/** One app's request to read, and what became of it. Its state is that of the grants that answered it. */
export type Access = {
  id: string
  readerId: string
  face: Face
  asked: Asked
  askedAt: number
  updatedAt: number
  state: AccessState
  revocation: Revocation | null
  /** Null until somebody answered. */
  personId: string | null
  grants: Grant[]
}

type Row = Omit<Access, 'state' | 'personId' | 'grants'> & { rejectedAt: number | null }

const COLUMNS = `id, reader_id as "readerId", face, asked, asked_at as "askedAt", updated_at as "updatedAt",
  rejected_at as "rejectedAt", revocation`

export type Accesses = ReturnType<typeof createAccesses>

/** What apps asked for, and what people answered. */
export function createAccesses(needs: {
  sql: Sql
  vault: Pick<Vault, 'letApp' | 'endApp'>
  consents: Pick<Consents, 'of' | 'ofAccess'>
  registry: Registry
  clock: Clock
  random: Random
}) {
  const { sql, vault, consents, registry, clock, random } = needs

  function describe(row: Row, grants: Grant[]): Access {
    const { rejectedAt, ...rest } = row
    const now = clock.now()
    const last = grants.map(({ endedAt }) => endedAt).filter((at) => at !== null)
    return {
      ...rest,
      updatedAt: Math.max(row.updatedAt, ...grants.map(({ createdAt }) => createdAt), ...last),
      state: stateOf(),
      personId: grants[0]?.personId ?? null,
      grants,
    }

    function stateOf(): AccessState {
      // What was given counts first: an app that takes its request back at that very moment must not seem to have ended.
      if (grants.length === 0) {
        if (rejectedAt !== null) return 'rejected'
        return now - row.askedAt >= UNANSWERED_MS ? 'expired' : 'asked'
      }
      if (grants.some(({ state, expiresAt }) => state === 'given' && expiresAt > now)) return 'given'
      return grants.some(({ state }) => state === 'withdrawn' || state === 'revoked') ? 'ended' : 'expired'
    }
  }

  async function find(id: string): Promise<Access | null> {
    const [row] = await sql.query<Row>(`select ${COLUMNS} from readers.access where id = $1`, [id])
    return row ? describe(row, await consents.ofAccess(sql, id)) : null
  }

  async function end(access: Access, state: 'withdrawn' | 'revoked', revocation: Revocation | null) {
    if (access.personId !== null && access.state === 'given')
      await vault.endApp(access.personId, access.id, state)
    await sql.query(
      `update readers.access set revocation = $2, updated_at = $3,
         rejected_at = case when $4 then coalesce(rejected_at, $3) else rejected_at end where id = $1`,
      [
        access.id,
        revocation ? JSON.stringify(revocation) : null,
        clock.now(),
        // One that is taken back before anybody answered can no longer be answered.
        access.state === 'asked',
      ],
    )
  }

  return {
    find,

    /** `id` is given where the same request may come twice: it is then one access. */
    async ask(readerId: string, face: Face, asked: Asked, id = newId('acs', random)): Promise<Access> {
      const [row] = await sql.query<Row>(
        `insert into readers.access (id, reader_id, face, asked, asked_at, updated_at)
         values ($1, $2, $3, $4, $5, $5) on conflict (id) do nothing returning ${COLUMNS}`,
        [id, readerId, face, JSON.stringify(asked), clock.now()],
      )
      return row ? describe(row, []) : (await find(id))!
    },

    /** The person's yes: `chosen` are the accounts they ticked at each link. Throws `app-request-over`. */
    async give(
      id: string,
      personId: string,
      chosen: { accounts: AppAllowed['accounts']; until: number; act: Act },
    ): Promise<Access> {
      const access = await find(id)
      const reader = access && (await registry.find(access.readerId))
      if (!access || !reader || access.state !== 'asked') throw new Fault('app-request-over')
      const { clusters, from, to, until } = access.asked
      await vault.letApp({
        personId,
        accessId: id,
        name: reader.name,
        accounts: chosen.accounts,
        reach: { clusters, from, to },
        until: Math.min(chosen.until, until ?? Number.MAX_SAFE_INTEGER),
        act: chosen.act,
      })
      return (await find(id))!
    },

    /** The person's no. */
    async reject(id: string): Promise<void> {
      await sql.query(
        `update readers.access set rejected_at = $2, updated_at = $2 where id = $1 and rejected_at is null`,
        [id, clock.now()],
      )
    },

    /** Everything a person allowed apps, newest first. */
    async ofPerson(personId: string): Promise<Access[]> {
      const grants = (await consents.of(sql, personId)).filter((grant) => grant.accessId !== null)
      const byAccess = Map.groupBy(grants, (grant) => grant.accessId!)
      const rows = await sql.query<Row>(
        `select ${COLUMNS} from readers.access where id = any($1) order by asked_at desc, id`,
        [[...byAccess.keys()]],
      )
      return rows.map((row) => describe(row, byAccess.get(row.id)!))
    },

    /** The person ends it. Throws `not-found` for another person's, `already-done` when it was over. */
    async withdraw(personId: string, id: string): Promise<void> {
      const access = await find(id)
      if (access?.personId !== personId) throw new Fault('not-found')
      if (access.state !== 'given') throw new Fault('already-done')
      await end(access, 'withdrawn', null)
    },

    /** The app gives it back. */
    revoke: (access: Access, revocation: Revocation) => end(access, 'revoked', revocation),

    /** The operator has an app out: it is nobody from here on, and whatever people allowed it ends. */
    async withdrawReader(readerId: string): Promise<{ ended: number }> {
      await registry.withdraw(readerId)
      const rows = await sql.query<{ id: string }>(`select id from readers.access where reader_id = $1`, [
        readerId,
      ])
      let ended = 0
      for (const { id } of rows) {
        const access = (await find(id))!
        if (access.state !== 'given') continue
        await end(access, 'revoked', { reason: 'BUSINESS_RULE', initiator: 'DATA_PROVIDER' })
        ended++
      }
      return { ended }
    },
  }
}
