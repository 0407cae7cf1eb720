import { type Bins, MISSING } from './bins.ts'
import type { Settings } from './settings.ts'
import type { Node } from './trees.ts'

const BINS = 256

type Split = { gain: number; feature: number; bin: number; missingRight: boolean }
type Sums = { gradients: Float64Array; hessians: Float64Array }

/**
 * Grows one tree on the gradients and hessians of the loss (Chen & Guestrin 2016, section 2.2, with histograms). Of two
 * children only the smaller is counted; the other is what its parent has more.
 */
export function growTree(
  bins: Bins,
  rows: Int32Array,
  features: Int32Array,
  gradient: Float64Array,
  hessian: Float64Array,
  settings: Settings,
): Node {
  const { lambda, gamma, childWeightMin, learningRate } = settings

  function grow(own: Int32Array, sums: Sums, depth: number): Node {
    let [g, h] = [0, 0]
    for (let i = 0; i < own.length; i++) {
      g += gradient[own[i]!]!
      h += hessian[own[i]!]!
    }
    const leaf: Node = {
      feature: -1,
      threshold: 0,
      missingRight: false,
      value: (-g / (h + lambda)) * learningRate,
      cover: h,
      left: null,
      right: null,
    }
    const split = depth < settings.depth ? findSplit(sums, g, h) : null
    if (!split) return leaf
    const [left, right] = divide(own, split)
    if (left.length === 0 || right.length === 0) return leaf
    const deeper = depth + 1 < settings.depth
    const small = left.length <= right.length ? left : right
    const smallSums = deeper ? count(small) : EMPTY
    const largeSums = deeper ? subtract(sums, smallSums) : EMPTY
    const [leftSums, rightSums] = small === left ? [smallSums, largeSums] : [largeSums, smallSums]
    return {
      ...leaf,
      feature: split.feature,
      threshold: bins.cuts[split.feature]![split.bin]!,
      missingRight: split.missingRight,
      left: grow(left, leftSums, depth + 1),
      right: grow(right, rightSums, depth + 1),
    }
  }

  function count(own: Int32Array): Sums {
    const gradients = new Float64Array(features.length * BINS)
    const hessians = new Float64Array(features.length * BINS)
    // Gathered once: the same order for every feature.
    const g = new Float64Array(own.length)
    const h = new Float64Array(own.length)
    for (let i = 0; i < own.length; i++) {
      g[i] = gradient[own[i]!]!
      h[i] = hessian[own[i]!]!
    }
    for (let f = 0; f < features.length; f++) {
      const column = bins.columns[features[f]!]!
      const offset = f * BINS
      for (let i = 0; i < own.length; i++) {
        const bin = offset + column[own[i]!]!
        gradients[bin]! += g[i]!
        hessians[bin]! += h[i]!
      }
    }
    return { gradients, hessians }
  }

  /** The cut that lowers the loss most, trying what is unknown on either side of it. */
  function findSplit({ gradients, hessians }: Sums, g: number, h: number): Split | null {
    const whole = (g * g) / (h + lambda)
    let best: Split | null = null
    for (let f = 0; f < features.length; f++) {
      const offset = f * BINS
      const cuts = bins.cuts[features[f]!]!.length
      const gMissing = gradients[offset + MISSING]!
      const hMissing = hessians[offset + MISSING]!
      let [gLeft, hLeft] = [0, 0]
      for (let bin = 0; bin < cuts; bin++) {
        gLeft += gradients[offset + bin]!
        hLeft += hessians[offset + bin]!
        for (const missingRight of hMissing > 0 ? [false, true] : [true]) {
          const gl = missingRight ? gLeft : gLeft + gMissing
          const hl = missingRight ? hLeft : hLeft + hMissing
          const hr = h - hl
          if (hl < childWeightMin || hr < childWeightMin) continue
          const gain = ((gl * gl) / (hl + lambda) + ((g - gl) * (g - gl)) / (hr + lambda) - whole) / 2 - gamma
          if (gain > (best?.gain ?? 1e-9)) best = { gain, feature: features[f]!, bin, missingRight }
        }
      }
    }
    return best
  }

  function divide(own: Int32Array, { feature, bin, missingRight }: Split): [Int32Array, Int32Array] {
    const column = bins.columns[feature]!
    const left = new Int32Array(own.length)
    const right = new Int32Array(own.length)
    let [l, r] = [0, 0]
    for (let i = 0; i < own.length; i++) {
      const b = column[own[i]!]!
      if (b === MISSING ? !missingRight : b <= bin) left[l++] = own[i]!
      else right[r++] = own[i]!
    }
    return [left.slice(0, l), right.slice(0, r)]
  }

  return grow(rows, count(rows), 0)
}

const EMPTY: Sums = { gradients: new Float64Array(0), hessians: new Float64Array(0) }

function subtract(whole: Sums, part: Sums): Sums {
  const gradients = new Float64Array(whole.gradients.length)
  const hessians = new Float64Array(whole.hessians.length)
  for (let i = 0; i < gradients.length; i++) {
    gradients[i] = whole.gradients[i]! - part.gradients[i]!
    hessians[i] = whole.hessians[i]! - part.hessians[i]!
  }
  return { gradients, hessians }
}
