import { findIndexed } from './brand-index.ts'
import { findBrand } from './brand-table.ts'
import { businessName } from './business-name.ts'
import { createCache } from './cache.ts'
import type { Category } from './categories.ts'
import { categoryOfMcc } from './mcc.ts'
import { visible, wordsOf } from './normalise.ts'
import { withoutProcessors } from './processors.ts'
import { type Movement, withoutStatementWords } from './statement-words.ts'
import { categoryOfTrade, isPetrolStation } from './trades.ts'

/** What a bank says about a merchant. `descriptor` is untrusted text, at best a name; `mcc` is ISO 18245. */
export type RawMerchant = {
  descriptor: string
  mcc?: string | null
  country?: string | null
}

/**
 * `merchant` is the brand's everyday name, or the descriptor made readable: text that may hold anything but control
 * characters, markup included. `known` is true for a brand of our own table. `isNamed` is true when `merchant` names a
 * business, a brand or a small shop; when it is false the text says only what was paid for, or nothing at all.
 * `confidence` (0 to 1) is in the name and category together; a named merchant has at least `NAMED_CONFIDENCE_MIN`.
 */
export type ResolvedMerchant = {
  merchant: string
  category: Category
  known: boolean
  isNamed: boolean
  confidence: number
}

export const NAMED_CONFIDENCE_MIN = 0.5

/** Codes that say more than a brand's name does: petrol at a supermarket, cash from a shop's till or a bank. */
const TELLING: ReadonlySet<Category | null> = new Set<Category>(['fuel', 'cash', 'fees'])

const MOVEMENT_CATEGORIES: Record<Movement, Category | null> = { cash: 'cash', fees: 'fees', transfer: null }

/** Descriptors come again and again: a town has a few thousand shops. A descriptor may hold somebody's name, so what is
 *  remembered is bounded, is tied to nobody, and is gone with the process. */
const CACHED_MAX = 8192
const cache = createCache<ResolvedMerchant>(CACHED_MAX)

/** The merchant behind a descriptor, or behind all that a bank says about it. Never throws: there is always an answer. */
export function resolveMerchant(raw: string | RawMerchant): ResolvedMerchant {
  const {
    descriptor,
    mcc = null,
    country = null,
  }: RawMerchant = typeof raw === 'string' ? { descriptor: raw } : raw
  return cache.get(`${mcc ?? ''}\n${country ?? ''}\n${descriptor}`, () => resolve(descriptor, mcc, country))
}

/** The kind of spending of a payment, by its merchant's code and descriptor. */
export function categoryOf(raw: RawMerchant): Category {
  return resolveMerchant(raw).category
}

function resolve(descriptor: string, mcc: string | null, country: string | null): ResolvedMerchant {
  const { rest: said, movement } = withoutStatementWords(visible(descriptor))
  const { rest, processed } = withoutProcessors(said)
  const words = wordsOf(rest)
  const coded = categoryOfMcc(mcc)
  const moved = movement && MOVEMENT_CATEGORIES[movement]

  const brand = findBrand(words)
  if (brand) {
    const petrol = brand.category === 'groceries' && isPetrolStation(words)
    // A bank's name says nothing of what was done there.
    const own = brand.category === 'other' ? (coded ?? categoryOfTrade(words) ?? 'other') : brand.category
    const telling = TELLING.has(coded) ? coded! : petrol ? 'fuel' : own
    const category = movement === 'cash' || movement === 'fees' ? movement : telling
    return { merchant: brand.name, category, known: true, isNamed: true, confidence: processed ? 0.9 : 0.95 }
  }
  const indexed = findIndexed(words, country)
  if (indexed) {
    const category = moved ?? coded ?? indexed.category
    const confidence = indexed.isWhole ? 0.85 : 0.75
    return { merchant: indexed.name, category, known: false, isNamed: true, confidence }
  }
  const own = businessName(rest)
  const trade = categoryOfTrade(words)
  const category = moved ?? coded ?? trade ?? 'other'
  // Money that a person moved, or took out, went to no shop: whoever is named is at most the other end.
  const sureness = movement === null && !NOT_SHOPS.has(category) ? own.sureness : 0
  const isNamed = sureness >= NAMED_CONFIDENCE_MIN
  const merchant = own.name
  if (!isNamed)
    return { merchant, category, known: false, isNamed, confidence: coded ? 0.4 : trade || moved ? 0.3 : 0.1 }
  return {
    merchant,
    category,
    known: false,
    isNamed,
    confidence: Math.min(0.75, sureness + (coded ? 0.15 : trade ? 0.1 : 0)),
  }
}

/** Kinds that are the bank's own doing. */
const NOT_SHOPS: ReadonlySet<Category> = new Set<Category>(['cash', 'fees', 'income'])
