/**
 * understanding: an utterance in English or French to `Question`s. Owns the grammar of periods and amounts, the words of
 * both languages, and the sentences that are learned from. No clock; it sees the person's words and nothing of the vault.
 */
export {
  createUnderstanding,
  type Heard,
  hearOffline,
  prepareUnderstanding,
  type Understanding,
} from './hear.ts'
export { languageOf } from './language-of.ts'
export { planSchema, questionOfPlan } from './plan.ts'
export { type UnderstandingContext, understand } from './understand.ts'
