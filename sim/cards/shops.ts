import { type Chance, pick, uniform } from './draw.ts'
import type { Place } from './events.ts'

/** Where a payment can be made. A shop on the web has no terminal and no place. */
export type Shop = {
  readonly merchant: string
  readonly terminal: string | null
  /** ISO 18245 merchant category code. */
  readonly category: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly foreignCurrency: string | null
  readonly city: string | null
  readonly place: Place | null
  /** What people spend there, as a multiple of their usual amount. */
  readonly amountTimes: number
  /** Last day, not included, on which its terminal is in the hands of thieves; zero when it never was. */
  compromisedUntilDay: number
}

type Trade = { category: string; amountTimes: number; share: number }

/** What is sold in a street, by how often. */
const STREET: readonly Trade[] = [
  { category: '5411', amountTimes: 1, share: 0.3 },
  { category: '5812', amountTimes: 0.8, share: 0.14 },
  { category: '5814', amountTimes: 0.4, share: 0.14 },
  { category: '5541', amountTimes: 1.3, share: 0.1 },
  { category: '4111', amountTimes: 0.3, share: 0.08 },
  { category: '5912', amountTimes: 0.6, share: 0.08 },
  { category: '5651', amountTimes: 1.5, share: 0.06 },
  { category: '6011', amountTimes: 1.6, share: 0.06 },
  { category: '5732', amountTimes: 2.5, share: 0.04 },
]

/** What is sold on the web. */
const WEB: readonly Trade[] = [
  { category: '5999', amountTimes: 1, share: 0.4 },
  { category: '5651', amountTimes: 1.4, share: 0.2 },
  { category: '5815', amountTimes: 0.5, share: 0.2 },
  { category: '5732', amountTimes: 2.5, share: 0.1 },
  { category: '4722', amountTimes: 2.5, share: 0.1 },
]

const HOME_COUNTRY = 'GB'

/** South-west corner of the square of 100 km in which everybody lives. */
const CORNER = { latitude: 51.2, longitude: -1.2 }
export const SQUARE_KM = 100
const KM_PER_DEGREE = 111.2
const KM_PER_DEGREE_OF_LONGITUDE = KM_PER_DEGREE * Math.cos((CORNER.latitude * Math.PI) / 180)

const ABROAD = [
  { country: 'ES', city: 'Barcelona', foreignCurrency: 'EUR', place: { latitude: 41.39, longitude: 2.17 } },
  { country: 'FR', city: 'Paris', foreignCurrency: 'EUR', place: { latitude: 48.86, longitude: 2.35 } },
  { country: 'IT', city: 'Rome', foreignCurrency: 'EUR', place: { latitude: 41.9, longitude: 12.5 } },
  { country: 'GR', city: 'Athens', foreignCurrency: 'EUR', place: { latitude: 37.98, longitude: 23.73 } },
  { country: 'US', city: 'New York', foreignCurrency: 'USD', place: { latitude: 40.71, longitude: -74.01 } },
  { country: 'TH', city: 'Bangkok', foreignCurrency: 'THB', place: { latitude: 13.76, longitude: 100.5 } },
] as const

/** Kilometres east and north of the corner. */
export type Spot = { readonly x: number; readonly y: number }

export type Shops = {
  /** At home; `spots[i]` is where `street[i]` stands. */
  street: Shop[]
  spots: Spot[]
  web: Shop[]
  /** One list for each country. */
  abroad: Shop[][]
  /** Web shops where thieves see whether a card works, and genuine people buy as well. */
  tested: Shop[]
  /** Web shops that live from subscriptions that are hard to leave. */
  traps: Shop[]
}

const CHAIN_SHARE = 0.5
const FOREIGN_WEB_SHARE = 0.25
const CHAINS = 20
const TESTED_SHOPS = 4
const TRAP_SHOPS = 5

export function openShops(chance: Chance, people: number): Shops {
  const street: Shop[] = []
  const spots: Spot[] = []
  for (let n = 0; n < people * 2; n++) {
    const spot = { x: chance() * SQUARE_KM, y: chance() * SQUARE_KM }
    const trade = drawTrade(chance, STREET)
    // Half of the terminals belong to a chain of the trade, so that merchant and terminal are two things.
    const merchant =
      chance() < CHAIN_SHARE ? `chain-${trade.category}-${Math.floor(chance() * CHAINS)}` : `shop-${n}`
    spots.push(spot)
    street.push(newShop({ merchant, terminal: `terminal-${n}`, ...trade, place: placeOf(spot) }))
  }
  const web = Array.from({ length: Math.max(20, Math.floor(people / 20)) }, (_, n) => {
    const trade = drawTrade(chance, WEB)
    return newShop({ merchant: `web-${n}`, ...trade, ...(chance() < FOREIGN_WEB_SHARE && farAway(chance)) })
  })
  const abroad = ABROAD.map(({ place: centre, ...where }) =>
    Array.from({ length: Math.max(8, Math.floor(people / 40)) }, (_, n) => {
      const place = {
        latitude: centre.latitude + uniform(chance, [-0.4, 0.4]),
        longitude: centre.longitude + uniform(chance, [-0.4, 0.4]),
      }
      const merchant = `${where.country}-${n}`
      return newShop({
        merchant,
        terminal: `terminal-${merchant}`,
        ...drawTrade(chance, STREET),
        ...where,
        place,
      })
    }),
  )
  const traps = Array.from({ length: TRAP_SHOPS }, (_, n) =>
    newShop({ merchant: `trap-${n}`, category: '5968', amountTimes: 1, ...farAway(chance) }),
  )
  return { street, spots, web, abroad, traps, tested: web.slice(0, TESTED_SHOPS) }
}

/** Indexes of the shops that are at most `reachKm` from a spot, or else of the nearest one. */
export function shopsNear({ spots }: Shops, home: Spot, reachKm: number): number[] {
  const near: number[] = []
  let nearest = 0
  let nearestSquared = Number.POSITIVE_INFINITY
  for (let i = 0; i < spots.length; i++) {
    const { x, y } = spots[i]!
    const squared = (x - home.x) ** 2 + (y - home.y) ** 2
    if (squared <= reachKm * reachKm) near.push(i)
    if (squared < nearestSquared) {
      nearest = i
      nearestSquared = squared
    }
  }
  return near.length > 0 ? near : [nearest]
}

/** At home and on the web, unless told otherwise. */
function newShop(facts: Pick<Shop, 'merchant' | 'category' | 'amountTimes'> & Partial<Shop>): Shop {
  const { merchant, category, amountTimes } = facts
  const { terminal = null, country = HOME_COUNTRY, foreignCurrency = null, city = null, place = null } = facts
  return {
    merchant,
    terminal,
    category,
    country,
    foreignCurrency,
    city,
    place,
    amountTimes,
    compromisedUntilDay: 0,
  }
}

/** A web shop in another country is nowhere in particular. */
function farAway(chance: Chance) {
  const { country, foreignCurrency } = pick(chance, ABROAD)
  return { country, foreignCurrency }
}

function drawTrade(chance: Chance, trades: readonly Trade[]): Trade {
  let left = chance()
  for (const trade of trades) {
    left -= trade.share
    if (left < 0) return trade
  }
  return trades[0]!
}

function placeOf({ x, y }: Spot): Place {
  return {
    latitude: CORNER.latitude + y / KM_PER_DEGREE,
    longitude: CORNER.longitude + x / KM_PER_DEGREE_OF_LONGITUDE,
  }
}
