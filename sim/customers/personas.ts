import type { Place } from './customer.ts'

/** What the demo's four people have at each bank, but for their spending, which comes from real card rows. */
export type Persona = {
  username: string
  displayName: string
  home: Place & { country: string; latitude: number; longitude: number }
  employer: string
  rentMinor: number
  /** What goes to savings each month, in pence. */
  savingMinor: number
  hasCreditCard: boolean
  savings: { currency: 'GBP' | 'USD'; name: string; openingMinor: number }
  hasEuroAccount: boolean
}

/** Every demo log-in has this password; the bank's log-in page shows it. */
export const DEMO_PASSWORD = 'guichet'

const at = (city: string, latitude: number, longitude: number) => ({
  country: 'GB',
  city,
  latitude,
  longitude,
})

export const PERSONAS: readonly Persona[] = [
  {
    username: 'amina',
    displayName: 'Amina',
    home: at('Birmingham', 52.4797, -1.9027),
    employer: 'Northgate Print Works',
    rentMinor: 78_000,
    savingMinor: 15_000,
    hasCreditCard: true,
    savings: { currency: 'GBP', name: 'Savings', openingMinor: 640_000 },
    hasEuroAccount: false,
  },
  {
    username: 'bruno',
    displayName: 'Bruno',
    home: at('Solihull', 52.4118, -1.7776),
    employer: 'Arden Garden Machines',
    rentMinor: 85_000,
    savingMinor: 12_000,
    hasCreditCard: false,
    savings: { currency: 'USD', name: 'Dollar savings', openingMinor: 820_000 },
    hasEuroAccount: false,
  },
  {
    username: 'claire',
    displayName: 'Claire',
    home: at('Birmingham', 52.4508, -1.9305),
    employer: 'Edgbaston Translation Office',
    rentMinor: 92_000,
    savingMinor: 20_000,
    hasCreditCard: false,
    savings: { currency: 'GBP', name: 'Savings', openingMinor: 410_000 },
    hasEuroAccount: true,
  },
  {
    username: 'david',
    displayName: 'David',
    home: at('Wolverhampton', 52.587, -2.1288),
    employer: 'Black Country Surveyors',
    rentMinor: 70_500,
    savingMinor: 25_000,
    hasCreditCard: true,
    savings: { currency: 'GBP', name: 'Savings', openingMinor: 1_250_000 },
    hasEuroAccount: false,
  },
]
