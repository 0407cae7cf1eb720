import { Fault } from '#kit'
import type { CsvMapping } from '../mapping.ts'

/** Where each column of the mapping stands in a row, from 0; null for what the mapping does not name. */
export type Columns = {
  date: number
  text: number[]
  amount: number | null
  debit: number | null
  credit: number | null
  id: number | null
  balance: number | null
  account: number | null
  currency: number | null
  sign: number | null
  /** The last of them all: a row that ends before it is cut short. */
  last: number
}

/** Finds the columns of a mapping by their headers. Throws `mapping-wrong` with those that are missing or there twice. */
export function findColumns(mapping: CsvMapping, headers: readonly string[] | null): Columns {
  const { columns, account, currency, sign } = mapping
  const faults: string[] = []
  const named = headers?.map((header) => header.trim())
  const find = (column: string | number | undefined): number | null => {
    if (column === undefined) return null
    if (typeof column === 'number') return column - 1
    const at = named?.indexOf(column.trim()) ?? -1
    if (at < 0) faults.push(`there is no column “${column}”`)
    else if (named!.indexOf(column.trim(), at + 1) >= 0)
      faults.push(`there are two columns “${column}”: use their numbers`)
    return at
  }
  const found = {
    date: find(columns.date)!,
    text: columns.text.map((column) => find(column)!),
    amount: find(columns.amount),
    debit: find(columns.debit),
    credit: find(columns.credit),
    id: find(columns.id),
    balance: find(columns.balance),
    account: find(typeof account === 'object' ? account.column : undefined),
    currency: find(typeof currency === 'object' ? currency.column : undefined),
    sign: find(typeof sign === 'object' ? sign.column : undefined),
  }
  // What is named here are the mapping's own words, never those of the file.
  if (faults.length > 0) throw new Fault('mapping-wrong', { detail: faults.join('; ') })
  const { text, balance: _, ...single } = found
  return { ...found, last: Math.max(...text, ...Object.values(single).map((at) => at ?? 0)) }
}
