import { backoffMs, Fault, MINUTE, pause, SECOND, type Sql, type Tx } from '#kit'

/** How long is waited before something is kept again that could not be. */
const KEPT_AGAIN = { firstMs: SECOND, maxMs: MINUTE }

/** Who decided something about rules or models, and why. */
export type Decision = { by: string; reason: string }

export function checkDecision({ by, reason }: Decision): void {
  if (by.trim() === '' || reason.trim() === '')
    throw new Fault('request-malformed', { detail: 'say who decides it, and why' })
}

/** Of two people who decide at once, the second sees what the first did. */
export async function decideAlone(tx: Tx, table: 'fraud.model' | 'fraud.rule_set'): Promise<void> {
  await tx.query(`lock table ${table} in share row exclusive mode`)
}

/** Has what is in force read again whenever somebody decides, in this process or another, which `channel` tells of. */
export function createFollowing(needs: { sql: Sql; channel: string; read: () => Promise<void> }) {
  const { sql, channel, read } = needs
  /** One after the other: what was read earlier never comes after what was read later. */
  let loading: Promise<void> = Promise.resolve()
  const load = (): Promise<void> => {
    loading = loading.then(read, read)
    return loading
  }

  /** Tells every process that something was decided, and waits until this one has read it. */
  async function changed(): Promise<void> {
    await sql.query(`select pg_notify($1, '')`, [channel])
    await load()
  }

  let noting: Promise<void> = Promise.resolve()
  let report = (error: unknown): void => {
    throw error
  }
  const stopping = new AbortController()

  async function keepOnce(keep: () => Promise<void>): Promise<void> {
    for (let failures = 1; !stopping.signal.aborted; failures++) {
      try {
        await keep()
        return await changed()
      } catch (error) {
        report(error)
      }
      await pause(backoffMs(failures, KEPT_AGAIN), stopping.signal)
    }
  }

  return {
    changed,

    /**
     * Keeps what this process found out of what is in force, and tells every process; nobody who judges waits for it. What cannot be
     * kept is tried again until it is: `keep` may be called after it has done so.
     */
    note(keep: () => Promise<void>): void {
      noting = noting.then(() => keepOnce(keep))
    },

    /** Reads what is in force and follows its changes; `stop` ends the following. */
    async start(onError: (error: unknown) => void): Promise<{ stop(): Promise<void> }> {
      report = onError
      const follow = () => void load().catch(onError)
      const following = await sql.listen(channel, follow, follow)
      const stop = async () => {
        stopping.abort()
        await noting
        await following.stop()
        await loading.catch(() => {})
      }
      try {
        // Only now: what is decided from here on is heard.
        await load()
      } catch (error) {
        await stop()
        throw error
      }
      return { stop }
    },
  }
}
