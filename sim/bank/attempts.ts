import { type Clock, moneyFromDecimal } from '#kit'
import type { EntryMode } from '../customers/customer.ts'
import type { Cards } from './cards.ts'
import type { AccountRecord, BookFacts, Ledger } from './ledger.ts'

/** A card payment to be made now. Amounts are plain decimals without a sign, such as `12.30`. */
export type NewPayment = {
  amount: string
  descriptor: string
  /** A refund is a CREDIT. */
  debitCreditMemo?: 'DEBIT' | 'CREDIT'
  /** The customer's first account with a card, when left out. */
  accountId?: string
  foreignAmount?: string
  foreignCurrency?: string
  mcc?: string | null
  /** Without a country: at home. */
  country?: string | null
  city?: string | null
  latitude?: number | null
  longitude?: number | null
  entryMode?: EntryMode | null
  /** Milliseconds; now when left out. */
  at?: number
}
/** Why the bank refused, and how the event says so. */
export const DECLINE_REASONS = {
  'card-blocked': 'CARD_BLOCKED',
  'not-enough-money': 'INSUFFICIENT_FUNDS',
  'suspected-fraud': 'SUSPECTED_FRAUD',
} as const
export type DeclineReason = keyof typeof DECLINE_REASONS

/** A payment that somebody tries to make, before the bank has said yes or no. */
export type Attempt = { account: AccountRecord; at: number; amountMinor: number; facts: BookFacts }

/** What comes before the bank's yes or no. */
export function createAttempts(needs: { ledger: Ledger; cards: Cards; clock: Clock }) {
  const { ledger, cards, clock } = needs

  /** Throws a RangeError when there is no such customer or card. */
  function draft(username: string, payment: NewPayment): Attempt {
    const customer = ledger.findByUsername(username)
    if (!customer) throw new RangeError(`there is no customer ${username} at this bank`)
    const account = ledger
      .accountsOf(customer.customerId)
      .find(({ accountId, cardNumberDisplay }) =>
        payment.accountId === undefined ? cardNumberDisplay !== null : accountId === payment.accountId,
      )
    if (!account || account.cardNumberDisplay === null) throw new RangeError('this account has no card')
    const sign = payment.debitCreditMemo === 'CREDIT' ? 1 : -1
    const { foreignAmount, foreignCurrency } = payment
    const isAtHome = payment.country === undefined && payment.entryMode !== 'online'
    const {
      country = null,
      city = null,
      latitude = null,
      longitude = null,
    } = isAtHome ? customer.home : payment
    return {
      account,
      at: payment.at ?? clock.now(),
      amountMinor: sign * moneyFromDecimal(payment.amount, account.currency).amountMinor,
      facts: {
        foreign:
          foreignAmount === undefined || foreignCurrency === undefined
            ? null
            : {
                amountMinor: sign * moneyFromDecimal(foreignAmount, foreignCurrency).amountMinor,
                currency: foreignCurrency,
              },
        descriptor: payment.descriptor,
        mcc: payment.mcc ?? null,
        place: { country, city, latitude, longitude },
        entryMode: payment.entryMode === undefined ? 'contactless' : payment.entryMode,
        cardNumberDisplay: account.cardNumberDisplay,
        kind: 'card',
      },
    }
  }

  /** Why this cannot be paid, whoever wants it. */
  function obstacle({ account, amountMinor, facts }: Attempt): DeclineReason | null {
    const card = facts.cardNumberDisplay!
    // A card that was replaced meanwhile is not the account's any more.
    if (card !== account.cardNumberDisplay || cards.isBlocked(account.accountId, card)) return 'card-blocked'
    return ledger.balance(account).availableMinor + amountMinor < 0 ? 'not-enough-money' : null
  }

  return { draft, obstacle }
}
