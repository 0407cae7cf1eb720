import { DAY } from '#kit'
import type { Chance } from './draw.ts'
import { clockOf, type EntryMode, type PaymentSeen, POUNDS } from './events.ts'
import type { Person } from './people.ts'
import type { Shop, Shops } from './shops.ts'
import type { FraudKind, Ways } from './ways.ts'

/** `kind` says which thief pays; it is null for the card's owner. */
export type Purchase = {
  person: Person
  shop: Shop
  at: number
  amountMinor: number
  entryMode: EntryMode
  kind: FraudKind | null
}

/** What everything that happens on a day is given. */
export type Scene = {
  readonly ways: Ways
  readonly shops: Shops
  readonly people: readonly Person[]
  readonly chance: Chance
  /** Days since the world began, and the instant this one began. */
  readonly day: number
  readonly midnight: number
  /** Puts a payment into today or a later day. */
  pay(purchase: Purchase): void
}

/** A day's payments, and the truth that no bank knows when they are made. */
export type Payments = { list: PaymentSeen[]; frauds: Map<string, FraudKind> }

/** Payments that wait for their day. */
export function createCalendar(startAt: number) {
  const days = new Map<number, Payments>()
  let count = 0

  function paymentsOf(day: number): Payments {
    const known = days.get(day)
    if (known) return known
    const fresh: Payments = { list: [], frauds: new Map() }
    days.set(day, fresh)
    return fresh
  }

  return {
    pay({ person, shop, at, amountMinor, entryMode, kind }: Purchase): void {
      const id = `payment-${count++}`
      const payments = paymentsOf(Math.floor((at - startAt) / DAY))
      payments.list.push({
        kind: 'payment-seen',
        id,
        at,
        holder: person.id,
        accountId: person.accountId,
        card: person.card,
        amountMinor: Math.max(1, Math.round(amountMinor)),
        currency: POUNDS,
        merchant: shop.merchant,
        category: shop.category,
        terminal: shop.terminal,
        country: shop.country,
        foreignCurrency: shop.foreignCurrency,
        city: shop.city,
        place: shop.place,
        entryMode,
        ...clockOf(at),
      })
      if (kind) payments.frauds.set(id, kind)
    },
    take(day: number): Payments {
      const payments = paymentsOf(day)
      days.delete(day)
      return payments
    },
  }
}
