/** What is known about a payment at an instant, as numbers in a stated order: for rules, for models, and for the bench. */
export { createFeatureEngine, type FeatureEngine, isLaterChange } from './engine.ts'
export { findingsOf, merchantPlace, saysNothing, terminalPlace } from './findings.ts'
export type {
  FraudEvent,
  LabelLearnt,
  PaymentChanged,
  PaymentQuestioned,
  PaymentSeen,
} from './fraud-event.ts'
export { FINDINGS_MAX, type Finding, isNewer, RISK_SPAN, Risk, wordOf } from './risk.ts'
export { isMostlyWrong, TRACK_SPAN, type Turned, WRONG_MIN } from './track.ts'
export { newVector, type Places, writeVector } from './vector.ts'
export {
  FEATURE_COUNT,
  FEATURE_SET,
  FEATURES,
  type FeatureName,
  PLACE_OF,
  type Unit,
} from './vocabulary.ts'
