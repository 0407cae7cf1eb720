import { seeded } from '#kit'
import { binRows } from './bins.ts'
import { growTree } from './grow.ts'
import { checkMatrix, type Matrix } from './matrix.ts'
import { checkSettings, type Settings } from './settings.ts'
import { flatten, type Node, sigmoid, type Trees } from './trees.ts'

/**
 * Learns to tell fraud from genuine payments: gradient-boosted trees for the logarithmic loss. The same rows, settings and
 * seed give the same trees, to the last bit, on every machine. Throws `rows-unusable`; `onTree` may throw to stop.
 */
export function train(
  matrix: Matrix,
  given: Partial<Settings> = {},
  onTree: (done: number, of: number) => void = () => {},
): Trees {
  checkMatrix(matrix)
  const settings = checkSettings(given)
  const { names, labels } = matrix
  const chance = seeded(settings.seed)
  const bins = binRows(matrix)
  const weights = Float64Array.from(labels, (label) => (label === 1 ? settings.fraudWeight : 1))
  const base = baseOf(labels, weights)
  const scores = new Float64Array(labels.length).fill(base)
  const gradient = new Float64Array(labels.length)
  const hessian = new Float64Array(labels.length)
  const roots: Node[] = []
  for (let tree = 0; tree < settings.trees; tree++) {
    for (let row = 0; row < labels.length; row++) {
      const p = sigmoid(scores[row]!)
      gradient[row] = (p - labels[row]!) * weights[row]!
      hessian[row] = Math.max(p * (1 - p), 1e-16) * weights[row]!
    }
    const rows = drawRows(labels.length, settings.rowShare, chance)
    const features = drawFeatures(names.length, settings.featureShare, chance)
    const root = growTree(bins, rows, features, gradient, hessian, settings)
    roots.push(root)
    addTree(root, matrix, scores)
    onTree(tree + 1, settings.trees)
  }
  return flatten(roots, base)
}

function baseOf(labels: Uint8Array, weights: Float64Array): number {
  let [fraud, all] = [0, 0]
  for (let row = 0; row < labels.length; row++) {
    all += weights[row]!
    if (labels[row] === 1) fraud += weights[row]!
  }
  return Math.log(fraud / (all - fraud))
}

function drawRows(count: number, share: number, chance: () => number): Int32Array {
  const rows = new Int32Array(count)
  let drawn = 0
  for (let row = 0; row < count; row++) if (share >= 1 || chance() < share) rows[drawn++] = row
  return rows.slice(0, drawn)
}

/** So many of the features, each as likely as the other; in their order. */
function drawFeatures(count: number, share: number, chance: () => number): Int32Array {
  const all = Int32Array.from({ length: count }, (_, feature) => feature)
  const wanted = Math.max(1, Math.round(count * share))
  for (let i = 0; i < wanted; i++) {
    const other = i + Math.floor(chance() * (count - i))
    ;[all[i], all[other]] = [all[other]!, all[i]!]
  }
  return all.slice(0, wanted).sort()
}

function addTree(root: Node, { values, names, labels }: Matrix, scores: Float64Array): void {
  const width = names.length
  for (let row = 0; row < labels.length; row++) {
    let node = root
    while (node.left && node.right) {
      const x = values[row * width + node.feature]!
      const goesRight = x < node.threshold ? false : x >= node.threshold ? true : node.missingRight
      node = goesRight ? node.right : node.left
    }
    scores[row]! += node.value
  }
}
