import assert from 'node:assert/strict'
import type { Trees } from './trees.ts'

/** What the trees of a model add up to for one row. Nothing is allocated. */
export type Walk = (row: Float64Array | Float32Array) => number

/** Filling up a tree that is deep and thin would take much memory for nothing. */
const DEPTH_MAX = 7

const walks = new WeakMap<Trees, Walk | null>()

/**
 * A walk down trees that are filled up, so that all leaves of a model lie equally deep: a short branch ends in a whole bush of
 * its own leaf. It is then a number of comparisons that is always the same, with no question whether it is over. All trees
 * together are one heap with as many roots as there are trees: the children of node n are `2n + trees` and the one after it. A
 * third as long as walking `Trees`, to the same bits. Null when the trees are too deep. Made once for each model.
 */
export function fill(trees: Trees): Walk | null {
  let walk = walks.get(trees)
  if (walk === undefined) {
    assert.ok(trees.roots.length > 0, 'a model has at least one tree')
    const depth = Math.max(...Array.from(trees.roots, (root) => depthAt(trees, root)))
    walk = depth > DEPTH_MAX ? null : fillUp(trees, depth)
    walks.set(trees, walk)
  }
  return walk
}

const depthAt = (trees: Trees, node: number): number =>
  trees.feature[node]! < 0
    ? 0
    : 1 + Math.max(depthAt(trees, trees.left[node]!), depthAt(trees, trees.left[node]! + 1))

function fillUp(
  { roots, feature, threshold, left, missingRight, value, base, asFloat32 }: Trees,
  depth: number,
): Walk {
  const trees = roots.length
  const inner = trees * (2 ** depth - 1)
  const width = 1 + feature.reduce((most, one) => Math.max(most, one), 0)
  /** The place in `known` that an inner node asks about. */
  const asks = new Int32Array(inner)
  const thresholds = new Float64Array(inner)
  const leaves = new Float64Array(trees * 2 ** depth)
  const put = (node: number, place: number): void => {
    if (place >= inner) {
      leaves[place - inner] = value[node]!
      return
    }
    const isLeaf = feature[node]! < 0
    if (!isLeaf) {
      asks[place] = feature[node]! + (missingRight[node] === 1 ? width : 0)
      thresholds[place] = threshold[node]!
    }
    put(isLeaf ? node : left[node]!, 2 * place + trees)
    put(isLeaf ? node : left[node]! + 1, 2 * place + trees + 1)
  }
  roots.forEach(put)

  /** The row, first with what is unknown as less than everything, then again as more than everything. */
  const known = new Float64Array(2 * width)
  const sum = writeSum({ trees, depth, inner, asFloat32 })(asks, thresholds, leaves, known)
  return (row) => {
    for (let i = 0; i < width; i++) {
      const x = asFloat32 ? Math.fround(row[i]!) : row[i]!
      const isUnknown = Number.isNaN(x)
      known[i] = isUnknown ? Number.NEGATIVE_INFINITY : x
      known[i + width] = isUnknown ? Number.POSITIVE_INFINITY : x
    }
    return sum(asFloat32 ? Math.fround(base) : base)
  }
}

type Sum = (
  asks: Int32Array,
  thresholds: Float64Array,
  leaves: Float64Array,
  known: Float64Array,
) => (base: number) => number

/** The steps down a tree are written out one after the other: a loop asks after each whether it was the last, and that takes as long as the step. */
function writeSum(sizes: { trees: number; depth: number; inner: number; asFloat32: boolean }): Sum {
  const { trees, depth, inner, asFloat32 } = sizes
  // A number out of a comparison, and no branch: which way a payment goes cannot be foreseen.
  const step = `node=2*node+${trees}+Number(known[asks[node]]>=thresholds[node]);`
  const added = `sum+leaves[node-${inner}]`
  const body = `"use strict";return function(sum){for(let tree=0;tree<${trees};tree++){let node=tree;${step.repeat(depth)}sum=${asFloat32 ? `Math.fround(${added})` : added}}return sum}`
  return new Function('asks', 'thresholds', 'leaves', 'known', body) as Sum
}
