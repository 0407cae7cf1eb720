import type { Sql } from '#kit'
import { rootOf } from './frontier.ts'
import { openCheckpoint } from './proof/checkpoint.ts'
import type { Signer } from './signer.ts'
import type { Store } from './store.ts'
import { damaged, sealTiles } from './tiles.ts'
import { createTree } from './tree.ts'
import type { Witness } from './witness.ts'

/** How long appends gather before they are signed: a proof is wanted soon, and one signature covers them all. */
const GATHER_MS = 200
/** How long nothing is signed by itself after that: while much is appended, signing costs as much as some of what it signs. */
const REST_MS = 800

export type Checkpoints = ReturnType<typeof createCheckpoints>

/** Signs the log as it grows, and shows it to the witnesses. */
export function createCheckpoints(needs: {
  store: Store
  sql: Sql
  signer: Signer
  witnesses: readonly Witness[]
  onFault: (error: unknown) => void
}) {
  const { store, sql, signer, witnesses, onFault } = needs
  let running: Promise<string> | null = null
  let next: Promise<string> | null = null
  let timer: NodeJS.Timeout | undefined
  /** Something was appended since the rest began. */
  let isWoken = false
  /** Whether there was a round since `keepUp` was last called. */
  let hasRun = false
  let stopped = false

  async function sign(): Promise<string> {
    return await store.transaction(async (tx) => {
      // The others are begun, and see what there is, once the lock is had.
      const [, frontier, served] = await Promise.all([
        store.lockSigning(tx),
        store.state(tx),
        store.checkpoint('signed', tx),
      ])
      const last = await signer.last()
      if (frontier.size === last.size && served?.size === last.size) return served.note
      await sealTiles(tx, store, frontier.size)
      const tree = createTree(frontier.size, (level, index, width) =>
        store.tileHashes(tx, level, index, width),
      )
      const root = await tree.root()
      // Two ways to one root: the frontier that each append moved on, and the tiles that were read back.
      if (!root.equals(rootOf(frontier)))
        throw damaged(`the frontier and the tiles disagree at ${frontier.size} leaves`)
      const consistencyProof = frontier.size > last.size ? await tree.consistencyProof(last.size) : []
      const note = await signer
        .sign({ size: frontier.size, root, consistencyProof })
        .catch(async (cause: unknown) => {
          // The lock goes with its connection: what does not continue what somebody else has signed since is no sign of a change.
          if ((await signer.last()).note === last.note) throw cause
          throw new Error('another process signed while this one had lost its connection', { cause })
        })
      const keeping = store.keepCheckpoint(tx, 'signed', frontier.size, note)
      tx.finish()
      await keeping
      return note
    })
  }

  async function round(): Promise<string> {
    const note = await sign()
    const shown = witnesses.length > 0 ? await showWitnesses(note) : note
    hasRun = true
    return shown
  }

  /** A witness that does not answer is told of and tried again next time: the log's own promise does not wait for it. */
  async function showWitnesses(note: string): Promise<string> {
    const { checkpoint, note: parsed } = await openCheckpoint(note, signer.key)
    const unseen = witnesses.filter(
      ({ key }) => !parsed.signatures.some(({ name, id }) => name === key.name && id === key.id),
    )
    const tree = createTree(checkpoint.size, (level, index, width) =>
      store.tileHashes(sql, level, index, width),
    )
    const lines = await Promise.all(
      unseen.map((witness) =>
        witness.cosign(note, checkpoint.size, tree.consistencyProof).catch((error: unknown) => {
          onFault(error)
          return ''
        }),
      ),
    )
    const cosigned = note + lines.join('')
    if (cosigned === note) return note
    await store.keepCheckpoint(sql, 'signed', checkpoint.size, cosigned)
    await store.keepCheckpoint(sql, 'witnessed', checkpoint.size, cosigned)
    return cosigned
  }

  /** Covers everything that was committed before the call; callers that come together share one signature. */
  function checkpoint(): Promise<string> {
    if (!running) {
      running = round().finally(() => {
        running = null
      })
      return running
    }
    // The round under way may have read the tree already: wait for it, then one more for all who came meanwhile.
    next ??= running
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        next = null
        return checkpoint()
      })
    return next
  }

  function wake(): void {
    isWoken = true
    if (!timer) wait(GATHER_MS)
  }

  /** Signs what another process appended and left unsigned, unless there was a round since the last call. */
  async function keepUp(): Promise<void> {
    if (!hasRun) await checkpoint()
    hasRun = false
  }

  function wait(ms: number): void {
    if (stopped) return
    timer = setTimeout(() => {
      timer = undefined
      if (!isWoken) return
      isWoken = false
      checkpoint().catch(onFault)
      wait(REST_MS)
    }, ms)
    timer.unref()
  }

  return {
    checkpoint,
    keepUp,
    /** Signs soon: called after each commit. */
    wake,
    async stop(): Promise<void> {
      stopped = true
      clearTimeout(timer)
      await Promise.allSettled([running, next])
    },
  }
}
