import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '#kit'
import { fill } from './filled.ts'
import { rowOf } from './matrix.ts'
import { simplePayments } from './payments.fixture.ts'
import { train } from './train.ts'
import { childOf, scoreRow, type Trees } from './trees.ts'

const payments = simplePayments(2_000, 11)

/** Down each tree by its own nodes, one question after another. */
function scoreStepByStep(trees: Trees, row: Float64Array | Float32Array): number {
  const add = trees.asFloat32 ? Math.fround : (sum: number) => sum
  return trees.roots.reduce((sum, root) => {
    let node = root
    while (trees.feature[node]! >= 0) node = childOf(trees, node, row)
    return add(sum + trees.value[node]!)
  }, add(trees.base))
}

/** Rows as they are learnt from, rows that lie on the thresholds, and each with something unknown. */
function rowsFor(trees: Trees): Float64Array[] {
  const chance = seeded(3)
  return Array.from({ length: 500 }, (_, n) => {
    const row = Float64Array.from(rowOf(payments, n))
    const node = Math.floor(chance() * trees.feature.length)
    if (trees.feature[node]! >= 0) row[trees.feature[node]!] = trees.threshold[node]!
    if (n % 3 === 0) row[Math.floor(chance() * row.length)] = Number.NaN
    if (n % 50 === 0) row.fill(Number.NaN)
    return row
  })
}

for (const [depth, isFilled] of [
  [1, true],
  [4, true],
  [7, true],
  [10, false],
] as const) {
  test(`a payment’s score is the same however trees of depth ${depth} are laid out`, () => {
    const trees = train(payments, { trees: 15, depth, childWeightMin: 0 })
    const asXgboost = { ...trees, asFloat32: true, value: trees.value.map(Math.fround) }
    assert.equal(fill(trees) !== null, isFilled)
    for (const one of [trees, asXgboost])
      for (const row of rowsFor(one)) assert.equal(scoreRow(one, row), scoreStepByStep(one, row))
  })
}

test('a model without a tree is refused in words', () => {
  const trees = train(payments, { trees: 1, depth: 1 })
  assert.throws(() => fill({ ...trees, roots: new Int32Array() }), /at least one tree/)
})
