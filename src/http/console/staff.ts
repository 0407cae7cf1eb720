import { createHash } from 'node:crypto'
import { announce, type Clock, Fault, HOUR, newId, type Random, type Sql } from '#kit'

/** How long an invitation can be used: long enough for somebody's next working day. */
const INVITATION_MS = 72 * HOUR
/** Crockford's base 32: no letter is taken for another. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_LENGTH = 16
const NAME_LENGTH_MAX = 100

/** Somebody of a bank's staff who may use the console of that bank and of no other. */
export type Member = { id: string; bankId: string; name: string }
export type ListedMember = Member & { invitedAt: number; hasPasskey: boolean }

export type Staff = ReturnType<typeof createStaff>

/** Who may come into the bank console. Members are invited by the operator and never by themselves. */
export function createStaff(needs: { sql: Sql; clock: Clock; random: Random }) {
  const { sql, clock, random } = needs

  return {
    /** The code to hand over, once: only its hash is kept. The caller has checked that there is such a bank. */
    async invite(bankId: string, name: string): Promise<{ member: Member; code: string; expiresAt: number }> {
      const trimmed = name.trim()
      if (trimmed === '' || trimmed.length > NAME_LENGTH_MAX)
        throw new Fault('request-malformed', { detail: `a name has 1 to ${NAME_LENGTH_MAX} characters` })
      const member = { id: newId('stf', random), bankId, name: trimmed }
      const code = newCode(random)
      const expiresAt = clock.now() + INVITATION_MS
      await sql.transaction(async (tx) => {
        await tx.query(`insert into staff.member (id, bank_id, name, invited_at) values ($1, $2, $3, $4)`, [
          member.id,
          bankId,
          trimmed,
          clock.now(),
        ])
        await tx.query(
          `insert into staff.invitation (code_hash, member_id, expires_at) values ($1, $2, $3)`,
          [hashOfCode(code), member.id, expiresAt],
        )
      })
      return { member, code, expiresAt }
    },

    list: (bankId: string): Promise<ListedMember[]> =>
      sql.query<ListedMember>(
        `select id, bank_id as "bankId", name, invited_at as "invitedAt",
           exists (select from staff.passkey where member_id = member.id) as "hasPasskey"
         from staff.member where bank_id = $1 and removed_at is null order by invited_at, id`,
        [bankId],
      ),

    /** Those of `bankIds` that have somebody who can come in. */
    async banksWithSomebody(bankIds: readonly string[]): Promise<string[]> {
      const rows = await sql.query<{ bankId: string }>(
        `select distinct bank_id as "bankId" from staff.member join staff.passkey on member_id = member.id
         where bank_id = any($1) and removed_at is null order by bank_id`,
        [bankIds],
      )
      return rows.map(({ bankId }) => bankId)
    },

    /** Names of a bank's members, those who have left too: what they did stays theirs. */
    async names(bankId: string): Promise<Map<string, string>> {
      const rows = await sql.query<Member>(`select id, name from staff.member where bank_id = $1`, [bankId])
      return new Map(rows.map(({ id, name }) => [id, name]))
    },

    /**
     * Ends a member's way in at once: passkeys, invitations and sessions. What they had taken over is announced, and given to
     * others after that: nothing about people may stand in the way of it. Throws `not-found`.
     */
    async remove(memberId: string): Promise<void> {
      await sql.transaction(async (tx) => {
        const [removed] = await tx.query<{ bankId: string }>(
          `update staff.member set removed_at = $2 where id = $1 and removed_at is null returning bank_id as "bankId"`,
          [memberId, clock.now()],
        )
        if (!removed) throw new Fault('not-found', { detail: `There is no member ${memberId}` })
        for (const table of ['passkey', 'invitation', 'session'])
          await tx.query(`delete from staff.${table} where member_id = $1`, [memberId])
        await announce(tx, 'member-left', { memberId, bankId: removed.bankId })
      })
    },
  }
}

function newCode(random: Random): string {
  const bytes = random(CODE_LENGTH)
  return [...bytes]
    .map((byte) => ALPHABET[byte % ALPHABET.length])
    .join('')
    .replace(/(.{4})(?!$)/g, '$1-')
}

/** The same however it was typed: small letters, no hyphens, O for nought. */
export function hashOfCode(code: string): Buffer {
  const plain = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  return createHash('sha256').update(`guichet/staff-code/1|${plain}`).digest()
}
