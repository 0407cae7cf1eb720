import type { BankAccount, BankTransaction } from '#intake'

/** The UK standard's versions that banks serve: from 4.0 on its codes are those of ISO 20022. */
export type ObieVersion = '4.0' | '3.1'

/** What becomes of an entry: ours, or `null` for what is told and moves no money. */
type Status = Exclude<BankTransaction['status'], 'released' | 'reversed'> | null

/** What `OBBalanceType1Code` says of an account, the most telling first. */
type BalanceTypes = { booked: readonly string[]; expected: readonly string[]; available: readonly string[] }

export type Codes = {
  /** The field that says what kind of account it is. */
  kindField: 'AccountTypeCode' | 'AccountSubType'
  /** Kinds that are not a current account: `null` for those that Guichet does not keep. */
  kinds: Readonly<Record<string, BankAccount['kind'] | null>>
  balances: BalanceTypes
  statuses: Readonly<Record<string, Status>>
  consentStatuses: readonly string[]
  /** The one of them that lets us read, and the one that waits for the person's word; the others are of an end. */
  authorised: string
  waiting: string
}

export const CODES: Readonly<Record<ObieVersion, Codes>> = {
  '4.0': {
    kindField: 'AccountTypeCode',
    kinds: {
      CARD: 'card',
      SVGS: 'savings',
      LLSV: 'savings',
      MOMA: 'savings',
      ONDP: 'savings',
      LOAN: null,
      MORT: null,
      MGLD: null,
    },
    balances: {
      booked: ['ITBD', 'CLBD', 'OPBD', 'PRCD'],
      expected: ['XPCD'],
      available: ['ITAV', 'CLAV', 'OPAV'],
    },
    statuses: { BOOK: 'posted', PDNG: 'pending', FUTR: 'pending', RJCT: 'declined', INFO: null },
    consentStatuses: ['AWAU', 'RJCT', 'AUTH', 'EXPD', 'CANC'],
    authorised: 'AUTH',
    waiting: 'AWAU',
  },
  '3.1': {
    kindField: 'AccountSubType',
    kinds: { CreditCard: 'card', ChargeCard: 'card', Savings: 'savings', Loan: null, Mortgage: null },
    balances: {
      booked: [
        'InterimBooked',
        'ClosingBooked',
        'InterimCleared',
        'ClosingCleared',
        'OpeningBooked',
        'OpeningCleared',
        'PreviouslyClosedBooked',
      ],
      expected: ['Expected'],
      available: ['InterimAvailable', 'ClosingAvailable', 'OpeningAvailable'],
    },
    statuses: { Booked: 'posted', Pending: 'pending', Rejected: 'declined' },
    consentStatuses: ['AwaitingAuthorisation', 'Authorised', 'Rejected', 'Revoked'],
    authorised: 'Authorised',
    waiting: 'AwaitingAuthorisation',
  },
}
