import { Fault, type Queryable, type Sql, type Tx } from '#kit'
import { extend, type Frontier } from './frontier.ts'
import { HASH_BYTES, split } from './hashing.ts'
import type { Head } from './proof/heads.ts'
import { TILE_WIDTH } from './tree.ts'

/** Only one process signs at a time; the number is arbitrary and ours. */
const SIGNING_LOCK = 6_962_001

export type ChainHead = { count: number; last: Buffer }

/** Where the log and some of its chains stood at one moment. */
export type Standing = { frontier: Frontier; heads: ReadonlyMap<string, ChainHead | null> }

/** A chain’s new head, and how long it was before. */
export type ChainMoved = { before: number; head: ChainHead }

/** Everything that one commit adds. A leaf's place is that among these leaves, from 0: in the log it follows from the size. */
export type Addition = {
  leaves: { entry: Buffer; hash: Buffer }[]
  records: {
    chain: string
    seq: number
    leaf: number
    batchIndex: number | null
    sealed: Buffer
    at: number
  }[]
  batches: { leaf: number; hashes: Buffer }[]
  chains: ReadonlyMap<string, ChainMoved>
}

/** The log after an addition, and how many records the database says it has put under leaves that it has put there. */
export type Added = { frontier: Frontier; records: number }

/** A record as it is kept: its contents open only with a key of the person's. */
export type StoredRecord = {
  chain: string
  seq: number
  leafIndex: number
  batchIndex: number | null
  sealed: Buffer
  at: number
}

export type Tile = { level: number; index: number; hashes: Buffer; root: Buffer }
export type CheckpointKind = 'signed' | 'witnessed'
export type DayHead = Omit<Head, 'day'> & { chain: string; hash: Buffer }

const RECORD = `chain, seq, leaf_index as "leafIndex", batch_index as "batchIndex", sealed, at`

export type Store = ReturnType<typeof createStore>

/** Where each of joined values ends. */
const endsOf = (parts: readonly Buffer[]): number[] => {
  let end = 0
  return parts.map((part) => {
    end += part.length
    return end
  })
}

const frontierOf = (row: { size: number; frontier: Buffer }): Frontier => ({
  size: row.size,
  nodes: split(row.frontier),
})

/** Where the log stands. The role guichet_vault may ask too. */
export async function readFrontier(from: Queryable): Promise<Frontier> {
  const [row] = await from.query<{ size: number; frontier: Buffer }>(
    `select size, frontier from accesslog.state`,
    // Planned once, like what has values: each payment that comes alone asks for it.
    [],
  )
  return frontierOf(row!)
}

/** The only file of the room that speaks SQL. */
export function createStore(sql: Sql) {
  return {
    transaction: sql.transaction,

    async roleIsTooStrong(): Promise<boolean> {
      const [role] = await sql.query<{ strong: boolean }>(
        `select rolsuper or rolbypassrls or exists (
           select from pg_namespace where nspname = 'accesslog' and nspowner = pg_roles.oid) as strong
         from pg_roles where rolname = current_user`,
      )
      return role?.strong !== false
    },

    /** Takes the state row: until the end of `tx` nobody else appends. */
    async lockState(tx: Tx): Promise<Frontier> {
      const [row] = await tx.query<{ size: number; frontier: Buffer }>(
        `select size, frontier from accesslog.state for update`,
      )
      return frontierOf(row!)
    },

    state: (from: Queryable = sql): Promise<Frontier> => readFrontier(from),

    async headsSalt(): Promise<Buffer> {
      const [row] = await sql.query<{ heads_salt: Buffer }>(`select heads_salt from accesslog.state`)
      return row!.heads_salt
    },

    async chainHeads(from: Queryable, chains: readonly string[]): Promise<Map<string, ChainHead>> {
      const rows = await from.query<{ chain: string; count: number; last_hash: Buffer }>(
        `select chain, count, last_hash from accesslog.chain where chain = any($1)`,
        [chains],
      )
      return new Map(rows.map((row) => [row.chain, { count: row.count, last: row.last_hash }]))
    },

    async allChainHeads(tx: Tx): Promise<Map<string, ChainHead>> {
      const rows = await tx.query<{ chain: string; count: number; last_hash: Buffer }>(
        `select chain, count, last_hash from accesslog.chain`,
      )
      return new Map(rows.map((row) => [row.chain, { count: row.count, last: row.last_hash }]))
    },

    /**
     * Adds to the log what was drawn up, behind the leaves of `before`. Null when it has grown since, or one of the chains has:
     * then nothing was added. One statement, since every read of anybody waits for it. Bytes travel joined: an array of them
     * would be hexadecimal.
     */
    async add(
      to: Queryable,
      { leaves, records, batches, chains }: Addition,
      before: Frontier,
    ): Promise<Added | null> {
      const frontier = extend(
        before,
        leaves.map((leaf) => leaf.hash),
      )
      const moved = [...chains]
      const [done] = await to.query<{ added: boolean; records: number }>(
        `with state as (
           -- Whoever appends writes this row: with the size as it was, what this statement sees of the chains is the latest.
           update accesslog.state set size = $17, frontier = $18 where size = $19 and not exists (
             select from unnest($14::text[], $21::bigint[]) as head (chain, before) left join lateral (
               select count from accesslog.chain where chain = head.chain offset 0
             ) as known on true
             where coalesce(known.count, 0) <> head.before
           ) returning size
         ), leaf as (
           insert into accesslog.leaf (leaf_index, entry, hash)
           select $19 + place, entry, hash from unnest($1::int[], $2::bytea[], $3::bytea[]) as leaf (place, entry, hash)
           where exists (select from state)
           returning leaf_index
         ), batch as (
           insert into accesslog.batch (leaf_index, hashes)
           select $19 + leaf, hashes from unnest($4::int[], $5::bytea[]) as batch (leaf, hashes)
           where exists (select from state)
         ), record as (
           insert into accesslog.record (chain, seq, leaf_index, batch_index, sealed, at)
           select chain, seq, $19 + leaf, batch_index, substring($10::bytea from stop - length + 1 for length), at
           from unnest($6::text[], $7::bigint[], $8::int[], $9::int[], $11::int[], $12::int[], $13::bigint[])
             as record (chain, seq, leaf, batch_index, stop, length, at)
           where exists (select from state)
           returning leaf_index
         ), chain as (
           insert into accesslog.chain (chain, count, last_hash)
           select chain, count, substring($16::bytea from (place::int - 1) * $20::int + 1 for $20::int)
           from unnest($14::text[], $15::bigint[]) with ordinality as head (chain, count, place)
           where exists (select from state)
           on conflict (chain) do update set count = excluded.count, last_hash = excluded.last_hash
         )
         select exists (select from state) as added,
           (select count(*) from record where leaf_index in (select leaf_index from leaf)) as records`,
        [
          leaves.map((_, place) => place),
          leaves.map((leaf) => leaf.entry),
          leaves.map((leaf) => leaf.hash),
          batches.map((batch) => batch.leaf),
          batches.map((batch) => batch.hashes),
          records.map((record) => record.chain),
          records.map((record) => record.seq),
          records.map((record) => record.leaf),
          records.map((record) => record.batchIndex),
          Buffer.concat(records.map((record) => record.sealed)),
          endsOf(records.map((record) => record.sealed)),
          records.map((record) => record.sealed.length),
          records.map((record) => record.at),
          moved.map(([chain]) => chain),
          moved.map(([, { head }]) => head.count),
          Buffer.concat(moved.map(([, { head }]) => head.last)),
          frontier.size,
          Buffer.concat(frontier.nodes),
          before.size,
          HASH_BYTES,
          moved.map(([, one]) => one.before),
        ],
      )
      return done!.added ? { frontier, records: done!.records } : null
    },

    /** How many of these claims are committed records under exactly those leaves. */
    async countSequenced(
      claims: readonly { chain: string; seq: number; leafIndex: number; leafHash: Buffer }[],
    ): Promise<number> {
      if (claims.length === 0) return 0
      const [row] = await sql.query<{ count: number }>(
        // Looked up one by one: a plan made while the log was small would go on walking through the index of all leaves.
        `select count(*) as count
         from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[]) as claim (chain, seq, leaf_index, hash)
         cross join lateral (
           select leaf_index from accesslog.record where chain = claim.chain and seq = claim.seq offset 0
         ) as record cross join lateral (
           select hash from accesslog.leaf where leaf_index = claim.leaf_index offset 0
         ) as leaf
         where record.leaf_index = claim.leaf_index and leaf.hash = claim.hash`,
        [
          claims.map((claim) => claim.chain),
          claims.map((claim) => claim.seq),
          claims.map((claim) => claim.leafIndex),
          claims.map((claim) => claim.leafHash),
        ],
      )
      return row!.count
    },

    async leaves(from: Queryable, start: number, end: number): Promise<{ entry: Buffer; hash: Buffer }[]> {
      return await from.query(
        `select entry, hash from accesslog.leaf where leaf_index >= $1 and leaf_index < $2 order by leaf_index`,
        [start, end],
      )
    },

    /** The first `width` hashes of a tile: of a full one as it was kept, of another from what it is made of. */
    async tileHashes(from: Queryable, level: number, index: number, width: number): Promise<Buffer> {
      const kept = width === TILE_WIDTH ? await this.tile(from, level, index) : null
      return kept?.hashes ?? (await this.tileParts(from, level, index, width))
    },

    /** What a tile is made of: leaf hashes, or the roots of the tiles below. */
    async tileParts(from: Queryable, level: number, index: number, width: number): Promise<Buffer> {
      const start = index * TILE_WIDTH
      const [row] = await from.query<{ hashes: Buffer | null }>(
        level === 0
          ? `select string_agg(hash, '' order by leaf_index) as hashes
             from accesslog.leaf where leaf_index >= $1 and leaf_index < $2`
          : `select string_agg(root, '' order by tile_index) as hashes
             from accesslog.tile where tile_index >= $1 and tile_index < $2 and level = $3`,
        level === 0 ? [start, start + width] : [start, start + width, level - 1],
      )
      const hashes = row?.hashes
      if (hashes?.length !== width * HASH_BYTES)
        throw new Fault('log-inconsistent', { detail: `tile ${level}/${index} lacks hashes it should have` })
      return hashes
    },

    async fullTiles(from: Queryable, level: number): Promise<number> {
      const [row] = await from.query<{ count: number }>(
        `select coalesce(max(tile_index) + 1, 0) as count from accesslog.tile where level = $1`,
        [level],
      )
      return row!.count
    },

    async tile(from: Queryable, level: number, index: number): Promise<Tile | null> {
      const [row] = await from.query<Tile>(
        `select level, tile_index as index, hashes, root from accesslog.tile where level = $1 and tile_index = $2`,
        [level, index],
      )
      return row ?? null
    },

    /** Writes a tile and returns the bytes that the database now holds. */
    async addTile(tx: Tx, { level, index, hashes, root }: Tile): Promise<Buffer> {
      const [row] = await tx.query<{ hashes: Buffer }>(
        `insert into accesslog.tile (level, tile_index, hashes, root) values ($1, $2, $3, $4) returning hashes`,
        [level, index, hashes, root],
      )
      return row!.hashes
    },

    /** Waits until no other process signs; ends with `tx`. */
    async lockSigning(tx: Tx): Promise<void> {
      await tx.query(`select pg_advisory_xact_lock($1)`, [SIGNING_LOCK])
    },

    async checkpoint(
      kind: CheckpointKind,
      from: Queryable = sql,
    ): Promise<{ size: number; note: string } | null> {
      const [row] = await from.query<{ size: number; note: string }>(
        `select size, note from accesslog.checkpoint where kind = $1`,
        [kind],
      )
      return row ?? null
    },

    /** Keeps the checkpoint when it is not older than the one that is served. */
    async keepCheckpoint(to: Queryable, kind: CheckpointKind, size: number, note: string): Promise<void> {
      await to.query(
        `insert into accesslog.checkpoint as served (kind, size, note) values ($1, $2, $3)
         on conflict (kind) do update set size = excluded.size, note = excluded.note
         where served.size <= excluded.size`,
        [kind, size, note],
      )
    },

    /** The newest first, older than `beforeAt` and `beforeSeq` where given. */
    async records(
      chain: string,
      options: { beforeAt?: number; beforeSeq?: number; limit: number },
    ): Promise<StoredRecord[]> {
      return await sql.query(
        `select ${RECORD} from accesslog.record
         where chain = $1 and ($2::bigint is null or at < $2) and ($3::bigint is null or seq < $3)
         order by seq desc limit $4`,
        [chain, options.beforeAt ?? null, options.beforeSeq ?? null, options.limit],
      )
    },

    async record(chain: string, seq: number): Promise<StoredRecord | null> {
      const [row] = await sql.query<StoredRecord>(
        `select ${RECORD} from accesslog.record where chain = $1 and seq = $2`,
        [chain, seq],
      )
      return row ?? null
    },

    async batchHashes(leafIndex: number): Promise<Buffer> {
      const [row] = await sql.query<{ hashes: Buffer }>(
        `select hashes from accesslog.batch where leaf_index = $1`,
        [leafIndex],
      )
      if (!row) throw new Error(`leaf ${leafIndex} of the log is not a batch`)
      return row.hashes
    },

    async day(day: string, from: Queryable = sql): Promise<{ leafIndex: number } | null> {
      const [row] = await from.query<{ leafIndex: number }>(
        `select leaf_index as "leafIndex" from accesslog.day where day = $1`,
        [day],
      )
      return row ?? null
    },

    async addDay(tx: Tx, day: string, leafIndex: number, rows: readonly DayHead[]): Promise<void> {
      await tx.query(`insert into accesslog.day (day, leaf_index) values ($1, $2)`, [day, leafIndex])
      await tx.query(
        `insert into accesslog.day_head (day, position, chain, count, last_hash, hash)
         select $1, (position - 1)::int, chain, count, last_hash, hash
         from unnest($2::text[], $3::bigint[], $4::bytea[], $5::bytea[])
           with ordinality as row (chain, count, last_hash, hash, position)`,
        [
          day,
          rows.map((row) => row.chain),
          rows.map((row) => row.count),
          rows.map((row) => row.last),
          rows.map((row) => row.hash),
        ],
      )
    },

    /** The days on which a chain has a head under a leaf before `size`, the newest first. */
    async daysOf(chain: string, size: number, limit: number): Promise<string[]> {
      const rows = await sql.query<{ day: string }>(
        `select day from accesslog.day_head join accesslog.day using (day)
         where chain = $1 and leaf_index < $2 order by day desc limit $3`,
        [chain, size, limit],
      )
      return rows.map((row) => row.day)
    },

    async dayHead(
      chain: string,
      day: string,
    ): Promise<{ position: number; count: number; last: Buffer; hashes: Buffer; leafIndex: number } | null> {
      const [row] = await sql.query<{
        position: number
        count: number
        last: Buffer
        hashes: Buffer
        leafIndex: number
      }>(
        `select position, count, last_hash as last, leaf_index as "leafIndex",
           (select string_agg(hash, '' order by position) from accesslog.day_head where day = $2) as hashes
         from accesslog.day_head join accesslog.day using (day) where chain = $1 and day = $2`,
        [chain, day],
      )
      return row ?? null
    },
  }
}
