import { completeWord, writeOut } from './cut-words.ts'
import { isGeneric, isReference, isTail } from './noise.ts'
import { wordsOf } from './normalise.ts'
import { townAtEnd } from './towns.ts'

/**
 * `words` are those of the name as `wordsOf` writes them. `sureness` (0 to 1) is in `name` being what the business is
 * called: 0 when it names nobody (`car park`), below a half when much of it was cut off or it could be anything.
 */
export type BusinessName = { name: string; words: string; sureness: number }

/** Shown for a descriptor with nothing in it to read. */
const NAMELESS = '—'

const LETTERS_MIN = 3

/** A town behind these belongs to the name: `University of Birmingham`. */
const BINDING = new Set('of de du des d the le la les in at and et to for by sur'.split(' '))
const SMALL = new Set('of and the at in on for to by de du des la le les et aux en sur'.split(' '))
/** Words without a vowel are read out letter by letter; these have vowels and are read out all the same. */
const SPOKEN = new Set('st mr mrs dr rd jr'.split(' '))
const INITIALS = new Set('uk usa eu nhs bbc ymca rspca nec icc hse nspcc aa ee it'.split(' '))
/** A place with one of these behind it is a business's name: `The Winchester Hotel`. With a word like "parking" it is not. */
const NAMING = new Set(
  'hotel restaurant cafe pharmacy garage station service services supermarket bakery boulangerie'.split(' '),
)
const CLOSING = new Set('hotel supermarket restaurant pharmacy garage cinema'.split(' '))
const GOING_ON = new Set(
  'spa apartments group collection resort bar grill suites school services service ltd'.split(' '),
)
const ROADS = new Set('road rd street lane avenue rue'.split(' '))

const WEB_MARK = /^(?:https?:\/\/|www?\.)|\.(?:co|com|org|net|fr|eu|uk|gov|io|cloud|biz|info)(?:\.|\/|$)/i
/** Ends of web addresses, whole and cut off: `argos.co.u`, `gravelmaster.c`, `safetysigns.couk`. */
const WEB_END =
  /\.(?:co|com|org|net|ac|sch|ltd|fr|eu|uk|io|cloud|biz|info|tv|me)?(?:\.(?:uk?|)|)$|\.(?:c|o|or|ne|couk)$/i
const WEB_HOSTS = new Set(
  'www ww shop store estore uk web my online bill bills booking bookings tickets secure pay'.split(' '),
)
/** Some banks drop the dot: `replacementkeyscouk`, `nomoremarkingcom`; but not out of `telecom`. */
const GLUED_END = /(?<=[a-z]{6})(?:couk|(?<!tele|inter|dot|info|multi|net)com)$/i
const COUNTRIES = new Set('uk gb usa us france'.split(' '))
/** What follows the first of these is a branch or a department. */
const LEGAL = new Set('ltd plc llc llp cic gmbh sarl inc'.split(' '))

/**
 * The name a small shop would give itself, out of a descriptor without bank's and carriers' words: web address, store
 * number, legal form and town left off, what the terminal cut off put back where there is only one way, capitals as in
 * a name.
 */
export function businessName(text: string): BusinessName {
  const written = text
    .replace(/^[\s*#/.,:-]+/, '')
    .replace(/(?<=\w)[.)-](?=(?:ltd|limited|plc)\b)/gi, ' ')
    .split(' ')
  const isSpaced = written.length > 1 && /^ww?w\.?$/i.test(written[0]!)
  if (isSpaced) written.shift()
  // The address is said once more behind the name, or is itself the name and a reference follows.
  const address = written.findIndex((token) => WEB_MARK.test(token))
  const isWeb = isSpaced || address === 0
  const said = address === 0 ? written.slice(0, 1) : address > 0 ? written.slice(0, address) : written
  const kept = withoutTail(said.map(withoutWeb).filter(Boolean))
  const isEnd = kept.length === said.length
  const name = spelled(kept, isEnd)
  const words = wordsOf(name)
  return {
    name: name || NAMELESS,
    words,
    sureness: surenessOf(words, { isWeb, isCut: isEnd && CUT_LENGTHS.has(text.length) && isStump(words) }),
  }
}

/** Lengths at which terminals and banks cut a descriptor off. */
const CUT_LENGTHS = new Set([18, 22, 24, 25])
/** Words so short that end a name whole. */
const SHORT_WHOLE = new Set('spa bar pub inn gym zoo bbq spar one two uk cafe news co'.split(' '))

/** True when the last of several words may be the beginning of any other: `The Library of Bha`. */
function isStump(words: string): boolean {
  const last = words.slice(words.lastIndexOf(' ') + 1)
  return last !== words && last.length <= LETTERS_MIN && !SHORT_WHOLE.has(last)
}

function surenessOf(words: string, { isWeb, isCut }: { isWeb: boolean; isCut: boolean }): number {
  const all = words.split(' ')
  if (isWeb) return words === '' ? 0 : all.length > 2 || all.join('').length < LETTERS_MIN ? 0.4 : 0.6
  if (!isNamed(words)) return 0
  if (isCut) return 0.4
  // One short word is as likely a code, a town or the beginning of something.
  if (all.length === 1 && words.length <= LETTERS_MIN + 1) return 0.4
  return all.length === 1 ? 0.5 : 0.6
}

/** `www.shop.example.co.uk/pay` → `example`; a public body's address keeps its end, which says what it is. */
function withoutWeb(token: string): string {
  if (!WEB_MARK.test(token)) return token.replace(GLUED_END, '')
  const host = token
    .replace(/^https?:\/\//i, '')
    .replace(/^.*@/, '')
    .replace(/\/.*$/, '')
  const labels = host.replace(WEB_END, '').split('.').filter(Boolean)
  // A town's own address is its council's, and says so only by its end.
  if (labels.at(-1) === 'gov') return `${labels.filter((label) => !WEB_HOSTS.has(label)).join('.')}.uk`
  while (labels.length > 1 && WEB_HOSTS.has(labels[0]!.toLowerCase())) labels.shift()
  return labels.length === 1 && isGeneric(labels[0]!.toLowerCase())
    ? host.replace(/^www\./i, '')
    : labels.join('.')
}

function withoutTail(tokens: string[]): string[] {
  const legal = tokens.findIndex((token, i) => i > 0 && LEGAL.has(wordsOf(token)))
  // A number before the legal form is the company's own: `Quay 33 Ltd`.
  if (legal > 0) {
    const own = tokens.slice(0, legal)
    while (own.length > 1 && COUNTRIES.has(wordsOf(own.at(-1)!))) own.pop()
    return own
  }
  let end = tokens.length
  while (end > 1) {
    const last = wordsOf(tokens[end - 1]!)
    if (end < tokens.length && /^(?:limited|ltd|limite|limit|limi|lim|lt|li)$/.test(wordsOf(tokens[end]!)))
      break
    // `Thailand No 1`: counted, not numbered.
    if (end > 1 && /^\d+$/.test(last) && /^(?:no|number)$/.test(wordsOf(tokens[end - 2]!))) break
    // An opened bracket or a dash that nothing follows any more.
    if (last === '' || isTail(last) || (end > 2 && isCutForm(last))) {
      end--
      continue
    }
    const town = townAtEnd(tokens.slice(0, end).map(wordsOf))
    if (town === 0 || !leavesName(tokens.slice(0, end - town))) break
    end -= town
  }
  return withoutBranch(tokens.slice(0, end))
}

/** Behind the word that closes a name stands its place, whole or cut off: `Pak Supermarket Alum`, `The Grand Hotel Br`. */
function withoutBranch(tokens: string[]): string[] {
  const closing = tokens.findIndex((token, i) => i > 0 && CLOSING.has(wordsOf(token)))
  const more = tokens.length - 1 - closing
  if (
    closing < 1 ||
    more < 1 ||
    more > 2 ||
    tokens.slice(closing + 1).some((token) => GOING_ON.has(wordsOf(token)))
  )
    return tokens
  return tokens.slice(0, closing).some((token) => !isGeneric(wordsOf(token)))
    ? tokens.slice(0, closing + 1)
    : tokens
}

/** `Hobbycraft Group L`: all that the line had room for of "limited". */
const isCutForm = (letter: string): boolean => letter === 'l'

/** A town is part of the name when little would be left without it: `The Cambridge`, `Hotel de Paris`. */
function leavesName(tokens: readonly string[]): boolean {
  const words = tokens.map(wordsOf).filter((word) => word !== '')
  if (words.length < 2 || BINDING.has(words.at(-1)!)) return false
  return (
    words.filter((word) => !isGeneric(word) && word.length > 1).length > 0 &&
    !(words.length === 2 && words[0] === 'the')
  )
}

function spelled(tokens: readonly string[], isEnd: boolean): string {
  const last = tokens.slice(-2).map(wordsOf)
  const two = tokens.length > 2 ? writeOut(last.join(' ')) : null
  const one =
    tokens.length > 1 ? (writeOut(last.at(-1)!) ?? (isEnd ? completeWord(last.at(-1)!) : null)) : null
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

function capitalised(name: string): string {
  return name
    .toLowerCase()
    .split(' ')
    .map((word, i) => {
      const letters = wordsOf(word)
      if (i > 0 && SMALL.has(letters)) return word
      const isReadOut =
        INITIALS.has(letters) ||
        (letters.length <= 4 && /^[bcdfghjklmnpqrstvwxz]+$/.test(letters) && !SPOKEN.has(letters))
      if (isReadOut) return word.toUpperCase()
      return word.replace(
        /(^|[(/&-])(\p{L})/gu,
        (_, before: string, letter: string) => before + letter.toUpperCase(),
      )
    })
    .join(' ')
}

/** True when a word is left that could be somebody's: not a word of trade, not a number, not a place alone. */
function isNamed(words: string): boolean {
  const all = words.split(' ')
  const own = all.filter((word) => !isGeneric(word) && !isReference(word))
  if (own.join('').replace(/\d/g, '').length < LETTERS_MIN) return false
  if (ROADS.has(all.at(-1)!) && all.length <= 2) return false
  return townAtEnd(own) < own.length || all.some((word) => NAMING.has(word))
}
