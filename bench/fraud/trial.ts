import { judge, type Quality } from './judge.ts'
import { type Split, splitWeeks, TEST_AFTER_MS } from './protocol.ts'
import type { Detector, Examples, Replayed, Score } from './replay.ts'
import type { Truth } from './truth.ts'

/** A replayed log, the truth about it, and the first midnight of the week to learn from. */
export type Trial = { replayed: Replayed; truth: Truth; start: number }

/** Learns from the training weeks of some trials what was known when their test weeks began. */
export function learnFrom(training: readonly Trial[], { learn }: Detector): Score {
  return learn(collectExamples(training))
}

/** Judges the test week of a trial, by the truth. */
export function judgeOn({ replayed, truth, start }: Trial, score: Score): Quality {
  const { from, width, vectors } = replayed
  return judgeRows(truth, start, (row) =>
    score(vectors.subarray((row - from) * width, (row - from + 1) * width)),
  )
}

/** What somebody who knew the truth would reach: card precision cannot be one when fewer cards are robbed than looked at. */
export function judgePerfect({ truth, start }: Trial): Quality {
  return judgeRows(truth, start, (row) => truth.isFraud[row]!)
}

function judgeRows(truth: Truth, start: number, scoreOf: (row: number) => number): Quality {
  const { test } = splitWeeks(truth, start)
  return judge({
    scores: Float64Array.from(test, scoreOf),
    isFraud: Uint8Array.from(test, (row) => truth.isFraud[row]!),
    at: Float64Array.from(test, (row) => truth.at[row]!),
    customer: Int32Array.from(test, (row) => truth.customer[row]!),
  })
}

export function collectExamples(trials: readonly Trial[]): Examples {
  const { width } = trials[0]!.replayed
  const parts = trials.map(({ replayed, truth, start }) => {
    const { from, vectors, reportedAt } = replayed
    const [first, end]: Split['train'] = splitWeeks(truth, start).train
    const knownBy = start + TEST_AFTER_MS
    return {
      vectors: vectors.subarray((first - from) * width, (end - from) * width),
      // What nobody reported until then counts as genuine, as it would for a bank that learns that day.
      labels: Uint8Array.from(reportedAt.subarray(first - from, end - from), (at) => (at < knownBy ? 1 : 0)),
    }
  })
  const count = parts.reduce((sum, { labels }) => sum + labels.length, 0)
  const vectors = new Float32Array(count * width)
  const labels = new Uint8Array(count)
  let row = 0
  for (const part of parts) {
    vectors.set(part.vectors, row * width)
    labels.set(part.labels, row)
    row += part.labels.length
  }
  return { vectors, labels, width }
}
