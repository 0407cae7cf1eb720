/** From log odds to the share that really was fraud: a rising curve, straight between its points. */
export type Calibration = { logOdds: number[]; probability: number[] }

/**
 * The rising curve nearest to what happened on rows that were not learnt from: pool adjacent violators (Ayer et al. 1955).
 * Each pool is a point at its middle, and counts one more genuine and one more fraudulent payment between them by the
 * whole's own share, so that a handful never says *never* or *always*.
 */
export function calibrate(logOdds: ArrayLike<number>, labels: ArrayLike<number>): Calibration {
  const order = Int32Array.from({ length: logOdds.length }, (_, i) => i).sort(
    (a, b) => logOdds[a]! - logOdds[b]! || a - b,
  )
  let frauds = 0
  for (let i = 0; i < labels.length; i++) frauds += labels[i]!
  const share = (frauds + 0.5) / (labels.length + 1)
  const pools: { sum: number; count: number; x: number }[] = []
  for (const i of order) {
    pools.push({ sum: labels[i]!, count: 1, x: logOdds[i]! })
    while (pools.length > 1) {
      const [before, last] = pools.slice(-2) as [(typeof pools)[0], (typeof pools)[0]]
      if (before.sum / before.count < last.sum / last.count) break
      const count = before.count + last.count
      const x = (before.x * before.count + last.x * last.count) / count
      pools.splice(-2, 2, { sum: before.sum + last.sum, count, x })
    }
  }
  const smooth = pools.map(({ sum, count }) => (sum + 2 * share) / (count + 2))
  for (let i = 1; i < smooth.length; i++) smooth[i] = Math.max(smooth[i]!, smooth[i - 1]!)
  return { logOdds: pools.map(({ x }) => x), probability: smooth }
}

/** The probability of fraud at these log odds. */
export function probabilityAt({ logOdds, probability }: Calibration, x: number): number {
  let low = 0
  let high = logOdds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (logOdds[middle]! <= x) low = middle + 1
    else high = middle
  }
  if (low === 0) return probability[0]!
  if (low === logOdds.length) return probability.at(-1)!
  const [x0, x1] = [logOdds[low - 1]!, logOdds[low]!]
  const [p0, p1] = [probability[low - 1]!, probability[low]!]
  return p0 + ((p1 - p0) * (x - x0)) / (x1 - x0)
}
