import type { Matrix } from './matrix.ts'
import { rowOf, rowsOf } from './matrix.ts'
import type { Spread } from './model-file.ts'
import { scoreRow, type Trees } from './trees.ts'

const GROUPS = 10
/** A group nobody is in would make the index infinite. */
const SHARE_MIN = 1e-4

export type DriftLevel = 'steady' | 'moved' | 'changed'
/** How far one feature, or the score, has moved from where it was when the model was made. */
export type Drift = { name: string; index: number; level: DriftLevel }

/** How values are spread: tenths by their own quantiles; the last group is what is unknown. */
export function spreadOf(values: ArrayLike<number>): Spread {
  const known = Float64Array.from(Array.from(values).filter((value) => !Number.isNaN(value))).sort()
  const edges = [
    ...new Set(
      Array.from({ length: GROUPS - 1 }, (_, i) => known[Math.floor(((i + 1) * known.length) / GROUPS)]!),
    ),
  ].filter((edge) => edge !== undefined)
  return { edges, shares: sharesOf(values, edges) }
}

function sharesOf(values: ArrayLike<number>, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 2).fill(0)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    const group = Number.isNaN(value) ? edges.length + 1 : edges.filter((edge) => value >= edge).length
    counts[group]!++
  }
  return counts.map((count) => count / values.length)
}

/** The population stability index between a spread and new values, with the customary levels .1 and .25. */
export function driftOf(name: string, { edges, shares }: Spread, values: ArrayLike<number>): Drift {
  const now = sharesOf(values, edges)
  const index = shares.reduce((sum, share, i) => {
    const [was, is] = [Math.max(share, SHARE_MIN), Math.max(now[i]!, SHARE_MIN)]
    return sum + (is - was) * Math.log(is / was)
  }, 0)
  return { name, index, level: index < 0.1 ? 'steady' : index < 0.25 ? 'moved' : 'changed' }
}

export function referenceOf(matrix: Matrix, trees: Trees): { features: Spread[]; score: Spread } {
  return {
    features: matrix.names.map((_, feature) => spreadOf(columnOf(matrix, feature))),
    score: spreadOf(scoresOf(matrix, trees)),
  }
}

/** What has drifted, the furthest first; the score is among them by the name `score`. */
export function reportDrift(
  reference: { features: Spread[]; score: Spread },
  matrix: Matrix,
  trees: Trees,
): Drift[] {
  return [
    driftOf('score', reference.score, scoresOf(matrix, trees)),
    ...matrix.names.map((name, feature) =>
      driftOf(name, reference.features[feature]!, columnOf(matrix, feature)),
    ),
  ].sort((a, b) => b.index - a.index)
}

export function columnOf({ values, names, labels }: Matrix, feature: number): Float64Array {
  return Float64Array.from({ length: labels.length }, (_, row) => values[row * names.length + feature]!)
}

export const scoresOf = (matrix: Matrix, trees: Trees): Float64Array =>
  Float64Array.from({ length: rowsOf(matrix) }, (_, row) => scoreRow(trees, rowOf(matrix, row)))
