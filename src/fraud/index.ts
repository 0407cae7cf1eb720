/**
 * fraud: notices card payments that do not look like the person's own, asks *was this you?*, and keeps the answer.
 * Owns the schema "fraud", which holds nobody: cases, labels and vouched merchants are kept in the vault, and habits are
 * derived in memory. Touches vault, people, merchants and kit; it has the shape of the intake’s `Scorer`. It judges by rules that bank teams write (`rules/`) and by learned models (`model/`).
 */
export { DISPUTE_WAIT } from './answers.ts'
export { newCaseNumber, readCaseNumber } from './case-number.ts'
export { type DisputeToSend, isPaid } from './dispute.ts'
export { type Doubt, isBeyondDoubt } from './doubt.ts'
export { explainPayment, type PaymentExplained } from './explain-payment.ts'
export { readEventFile } from './features/event-file.ts'
export {
  createFeatureEngine,
  FEATURE_COUNT,
  FEATURE_SET,
  FEATURES,
  type FeatureEngine,
  type FeatureName,
  type FraudEvent,
  type LabelLearnt,
  newVector,
  type PaymentChanged,
  type PaymentQuestioned,
  type PaymentSeen,
  PLACE_OF,
} from './features/index.ts'
export { createFraud, type Fraud, type Heard } from './fraud.ts'
export type { Decision } from './in-force.ts'
export {
  ASK_PROBABILITY,
  createJudge,
  type Judge,
  type Judgement,
  type ModelsInForce,
  type RulesInForce,
} from './judge.ts'
export { type Lesson, learnFrom } from './learning.ts'
export { endOfQuiet, quietFor } from './lines.ts'
export {
  checkSettings,
  type Making,
  type Model,
  makeInWorker,
  readXgboost,
  reportDrift,
  writeModel,
  writeOnnx,
} from './model/index.ts'
export { createModels, type KeptModel, type Models, readFraudModel } from './models.ts'
export { createOwnEvents, type OwnEvents } from './own-events.ts'
export {
  FRAUD_REASONS,
  type FraudReason,
  type FraudReasonCode,
  type FraudReasonValues,
  reasonsOf,
} from './reasons.ts'
export { isReportable, reportedIn } from './reportable.ts'
export { createRuleSets, type KeptRules, type RuleSets } from './rule-sets.ts'
export { ASK_AT, BUILT_IN, FACTS, type RuleSet, readRules } from './rules/index.ts'
export type { Verdict } from './rules.ts'
export { readStopped, type Stop } from './stops.ts'
export { readTallies, type Tally } from './tally.ts'
export { type Trial, type TrialReport, tryRules } from './try-rules.ts'
export { type UsualThere, usualThere } from './usual-there.ts'
