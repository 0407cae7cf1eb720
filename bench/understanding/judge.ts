import { type Linear, sidesOf, train } from '../../src/conversation/understanding/classifier/linear.ts'
import type { Labelled } from './sets.ts'

/** What was guessed of a sentence: the served intent it is most like, and how much more than anything else. */
export type Judged = { intent: string | null; guess: string; score: number }

const FOLDS = 5

/** False for what is out of scope altogether, and for an intent that is known and not served. */
export const isServed = (intent: string | null): boolean => intent !== null && !intent.startsWith('oos_')

export const learn = (examples: readonly Labelled[]): Linear =>
  train(examples.map(({ text, intent }) => ({ text, class: intent })))

/** The best served class, against the best of those that are not served and what is no class at all. */
export function judge(model: Linear, { text, intent }: Labelled): Judged {
  const { classes, sides, within } = sidesOf(model, text)
  let guess = ''
  let [best, other] = [-Infinity, -Infinity]
  classes.forEach((name, i) => {
    if (!isServed(name)) other = Math.max(other, sides[i]!)
    else if (sides[i]! > best) [best, guess] = [sides[i]!, name]
  })
  return { intent, guess, score: best + within - (other === -Infinity ? 0 : other) }
}

/** Each example as a model judges it that did not see it. Every fold has its share of each intent. */
export function judgeInFolds(examples: readonly Labelled[]): Judged[] {
  const seen = new Map<string | null, number>()
  const folds = examples.map(({ intent }) => {
    const turn = seen.get(intent) ?? 0
    seen.set(intent, turn + 1)
    return turn % FOLDS
  })
  return Array.from({ length: FOLDS }, (_, fold) => {
    const model = learn(examples.filter((_, i) => folds[i] !== fold))
    return examples
      .filter((example, i) => folds[i] === fold && !example.isDecoy)
      .map((example) => judge(model, example))
  }).flat()
}

/** The least score at which `recall` of what is not served stays unanswered. */
export function thresholdFor(judged: readonly Judged[], recall: number): number {
  const scores = judged
    .filter(({ intent }) => !isServed(intent))
    .map(({ score }) => score)
    .sort((a, b) => a - b)
  return scores[Math.min(scores.length - 1, Math.ceil(recall * scores.length) - 1)]!
}

/** In hundredths: of what is served, answered rightly and answered wrongly; of what is not, left unanswered. */
export function sharesAt(
  judged: readonly Judged[],
  threshold: number,
): { right: number; wrong: number; recall: number } {
  const share = (some: readonly Judged[], test: (one: Judged) => boolean) =>
    (100 * some.filter(test).length) / some.length
  const served = judged.filter(({ intent }) => isServed(intent))
  const others = judged.filter(({ intent }) => !isServed(intent))
  return {
    right: share(served, ({ score, guess, intent }) => score > threshold && guess === intent),
    wrong: share(served, ({ score, guess, intent }) => score > threshold && guess !== intent),
    recall: share(others, ({ score }) => score <= threshold),
  }
}
