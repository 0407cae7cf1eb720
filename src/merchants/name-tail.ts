import { isGeneric, isTail } from './noise.ts'
import { wordsOf } from './normalise.ts'
import { isState, isTown, townAtEnd } from './towns.ts'

/** What follows the first of these is a branch or a department. */
const LEGAL = new Set('ltd plc llc llp cic gmbh sarl inc'.split(' '))
const LEGAL_CUT = new Set('limited limite limit limi lim lt li l'.split(' '))
const COUNTRIES = new Set('uk gb usa us france'.split(' '))
/** A town behind these belongs to the name: `University of Birmingham`. */
const BINDING = new Set('of de du des d the le la les in at and et to for by sur'.split(' '))
const ROADS = new Set('road rd street lane avenue rue'.split(' '))
/** So many letters make a word that can be a name alone. */
const OWN_LETTERS_MIN = 4
/** Words that close a name, and those that may go on from them. */
const CLOSING = new Set('hotel supermarket restaurant pharmacy garage cinema'.split(' '))
const GOING_ON = new Set(
  'spa apartments group collection resort bar grill suites school services service'.split(' '),
)

/** How many of `tokens` are the name: store number, reference, legal form, town and road behind it are none of it. */
export function nameLength(tokens: readonly string[]): number {
  const words = tokens.map(wordsOf)
  const legal = words.findIndex((word, i) => i > 0 && LEGAL.has(word))
  // A number before the legal form is the company's own: `Quay 33 Ltd`.
  if (legal > 0) return withoutCountries(words, legal)
  let end = words.length
  while (end > 1) {
    const last = words[end - 1]!
    if (end > 2 && LEGAL_CUT.has(last)) return withoutCountries(words, end - 1)
    // `Thailand No 1`: counted, not numbered.
    if (/^\d+$/.test(last) && /^(?:no|number)$/.test(words[end - 2]!)) break
    if (isTail(last)) {
      end--
      continue
    }
    const place = roadAtEnd(words.slice(0, end)) || townBehind(words.slice(0, end))
    if (place === 0) break
    end -= place
  }
  return withoutBranch(words.slice(0, end))
}

function withoutCountries(words: readonly string[], end: number): number {
  let own = end
  while (own > 1 && (COUNTRIES.has(words[own - 1]!) || words[own - 1] === '')) own--
  return own
}

/** `Tates Redditch Road`: a road is called after a town, and the shop is on it. */
function roadAtEnd(words: readonly string[]): number {
  const isRoad = words.length > 2 && ROADS.has(words.at(-1)!) && isTown(words.at(-2)!)
  return isRoad && words.slice(0, -2).some(isOwn) ? 2 : 0
}

/** A town is part of the name when little would be left without it: `The Cambridge`, `Hotel de Paris`. */
function townBehind(words: readonly string[]): number {
  const town = townAtEnd(words)
  const left = words.slice(0, words.length - town).filter((word) => word !== '')
  if (left.length < 2 || BINDING.has(left.at(-1)!)) return 0
  if (left.length === 2 && left[0] === 'the' && !isState(words.at(-1)!)) return 0
  return left.some((word) => !isGeneric(word) && word.length > 1) ? town : 0
}

/** Behind the word that closes a name stands its place, whole or cut off: `Pak Supermarket Alum`, `The Grand Hotel Br`. */
function withoutBranch(words: readonly string[]): number {
  const closing = words.findIndex((word, i) => i > 0 && CLOSING.has(word))
  const behind = words.slice(closing + 1)
  const isPlace = closing > 0 && behind.length <= 2 && !behind.some((word) => GOING_ON.has(word))
  return isPlace && words.slice(0, closing).some((word) => !isGeneric(word)) ? closing + 1 : words.length
}

const isOwn = (word: string): boolean => word.length >= OWN_LETTERS_MIN && !isGeneric(word)
