/** Where a merchant is, as far as the bank knows: ISO 3166-1 alpha-2 country, degrees north and east. */
export type Place = {
  country: string | null
  city: string | null
  latitude: number | null
  longitude: number | null
}

export const ENTRY_MODES = ['chip', 'contactless', 'magstripe', 'online', 'atm'] as const
export type EntryMode = (typeof ENTRY_MODES)[number]

/** An amount in integer minor units of an ISO 4217 currency; negative is money out. */
export type Amount = { amountMinor: number; currency: string }

/** One line of an account's book. Instants are milliseconds; before `postedAt` the line is pending. */
export type Entry = {
  at: number
  postedAt: number
  /** Signed, in the account's currency. */
  amountMinor: number
  /** The amount in the merchant's own currency, with the same sign. */
  foreign: Amount | null
  descriptor: string
  /** ISO 18245. */
  mcc: string | null
  place: Place
  entryMode: EntryMode | null
  /** Null for what is not a card payment. */
  cardNumberDisplay: string | null
  kind: 'card' | 'salary' | 'transfer' | 'direct-debit' | 'card-bill' | 'interest'
}

export type CustomerAccount = {
  /** The bank's id of it. Stable: Guichet knows the account by it. */
  accountId: string
  kind: 'checking' | 'savings' | 'card'
  name: string
  /** The last four digits. */
  numberDisplay: string
  currency: string
  openingBalanceMinor: number
  /** Of a credit card; null for a deposit account. */
  creditLineMinor: number | null
  /** The last four digits of the card that pays from this account; null without one. */
  cardNumberDisplay: string | null
  entries: Entry[]
}

/** Somebody with accounts at one bank. */
export type Customer = {
  username: string
  displayName: string
  password: string
  /** Stable, and says nothing: the OpenID `sub` and the FDX customer id. */
  customerId: string
  home: Place
  accounts: CustomerAccount[]
  /** What their next everyday payments are drawn from. */
  everyday: EverydayPayment[]
}

/** A payment that this person really makes, to be made again. */
export type EverydayPayment = Pick<
  Entry,
  'amountMinor' | 'foreign' | 'descriptor' | 'mcc' | 'place' | 'entryMode'
> & { accountId: string }
