import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FEATURE_SET, FEATURES, type FeatureName, newVector, PLACE_OF } from './features/index.ts'
import type { Features } from './features.ts'
import { createJudge } from './judge.ts'
import type { Model } from './model/index.ts'
import { reasonsFromModel } from './model-reasons.ts'
import type { Payment } from './payment.ts'

/** A model that thinks fraud of any payment at a terminal with more than one known fraud. */
const terminals: Model = {
  id: 'model-on-terminals',
  featureSet: FEATURE_SET,
  features: FEATURES.map(({ name }) => name),
  settings: null,
  origin: 'test',
  learntFrom: null,
  metrics: {},
  calibration: null,
  reference: null,
  trees: {
    roots: Int32Array.of(0),
    feature: Int32Array.of(PLACE_OF.terminalFrauds28d, -1, -1),
    threshold: Float64Array.of(1.5, 0, 0),
    left: Int32Array.of(1, 0, 0),
    missingRight: Uint8Array.of(0, 0, 0),
    value: Float64Array.of(0, -6, 2),
    cover: Float64Array.of(100, 98, 2),
    base: 0,
    asFloat32: false,
  },
}

const noWindow = { count: 0, sumMinor: 0, meanMinor: 0 }
const ordinary: Features = {
  amountMinor: 2_000,
  currency: 'GBP' as Features['currency'],
  entryMode: 'chip',
  habits: 300,
  hour: noWindow,
  day: noWindow,
  week: noWindow,
  month: noWindow,
  usualMinor: 2_100,
  amountRatio: 0.95,
  amountZ: 0,
  asLargeBefore: 150,
  isNewMerchant: false,
  isNewCountry: false,
  isNewEntryMode: false,
  hourShare: 0.2,
  travel: null,
  smallOnline: 0,
  newMerchantPayments: 0,
  newMerchants: 0,
  isVouched: false,
}
const payment = { amountMinor: 2_000, currency: 'GBP', merchant: 'Tesco', country: 'GB', hour: 12 } as Payment

function vectorWith(values: Partial<Record<FeatureName, number>>): Float64Array {
  const vector = newVector()
  for (const [name, value] of Object.entries(values)) vector[PLACE_OF[name as FeatureName]] = value
  return vector
}
const skimmed = vectorWith({ terminalFrauds28d: 3 })

test('without a model the rules decide alone', () => {
  const judge = createJudge({ champion: null, challenger: null })
  const { asks, champion } = judge(ordinary, payment, skimmed)
  assert.deepEqual([asks, champion], [false, null])
})

test('the champion asks where the rules would not, and says why in words that are true of the payment', () => {
  const judge = createJudge({ champion: terminals, challenger: null })
  const { asks, champion, reasons } = judge(ordinary, payment, skimmed)
  assert.ok(asks && champion!.probability > 0.8)
  assert.deepEqual(reasons, [{ code: 'terminal-reported', values: { payments: 3 } }])
  assert.equal(judge(ordinary, payment, vectorWith({ terminalFrauds28d: 0 })).asks, false)
})

test('a challenger’s opinion is noted and decides nothing', () => {
  const judge = createJudge({ champion: null, challenger: terminals })
  const { asks, champion, challenger } = judge(ordinary, payment, skimmed)
  assert.deepEqual([asks, champion, challenger?.model], [false, null, 'model-on-terminals'])
  assert.ok(challenger!.probability > 0.8)
})

test('what the person vouched for is not asked about, whatever a model thinks', () => {
  const judge = createJudge({ champion: terminals, challenger: null })
  assert.equal(judge({ ...ordinary, isVouched: true }, payment, skimmed).asks, false)
})

test('a feature that weighs much but would make an untrue sentence is not said', () => {
  const contributions = newVector().fill(0)
  contributions[PLACE_OF.amountRatio] = 2
  contributions[PLACE_OF.isNewMerchant] = 1
  assert.deepEqual(reasonsFromModel(contributions, ordinary, payment, skimmed), [
    { code: 'pattern-unusual', values: {} },
  ])
  const reasons = reasonsFromModel(contributions, { ...ordinary, isNewMerchant: true }, payment, skimmed)
  assert.deepEqual(reasons, [{ code: 'merchant-new', values: { merchant: 'Tesco' } }])
})
