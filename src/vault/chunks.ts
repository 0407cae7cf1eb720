import { hkdfSync } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { type Money, newId, type Random, seal, type Tx, unseal } from '#kit'
import type { RecordKind, RecordKinds, Transaction } from './records.ts'

/** After this many chunks of one link, kind and month, they are merged into as few as possible. */
const CHUNKS_BEFORE_MERGE = 24
/** Records in a merged chunk at most: the unit of encryption, fetched and opened as a whole. */
const RECORDS_PER_CHUNK = 500

/** Whose chunks these are, and the key that opens them. */
export type Holder = { personId: string; linkId: string; bankId: string; dataKey: Buffer }

/** The last instant that a date can be (ECMA-262, time values): *for ever* is asked for with larger numbers. */
const LATEST_INSTANT = 8.64e15

type ChunkRow = { id: string; kind: RecordKind; month: number; seq: number; sealed: Buffer; link_id: string }

/** Months since year 0, in UTC: how chunks are found by date. */
export function monthOf(at: number): number {
  const date = new Date(Math.min(at, LATEST_INSTANT))
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
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
  const rows = [...byMonth].flatMap(([month, list]) => sealChunks(holder, kind, month, list, random))
  const [done] = await tx.query<{ version: number; crowded: number[] }>(
    `with bumped as (
       update vault.link_version set version = version + 1 where person_id = $1 and link_id = $2 returning version
     ), added as (${INSERT_CHUNKS})
     select (select version from bumped) as version, array(
       select month from vault.chunk where person_id = $1 and link_id = $2 and kind = $3 and month = any($4)
       group by month having count(*) >= $8
     ) as crowded`,
    [...insertValues(holder, kind, rows), CHUNKS_BEFORE_MERGE],
  )
  for (const month of done!.crowded) await merge(tx, holder, kind, month, random)
  return done!.version
}

/** The newest state of every record of a kind, oldest chunk first. `months` narrows to [first, last], both included. */
export async function readChunks<K extends RecordKind>(
  tx: Tx,
  holders: readonly Holder[],
  kind: K,
  months?: readonly [number, number],
): Promise<Map<string, RecordKinds[K][]>> {
  const rows = await tx.query<ChunkRow>(
    `select id, kind, month, seq, sealed, link_id from vault.chunk
     where person_id = any($1) and link_id = any($2) and kind = $3 and month between $4 and $5
     order by link_id, seq`,
    [
      [...new Set(holders.map((holder) => holder.personId))],
      holders.map((holder) => holder.linkId),
      kind,
      months?.[0] ?? 0,
      months?.[1] ?? 2147483647,
    ],
  )
  const keys = new Map(
    holders.map((holder) => [holder.linkId, { holder, key: subkey(holder.dataKey, kind) }]),
  )
  const latest = new Map<string, Map<string, RecordKinds[K]>>(
    holders.map((holder) => [holder.linkId, new Map()]),
  )
  for (const row of rows) {
    const { holder, key } = keys.get(row.link_id)!
    const byId = latest.get(row.link_id)!
    for (const item of openChunk<K>(holder, kind, row, key)) byId.set(item.id, item)
  }
  return new Map([...latest].map(([linkId, byId]) => [linkId, [...byId.values()]]))
}

type ChunkToWrite = { id: string; month: number; items: number; sealed: Buffer }

function sealChunks<K extends RecordKind>(
  holder: Holder,
  kind: K,
  month: number,
  items: readonly RecordKinds[K][],
  random: Random,
): ChunkToWrite[] {
  const key = subkey(holder.dataKey, kind)
  const chunks: ChunkToWrite[] = []
  for (let start = 0; start < items.length; start += RECORDS_PER_CHUNK) {
    const part = items.slice(start, start + RECORDS_PER_CHUNK)
    const id = newId('chk', random)
    const plain = deflateRawSync(JSON.stringify(kind === 'transaction' ? part.map(pack) : part), { level: 1 })
    chunks.push({
      id,
      month,
      items: part.length,
      sealed: seal(key, context(holder, kind, month, id), plain, random),
    })
  }
  return chunks
}

function openChunk<K extends RecordKind>(
  holder: Holder,
  kind: K,
  row: ChunkRow,
  key: Buffer,
): RecordKinds[K][] {
  const plain = inflateRawSync(unseal(key, context(holder, kind, row.month, row.id), row.sealed))
  const items = JSON.parse(plain.toString()) as unknown[]
  return (kind === 'transaction' ? items.map((item) => unpack(item as Packed)) : items) as RecordKinds[K][]
}

const INSERT_CHUNKS = `insert into vault.chunk (person_id, link_id, kind, month, id, items, sealed)
  select $1, $2, $3, * from unnest($4::int[], $5::text[], $6::int[], $7::bytea[])`

function insertValues(holder: Holder, kind: RecordKind, rows: readonly ChunkToWrite[]): unknown[] {
  return [
    holder.personId,
    holder.linkId,
    kind,
    rows.map((row) => row.month),
    rows.map((row) => row.id),
    rows.map((row) => row.items),
    rows.map((row) => row.sealed),
  ]
}

/** Rewrites one month as few full chunks. Chunks are immutable, so a reader sees the old ones or the new, never a mix. */
async function merge<K extends RecordKind>(
  tx: Tx,
  holder: Holder,
  kind: K,
  month: number,
  random: Random,
): Promise<void> {
  const items = (await readChunks(tx, [holder], kind, [month, month])).get(holder.linkId)!
  await tx.query(
    `delete from vault.chunk where person_id = $1 and link_id = $2 and kind = $3 and month = $4`,
    [holder.personId, holder.linkId, kind, month],
  )
  const rows = sealChunks(holder, kind, month, items, random)
  await tx.query(INSERT_CHUNKS, insertValues(holder, kind, rows))
}

/** One key per kind of record, so that a chunk moved to another kind's place does not open. */
function subkey(dataKey: Buffer, kind: RecordKind): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, '', `guichet/vault/1|${kind}`, 32))
}

const context = (holder: Holder, kind: RecordKind, month: number, id: string) =>
  `guichet/chunk/1|${holder.bankId}|${holder.personId}|${holder.linkId}|${kind}|${month}|${id}`

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
]

function pack(item: unknown): Packed {
  const t = item as Transaction
  return [
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
  ]
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
  }
}
