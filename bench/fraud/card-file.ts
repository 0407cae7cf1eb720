import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { Truth } from './truth.ts'

/**
 * Card payments in columns, in order of time. Customers and terminals are numbered from zero in order of appearance; the
 * file's own clock is taken as UTC.
 */
export type CardFile = Truth & {
  readonly terminal: Int32Array
  readonly amountMinor: Int32Array
}

const COLUMNS = ['TX_DATETIME', 'CUSTOMER_ID', 'TERMINAL_ID', 'TX_AMOUNT', 'TX_FRAUD'] as const
const AMOUNT_MINOR_MAX = 2 ** 31 - 1
const ROWS_BETWEEN_NEWS = 500_000

/**
 * Reads a CSV file, gzipped when its name ends in .gz, that has at least the columns of the handbook's simulated data.
 * Throws with the line's number when a column is missing or a field cannot be read.
 */
export async function readCardFile(path: string, say: (line: string) => void): Promise<CardFile> {
  const file = createReadStream(path)
  const bytes = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  // A pipe does not hand on what goes wrong at its beginning: without this a missing file would wait for ever.
  file.on('error', (error) => bytes.destroy(error))
  const rows = createRows()
  let places: number[] | null = null
  let line = 0
  for await (const text of createInterface({ input: bytes, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++
    if (places === null) {
      places = findColumns(text.split(','), path)
      continue
    }
    if (text === '') continue
    const fields = text.split(',')
    const fault = rows.add(places.map((place) => fields[place] ?? ''))
    if (fault) throw new Error(`${path}, line ${line}: ${fault}`)
    if (line % ROWS_BETWEEN_NEWS === 0) say(`read ${line.toLocaleString('en')} lines`)
  }
  if (places === null) throw new Error(`${path} is empty`)
  return rows.inOrder()
}

function findColumns(header: string[], path: string): number[] {
  const missing = COLUMNS.filter((name) => !header.includes(name))
  if (missing.length > 0) throw new Error(`${path} has no column ${missing.join(', ')}`)
  return COLUMNS.map((name) => header.indexOf(name))
}

function createRows() {
  const at: number[] = []
  const customer: number[] = []
  const terminal: number[] = []
  const amountMinor: number[] = []
  const isFraud: number[] = []
  const customers = createNumbering()
  const terminals = createNumbering()
  let isSorted = true

  return {
    /** What is wrong with the row, or null. */
    add([time, customerId, terminalId, amount, fraud]: string[]): string | null {
      const instant = Date.parse(`${time!.replace(' ', 'T')}Z`)
      if (Number.isNaN(instant)) return `TX_DATETIME is “${time}”, not a date and time`
      const minor = Math.round(Number(amount) * 100)
      if (amount === '' || !(minor >= 0 && minor <= AMOUNT_MINOR_MAX))
        return `TX_AMOUNT is “${amount}”, not an amount`
      if (fraud !== '0' && fraud !== '1') return `TX_FRAUD is “${fraud}”, neither 0 nor 1`
      if (at.length > 0 && instant < at.at(-1)!) isSorted = false
      at.push(instant)
      customer.push(customers.numberOf(customerId!))
      terminal.push(terminals.numberOf(terminalId!))
      amountMinor.push(minor)
      isFraud.push(Number(fraud))
      return null
    },
    inOrder(): CardFile {
      const count = at.length
      const order = Int32Array.from({ length: count }, (_, i) => i)
      if (!isSorted) order.sort((a, b) => at[a]! - at[b]! || a - b)
      return {
        count,
        at: Float64Array.from(order, (i) => at[i]!),
        customer: Int32Array.from(order, (i) => customer[i]!),
        terminal: Int32Array.from(order, (i) => terminal[i]!),
        amountMinor: Int32Array.from(order, (i) => amountMinor[i]!),
        isFraud: Uint8Array.from(order, (i) => isFraud[i]!),
      }
    },
  }
}

function createNumbering() {
  const numbers = new Map<string, number>()
  return {
    numberOf(id: string): number {
      const known = numbers.get(id)
      if (known !== undefined) return known
      numbers.set(id, numbers.size)
      return numbers.size - 1
    },
  }
}
