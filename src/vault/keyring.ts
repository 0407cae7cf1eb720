import type { Sequenced } from '#accesslog'
import { type Clock, DAY, Fault, HOUR, MINUTE, type Random, type Sql, wipeKey } from '#kit'
import { EPOCH_DAYS, type Kms } from './kms.ts'

/** A key-encryption key outlives its epoch by so much: what was wrapped as the epoch turned is wrapped anew first. */
const GRACE_MS = HOUR

/** How long a key that a batch used stays unwrapped in memory, and how many do. */
const AT_HAND_MS = 5 * MINUTE
const AT_HAND_MAX = 50_000

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
  clock: Clock
  random: Random
  isSequenced: (entries: readonly Sequenced[]) => Promise<boolean>
}) {
  const { sql, kms, clock, random, isSequenced } = needs
  const atHand = new Map<string, { key: Buffer; bankId: string; epoch: number; usedAt: number }>()
  let sweep: NodeJS.Timeout | undefined

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
    for (const row of rows) {
      const key = await unwrapRow(row)
      if (key) keys.set(row.id, key)
    }
    return keys
  }

  /** Null when the row has gone. A rotation may wrap a key anew and destroy what it was wrapped under in between. */
  async function unwrapRow(row: WrappedRow): Promise<Buffer | null> {
    try {
      return await kms.unwrap(row.bank_id, row.epoch, row.id, row.wrapped)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'key-shredded') throw error
      const [now] = await sql.query<WrappedRow>(
        `select id, bank_id, epoch, wrapped from wrapped_key where id = $1`,
        [row.id],
      )
      if (!now) return null
      if (now.epoch === row.epoch) throw error
      return await unwrapRow(now)
    }
  }

  /**
   * Keys for a batch, unwrapped or still at hand. One at hand is used only while the key store still has it, wrapped as
   * when it was unwrapped: what was shredded meanwhile, by whatever process, is dropped here and missing from the answer.
   */
  async function unwrapForBatch(names: readonly string[]): Promise<Map<string, Buffer>> {
    const now = clock.now()
    const rows = await sql.query<{ id: string } & Partial<WrappedRow>>(
      `select asked.id, key.bank_id, key.epoch, key.wrapped
       from unnest($1::text[], $2::int[]) as asked (id, epoch)
       left join wrapped_key as key on key.id = asked.id where key.epoch is distinct from asked.epoch`,
      [names, names.map((name) => atHand.get(name)?.epoch ?? -1)],
    )
    const gone = new Set(rows.filter(({ wrapped }) => !wrapped).map(({ id }) => id))
    if (gone.size > 0) overwrite((name) => gone.has(name))
    for (const { id, bank_id: bankId, epoch, wrapped } of rows) {
      if (!wrapped) continue
      const key = await unwrapRow({ id, bank_id: bankId!, epoch: epoch!, wrapped })
      if (key) atHand.set(id, { key, bankId: bankId!, epoch: epoch!, usedAt: now })
    }
    const keys = new Map<string, Buffer>()
    for (const name of names) {
      const found = atHand.get(name)
      if (!found) continue
      keys.set(name, found.key)
      // A Map keeps the order of insertion: the first is the one unused for longest.
      atHand.delete(name)
      atHand.set(name, { ...found, usedAt: now })
    }
    dropUnused(now)
    return keys
  }

  /** Only forgets them: a batch that is under way may hold the same bytes. What is shredded is overwritten too. */
  function dropUnused(now: number): void {
    for (const [name, { usedAt }] of atHand) {
      if (atHand.size <= AT_HAND_MAX && now - usedAt < AT_HAND_MS) break
      atHand.delete(name)
    }
    clearTimeout(sweep)
    if (atHand.size > 0) sweep = setTimeout(() => dropUnused(clock.now()), AT_HAND_MS).unref()
  }

  function overwrite(isShredded: (name: string, bankId: string) => boolean): void {
    for (const [name, { key, bankId }] of atHand) {
      if (!isShredded(name, bankId)) continue
      wipeKey(key)
      atHand.delete(name)
    }
  }

  async function mustBeSequenced(claims: readonly { linkId: string; entry: Sequenced }[]): Promise<void> {
    for (const { linkId, entry } of claims) if (entry.chain !== linkId) throw new Fault('log-unsequenced')
    if (!(await isSequenced(claims.map((claim) => claim.entry)))) throw new Fault('log-unsequenced')
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
      await mustBeSequenced(claims)
      const keys = await unwrap(claims.map(({ linkId }) => `data:${linkId}`))
      return new Map(claims.map(({ linkId }) => [linkId, pick(keys, `data:${linkId}`)]))
    },

    /**
     * `diaryKeys` for many links at once. One at hand is taken as it is, since it only seals what is about to be logged:
     * `releaseForBatch` looks whether it is still in the key store, with the data keys. The keys stay the keyring's: borrow
     * them, and do not overwrite them.
     */
    async diaryKeysForBatch(linkIds: readonly string[]): Promise<Map<string, Buffer>> {
      const names = linkIds.map((id) => `diary:${id}`)
      const known = new Map(
        names.flatMap((name) => (atHand.has(name) ? [[name, atHand.get(name)!.key]] : [])),
      )
      const keys = known.size === names.length ? known : await unwrapForBatch(names)
      return new Map([...keys].map(([name, key]) => [name.slice('diary:'.length), key]))
    },

    /**
     * `release` for many links at once, under the same rule: `logged` are the entries of the links, in their order. The key
     * store is asked while they are being written; nothing leaves before the log says that they are there. The keys stay the
     * keyring's. Throws `log-unsequenced`.
     */
    async releaseForBatch(
      linkIds: readonly string[],
      logged: Promise<readonly Sequenced[]>,
    ): Promise<Map<string, Buffer>> {
      const [keys] = await Promise.all([
        unwrapForBatch(linkIds.flatMap((linkId) => [`data:${linkId}`, `diary:${linkId}`])),
        logged.then((entries) =>
          mustBeSequenced(linkIds.map((linkId, i) => ({ linkId, entry: entries[i]! }))),
        ),
      ])
      return new Map(linkIds.map((linkId) => [linkId, pick(keys, `data:${linkId}`)]))
    },

    async chatKey(personId: string): Promise<Buffer> {
      const name = `chat:${personId}`
      const found = (await unwrap([name])).get(name)
      if (found) return found
      throw new Fault('key-shredded')
    },

    /** The chat key for somebody else's eyes than the person's: only against the log entry that says whose and why. */
    async releaseChat(personId: string, claim: { linkId: string; entry: Sequenced }): Promise<Buffer> {
      await mustBeSequenced([claim])
      const name = `chat:${personId}`
      return pick(await unwrap([name]), name)
    },

    async createForPerson(personId: string): Promise<void> {
      await create(`chat:${personId}`, OPERATOR)
    },

    /** Shreds keys: the rows go now, and the key-encryption key that wrapped them goes with its epoch. */
    async shredLinks(linkIds: readonly string[]): Promise<void> {
      const names = new Set(linkIds.flatMap((id) => [`data:${id}`, `diary:${id}`]))
      overwrite((name) => names.has(name))
      await sql.query(`delete from wrapped_key where id = any($1)`, [
        linkIds.flatMap((id) => [`data:${id}`, `diary:${id}`]),
      ])
    },

    async shredPerson(personId: string): Promise<void> {
      await sql.query(`delete from wrapped_key where id = $1`, [`chat:${personId}`])
    },

    async shredBank(bankId: string): Promise<void> {
      overwrite((_, owner) => owner === bankId)
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
          const key = await unwrapRow(row)
          if (!key) continue
          const fresh = await kms.wrap(row.bank_id, row.id, key)
          // Only where nobody shredded it meanwhile: an update never brings a deleted row back.
          await sql.query(`update wrapped_key set epoch = $2, wrapped = $3 where id = $1 and epoch < $2`, [
            row.id,
            fresh.epoch,
            fresh.wrapped,
          ])
          rewrapped++
        }
      }
      let destroyed = 0
      if (clock.now() - epoch * EPOCH_DAYS * DAY < GRACE_MS) return { rewrapped, destroyed }
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
