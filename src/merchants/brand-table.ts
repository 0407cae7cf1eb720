import { BRANDS } from './brands.ts'
import type { Category } from './categories.ts'
import { isNoise } from './noise.ts'
import { townAtEnd } from './towns.ts'

export type Brand = { name: string; category: Category }
type Pattern = { brand: Brand; words: string; open: boolean; alone: boolean }

/** Names are also found written as one word, from this length on. */
const JOINED_LETTERS_MIN = 8

/** Patterns by their first two characters, longest first, so that a look-up tries a handful. */
const PATTERNS = new Map<string, Pattern[]>()

for (const [category, brands] of Object.entries(BRANDS) as [Category, Record<string, string>][]) {
  for (const [name, patterns] of Object.entries(brands)) {
    const brand: Brand = { name, category }
    for (const pattern of patterns.split(',')) {
      const [, words, mark] = /^\s*([a-z0-9][a-z0-9 ]*?)([*$]?)$/.exec(pattern) ?? []
      if (!words) throw new SyntaxError(`the brand ${name} has a pattern that is not words: ${pattern}`)
      add({ brand, words, open: mark === '*', alone: mark === '$' })
      // Web addresses and some terminals write a name as one word: `holidayinn stoke on trent`.
      const single = words.replaceAll(' ', '')
      if (single !== words && single.length >= JOINED_LETTERS_MIN)
        add({ brand, words: single, open: mark === '*', alone: mark === '$' })
    }
  }
}

function add(pattern: Pattern): void {
  const key = pattern.words.slice(0, 2)
  PATTERNS.set(key, [...(PATTERNS.get(key) ?? []), pattern])
}

for (const patterns of PATTERNS.values()) patterns.sort((a, b) => b.words.length - a.words.length)

/**
 * The brand whose pattern is the longest that `words` begins with, or a tenant's that they end with; null for none.
 * `words` come from `wordsOf`. What is not here is looked for in `brand-index.ts`.
 */
export function findBrand(words: string): Brand | null {
  return startingWith(words) ?? endingWith(words)
}

/** Whether a text names one of these brands anywhere, those apart that are everyday words. */
export function namesBrand(words: string): boolean {
  const all = words.split(' ')
  return all.some((_, from) => {
    const rest = all.slice(from).join(' ')
    return (PATTERNS.get(rest.slice(0, 2)) ?? []).some(
      ({ words: start, open, alone }) =>
        !alone && rest.startsWith(start) && (open || /^(?: |$)/.test(rest.slice(start.length))),
    )
  })
}

/** Motorway services and stations put their own name first: `keele north starbucks`, `trowell n e costa`. */
const TENANTS = new Set('starbucks costa kfc dominos greggs subway waitrose mcdonalds whsmith'.split(' '))

function endingWith(words: string): Brand | null {
  const last = words.slice(words.lastIndexOf(' ') + 1)
  return last !== words && TENANTS.has(last) ? startingWith(last) : null
}

function startingWith(words: string): Brand | null {
  for (const { brand, words: start, open, alone } of PATTERNS.get(words.slice(0, 2)) ?? []) {
    if (!words.startsWith(start)) continue
    const rest = words.slice(start.length)
    if (!open && rest !== '' && !rest.startsWith(' ')) continue
    if (alone && !isNothingMore(rest.split(' '))) continue
    return brand
  }
  return null
}

/** True when only numbers, legal forms, words of shops and a town, with its state, are there. */
function isNothingMore(words: readonly string[]): boolean {
  let end = words.length
  while (end > 0) {
    const behind = isNoise(words[end - 1]!) ? 1 : townAtEnd(words.slice(0, end))
    if (behind === 0) return false
    end -= behind
  }
  return true
}
