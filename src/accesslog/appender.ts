import type { Random, Sql } from '#kit'
import type { Frontier } from './frontier.ts'
import { commitmentEntry, leafHash, rootOfHashes } from './hashing.ts'
import { ACCESS, type AccessRecord, BATCH, NONCE_BYTES, type Statement } from './proof/record.ts'
import { checkAccessRecord } from './record-check.ts'
import { recordText } from './record-text.ts'
import type { Added, Addition, ChainHead, ChainMoved, Standing, Store } from './store.ts'

/** Leaves that one commit takes when many callers wait: more would keep the first of them waiting. */
const LEAVES_PER_COMMIT = 4_096

/** One read to log, in the chain of the link it is about. The log itself gives it its place in the chain. */
export type AppendRequest = {
  chain: string
  record: Omit<AccessRecord, 'seq' | 'prev'>
  /** Seals the nonce (32 bytes) and the record under a key of the person's. Called in the middle of an append: be quick. */
  sealRecord: (bytes: Buffer) => Buffer
}

/** A record's place in the log, once it is committed: what keys are released against. */
export type Sequenced = { chain: string; seq: number; leafIndex: number; leafHash: Buffer }

/** A statement's place in the log, and the nonce that opens its commitment: whoever keeps it can prove what was said. */
export type Stated = { index: number; nonce: Buffer; leafHash: Buffer }

type Unit = {
  chains: readonly string[]
  leaves: number
  /** Where the log stood a moment ago, when the caller has looked. */
  standing?: Standing
  /** Adds the unit to the draft, and returns what hands it to its caller. Throwing rejects this unit's caller only. */
  draw(draft: Draft): Settle
  reject(error: unknown): void
}

/** Gives a caller what they asked for, once it is committed behind the `size` leaves there were. */
type Settle = (size: number, isConfirmed: boolean) => void

export type Appender = ReturnType<typeof createAppender>

/** Chains whose heads are remembered between commits. */
const HEADS_MAX = 100_000

/**
 * Appends for many callers at once: whoever comes while a commit is under way shares the next one. The order of the log
 * is decided by its size in the state row. A process that was the last to append adds by a single statement, which adds
 * nothing when another process was faster; then, and for as long as others append as well, it asks under the lock of that row
 * where its leaves go, unless its callers have looked a moment ago. What was drawn up is good wherever that is, so long as nobody
 * else has added to the same chains.
 */
export function createAppender(needs: { sql: Sql; store: Store; random: Random; committed: () => void }) {
  const { sql, store, random, committed } = needs
  let waiting: Unit[] = []
  let flushing = false
  /** The log as this process last saw it; null when it has not, or when a commit failed and may have happened all the same. */
  let seen: Frontier | null = null
  /** Whether another process had appended, unseen, when this one last asked under the lock. */
  let isShared = false
  /** Heads of chains as this process last saw them: each append has them checked. */
  let heads = new Map<string, ChainHead | null>()
  /** What the database itself said is there, once it was committed. */
  const confirmed = new WeakSet<Sequenced>()

  async function flush(): Promise<void> {
    flushing = true
    while (waiting.length > 0) {
      const taken = take()
      try {
        const { before, settle, isConfirmed } = await commit(taken)
        for (const tell of settle) tell(before, isConfirmed)
        committed()
      } catch (error) {
        seen = null
        heads = new Map()
        // A commit that fails says so to all who were in it.
        for (const unit of taken) unit.reject(error)
      }
    }
    flushing = false
  }

  async function commit(
    units: readonly Unit[],
  ): Promise<{ before: number; settle: readonly Settle[]; isConfirmed: boolean }> {
    if (heads.size > HEADS_MAX) heads = new Map()
    for (const { standing } of units) if (standing) learn(standing)
    await learnHeads(units.flatMap((unit) => unit.chains))
    const drawn = draw(units)
    const { addition } = drawn
    if (addition.leaves.length === 0) return { before: 0, settle: [], isConfirmed: false }
    if (seen && (!isShared || units.every(({ standing }) => standing))) {
      const added = await store.add(sql, addition, seen)
      if (added) return settled(drawn, seen, added)
    }
    return await commitUnderLock(drawn)
  }

  async function commitUnderLock(drawn: Drawn) {
    const { latest, current, added } = await store.transaction(async (tx) => {
      const chains = [...drawn.addition.chains.keys()]
      // The heads by a statement of its own behind the lock: one that had waited for it would see the past.
      const [latest, found] = await Promise.all([store.lockState(tx), store.chainHeads(tx, chains)])
      const isStale = chains.some((chain) => found.get(chain)?.count !== heads.get(chain)?.count)
      for (const chain of chains) heads.set(chain, found.get(chain) ?? null)
      const current = isStale ? draw(drawn.units) : drawn
      if (current.addition.leaves.length === 0) return { latest, current, added: null }
      const adding = store.add(tx, current.addition, latest)
      tx.finish()
      const added = await adding
      if (!added) throw new Error('the log grew under its lock')
      return { latest, current, added }
    })
    isShared = seen !== null && seen.size !== latest.size
    if (!added) return { before: latest.size, settle: [], isConfirmed: false }
    return settled(current, latest, added)
  }

  function settled({ settle, addition }: Drawn, before: Frontier, added: Added) {
    seen = added.frontier
    for (const [chain, { head }] of addition.chains) heads.set(chain, head)
    return { before: before.size, settle, isConfirmed: added.records === addition.records.length }
  }

  function take(): Unit[] {
    let leaves = 0
    let units = 0
    while (units < waiting.length && (units === 0 || leaves + waiting[units]!.leaves <= LEAVES_PER_COMMIT))
      leaves += waiting[units++]!.leaves
    const taken = waiting.slice(0, units)
    waiting = waiting.slice(units)
    return taken
  }

  /** The log and its chains only grow: of what was seen at two moments, the longer is the later. */
  function learn({ frontier, heads: found }: Standing): void {
    if (!seen || frontier.size > seen.size) seen = frontier
    for (const [chain, head] of found)
      if (!heads.has(chain) || (head?.count ?? 0) > (heads.get(chain)?.count ?? 0)) heads.set(chain, head)
  }

  async function learnHeads(chains: readonly string[]): Promise<void> {
    const unknown = [...new Set(chains)].filter((chain) => !heads.has(chain))
    if (unknown.length === 0) return
    const found = await store.chainHeads(sql, unknown)
    for (const chain of unknown) heads.set(chain, found.get(chain) ?? null)
  }

  /** Draws up what the units add to the log, each chain behind its head as it is known. */
  function draw(units: readonly Unit[]): Drawn {
    const draft = createDraft(heads)
    const drawn: Unit[] = []
    const settle: Settle[] = []
    for (const unit of units) {
      const undo = draft.mark()
      try {
        settle.push(unit.draw(draft))
        drawn.push(unit)
      } catch (error) {
        undo()
        unit.reject(error)
      }
    }
    return { units: drawn, settle, addition: draft.finish() }
  }

  /** Asked for at once: each call to the system's generator costs as much as a hash. */
  function drawNonces(count: number): (i: number) => Buffer {
    const bytes = random(count * NONCE_BYTES)
    return (i) => bytes.subarray(i * NONCE_BYTES, (i + 1) * NONCE_BYTES)
  }

  /** `draw` returns what tells the place of what it drew, once the size of the log before it is known. */
  function enqueue<T>(
    unit: Pick<Unit, 'chains' | 'leaves' | 'standing'>,
    draw: (draft: Draft) => (size: number) => T,
    entriesIn: (placed: T) => readonly Sequenced[],
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      waiting.push({
        ...unit,
        reject,
        draw: (draft) => {
          const place = draw(draft)
          return (size, isConfirmed) => {
            const placed = place(size)
            if (isConfirmed) for (const entry of entriesIn(placed)) confirmed.add(entry)
            resolve(placed)
          }
        },
      })
      if (!flushing) void flush()
    })
  }

  const enqueueReads = (
    requests: readonly AppendRequest[],
    leaves: number,
    standing: Standing | undefined,
    draw: (draft: Draft, nonces: (i: number) => Buffer) => (size: number) => Sequenced[],
  ): Promise<Sequenced[]> =>
    requests.length === 0
      ? Promise.resolve([])
      : enqueue(
          { chains: requests.map((request) => request.chain), leaves, ...(standing && { standing }) },
          (draft) => draw(draft, drawNonces(requests.length)),
          (entries) => entries,
        )

  return {
    /** Whether the database has said, since it committed them, that these very entries are there. */
    isConfirmed: (entry: Sequenced): boolean => confirmed.has(entry),

    /** One leaf for each request. */
    append: (requests: readonly AppendRequest[]): Promise<Sequenced[]> =>
      enqueueReads(requests, requests.length, undefined, (draft, nonces) => {
        const drawn = requests.map((request, i) => {
          const { entry, hash, chain, seq } = draft.record(request, nonces(i), null)
          return { chain, seq, place: draft.leaf(entry, hash), leafHash: hash }
        })
        return (size) =>
          drawn.map(({ chain, seq, place, leafHash }) =>
            Object.freeze({ chain, seq, leafIndex: size + place, leafHash }),
          )
      }),

    /** One leaf for all requests: it commits to the root of a small tree over an entry for each. */
    appendBatch: (requests: readonly AppendRequest[], standing?: Standing): Promise<Sequenced[]> =>
      enqueueReads(requests, 1, standing, (draft, nonces) => {
        const drawn = requests.map((request, i) => draft.record(request, nonces(i), i))
        const hashes = Buffer.concat(drawn.map(({ hash }) => hash))
        const entry = Buffer.concat([Buffer.from(`${BATCH}\n`), rootOfHashes(hashes)])
        const batchHash = leafHash(entry)
        const place = draft.leaf(entry, batchHash)
        draft.batch(place, hashes)
        return (size) =>
          drawn.map(({ chain, seq }) =>
            Object.freeze({ chain, seq, leafIndex: size + place, leafHash: batchHash }),
          )
      }),

    /** A statement that is no read: the leaf commits to `payload` with a fresh nonce, which the caller keeps. */
    appendPlain(label: Statement, payload: Buffer): Promise<Stated> {
      return enqueue(
        { chains: [], leaves: 1 },
        (draft) => {
          const nonce = random(NONCE_BYTES)
          const entry = commitmentEntry(label, nonce, payload)
          const hash = leafHash(entry)
          const place = draft.leaf(entry, hash)
          return (size) => ({ index: size + place, nonce, leafHash: hash })
        },
        () => [],
      )
    },
  }
}

type Drawn = { units: readonly Unit[]; settle: readonly Settle[]; addition: Addition }

type Draft = ReturnType<typeof createDraft>

/** What the next commit will add, drawn up in memory. Places are those among its own leaves, from 0. */
function createDraft(heads: ReadonlyMap<string, ChainHead | null>) {
  const leaves: Addition['leaves'] = []
  const records: Addition['records'] = []
  const batches: Addition['batches'] = []
  const chains: Map<string, ChainMoved> = new Map()
  let changes: { chain: string; before: ChainMoved | undefined }[] = []

  return {
    /** Remembers how far the draft has come; the function it returns goes back there. */
    mark() {
      const marks = [leaves.length, records.length, batches.length] as const
      changes = []
      return () => {
        leaves.length = marks[0]
        records.length = marks[1]
        batches.length = marks[2]
        for (const { chain, before } of changes.reverse()) {
          if (before) chains.set(chain, before)
          else chains.delete(chain)
        }
      }
    },

    leaf: (entry: Buffer, hash = leafHash(entry)): number => leaves.push({ entry, hash }) - 1,

    batch(leaf: number, hashes: Buffer): void {
      batches.push({ leaf, hashes })
    },

    /** Gives the record its place in its chain. Call `leaf` after it: the record goes under the next leaf. */
    record({ chain, record, sealRecord }: AppendRequest, nonce: Buffer, batchIndex: number | null) {
      const moved = chains.get(chain)
      const head = moved?.head ?? heads.get(chain)
      const seq = (head?.count ?? 0) + 1
      const prev = head?.last.toString('base64') ?? ''
      const placed = checkAccessRecord({ ...record, seq, prev })
      const recordBytes = recordText(placed)
      const entry = commitmentEntry(ACCESS, nonce, recordBytes)
      const hash = leafHash(entry)
      const sealed = sealRecord(Buffer.concat([nonce, recordBytes]))
      records.push({ chain, seq, leaf: leaves.length, batchIndex, sealed, at: Date.parse(placed.t) })
      changes.push({ chain, before: moved })
      chains.set(chain, { before: moved?.before ?? head?.count ?? 0, head: { count: seq, last: hash } })
      return { chain, seq, entry, hash }
    },

    finish: (): Addition => ({ leaves, records, batches, chains }),
  }
}
