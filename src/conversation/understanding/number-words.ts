import type { Token } from './tokens.ts'

const table = (words: string, from = 0, step = 1): [string, number][] =>
  words.split(' ').map((word, i) => [word, from + i * step])

const UNITS = new Map([
  ...table('zero one two three four five six seven eight nine'),
  ...table('zero un deux trois quatre cinq six sept huit neuf'),
  ['une', 1] as const,
])
const TEENS = new Map([
  ...table('ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen', 10),
  ...table('dix onze douze treize quatorze quinze seize', 10),
])
const TENS = new Map([
  ...table('twenty thirty forty fifty sixty seventy eighty ninety', 20, 10),
  ...table('vingt trente quarante cinquante soixante', 20, 10),
  ['fourty', 40] as const,
  ['septante', 70] as const,
  ['huitante', 80] as const,
  ['octante', 80] as const,
  ['nonante', 90] as const,
])
const HUNDREDS = new Set(['hundred', 'cent'])

const QUARTER_ORDINALS = new Map<string, number>([
  ...table('first second third fourth', 1),
  ...table('premier deuxieme troisieme quatrieme', 1),
])

export const isNumberWord = (word: string): boolean =>
  UNITS.has(word) || TEENS.has(word) || TENS.has(word) || HUNDREDS.has(word)

export const ordinalOf = (word: string): number | undefined => QUARTER_ORDINALS.get(word)

/**
 * The whole number from 0 to 100 written in words at `from`, English or French (Swiss and Belgian tens too), and the
 * place after it; null for none. `quatre vingt dix sept` is 97, `vingt et un` 21, `forty two` 42.
 */
export function numberWordsAt(
  tokens: readonly Token[],
  from: number,
): { value: number; next: number } | null {
  const word = (i: number): string => (tokens[i]?.kind === 'word' ? tokens[i].text : '')
  let next = from
  if (word(next) === 'a' && HUNDREDS.has(word(next + 1))) return { value: 100, next: next + 2 }
  if (HUNDREDS.has(word(next))) return { value: 100, next: next + 1 }
  if ((word(next) === 'one' || word(next) === 'un') && word(next + 1) === 'hundred')
    return { value: 100, next: next + 2 }
  let tens = TENS.get(word(next))
  if (word(next) === 'quatre' && /^vingts?$/.test(word(next + 1))) {
    tens = 80
    next++
  }
  if (tens === undefined) {
    const small = teenOrUnit(word, next)
    return small && { value: small.value, next: small.next }
  }
  next++
  const and = word(next) === 'et' ? 1 : 0
  const rest = teenOrUnit(word, next + and)
  // Only soixante and quatre-vingt are carried past nine (soixante et onze, quatre-vingt-dix).
  if (rest && rest.value > 0 && (rest.value < 10 || tens === 60 || tens === 80) && tens + rest.value < 100)
    return { value: tens + rest.value, next: rest.next }
  return { value: tens, next }
}

function teenOrUnit(word: (i: number) => string, at: number): { value: number; next: number } | null {
  const teen = TEENS.get(word(at))
  if (teen !== undefined) {
    const unit = teen === 10 && word(at) === 'dix' ? UNITS.get(word(at + 1)) : undefined
    return unit !== undefined && unit >= 7
      ? { value: 10 + unit, next: at + 2 }
      : { value: teen, next: at + 1 }
  }
  const unit = UNITS.get(word(at))
  return unit === undefined ? null : { value: unit, next: at + 1 }
}
