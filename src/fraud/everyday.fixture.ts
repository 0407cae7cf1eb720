import { DAY, HOUR, MINUTE, money, seeded } from '#kit'
import type { Transaction } from '#vault'
import { payment } from '../../tests/fixtures/rooms.ts'

export const NOON = Date.UTC(2026, 10, 23, 12)
export const BIRMINGHAM = { city: 'Birmingham', country: 'GB', latitude: 52.48, longitude: -1.9 }
export const PARIS = { city: 'Paris', country: 'FR', latitude: 48.857, longitude: 2.352 }

const SHOPS = [
  'tesco stores 6227',
  'sainsburys s/mkts',
  'shell kings 587',
  'boots 0021',
  'greggs 1743',
  'amazon.co.uk',
  'trainline.com',
  'costa coffee 4311',
  'national express',
  'wilko birmingham',
]

/** Half a year of somebody's ordinary card payments up to `until`, two or so a day, the same for the same seed. */
export function ordinaryLife(seed: number, until = NOON, days = 180): Transaction[] {
  const next = seeded(seed)
  const payments: Transaction[] = []
  for (let day = days; day > 0; day--) {
    const times = Math.floor(next() * 4)
    for (let i = 0; i < times; i++) {
      const descriptor = SHOPS[Math.floor(next() ** 2 * SHOPS.length)]!
      const online = /\.co/.test(descriptor)
      payments.push(
        payment({
          id: `txn_${seed}_${day}_${i}`,
          at: until - day * DAY - 4 * HOUR + Math.floor(next() * 12 * HOUR),
          amount: money(-Math.round(300 * Math.exp(next() * 3.2)), 'GBP'),
          descriptor,
          mcc: null,
          ...(online ? { country: 'GB' } : BIRMINGHAM),
          entryMode: online ? 'online' : next() < 0.6 ? 'contactless' : 'chip',
        }),
      )
    }
  }
  return payments.sort((a, b) => a.at - b.at)
}

/** A payment that was just authorised, `minutes` after noon. */
export function fresh(minutes: number, over: Partial<Transaction> & { pounds?: number } = {}): Transaction {
  const { pounds = 20, ...rest } = over
  return payment({
    id: `txn_fresh_${minutes}_${rest.descriptor ?? ''}`,
    status: 'pending',
    at: NOON + Math.round(minutes * MINUTE),
    postedAt: null,
    amount: money(-Math.round(pounds * 100), 'GBP'),
    mcc: null,
    ...rest,
  })
}

/** What the demo's thief does with a card number: three small payments to see whether it works, then a large one. */
export function stolenCard(startMinutes = 0): Transaction[] {
  const online = { entryMode: 'online', country: 'US' } as const
  return [
    fresh(startMinutes, { ...online, pounds: 1, descriptor: 'pixelcoins top-up' }),
    fresh(startMinutes + 1, { ...online, pounds: 1.5, descriptor: 'streamvault trial' }),
    fresh(startMinutes + 2, { ...online, pounds: 2, descriptor: 'quickdonate' }),
    fresh(startMinutes + 5, { ...online, pounds: 849, descriptor: 'megatronics outlet' }),
  ]
}
