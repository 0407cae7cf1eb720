import { hkdfSync } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { type Money, monthOf, newId, type Random, seal, type Tx, unseal } from '#kit'
import {
  type PackedScore,
  packNumbers,
  packScore,
  scoredAtOf,
  unpackNumbers,
  unpackScore,
} from './packed-score.ts'
import type { Judged, PaymentScore, RecordKind, RecordKinds, Transaction } from './records.ts'

/** After this many chunks of one link, kind and month, they are merged into as few as possible. */
const CHUNKS_BEFORE_MERGE = 24
/** Records in a merged chunk at most: the unit of encryption, fetched and opened as a whole. */
const RECORDS_PER_CHUNK = 500

/** Whose chunks these are, and the key that opens them. */
export type Holder = { personId: string; linkId: string; bankId: string; dataKey: Buffer }

type ChunkRow = {
  id: string
  kind: RecordKind
  month: number
  seq: number
  sealed: Buffer
  plain: boolean
  link_id: string
}

const placeOf = <K extends RecordKind>(kind: K, item: RecordKinds[K]): number =>
  kind === 'transaction' ? monthOf((item as Transaction).at) : 0

/**
 * Appends records in sealed chunks; the newest state of a record id is the one that counts. Returns the link's version
 * after it. One statement does it all, since a bank's batch does this for many links in one transaction.
 */
export async function appendChunks<K extends RecordKind>(
  tx: Tx,
  holder: Holder,
  kind: K,
  items: readonly RecordKinds[K][],
  random: Random,
): Promise<number> {
  const byMonth = Map.groupBy(items, (item) => placeOf(kind, item))
  const rows = [...byMonth].flatMap(([month, list]) =>
    sealChunks(
      holder,
      kind,
      month,
      list.map((item) => packAs(kind, item)),
      random,
    ),
  )
  const [done] = await tx.query<{ version: number; crowded: number[] }>(
    `with bumped as (
       update vault.link_version set version = version + 1 where person_id = $1 and link_id = $2 returning version
     ), added as (${INSERT_CHUNKS})
     select (select version from bumped) as version, array(
       select month from vault.chunk where person_id = $1 and link_id = $2 and kind = $3 and month = any($4)
       group by month having count(*) >= $10
     ) as crowded`,
    [...insertValues(holder, kind, rows), CHUNKS_BEFORE_MERGE],
  )
  for (const month of done!.crowded) await merge(tx, holder, kind, month, random)
  return done!.version
}

/** What is left closed: what was kept before a link's latest so many states; what was written no later than a place (`Span`). */
export type Narrow = { statesMax?: number | undefined; writtenAfter?: number | undefined }

/** The newest state of every record of a kind, oldest chunk first. `months` narrows to [first, last], both included. */
export async function readChunks<K extends RecordKind>(
  tx: Tx,
  holders: readonly Holder[],
  kind: K,
  months?: readonly [number, number],
  narrow?: Narrow,
): Promise<Map<string, RecordKinds[K][]>> {
  const stored = await readStored(tx, holders, kind, months, narrow)
  return new Map(
    [...stored].map(([linkId, items]) => [
      linkId,
      items.map((item) => unpackAs(kind, item) as RecordKinds[K]),
    ]),
  )
}

/** Payments as they are stored: each with the score it was given, if it was given one. */
export type StoredPayments = ReadonlyMap<string, readonly Packed[]>

/** The newest state of every payment of some months (see `Span` for `writtenAfter`), and what `readScores` needs of them. */
export async function readPayments(
  tx: Tx,
  holders: readonly Holder[],
  months?: readonly [number, number],
  writtenAfter?: number,
): Promise<StoredPayments> {
  return (await readStored(tx, holders, 'transaction', months, { writtenAfter })) as Map<string, Packed[]>
}

export const paymentsOf = (stored: readonly Packed[]): Transaction[] => stored.map(unpack)

/** How payments were judged. */
export async function readScores(
  tx: Tx,
  holders: readonly Holder[],
  payments: Promise<StoredPayments>,
): Promise<PaymentScore[]> {
  const { apart, beside } = await readStoredScores(tx, holders, payments)
  return [...apart, ...beside.map(({ id, score }) => ({ id, ...unpackScore(score) }))]
}

/** When payments were judged: what was known of them is left packed. */
export async function readJudged(
  tx: Tx,
  holders: readonly Holder[],
  payments: Promise<StoredPayments>,
): Promise<Judged[]> {
  const { apart, beside } = await readStoredScores(tx, holders, payments)
  return [...apart, ...beside.map(({ id, score }) => ({ id, scoredAt: scoredAtOf(score) }))]
}

/** Scores stand beside the payment they are of, or as records of their own. */
async function readStoredScores(tx: Tx, holders: readonly Holder[], payments: Promise<StoredPayments>) {
  const [apart, byLink] = await Promise.all([readChunks(tx, holders, 'payment-score'), payments])
  const beside = [...byLink.values()].flatMap((stored) =>
    stored.flatMap(({ 0: id, [SCORE]: score }) => (score ? [{ id, score }] : [])),
  )
  return { apart: [...apart.values()].flat(), beside }
}

/** Records as they are stored, the newest state of each. A payment keeps the score it was given in any of its states. */
async function readStored(
  tx: Tx,
  holders: readonly Holder[],
  kind: RecordKind,
  months?: readonly [number, number],
  { statesMax, writtenAfter = 0 }: Narrow = {},
): Promise<Map<string, unknown[]>> {
  const found = `vault.chunk
     where person_id = any($1) and link_id = any($2) and kind = $3 and month between $4 and $5 and seq > $6`
  const columns = 'id, kind, month, seq, sealed, plain, link_id'
  const rows = await tx.query<ChunkRow>(
    statesMax === undefined
      ? `select ${columns} from ${found} order by link_id, seq`
      : `select ${columns} from (
           select *, sum(items) over (partition by link_id order by month desc, seq desc) - items as newer from ${found}
         ) as chunk where newer < $7 order by link_id, seq`,
    [
      [...new Set(holders.map((holder) => holder.personId))],
      holders.map((holder) => holder.linkId),
      kind,
      months?.[0] ?? 0,
      months?.[1] ?? 2147483647,
      writtenAfter,
      ...(statesMax === undefined ? [] : [statesMax]),
    ],
  )
  const byLinkId = new Map(holders.map((holder) => [holder.linkId, holder]))
  const latest = new Map<string, Map<string, unknown>>(holders.map((holder) => [holder.linkId, new Map()]))
  for (const row of rows) {
    const byId = latest.get(row.link_id)!
    for (const item of openChunk(byLinkId.get(row.link_id)!, kind, row)) {
      const id = idOf(kind, item)
      const before = byId.get(id)
      if (kind === 'transaction') keepScore(before as Packed | undefined, item as Packed)
      byId.set(id, kind === 'account' || kind === 'balance' ? latestOf(before, item) : item)
    }
  }
  return new Map([...latest].map(([linkId, byId]) => [linkId, [...byId.values()]]))
}

function keepScore(before: Packed | undefined, item: Packed): void {
  if (before?.[SCORE] && !item[SCORE]) item[SCORE] = before[SCORE]
}

type Dated = { asOf?: number; formerBankAccountIds?: string[] }

/**
 * Of two states of an account or a balance, what the bank said last: a pull and a push may cross on their way here. What
 * an account was called before is not forgotten.
 */
function latestOf(before: unknown, item: unknown): unknown {
  const [old, fresh] = [before as Dated | undefined, item as Dated]
  if (!old) return fresh
  const latest = fresh.asOf !== undefined && (old.asOf ?? 0) > fresh.asOf ? old : fresh
  const former = fresh.formerBankAccountIds ?? old.formerBankAccountIds
  return former ? { ...latest, formerBankAccountIds: former } : latest
}

const idOf = (kind: RecordKind, item: unknown): string =>
  kind === 'transaction' ? (item as Packed)[0] : (item as { id: string }).id

type ChunkToWrite = { id: string; month: number; items: number; sealed: Buffer }

function sealChunks(
  holder: Holder,
  kind: RecordKind,
  month: number,
  stored: readonly unknown[],
  random: Random,
): ChunkToWrite[] {
  const key = subkey(holder.dataKey, kind)
  const chunks: ChunkToWrite[] = []
  for (let start = 0; start < stored.length; start += RECORDS_PER_CHUNK) {
    const part = stored.slice(start, start + RECORDS_PER_CHUNK)
    const id = newId('chk', random)
    const plain = deflateRawSync(JSON.stringify(part), { level: 1 })
    chunks.push({
      id,
      month,
      items: part.length,
      sealed: seal(key, contextOf(holder, kind, month, id, false), plain, random),
    })
  }
  return chunks
}

/** Records of one link on their way into a batch's write: packed, each with the place it will be found at. */
export type Gathered = { kind: RecordKind; month: number; packed: unknown[] }

/** Puts a record with those of its kind and month; a payment may bring the score it was given. */
export function gather<K extends RecordKind>(
  gathered: Map<string, Gathered>,
  kind: K,
  item: RecordKinds[K],
  score: PaymentScore | null,
): void {
  const month = placeOf(kind, item)
  const packed = kind === 'transaction' ? pack(item as Transaction, score) : packAs(kind, item)
  const place = `${kind} ${month}`
  const found = gathered.get(place)
  if (found) found.packed.push(packed)
  else gathered.set(place, { kind, month, packed: [packed] })
}

/** What was gathered, sealed as one chunk that is not compressed: for the write of a whole batch. */
export function sealGathered(
  holder: Holder,
  { kind, month, packed }: Gathered,
  random: Random,
): { id: string; sealed: Buffer } {
  const id = newId('chk', random)
  const context = contextOf(holder, kind, month, id, true)
  const plain = Buffer.from(JSON.stringify(packed))
  return { id, sealed: seal(subkey(holder.dataKey, kind), context, plain, random) }
}

function openChunk(holder: Holder, kind: RecordKind, row: ChunkRow): unknown[] {
  const place = contextOf(holder, kind, row.month, row.id, row.plain)
  const opened = unseal(subkey(holder.dataKey, kind), place, row.sealed)
  return JSON.parse((row.plain ? opened : inflateRawSync(opened)).toString()) as unknown[]
}

const INSERT_CHUNKS = `insert into vault.chunk (person_id, link_id, kind, month, id, items, sealed)
  select $1, $2, $3, month, id, items, substring($7::bytea from stop - length + 1 for length)
  from unnest($4::int[], $5::text[], $6::int[], $8::int[], $9::int[]) as row (month, id, items, stop, length)`

/** The sealed bytes go as one value: an array of them would travel as hexadecimal text. */
function insertValues(holder: Holder, kind: RecordKind, rows: readonly ChunkToWrite[]): unknown[] {
  const stops: number[] = []
  for (const { sealed } of rows) stops.push((stops.at(-1) ?? 0) + sealed.length)
  return [
    holder.personId,
    holder.linkId,
    kind,
    rows.map((row) => row.month),
    rows.map((row) => row.id),
    rows.map((row) => row.items),
    Buffer.concat(rows.map((row) => row.sealed)),
    stops,
    rows.map((row) => row.sealed.length),
  ]
}

/** Merges whatever a link has too many small chunks of. */
export async function mergeCrowded(tx: Tx, holder: Holder, random: Random): Promise<void> {
  const crowded = await tx.query<{ kind: RecordKind; month: number }>(
    `select kind, month from vault.chunk where person_id = $1 and link_id = $2
     group by kind, month having count(*) >= $3`,
    [holder.personId, holder.linkId, CHUNKS_BEFORE_MERGE],
  )
  for (const { kind, month } of crowded) await merge(tx, holder, kind, month, random)
  await tx.query(`update vault.link_version set loose = 0 where person_id = $1 and link_id = $2`, [
    holder.personId,
    holder.linkId,
  ])
}

/** Rewrites one month as few full chunks. Chunks are immutable, so a reader sees the old ones or the new, never a mix. */
async function merge(tx: Tx, holder: Holder, kind: RecordKind, month: number, random: Random): Promise<void> {
  const stored = (await readStored(tx, [holder], kind, [month, month])).get(holder.linkId)!
  await tx.query(
    `delete from vault.chunk where person_id = $1 and link_id = $2 and kind = $3 and month = $4`,
    [holder.personId, holder.linkId, kind, month],
  )
  const rows = sealChunks(holder, kind, month, stored, random)
  await tx.query(INSERT_CHUNKS, insertValues(holder, kind, rows))
}

const subkeys = new WeakMap<Buffer, Map<RecordKind, Buffer>>()

/** One key per kind of record, so that a chunk moved to another kind's place does not open. */
function subkey(dataKey: Buffer, kind: RecordKind): Buffer {
  const known = subkeys.get(dataKey) ?? new Map<RecordKind, Buffer>()
  subkeys.set(dataKey, known)
  const key = known.get(kind) ?? Buffer.from(hkdfSync('sha256', dataKey, '', `guichet/vault/1|${kind}`, 32))
  known.set(kind, key)
  return key
}

const contextOf = (holder: Holder, kind: RecordKind, month: number, id: string, plain: boolean) =>
  `guichet/chunk/${plain ? 2 : 1}|${holder.bankId}|${holder.personId}|${holder.linkId}|${kind}|${month}|${id}`

function packAs(kind: RecordKind, item: unknown): unknown {
  if (kind === 'transaction') return pack(item as Transaction)
  if (kind !== 'payment-score') return item
  const score = item as PaymentScore
  // JSON has no NaN.
  return { ...score, vector: packNumbers(score.vector) }
}

function unpackAs(kind: RecordKind, item: unknown): unknown {
  if (kind === 'transaction') return unpack(item as Packed)
  if (kind !== 'payment-score') return item
  const score = item as Omit<PaymentScore, 'vector'> & { vector: string }
  return { ...score, vector: unpackNumbers(score.vector) }
}

/** Where a packed payment has its score, when it was given one. */
const SCORE = 19

// Transactions are most of what is kept: as arrays without field names they are half as long and quicker to parse.
type Packed = [
  string,
  string,
  string[],
  Transaction['status'],
  number,
  number | null,
  number,
  string,
  number | null,
  string | null,
  string,
  string | null,
  string | null,
  string | null,
  number | null,
  number | null,
  Transaction['entryMode'],
  string | null,
  string | null,
  (PackedScore | null)?,
  (string | null)?,
  (boolean | null)?,
]

function pack(t: Transaction, score: PaymentScore | null = null): Packed {
  const packed: Packed = [
    t.id,
    t.accountId,
    t.bankTransactionIds,
    t.status,
    t.at,
    t.postedAt,
    t.amount.amountMinor,
    t.amount.currency,
    t.foreign?.amountMinor ?? null,
    t.foreign?.currency ?? null,
    t.descriptor,
    t.mcc,
    t.country,
    t.city,
    t.latitude,
    t.longitude,
    t.entryMode,
    t.cardNumberDisplay,
    t.terminalId,
    score && packScore(score),
  ]
  if (t.exchangeRate !== undefined || t.isMutable !== undefined)
    packed.push(t.exchangeRate ?? null, t.isMutable ?? null)
  else if (!score) packed.pop()
  return packed
}

function unpack(p: Packed): Transaction {
  return {
    id: p[0],
    accountId: p[1],
    bankTransactionIds: p[2],
    status: p[3],
    at: p[4],
    postedAt: p[5],
    amount: { amountMinor: p[6], currency: p[7] } as Money,
    foreign: p[9] === null ? null : ({ amountMinor: p[8], currency: p[9] } as Money),
    descriptor: p[10],
    mcc: p[11],
    country: p[12],
    city: p[13],
    latitude: p[14],
    longitude: p[15],
    entryMode: p[16],
    cardNumberDisplay: p[17],
    terminalId: p[18] ?? null,
    ...(typeof p[20] === 'string' && { exchangeRate: p[20] }),
    ...(typeof p[21] === 'boolean' && { isMutable: p[21] }),
  }
}
