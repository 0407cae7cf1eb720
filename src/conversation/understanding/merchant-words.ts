import { resolveMerchant } from '#merchants'
import { categoryAt } from './categories.ts'
import { isKnown } from './lexicon.ts'
import { isShorthand } from './shorthand.ts'
import { glued, type Token, type Utterance } from './tokens.ts'

/** A merchant's name as the person wrote it: tokens [start, next). */
export type FoundMerchant = { merchant: string; start: number; next: number }

/** Longer than any shop's name. */
const LETTERS_MAX = 60
const WORDS_MAX = 6

/** What stands before a shop. Behind the first group nearly any word is a name; behind the second only an unknown one. */
const BEFORE_A_NAME = new Set('at chez'.split(' '))
const BEFORE_PERHAPS = new Set(
  'from on to with in for by of a au aux sur dans pour par avec en de du d'.split(' '),
)
const ARTICLES = new Set('the la le les l my mon ma mes some un une des du de d'.split(' '))
/** What a name may hold inside, when an unknown word follows. */
const INSIDE = new Set('and et of the de du des la le les l s a n en on the'.split(' '))
/** `at the moment`, `chez moi`, `at all`: no shop. */
const NO_NAME = new Set(
  'all moment bank banks home once least most first last vous moi toi lui nous elle eux me you'.split(' '),
)

/** The name behind a word such as "at", "chez" or "from"; null when there is none. */
export function findMerchant({ text, tokens }: Utterance): FoundMerchant | null {
  for (const sure of [true, false])
    for (const [i, token] of tokens.entries()) {
      if (token.kind !== 'word' || !(sure ? BEFORE_A_NAME : BEFORE_PERHAPS).has(typed(token))) continue
      let start = i + 1
      while (ARTICLES.has(typed(tokens[start])) && !isBrandOfTwo(tokens, start)) start++
      if (categoryNotName(tokens, start)) continue
      const next = nameEnd({ text, tokens }, start, sure)
      if (next > start) return nameOf(text, tokens, start, next)
    }
  return null
}

/** The unknown words around token `i` as a name. */
export function nameAround({ text, tokens }: Utterance, i: number): FoundMerchant {
  return nameOf(text, tokens, i, Math.max(i + 1, nameEnd({ text, tokens }, i, true)))
}

/** What was typed, before it was taken for a misspelling. */
const typed = (token: Token | undefined): string =>
  token?.kind === 'word' ? (token.typed ?? token.text) : ''

/** `Home Depot`, `La Poste`, `The Range`: an everyday word that belongs to a name. */
const isBrandOfTwo = (tokens: readonly Token[], i: number): boolean => {
  const [first, second] = [typed(tokens[i]), typed(tokens[i + 1])]
  return first !== '' && second !== '' && !isBrand(tokens[i]) && resolveMerchant(`${first} ${second}`).known
}

/** "Lidl and Tesco" are two shops, "Marks and Spencer" is one. */
const isBrand = (token: Token | undefined): boolean =>
  typed(token) !== '' && resolveMerchant(typed(token)).known

/** True for a word that only a name explains. Misspellings count: behind "at", `Costs` is as good as any. */
const isUnknown = (token: Token | undefined): boolean => token?.kind === 'word' && !isKnown(typed(token))

/** `au restaurant`, `chez le dentiste`: a kind of spending, unless an unknown word goes on from it. */
function categoryNotName(tokens: readonly Token[], start: number): boolean {
  const category = categoryAt(tokens, start)
  return category !== null && !isUnknown(tokens[category.next])
}

function nameEnd({ text, tokens }: Utterance, start: number, sure: boolean): number {
  const first = tokens[start]
  if (first?.kind === 'number')
    return isUnknown(tokens[start + 1]) ? nameEnd({ text, tokens }, start + 1, sure) : start
  const two = isBrandOfTwo(tokens, start)
  const brand = two || (first?.kind === 'word' && !NO_NAME.has(typed(first)) && isBrand(first))
  const category = sure ? categoryAt(tokens, start) : null
  // Behind "at" and "chez", what is elsewhere short for a word is a name.
  const isShort = sure && isShorthand(typed(first))
  if (!isUnknown(first) && !isShort && !brand && !category) return start
  let end = category ? category.next : two ? start + 2 : start + 1
  for (;;) {
    const token = tokens[end]
    if (isUnknown(token) || (token?.kind === 'number' && isUnknown(tokens[end - 1]))) end++
    else if (isUnknown(tokens[end + 1]) && joins(tokens, end) && !(brand && isBrand(tokens[end + 1])))
      end += 2
    else if (typed(token) === 's' && text[tokens[end - 1]!.end] === "'") end++
    else return end
  }
}

/** `Marks and Spencer`, `B&Q`, `booking.com`, `Coca-Cola`: what may stand between two words of a name. */
function joins(tokens: readonly Token[], i: number): boolean {
  const token = tokens[i]
  if (token?.kind === 'sign') return token.text === '&' || token.text === '-'
  if (token?.kind === 'break')
    return token.text === '.' && glued(tokens[i - 1], token) && glued(token, tokens[i + 1])
  return INSIDE.has(typed(token))
}

function nameOf(text: string, tokens: readonly Token[], start: number, next: number): FoundMerchant {
  return {
    merchant: text
      .slice(tokens[start]!.start, tokens[next - 1]!.end)
      .replace(/\s+/g, ' ')
      .trim(),
    start,
    next,
  }
}

/** False for what is too long to be a shop's name. */
export const isName = ({ merchant, start, next }: FoundMerchant): boolean =>
  merchant.length <= LETTERS_MAX && next - start <= WORDS_MAX
