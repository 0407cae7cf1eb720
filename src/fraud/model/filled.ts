import type { Trees } from './trees.ts'

/**
 * Trees filled up so that all leaves of a model lie equally deep: a short branch ends in a whole bush of its own leaf. Then a
 * walk is a number of comparisons that is always the same, with no question whether it is over, and the children of a node
 * need not be looked up: they are `2n + 1` and `2n + 2`. Half as long as walking `Trees`, to the same bits.
 */
export type Filled = {
  trees: number
  depth: number
  /** Inner nodes of one tree. */
  inner: number
  /** The place in `known` that an inner node asks about. */
  asks: Int32Array
  threshold: Float64Array
  value: Float64Array
  /** The row, first with what is unknown as less than everything, then again as more than everything. */
  known: Float64Array
}

/** Filling up a tree that is deep and thin would take much memory for nothing. */
const DEPTH_MAX = 7

const filledOf = new WeakMap<Trees, Filled | null>()

/** The trees filled up; null when they are too deep. Done once for each model. */
export function fill(trees: Trees): Filled | null {
  let filled = filledOf.get(trees)
  if (filled === undefined) {
    filled = fillUp(trees)
    filledOf.set(trees, filled)
  }
  return filled
}

function fillUp({ roots, feature, threshold, left, missingRight, value }: Trees): Filled | null {
  const depthAt = (node: number): number =>
    feature[node]! < 0 ? 0 : 1 + Math.max(depthAt(left[node]!), depthAt(left[node]! + 1))
  const depth = Math.max(...Array.from(roots, depthAt))
  if (depth > DEPTH_MAX) return null
  const inner = 2 ** depth - 1
  const width = 1 + feature.reduce((most, one) => Math.max(most, one), 0)
  const filled: Filled = {
    trees: roots.length,
    depth,
    inner,
    asks: new Int32Array(roots.length * inner),
    threshold: new Float64Array(roots.length * inner),
    value: new Float64Array(roots.length * (inner + 1)),
    known: new Float64Array(2 * width),
  }
  const put = (tree: number, node: number, place: number): void => {
    if (place >= inner) {
      filled.value[tree * (inner + 1) + place - inner] = value[node]!
      return
    }
    const isLeaf = feature[node]! < 0
    if (!isLeaf) {
      filled.asks[tree * inner + place] = feature[node]! + (missingRight[node] === 1 ? width : 0)
      filled.threshold[tree * inner + place] = threshold[node]!
    }
    put(tree, isLeaf ? node : left[node]!, 2 * place + 1)
    put(tree, isLeaf ? node : left[node]! + 1, 2 * place + 2)
  }
  roots.forEach((root, tree) => {
    put(tree, root, 0)
  })
  return filled
}

/** What the trees add to `base` for one row, one tree after another. Nothing is allocated. */
export function walk(
  { trees, depth, inner, asks, threshold, value, known }: Filled,
  row: Float64Array | Float32Array,
  base: number,
  asFloat32: boolean,
): number {
  const width = known.length / 2
  for (let i = 0; i < width; i++) {
    const x = asFloat32 ? Math.fround(row[i]!) : row[i]!
    const isUnknown = Number.isNaN(x)
    known[i] = isUnknown ? Number.NEGATIVE_INFINITY : x
    known[i + width] = isUnknown ? Number.POSITIVE_INFINITY : x
  }
  let sum = asFloat32 ? Math.fround(base) : base
  for (let tree = 0; tree < trees; tree++) {
    const root = tree * inner
    let node = 0
    for (let deep = 0; deep < depth; deep++) {
      // A number out of a comparison, and no branch: which way a payment goes cannot be foreseen.
      node = 2 * node + 1 + Number(known[asks[root + node]!]! >= threshold[root + node]!)
    }
    sum += value[root + tree + node - inner]!
    if (asFloat32) sum = Math.fround(sum)
  }
  return sum
}
