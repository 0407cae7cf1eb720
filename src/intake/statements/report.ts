import type { RefusedRow } from '../bank-reader.ts'
import type { StatementFormat } from '../statement-file.ts'

/** Refused rows that a report names; the others are counted. */
export const REFUSED_SHOWN_MAX = 100

export type RefusedPlace = Omit<RefusedRow, 'bankAccountId'>

/** What became of a file. Counts and places: no account, no person, no figure. */
export type StatementReport = {
  format: StatementFormat
  version: string
  sha256: string
  bytes: number
  dryRun: boolean
  statements: number
  /** Statements whose rows were found to lead from the opening balance to the closing one, and not to. */
  balanced: number
  unbalanced: number
  rows: RowCounts
  /** Of the rows, those that have no reference of the bank's and go by their day. */
  withoutReference: number
  /** The first of those refused, in the order of the file. */
  refused: RefusedPlace[]
}

/** Every row of the file is in one of these. */
export type RowCounts = {
  new: number
  changed: number
  same: number
  /** Of accounts that nobody linked, or that nobody agreed to have kept. */
  unlinked: number
  /** From before anything is kept or could be read. */
  tooOld: number
  refused: number
}

export const noRows = (): RowCounts => ({ new: 0, changed: 0, same: 0, unlinked: 0, tooOld: 0, refused: 0 })
