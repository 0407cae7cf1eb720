import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#kit'
import { type Matrix, rowOf, rowsOf } from './matrix.ts'
import { areaUnderRoc, averagePrecision } from './metrics.ts'
import { simplePayments } from './payments.fixture.ts'
import { train } from './train.ts'
import { scoreRow, type Trees } from './trees.ts'

const past = simplePayments(6_000, 1)
const later = simplePayments(6_000, 2)
const scoresOf = (trees: Trees, matrix: Matrix) =>
  Float64Array.from({ length: rowsOf(matrix) }, (_, row) => scoreRow(trees, rowOf(matrix, row)))

test('what was learnt from past payments finds the frauds of later ones', () => {
  const trees = train(past, { trees: 60 })
  const scores = scoresOf(trees, later)
  assert.ok(areaUnderRoc({ scores, labels: later.labels }) > 0.8)
  const share = later.labels.reduce((sum, label) => sum + label, 0) / later.labels.length
  assert.ok(averagePrecision({ scores, labels: later.labels }) > 8 * share)
})

test('the same payments and seed give the same trees to the last bit, another seed gives others', () => {
  const once = train(past, { trees: 20, seed: 7 })
  assert.deepEqual(train(past, { trees: 20, seed: 7 }), once)
  assert.notDeepEqual(train(past, { trees: 20, seed: 8 }).threshold, once.threshold)
})

test('each tree is told of, and training stops when its listener throws', () => {
  const told: number[] = []
  assert.throws(
    () =>
      train(past, { trees: 50 }, (done) => {
        told.push(done)
        if (done === 3) throw new Error('enough')
      }),
    /enough/,
  )
  assert.deepEqual(told, [1, 2, 3])
})

test('a value that is not known goes where most of its like went, and never breaks the score', () => {
  const trees = train(past, { trees: 40 })
  const nothing = new Float64Array(past.names.length).fill(Number.NaN)
  assert.ok(Number.isFinite(scoreRow(trees, nothing)))
})

test('with depth 1 and one tree, the split is the one that lowers the loss most', () => {
  const matrix: Matrix = {
    names: ['a', 'b'],
    values: Float64Array.from([1, 0, 2, 1, 3, 0, 4, 1, 5, 0, 6, 1]),
    labels: Uint8Array.from([0, 0, 0, 1, 1, 1]),
  }
  const trees = train(matrix, {
    trees: 1,
    depth: 1,
    rowShare: 1,
    featureShare: 1,
    learningRate: 1,
    lambda: 0,
    childWeightMin: 0,
  })
  assert.deepEqual([trees.feature[0], trees.threshold[0]], [0, 3.5])
  // Three genuine and three frauds: gradients of a half each, hessians of a quarter.
  assert.deepEqual([trees.value[1], trees.value[2]], [-2, 2])
})

test('rows that nothing can be learnt from are refused, saying why', () => {
  const refused = (matrix: Matrix, words: RegExp, settings = {}) =>
    assert.throws(
      () => train(matrix, settings),
      (error) => error instanceof Fault && error.code === 'rows-unusable' && words.test(error.message),
    )
  refused({ ...past, labels: new Uint8Array(rowsOf(past)) }, /both fraudulent and genuine/)
  refused({ ...past, names: ['a'] }, /do not fit/)
  refused({ ...past, names: ['a', 'a', 'b', 'c', 'd'] }, /each its own/)
  refused({ ...past, values: past.values.with(3, Number.POSITIVE_INFINITY) }, /infinite/)
  refused(past, /depth/, { depth: 0 })
})
