import { numberWordsAt } from '../number-words.ts'
import type { Token } from '../tokens.ts'

/** What was read, and the place after it. */
export type Read<T> = { value: T; next: number }

/** The word at `i`, or an empty string for anything else. */
export const wordAt = (tokens: readonly Token[], i: number): string =>
  tokens[i]?.kind === 'word' ? tokens[i].text : ''

/** The place after `phrase` when the tokens at `i` spell it; null otherwise. */
export function phraseAt(tokens: readonly Token[], i: number, phrase: string): number | null {
  let next = i
  for (const word of phrase.split(' ')) {
    if (wordAt(tokens, next) !== word) return null
    next++
  }
  return next
}

/** The place after the first of `phrases` that stands at `i`; null for none. Longer ones must come first. */
export function anyPhraseAt(tokens: readonly Token[], i: number, phrases: readonly string[]): number | null {
  for (const phrase of phrases) {
    const next = phraseAt(tokens, i, phrase)
    if (next !== null) return next
  }
  return null
}

/** A whole number in digits or words. */
export function countAt(tokens: readonly Token[], i: number): Read<number> | null {
  const token = tokens[i]
  if (token?.kind === 'number')
    return /^\d{1,6}$/.test(token.text) ? { value: Number(token.text), next: i + 1 } : null
  return numberWordsAt(tokens, i)
}
