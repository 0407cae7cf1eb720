import { namesIndexed } from './brand-index.ts'
import { namesBrand } from './brand-table.ts'
import { wordsOf } from './normalise.ts'

/**
 * Whether a text names a known brand anywhere in it: `paid at Tesco`. For looking over what leaves the house, so that it
 * rather finds one too many; brands whose name is an everyday word (`Orange`) are not found.
 */
export function namesMerchant(text: string): boolean {
  const words = wordsOf(text)
  return words !== '' && (namesBrand(words) || namesIndexed(words))
}
