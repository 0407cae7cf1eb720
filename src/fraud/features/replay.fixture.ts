import { currency, DAY, HOUR, MINUTE, seeded } from '#kit'
import type { FraudEvent, LabelLearnt, PaymentSeen } from './fraud-event.ts'

const START = Date.UTC(2026, 0, 5)
const GBP = currency('GBP')
const PEOPLE = 200
const SHOPS = 1_000
const EVENTS_PER_DAY = 200

const MODES = ['chip', 'contactless', 'online', 'magstripe', null] as const
const LABELS = ['fraud', 'genuine', 'fraud', 'unknown'] as const
const SOURCES = ['person', 'dispute', 'bank', 'expiry'] as const
const CHANGES = ['posted', 'adjusted', 'released', 'reversed'] as const

/**
 * A log of `count` events as no bank should send it: payments, changes, questions and labels; a tenth of them late, some told
 * twice or contradicted, some labels before their payment, a few clocks far off. The same for the same seed.
 */
export function* wildLog(seed: number, count: number): Generator<FraudEvent, void, undefined> {
  const next = seeded(seed)
  const under = (most: number) => Math.floor(next() * most)
  const pick = <T>(list: readonly T[]): T => list[under(list.length)]!
  const recent: PaymentSeen[] = []
  let told = 0
  for (let i = 0; i < count; i++) {
    const now = START + Math.floor((i / EVENTS_PER_DAY) * DAY)
    const chance = next()
    if (chance < 0.7 || recent.length === 0) {
      const payment = paymentOf(`pay-${told++}`, now, { next, under, pick })
      if (recent.length < 5_000) recent.push(payment)
      else recent[told % 5_000] = payment
      yield payment
    } else if (chance < 0.72) yield pick(recent)
    else if (chance < 0.85) {
      const change = pick(CHANGES)
      const ends = change === 'released' || change === 'reversed'
      yield {
        kind: 'payment-changed',
        paymentId: pick(recent).id,
        at: now - under(2 * DAY),
        change,
        amountMinor: ends ? null : under(20_000),
      }
    } else if (chance < 0.87) yield { kind: 'payment-questioned', paymentId: pick(recent).id, at: now }
    else {
      // A few are about payments that are told only later, and now and then about none.
      const paymentId = next() < 0.1 ? `pay-${told + under(50)}` : pick(recent).id
      const label: LabelLearnt = {
        kind: 'label-learnt',
        paymentId,
        label: pick(LABELS),
        source: pick(SOURCES),
        at: now - under(HOUR),
      }
      yield label
      if (next() < 0.05) yield { ...label, label: pick(LABELS), at: label.at + under(2) }
    }
  }
}

type Draw = { next(): number; under(most: number): number; pick<T>(list: readonly T[]): T }

function paymentOf(id: string, now: number, { next, under, pick }: Draw): PaymentSeen {
  const person = under(PEOPLE)
  const shop = Math.floor(next() ** 2 * SHOPS)
  const late = next()
  const at =
    late < 0.9
      ? now - under(MINUTE)
      : late < 0.99
        ? now - under(3 * DAY)
        : late < 0.9995
          ? now - under(60 * DAY)
          : pick([0, now + 4000 * DAY])
  const day = Math.floor(at / DAY)
  return {
    kind: 'payment-seen',
    id,
    at,
    holder: `person-${person}`,
    accountId: `acc-${person}`,
    card: `acc-${person} ${under(2)}`,
    amountMinor: next() < 0.01 ? under(2) * Number.MAX_SAFE_INTEGER : Math.round(300 * Math.exp(next() * 4)),
    currency: GBP,
    merchant: `shop-${shop}`,
    category: shop % 7 === 0 ? null : `${5000 + (shop % 12)}`,
    terminal: shop % 5 === 0 ? null : `till-${shop}-${under(3)}`,
    country: pick(['GB', 'GB', 'GB', 'FR', null]),
    foreignCurrency: next() < 0.05 ? 'EUR' : null,
    city: null,
    place: next() < 0.5 ? { latitude: 40 + under(20), longitude: under(20) } : null,
    entryMode: pick(MODES),
    hour: Math.floor((at - day * DAY) / HOUR),
    weekday: (((day + 4) % 7) + 7) % 7,
  }
}
