import { completeWord, writeOut } from './cut-words.ts'
import { wordsOf } from './normalise.ts'

const SMALL = new Set('of and the at in on for to by de du des la le les et aux en sur'.split(' '))
/** Words without a vowel are read out letter by letter, but for the first of these; the others have one, and are too. */
const SPOKEN = new Set('st mr mrs dr rd jr'.split(' '))
const INITIALS = new Set('uk usa eu nhs bbc ymca rspca nec icc hse nspcc aa ee it'.split(' '))

/**
 * The words of a name as one would write them: short forms written out, capitals where they belong. `isEnd` when the
 * descriptor ends with them, so that the last may be cut off: it is put back where there is only one way.
 */
export function spelled(tokens: readonly string[], isEnd: boolean): string {
  const last = tokens.slice(-2).map(wordsOf)
  const two = tokens.length > 2 ? writeOut(last.join(' ')) : null
  const whole = isEnd ? completeWord(last.at(-1)!) : null
  const one = tokens.length > 1 ? (writeOut(last.at(-1)!) ?? whole) : null
  const written = two ? [...tokens.slice(0, -2), two] : one ? [...tokens.slice(0, -1), one] : tokens
  const name = written
    .join(' ')
    .replace(/\((?![^()]*\))\s*/, '')
    .replace(/[\s*,/(&:;.-]+$/, '')
    .trim()
  // Descriptors come all in capitals or all in small letters; one that mixes them was written by somebody.
  const isMixed = name !== name.toLowerCase() && name !== name.toUpperCase()
  return isMixed ? name : capitalised(name)
}

const capitalised = (name: string): string =>
  name
    .toLowerCase()
    .split(' ')
    .map((word, i) => capitalisedWord(word, i === 0))
    .join(' ')

function capitalisedWord(word: string, isFirst: boolean): string {
  const letters = wordsOf(word)
  if (!isFirst && SMALL.has(letters)) return word
  const isUnspeakable = letters.length <= 4 && /^[bcdfghjklmnpqrstvwxz]+$/.test(letters)
  if (INITIALS.has(letters) || (isUnspeakable && !SPOKEN.has(letters))) return word.toUpperCase()
  return word.replace(
    /(^|[(/&-])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  )
}
