/**
 * conversation: what a person meant, and what we answer, in English and French. Owns no table and speaks to nobody:
 * answers leave by the channel that asked. Borrows through the vault; touches accounts, fraud, offers, people, consent.
 */
export { WORTH_KINDS, type WorthKind } from '#accounts'
export {
  type Action,
  type Answer,
  type Errand,
  type Intent,
  type Label,
  type NewOrder,
  type OrderKind,
  type OrderWords,
  type Said,
  type Show,
  say,
  type Template,
} from './answer.ts'
export type { CardOrder } from './answers/cards.ts'
export type { OrderOutcome } from './answers/orders.ts'
export { isSealedIntent, type OpenIntent, type Place, type SealedIntent } from './buttons.ts'
export type { NamedCard } from './card-desk.ts'
export type {
  Deliver,
  Notice,
  OpaqueAction,
  PrivateChannel,
  PublicChannel,
  SealedLink,
} from './channel.ts'
export { type Conversation, createConversation } from './conversation.ts'
export type { LinesOf } from './news.ts'
export type {
  BankDesk,
  BankDirectory,
  BankOrder,
  CaseDesk,
  HumanDesk,
  OrderDone,
  Planner,
  PullDesk,
} from './ports.ts'
export type { Category, Filter, Period, Question } from './question.ts'
export { CATEGORIES } from './question.ts'
export type { Asker } from './scene.ts'
export {
  createUnderstanding,
  type Heard,
  hearOffline,
  languageOf,
  planSchema,
  prepareUnderstanding,
  questionOfPlan,
  type Understanding,
  type UnderstandingContext,
  understand,
} from './understanding/index.ts'
export { wordsIn } from './words/index.ts'
export { NOTICES, type NoticeKey, WORDINGS, type Wording } from './words/notices.ts'
export type { SentenceKey, Words } from './words/sentences.ts'
export { createSpeech, type Speech } from './words/speech.ts'
export { endOfNight } from './worth-knowing.ts'
