import type { Money } from '#kit'
import type { Account } from '#vault'

/** A card payment as its authorisation or posting describes it; the merchant's words are untrusted text. */
export type CardPayment = {
  /** The bank's id of this message's transaction. */
  bankTransactionId: string
  /** The id of the authorisation this one settles or changes, when it differs. */
  referenceTransactionId: string | null
  /** Signed: negative is money out. */
  amount: Money
  foreign: Money | null
  descriptor: string
  mcc: string | null
  country: string | null
  city: string | null
  latitude: number | null
  longitude: number | null
  entryMode: 'chip' | 'contactless' | 'magstripe' | 'online' | 'atm' | null
  cardNumberDisplay: string | null
  terminalId: string | null
}

/** Why a bank refused a payment. */
export type DeclineReason = 'suspected-fraud' | 'card-blocked' | 'insufficient-funds' | 'other'

/** How a bank decided a dispute: for the holder, against them, or they took it back. */
export type DisputeDecision = 'in-favour' | 'against' | 'withdrawn'

/** An account as its bank describes it. */
export type AccountFacts = Pick<Account, 'name' | 'kind' | 'numberDisplay' | 'currency' | 'status'>

type Common = {
  /** The bank's own id of the event: the only thing events are deduplicated by. */
  id: string
  bankId: string
  /** The bank's id of the account. */
  bankAccountId: string
  /** Counts up by one for each event of the account. */
  sequence: number
  /** When it happened at the bank. */
  at: number
}

/**
 * What a bank tells us, in our words: the port that every bank door produces and `intake` consumes.
 * `authorised → adjusted → posted | released`, and `reversed` undoes a posted one. A `declined` payment moves no money
 * unless the bank approves it after all, which it tells as `authorised`. `suspected` is the alert of the bank's own system.
 * `account` has the whole account as it is now: one that was opened, renamed, closed or renumbered.
 */
export type BankEvent =
  | (Common & { type: 'authorised' | 'adjusted' | 'posted'; payment: CardPayment })
  | (Common & {
      type: 'declined'
      payment: CardPayment
      reason: DeclineReason
      /** Until when the bank can approve it if its holder vouches for it; null when it cannot. */
      releasableUntil: number | null
    })
  | (Common & { type: 'suspected'; payment: CardPayment })
  | (Common & {
      type: 'dispute-outcome'
      bankTransactionId: string
      caseNumber: string
      decided: DisputeDecision
    })
  | (Common & {
      type: 'reversed' | 'released'
      bankTransactionId: string
      referenceTransactionId: string | null
    })
  | (Common & { type: 'balance'; current: Money; available: Money | null; creditLine: Money | null })
  | (Common & {
      type: 'account'
      /** The bank's ids of those who hold it and agreed that it is seen. */
      subjects: readonly string[]
      /** The bank's id of it before it was renumbered. */
      formerBankAccountId: string | null
      account: AccountFacts
    })
