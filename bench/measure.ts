import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** One line of a comparison: `ratio` is value over `against` when there is a peer or a limit. */
export type Measure = {
  name: string
  value: number
  unit: string
  /** What it is held against, in words, with its own figure in the same unit. */
  against: { what: string; value: number } | null
}

/** What was asked for on the command line. */
export type Wanted = {
  /** Whether this name was asked for: a benchmark with many names may leave out what nobody wants. */
  isWanted(name: string): boolean
  /** A table for people, beside the lines that are the same every time; not shown when the lines are JSON. */
  show(table: string): void
  /** The file named by --data, for benchmarks that measure on data we do not ship. */
  dataFile: string | null
}

/** One named benchmark: prepares, measures, cleans up. `say` tells progress. */
export type Bench = { names: string[]; run(say: (line: string) => void, wanted: Wanted): Promise<Measure[]> }

/** The value below which `share` of the samples lie (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5)
}

/** How long it takes those that wait longest, but for one in a hundred, against the most that it may. */
export const longestWait = (name: string, samples: readonly number[], limitMs: number): Measure => ({
  name,
  value: percentile(samples, 0.99),
  unit: 'ms',
  against: { what: 'limit', value: limitMs },
})

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

/** Empties this process's heap, and lets it double before it is gone through again: who measures is not to be in the way. */
export function collectGarbage(): void {
  setFlagsFromString('--heap-growing-percent=100')
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}
