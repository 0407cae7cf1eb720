import type { Queryable, Random, Sql } from '#kit'
import { extend, type Frontier } from './frontier.ts'
import { commitmentEntry, leafHash, rootOfHashes } from './hashing.ts'
import { ACCESS, type AccessRecord, BATCH, NONCE_BYTES, type Statement } from './proof/record.ts'
import { checkAccessRecord } from './record-check.ts'
import { recordText } from './record-text.ts'
import type { Addition, ChainHead, NewLeaf, Store } from './store.ts'

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
  /** Adds the unit to the draft. Throwing rejects this unit's caller only. */
  draw(draft: Draft): { entries: readonly Sequenced[]; resolve: () => void }
  reject(error: unknown): void
}

export type Appender = ReturnType<typeof createAppender>

/** Chains whose heads are remembered between commits. */
const HEADS_MAX = 100_000

/** The log as this process left it: true for as long as the log has still that size. */
type Known = { frontier: Frontier; heads: Map<string, ChainHead | null> }

/**
 * Appends for many callers at once: whoever comes while a commit is under way shares the next one. The order of the log
 * is decided by its size in the state row. A process that was the last to append knows what it needs and adds by a single
 * statement, which adds nothing when another process was faster; then it reads anew, under the lock of that row.
 */
export function createAppender(needs: { sql: Sql; store: Store; random: Random; committed: () => void }) {
  const { sql, store, random, committed } = needs
  let waiting: Unit[] = []
  let flushing = false
  let known: Known | null = null
  /** What the database itself said is there, once it was committed. */
  const confirmed = new WeakSet<Sequenced>()

  async function flush(): Promise<void> {
    flushing = true
    while (waiting.length > 0) {
      let taken: Unit[] = []
      try {
        if (known) taken = take()
        const settle = (known && (await addOnKnown(known, taken))) ?? (await addUnderLock())
        for (const resolve of settle) resolve()
        committed()
      } catch (error) {
        known = null
        // A commit that fails says so to all who were in it; one that failed before taking anybody, to all who wait.
        if (taken.length === 0) taken = take()
        for (const unit of taken) unit.reject(error)
      }

      async function addUnderLock(): Promise<(() => void)[]> {
        known = null
        const { settle, after } = await store.transaction(async (tx) => {
          const frontier = await store.lockState(tx)
          // Taken only now: everyone who came while we waited for the lock shares this commit.
          if (taken.length === 0) taken = take()
          const drawn = await draw(tx, { frontier, heads: new Map() }, taken)
          if (!(await add(tx, drawn.addition))) throw new Error('the log grew under its lock')
          return drawn
        })
        known = after
        return settle
      }
    }
    flushing = false
  }

  /** Null when another process has appended since. */
  async function addOnKnown(before: Known, units: readonly Unit[]): Promise<(() => void)[] | null> {
    const { settle, drawn, addition, after } = await draw(sql, before, units)
    const added = await sql.session(async (session) => {
      // Asked right behind the statement that adds them, and so answered once that is committed: whoever wants to know
      // before they hand out a key need not go to the database once more.
      const [done, count] = await Promise.all([add(session, addition), store.countSequenced(drawn, session)])
      if (done && count === drawn.length) for (const entry of drawn) confirmed.add(entry)
      return done
    })
    if (!added) return null
    known = after
    return settle
  }

  const add = async (to: Queryable, addition: Addition): Promise<boolean> =>
    addition.leaves.length === 0 || (await store.add(to, addition))

  function take(): Unit[] {
    let leaves = 0
    let units = 0
    while (units < waiting.length && (units === 0 || leaves + waiting[units]!.leaves <= LEAVES_PER_COMMIT))
      leaves += waiting[units++]!.leaves
    const taken = waiting.slice(0, units)
    waiting = waiting.slice(units)
    return taken
  }

  /** Draws up what the units add to the log as it is known, and what will then be known of it. */
  async function draw(
    from: Queryable,
    before: Known,
    units: readonly Unit[],
  ): Promise<{ settle: (() => void)[]; drawn: Sequenced[]; addition: Addition; after: Known }> {
    const heads = before.heads.size > HEADS_MAX ? new Map<string, ChainHead | null>() : before.heads
    const unknown = [...new Set(units.flatMap((unit) => unit.chains))].filter((chain) => !heads.has(chain))
    if (unknown.length > 0) {
      const found = await store.chainHeads(from, unknown)
      for (const chain of unknown) heads.set(chain, found.get(chain) ?? null)
    }
    const draft = createDraft(before.frontier, heads)
    const settle: (() => void)[] = []
    const drawn: Sequenced[] = []
    for (const unit of units) {
      const undo = draft.mark()
      try {
        const { entries, resolve } = unit.draw(draft)
        settle.push(resolve)
        drawn.push(...entries)
      } catch (error) {
        undo()
        unit.reject(error)
      }
    }
    const addition = draft.finish()
    for (const [chain, head] of addition.chains) heads.set(chain, head)
    return { settle, drawn, addition, after: { frontier: addition.frontier, heads } }
  }

  /** Asked for at once: each call to the system's generator costs as much as a hash. */
  function drawNonces(count: number): (i: number) => Buffer {
    const bytes = random(count * NONCE_BYTES)
    return (i) => bytes.subarray(i * NONCE_BYTES, (i + 1) * NONCE_BYTES)
  }

  function enqueue<T>(
    unit: Pick<Unit, 'chains' | 'leaves'>,
    draw: (draft: Draft) => T,
    entriesIn: (drawn: T) => readonly Sequenced[],
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      waiting.push({
        ...unit,
        reject,
        draw: (draft) => {
          const drawn = draw(draft)
          return { entries: entriesIn(drawn), resolve: () => resolve(drawn) }
        },
      })
      if (!flushing) void flush()
    })
  }

  const enqueueReads = (
    requests: readonly AppendRequest[],
    leaves: number,
    draw: (draft: Draft, nonces: (i: number) => Buffer) => Sequenced[],
  ): Promise<Sequenced[]> =>
    requests.length === 0
      ? Promise.resolve([])
      : enqueue(
          { chains: requests.map((request) => request.chain), leaves },
          (draft) => draw(draft, drawNonces(requests.length)),
          (entries) => entries,
        )

  return {
    /** Whether the database has said, since it committed them, that these very entries are there. */
    isConfirmed: (entry: Sequenced): boolean => confirmed.has(entry),

    /** One leaf for each request. */
    append: (requests: readonly AppendRequest[]): Promise<Sequenced[]> =>
      enqueueReads(requests, requests.length, (draft, nonces) =>
        requests.map((request, i) => {
          const { entry, hash, ...place } = draft.record(request, nonces(i), null)
          const leafIndex = draft.leaf(entry, hash)
          return Object.freeze({ ...place, leafIndex, leafHash: hash })
        }),
      ),

    /** One leaf for all requests: it commits to the root of a small tree over an entry for each. */
    appendBatch: (requests: readonly AppendRequest[]): Promise<Sequenced[]> =>
      enqueueReads(requests, 1, (draft, nonces) => {
        const drawn = requests.map((request, i) => draft.record(request, nonces(i), i))
        const hashes = Buffer.concat(drawn.map(({ hash }) => hash))
        const entry = Buffer.concat([Buffer.from(`${BATCH}\n`), rootOfHashes(hashes)])
        const batchHash = leafHash(entry)
        const leafIndex = draft.leaf(entry, batchHash)
        draft.batch(leafIndex, hashes)
        return drawn.map(({ chain, seq }) => Object.freeze({ chain, seq, leafIndex, leafHash: batchHash }))
      }),

    /** A statement that is no read: the leaf commits to `payload` with a fresh nonce, which the caller keeps. */
    appendPlain(label: Statement, payload: Buffer): Promise<Stated> {
      return enqueue(
        { chains: [], leaves: 1 },
        (draft) => {
          const nonce = random(NONCE_BYTES)
          const entry = commitmentEntry(label, nonce, payload)
          const hash = leafHash(entry)
          return { index: draft.leaf(entry, hash), nonce, leafHash: hash }
        },
        () => [],
      )
    },
  }
}

type Draft = ReturnType<typeof createDraft>

/** What the next commit will add, drawn up in memory. */
function createDraft(frontier: Frontier, committedHeads: ReadonlyMap<string, ChainHead | null>) {
  const leaves: NewLeaf[] = []
  const records: Addition['records'] = []
  const batches: Addition['batches'] = []
  const chains = new Map<string, ChainHead>()
  let changes: { chain: string; before: ChainHead | undefined }[] = []

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

    leaf(entry: Buffer, hash = leafHash(entry)): number {
      const index = frontier.size + leaves.length
      leaves.push({ index, entry, hash })
      return index
    },

    batch(leafIndex: number, hashes: Buffer): void {
      batches.push({ leafIndex, hashes })
    },

    /** Gives the record its place in its chain. Call `leaf` after it: the record goes under the next leaf. */
    record({ chain, record, sealRecord }: AppendRequest, nonce: Buffer, batchIndex: number | null) {
      const head = chains.get(chain) ?? committedHeads.get(chain)
      const seq = (head?.count ?? 0) + 1
      const prev = head?.last.toString('base64') ?? ''
      const placed = checkAccessRecord({ ...record, seq, prev })
      const recordBytes = recordText(placed)
      const entry = commitmentEntry(ACCESS, nonce, recordBytes)
      const hash = leafHash(entry)
      const sealed = sealRecord(Buffer.concat([nonce, recordBytes]))
      const leafIndex = frontier.size + leaves.length
      records.push({ chain, seq, leafIndex, batchIndex, sealed, at: Date.parse(placed.t) })
      changes.push({ chain, before: chains.get(chain) })
      chains.set(chain, { count: seq, last: hash })
      return { chain, seq, entry, hash }
    },

    finish(): Addition {
      const grown = extend(
        frontier,
        leaves.map((leaf) => leaf.hash),
      )
      return { leaves, records, batches, chains, frontier: grown }
    },
  }
}
