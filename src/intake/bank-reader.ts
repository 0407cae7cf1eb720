import type { Account, Balance, Connection, Transaction } from '#vault'

/** An account and a transaction as a bank door reads them: ours but for our ids. */
export type BankAccount = Omit<Account, 'id' | 'bankId'>
export type BankBalance = Omit<Balance, 'id'> & { bankAccountId: string }
/**
 * `bankTransactionIds` is empty for a pending payment that the bank has not named: it is shown until the next pull, which
 * replaces all such payments of the account, and is never taken for another by what it says.
 */
export type BankTransaction = Omit<Transaction, 'id' | 'accountId'>

/** A row of a bank's answer that could not be read: which field is at fault and how, never what stood there. */
export type RefusedRow = {
  /** The account it is about, by the bank's id; null where the account itself could not be read. */
  bankAccountId: string | null
  /** Where it stood in the answer or the file: `transactions[17]`, `line 12`. */
  place: string
  /** The field at fault, by the standard's own name. */
  field: string
  why:
    | 'missing'
    | 'malformed'
    | 'amount-malformed'
    | 'currency-unknown'
    | 'date-malformed'
    /** Booked on a day that lies far ahead. */
    | 'date-ahead'
    /** As the standard says, and not for Guichet: a loan's account, a row in another currency than its account's. */
    | 'unsupported'
    | 'too-long'
    /** In another currency than its account. */
    | 'currency-mismatched'
    /** The sign and the kind of the row contradict each other. */
    | 'sign-contradicted'
    /** Announced or for information only: nothing was booked. */
    | 'not-booked'
    /** The bank gave another row the same reference. */
    | 'reference-reused'
    /** Of a statement whose rows do not lead from its opening balance to its closing one. */
    | 'unbalanced'
}
export type BankAccounts = { accounts: BankAccount[]; balances: BankBalance[]; refused: RefusedRow[] }
/** One page of an account's transactions: the rows that could be read, and those that are set aside. */
export type BankPage = {
  rows: BankTransaction[]
  refused: RefusedRow[]
  /** How many rows the whole list has, where the bank says so: fewer were cut short. */
  total?: number
  /** The bank lists what is booked and nothing else: that a hold is not there says nothing. */
  withoutPending?: boolean
}

/**
 * What it means that a payment is *not* in a bank's list, by its standard. `pending`: the list has every hold that stands
 * (`all`), those of payments made in the span asked for (`in-span`), or says nothing of those it leaves out (`some`).
 * `booked`: every booked row of the span is there (`all`), or not (`some`).
 */
export type Listing = { pending: 'all' | 'in-span' | 'some'; booked: 'all' | 'some' }

/** Somebody who is at their screen and asked for this read: what the standards have us tell their bank of them, and no more. */
export type Presence = { ipAddress: string; userAgent: string | null }

/** What a pull needs of a bank's door. Its answers have been checked to be about this connection's own person. */
export type BankReader = {
  /** A connection whose access token is fresh; `renewed` says whether it must be kept. */
  refresh(
    bankId: string,
    connection: Connection,
  ): Promise<{ connection: Omit<Connection, 'id'>; renewed: boolean }>
  readAccounts(bankId: string, connection: Omit<Connection, 'id'>, present?: Presence): Promise<BankAccounts>
  readTransactions(
    bankId: string,
    connection: Omit<Connection, 'id'>,
    account: { bankAccountId: string; currency: string },
    span: { from: number; to: number },
    present?: Presence,
  ): AsyncIterable<BankPage>
  listing(bankId: string): Listing
}
