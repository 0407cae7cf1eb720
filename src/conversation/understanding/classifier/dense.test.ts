import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '#kit'
import { createDense } from './dense.ts'

const random = seeded(11)
const numbers = (count: number) => Float32Array.from({ length: count }, () => 2 * random() - 1)

/** The same sums one after the other, each rounded as the processor rounds them. */
function byHand(x: Float32Array, count: number, weights: Float32Array, bias: Float32Array): Float32Array {
  const [from, to] = [x.length / count, bias.length]
  return Float32Array.from({ length: count * to }, (_, n) => {
    const [row, column] = [Math.floor(n / to), n % to]
    let sum = bias[column]!
    for (let i = 0; i < from; i++)
      sum = Math.fround(sum + Math.fround(x[row * from + i]! * weights[i * to + column]!))
    return sum
  })
}

test('rows go through layers as they would by hand, to the last bit, however many they are', () => {
  const [from, to] = [37, 24]
  const dense = createDense({ rowsMax: 9, fromMax: from })
  const layers = [1, 2, 3].map(() => {
    const [weights, bias] = [numbers(from * to), numbers(to)]
    return { weights, bias, layer: dense.layer(weights, bias) }
  })
  for (const { weights, bias, layer } of layers)
    for (let count = 1; count <= 9; count++) {
      const x = numbers(count * from)
      assert.deepEqual(dense.through(x, count, layer), byHand(x, count, weights, bias), `${count} rows`)
    }
})
