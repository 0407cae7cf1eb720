import { findBrand } from './brand-table.ts'
import type { Category } from './categories.ts'
import { categoryOfMcc } from './mcc.ts'
import { isTail, isTown } from './noise.ts'
import { visible, wordsOf } from './normalise.ts'
import { withoutProcessors } from './processors.ts'
import { categoryOfTrade, isPetrolStation } from './trades.ts'

/** What a bank says about a merchant. `descriptor` is untrusted text, at best a name; `mcc` is ISO 18245. */
export type RawMerchant = {
  descriptor: string
  mcc?: string | null
  country?: string | null
}

/** `merchant` is the brand's everyday name, or the descriptor made readable: text that may hold anything but control
 *  characters, markup included. `known` tells which. `confidence` (0 to 1) is in the name and category together. */
export type ResolvedMerchant = { merchant: string; category: Category; known: boolean; confidence: number }

/** Codes that say more than a brand's name does: petrol at a supermarket, cash from a shop's till or a bank. */
const TELLING: ReadonlySet<Category | null> = new Set<Category>(['fuel', 'cash', 'fees'])

/** Shown for a descriptor with nothing in it to read. */
const NAMELESS = '—'

/** The merchant behind a descriptor, or behind all that a bank says about it. Never throws: there is always an answer. */
export function resolveMerchant(raw: string | RawMerchant): ResolvedMerchant {
  const { descriptor, mcc } = typeof raw === 'string' ? { descriptor: raw, mcc: null } : raw
  const { rest, processed } = withoutProcessors(visible(descriptor))
  const words = wordsOf(rest)
  const coded = categoryOfMcc(mcc)
  const brand = findBrand(words)
  if (brand) {
    const petrol = brand.category === 'groceries' && isPetrolStation(words)
    const category = TELLING.has(coded) ? coded! : petrol ? 'fuel' : brand.category
    return { merchant: brand.name, category, known: true, confidence: processed ? 0.9 : 0.95 }
  }
  const merchant = readable(rest)
  if (coded) return { merchant, category: coded, known: false, confidence: 0.7 }
  const trade = categoryOfTrade(words)
  return { merchant, category: trade ?? 'other', known: false, confidence: trade ? 0.5 : 0.1 }
}

/** The kind of spending of a payment, by its merchant's code and descriptor. */
export function categoryOf(raw: RawMerchant): Category {
  return resolveMerchant(raw).category
}

/** An unknown descriptor as a name: web address, store number and town left off, words capitalised. */
function readable(text: string): string {
  const words = text.replace(/^(?:https?:\/\/)?www\.\s*/i, '').split(' ')
  let end = words.length
  for (; end > 1; end--) {
    const last = wordsOf(words[end - 1]!)
    if (!isTail(last) && !(end > 2 && isTown(last))) break
  }
  const name = words
    .slice(0, end)
    .join(' ')
    .replace(/[\s*,/-]+$/, '')
  // Descriptors come all in capitals or all in small letters; one that mixes them was written by somebody.
  const mixed = name !== name.toLowerCase() && name !== name.toUpperCase()
  return (mixed ? name : capitalised(name)) || NAMELESS
}

const capitalised = (name: string): string =>
  name
    .toLowerCase()
    .replace(/(^|[\s(/-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
