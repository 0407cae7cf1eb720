/**
 * offers: a bank's own products, matched inside the vault and shown to the person alone. Reads the offers folder; owns
 * no table: what a person dismissed is kept in the vault. Touches vault and kit. The bank's console and its
 * statistics will stand beside `offers.ts`, on sums only.
 */
export { loadOffers, parseOfferFile } from './load-offers.ts'
export type { Match } from './match.ts'
export { type Offer, type OfferFile, offerFileSchema } from './offer-file.ts'
export { createOffers, type Offers } from './offers.ts'
