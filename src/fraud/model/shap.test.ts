import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowOf } from './matrix.ts'
import { simplePayments } from './payments.fixture.ts'
import { explainRow } from './shap.ts'
import { train } from './train.ts'
import { childOf, scoreRow, type Trees } from './trees.ts'

const payments = simplePayments(1_500, 5)
const width = payments.names.length
const trees = train(payments, { trees: 12, depth: 4 })

/** The score when only some features are known: what is not goes both ways, by how many went each. */
function scoreKnowing(known: ReadonlySet<number>, row: Float64Array | Float32Array, from: Trees): number {
  const walk = (node: number): number => {
    const asks = from.feature[node]!
    if (asks < 0) return from.value[node]!
    if (known.has(asks)) return walk(childOf(from, node, row))
    const left = from.left[node]!
    const [a, b] = [from.cover[left]!, from.cover[left + 1]!]
    return (a * walk(left) + b * walk(left + 1)) / (a + b)
  }
  return from.base + [...from.roots].reduce((sum, root) => sum + walk(root), 0)
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))

/** Shapley's definition, over all subsets of the features. */
function shapley(feature: number, row: Float64Array | Float32Array, from = trees): number {
  const others = Array.from({ length: width }, (_, i) => i).filter((i) => i !== feature)
  let sum = 0
  for (let bits = 0; bits < 2 ** others.length; bits++) {
    const known = new Set(others.filter((_, i) => bits & (1 << i)))
    const weight = (factorial(known.size) * factorial(width - known.size - 1)) / factorial(width)
    const without = scoreKnowing(known, row, from)
    sum += weight * (scoreKnowing(new Set([...known, feature]), row, from) - without)
  }
  return sum
}

test('each feature’s part in a score is its Shapley value, by the definition over all subsets', () => {
  for (let row = 0; row < 40; row++) {
    const values = rowOf(payments, row)
    const { contributions } = explainRow(trees, values, width)
    for (let feature = 0; feature < width; feature++)
      assert.ok(Math.abs(contributions[feature]! - shapley(feature, values)) < 1e-9)
  }
})

test('the parts of a score add up to it', () => {
  for (let row = 0; row < 300; row++) {
    const values = rowOf(payments, row)
    const { expected, contributions } = explainRow(trees, values, width)
    const sum = contributions.reduce((all, one) => all + one, expected)
    assert.ok(Math.abs(sum - scoreRow(trees, values)) < 1e-9)
  }
})

test('a branch that nobody came by when it was learnt is given its part all the same', () => {
  // XGBoost writes such branches where a leaf's weight is too small for 32 bits.
  for (let node = 0; node < trees.feature.length; node++) {
    if (trees.feature[node]! < 0) continue
    const deserted = { ...trees, cover: trees.cover.with(trees.left[node]!, 0) }
    for (let row = 0; row < 12; row++) {
      const values = rowOf(payments, row)
      const { contributions } = explainRow(deserted, values, width)
      for (let feature = 0; feature < width; feature++)
        assert.ok(Math.abs(contributions[feature]! - shapley(feature, values, deserted)) < 1e-9)
    }
  }
})
