import type { Vector } from './features.ts'

/** Weights of every feature, and the bias as the last of them. */
export type Line = Float32Array

/** How many times the examples are gone through, and every how many of these also those that are clear already. */
const ROUNDS = 12
const WHOLE_EVERY = 4
/** An example so far on its own side that it does not bear on the line. */
const CLEAR = 0.05

/** Which side of the line a text is on, and how far. */
export function sideOf(line: Line, { indexes, values }: Vector): number {
  let sum = line[line.length - 1]!
  for (let i = 0; i < indexes.length; i++) sum += line[indexes[i]!]! * values[i]!
  return sum
}

/**
 * The line that best parts the examples that are meant from the others: a support vector machine with squared hinge loss,
 * by dual coordinate descent (Hsieh et al., ICML 2008, algorithm 1). `cost` is what an example on the wrong side counts.
 */
export function separate(
  vectors: readonly Vector[],
  isMeant: (example: number) => boolean,
  size: number,
  { cost, shuffle }: { cost: number; shuffle(examples: number[]): void },
): Line {
  const line = new Float32Array(size + 1)
  const pull = new Float64Array(vectors.length)
  const slack = 1 / (2 * cost)
  // With the one of the bias.
  const squares = vectors.map(({ values }) => values.reduce((sum, value) => sum + value * value, 1))
  const all = vectors.map((_, i) => i)
  let active = all
  for (let round = 0; round < ROUNDS; round++) {
    if (round % WHOLE_EVERY === 0) active = [...all]
    shuffle(active)
    active = active.filter((i) => {
      const vector = vectors[i]!
      const side = isMeant(i) ? 1 : -1
      const slope = side * sideOf(line, vector) - 1 + slack * pull[i]!
      if (pull[i] === 0 && slope > CLEAR) return false
      const next = Math.max(pull[i]! - slope / (squares[i]! + slack), 0)
      const step = (next - pull[i]!) * side
      pull[i] = next
      if (step !== 0) move(line, vector, step)
      return true
    })
  }
  return line
}

function move(line: Line, { indexes, values }: Vector, step: number): void {
  line[line.length - 1]! += step
  for (let i = 0; i < indexes.length; i++) line[indexes[i]!]! += step * values[i]!
}
