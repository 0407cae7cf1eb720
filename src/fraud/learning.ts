import { Fault } from '#kit'
import { createFeatureEngine, FEATURE_COUNT, FEATURES, type FraudEvent } from './features/index.ts'
import { LastWords } from './last-words.ts'
import type { Matrix } from './model/index.ts'

/** Payments with what was known when each was told, in that order, and what is thought of them in the end. `past` and `later` are views of `all`. */
export type Lesson = { all: Matrix; past: Matrix; later: Matrix; learntFrom: { from: string; to: string } }

/** The last quarter of the payments is not learnt from: on it a model is calibrated and measured. */
const LATER_SHARE = 0.25

/**
 * Replays a log of events through the same features that judge live, and makes of it what a model learns from. A payment's
 * features are those at the moment it was told; its label is the last one learnt (`LastWords`), and one that nobody spoke of is
 * genuine.
 * With `since`, payments before it are replayed as the past of those that count. Throws `rows-unusable` when there are too few.
 */
export async function learnFrom(
  events: AsyncIterable<FraudEvent>,
  onPayment: (count: number) => void = () => {},
  since = Number.NEGATIVE_INFINITY,
): Promise<Lesson> {
  const engine = createFeatureEngine()
  const vectors: Float64Array[] = []
  const instants: number[] = []
  const rowOf = new Map<string, number>()
  const words = new LastWords()
  for await (const event of events) {
    engine.tell(event)
    if (event.kind === 'label-learnt') words.learn(event)
    if (event.kind !== 'payment-seen' || event.at < since || rowOf.has(event.id)) continue
    const vector = engine.vectorOf(event.id)
    if (!vector) continue
    rowOf.set(event.id, vectors.length)
    vectors.push(vector)
    instants.push(event.at)
    onPayment(vectors.length)
  }
  const cut = Math.floor(vectors.length * (1 - LATER_SHARE))
  if (cut < 1 || cut === vectors.length)
    throw new Fault('rows-unusable', {
      detail: `there are too few payments in the file${Number.isFinite(since) ? ' since that day' : ''}`,
    })
  const labels = new Uint8Array(vectors.length)
  for (const id of words.frauds()) {
    const row = rowOf.get(id)
    if (row !== undefined) labels[row] = 1
  }
  const names = FEATURES.map(({ name }) => name)
  const values = new Float64Array(vectors.length * FEATURE_COUNT)
  for (const [row, vector] of vectors.entries()) values.set(vector, row * FEATURE_COUNT)
  const part = (from: number, to: number): Matrix => ({
    names,
    values: values.subarray(from * FEATURE_COUNT, to * FEATURE_COUNT),
    labels: labels.subarray(from, to),
  })
  const learnt = instants.slice(0, cut)
  const iso = (at: number) => new Date(at).toISOString()
  return {
    all: part(0, vectors.length),
    past: part(0, cut),
    later: part(cut, vectors.length),
    learntFrom: {
      from: iso(learnt.reduce((a, b) => Math.min(a, b))),
      to: iso(learnt.reduce((a, b) => Math.max(a, b))),
    },
  }
}
