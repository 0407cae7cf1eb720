import type { Private } from '#kit'
import type { createMemories } from './memories.ts'
import type { Memory } from './memory.ts'

/** The memory of a link with a batch in it that is not committed yet. */
export type Staged = {
  /** Its `version` is the link's as it is now; in `settle(true)` that is after the batch. */
  entry: { personId: string; linkId: string; readonly version: number }
  /** The version that the memory was true of before the batch. */
  version: number
  memory: Private<Memory>
  /** Takes the batch's payments back. */
  undo: Private<() => void>
  /** The batch opened or changed cases, which are not taken back one by one. */
  hasNewCases: boolean
}

/** What is to be done once it is known whether a batch was committed; only the first time it is said counts. */
export function settling(
  staged: readonly Staged[],
  memories: ReturnType<typeof createMemories>,
  now: () => number,
): (committed: boolean) => void {
  let isSettled = false
  return (committed) => {
    if (isSettled) return
    isSettled = true
    for (const { entry, version, memory, undo, hasNewCases } of staged) {
      const { personId, linkId } = entry
      if (committed) memories.put(linkId, { personId, memory, version: entry.version }, now())
      else if (!hasNewCases) {
        undo.map((takeBack) => takeBack())
        memories.put(linkId, { personId, memory, version }, now())
      }
    }
  }
}
