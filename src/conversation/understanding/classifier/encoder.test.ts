import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { MEANING_SIZE, ownEncoder } from './encoder.ts'
import { readExamples } from './examples.ts'
import { inSteps, MEANINGS_FILE, meaningOf, packed } from './meanings.ts'
import { cut, piecesOf } from './pieces.ts'

/** The first numbers of each, as TensorFlow.js 4.22 computes them with the same weights (its WebAssembly backend). */
const BY_TENSORFLOW: Readonly<Record<string, readonly number[]>> = {
  'someone stole my card': [0.014962, 0.045051, -0.037577, -0.056938, -0.027194, 0.024517],
  "oh no, report my card, it's stolen": [-0.045257, -0.058161, -0.041467, -0.061623, -0.036476, 0.048199],
  'can you tell me my checking account balance': [
    0.056265, -0.002783, 0.00646, -0.066117, 0.016444, -0.011492,
  ],
}

test('a sentence means to the encoder here what it means to TensorFlow.js', () => {
  for (const [text, numbers] of Object.entries(BY_TENSORFLOW)) {
    const meaning = ownEncoder()(text)
    assert.equal(meaning.length, MEANING_SIZE)
    for (const [i, number] of numbers.entries())
      assert.ok(Math.abs(meaning[i]! - number) < 1e-5, `${text}, number ${i}`)
  }
})

test('sentences that say the same in other words are nearer than others', () => {
  const likeness = (one: string, other: string) => {
    const [a, b] = [ownEncoder()(one), ownEncoder()(other)]
    return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  }
  const same = likeness('how much money do i have', 'what are my funds')
  assert.ok(same > likeness('how much money do i have', 'what is the weather in paris') + 0.1)
})

test('whatever somebody writes has a meaning, and the same one each time', () => {
  for (const text of ['', ' ', '😀', '\u200b\u202e', 'ок', 'a'.repeat(10_000), 'ﬁ  x'.repeat(100)]) {
    const meaning = ownEncoder()(text)
    assert.ok(
      meaning.every((value) => Math.abs(value) <= 1),
      text.slice(0, 10),
    )
    assert.deepEqual(ownEncoder()(text), meaning)
  }
})

test('what is kept of sentences is what the encoder says of them', () => {
  const examples = readExamples()
  for (let i = 0; i < examples.length; i += Math.ceil(examples.length / 100)) {
    const { text } = examples[i]!
    assert.deepEqual(
      meaningOf(text),
      inSteps(ownEncoder()(text)),
      `${text}: run scripts/encode-understanding.ts`,
    )
  }
})

test('the sentences the classifier learns from are all kept, so that set-up asks the encoder nothing', () => {
  const texts = new Set(readExamples().map(({ text }) => text))
  const bytes = packed(new Map([...texts].map((text) => [text, meaningOf(text)])))
  assert.ok(bytes.equals(readFileSync(MEANINGS_FILE)), 'run scripts/encode-understanding.ts')
})

test('a text is cut into the likeliest pieces, and letters that none knows are one', () => {
  const reserved = Array.from({ length: 6 }, (_, i) => [`<${i}>`, 0] as const)
  const pieces = piecesOf([
    ...reserved,
    ['\u2581', -4],
    ['\u2581pay', -5],
    ['p', -6],
    ['a', -6],
    ['y', -6],
    ['ay', -7],
    ['ment', -6],
    ['s', -3],
  ])
  assert.deepEqual(cut('payments', pieces), [7, 12, 13])
  assert.deepEqual(cut('pays 😀😀', pieces), [7, 13, 6, 0])
  assert.deepEqual(cut('', pieces), [6])
})
