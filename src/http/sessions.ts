import { createHash, createHmac } from 'node:crypto'
import { areSameBytes, type Clock, Fault, HOUR, type Locale, MINUTE, type Random, type Sql } from '#kit'

/** However much it is used, a session ends after this. */
const SESSION_AGE_MAX_MS = 12 * HOUR
/** How long a proof of presence opens the acts that need one (erasing, exporting, adding a passkey). */
const STEP_UP_MS = 10 * MINUTE

export type Session = {
  /** The cookie's value: never stored, never logged. */
  token: string
  hash: Buffer
  personId: string | null
  locale: Locale
  steppedUp: boolean
}

export type Sessions = ReturnType<typeof createSessions>

const hashOf = (token: string) => createHash('sha256').update(token).digest()

/** Browser sessions: an opaque 256-bit token in a cookie, its hash in the table (ASVS 5, V7). */
export function createSessions(needs: {
  sql: Sql
  clock: Clock
  random: Random
  csrfKey: Buffer
  idleMinutes: number
  /** Called with the people whose sessions ended: they may have no other way back. */
  ended(personIds: readonly string[]): Promise<void>
}) {
  const { sql, clock, random, csrfKey, idleMinutes } = needs

  const create = async (
    personId: string | null,
    locale: Locale,
    steppedUpAt: number | null,
  ): Promise<Session> => {
    const token = random(32).toString('base64url')
    const hash = hashOf(token)
    await sql.query(
      `insert into web.session (token_hash, person_id, locale, created_at, seen_at, stepped_up_at)
       values ($1, $2, $3, $4, $4, $5)`,
      [hash, personId, locale, clock.now(), steppedUpAt],
    )
    return { token, hash, personId, locale, steppedUp: steppedUpAt !== null }
  }

  /** Ends a session, and tells the processes that hold a stream open for it. */
  async function end(hash: Buffer): Promise<void> {
    const [session] = await sql.query<{ personId: string | null }>(
      `with ended as (delete from web.session where token_hash = $1 returning person_id)
       select person_id as "personId", pg_notify('guichet_session_ended', encode($1, 'hex')) from ended`,
      [hash],
    )
    if (session?.personId) await needs.ended([session.personId])
  }

  return {
    /** The live session of a cookie, its idle time begun anew; null when there is none. */
    async find(token: string | undefined): Promise<Session | null> {
      if (!token || token.length > 64) return null
      const now = clock.now()
      const hash = hashOf(token)
      const [row] = await sql.query<{
        person_id: string | null
        locale: Locale
        stepped_up_at: number | null
      }>(
        `update web.session set seen_at = $2
         where token_hash = $1 and seen_at > $3 and created_at > $4
         returning person_id, locale, stepped_up_at`,
        [hash, now, now - idleMinutes * MINUTE, now - SESSION_AGE_MAX_MS],
      )
      if (!row) return null
      const steppedUp = row.stepped_up_at !== null && row.stepped_up_at > now - STEP_UP_MS
      return { token, hash, personId: row.person_id, locale: row.locale, steppedUp }
    },

    start: (locale: Locale) => create(null, locale, null),

    /**
     * A new token for the same browser: whenever who it speaks for changes, or is proved anew. What it has begun goes on
     * (another bank's page may be open beside this one), unless it spoke for somebody else then.
     */
    async rotate(session: Session, personId: string, proved: boolean): Promise<Session> {
      const fresh = await create(personId, session.locale, proved ? clock.now() : null)
      const goesOn = session.personId === null || session.personId === personId
      for (const table of ['web.challenge', 'web.pending'])
        await (goesOn
          ? sql.query(`update ${table} set session_hash = $2 where session_hash = $1`, [
              session.hash,
              fresh.hash,
            ])
          : sql.query(`delete from ${table} where session_hash = $1`, [session.hash]))
      await end(session.hash)
      return fresh
    },

    /**
     * Whom a browser speaks for. A visitor becomes somebody by writing or linking: `welcome` is then called, once however
     * many requests of theirs come at the same time. Throws `not-signed-in` when the session ended meanwhile.
     */
    async personOf(session: Session, welcome: () => Promise<{ id: string }>): Promise<string> {
      if (session.personId) return session.personId
      return await sql.transaction(async (tx) => {
        const [row] = await tx.query<{ personId: string | null }>(
          `select person_id as "personId" from web.session where token_hash = $1 for update`,
          [session.hash],
        )
        if (!row) throw new Fault('not-signed-in')
        if (row.personId) return row.personId
        const { id } = await welcome()
        await tx.query(`update web.session set person_id = $2 where token_hash = $1`, [session.hash, id])
        return id
      })
    },

    async setLocale(session: Session, locale: Locale): Promise<void> {
      await sql.query(`update web.session set locale = $2 where token_hash = $1`, [session.hash, locale])
    },

    end: (session: Session) => end(session.hash),

    /** What our own pages must send back with every POST: only they can read it. */
    csrfOf(session: Session): string {
      return createHmac('sha256', csrfKey).update(session.token).digest('base64url')
    },

    csrfFits(session: Session, given: string | undefined): boolean {
      const expected = Buffer.from(this.csrfOf(session))
      const actual = Buffer.from(given ?? '')
      return areSameBytes(expected, actual)
    },

    /** Removes sessions, challenges and authorisations that are over. */
    async sweep(): Promise<void> {
      const now = clock.now()
      const over = await sql.query<{ personId: string }>(
        `delete from web.session where seen_at <= $1 or created_at <= $2 returning person_id as "personId"`,
        [now - idleMinutes * MINUTE, now - SESSION_AGE_MAX_MS],
      )
      await needs.ended([...new Set(over.flatMap(({ personId }) => personId ?? []))])
      await sql.query(`delete from web.challenge where created_at <= $1`, [now - 10 * MINUTE])
      await sql.query(`delete from web.pending where created_at <= $1`, [now - 10 * MINUTE])
    },
  }
}
