import type { Sequenced } from '#accesslog'
import { Fault, type Random, type Sql } from '#kit'
import type { Kms } from './kms.ts'

/** The bank id under which keys that belong to no bank are wrapped. */
const OPERATOR = 'operator'

type WrappedRow = { id: string; bank_id: string; epoch: number; wrapped: Buffer }

export type Keyring = ReturnType<typeof createKeyring>

/**
 * The keys of people. Each link has a *data key*, handed out only against a log entry that is already durable, and a
 * *diary key*, which opens nothing but that link's own access records. Each person has a *chat key* for what they typed.
 * All are wrapped by a key-encryption key of the bank (or the operator) and kept in a database of their own.
 */
export function createKeyring(needs: {
  sql: Sql
  kms: Kms
  random: Random
  isSequenced: (entries: readonly Sequenced[]) => Promise<boolean>
}) {
  const { sql, kms, random, isSequenced } = needs

  async function create(name: string, bankId: string): Promise<void> {
    const { epoch, wrapped } = await kms.wrap(bankId, name, random(32))
    await sql.query(
      `insert into wrapped_key (id, kind, bank_id, epoch, wrapped, created_at) values ($1, $2, $3, $4, $5, now())
       on conflict (id) do nothing`,
      [name, name.slice(0, name.indexOf(':')), bankId, epoch, wrapped],
    )
  }

  async function unwrap(names: readonly string[]): Promise<Map<string, Buffer>> {
    const rows = await sql.query<WrappedRow>(
      `select id, bank_id, epoch, wrapped from wrapped_key where id = any($1)`,
      [names],
    )
    const keys = new Map<string, Buffer>()
    for (const row of rows) keys.set(row.id, await kms.unwrap(row.bank_id, row.epoch, row.id, row.wrapped))
    return keys
  }

  const pick = (keys: Map<string, Buffer>, name: string): Buffer => {
    const key = keys.get(name)
    if (!key) throw new Fault('key-shredded')
    return key
  }

  return {
    async createForLink(linkId: string, bankId: string): Promise<void> {
      await create(`data:${linkId}`, bankId)
      await create(`diary:${linkId}`, bankId)
    },

    /** Opens access records, and nothing else; missing links are those already shredded. */
    async diaryKeys(linkIds: readonly string[]): Promise<Map<string, Buffer>> {
      const keys = await unwrap(linkIds.map((id) => `diary:${id}`))
      return new Map([...keys].map(([name, key]) => [name.slice('diary:'.length), key]))
    },

    /**
     * The data keys of links, each against the log entry that records why. This is where *log before reveal* is kept:
     * it asks the log itself, and hands out nothing when any entry is not there. Throws `log-unsequenced`.
     */
    async release(claims: readonly { linkId: string; entry: Sequenced }[]): Promise<Map<string, Buffer>> {
      for (const { linkId, entry } of claims) if (entry.chain !== linkId) throw new Fault('log-unsequenced')
      if (!(await isSequenced(claims.map((claim) => claim.entry)))) throw new Fault('log-unsequenced')
      const keys = await unwrap(claims.map(({ linkId }) => `data:${linkId}`))
      return new Map(claims.map(({ linkId }) => [linkId, pick(keys, `data:${linkId}`)]))
    },

    async chatKey(personId: string): Promise<Buffer> {
      const name = `chat:${personId}`
      const found = (await unwrap([name])).get(name)
      if (found) return found
      throw new Fault('key-shredded')
    },

    async createForPerson(personId: string): Promise<void> {
      await create(`chat:${personId}`, OPERATOR)
    },

    /** Shreds keys: the rows go now, and the key-encryption key that wrapped them goes with its epoch. */
    async shredLinks(linkIds: readonly string[]): Promise<void> {
      await sql.query(`delete from wrapped_key where id = any($1)`, [
        linkIds.flatMap((id) => [`data:${id}`, `diary:${id}`]),
      ])
    },

    async shredPerson(personId: string): Promise<void> {
      await sql.query(`delete from wrapped_key where id = $1`, [`chat:${personId}`])
    },

    async shredBank(bankId: string): Promise<void> {
      await kms.destroy(bankId)
      await sql.query(`delete from wrapped_key where bank_id = $1`, [bankId])
    },

    /**
     * Wraps every living key anew under the current epoch, then destroys the older key-encryption keys. Interrupted, it
     * can be run again: an old key is destroyed only when nothing is wrapped under it any more.
     */
    async rotate(): Promise<{ rewrapped: number; destroyed: number }> {
      const epoch = kms.currentEpoch()
      let rewrapped = 0
      for (;;) {
        const rows = await sql.query<WrappedRow>(
          `select id, bank_id, epoch, wrapped from wrapped_key where epoch < $1 limit 500`,
          [epoch],
        )
        if (rows.length === 0) break
        for (const row of rows) {
          const key = await kms.unwrap(row.bank_id, row.epoch, row.id, row.wrapped)
          const fresh = await kms.wrap(row.bank_id, row.id, key)
          // Only where nobody shredded it meanwhile: an update never brings a deleted row back.
          await sql.query(`update wrapped_key set epoch = $2, wrapped = $3 where id = $1`, [
            row.id,
            fresh.epoch,
            fresh.wrapped,
          ])
          rewrapped++
        }
      }
      let destroyed = 0
      const banks = await sql.query<{ bank_id: string }>(`select distinct bank_id from wrapped_key`)
      for (const { bank_id } of banks) {
        for (const old of await kms.epochs(bank_id)) {
          if (old >= epoch) continue
          await kms.destroy(bank_id, old)
          destroyed++
        }
      }
      return { rewrapped, destroyed }
    },
  }
}
