import { money, toDecimal } from '#kit'
import type { Bank } from '../bank/bank.ts'
import type { Authorised } from '../bank/card-events.ts'
import type { Everyday } from './everyday.ts'

/** Bookings that look odd to a bank and are often genuine: dear, online and abroad. */
const ODD_SHOPS = [
  { descriptor: 'hotel aurora booking', mcc: '7011', country: 'ES' },
  { descriptor: 'nordair flights', mcc: '4511', country: 'NO' },
  { descriptor: 'atelier lumiere paris', mcc: '5712', country: 'FR' },
] as const

/** The bank's own system stops a dear booking: nothing is paid, and its owner is asked. Returns its name at the bank. */
export function stopPayment(needs: { bank: Bank; username: string; chance: () => number }): {
  transactionId: string
} {
  const { bank, username, chance } = needs
  const account = bank.accountsOf(username).find(({ cardNumberDisplay }) => cardNumberDisplay !== null)
  if (!account) throw new RangeError(`${username} has no card at ${bank.id}`)
  const shop = ODD_SHOPS[Math.floor(chance() * ODD_SHOPS.length)]!
  // Something they can pay: it is to go through once they say that it was them.
  const amountMinor = Math.min(
    24_000 + Math.floor(chance() * 12_000),
    Math.floor(account.availableMinor * 0.6),
  )
  const amount = toDecimal(money(Math.max(amountMinor, 100), account.currency))
  const online = { city: null, latitude: null, longitude: null, entryMode: 'online' } as const
  return bank.refuse(username, { accountId: account.accountId, ...shop, ...online, amount })
}

/** An ordinary payment goes through, and the bank's own system has a doubt about it. */
export function raiseSuspicion(needs: { bank: Bank; username: string; everyday: Everyday }): Authorised {
  const { bank, username, everyday } = needs
  const paid = everyday.payOnce(bank, username)
  if (paid.outcome === 'authorised') bank.suspect(paid.transactionId)
  return paid
}
