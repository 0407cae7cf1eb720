/** A piece of the utterance. `text` is lower-case, without accents, and corrected when it was misspelt. */
export type Token = {
  text: string
  /** `text` before it was corrected; absent when it was not. */
  typed?: string
  kind: 'word' | 'number' | 'date' | 'sign' | 'break'
  /** Where it stands in the cleaned utterance: [start, end). */
  start: number
  end: number
}

/** The utterance as far as it is visible, and its tokens; offsets point into `text`. */
export type Utterance = { text: string; tokens: Token[] }

/** Marks that reorder, join or hide text without being seen (Unicode Cf): what is left is what the person sees typed. */
const UNSEEN = /\p{Cf}+/gu
const CONTROL = /\p{Cc}/gu

/**
 * No branch can match the same text in two ways, so that the time is linear in the length whatever is typed.
 * Apostrophes and hyphens end a word: `j’ai` is two tokens, `avant-hier` too;
 * a hyphen is a sign only beside a digit.
 */
const PIECE =
  /(?<date>\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{1,2}[/-]\d{1,2}[/-]\d{4}(?!\d)|\d{1,2}\.\d{1,2}\.\d{4}(?!\d)|\d{1,2}\/\d{1,2}\/\d{2}(?!\d)|\d{1,2}\/\d{4}(?!\d)|\d{1,2}\/\d{1,2}(?![\d/]))|(?<number>\d+(?:[.,]\d+)*)|(?<word>\p{L}[\p{L}\p{M}\p{N}]*)|(?<sign>[£€$¥₹%+<>=&@#]|(?<!\p{L})-|-(?!\p{L}))|(?<break>[.,;:!?()"«»…\n])/gu

/** Cleans and cuts an utterance. Linear in its length. */
export function tokenise(text: string): Utterance {
  const clean = text
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(/[‘’ʼ`´]/g, "'")
    .replace(/[“”„]/g, '"')
    .replace(/[‐‑‒–—−]/g, '-')
    .replace(CONTROL, (mark) => (mark === '\n' || mark === '\r' ? '\n' : ' '))
  const tokens: Token[] = []
  for (const match of clean.matchAll(PIECE)) {
    const kind = (['word', 'number', 'date', 'sign', 'break'] as const).find((name) => match.groups![name])!
    tokens.push({ text: foldWord(match[0]), kind, start: match.index, end: match.index + match[0].length })
  }
  return { text: clean, tokens }
}

const foldWord = (word: string): string =>
  word
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')

/** The tokens with [start, next) turned into breaks: they are explained, and no name or phrase reaches across them. */
export const without = (tokens: readonly Token[], start: number, next: number): Token[] =>
  tokens.map((token, i) => (i >= start && i < next ? { ...token, kind: 'break', text: '' } : token))

/** The words of the tokens between single spaces, with one at either end, so that ` phrase ` can be looked for. */
export function spaced(tokens: readonly Token[]): string {
  return ` ${tokens
    .filter(({ kind }) => kind !== 'break' && kind !== 'sign')
    .map(({ text }) => text)
    .join(' ')} `
}

/** True when the second token follows the first with nothing between them. */
export const glued = (first: Token | undefined, second: Token | undefined): boolean =>
  first !== undefined && second !== undefined && first.end === second.start
