import { Fault } from '#kit'
import type { Matrix } from './matrix.ts'
import { rowOf, rowsOf } from './matrix.ts'
import type { Spread } from './model-file.ts'
import { scoreRow, type Trees } from './trees.ts'

const GROUPS = 10
/** A group nobody is in would make the index infinite. */
const SHARE_MIN = 1e-4
/** With fewer payments, the index of tenths moves by chance alone as far as what counts as moved. */
const ROWS_MIN = 500

export type DriftLevel = 'steady' | 'moved' | 'changed'
/** How far one feature, or the score, has moved from where it was when the model was made. */
export type Drift = { name: string; index: number; level: DriftLevel }

/**
 * How values are spread: tenths by their own quantiles; the last group is what is unknown. A value that fills a tenth by itself is a
 * group of its own: nearly all payments have no fraud at their terminal, and what is above nothing is what matters.
 */
export function spreadOf(values: ArrayLike<number>): Spread {
  const known = Float64Array.from(Array.from(values).filter((value) => !Number.isNaN(value))).sort()
  const tenths = Array.from(
    { length: GROUPS - 1 },
    (_, i) => known[Math.floor(((i + 1) * known.length) / GROUPS)]!,
  ).filter((edge) => edge !== undefined)
  const edges = [
    ...new Set(tenths.flatMap((edge, i) => (edge === tenths[i - 1] ? [edge, justAbove(edge)] : [edge]))),
  ].sort((x, y) => x - y)
  return { edges, shares: sharesOf(values, edges) }
}

const justAbove = (value: number): number => value + Math.max(1, Math.abs(value)) * Number.EPSILON

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

/** What has drifted, the furthest first; the score is among them by the name `score`. Throws `rows-unusable` for too few rows. */
export function reportDrift(
  reference: { features: Spread[]; score: Spread },
  matrix: Matrix,
  trees: Trees,
): Drift[] {
  const rows = rowsOf(matrix)
  if (rows < ROWS_MIN)
    throw new Fault('rows-unusable', {
      detail: `there are only ${rows} payments: of fewer than ${ROWS_MIN}, chance alone would look like a change`,
    })
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
