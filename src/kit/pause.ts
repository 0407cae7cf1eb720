import { setTimeout } from 'node:timers/promises'

/** Waits so many milliseconds, or until `signal` says that nobody waits any more. Never throws because of that. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error
  })
}
