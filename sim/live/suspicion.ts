import { money, toDecimal } from '#kit'
import type { NewPayment } from '../bank/attempts.ts'
import type { Bank } from '../bank/bank.ts'
import type { Authorised } from '../bank/card-events.ts'
import type { Everyday } from './everyday.ts'

/** Bookings that people really make, and that a bank may take for a thief's. `rate` is units of their currency to the pound. */
const BOOKINGS = [
  { descriptor: 'hotel miramar lisboa', mcc: '7011', country: 'PT', currency: 'EUR', rate: 1.17 },
  { descriptor: 'fjellstua sport oslo', mcc: '5941', country: 'NO', currency: 'NOK', rate: 13.4 },
  { descriptor: 'teatro colon entradas', mcc: '7922', country: 'AR', currency: 'ARS', rate: 1_350 },
] as const

/** Somebody books something abroad and their bank stops it, until they vouch for it. It posts as any other once they do. */
export function stopBooking(needs: Scene): Authorised {
  const { bank, username, everyday } = needs
  return bank.stopPayment(username, drawBooking(needs), everyday.drawPostingDelay())
}

/** The same, and their bank lets it through and raises an alert. */
export function alertOfBooking(needs: Scene): Authorised {
  const { bank, username, everyday } = needs
  const result = bank.authorise(username, drawBooking(needs))
  if (result.outcome === 'authorised') {
    everyday.schedulePosting(bank, result.transactionId)
    bank.suspect(result.transactionId)
  }
  return result
}

type Scene = { bank: Bank; username: string; everyday: Everyday; chance: () => number }

function drawBooking({ bank, username, chance }: Scene): NewPayment {
  const account = bank.accountsOf(username).find(({ cardNumberDisplay }) => cardNumberDisplay !== null)
  if (!account) throw new RangeError(`${username} has no card at ${bank.id}`)
  const { rate, currency, ...shop } = BOOKINGS[Math.floor(chance() * BOOKINGS.length)]!
  const amountMinor = Math.min(
    12_000 + Math.floor(chance() * 22_000),
    Math.floor(account.availableMinor * 0.8),
  )
  return {
    accountId: account.accountId,
    ...shop,
    city: null,
    latitude: null,
    longitude: null,
    amount: toDecimal(money(amountMinor, account.currency)),
    foreignAmount: toDecimal(money(Math.round(amountMinor * rate), currency)),
    foreignCurrency: currency,
    entryMode: 'online',
  }
}
