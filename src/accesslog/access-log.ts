import { type Clock, DAY, Fault, MINUTE, type Random, type Sql } from '#kit'
import { type AppendRequest, createAppender, type Sequenced, type Stated } from './appender.ts'
import { type Audited, auditLog, compareWithSigned } from './audit.ts'
import { createCheckpoints } from './checkpoints.ts'
import { createHeads } from './heads.ts'
import type { Statement } from './proof/record.ts'
import { createProofs } from './proofs.ts'
import { createPublicFiles } from './public-files.ts'
import type { Signer } from './signer.ts'
import { createStore, type Standing, type StoredRecord } from './store.ts'
import type { Witness } from './witness.ts'

/** How much of the log is hashed again each minute: 4 million leaves an hour, at some milliseconds a minute. */
const AUDIT_TILES_PER_MINUTE = 256

export type AccessLog = ReturnType<typeof createAccessLog>

/** The tamper-evident log of every read. `sql` is a pool of its own, of the role guichet_log, with two connections at least. */
export function createAccessLog(needs: {
  sql: Sql
  clock: Clock
  random: Random
  signer: Signer
  witnesses?: readonly Witness[]
  /** Told of what goes wrong between calls: a signature refused, a witness that does not answer, a damaged leaf. */
  onFault?: (error: unknown) => void
}) {
  const { sql, clock, random, signer, witnesses = [] } = needs
  const store = createStore(sql)
  /** Once the log is seen not to continue what was signed, nothing more is logged, and so nothing more is read. */
  let broken: Fault | null = null
  let timers: NodeJS.Timeout[] = []
  let auditFrom = 0

  function noteFault(error: unknown): void {
    if (error instanceof Fault && error.code === 'log-inconsistent') broken ??= error
    needs.onFault?.(error)
  }

  const checkpoints = createCheckpoints({ store, sql, signer, witnesses, onFault: noteFault })
  const appender = createAppender({ sql, store, random, committed: checkpoints.wake })
  const heads = createHeads({ store, committed: checkpoints.wake })
  const proofs = createProofs({ store, sql, signer, heads })

  async function whileWhole<T>(work: () => Promise<T>): Promise<T> {
    if (broken) throw broken
    return await work()
  }

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Fault && error.code === 'log-inconsistent') broken ??= error
      throw error
    }
  }

  const audit = (from = 0, tilesMax?: number): Promise<Audited> =>
    guarded(() => auditLog({ store, sql, signer }, from, tilesMax))

  async function auditNext(): Promise<void> {
    const { to, size } = await audit(auditFrom, AUDIT_TILES_PER_MINUTE)
    auditFrom = to >= size ? 0 : to
  }

  const today = () => new Date(clock.now()).toISOString().slice(0, 10)

  function every(ms: number, work: () => Promise<unknown>): void {
    const timer = setInterval(() => void work().catch(noteFault), ms)
    timer.unref()
    timers.push(timer)
  }

  return {
    origin: signer.origin,
    /** The public key that checks everything this log signs. */
    vkey: signer.vkey,

    /** Logs reads, one leaf each, in the order given. Returns once they are committed. Throws `log-inconsistent`. */
    append: (requests: readonly AppendRequest[]): Promise<Sequenced[]> =>
      whileWhole(() => appender.append(requests)),

    /**
     * Logs many reads under one leaf. Returns once they are committed. `standing` is where the log stood a moment ago: with it
     * nothing has to be asked first. Throws `log-inconsistent`.
     */
    appendBatch: (requests: readonly AppendRequest[], standing?: Standing): Promise<Sequenced[]> =>
      whileWhole(() => appender.appendBatch(requests, standing)),

    /** Logs a statement that is no read. Who keeps `nonce` and `payload` can prove it later. */
    appendPlain: (label: Statement, payload: Buffer): Promise<Stated> =>
      whileWhole(() => appender.appendPlain(label, payload)),

    /**
     * Whether every one of these entries is in the committed log, in that chain. The database says it, not the caller: of the
     * very entries that an append gave back it has, with the commit.
     */
    async isSequenced(entries: readonly Sequenced[]): Promise<boolean> {
      const unsure = entries.filter((entry) => !appender.isConfirmed(entry))
      return unsure.length === 0 || (await store.countSequenced(unsure)) === unsure.length
    },

    /** A chain's records, the newest first. */
    recordsOf: (
      chain: string,
      options: { beforeAt?: number; beforeSeq?: number; limit: number },
    ): Promise<StoredRecord[]> => store.records(chain, options),

    /** How long a chain is, and the leaf hash (base64) of its last record. */
    async head(chain: string): Promise<{ count: number; last: string | null }> {
      const head = (await store.chainHeads(sql, [chain])).get(chain)
      return { count: head?.count ?? 0, last: head?.last.toString('base64') ?? null }
    },

    proofOf: proofs.proofOf,
    statementProofOf: proofs.statementProofOf,
    headProofOf: proofs.headProofOf,
    consistencyProof: proofs.consistencyProof,

    /** How many leaves the newest signed checkpoint covers: what comes later is in the log, and not provable yet. */
    async provableSize(): Promise<number> {
      return (await store.checkpoint('signed'))?.size ?? 0
    },

    /** Signs everything committed before the call; returns the signed note. Throws `log-inconsistent`. */
    checkpoint: (): Promise<string> => guarded(checkpoints.checkpoint),

    dailyHeads: (day: string) => whileWhole(() => heads.dailyHeads(day)),
    /** The days on which a chain has a provable head, the newest first. */
    async headDays(chain: string, limit: number): Promise<string[]> {
      return await store.daysOf(chain, (await store.checkpoint('signed'))?.size ?? 0, limit)
    },

    audit,

    /** What anyone may fetch of the log (C2SP tlog-tiles); null for any other path. */
    publicFile: createPublicFiles({ store, sql }),

    /**
     * Compares the log with what was signed, makes the day's heads, then keeps signing, filing heads and hashing the log
     * again. Throws `log-inconsistent` or `role-too-strong`: then nothing may be served.
     */
    async start({ everyMs }: { everyMs: number }): Promise<void> {
      if (await store.roleIsTooStrong()) throw new Fault('role-too-strong')
      await guarded(() => compareWithSigned({ store, sql, signer }))
      await heads.dailyHeads(today())
      await guarded(checkpoints.checkpoint)
      every(everyMs, checkpoints.keepUp)
      every(MINUTE, auditNext)
      every(DAY / 24, () => heads.dailyHeads(today()))
    },

    /** Stops signing and auditing, once what is under way has ended. */
    async stop(): Promise<void> {
      for (const timer of timers) clearInterval(timer)
      timers = []
      await checkpoints.stop()
    },
  }
}
