import { FEATURES, type Unit as FeatureUnit, PLACE_OF } from '../features/index.ts'
import type { Payment } from '../payment.ts'

/** What a number counts: numbers of two units are neither compared nor added. */
export type Unit = 'plain' | 'minor' | 'minutes' | 'days' | 'km' | 'km/h'

/** A text of the payment itself. */
export type TextField = 'merchant' | 'country' | 'category' | 'entryMode' | 'currency'

export type Fact =
  | { type: 'number'; unit: Unit; place: number; says: string }
  | { type: 'yes'; place: number; says: string }
  | { type: 'text'; field: TextField; says: string }

const UNIT_OF: Record<Exclude<FeatureUnit, 'yes'>, Unit> = {
  minor: 'minor',
  times: 'plain',
  deviations: 'plain',
  count: 'plain',
  share: 'plain',
  minutes: 'minutes',
  days: 'days',
  hour: 'plain',
  weekday: 'plain',
  km: 'km',
  'km/h': 'km/h',
}

const TEXTS: Record<TextField, string> = {
  merchant: 'the merchant’s everyday name; capitals do not matter',
  country: 'the merchant’s country (ISO 3166-1 alpha-2)',
  category: 'the merchant’s category code (ISO 18245)',
  entryMode: 'chip, contactless, magstripe, online or atm',
  currency: 'the account’s currency (ISO 4217)',
}

/** Everything that a rule may ask about a payment, by its name. */
export const FACTS: ReadonlyMap<string, Fact> = new Map<string, Fact>([
  ...FEATURES.map(({ name, unit, says }): [string, Fact] => {
    const place = PLACE_OF[name]
    return [
      name,
      unit === 'yes' ? { type: 'yes', place, says } : { type: 'number', unit: UNIT_OF[unit], place, says },
    ]
  }),
  ...Object.entries(TEXTS).map(([field, says]): [string, Fact] => [
    field,
    { type: 'text', field: field as TextField, says },
  ]),
])

/** A text of a payment, in small letters where these do not matter; null when the bank does not tell. */
export function textOf(payment: Payment, field: TextField): string | null {
  const value = payment[field]
  return field === 'merchant' && value !== null ? value.toLowerCase() : value
}
