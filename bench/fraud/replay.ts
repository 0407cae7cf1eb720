import type { CardEvent } from '../../sim/cards/index.ts'
import type { Log } from './log.ts'
import type { Truth } from './truth.ts'
import { rowAt } from './truth.ts'

export type Vector = Float64Array | Float32Array

/** Takes events in order of time and gives each payment's features as they are known at that instant. */
export type Engine = {
  readonly width: number
  /** The features of a payment, valid until the next event; null for what is no payment. */
  take(event: CardEvent): Vector | null
}

/** Says how suspicious a payment is by its features; larger is more. */
export type Score = (vector: Vector) => number

/** Payments to learn from: `width` features a row, and 1 for what was said not to be the owner's. */
export type Examples = { vectors: Float32Array; labels: Uint8Array; width: number }

/** What is measured: features, fresh for each log, and a model that learns from them. */
export type Detector = {
  openEngine(): Engine
  learn(examples: Examples): Score
  /** What live scoring does with each event: features, rules, and the model learnt from the examples. */
  openJudge(examples: Examples): (event: CardEvent) => void
}

/** What every table is made with; `say` tells progress. */
export type Means = { detector: Detector; say: (line: string) => void; show: (table: string) => void }

/** The features of rows `from` to `to`, not included, and what had been learnt about them. */
export type Replayed = {
  readonly from: number
  readonly to: number
  readonly width: number
  readonly vectors: Float32Array
  /** One entry a row: the instant at which it was first said not to be the owner's; infinity for never. */
  readonly reportedAt: Float64Array
}

/** Puts a log through the engine as live scoring does, in order, and keeps the features of the rows between two instants. */
export function replay(log: Log, engine: Engine, truth: Truth, between: readonly [number, number]): Replayed {
  const { width } = engine
  const from = rowAt(truth, between[0])
  const to = rowAt(truth, between[1])
  const vectors = new Float32Array((to - from) * width)
  const reportedAt = new Float64Array(to - from).fill(Number.POSITIVE_INFINITY)
  const kept = new Map<string, number>()
  let row = 0
  for (const events of log) {
    for (const event of events) {
      const vector = engine.take(event)
      if (event.kind === 'label-learnt') {
        const place = event.label === 'fraud' ? kept.get(event.paymentId) : undefined
        if (place !== undefined) reportedAt[place] = Math.min(reportedAt[place]!, event.at)
        continue
      }
      if (vector && row >= from && row < to) {
        kept.set(event.id, row - from)
        vectors.set(vector, (row - from) * width)
      }
      row++
    }
  }
  return { from, to, width, vectors, reportedAt }
}
