import type { Category } from '#merchants'
import { phraseAt } from './periods/cursor.ts'
import type { Token } from './tokens.ts'

/** How people name kinds of spending, unaccented, in both languages. */
const NAMES: readonly (readonly [category: Category, phrases: string])[] = [
  [
    'groceries',
    'food shopping, grocery shopping, groceries, grocery, supermarkets, supermarket, food, courses, alimentation, alimentaire, nourriture, supermarches, supermarche, epicerie',
  ],
  [
    'fuel',
    'filling up, petrol stations, gas stations, petrol, gasoline, fuel, diesel, gas, stations service, station service, essence, carburants, carburant, gazole, gasoil',
  ],
  [
    'eating-out',
    'eating out, dining out, fast food, take away, take out, takeaways, takeaway, restaurants, restaurant, dining, cafes, cafe, coffees, coffee, bars, pubs, lunches, lunch, restos, resto, restauration, repas',
  ],
  [
    'travel',
    'public transport, plane tickets, train tickets, travel, travelling, traveling, transports, transport, trains, taxis, taxi, hotels, hotel, flights, parking, voyages, voyage, deplacements, billets de train, billets d avion, holidays, vacances',
  ],
  [
    'shopping',
    'online shopping, shopping, clothes, clothing, shoes, vetements, habits, chaussures, electronics, electronique',
  ],
  [
    'home',
    'home improvement, household, furniture, diy, gardening, bricolage, meubles, ameublement, jardinage, maison',
  ],
  [
    'bills',
    'utility bills, gas bill, utilities, bills, bill, electricity, insurance, rent, phone, broadband, energy, factures, facture, electricite, assurances, assurance, loyer, telephone, energie, impots',
  ],
  ['subscriptions', 'subscriptions, subscription, streaming, abonnements, abonnement'],
  [
    'health',
    'health, healthcare, pharmacy, pharmacies, medicine, medical, doctors, doctor, dentist, sante, pharmacie, medicaments, medecins, medecin, dentiste',
  ],
  [
    'leisure',
    'leisure, entertainment, cinema, going out, hobbies, gym, loisirs, sorties, sport, divertissement',
  ],
  ['education', 'education, school fees, school, tuition, ecole, etudes, scolarite, formation'],
  [
    'cash',
    'cash withdrawals, cash withdrawal, withdrawals, withdrawal, cash, atms, atm, retraits, retrait, especes, liquide, distributeurs, distributeur',
  ],
  ['fees', 'bank charges, bank fees, fees, frais bancaires, frais de banque, frais, commissions, agios'],
  ['income', 'income, salary, wages, paycheck, salaire, salaires, revenus, paie'],
]

const BY_FIRST_WORD = new Map<string, { category: Category; phrase: string }[]>()
for (const [category, names] of NAMES)
  for (const phrase of names.split(', ')) {
    const first = phrase.split(' ')[0]!
    const entries = [...(BY_FIRST_WORD.get(first) ?? []), { category, phrase }]
    BY_FIRST_WORD.set(
      first,
      entries.sort((a, b) => b.phrase.length - a.phrase.length),
    )
  }

export type FoundCategory = { category: Category; start: number; next: number }

const WHO_PAYS = new Set(['je', 'on', 'tu'])

/** "Je paie" and "paie-je" are the verb; "ma paie" is what is earned. */
const isVerb = (tokens: readonly Token[], i: number): boolean =>
  tokens[i]?.text === 'paie' &&
  (WHO_PAYS.has(tokens[i - 1]?.text ?? '') || WHO_PAYS.has(tokens[i + 1]?.text ?? ''))

/** The kind of spending that begins at token `i`, the longest name first; null for none. */
export function categoryAt(tokens: readonly Token[], i: number): FoundCategory | null {
  if (isVerb(tokens, i)) return null
  for (const { category, phrase } of BY_FIRST_WORD.get(tokens[i]?.text ?? '') ?? []) {
    const next = phraseAt(tokens, i, phrase)
    if (next !== null) return { category, start: i, next }
  }
  return null
}

/** Every word of every name. */
export const CATEGORY_WORDS: readonly string[] = NAMES.flatMap(([, names]) => names.split(/,? /))
