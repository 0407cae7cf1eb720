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
  mcc: string
  country: string
  latitude: number | null
  longitude: number | null
  entryMode: EntryMode
}

/** What somebody says about a payment, at the instant they say it. */
export type CardLabel = { kind: 'label'; at: number; paymentId: string; label: 'not-me' | 'dispute' }

export type CardEvent = CardPayment | CardLabel
