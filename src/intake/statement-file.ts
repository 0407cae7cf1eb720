import type { Currency, Money } from '#kit'
import type { BankTransaction, RefusedRow } from './bank-reader.ts'

export const STATEMENT_FORMATS = ['camt053', 'mt940', 'ofx', 'qif', 'csv'] as const
export type StatementFormat = (typeof STATEMENT_FORMATS)[number]

/** A file that can be read from its beginning more than once: it is looked through whole before anything of it is kept. */
export type StatementSource = { bytes: number; open(): AsyncIterable<Uint8Array> }

/** An amount at the end of a day, as a statement states its balances. */
export type DatedMoney = { amount: Money; at: number }

/** What a statement file says, in its order; `line` is where in the file, from 1. */
export type StatementEvent =
  | {
      kind: 'begin'
      line: number
      /** The names by which the bank may know the account (an IBAN, a number), the most telling first. */
      accountNumbers: readonly string[]
      currency: Currency | null
    }
  | {
      kind: 'row'
      line: number
      /** The day it was booked, `2026-11-05`. */
      day: string
      /** Whether its id is the bank's own reference, or was made of the day and what the row says. */
      identity: 'reference' | 'day'
      /** The file said the same of the same reference before. */
      again: boolean
      row: BankTransaction
    }
  | { kind: 'refused'; row: Omit<RefusedRow, 'bankAccountId'> }
  | {
      kind: 'end'
      line: number
      opening: DatedMoney | null
      closing: DatedMoney | null
      available: DatedMoney | null
      /** Whether `closing` ends a page and not the statement: what holds then is not the account's balance. */
      interim: boolean
    }

/** A statement file whose format is known and whose bytes have been read once. */
export type OpenedStatement = {
  format: StatementFormat
  /** What was recognised, for the report: `camt.053.001.08`. */
  version: string
  sha256: string
  bytes: number
  /** What the file says, from its beginning at each call. `onProgress` is told how many bytes have been read. */
  read(onProgress?: (bytes: number) => void): AsyncIterable<StatementEvent>
}
