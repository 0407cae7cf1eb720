import type { Listing } from '#intake'
import type { Standard } from './profile.ts'

/**
 * What it means that a payment is not in a bank's answer. Every standard here lists all that was booked in the span asked for,
 * and in FDX the holds that stand are listed with it, whatever the span, since they have no posting date to be left out by.
 * UK Open Banking, the Berlin Group and STET filter holds by their own dates. Citi's published shape does not say.
 */
const LISTINGS: Record<Standard, Listing> = {
  'fdx-6': { pending: 'all', booked: 'all' },
  'fdx-5': { pending: 'all', booked: 'all' },
  'fdx-4': { pending: 'all', booked: 'all' },
  'obie-4.0': { pending: 'in-span', booked: 'all' },
  'obie-3.1': { pending: 'in-span', booked: 'all' },
  'berlin-1.3': { pending: 'in-span', booked: 'all' },
  'stet-1.4': { pending: 'in-span', booked: 'all' },
  citi: { pending: 'some', booked: 'some' },
}

export const listingOf = (standard: Standard): Listing => LISTINGS[standard]
