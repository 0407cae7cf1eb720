import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { moneyFromDecimal } from '#kit'

/** A real purchase-card row (`sim/data/README.md`). */
export type CardRow = {
  /** Whose demo spending it became, such as `amina-chase`; empty for rows kept for benches and tests. */
  wallet: string
  /** The day it happened: `2017-01-03`. */
  date: string
  /** What the card was billed, in pence; positive is a purchase, negative a refund. */
  billedMinor: number
  /** The amount at the merchant, in minor units of its currency, with the same sign. */
  originalMinor: number
  originalCurrency: string
  /** As the merchant's bank sent it. */
  descriptor: string
  accountCode: string
  /** The last four digits of the card. */
  card: string
}

export const CARD_ROWS_FILE = join(import.meta.dirname, '../data/card-rows.csv.gz')
export const CARD_ROWS_HEADER =
  'wallet,date,billed_amount,original_amount,original_currency,descriptor,account_code,card'

/** All rows of the extract, in its order. Throws when a line is not whole. */
export function readCardRows(file = CARD_ROWS_FILE): CardRow[] {
  const [header, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n')
  if (header !== CARD_ROWS_HEADER) throw new Error(`${file} does not begin with its header`)
  return lines.map((line, index) => {
    // The source has no quotes and no commas within a field.
    const fields = line.split(',')
    if (fields.length !== 8) throw new Error(`${file} line ${index + 2} does not have 8 fields`)
    const [wallet, date, billed, original, originalCurrency, descriptor, accountCode, card] = fields as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    return {
      wallet,
      date,
      billedMinor: moneyFromDecimal(billed, 'GBP').amountMinor,
      originalMinor: moneyFromDecimal(original, originalCurrency).amountMinor,
      originalCurrency,
      descriptor,
      accountCode,
      card,
    }
  })
}
