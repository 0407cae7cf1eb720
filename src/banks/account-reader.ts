import type { BankAccounts, BankPage, Presence } from '#intake'
import type { Clock } from '#kit'
import type { Connection } from '#vault'

export type { Presence } from '#intake'

/** What an API needs of a connection: everything but our own id of it. */
export type Credentials = Omit<Connection, 'id'>

/** One request to the bank's API with the connection's token. Throws a bank fault; a status is the caller's to judge. */
export type BankRequest = (
  connection: Credentials,
  url: URL,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  options?: {
    body?: unknown
    headers?: Record<string, string>
    /** Whose token opens this: the person's unless it says `client`, which is our own (UK consents are opened by no other). */
    token?: 'client'
  },
) => Promise<Response>

/** What every standard's reader is given; `baseUrl` ends with a slash. */
export type ReaderNeeds = {
  baseUrl: string
  request: BankRequest
  /**
   * Whether the API names the person by the connection's `subject`, so that each pull can be checked to be about them. Where
   * it does not, that a token belongs to one person is the bank's word alone.
   */
  namesPerson: boolean
  pageSize: number | undefined
  /** Where the bank has a resource elsewhere than the standard. */
  paths: Readonly<Record<string, string>> | undefined
  /** Which of a row's two ids the bank keeps, where the standard has two. */
  identity: 'transactionId' | 'entryReference' | undefined
  /** How what was spent is written, where the standard does not say. */
  amounts: { account: 'negative' | 'positive'; card: 'negative' | 'positive' } | undefined
  /** What the bank knows us as. */
  clientId: string
  /** The bank's own: dates without a time are its days. */
  timeZone: string
  clock: Clock
}

/**
 * A standard's way of reading accounts: each has a folder of its own beside this file, which turns its shapes into ours. What
 * comes out is checked to be about this connection's own person and the accounts they chose.
 */
export type AccountReader = {
  readAccounts(connection: Credentials, present?: Presence): Promise<BankAccounts>
  /** Pages of the account's transactions booked in the span, and those pending now. `currency` is the account's own. */
  readTransactions(
    connection: Credentials,
    account: { bankAccountId: string; currency: string },
    span: { from: number; to: number },
    present?: Presence,
  ): AsyncIterable<BankPage>
  /** Who the API says the person is: an id that stays theirs. Left out where the standard has none. */
  whoIs?(connection: Credentials): Promise<string>
  /** Ends the person's consent at the bank, by the standard's own request; nothing where it has none but the tokens. */
  endConsent(connection: Credentials): Promise<void>
}
