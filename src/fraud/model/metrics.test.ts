import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calibrate, probabilityAt } from './calibrate.ts'
import { areaUnderRoc, atBudget, averagePrecision, brierScore, calibrationError } from './metrics.ts'

const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}`)

test('the area under the curve counts pairs put in the right order, and a tie as half', () => {
  near(areaUnderRoc({ scores: [0.1, 0.4, 0.35, 0.8], labels: [0, 0, 1, 1] }), 0.75)
  near(areaUnderRoc({ scores: [1, 1, 1, 1], labels: [0, 1, 0, 1] }), 0.5)
})

test('average precision is as scikit-learn computes it', () => {
  near(averagePrecision({ scores: [0.1, 0.4, 0.35, 0.8], labels: [0, 0, 1, 1] }), 0.5 + 0.5 * (2 / 3))
  near(averagePrecision({ scores: [1, 1, 1, 1], labels: [0, 1, 0, 1] }), 0.5)
})

test('at a budget of alerts, precision and recall are of the most suspicious', () => {
  assert.deepEqual(atBudget({ scores: [0.9, 0.8, 0.7, 0.1], labels: [1, 0, 1, 1] }, 2), {
    precision: 0.5,
    recall: 1 / 3,
  })
})

test('the distance of probabilities from the truth', () => {
  near(brierScore([1, 0, 0.5], [1, 0, 1]), 0.25 / 3)
  near(
    calibrationError(
      Array(20).fill(0.5),
      [...Array(10).fill(0), ...Array(10).fill(1)].map((_, i) => i % 2),
    ),
    0,
  )
})

test('a calibrated probability rises with the score and says what share was fraud', () => {
  const scores = Array.from({ length: 1_000 }, (_, i) => (i - 500) / 100)
  // Half of what scores above zero is fraud, none below.
  const labels = scores.map((score, i) => (score > 0 && i % 2 === 0 ? 1 : 0))
  const calibration = calibrate(scores, labels)
  assert.ok(probabilityAt(calibration, -4) < 0.01)
  assert.ok(Math.abs(probabilityAt(calibration, 3) - 0.5) < 0.05)
  let before = 0
  for (let x = -6; x < 6; x += 0.1) {
    const p = probabilityAt(calibration, x)
    assert.ok(p >= before && p > 0 && p < 1)
    before = p
  }
})
