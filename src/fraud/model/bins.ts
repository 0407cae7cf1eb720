import type { Matrix } from './matrix.ts'

/** Values of one feature are told apart by at most so many cuts; the last bin is for what is unknown. */
export const CUTS_MAX = 254
export const MISSING = 255

/** Each feature's rows as bins: a value is in the bin of how many cuts are at or below it. */
export type Bins = { cuts: Float64Array[]; columns: Uint8Array[] }

/**
 * Cuts lie between neighbouring values at the quantiles; half of them are spent on the outer hundredths, since what is
 * rare is what fraud looks like.
 */
export function binRows({ names, values, labels }: Matrix): Bins {
  const width = names.length
  const cuts: Float64Array[] = []
  const columns: Uint8Array[] = []
  for (let feature = 0; feature < width; feature++) {
    const known = new Float64Array(labels.length)
    let count = 0
    for (let row = 0; row < labels.length; row++) {
      const value = values[row * width + feature]!
      if (!Number.isNaN(value)) known[count++] = value
    }
    const own = cutsOf(known.subarray(0, count).sort())
    const column = new Uint8Array(labels.length)
    for (let row = 0; row < labels.length; row++) column[row] = binOf(own, values[row * width + feature]!)
    cuts.push(own)
    columns.push(column)
  }
  return { cuts, columns }
}

/** The bin of a value: NaN has one of its own. */
export function binOf(cuts: Float64Array, value: number): number {
  if (Number.isNaN(value)) return MISSING
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (cuts[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}

function cutsOf(sorted: Float64Array): Float64Array {
  const places = new Set<number>()
  const distinct = sorted.reduce((sum, value, i) => sum + (i > 0 && value !== sorted[i - 1] ? 1 : 0), 0)
  if (distinct <= CUTS_MAX) {
    for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) places.add(i)
  } else {
    const half = CUTS_MAX >> 1
    for (let i = 1; i <= half; i++) places.add(Math.floor((i * sorted.length) / (half + 1)))
    for (let i = 0; i < half >> 1; i++) {
      const step = Math.floor(1.2 ** i)
      if (step >= sorted.length / 50) break
      places.add(step)
      places.add(sorted.length - step)
    }
  }
  const cuts = new Set<number>()
  for (const place of places) {
    const [below, above] = [sorted[place - 1], sorted[place]]
    if (below === undefined || above === undefined || below === above) continue
    const middle = below + (above - below) / 2
    // Between two neighbouring doubles there is nothing: the upper one is the cut.
    cuts.add(middle > below ? middle : above)
  }
  return Float64Array.from(cuts).sort()
}
