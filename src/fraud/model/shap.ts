import { childOf, type Trees } from './trees.ts'

/** What each feature adds to the log odds of one row, and what is said of a row that nothing is known about. */
export type Explanation = { expected: number; contributions: Float64Array }

/** The features met on the way down a tree, with the weights of all their subsets (arrays side by side). */
type Path = { feature: Int32Array; zero: Float64Array; one: Float64Array; weight: Float64Array }

/**
 * Exact Shapley values of the features for one row: TreeSHAP, path dependent (Lundberg, Erion & Lee 2018, algorithm 2).
 * They add up to the score: `expected + Σ contributions = scoreRow`.
 */
export function explainRow(trees: Trees, row: Float64Array | Float32Array, width: number): Explanation {
  const contributions = new Float64Array(width)
  let expected = trees.base
  for (const root of trees.roots) {
    expected += expectedOf(trees, root)
    const depth = depthOf(trees, root) + 2
    descend(trees, row, root, emptyPath(depth), 0, 1, 1, -1, contributions)
  }
  return { expected, contributions }
}

function expectedOf(trees: Trees, node: number): number {
  if (trees.feature[node]! < 0) return trees.value[node]!
  const left = trees.left[node]!
  const [a, b] = [trees.cover[left]!, trees.cover[left + 1]!]
  return (a * expectedOf(trees, left) + b * expectedOf(trees, left + 1)) / (a + b)
}

function depthOf(trees: Trees, node: number): number {
  if (trees.feature[node]! < 0) return 0
  const left = trees.left[node]!
  return 1 + Math.max(depthOf(trees, left), depthOf(trees, left + 1))
}

const emptyPath = (length: number): Path => ({
  feature: new Int32Array(length),
  zero: new Float64Array(length),
  one: new Float64Array(length),
  weight: new Float64Array(length),
})

function copyOf({ feature, zero, one, weight }: Path): Path {
  return { feature: feature.slice(), zero: zero.slice(), one: one.slice(), weight: weight.slice() }
}

function descend(
  trees: Trees,
  row: Float64Array | Float32Array,
  node: number,
  parent: Path,
  length: number,
  zero: number,
  one: number,
  feature: number,
  into: Float64Array,
): void {
  // Nobody came by when it was learnt, and this row does not either.
  if (zero === 0 && one === 0) return
  const path = copyOf(parent)
  extend(path, length, zero, one, feature)
  const asks = trees.feature[node]!
  if (asks < 0) {
    for (let i = 1; i <= length; i++) {
      const weight = unwoundSum(path, length, i)
      into[path.feature[i]!]! += weight * (path.one[i]! - path.zero[i]!) * trees.value[node]!
    }
    return
  }
  const left = trees.left[node]!
  const hot = childOf(trees, node, row)
  const cold = hot === left ? left + 1 : left
  const all = trees.cover[left]! + trees.cover[left + 1]!
  let last = length
  let [zeroBefore, oneBefore] = [1, 1]
  for (let i = 1; i <= length; i++) {
    if (path.feature[i] !== asks) continue
    // Asked about before on this way: what it was worth is taken back first.
    zeroBefore = path.zero[i]!
    oneBefore = path.one[i]!
    unwind(path, length, i)
    last--
    break
  }
  descend(trees, row, hot, path, last + 1, (trees.cover[hot]! / all) * zeroBefore, oneBefore, asks, into)
  descend(trees, row, cold, path, last + 1, (trees.cover[cold]! / all) * zeroBefore, 0, asks, into)
}

function extend(path: Path, length: number, zero: number, one: number, feature: number): void {
  path.feature[length] = feature
  path.zero[length] = zero
  path.one[length] = one
  path.weight[length] = length === 0 ? 1 : 0
  for (let i = length - 1; i >= 0; i--) {
    path.weight[i + 1]! += (one * path.weight[i]! * (i + 1)) / (length + 1)
    path.weight[i] = (zero * path.weight[i]! * (length - i)) / (length + 1)
  }
}

function unwind(path: Path, length: number, index: number): void {
  const [zero, one] = [path.zero[index]!, path.one[index]!]
  let next = path.weight[length]!
  for (let i = length - 1; i >= 0; i--) {
    if (one !== 0) {
      const before = path.weight[i]!
      path.weight[i] = (next * (length + 1)) / ((i + 1) * one)
      next = before - (path.weight[i]! * zero * (length - i)) / (length + 1)
    } else path.weight[i] = (path.weight[i]! * (length + 1)) / (zero * (length - i))
  }
  for (let i = index; i < length; i++) {
    path.feature[i] = path.feature[i + 1]!
    path.zero[i] = path.zero[i + 1]!
    path.one[i] = path.one[i + 1]!
  }
}

function unwoundSum(path: Path, length: number, index: number): number {
  const [zero, one] = [path.zero[index]!, path.one[index]!]
  let next = path.weight[length]!
  let total = 0
  for (let i = length - 1; i >= 0; i--) {
    if (one !== 0) {
      const weight = (next * (length + 1)) / ((i + 1) * one)
      total += weight
      next = path.weight[i]! - (weight * zero * (length - i)) / (length + 1)
    } else total += path.weight[i]! / zero / ((length - i) / (length + 1))
  }
  return total
}
