import { fill } from './filled.ts'

/**
 * Decision trees as flat arrays, all of a model one after another. The children of an inner node are neighbours: `left` and
 * `left + 1`. A value below the threshold goes left; one that is unknown goes where most of its like went.
 */
export type Trees = {
  /** Where each tree begins. */
  roots: Int32Array
  /** The feature an inner node asks about; -1 for a leaf. */
  feature: Int32Array
  threshold: Float64Array
  left: Int32Array
  /** 1 when an unknown value goes right. */
  missingRight: Uint8Array
  /** What a leaf adds, in log odds. */
  value: Float64Array
  /** How much of the training weight came by. */
  cover: Float64Array
  /** Log odds before any tree. */
  base: number
  /** Thresholds and values are compared as 32-bit floats, as XGBoost does. */
  asFloat32: boolean
}

/** A node while a tree grows. */
export type Node = {
  feature: number
  threshold: number
  missingRight: boolean
  value: number
  cover: number
  left: Node | null
  right: Node | null
}

export function flatten(roots: readonly Node[], base: number, asFloat32 = false): Trees {
  const nodes: { node: Node; left: number }[] = []
  const starts: number[] = []
  for (const root of roots) {
    starts.push(nodes.length)
    nodes.push({ node: root, left: 0 })
    for (let i = nodes.length - 1; i < nodes.length; i++) {
      const { node } = nodes[i]!
      if (!node.left || !node.right) continue
      nodes[i]!.left = nodes.length
      nodes.push({ node: node.left, left: 0 }, { node: node.right, left: 0 })
    }
  }
  return {
    roots: Int32Array.from(starts),
    feature: Int32Array.from(nodes, ({ node }) => (node.left ? node.feature : -1)),
    threshold: Float64Array.from(nodes, ({ node }) => (node.left ? node.threshold : 0)),
    left: Int32Array.from(nodes, ({ left }) => left),
    missingRight: Uint8Array.from(nodes, ({ node }) => (node.missingRight ? 1 : 0)),
    value: Float64Array.from(nodes, ({ node }) => (node.left ? 0 : node.value)),
    cover: Float64Array.from(nodes, ({ node }) => node.cover),
    base,
    asFloat32,
  }
}

/**
 * Log odds of fraud for one row. Nothing is allocated. Trees that are as XGBoost's are summed in 32 bits too, in its order: so
 * its model answers to the last bit as it did there.
 */
export function scoreRow(trees: Trees, row: Float64Array | Float32Array): number {
  const walk = fill(trees)
  if (walk) return walk(row)
  const { roots, feature, value, base, asFloat32 } = trees
  let sum = asFloat32 ? Math.fround(base) : base
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree]!
    while (feature[node]! >= 0) node = childOf(trees, node, row)
    sum += value[node]!
    if (asFloat32) sum = Math.fround(sum)
  }
  return sum
}

/** Which child of an inner node a row goes to. */
export function childOf(trees: Trees, node: number, row: Float64Array | Float32Array): number {
  const x = trees.asFloat32 ? Math.fround(row[trees.feature[node]!]!) : row[trees.feature[node]!]!
  const t = trees.threshold[node]!
  return trees.left[node]! + (x < t ? 0 : x >= t ? 1 : trees.missingRight[node]!)
}

export const sigmoid = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds))
