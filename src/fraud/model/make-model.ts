import { Fault } from '#kit'
import { calibrate, probabilityAt } from './calibrate.ts'
import { referenceOf, scoresOf } from './drift.ts'
import type { Matrix } from './matrix.ts'
import { areaUnderRoc, averagePrecision, brierScore, calibrationError } from './metrics.ts'
import type { Model } from './model-file.ts'
import { DEFAULT_SETTINGS, type Settings } from './settings.ts'
import { train } from './train.ts'

/** What a model is made of: rows to learn from, and later ones to calibrate and to measure it on. */
export type Making = {
  featureSet: string
  past: Matrix
  later: Matrix
  learntFrom: { from: string; to: string } | null
  settings: Partial<Settings>
}

/**
 * Trains a model, calibrates it on the first half of the later rows and measures it on the second. Throws
 * `rows-unusable`, before anything is learnt, when there is nothing to calibrate or to measure it by.
 */
export function makeModel(
  { featureSet, past, later, learntFrom, settings }: Making,
  onTree?: (done: number, of: number) => void,
): Omit<Model, 'id'> {
  const half = Math.floor(later.labels.length / 2)
  checkBothKinds(later.labels.subarray(0, half), 'calibrated')
  checkBothKinds(later.labels.subarray(half), 'measured')
  const trees = train(past, settings, onTree)
  const scores = scoresOf(later, trees)
  const calibration = calibrate(scores.subarray(0, half), later.labels.subarray(0, half))
  const measured = { scores: scores.subarray(half), labels: later.labels.subarray(half) }
  const probabilities = Float64Array.from(measured.scores, (score) => probabilityAt(calibration, score))
  return {
    featureSet,
    features: [...past.names],
    settings: { ...DEFAULT_SETTINGS, ...settings },
    origin: 'trained',
    learntFrom,
    metrics: {
      areaUnderRoc: areaUnderRoc(measured),
      averagePrecision: averagePrecision(measured),
      brierScore: brierScore(probabilities, measured.labels),
      calibrationError: calibrationError(probabilities, measured.labels),
      rows: past.labels.length,
      laterRows: later.labels.length,
    },
    trees,
    calibration,
    reference: referenceOf(past, trees),
  }
}

function checkBothKinds(labels: Uint8Array, done: string): void {
  const frauds = labels.reduce((sum, label) => sum + label, 0)
  if (frauds > 0 && frauds < labels.length) return
  const detail = `of the ${labels.length} payments that the model would be ${done} on, ${frauds} are fraud: there must be both fraudulent and genuine ones; give payments of a longer time`
  throw new Fault('rows-unusable', { detail })
}
