/**
 * sim/cards: seeded worlds of people who pay by card, and of thieves, written from the published description of the Fraud
 * Detection Handbook's simulator (chapter 3) with parameters that each world draws anew, and with more kinds of fraud and
 * more that looks odd and is genuine. Gives the ordered log of payments and of what is learnt about them. No input or output.
 */
export { type Answering, BANK_ONLY, createAnswers } from './answering.ts'
export { eventFile } from './event-file.ts'
export {
  type CardEvent,
  clockOf,
  type EntryMode,
  type LabelLearnt,
  type PaymentSeen,
  POUNDS,
} from './events.ts'
export { drawWays, FRAUD_KINDS, type FraudKind, type Ways } from './ways.ts'
export { type Day, simulateCards, type WorldSettings } from './world.ts'
