import { nameLength } from './name-tail.ts'
import { isGeneric, isReference } from './noise.ts'
import { wordsOf } from './normalise.ts'
import { spelled } from './spelling.ts'
import { townAtEnd } from './towns.ts'
import { withoutAddress } from './web-address.ts'

/**
 * `words` are those of the name as `wordsOf` writes them. `sureness` (0 to 1) is in `name` being what the business is
 * called: 0 when it names nobody (`car park`), below a half when much of it was cut off or it could be anything.
 */
export type BusinessName = { name: string; words: string; sureness: number }

/** Shown for a descriptor with nothing in it to read. */
const NAMELESS = '—'

const LETTERS_MIN = 3
/** Shorter words are said twice for the sound of it: `Party Party`. */
const TWICE_LETTERS_MIN = 7
/** Lengths at which terminals and banks cut a descriptor off. */
const CUT_LENGTHS = new Set([18, 22, 24, 25])
/** Words so short that end a name whole. */
const SHORT_WHOLE = new Set('spa bar pub inn gym zoo bbq spar one two uk cafe news co'.split(' '))
/** A place with one of these behind it is a business's name: `The Winchester Hotel`. With "parking" it is not. */
const NAMING = new Set(
  'hotel restaurant cafe pharmacy garage station service services supermarket bakery boulangerie'.split(' '),
)
const ROADS = new Set('road rd street lane avenue rue'.split(' '))

/**
 * The name a small shop would give itself, out of a descriptor without bank's and carriers' words: web address, store
 * number, legal form and town left off, what the terminal cut off put back where there is only one way, capitals as in
 * a name.
 */
export function businessName(text: string): BusinessName {
  const written = text
    .replace(/^[\s*#/.,:-]+/, '')
    // In French the legal form may stand in front: `SARL La Ferme du Coin`.
    .replace(/^(?:sarl|sasu|eurl) (?=\S+ \S)/i, '')
    .replace(/(?<=\w)[.)-](?=(?:ltd|limited|plc)\b)/gi, ' ')
    .split(' ')
  const { said, isWeb } = withoutAddress(written)
  const tokens = saidOnce(said.filter(Boolean))
  const kept = tokens.slice(0, nameLength(tokens))
  const isEnd = kept.length === written.length
  const name = spelled(kept, isEnd)
  const words = wordsOf(name)
  const isCut = isEnd && CUT_LENGTHS.has(text.length) && isStump(words)
  const sureness = isWeb ? surenessOfAddress(name) : surenessOf(words, isCut)
  return { name: name || NAMELESS, words, sureness }
}

/** `Toughook Toughook`: what the bank says of the merchant, and of its place. */
function saidOnce(tokens: string[]): string[] {
  const half = tokens.slice(0, tokens.length / 2)
  const isTwice =
    half.join('').length >= TWICE_LETTERS_MIN &&
    tokens.length % 2 === 0 &&
    half.every((token, i) => token === tokens[half.length + i])
  return isTwice ? half : tokens
}

/** True when the last of several words may be the beginning of any other: `The Library of Bha`. */
function isStump(words: string): boolean {
  const last = words.slice(words.lastIndexOf(' ') + 1)
  return last !== words && last.length <= LETTERS_MIN && !SHORT_WHOLE.has(last)
}

function surenessOf(words: string, isCut: boolean): number {
  const all = words.split(' ')
  if (!isNamed(words)) return 0
  if (isCut) return 0.4
  // One short word is as likely a code, a town or the beginning of something.
  if (all.length === 1) return words.length <= LETTERS_MIN + 1 ? 0.4 : 0.5
  return 0.6
}

/** An address is somebody's; of one with several parts it is not known which of them names its owner. */
function surenessOfAddress(name: string): number {
  if (name.length < LETTERS_MIN) return 0
  return name.includes('.') && !name.toLowerCase().endsWith('.gov.uk') ? 0.4 : 0.6
}

/** True when a word is left that could be somebody's: not a word of trade, not a number, not a place alone. */
function isNamed(words: string): boolean {
  const all = words.split(' ')
  const own = all.filter((word) => !isGeneric(word) && !isReference(word))
  if (own.join('').replace(/\d/g, '').length < LETTERS_MIN) return false
  if (ROADS.has(all.at(-1)!) && all.length <= 2) return false
  return townAtEnd(own) < own.length || all.some((word) => NAMING.has(word))
}
