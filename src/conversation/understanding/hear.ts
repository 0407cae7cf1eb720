import { isDeepStrictEqual } from 'node:util'
import type { Planner } from '../ports.ts'
import type { Filter, Question } from '../question.ts'
import { byLikeness, byWordAlone } from './by-likeness.ts'
import { modelToCome, prepareModel } from './classifier/kept-model.ts'
import { safetyOf } from './safety.ts'
import { spaced, tokenise } from './tokens.ts'
import { TOKENS_MAX, type UnderstandingContext, understand } from './understand.ts'

/** A question that was heard; `by` is what understood it, and `confidence` how surely, from 0 to 1. */
export type Heard = { question: Question; by: 'rules' | 'likeness' | 'planner'; confidence: number }

/** What a person asks, one question after the other; never empty. */
export type Understanding = (text: string, context: UnderstandingContext) => Promise<Question[]>

const PARTS_MAX = 3
/** Sounds that are made while thinking, as somebody who speaks to their telephone has them written down. */
const HESITATION = /(?<!\p{L})(?:u+m+|u+h+m*|erm+|er|h+m+|mm+|eu+h+|heu+|hum|bah|ben)(?!\p{L})[\s,.…]*/giu
/** `No, I meant …`, `non, plutôt …`: what follows replaces a part of the question before. */
const CORRECTION =
  /^\s*(?:(?:no|nope|non|nan|sorry|pardon|desole|désolé|actually|wait|oops|en fait|enfin)[\s,.!:;-]+)+(?:(?:i (?:meant|mean)|je (?:voulais|veux) dire|je parlais de|c['’]etait|c['’]était|rather|make that|plut[oô]t|pour)[\s,:]+)?(?=\S)|^\s*(?:i (?:meant|mean)|je (?:voulais|veux) dire|plut[oô]t)[\s,:]+(?=\S)/iu
const SPACE = /\s+/gu
const oneSpace = (run: string): string => (run.includes('\n') ? '\n' : ' ')
/** Where one question may end and the next begin; "plus de 50 €" is one amount. Spaces stand alone by then, so that this is linear in the length. */
const BETWEEN =
  /(?:[?;.!]\s|\n)(?:(?:and|et|also|aussi)\s)?|,?\s(?:and also|and then|and|also|et aussi|et puis|puis|plus(?!\s(?:de\s|d['’]|que\s|qu['’]))|et)\s/iu
const AGREED =
  /^\s*(?:ok|okay|k|alright|all right|fine|great|perfect|got it|d['’]accord|tr[eè]s bien|parfait|super|cool|[çc]a marche|entendu)[\s.!]*$/iu

/** Said by the whole text: no part of it is tried as something else. */
const WHOLE: readonly Question['kind'][] = ['freeze-card', 'stop', 'start']

const NOTHING: Question = { kind: 'not-understood', near: null }
const isUnderstood = ({ kind }: Question): boolean => kind !== 'not-understood'

/**
 * Rules first, then likeness to what people ask a bank. Words that must reach a person, and a card to block, are looked for
 * in the whole text before anything else is tried. Offline, deterministic, and never empty.
 */
export const hearOffline = (text: string, context: UnderstandingContext): Heard[] =>
  hear(text, context, byLikeness)

function hear(text: string, context: UnderstandingContext, liken: typeof byLikeness): Heard[] {
  const { tokens } = tokenise(text)
  const whole = understand(text, context)
  if (safetyOf(spaced(tokens)) || WHOLE.includes(whole.kind) || tokens.length > TOKENS_MAX)
    return [byRules(whole)]
  if (AGREED.test(text)) return [byRules({ kind: 'thanks' })]
  const plain = text.replace(HESITATION, ' ').replace(SPACE, oneSpace).trim()
  const corrected = correction(plain, context)
  if (corrected) return [byRules(corrected)]

  const questions = eachAlone(plain, context)
  if (questions) return questions.map(byRules)
  const kindsOfSpending = eachKindOfSpending(plain, context, liken)
  if (kindsOfSpending) return kindsOfSpending
  if (isUnderstood(whole)) return [byRules(whole)]
  const again = plain === text ? whole : understand(plain, context)
  if (isUnderstood(again)) return [byRules(again)]
  const inTurn = eachAfterTheOther(plain, context, liken)
  if (inTurn) return inTurn

  const likely = again.kind === 'not-understood' && again.near === null ? liken(plain, context) : null
  return [likely ? { ...likely, by: 'likeness' } : { question: again, by: 'rules', confidence: 0 }]
}

/**
 * Reads or makes all that the first question would have to wait for: the model, the encoder, the names of shops. A question that no
 * rule knows goes all the way through.
 */
export async function prepareUnderstanding(): Promise<void> {
  await prepareModel()
  hearOffline('is there anything else to be told', { now: 0, timeZone: 'UTC', locale: 'en' })
}

/** `modelReady` waits for a model that is being made. */
type Needs = { planner: Planner | null; modelReady?: () => Promise<void> }

/** Understands offline, and only then, where an operator has set one up, asks the planner. */
export function createUnderstanding({ planner, modelReady = modelToCome }: Needs): Understanding {
  return async (text, context) => {
    let heard = hearByRules(text, context)
    if (!heard) {
      await modelReady()
      heard = hearOffline(text, context)
    }
    const questions = heard.map(({ question }) => question)
    const [only] = questions
    if (!planner || questions.length > 1 || only?.kind !== 'not-understood' || only.near !== null)
      return questions
    if (tokenise(text).tokens.length > TOKENS_MAX) return questions
    const { now, timeZone, locale } = context
    return [(await planner.plan(text, { now, timeZone, locale })) ?? NOTHING]
  }
}

/** Null where likeness has to be asked: what must reach a person, or block a card, never waits for a model. */
function hearByRules(text: string, context: UnderstandingContext): Heard[] | null {
  let isAsked = false
  const heard = hear(text, context, (part) => {
    const alone = byWordAlone(part)
    isAsked ||= alone === undefined
    return alone ?? null
  })
  return isAsked ? null : heard
}

const byRules = (question: Question): Heard => ({
  question,
  by: 'rules',
  confidence: isUnderstood(question) ? 1 : 0,
})

function correction(text: string, context: UnderstandingContext): Question | null {
  const [said] = CORRECTION.exec(text) ?? []
  if (said === undefined || !context.previous) return null
  const question = understand(`and ${text.slice(said.length)}`, context)
  return isUnderstood(question) ? question : null
}

function partsOf(text: string): string[] | null {
  const parts = text.split(BETWEEN).filter((part) => /[\p{L}\p{N}]/u.test(part))
  return parts.length > 1 && parts.length <= PARTS_MAX ? parts : null
}

/** Questions of different kinds that each stand alone: "my balance and what I spent at Tesco". */
function eachAlone(text: string, { previous: _, ...alone }: UnderstandingContext): Question[] | null {
  const questions = partsOf(text)?.map((part) => understand(part, alone))
  if (!questions?.every(isUnderstood)) return null
  const asked = questions.filter(({ kind }) => kind !== 'greeting' && kind !== 'thanks')
  const kinds = new Set(asked.map(({ kind }) => kind))
  return asked.length > 1 && kinds.size === asked.length ? asked : null
}

/** Parts of which each goes on from the one before: "how much did I spend at Lidl and Tesco". All, or none. */
function eachAfterTheOther(
  text: string,
  context: UnderstandingContext,
  liken: typeof byLikeness,
): Heard[] | null {
  const heard: Heard[] = []
  let previous = context.previous
  for (const part of partsOf(text) ?? []) {
    const said = understand(heard.length > 0 ? `and ${part}` : part, {
      ...context,
      ...(previous && { previous }),
    })
    const likely = isUnderstood(said) ? null : liken(part, context)
    if (!isUnderstood(said) && !likely) return null
    // "Compare Tesco and Lidl" is one question, and not one that is answered here.
    if (said.kind === 'compare' || (heard.length > 0 && boundsAgain(said, previous))) return null
    const one: Heard = likely ? { ...likely, by: 'likeness' } : byRules(said)
    previous = one.question
    heard.push(one)
  }
  return heard.length > 1 ? withPeriodOfLast(heard) : null
}

/** "Over £50 and £100" are two figures of one list, and not two lists; "over £50 at Tesco and under £20 at Lidl" are two. */
function boundsAgain(said: Question, before: Question | undefined): boolean {
  const [own, earlier] = [filterOf(said), before ? filterOf(before) : null]
  if (!own || !earlier?.size) return false
  const isFigure = said.kind === 'find' && said.amountMinor !== null
  if (!isFigure && (!own.size || isDeepStrictEqual(own.size, earlier.size))) return false
  const { size: _, ...narrowed } = earlier
  return isDeepStrictEqual({ ...own, ...narrowed }, own)
}

/** "On fuel and groceries": read as one question, the second kind would be lost. */
function eachKindOfSpending(
  text: string,
  context: UnderstandingContext,
  liken: typeof byLikeness,
): Heard[] | null {
  const heard = eachAfterTheOther(text, context, liken)
  const categories = new Set(heard?.map(({ question }) => filterOf(question)?.category))
  return heard && !categories.has(undefined) && categories.size === heard.length ? heard : null
}

/** "On fuel and groceries this month": a period at the end is of the parts before it too. */
function withPeriodOfLast(heard: readonly Heard[]): Heard[] {
  const period = filterOf(heard.at(-1)!.question)?.period
  if (!period) return [...heard]
  return heard.map((one) => {
    const { question } = one
    return 'filter' in question && !question.filter.period && question.kind !== 'compare'
      ? { ...one, question: { ...question, filter: { ...question.filter, period } } }
      : one
  })
}

const filterOf = (question: Question): Filter | null => ('filter' in question ? question.filter : null)
