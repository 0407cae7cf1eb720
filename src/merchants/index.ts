/**
 * merchants: raw card descriptor to the name people know and the kind of spending it is.
 * Owns a curated table of brands (`brands.ts`), the words that give a trade away (`trades.ts`) and the category of
 * every merchant category code (`mcc.ts`). Pure and offline: it knows nobody, keeps nothing, and reads no clock.
 * The brands cover what our real card rows hold most; `brand-table.ts` is where a larger index would be joined.
 */
export { CATEGORIES, type Category } from './categories.ts'
export { matchMerchant } from './match.ts'
export { categoryOfMcc } from './mcc.ts'
export { categoryOf, type RawMerchant, type ResolvedMerchant, resolveMerchant } from './resolve.ts'
