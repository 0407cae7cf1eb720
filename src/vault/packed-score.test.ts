import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { packNumbers, packScore, unpackNumbers, unpackScore } from './packed-score.ts'
import type { PaymentScore } from './records.ts'

const score: PaymentScore = {
  id: 'txn_1',
  scoredAt: 1_700_000_000_000,
  featureSet: 'guichet.features/2',
  vector: [4200, 0.7, Number.NaN, 0, 1],
  model: 'model-3',
  probability: 0.12,
  rules: 'guichet.rules/2',
  held: ['merchant-new'],
  asked: true,
}

test('numbers are what they were, to the bit', () => {
  const hard = [0, -0, 1, -1, Number.NaN, Infinity, 1 / 3, 2 ** 53, 5e-324, Number.MAX_VALUE, 65_536.5]
  assert.deepEqual(unpackNumbers(packNumbers(hard)), hard)
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.double(), fc.integer()), { maxLength: 255 }), (numbers) => {
      assert.deepEqual(unpackNumbers(packNumbers(numbers)), numbers)
    }),
  )
})

test('small whole numbers take little room', () => {
  const numbers = Array.from({ length: 60 }, (_, i) => i % 7)
  assert.ok(packNumbers(numbers).length < (60 * 8 * 4) / 3 / 3)
})

test('a score is what it was, with and without an opinion on trial', () => {
  const { id: _, ...kept } = score
  const asStored = (one: PaymentScore) => unpackScore(JSON.parse(JSON.stringify(packScore(one))))
  assert.deepEqual(asStored(score), kept)
  const shadow = { rules: 'draft-2', asks: false, held: [] }
  const challenger = { model: 'model-4', probability: 0.5 }
  for (const trial of [{ shadow }, { challenger }, { challenger, shadow }])
    assert.deepEqual(asStored({ ...score, ...trial }), { ...kept, ...trial })
})

test('a score that was kept with the names of its fields, its numbers as plain doubles, is read as ever', () => {
  const { id: _, ...kept } = score
  const doubles = Buffer.alloc(score.vector.length * 8)
  score.vector.forEach((value, i) => {
    doubles.writeDoubleLE(value, i * 8)
  })
  assert.deepEqual(unpackScore({ ...kept, vector: doubles.toString('base64') }), kept)
})
