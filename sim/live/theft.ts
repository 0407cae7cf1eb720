import { type Clock, MINUTE, money, toDecimal } from '#kit'
import type { Bank } from '../bank/bank.ts'
import type { Authorised } from '../bank/card-events.ts'
import type { Everyday } from './everyday.ts'

/** Small online payments by which thieves see whether a card still works. */
const CARD_TESTS = [
  { amount: '1.00', descriptor: 'globe gift codes', mcc: '5815', country: 'CY' },
  { amount: '0.79', descriptor: 'pixel topup 24', mcc: '5816', country: 'LT' },
  { amount: '1.99', descriptor: 'streamkey digital', mcc: '5815', country: 'CY' },
] as const

/** Shops far away that sell what can be sold on. `rate` is units of their currency to the pound. */
const FAR_SHOPS = [
  {
    descriptor: 'eletro mega center',
    mcc: '5732',
    country: 'BR',
    city: 'São Paulo',
    latitude: -23.55,
    longitude: -46.63,
    currency: 'BRL',
    rate: 6.9,
  },
  {
    descriptor: 'siam digital plaza',
    mcc: '5732',
    country: 'TH',
    city: 'Bangkok',
    latitude: 13.76,
    longitude: 100.5,
    currency: 'THB',
    rate: 43.5,
  },
  {
    descriptor: 'joyeria plaza norte',
    mcc: '5944',
    country: 'MX',
    city: 'Mexico City',
    latitude: 19.43,
    longitude: -99.13,
    currency: 'MXN',
    rate: 24.2,
  },
] as const

const RECENTLY_MS = 30 * MINUTE

/**
 * Somebody has the card's number and a copy of its stripe: three small online payments, then a large one far from home,
 * minutes after the owner paid in their own town. Returns what became of each, in order.
 */
export function stealCard(needs: {
  bank: Bank
  username: string
  everyday: Everyday
  clock: Clock
  chance: () => number
}): Authorised[] {
  const { bank, username, everyday, clock, chance } = needs
  const account = bank.accountsOf(username).find(({ cardNumberDisplay }) => cardNumberDisplay !== null)
  if (!account) throw new RangeError(`${username} has no card at ${bank.id}`)
  const { accountId, currency } = account
  const now = clock.now()
  const isHome = bank
    .entriesOf(accountId)
    .some(({ at, facts }) => now - at < RECENTLY_MS && facts.kind === 'card' && facts.place.city !== null)
  const results: Authorised[] = []
  if (!isHome) {
    const { country, city, latitude, longitude } = bank
      .customers()
      .find((each) => each.username === username)!.home
    const atHome = {
      accountId,
      country,
      city,
      latitude,
      longitude,
      entryMode: 'contactless',
      at: now - 4 * MINUTE,
    } as const
    results.push(everyday.payOnce(bank, username, atHome))
  }
  const online = { accountId, city: null, latitude: null, longitude: null, entryMode: 'online' } as const
  for (const test of CARD_TESTS) results.push(bank.authorise(username, { ...test, ...online }))

  const { rate, currency: foreignCurrency, ...shop } = FAR_SHOPS[Math.floor(chance() * FAR_SHOPS.length)]!
  // A few hundred, but never more than there is: a declined theft would show nothing.
  const amountMinor = Math.min(
    64_000 + Math.floor(chance() * 25_000),
    Math.floor(account.availableMinor * 0.8),
  )
  results.push(
    bank.authorise(username, {
      accountId,
      ...shop,
      amount: toDecimal(money(amountMinor, currency)),
      foreignAmount: toDecimal(money(Math.round(amountMinor * rate), foreignCurrency)),
      foreignCurrency,
      entryMode: 'magstripe',
    }),
  )
  for (const result of results.slice(isHome ? 0 : 1)) {
    if (result.outcome === 'authorised') everyday.schedulePosting(bank, result.transactionId)
  }
  return results
}
