import { type Chance, normal, poisson, uniform } from './draw.ts'
import { type Shop, type Shops, SQUARE_KM, shopsNear } from './shops.ts'
import type { Ways } from './ways.ts'

/** Somebody with a card, and what they are used to. */
export type Person = {
  readonly id: string
  readonly accountId: string
  readonly card: string
  readonly meanAmountMinor: number
  readonly paymentsPerDay: number
  /** Seconds after midnight around which they pay. */
  readonly noonSeconds: number
  readonly onlineShare: number
  readonly subscriptions: readonly Subscription[]
  /** Indexes into the shops of the street; moving house changes them. */
  near: number[]
  holiday: { untilDay: number; shops: readonly Shop[] } | null
  /** A copy of the card's details is in use next to the card, until this day, not included. */
  leaked: { untilDay: number; times: number } | null
}

export type Subscription = { shop: Shop; amountMinor: number; dayOfMonth: number }

const NOON_SECONDS = 43_200
const DAYS_PER_MONTH = 30

export function settlePeople(chance: Chance, ways: Ways, shops: Shops, count: number): Person[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `person-${n}`,
    accountId: `account-${n}`,
    card: `card-${n}`,
    meanAmountMinor: Math.round(uniform(chance, ways.meanAmount) * 100),
    paymentsPerDay: chance() * ways.paymentsPerDayMax,
    noonSeconds: NOON_SECONDS + normal(chance) * 5_400,
    onlineShare: Math.min(0.9, 2 * ways.onlineShare * chance()),
    subscriptions: Array.from({ length: poisson(chance, ways.subscriptionsPerPerson) }, () => ({
      shop: shops.web[Math.floor(chance() * shops.web.length)]!,
      amountMinor: 299 + 100 * Math.floor(chance() * 25),
      dayOfMonth: Math.floor(chance() * DAYS_PER_MONTH),
    })),
    near: findShops(chance, ways, shops),
    holiday: null,
    leaked: null,
  }))
}

/** The shops around a home that is anywhere in the square. */
export function findShops(chance: Chance, ways: Ways, shops: Shops): number[] {
  return shopsNear(shops, { x: chance() * SQUARE_KM, y: chance() * SQUARE_KM }, ways.reachKm)
}

export function isDue({ dayOfMonth }: Subscription, day: number): boolean {
  return day % DAYS_PER_MONTH === dayOfMonth
}
