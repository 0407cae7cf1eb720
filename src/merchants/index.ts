/**
 * merchants: raw card descriptor to the name people know and the kind of spending it is.
 * Owns a curated table of brands (`brands.ts`), an extract of a larger index (`brand-index.tsv`), what makes a name out of
 * a descriptor that is in neither (`business-name.ts`), the words that give a trade away (`trades.ts`) and the category
 * of every merchant category code (`mcc.ts`). Offline: it knows nobody, writes nothing, and reads no clock; it remembers
 * the latest descriptors in memory, since the same shops come again and again.
 */
export { CATEGORIES, type Category } from './categories.ts'
export { matchMerchant } from './match.ts'
export { categoryOfMcc } from './mcc.ts'
export { namesMerchant } from './names-merchant.ts'
export {
  categoryOf,
  NAMED_CONFIDENCE_MIN,
  type RawMerchant,
  type ResolvedMerchant,
  resolveMerchant,
} from './resolve.ts'
