import { type Clock, Fault, keyedHash, type Locale, newId, type Queryable, type Random, type Tx } from '#kit'

export type Person = {
  id: string
  createdAt: number
  locale: Locale
  timeZone: string
  erasedAt: number | null
}

/** A person's tie to one bank. `pseudonym` is how the log names them there. */
export type Link = {
  id: string
  personId: string
  bankId: string
  pseudonym: string
  state: 'linked' | 'erased' | 'bank-withdrawn'
  createdAt: number
  endedAt: number | null
}

/** A linked account as an event names it: the bank's id leads to ours. */
export type LinkedAccount = { personId: string; linkId: string; accountId: string; bankAccountId: string }

export type People = ReturnType<typeof createPeople>

const PERSON = `id, created_at as "createdAt", locale, time_zone as "timeZone", erased_at as "erasedAt"`
const LINK = `id, person_id as "personId", bank_id as "bankId", pseudonym, state, created_at as "createdAt",
  ended_at as "endedAt"`

const bankLock = (bankId: string) => `people/bank/${bankId}`

/**
 * The people room. A bank's subject and account numbers are kept only as HMAC-SHA256 under `indexKey`, so that the
 * tables alone name nobody and match nothing outside.
 */
export function createPeople(needs: { clock: Clock; random: Random; indexKey: Buffer }) {
  const { clock, random, indexKey } = needs

  const hash = keyedHash(indexKey)
  const nameOf = (...parts: string[]) => JSON.stringify(parts)
  const index = (...parts: string[]) => hash(nameOf(...parts))

  return {
    async create(sql: Queryable, locale: Locale, timeZone: string): Promise<Person> {
      const [person] = await sql.query<Person>(
        `insert into people.person (id, created_at, locale, time_zone) values ($1, $2, $3, $4) returning ${PERSON}`,
        [newId('per', random), clock.now(), locale, timeZone],
      )
      return person!
    },

    async find(sql: Queryable, personId: string): Promise<Person | null> {
      const rows = await sql.query<Person>(`select ${PERSON} from people.person where id = $1`, [personId])
      return rows[0] ?? null
    },

    async findAll(sql: Queryable, personIds: readonly string[]): Promise<Person[]> {
      return await sql.query<Person>(`select ${PERSON} from people.person where id = any($1)`, [personIds])
    },

    async setLocale(sql: Queryable, personId: string, locale: Locale, timeZone: string): Promise<void> {
      await sql.query(
        `update people.person set locale = $2, time_zone = $3 where id = $1 and erased_at is null`,
        [personId, locale, timeZone],
      )
    },

    async setTimeZone(sql: Queryable, personId: string, timeZone: string): Promise<void> {
      await sql.query(`update people.person set time_zone = $2 where id = $1 and erased_at is null`, [
        personId,
        timeZone,
      ])
    },

    /** All links of a person, oldest first, ended ones too. */
    async links(sql: Queryable, personId: string): Promise<Link[]> {
      return await sql.query<Link>(
        `select ${LINK} from people.link where person_id = $1 order by created_at, id`,
        [personId],
      )
    },

    async linksById(sql: Queryable, linkIds: readonly string[]): Promise<Link[]> {
      return await sql.query<Link>(`select ${LINK} from people.link where id = any($1) order by id`, [
        linkIds,
      ])
    },

    /** The live links of one bank. */
    async linksOfBank(sql: Queryable, bankId: string): Promise<Link[]> {
      return await sql.query<Link>(
        `select ${LINK} from people.link where bank_id = $1 and state = 'linked' order by id`,
        [bankId],
      )
    },

    /** The live link of a bank's customer, whoever it belongs to: how a returning person is recognised. */
    async linkOfSubject(sql: Queryable, bankId: string, subject: string): Promise<Link | null> {
      const rows = await sql.query<Link>(
        `select ${LINK} from people.link where bank_id = $1 and subject_index = $2 and state = 'linked'`,
        [bankId, index('subject', bankId, subject)],
      )
      return rows[0] ?? null
    },

    /**
     * The live link by which a person already has one of these accounts, the oldest of several: how a link is recognised at a
     * bank that does not say who its customer is. Only the person's own: a joint account leads to nobody else.
     */
    async linkOfAccounts(
      sql: Queryable,
      personId: string,
      bankId: string,
      bankAccountIds: readonly string[],
    ): Promise<Link | null> {
      const rows = await sql.query<Link>(
        `select ${LINK} from people.link
         where person_id = $1 and bank_id = $2 and state = 'linked' and id in (
           select link_id from people.account where bank_id = $2 and account_index = any($3) and person_id = $1)
         order by created_at, id limit 1`,
        [personId, bankId, bankAccountIds.map((id) => index('account', bankId, id))],
      )
      return rows[0] ?? null
    },

    /**
     * Links a person to a bank. Throws `key-shredded` once the person is erased, `bank-withdrawn` once the bank has left,
     * and `already-done` when that customer was linked at the same time: each is waited for, if it is under way.
     */
    async addLink(tx: Tx, personId: string, bankId: string, subject: string): Promise<Link> {
      const [person] = await tx.query(
        `select 1 from people.person where id = $1 and erased_at is null for share`,
        [personId],
      )
      if (!person) throw new Fault('key-shredded')
      await tx.query(`select pg_advisory_xact_lock_shared(hashtextextended($1, 0))`, [bankLock(bankId)])
      if ((await this.bankLeftAt(tx, bankId)) !== null) throw new Fault('bank-withdrawn')
      const [link] = await tx.query<Link>(
        `insert into people.link (person_id, id, bank_id, pseudonym, subject_index, state, created_at)
         values ($1, $2, $3, $4, $5, 'linked', $6)
         on conflict (bank_id, subject_index) where state = 'linked' do nothing returning ${LINK}`,
        [
          personId,
          newId('lnk', random),
          bankId,
          newId('sub', random),
          index('subject', bankId, subject),
          clock.now(),
        ],
      )
      if (!link) throw new Fault('already-done')
      return link
    },

    /** Forgets which customer and accounts a link was about; the pseudonym stays, since the log carries it. */
    async endLink(tx: Tx, linkId: string, state: 'erased' | 'bank-withdrawn'): Promise<void> {
      await tx.query(
        `update people.link set state = $2, ended_at = $3, subject_index = null where id = $1 and state = 'linked'`,
        [linkId, state, clock.now()],
      )
      await tx.query(`delete from people.account where link_id = $1`, [linkId])
    },

    async markErased(tx: Tx, personId: string): Promise<void> {
      await tx.query(`update people.person set erased_at = $2 where id = $1`, [personId, clock.now()])
    },

    /** Our id of a link's account, made at first sight and the same ever after. */
    async accountId(tx: Tx, link: Link, bankAccountId: string): Promise<string> {
      const [row] = await tx.query<{ account_id: string }>(
        `insert into people.account (bank_id, account_index, person_id, link_id, account_id)
         values ($1, $2, $3, $4, $5)
         on conflict (bank_id, account_index, link_id) do update set account_id = people.account.account_id
         returning account_id`,
        [
          link.bankId,
          index('account', link.bankId, bankAccountId),
          link.personId,
          link.id,
          newId('acc', random),
        ],
      )
      return row!.account_id
    },

    /**
     * Ties an account that a bank tells of to its holders' links. One that was renumbered stays the account it was, at
     * whoever has it under its former number; one just opened is a new account of each holder who is linked.
     */
    async introduceAccount(
      tx: Tx,
      bankId: string,
      told: { bankAccountId: string; formerBankAccountId: string | null; subjects: readonly string[] },
    ): Promise<void> {
      const fresh = index('account', bankId, told.bankAccountId)
      if (told.formerBankAccountId !== null)
        await tx.query(
          `insert into people.account (bank_id, account_index, person_id, link_id, account_id)
           select bank_id, $2, person_id, link_id, account_id from people.account
           where bank_id = $1 and account_index = $3
           on conflict do nothing`,
          [bankId, fresh, index('account', bankId, told.formerBankAccountId)],
        )
      const links = await tx.query<{ id: string; person_id: string }>(
        `select id, person_id from people.link
         where bank_id = $1 and subject_index = any($2) and state = 'linked' order by id for share`,
        [bankId, told.subjects.map((subject) => index('subject', bankId, subject))],
      )
      for (const link of links)
        await tx.query(
          `insert into people.account (bank_id, account_index, person_id, link_id, account_id)
           values ($1, $2, $3, $4, $5) on conflict do nothing`,
          [bankId, fresh, link.person_id, link.id, newId('acc', random)],
        )
    },

    /** How the tables name a bank's accounts: each of `bankAccountIds` by the hexadecimal of its keyed hash. */
    indexAccounts(bankId: string, bankAccountIds: Iterable<string>): Map<string, string> {
      return new Map(
        [...new Set(bankAccountIds)].map((id) => [hash(nameOf('account', bankId, id), 'hex'), id]),
      )
    },

    /** Our ids of each link's accounts. */
    async accountIdsOf(sql: Queryable, linkIds: readonly string[]): Promise<Map<string, string[]>> {
      const rows = await sql.query<{ linkId: string; ids: string[] }>(
        `select link_id as "linkId", array_agg(distinct account_id order by account_id) as ids
         from people.account where link_id = any($1) group by link_id`,
        [linkIds],
      )
      return new Map(rows.map((row) => [row.linkId, row.ids]))
    },

    async bankLeftAt(sql: Queryable, bankId: string): Promise<number | null> {
      const [row] = await sql.query<{ left_at: number }>(
        `select left_at from people.bank_left where bank_id = $1`,
        [bankId],
      )
      return row?.left_at ?? null
    },

    /** From here on nobody links to the bank; whoever was doing so has finished, and is seen by the next statement. */
    async markBankLeft(tx: Tx, bankId: string): Promise<void> {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [bankLock(bankId)])
      await tx.query(`insert into people.bank_left values ($1, $2) on conflict do nothing`, [
        bankId,
        clock.now(),
      ])
    },
  }
}
