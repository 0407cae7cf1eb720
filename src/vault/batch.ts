import type { ChainHead } from '#accesslog'
import type { Purpose } from '#consent'
import type { Clock, Random, Tx } from '#kit'
import { type Gathered, gather, mergeCrowded, sealGathered } from './chunks.ts'
import { type Lent, lend, transactionIdsUnder } from './lend.ts'
import type { Loan } from './loan.ts'
import type { PaymentScore, RecordKinds } from './records.ts'

/** What a bank's events may be kept for, the most protective first. */
export const BATCH_PURPOSES = ['fraud-alerts', 'account-view', 'spending-insights', 'worth-knowing'] as const
export type BatchPurpose = (typeof BATCH_PURPOSES)[number]

/** Rows of one link that are written before its chunks are merged: few enough that reading them costs little. */
const LOOSE_MAX = 64

/** A link that some of a batch's accounts belong to, and the consent under which their events are taken. */
export type Entrant = {
  linkId: string
  personId: string
  pseudonym: string
  grantId: string
  purpose: BatchPurpose
  version: number
  /** Chunks of it that were written since it was last merged. */
  loose: number
  /** Our ids of all the link's accounts, and those of them that the bank has renumbered. */
  accounts: string[]
  renumbered: string[]
  /** Where the link's chain in the log stands; null where it was not asked for, or has no records. */
  head: ChainHead | null
  /** Of those in the batch: the keyed hash of the bank's number (hexadecimal), and our id. */
  inBatch: { hash: string; accountId: string }[]
}
type EntrantRow = Omit<Entrant, 'inBatch' | 'renumbered' | 'head'> & {
  hash: string
  accountId: string
  records: number | null
  last: Buffer | null
}

/**
 * The links that the accounts of a batch belong to, a joint account's several, each under the first of `purposes`
 * it has a live consent for. Held from here until the commit: the consents (a withdrawal waits) and the versions (two
 * writers of one link do). `withHeads` has it say where the links' chains in the log stand.
 */
export async function findEntrants(
  tx: Tx,
  bankId: string,
  accounts: readonly string[],
  now: number,
  {
    purposes = BATCH_PURPOSES,
    withHeads,
  }: { purposes?: readonly BatchPurpose[] | undefined; withHeads: boolean },
): Promise<Entrant[]> {
  if (accounts.length === 0) return []
  const rows = await tx.query<EntrantRow>(
    // Looked up account by account, in the order of the links, whatever the planner thinks of tables it has no
    // statistics of yet: a lateral subquery with an offset or a lock is never reordered.
    `with asked as (
       select substring($2::bytea from place * 32 - 31 for 32) as hash
       from generate_series(1, octet_length($2::bytea) / 32) as place
     ), owned as materialized (
       select asked.hash, account.*, link.pseudonym
       from asked cross join lateral (
         select account_id, link_id, person_id from people.account
         where bank_id = $1 and account_index = asked.hash offset 0
       ) as account cross join lateral (
         select pseudonym from people.link
         where person_id = account.person_id and id = account.link_id and state = 'linked' offset 0
       ) as link
       order by account.link_id
     )
     select encode(hash, 'hex') as hash, account_id as "accountId", link_id as "linkId", person_id as "personId",
       pseudonym, given.id as "grantId", given.purpose, kept.version, kept.loose, head.count as records, head.last_hash as last, array(
         select account_id from people.account as own where own.link_id = owned.link_id order by account_id
       ) as accounts
     from owned cross join lateral (
       select id, purpose from consent.grant
       where link_id = owned.link_id and purpose = any($3) and state = 'given' and expires_at > $4
       order by array_position($3, purpose) limit 1 for share
     ) as given cross join lateral (
       select version, loose from vault.link_version
       where person_id = owned.person_id and link_id = owned.link_id for update
     ) as kept left join lateral (
       select count, last_hash from accesslog.chain where chain = owned.link_id and $5 offset 0
     ) as head on true`,
    [bankId, Buffer.from(accounts.join(''), 'hex'), purposes, now, withHeads],
  )
  const found = new Map<string, Entrant>()
  for (const { hash, accountId, records, last, ...link } of rows) {
    const head = records === null ? null : { count: records, last: last! }
    const known = found.get(link.linkId) ?? { ...link, ...onceEach(link.accounts), head, inBatch: [] }
    found.set(link.linkId, known)
    known.inBatch.push({ hash, accountId })
  }
  return [...found.values()]
}

/** A link that something is told of, and the consent that it is read under. */
export type Reader = Pick<
  Entrant,
  'linkId' | 'personId' | 'pseudonym' | 'grantId' | 'version' | 'accounts'
> & { bankId: string }

/**
 * Those of `links` that have a live consent for `purpose`, for more than once and not by an app's request. Held until the commit,
 * in the order in which a batch's are.
 */
export async function findReaders(
  tx: Tx,
  links: readonly { personId: string; linkId: string }[],
  purpose: Purpose,
  now: number,
): Promise<Reader[]> {
  return await tx.query<Reader>(
    // As above: looked up link by link, in their order.
    `with asked as materialized (
       select link.* from unnest($1::text[], $2::text[]) as asked (person_id, link_id) cross join lateral (
         select person_id, id, bank_id, pseudonym from people.link
         where person_id = asked.person_id and id = asked.link_id and state = 'linked' offset 0
       ) as link
       order by link.id
     )
     select asked.id as "linkId", asked.person_id as "personId", bank_id as "bankId", pseudonym, given.id as "grantId",
       kept.version, array(
         select distinct account_id from people.account as own where own.link_id = asked.id order by account_id
       ) as accounts
     from asked cross join lateral (
       select id from consent.grant
       where link_id = asked.id and purpose = $3 and state = 'given' and expires_at > $4 and not one_time
         and access_id is null
       limit 1 for share
     ) as given cross join lateral (
       select version from vault.link_version where person_id = asked.person_id and link_id = asked.id for update
     ) as kept`,
    [links.map(({ personId }) => personId), links.map(({ linkId }) => linkId), purpose, now],
  )
}

/** Of account ids in order: an account that was renumbered has a row for each of its numbers. */
const onceEach = (accounts: readonly string[]) => ({
  accounts: [...new Set(accounts)],
  renumbered: accounts.filter((id, place) => id === accounts[place - 1]),
})

/** The loans of one batch of events. What is to be kept is gathered and written at once. */
export class Batch {
  readonly entries: ReadonlyMap<string, BatchEntry>
  readonly #tx: Tx
  readonly #random: Random
  readonly #gathered = new Map<BatchEntry, Map<string, Gathered>>()

  constructor(tx: Tx, entries: readonly BatchEntry[], random: Random) {
    this.#tx = tx
    this.#random = random
    this.entries = new Map(entries.map((entry) => [entry.linkId, entry]))
  }

  /** Puts a record with what is to be written. Of several with one id the last counts. */
  add<K extends keyof RecordKinds>(
    entry: BatchEntry,
    kind: K,
    item: RecordKinds[K],
    score: PaymentScore | null = null,
  ): void {
    const gathered = this.#gathered.get(entry) ?? new Map<string, Gathered>()
    this.#gathered.set(entry, gathered)
    gather(gathered, kind, item, score)
  }

  /** Whether the write will be one statement and no more. */
  get isShort(): boolean {
    return this.#gathered.entries().every(([entry, gathered]) => entry.loose + gathered.size < LOOSE_MAX)
  }

  /** Writes what was added, in one statement, sealed by link, kind and month; each link it touches is one version further. */
  async write(): Promise<void> {
    const rows = [...this.#gathered].flatMap(([entry, gathered]) =>
      [...gathered.values()].map((one) => ({
        entry,
        kind: one.kind,
        month: one.month,
        items: one.packed.length,
        ...sealGathered(entry.lent, one, this.#random),
      })),
    )
    this.#gathered.clear()
    if (rows.length === 0) return
    const ends: number[] = []
    for (const { sealed } of rows) ends.push((ends.at(-1) ?? 0) + sealed.length)
    // The sealed bytes go as one value: an array of them would travel as hexadecimal text.
    const [done] = await this.#tx.query<{ crowded: string[] }>(
      `with row as (
         select *, substring($6::bytea from stop - length + 1 for length) as sealed
         from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $7::int[], $8::int[], $10::int[])
           as row (person_id, link_id, kind, month, id, stop, length, items)
       ), added as (
         insert into vault.chunk (person_id, link_id, kind, month, id, items, plain, sealed)
         select person_id, link_id, kind, month, id, items, true, sealed from row
       ), bumped as (
         -- Every link has its row, so this never inserts: as an upsert each row is found by its key, whatever the plan.
         insert into vault.link_version as kept (person_id, link_id, version, loose)
         select person_id, link_id, 1, count(*) from row group by person_id, link_id
         on conflict (person_id, link_id) do update set version = kept.version + 1, loose = kept.loose + excluded.loose
         returning kept.link_id, kept.loose
       )
       select array(select link_id from bumped where loose >= $9) as crowded`,
      [
        rows.map(({ entry }) => entry.personId),
        rows.map(({ entry }) => entry.linkId),
        rows.map(({ kind }) => kind),
        rows.map(({ month }) => month),
        rows.map(({ id }) => id),
        Buffer.concat(rows.map(({ sealed }) => sealed)),
        ends,
        rows.map(({ sealed }) => sealed.length),
        LOOSE_MAX,
        rows.map(({ items }) => items),
      ],
    )
    for (const entry of new Set(rows.map((row) => row.entry))) entry.lent.version++
    for (const linkId of done!.crowded) {
      const entry = this.entries.get(linkId)!
      await entry.showRows()
      await mergeCrowded(this.#tx, entry.lent, this.#random)
    }
  }
}

/** One link of a batch. */
export class BatchEntry {
  readonly personId: string
  readonly linkId: string
  readonly bankId: string
  readonly purpose: BatchPurpose
  readonly lent: Lent
  /** Chunks that were written since the link was last merged. */
  readonly loose: number
  /** Our ids of the link's accounts in the batch, by the bank's. */
  readonly accountIds: ReadonlyMap<string, string>
  /** Of our ids of the link's accounts, those that the bank has given another number. */
  readonly renumbered: ReadonlySet<string>
  /** See `LoanBase.transactionId`. */
  readonly transactionId: (bankAccountId: string, bankTransactionId: string) => string
  readonly #needs: EntryNeeds
  #loan: ReturnType<typeof lend> | undefined

  constructor(
    of: {
      lent: Lent
      loose: number
      purpose: BatchPurpose
      accountIds: ReadonlyMap<string, string>
      renumbered: readonly string[]
    },
    needs: EntryNeeds,
  ) {
    this.personId = of.lent.personId
    this.linkId = of.lent.linkId
    this.bankId = of.lent.bankId
    this.purpose = of.purpose
    this.lent = of.lent
    this.loose = of.loose
    this.accountIds = of.accountIds
    this.renumbered = new Set(of.renumbered)
    this.#needs = needs
    this.transactionId = transactionIdsUnder(of.lent.dataKey)
  }

  /** The link's version: every write makes it one more. */
  get version(): number {
    return this.lent.version
  }

  /** The whole loan, for what is rarely needed. */
  async loan<P extends BatchPurpose>(_purpose: P): Promise<Loan<P>> {
    await this.showRows()
    this.#loan ??= lend(this.#needs.tx, this.purpose as Purpose, this.personId, [this.lent], this.#needs)
    return this.#loan.loan as Loan<P>
  }

  /** Has row-level security let this link's rows through, beside those of the batch's other links that were shown. */
  async showRows(): Promise<void> {
    const { tx, shown } = this.#needs
    if (shown.has(this.linkId)) return
    shown.add(this.linkId)
    await tx.query(`select set_config('guichet.links', $1, true)`, [[...shown].join(',')])
  }

  close(): void {
    this.#loan?.close()
  }
}

export type EntryNeeds = { tx: Tx; clock: Clock; random: Random; ownsKeys: false; shown: Set<string> }
