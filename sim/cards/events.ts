export const ENTRY_MODES = ['chip', 'contactless', 'magstripe', 'online', 'atm'] as const
export type EntryMode = (typeof ENTRY_MODES)[number]

export type CardPayment = {
  kind: 'payment'
  id: string
  /** Milliseconds since 1970 in UTC. */
  at: number
  personId: string
  cardId: string
  amountMinor: number
  currency: 'GBP'
  merchantId: string
  terminalId: string | null
  /** ISO 18245, and ISO 3166-1 alpha-2; null, as the fields below, where a source of payments does not tell. */
  mcc: string | null
  country: string | null
  latitude: number | null
  longitude: number | null
  entryMode: EntryMode | null
}

/** What somebody says about a payment, at the instant they say it. */
export type CardLabel = { kind: 'label'; at: number; paymentId: string; label: 'not-me' | 'dispute' }

export type CardEvent = CardPayment | CardLabel
