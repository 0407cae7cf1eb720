import { MEANING_SIZE } from './encoder.ts'
import { meaningOf } from './meanings.ts'
import { isSmall, rowsOf } from './synonyms.ts'

/** An utterance as a linear model sees it: which features occur, and how much each weighs. */
export type Vector = { indexes: Int32Array; values: Float32Array }

/** What a text is cut into. `letters` are the lengths of the runs of letters that count. */
export type Cut = { letters: readonly number[] }

/** The features that occurred in training: their place in the weights, by hash, and how telling each is. */
export type Vocabulary = { cut: Cut; places: Map<number, number>; rarity: Float32Array }

/** A feature that occurs once teaches nothing. */
const TEXTS_MIN = 2
/** How much what a sentence means counts beside its words; chosen in folds that hold like wordings back together. */
const MEANING_STEP = 0.7 / 80
const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** The letters as they are compared: lower-case, without accents; numbers are all alike, anything else is a space. */
export const plainText = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replace(/[’`´]/g, "'")
    .replace(/\d+(?:[.,]\d+)*/g, '0')
    .replace(/[^\p{L}0%€$£]+/gu, ' ')
    .trim()

/** FNV-1a from a basis of its own for each kind, so that a word and the same letters inside another are two features. */
function hash(kind: number, text: string, from = 0, to = text.length): number {
  let value = FNV_BASIS ^ kind
  for (let i = from; i < to; i++) value = Math.imul(value ^ text.charCodeAt(i), FNV_PRIME)
  return (value ^ (value >>> 15)) >>> 0
}

/** Words, pairs of words, runs of letters, and meanings, by their hash, with how often each occurs. */
export function featuresOf(text: string, { letters }: Cut): Map<number, number> {
  const plain = plainText(text)
  const features = new Map<number, number>()
  const add = (feature: number) => features.set(feature, (features.get(feature) ?? 0) + 1)
  const words = ['^', ...plain.split(' ').filter((word) => word !== ''), '$']
  for (let i = 1; i < words.length; i++) {
    if (i < words.length - 1) add(hash(1, words[i]!))
    add(hash(2, `${words[i - 1]} ${words[i]}`))
  }
  const framed = ` ${plain} `
  for (const length of letters)
    for (let i = 0; i + length <= framed.length; i++) add(hash(16 + length, framed, i, i + length))
  for (const meaning of meaningsOf(words.slice(1, -1))) features.set(hash(3, meaning), 1)
  return features
}

/** Each meaning, and each with every other meaning or word that goes with it, wherever in the text either stands. */
function meaningsOf(words: readonly string[]): Set<string> {
  const found = new Set<string>()
  const told = rowsOf(words)
    .map((rows, i) =>
      rows.length > 0 ? rows.map((row) => `#${row}`) : isSmall(words[i]!) ? [] : [words[i]!],
    )
    .filter((one) => one.length > 0)
  told.forEach((ones, i) => {
    for (const one of ones) if (one.startsWith('#')) found.add(one)
    for (const other of told.slice(i + 1).flat())
      for (const one of ones)
        if (one !== other && (one.startsWith('#') || other.startsWith('#')))
          found.add(one < other ? `${one} ${other}` : `${other} ${one}`)
  })
  return found
}

/** Which features the texts have in common, and in how few of them each occurs. */
export function vocabularyOf(texts: readonly string[], cut: Cut): Vocabulary {
  const seen = new Map<number, number>()
  for (const text of texts)
    for (const feature of featuresOf(text, cut).keys()) seen.set(feature, (seen.get(feature) ?? 0) + 1)
  const places = new Map<number, number>()
  const rarity: number[] = []
  for (const [feature, count] of seen) {
    if (count < TEXTS_MIN) continue
    places.set(feature, rarity.length)
    rarity.push(Math.log((texts.length + 1) / (count + 1)) + 1)
  }
  return { cut, places, rarity: Float32Array.from(rarity) }
}

/** How many numbers a text is: its features, and after them what it means. */
export const sizeOf = ({ rarity }: Vocabulary): number => rarity.length + MEANING_SIZE

/**
 * A text's weights (tf-idf with a logarithmic count), of length one, unknown features left out; and after them what the
 * sentence encoder makes of it.
 */
export function vectorOf(text: string, { cut, places, rarity }: Vocabulary): Vector {
  const indexes: number[] = []
  const weights: number[] = []
  let square = 0
  for (const [feature, count] of featuresOf(text, cut)) {
    const place = places.get(feature)
    if (place === undefined) continue
    const weight = (1 + Math.log(count)) * rarity[place]!
    indexes.push(place)
    weights.push(weight)
    square += weight * weight
  }
  const length = Math.sqrt(square) || 1
  const values = weights.map((weight) => weight / length)
  meaningOf(text).forEach((steps, i) => {
    if (steps === 0) return
    indexes.push(rarity.length + i)
    values.push(steps * MEANING_STEP)
  })
  return { indexes: Int32Array.from(indexes), values: Float32Array.from(values) }
}
