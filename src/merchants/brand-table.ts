import { BRANDS } from './brands.ts'
import type { Category } from './categories.ts'
import { isNoise } from './noise.ts'

export type Brand = { name: string; category: Category }
type Pattern = { brand: Brand; words: string; open: boolean; alone: boolean }

/** Patterns by their first two characters, longest first, so that a look-up tries a handful. */
const PATTERNS = new Map<string, Pattern[]>()

for (const [category, brands] of Object.entries(BRANDS) as [Category, Record<string, string>][]) {
  for (const [name, patterns] of Object.entries(brands)) {
    const brand: Brand = { name, category }
    for (const pattern of patterns.split(',')) {
      const [, words, mark] = /^\s*([a-z0-9][a-z0-9 ]*?)([*$]?)$/.exec(pattern) ?? []
      if (!words) throw new SyntaxError(`the brand ${name} has a pattern that is not words: ${pattern}`)
      const key = words.slice(0, 2)
      PATTERNS.set(key, [
        ...(PATTERNS.get(key) ?? []),
        { brand, words, open: mark === '*', alone: mark === '$' },
      ])
    }
  }
}
for (const patterns of PATTERNS.values()) patterns.sort((a, b) => b.words.length - a.words.length)

/**
 * The brand whose pattern is the longest that `words` begins with; null for none. `words` come from `wordsOf`.
 * This is the place where a larger index (OpenStreetMap's name-suggestion-index) would be joined: after the curated ones.
 */
export function findBrand(words: string): Brand | null {
  for (const { brand, words: start, open, alone } of PATTERNS.get(words.slice(0, 2)) ?? []) {
    if (!words.startsWith(start)) continue
    const rest = words.slice(start.length)
    if (!open && rest !== '' && !rest.startsWith(' ')) continue
    if (alone && !rest.split(' ').every(isNoise)) continue
    return brand
  }
  return null
}
