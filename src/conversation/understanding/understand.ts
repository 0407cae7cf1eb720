import type { Locale } from '#kit'
import type { Question } from '../question.ts'
import { aheadOf } from './ahead.ts'
import { dueOf } from './due.ts'
import { continued, inheriting, isFragment } from './follow-up.ts'
import { type Intent, intentOf } from './intents.ts'
import { calendarAt } from './periods/span.ts'
import { questionOf } from './question-of.ts'
import { type Reading, readUtterance, type Trouble } from './reading.ts'
import { asksToFreeze, safetyOf } from './safety.ts'
import { stopOf } from './stop.ts'
import { spaced, tokenise } from './tokens.ts'

/** Where and when the person writes. `locale` is that of the chat; the words may be in the other language. */
export type UnderstandingContext = {
  now: number
  /** IANA name, such as `Europe/Paris`. */
  timeZone: string
  locale: Locale
  /** The question before this one, for "and last month?". */
  previous?: Question
}

/** Longer than a question: such a text is only searched for words that must reach a person. */
export const TOKENS_MAX = 80
/** What a word means when it is all that is said, and only in the language of the chat. */
const ALONE: Readonly<Record<Locale, ReadonlyMap<string, Question['kind'] & ('greeting' | 'thanks')>>> = {
  en: new Map([
    ['ta', 'thanks'],
    ['cheers', 'thanks'],
    ['sup', 'greeting'],
  ]),
  fr: new Map([
    ['cc', 'greeting'],
    ['re', 'greeting'],
  ]),
}
const NOTHING: Question = { kind: 'not-understood', near: null }

/**
 * What the words ask, English or French, whatever the locale. Deterministic, offline, linear in the length of the text,
 * and never a guess: what is not wholly understood is `not-understood`, with the part that was not clear.
 */
export function understand(text: string, context: UnderstandingContext): Question {
  const utterance = tokenise(text)
  const words = spaced(utterance.tokens)
  const safety = safetyOf(words)
  if (safety) return { kind: safety }
  const silence = stopOf(words)
  if (silence) return { kind: silence }
  if (utterance.tokens.length > TOKENS_MAX) return NOTHING
  if (asksToFreeze(words)) return { kind: 'freeze-card' }
  const about = dueOf(words, tokenise)
  if (about) return { kind: 'recurring', ...(Object.keys(about).length > 0 && { about }) }

  const alone =
    utterance.tokens.length === 1 ? ALONE[context.locale].get(utterance.tokens[0]!.text) : undefined
  if (alone) return { kind: alone }

  const calendar = calendarAt(context.now, context.timeZone)
  const ahead = aheadOf(words, calendar, context.previous)
  if (ahead) return ahead
  const reading = readUtterance(utterance, context.locale, calendar)
  const { previous } = context
  if (previous && isFragment(reading)) {
    const question = continued(reading, previous, calendar)
    if (question) return question
  }
  const intent = intentOf(reading)
  const question = questionOf(intent, reading, utterance, calendar)
  if (!question) return { kind: 'not-understood', near: nearOf(intent, reading) }
  return previous && reading.continues ? inheriting(question, previous) : question
}

/** What a period, an amount or a shop belongs to. */
const NARROWED: ReadonlySet<Intent> = new Set<Intent>([
  'spending',
  'spending-by',
  'over-time',
  'transactions',
  'find',
  'compare',
])

/** Which part to ask again for. Where nothing served was asked, no part of it is to blame. */
function nearOf(
  intent: Intent,
  { trouble, unexplained, outside, periods, number, size }: Reading,
): Trouble | null {
  if (intent === 'balance') return periods.length > 0 || trouble === 'period' ? 'period' : null
  if (outside) return null
  if (NARROWED.has(intent))
    return (
      trouble ??
      (unexplained.length > 0 ? 'merchant' : periods.length > 1 ? 'period' : number || size ? 'amount' : null)
    )
  return trouble === 'period' && unexplained.length === 0 ? trouble : null
}
