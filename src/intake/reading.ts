import { Fault } from '#kit'
import type { Connection } from '#vault'
import type { AskBank } from './bank-access.ts'
import type { BankAccounts, BankReader, BankTransaction, Presence, RefusedRow } from './bank-reader.ts'

/** What a bank answered about one account: every row it listed, read to the end. */
export type AccountReading = {
  bankAccountId: string
  rows: BankTransaction[]
  refused: RefusedRow[]
  withoutPending: boolean
  /** The bank would not give it: it says nothing at all, not even that there is nothing. */
  isRefused?: boolean
}
export type Reading = Omit<BankAccounts, 'refused'> & {
  /** Of the list of accounts itself. */
  refused: RefusedRow[]
  listings: AccountReading[]
  span: { from: number; to: number }
}

type Listed = BankAccounts['accounts'][number]
type At = { bankId: string; ask: AskBank; mayReadAgain: () => Promise<boolean>; present?: Presence }

/**
 * Reads a link's accounts and what is booked in the span, and pending, on each. Holds no loan: a bank takes its time. An account
 * whose list the bank refuses is set aside, unless it refuses them all: then throws `bank-refused`.
 */
export async function readBank(reader: BankReader, at: At, span: Reading['span']): Promise<Reading> {
  const { accounts, balances, refused } = await at.ask((connection) =>
    reader.readAccounts(at.bankId, connection, at.present),
  )
  const listings: AccountReading[] = []
  let refusal: Fault | null = null
  for (const account of accounts) {
    try {
      listings.push(await readListing(reader, at, account, span))
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'bank-refused')) throw error
      refusal = error
      listings.push(refusedListing(account))
    }
  }
  if (refusal && listings.every(({ isRefused }) => isRefused)) throw refusal
  return { accounts, balances, refused, listings, span }
}

/**
 * Reads the accounts of `bankAccountIds` again, and the list of accounts for those that were not in it; the others stay as they
 * were read. Throws `bank-answer-unsteady` when a list has
 * not all that it had a moment ago.
 */
export async function readAgain(
  reader: BankReader,
  at: At,
  reading: Reading,
  bankAccountIds: ReadonlySet<string>,
): Promise<Reading> {
  const isListed = new Set(reading.accounts.map(({ bankAccountId }) => bankAccountId))
  if ([...bankAccountIds].some((id) => !isListed.has(id))) {
    const again = await at.ask((connection) => reader.readAccounts(at.bankId, connection, at.present))
    if (
      again.accounts.some(
        ({ bankAccountId }) => bankAccountIds.has(bankAccountId) && !isListed.has(bankAccountId),
      )
    )
      throw new Fault('bank-answer-unsteady', { detail: 'an account came and went' })
  }
  const listings = [...reading.listings]
  for (const [i, account] of reading.accounts.entries()) {
    if (!bankAccountIds.has(account.bankAccountId)) continue
    const again = await readListing(reader, at, account, reading.span)
    const ids = new Set(again.rows.map(ownId))
    if (listings[i]!.rows.some((row) => ownId(row) !== undefined && !ids.has(ownId(row))))
      throw new Fault('bank-answer-unsteady', { detail: 'rows came and went' })
    listings[i] = again
  }
  return { ...reading, listings }
}

const refusedListing = ({ bankAccountId }: Listed): AccountReading => ({
  bankAccountId,
  rows: [],
  refused: [{ bankAccountId, place: 'transactions', field: 'transactions', why: 'missing' }],
  withoutPending: false,
  isRefused: true,
})

const ownId = ({ bankTransactionIds }: BankTransaction) => bankTransactionIds.at(-1)

/** Throws `bank-answer-unsteady` when the list has not as many rows as the bank says, twice. */
async function readListing(
  reader: BankReader,
  at: At,
  account: Listed,
  span: Reading['span'],
): Promise<AccountReading> {
  for (let attempt = 1; ; attempt++) {
    const { listing, total } = await at.ask((connection) => readPages(reader, at, connection, account, span))
    if (total === undefined || total === listing.rows.length + listing.refused.length) return listing
    if (attempt === 2 || !(await at.mayReadAgain()))
      throw new Fault('bank-answer-unsteady', { detail: 'rows are missing from the list' })
  }
}

async function readPages(
  reader: BankReader,
  { bankId, present }: At,
  connection: Omit<Connection, 'id'>,
  { bankAccountId, currency }: Listed,
  span: Reading['span'],
): Promise<{ listing: AccountReading; total: number | undefined }> {
  const listing: AccountReading = { bankAccountId, rows: [], refused: [], withoutPending: false }
  let total: number | undefined
  for await (const page of reader.readTransactions(
    bankId,
    connection,
    { bankAccountId, currency },
    span,
    present,
  )) {
    listing.rows.push(...page.rows)
    listing.refused.push(...page.refused)
    listing.withoutPending ||= page.withoutPending ?? false
    total = page.total ?? total
  }
  return { listing, total }
}
