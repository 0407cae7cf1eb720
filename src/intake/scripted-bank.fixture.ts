import { currency, money } from '#kit'
import type { Connection } from '#vault'
import type { BankReader, BankTransaction, Listing, Presence } from './bank-reader.ts'

/** A row of a bank's list, with whatever a test wants different: a purchase of £42.00 at Tesco. */
export function bankRow(id: string, over: Partial<BankTransaction> = {}): BankTransaction {
  return {
    bankTransactionIds: [id],
    status: 'pending',
    at: Date.UTC(2026, 10, 15, 9),
    postedAt: null,
    amount: money(-4_200, 'GBP'),
    foreign: null,
    descriptor: 'tesco stores 6227',
    mcc: '5411',
    country: 'GB',
    city: null,
    latitude: null,
    longitude: null,
    entryMode: null,
    cardNumberDisplay: '5770',
    terminalId: null,
    ...over,
  }
}

/** The same row booked, under an id of its own that refers to the hold's. */
export const booked = (id: string, reference: string | null, over: Partial<BankTransaction> = {}) =>
  bankRow(id, {
    bankTransactionIds: reference === null ? [id] : [reference, id],
    status: 'posted',
    postedAt: Date.UTC(2026, 10, 17, 4),
    ...over,
  })

/**
 * A bank of one account whose list a test writes. What it answers can be spoilt page by page; `readings` counts how often the
 * list was read.
 */
export function scriptedBank(firstNumber: string, rules: Listing = { pending: 'all', booked: 'all' }) {
  const bank = {
    bankAccountId: firstNumber,
    rows: [] as BankTransaction[],
    refused: 0,
    /** Whether it lists its account, and another one, at each reading of the list of accounts. */
    lists: (_reading: number) => ({ account: true, other: false }),
    accountReadings: 0,
    otherRows: [] as BankTransaction[],
    pageSize: 100,
    total: undefined as number | undefined,
    readings: 0,
    spans: [] as { from: number; to: number }[],
    /** Who it was told is there, at each request. */
    present: [] as (Presence | undefined)[],
    balanceMinor: 0,
    asOf: 0,
    /** Called with the connection of each request: a test may refuse it. */
    onRequest: (_connection: Omit<Connection, 'id'>): void => {},
    refresh: (async (_bankId, connection) => ({ connection, renewed: false })) as BankReader['refresh'],
    /** Called before each reading of the list, with its number: a test may let something happen meanwhile. */
    onReading: async (_reading: number): Promise<void> => {},
    spoil: (pages: BankTransaction[][], _reading: number) => pages,
  }
  const reader: BankReader = {
    refresh: (bankId, connection) => bank.refresh(bankId, connection),
    async readAccounts(_bankId, connection, present) {
      bank.onRequest(connection)
      bank.present.push(present)
      const { bankAccountId } = bank
      const { account, other } = bank.lists(++bank.accountReadings)
      const described = {
        name: 'Everyday',
        kind: 'checking',
        numberDisplay: '0042',
        currency: currency('GBP'),
        status: 'open',
      } as const
      return {
        accounts: [
          ...(account ? [{ ...described, bankAccountId }] : []),
          ...(other ? [{ ...described, bankAccountId: `${bankAccountId}-other` }] : []),
        ],
        balances: [
          {
            bankAccountId,
            current: money(bank.balanceMinor, 'GBP'),
            available: null,
            creditLine: null,
            asOf: bank.asOf,
          },
        ],
        refused: [],
      }
    },
    async *readTransactions(_bankId, connection, account, span, present) {
      bank.onRequest(connection)
      bank.present.push(present)
      if (account.bankAccountId !== bank.bankAccountId) {
        yield { rows: bank.otherRows, refused: [] }
        return
      }
      const reading = ++bank.readings
      await bank.onReading(reading)
      bank.spans.push(span)
      const listed = bank.rows.filter(
        ({ postedAt }) => postedAt === null || (postedAt >= span.from && postedAt <= span.to),
      )
      const pages: BankTransaction[][] = []
      for (let i = 0; i < listed.length; i += bank.pageSize) pages.push(listed.slice(i, i + bank.pageSize))
      const { total } = bank
      for (const rows of bank.spoil(pages, reading))
        yield { rows, refused: [], ...(total === undefined ? {} : { total }) }
      for (let i = 0; i < bank.refused; i++)
        yield {
          rows: [],
          refused: [{ ...account, place: `transactions[${i}]`, field: 'amount', why: 'amount-malformed' }],
        }
    },
    listing: () => rules,
  }
  return { bank, reader }
}
