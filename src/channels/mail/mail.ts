import {
  type Clock,
  DAY,
  Fault,
  HOUR,
  keyedHash,
  MINUTE,
  Private,
  type Random,
  type Sql,
  tellPages,
} from '#kit'
import type { People } from '#people'
import type { Vault } from '#vault'
import type { MessengersJson } from '../../http/api.ts'
import { reveal } from '../../kit/reveal.ts'
import type { OtherRung } from '../messengers/outbox.ts'
import type { MailServer } from './mail-server.ts'
import { writeCodeMail, writeNoticeMail } from './write-mail.ts'

const CODE_MS = 10 * MINUTE
const TRIES_MAX = 5
/** Consonants: a code that spells no word, and holds no figure. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const CODE_LETTERS = 8
/** How many mails, at most: of either kind to one address, and codes on one person's word. */
const LIMITS = {
  code: { most: 5, perMs: DAY },
  notice: { most: 6, perMs: HOUR },
} as const
const KEPT_MS = DAY

export type Mail = ReturnType<typeof createMail>

/** The last rung of a warning: a mail to an address that its person confirmed, which says that something waits here. */
export function createMail(needs: {
  server: MailServer
  sql: Sql
  vault: Vault
  people: People
  /** 32 bytes of this installation: addresses and codes are known by keyed hashes. */
  key: Buffer
  clock: Clock
  random: Random
  tellOperator(door: string, code: string): void
}) {
  const { server, sql, vault, people, clock, random } = needs
  const hash = keyedHash(needs.key)
  const aboutAddress = (kind: keyof typeof LIMITS, address: string) =>
    hash(JSON.stringify(['mail', kind, address.toLowerCase()]))
  const MAILBOX = 'mailbox'
  const PENDING = 'mail-code'

  const read = async (personId: string, context: string, sealed: Buffer): Promise<string> =>
    reveal(await vault.unsealWords(personId, context, sealed))

  /** Takes a place for each of these; false, and none taken, when one of them has had its share. */
  async function take(kind: keyof typeof LIMITS, about: readonly Buffer[]): Promise<boolean> {
    const { most, perMs } = LIMITS[kind]
    return await sql.transaction(async (tx) => {
      for (const one of [...about].sort(Buffer.compare))
        await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [
          `channels/mail/${one.toString('hex')}`,
        ])
      const full = await tx.query(
        `select 1 from channels.mail_sent where about_hash = any($1) and at > $2
         group by about_hash having count(*) >= $3`,
        [about, clock.now() - perMs, most],
      )
      if (full.length > 0) return false
      await tx.query(
        `insert into channels.mail_sent (about_hash, at) select one, $2 from unnest($1::bytea[]) as one`,
        [about, clock.now()],
      )
      return true
    })
  }

  async function mailbox(personId: string): Promise<{ address: string; state: 'live' | 'gone' } | null> {
    const [row] = await sql.query<{ sealed: Buffer; state: 'live' | 'gone' }>(
      `select sealed, state from channels.mailbox where person_id = $1`,
      [personId],
    )
    return row ? { address: await read(personId, MAILBOX, row.sealed), state: row.state } : null
  }

  async function describe(personId: string): Promise<MessengersJson['mail']> {
    const [pending] = await sql.query<{ sealed: Buffer; endsAt: number }>(
      `select sealed, ends_at as "endsAt" from channels.mail_code
       where person_id = $1 and ends_at > $2 and tries < $3`,
      [personId, clock.now(), TRIES_MAX],
    )
    return {
      mailbox: await mailbox(personId),
      pending: pending
        ? { address: await read(personId, PENDING, pending.sealed), expiresAt: pending.endsAt }
        : null,
    }
  }

  function newCode(): string {
    let code = ''
    // What falls in the uneven rest of a byte is drawn again.
    while (code.length < CODE_LETTERS) {
      const byte = random(1)[0]!
      if (byte < 240) code += LETTERS[byte % LETTERS.length]
    }
    return `${code.slice(0, 4)}-${code.slice(4)}`
  }
  const hashOfCode = (personId: string, code: string) =>
    hash(JSON.stringify(['mail-code', personId, code.toUpperCase().replace(/[^A-Z]/g, '')]))

  const rung: OtherRung = {
    door: 'mail',
    async reach(personId) {
      const box = await mailbox(personId)
      if (box?.state !== 'live') return null
      return async (notice, idempotencyKey) => {
        if (!(await take('notice', [aboutAddress('notice', box.address)])))
          return { ok: false, why: 'fall-back', code: 'mail-limit' }
        const sent = await server.send(box.address, writeNoticeMail(notice), idempotencyKey)
        if (!sent.ok && sent.why === 'gone')
          await sql.query(`update channels.mailbox set state = 'gone' where person_id = $1`, [personId])
        return sent
      }
    },
  }

  return {
    rung,
    describe,

    /**
     * Mails a code to an address; it takes the place of one before. Throws `not-found` for who has no bank here, whom
     * nothing could be mailed about; `too-many-requests`, `mail-refused` and `mail-not-sent`.
     */
    async begin(personId: string, address: string): Promise<void> {
      const person = await people.find(sql, personId)
      const links = await people.links(sql, personId)
      if (!person || !links.some(({ state }) => state === 'linked')) throw new Fault('not-found')
      const about = [aboutAddress('code', address), hash(JSON.stringify(['mail-of', personId]))]
      if (!(await take('code', about))) throw new Fault('too-many-requests')
      const code = newCode()
      const sealed = await vault.sealWords(personId, PENDING, new Private(address))
      await sql.query(
        `insert into channels.mail_code (person_id, code_hash, sealed, ends_at) values ($1, $2, $3, $4)
         on conflict (person_id) do update set code_hash = excluded.code_hash, sealed = excluded.sealed, tries = 0,
           ends_at = excluded.ends_at`,
        [personId, hashOfCode(personId, code), sealed, clock.now() + CODE_MS],
      )
      const sent = await server.send(address, writeCodeMail(code, person.locale), random(32).toString('hex'))
      if (sent.ok) return
      await sql.query(`delete from channels.mail_code where person_id = $1`, [personId])
      if (sent.why === 'tell-operator') needs.tellOperator('mail', sent.code)
      throw new Fault(sent.why === 'gone' || sent.why === 'fall-back' ? 'mail-refused' : 'mail-not-sent')
    },

    /** Keeps the address whose code this is. Throws `mail-code-wrong`; after five of these the code is over. */
    async confirm(personId: string, code: string): Promise<void> {
      const isKept = await sql.transaction(async (tx) => {
        const [row] = await tx.query<{ codeHash: Buffer; sealed: Buffer; tries: number }>(
          `update channels.mail_code set tries = tries + 1 where person_id = $1 and ends_at > $2 and tries < $3
           returning code_hash as "codeHash", sealed, tries`,
          [personId, clock.now(), TRIES_MAX],
        )
        if (!row?.codeHash.equals(hashOfCode(personId, code))) return false
        const address = await read(personId, PENDING, row.sealed)
        await tx.query(`delete from channels.mail_code where person_id = $1`, [personId])
        await tx.query(
          `insert into channels.mailbox (person_id, sealed, confirmed_at, state) values ($1, $2, $3, 'live')
           on conflict (person_id) do update set sealed = excluded.sealed, confirmed_at = excluded.confirmed_at, state = 'live'`,
          [personId, await vault.sealWords(personId, MAILBOX, new Private(address)), clock.now()],
        )
        await tellPages(tx, personId, 'messengers')
        return true
      })
      if (!isKept) throw new Fault('mail-code-wrong')
    },

    /** Forgets an address that waits for its code, and with `all` the one that is kept. */
    async remove(personId: string, what: 'waiting' | 'all'): Promise<void> {
      const tables = what === 'all' ? ['mailbox', 'mail_code'] : ['mail_code']
      await sql.transaction(async (tx) => {
        for (const table of tables)
          await tx.query(`delete from channels.${table} where person_id = $1`, [personId])
        await tellPages(tx, personId, 'messengers')
      })
    },

    async forgetOld(): Promise<void> {
      await sql.query(`delete from channels.mail_code where ends_at < $1`, [clock.now()])
      await sql.query(`delete from channels.mail_sent where at < $1`, [clock.now() - KEPT_MS])
    },
  }
}
