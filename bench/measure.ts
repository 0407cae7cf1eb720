/** One line of a comparison: `ratio` is value over `against` when there is a peer or a limit. */
export type Measure = {
  name: string
  value: number
  unit: string
  /** What it is held against, in words, with its own figure in the same unit. */
  against: { what: string; value: number } | null
}

/** One named benchmark: prepares, measures, cleans up. `say` tells progress. */
export type Bench = { names: string[]; run(say: (line: string) => void): Promise<Measure[]> }

/** The value below which `share` of the samples lie (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5)
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}
