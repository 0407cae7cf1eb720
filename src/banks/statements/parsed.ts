import type { BankTransaction, RefusedRow, StatementEvent } from '#intake'
import { type Currency, currency, Fault, type Money, money, moneyFromDecimal } from '#kit'
import { cleanText } from '../untrusted-text.ts'

/** What a format's reader makes of a file: rows without an id of ours, with all that one can be made of. */
export type ParsedRow = {
  kind: 'parsed'
  line: number
  day: string
  /** The bank's own reference of the row; null when it gives none. */
  reference: string | null
  /** The statement's own number, where the format has one: rows without a reference are counted within it. */
  statement: string | null
  /** What tells the row from others of its day, beside its amount. */
  says: readonly string[]
  row: Omit<BankTransaction, 'bankTransactionIds'>
  /** An earlier row's reference that this one corrects. */
  corrects?: string
}
export type ParsedEvent = ParsedRow | Exclude<StatementEvent, { kind: 'row' }>

/** A field of one row that cannot be read: the row is set aside, and the others are read. */
export class Unreadable extends Error {
  readonly field: string
  readonly why: RefusedRow['why']

  constructor(field: string, why: RefusedRow['why']) {
    super(`${field} ${why}`)
    this.field = field
    this.why = why
  }
}

/** The rows that `read` makes, or the refusal of the row at `line`. */
export function orRefused(line: number, read: () => ParsedEvent[]): ParsedEvent[] {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return [{ kind: 'refused', row: { place: placeOf(line), field: error.field, why: error.why } }]
  }
}

export const placeOf = (line: number): string => `line ${line}`

/** The file is not of its format from `line` on: no row of it can be trusted. */
export const malformed = (line: number, what: string): Fault =>
  new Fault('statement-malformed', { detail: `line ${line}: ${what}` })

export const cutShort = (what: string): Fault => new Fault('statement-cut-short', { detail: what })

export function currencyOf(code: string | null | undefined, field: string): Currency {
  if (!code) throw new Unreadable(field, 'missing')
  try {
    return currency(code)
  } catch {
    throw new Unreadable(field, 'currency-unknown')
  }
}

/** A plain decimal without a sign, and the sign the format gives it. */
export function signedAmount(decimal: string, unit: Currency, isCredit: boolean, field: string): Money {
  const { amountMinor } = decimalAmount(decimal, unit, field)
  if (amountMinor < 0) throw new Unreadable(field, 'amount-malformed')
  return money(isCredit || amountMinor === 0 ? amountMinor : -amountMinor, unit)
}

export function decimalAmount(decimal: string, unit: Currency, field: string): Money {
  try {
    return moneyFromDecimal(decimal, unit)
  } catch {
    throw new Unreadable(field, 'amount-malformed')
  }
}

/** A descriptor longer than this is not one: camt's unstructured remittance is 140 characters, four lines at most. */
const DESCRIPTOR_LENGTH_MAX = 1_000

/** The first of `texts` that says something, as one line. */
export function descriptorOf(...texts: (string | null | undefined)[]): string {
  for (const text of texts) {
    const line = cleanText(text ?? '')
      .replace(/\s+/g, ' ')
      .trim()
    if (line !== '') return line.slice(0, DESCRIPTOR_LENGTH_MAX)
  }
  return ''
}

/** A booked row in our terms, with what statement files seldom say left open. */
export function bookedRow(
  of: Pick<ParsedRow['row'], 'at' | 'postedAt' | 'amount' | 'descriptor'> & Partial<ParsedRow['row']>,
): ParsedRow['row'] {
  return {
    status: 'posted',
    foreign: null,
    mcc: null,
    country: null,
    city: null,
    latitude: null,
    longitude: null,
    entryMode: null,
    cardNumberDisplay: null,
    terminalId: null,
    ...of,
  }
}
