import { deserialize, serialize } from 'node:v8'
import { Fault, keyedHash, type Random, type Sql, seal, type Tx, unseal } from '#kit'
import { dropDatabase, finished, type Layout, layoutOf, openDatabase, takeChanges } from './indexed-db.ts'

/** The databases that the crypto library opens for a store of some name (matrix-sdk-indexeddb). */
const PARTS = ['::matrix-sdk-crypto-meta', '::matrix-sdk-crypto']
/** What outlives a device: the private half of our identity, by which the next one is vouched for. */
const IDENTITY = { part: 'identity', store: 'cross-signing' } as const
/** Who has the keys in hand says so again well within this; after a crash they can be taken over then. */
const LEASE_SECONDS = 15

type Row = { part: string; store: string; keyHash: Buffer; sealed: Buffer }
type Record = { key: IDBValidKey; value: unknown }

export type KeptStore = NonNullable<Awaited<ReturnType<typeof takeKeptStore>>>

/**
 * Takes what the crypto library keeps of one device into this process, and writes each change of it down again. Null while
 * another process has it in hand: a ratchet that turns in two places at once would use a key twice.
 *
 * What is written is fenced by a generation, so that a process which was only thought dead can write nothing any more.
 */
export async function takeKeptStore(needs: {
  sql: Sql
  /** 32 bytes of the operator's: seals what is kept. */
  key: Buffer
  userId: string
  /** What was kept of another device is let go. */
  deviceId: string
  random: Random
}) {
  const { sql, key, random } = needs
  const hash = keyedHash(key)
  const accountHash = hash(JSON.stringify(['matrix-account', `${needs.userId}|${needs.deviceId}`]))
  const keyHashOf = (part: string, store: string, record: IDBValidKey) =>
    hash(Buffer.concat([Buffer.from(JSON.stringify(['matrix-key', part, store])), serialize(record)]))
  const contextOf = ({ part, store, keyHash }: Omit<Row, 'sealed'>) =>
    `matrix-key|${part}|${store}|${keyHash.toString('hex')}`

  const ownIdentity = { ...IDENTITY, keyHash: keyHashOf(IDENTITY.part, IDENTITY.store, needs.userId) }

  // A name that no store of this process had before: what an earlier one left in memory is not ours.
  const name = `guichet-${random(12).toString('hex')}`

  const taken = await sql.transaction(async (tx) => {
    const [row] = await tx.query<{ generation: number }>(
      `insert into channels.matrix_account (account_hash, generation, leased_until)
       values ($1, 1, now() + make_interval(secs => $2))
       on conflict (one) do update set generation = channels.matrix_account.generation + 1,
         leased_until = excluded.leased_until
       where channels.matrix_account.leased_until <= now()
       returning generation`,
      [accountHash, LEASE_SECONDS],
    )
    if (!row) return null
    const [{ isOther } = { isOther: false }] = await tx.query<{ isOther: boolean }>(
      `select account_hash <> $1 as "isOther" from channels.matrix_account`,
      [accountHash],
    )
    if (isOther) {
      await tx.query(`delete from channels.matrix_key where part <> $1 or key_hash <> $2`, [
        ownIdentity.part,
        ownIdentity.keyHash,
      ])
      await tx.query(`delete from channels.matrix_unopened`)
      await tx.query(
        `update channels.matrix_account set account_hash = $1, sync_token = null, layout = '[]'`,
        [accountHash],
      )
    }
    const [kept] = await tx.query<{ layout: Layout[]; syncToken: string | null }>(
      `select layout, sync_token as "syncToken" from channels.matrix_account`,
    )
    const rows = await tx.query<Row>(
      `select part, store, key_hash as "keyHash", sealed from channels.matrix_key`,
    )
    return { generation: row.generation, rows, layouts: kept!.layout, syncToken: kept!.syncToken }
  })
  if (!taken) return null
  const { generation } = taken
  let layouts = JSON.stringify(taken.layouts)

  const identity = taken.rows.find(({ part }) => part === ownIdentity.part)
  for (const [index, layout] of taken.layouts.entries()) await restore(PARTS[index]!, layout, taken.rows)
  taken.rows.length = 0

  async function restore(part: string, layout: Layout, rows: readonly Row[]): Promise<void> {
    const database = await openDatabase(name + part, layout)
    for (const { name: store, keyPath } of layout.stores) {
      const records = database.transaction(store, 'readwrite').objectStore(store)
      const written = rows
        .filter((row) => row.part === part && row.store === store)
        .map((row) => {
          const record = deserialize(unseal(key, contextOf(row), row.sealed)) as Record
          return finished(
            keyPath === null ? records.put(record.value, record.key) : records.put(record.value),
          )
        })
      await Promise.all(written)
    }
    database.close()
    takeChanges(name + part)
  }

  /** What to write of one database: records that are there, and those that are gone. */
  async function changesOf(part: string, changes: ReadonlyMap<string, IDBValidKey[] | null>) {
    const present: Row[] = []
    const gone: Omit<Row, 'sealed'>[] = []
    /** Stores of which everything was read: what is kept of them beyond that is gone. */
    const whole: string[] = []
    const database = await openDatabase(name + part, null)
    // A newer library may do away with a store that it wrote to on the way.
    const stores = [...changes.keys()].filter((store) => database.objectStoreNames.contains(store))
    if (stores.length > 0) {
      // One transaction over all of them: what it sees is one state of the library, never half of a step.
      const transaction = database.transaction(stores)
      const reads = stores.map(async (store) => {
        const records = transaction.objectStore(store)
        const given = changes.get(store) ?? null
        if (given === null) whole.push(store)
        const keys = given ?? (await finished(records.getAllKeys()))
        const values = await Promise.all(keys.map((one) => finished(records.get(one))))
        for (const [index, record] of keys.entries()) {
          const row = { part, store, keyHash: keyHashOf(part, store, record) }
          const value: unknown = values[index]
          if (value === undefined) gone.push(row)
          else
            present.push({
              ...row,
              sealed: seal(key, contextOf(row), serialize({ key: record, value } satisfies Record), random),
            })
        }
      })
      await Promise.all(reads)
    }
    const layout = layoutOf(database)
    database.close()
    return { layout, present, gone, whole }
  }

  async function write(also: ((tx: Tx) => Promise<void>) | null): Promise<void> {
    const names = new Set((await indexedDB.databases()).map(({ name: one }) => one))
    const parts = PARTS.filter((part) => names.has(name + part))
    const changes = parts.map((part) => takeChanges(name + part))
    if (!also && changes.every(({ size }) => size === 0)) return
    try {
      const read = await Promise.all(parts.map((part, index) => changesOf(part, changes[index]!)))
      const present = read.flatMap((one) => one.present)
      const gone = read.flatMap((one) => one.gone)
      const newLayouts = JSON.stringify(read.map(({ layout }) => layout))
      await sql.transaction(async (tx) => {
        const [own] = await tx.query<{ generation: number }>(
          `select generation from channels.matrix_account for update`,
        )
        if (own?.generation !== generation) throw new Fault('matrix-taken-over')
        for (const [index, part] of parts.entries())
          for (const store of read[index]!.whole)
            await tx.query(`delete from channels.matrix_key where part = $1 and store = $2`, [part, store])
        if (gone.length > 0)
          await tx.query(
            `delete from channels.matrix_key using unnest($1::text[], $2::text[], $3::bytea[]) as one (part, store, hash)
             where matrix_key.part = one.part and matrix_key.store = one.store and key_hash = one.hash`,
            [
              gone.map(({ part }) => part),
              gone.map(({ store }) => store),
              gone.map(({ keyHash }) => keyHash),
            ],
          )
        if (present.length > 0)
          await tx.query(
            `insert into channels.matrix_key (part, store, key_hash, sealed)
             select * from unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[])
             on conflict (part, store, key_hash) do update set sealed = excluded.sealed`,
            [
              present.map(({ part }) => part),
              present.map(({ store }) => store),
              present.map(({ keyHash }) => keyHash),
              present.map(({ sealed }) => sealed),
            ],
          )
        if (newLayouts !== layouts)
          await tx.query(`update channels.matrix_account set layout = $1::jsonb`, [newLayouts])
        await also?.(tx)
      })
      layouts = newLayouts
    } catch (error) {
      isBroken = true
      throw error
    }
  }

  // One write after the other: what is asked for while one is under way goes with the next.
  let last: Promise<void> = Promise.resolve()
  /** A write that failed may have lost what it was to write: from then on nothing leaves, and the store is taken anew. */
  let isBroken = false

  return {
    name,
    syncToken: taken.syncToken,
    /** What `keepIdentity` kept, by this device or one before it. */
    identity: identity ? unseal(key, contextOf(identity), identity.sealed).toString() : null,

    /**
     * Resolves once everything that changed until now is durable, and `also` with it. Throws `matrix-taken-over` when another
     * process has the keys by now, and whatever the database throws; nothing may be sent then.
     */
    async settle(also: ((tx: Tx) => Promise<void>) | null = null): Promise<void> {
      const before = last
      last = before
        .catch(() => {})
        .then(async () => {
          if (isBroken) throw new Fault('matrix-taken-over')
          await write(also)
        })
      await last
    },

    async keepIdentity(tx: Tx, text: string): Promise<void> {
      await tx.query(
        `insert into channels.matrix_key (part, store, key_hash, sealed) values ($1, $2, $3, $4)
         on conflict (part, store, key_hash) do update set sealed = excluded.sealed`,
        [
          ownIdentity.part,
          ownIdentity.store,
          ownIdentity.keyHash,
          seal(key, contextOf(ownIdentity), Buffer.from(text), random),
        ],
      )
    },

    /** Says that the process is alive; false when another has the keys by now. */
    async renew(): Promise<boolean> {
      const renewed = await sql.query(
        `update channels.matrix_account set leased_until = now() + make_interval(secs => $2) where generation = $1
         returning 1`,
        [generation, LEASE_SECONDS],
      )
      return renewed.length > 0
    },

    /** Lets the next process have it at once. */
    async release(): Promise<void> {
      await last.catch(() => {})
      for (const part of PARTS) await dropDatabase(name + part)
      await sql.query(`update channels.matrix_account set leased_until = now() where generation = $1`, [
        generation,
      ])
    },
  }
}
