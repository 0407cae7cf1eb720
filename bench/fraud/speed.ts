import { seeded } from '#kit'
import { median, percentile } from '../measure.ts'
import { CHAT } from './behaviours.ts'
import { live } from './own-worlds.ts'
import type { Means } from './replay.ts'
import { drawTable } from './table.ts'
import { collectExamples } from './trial.ts'
import { simulateWorld } from './worlds.ts'

/** As many payments and features as the handbook's training week and our research had. */
const ROWS = 67_000
const WIDTH = 34
const TRAINED = 3

const SEED = 301
const WARM_PAYMENTS = 50_000
/** Times that the same payments are scored. */
const PASSES = 3

/**
 * Microseconds from an event to a payment's score, features, rules and model, one at a time, in this process. Answers between
 * them are taken too and not counted: they are no payments. The same payments are scored three times, each time by a judge that
 * knows nothing yet, and each counts with its median: a machine that interrupts whatever runs a thousand times a second, for
 * longer than a score takes, does so to one payment in fifty, and to others each time. What a single pass takes, with that and with
 * the garbage of our own, stands beside it.
 */
export function measureScoring({ detector, say, show }: Means): { p50: number; p99: number } {
  const examples = collectExamples([live(SEED, CHAT, detector)])
  const { log } = simulateWorld(SEED + 1, CHAT)
  const passes = Array.from({ length: PASSES }, (_, n) => {
    say(`fraud: scoring one payment at a time, ${n + 1} of ${PASSES}`)
    const judge = detector.openJudge(examples)
    const samples: number[] = []
    for (const events of log) {
      for (const event of events) {
        const begin = performance.now()
        judge(event)
        const micros = (performance.now() - begin) * 1000
        if (event.kind === 'payment-seen') samples.push(micros)
      }
    }
    return samples.slice(WARM_PAYMENTS)
  })
  const samples = passes[0]!.map((_, place) => median(passes.map((pass) => pass[place]!)))
  const [p50, p99] = [percentile(samples, 0.5), percentile(samples, 0.99)]
  const ofPasses = (share: number) => median(passes.map((pass) => percentile(pass, share)))
  show(
    drawTable(
      'Scoring one payment in process, features, rules and model (µs)',
      ['', 'p50', 'p99'],
      [
        [`each payment’s median of ${PASSES}`, p50.toFixed(1), p99.toFixed(1)],
        ['scored once, with whatever interrupts', ofPasses(0.5).toFixed(1), ofPasses(0.99).toFixed(1)],
      ],
    ),
  )
  return { p50, p99 }
}

/** Seconds to train on as many payments as the handbook's training week has. The median of three. */
export function measureTraining({ detector, say }: Means): number {
  const chance = seeded(SEED)
  const vectors = Float32Array.from({ length: ROWS * WIDTH }, () => chance() ** 3)
  // One in a hundred is fraud, and two features say something about it.
  const labels = Uint8Array.from({ length: ROWS }, (_, row) =>
    vectors[row * WIDTH]! + vectors[row * WIDTH + 1]! + chance() > 2.2 ? 1 : 0,
  )
  const seconds = Array.from({ length: TRAINED }, (_, n) => {
    say(`fraud: training ${n + 1} of ${TRAINED}`)
    const begin = performance.now()
    detector.learn({ vectors, labels, width: WIDTH })
    return (performance.now() - begin) / 1000
  })
  return median(seconds)
}
