import { createHash, createHmac } from 'node:crypto'
import { areSameBytes, type Clock, Fault, HOUR, type Locale, MINUTE, type Random, type Sql } from '#kit'
import type { KeptPasskey } from '../passkeys.ts'
import { hashOfCode, type Member } from './staff.ts'

/** A working day: however much it is used, a session ends after this. */
const SESSION_AGE_MAX_MS = 10 * HOUR
const CHALLENGE_MS = 5 * MINUTE

export type StaffSession = {
  /** The cookie's value: never stored, never logged. */
  token: string
  hash: Buffer
  locale: Locale
  member: Member | null
  /** Whose invitation was typed here; they come in once their passkey is made. */
  invited: Member | null
}

export type StaffSessions = ReturnType<typeof createStaffSessions>

const hashOf = (token: string) => createHash('sha256').update(token).digest()
const MEMBER = (of: string) =>
  `json_build_object('id', ${of}.id, 'bankId', ${of}.bank_id, 'name', ${of}.name)`

/** Sessions of the bank console, apart from people's: another cookie, another table, never the one for the other. */
export function createStaffSessions(needs: {
  sql: Sql
  clock: Clock
  random: Random
  csrfKey: Buffer
  idleMinutes: number
}) {
  const { sql, clock, random, csrfKey, idleMinutes } = needs

  async function create(memberId: string | null, locale: Locale): Promise<string> {
    const token = random(32).toString('base64url')
    await sql.query(
      `insert into staff.session (token_hash, member_id, locale, created_at, seen_at) values ($1, $2, $3, $4, $4)`,
      [hashOf(token), memberId, locale, clock.now()],
    )
    return token
  }

  return {
    start: (locale: Locale): Promise<string> => create(null, locale),

    /** The live session of a cookie, its idle time begun anew; null when there is none. */
    async find(token: string | undefined): Promise<StaffSession | null> {
      if (!token || token.length > 64) return null
      const now = clock.now()
      const hash = hashOf(token)
      const [row] = await sql.query<{ locale: Locale; member: Member | null; invited: Member | null }>(
        `with seen as (
           update staff.session set seen_at = $2
           where token_hash = $1 and seen_at > $3 and created_at > $4
           returning member_id, invitation_hash, locale
         )
         select locale,
           case when member.id is not null then ${MEMBER('member')} end as member,
           case when guest.id is not null then ${MEMBER('guest')} end as invited
         from seen
           left join staff.member on member.id = seen.member_id and member.removed_at is null
           left join staff.invitation on code_hash = invitation_hash and expires_at > $2
           left join staff.member as guest on guest.id = invitation.member_id and guest.removed_at is null`,
        [hash, now, now - idleMinutes * MINUTE, now - SESSION_AGE_MAX_MS],
      )
      return row ? { token, hash, ...row } : null
    },

    setLocale: async (session: StaffSession, locale: Locale): Promise<void> => {
      await sql.query(`update staff.session set locale = $2 where token_hash = $1`, [session.hash, locale])
    },

    /** Notes that a code was typed here. Throws `not-found` for one that is wrong, used or over. */
    async typeCode(session: StaffSession, code: string): Promise<void> {
      const noted = await sql.query(
        `update staff.session set invitation_hash = code_hash from staff.invitation
         where token_hash = $1 and code_hash = $2 and expires_at > $3 returning 1`,
        [session.hash, hashOfCode(code), clock.now()],
      )
      if (noted.length === 0) throw new Fault('not-found')
    },

    async keepChallenge(session: StaffSession, challenge: string): Promise<void> {
      await sql.query(`update staff.session set challenge = $2, challenge_at = $3 where token_hash = $1`, [
        session.hash,
        challenge,
        clock.now(),
      ])
    },

    /** The challenge under way, once. Throws `request-malformed`. */
    async takeChallenge(session: StaffSession): Promise<string> {
      const [row] = await sql.query<{ challenge: string | null }>(
        `update staff.session set challenge = null from (
           select challenge from staff.session where token_hash = $1 and challenge_at > $2 for update
         ) as before
         where token_hash = $1 returning before.challenge`,
        [session.hash, clock.now() - CHALLENGE_MS],
      )
      if (!row?.challenge) throw new Fault('request-malformed', { detail: 'no challenge under way' })
      return row.challenge
    },

    passkeyOf: async (credentialId: string): Promise<(KeptPasskey & { member_id: string }) | null> =>
      (
        await sql.query<KeptPasskey & { member_id: string }>(
          `select * from staff.passkey where credential_id = $1`,
          [credentialId],
        )
      )[0] ?? null,

    /** Uses an invitation up for one passkey. Throws `already-done` when it was used meanwhile. */
    async admit(session: StaffSession, member: Member, made: KeptPasskey): Promise<void> {
      await sql.transaction(async (tx) => {
        const used = await tx.query(
          `delete from staff.invitation where member_id = $2 and expires_at > $3 and code_hash = (
             select invitation_hash from staff.session where token_hash = $1) returning 1`,
          [session.hash, member.id, clock.now()],
        )
        if (used.length === 0) throw new Fault('already-done')
        const added = await tx.query(
          `insert into staff.passkey (credential_id, member_id, public_key, counter, transports, created_at)
           values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning 1`,
          [made.credential_id, member.id, made.public_key, made.counter, made.transports, clock.now()],
        )
        if (added.length === 0) throw new Fault('already-done')
      })
    },

    noteCounter: async (credentialId: string, counter: number): Promise<void> => {
      await sql.query(`update staff.passkey set counter = greatest(counter, $2) where credential_id = $1`, [
        credentialId,
        counter,
      ])
    },

    /** A new token for the same browser, once it is known who sits before it. */
    async signIn(session: StaffSession, memberId: string): Promise<string> {
      const token = await create(memberId, session.locale)
      await this.end(session)
      return token
    },

    end: async (session: StaffSession): Promise<void> => {
      await sql.query(`delete from staff.session where token_hash = $1`, [session.hash])
    },

    csrfOf: (session: StaffSession): string =>
      createHmac('sha256', csrfKey).update(`staff|${session.token}`).digest('base64url'),

    csrfFits(session: StaffSession, given: string): boolean {
      const [expected, actual] = [Buffer.from(this.csrfOf(session)), Buffer.from(given)]
      return areSameBytes(expected, actual)
    },

    /** Removes sessions and invitations that are over. */
    async sweep(): Promise<void> {
      const now = clock.now()
      await sql.query(`delete from staff.session where seen_at <= $1 or created_at <= $2`, [
        now - idleMinutes * MINUTE,
        now - SESSION_AGE_MAX_MS,
      ])
      await sql.query(`delete from staff.invitation where expires_at <= $1`, [now])
    },
  }
}
