import { pause } from './pause.ts'

/**
 * Does a piece of work again and again, `everyMs` after it was last done, and at once while it says that there is more. A
 * round that throws is told to `onError` and followed by the next. `stop` waits for the round under way.
 */
export function startRounds(needs: {
  everyMs: number
  /** True when there is more to do at once. */
  round(): Promise<boolean>
  onError(error: unknown): void
}): { stop(): Promise<void> } {
  const { everyMs, round, onError } = needs
  const stopping = new AbortController()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let hasMore = false
      try {
        hasMore = await round()
      } catch (error) {
        onError(error)
      }
      if (!hasMore && !stopping.signal.aborted) await pause(everyMs, stopping.signal)
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
