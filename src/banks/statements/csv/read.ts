import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import type { DatedMoney } from '#intake'
import { type Currency, type Money, money, negated } from '#kit'
import { dayReader, isoOf, noonOf } from '../days.ts'
import { parseDecimal } from '../decimal.ts'
import type { CsvMapping } from '../mapping.ts'
import {
  bookedRow,
  currencyOf,
  cutShort,
  descriptorOf,
  malformed,
  orRefused,
  type ParsedEvent,
  Unreadable,
} from '../parsed.ts'
import { type Columns, findColumns } from './columns.ts'

const RECORD_LENGTH_MAX = 64 * 1024

type Record = { record: string[]; info: { lines: number } }
type Open = { account: string; currency: Currency; line: number; check: BalanceCheck }

/** Reads CSV by its mapping. Rows of several accounts may alternate: each change begins a statement. */
export async function* readCsv(
  text: AsyncIterable<string>,
  mapping: CsvMapping,
): AsyncGenerator<ParsedEvent> {
  const readDay = dayReader(mapping.dateFormat)
  let columns: Columns | null = mapping.headerLine === 0 ? findColumns(mapping, null) : null
  let open: Open | null = null
  let line = 0
  for await (const { record, info } of recordsOf(text, mapping)) {
    // The library counts the lines it has passed; a record of several lines is named by its last.
    line = info.lines
    if (!columns) {
      if (line < mapping.headerLine) continue
      columns = findColumns(mapping, record)
      continue
    }
    if (record.every((cell) => cell.trim() === '')) continue
    const { cells, at } = { cells: record, at: columns }
    const events = orRefused(line, () => [rowOf(cells, at)])
    for (const event of events) {
      const whose = event.kind === 'refused' ? null : of(cells, at)
      if (whose && (open?.account !== whose.account || open.currency !== whose.currency)) {
        if (open) yield endOf(open)
        open = { ...whose, line, check: new BalanceCheck() }
        yield { kind: 'begin', line, accountNumbers: [whose.account], currency: whose.currency }
      }
      if (event.kind === 'parsed' && open)
        open.check.take(event.row.amount, event.row.at, balanceIn(cells, at))
      if (event.kind === 'refused' && open) open.check.isWhole = false
      yield event
    }
  }
  if (!columns) throw cutShort(`there is no line ${mapping.headerLine} with the headers of the columns`)
  if (open) yield endOf(open)

  function of(cells: string[], at: Columns): { account: string; currency: Currency } {
    const account = at.account === null ? (mapping.account as string) : (cells[at.account] ?? '').trim()
    if (account === '') throw new Unreadable('account', 'missing')
    const code = at.currency === null ? (mapping.currency as string) : (cells[at.currency] ?? '').trim()
    return { account, currency: currencyOf(code, 'currency') }
  }

  function rowOf(cells: string[], at: Columns): ParsedEvent {
    if (cells.length <= at.last) throw new Unreadable('columns', 'missing')
    const { currency: unit } = of(cells, at)
    const written = cells[at.date]!.trim()
    if (written === '') throw new Unreadable('date', 'missing')
    const day = readDay(written)
    if (!day) throw new Unreadable('date', 'date-malformed')
    const texts = at.text.map((column) => cells[column]!)
    return {
      kind: 'parsed',
      line,
      day: isoOf(day),
      reference: at.id === null ? null : cells[at.id]!.trim(),
      statement: null,
      says: texts,
      row: bookedRow({
        at: noonOf(day),
        postedAt: noonOf(day),
        amount: amountOf(cells, at, unit),
        descriptor: descriptorOf(texts.filter((part) => part.trim() !== '').join(' ')),
      }),
    }
  }

  function amountOf(cells: string[], at: Columns, unit: Currency): Money {
    const { sign } = mapping
    if (sign === 'columns') {
      const [debit, credit] = [cells[at.debit!]!.trim(), cells[at.credit!]!.trim()]
      if (debit !== '' && credit !== '' && !isZero(debit) && !isZero(credit))
        throw new Unreadable('debit', 'sign-contradicted')
      const isDebit = debit !== '' && !(isZero(debit) && credit !== '')
      const text = isDebit ? debit : credit
      if (text === '') throw new Unreadable('amount', 'missing')
      const read = parseDecimal(text, mapping, unit, isDebit ? 'debit' : 'credit')
      // Some banks write a minus before what is in the debit column already.
      if (!isDebit && read.amountMinor < 0) throw new Unreadable('credit', 'sign-contradicted')
      return isDebit ? negated(money(Math.abs(read.amountMinor), unit)) : read
    }
    const text = cells[at.amount!]!.trim()
    if (text === '') throw new Unreadable('amount', 'missing')
    const read = parseDecimal(text, mapping, unit, 'amount')
    if (sign === 'signed') return read
    if (sign === 'out-is-positive') return negated(read)
    const word = cells[at.sign!]!.trim()
    const isOut = sign.out.includes(word)
    if (!isOut && !sign.in.includes(word)) throw new Unreadable('sign', 'malformed')
    if (read.amountMinor < 0) throw new Unreadable('amount', 'sign-contradicted')
    return isOut ? negated(read) : read
  }

  function balanceIn(cells: string[], at: Columns): Money | null {
    if (at.balance === null || (cells[at.balance] ?? '').trim() === '') return null
    try {
      return parseDecimal(cells[at.balance]!, mapping, of(cells, at).currency, 'balance')
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      return null
    }
  }
}

const isZero = (text: string): boolean => /^[-+]?0+([.,]0*)?$/.test(text)

async function* recordsOf(text: AsyncIterable<string>, mapping: CsvMapping): AsyncGenerator<Record> {
  const parser = parse({
    delimiter: mapping.delimiter,
    quote: mapping.quote,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: RECORD_LENGTH_MAX,
  })
  const source = Readable.from(text)
  source.once('error', (error) => parser.destroy(error))
  source.pipe(parser)
  try {
    for await (const record of parser) yield record as Record
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = Number(error.lines ?? 1)
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') throw cutShort('a quoted field is not closed')
    throw malformed(
      line,
      error.code === 'CSV_MAX_RECORD_SIZE' ? 'the row does not end' : 'a quote stands in a field',
    )
  } finally {
    source.destroy()
  }
}

function endOf({ line, check }: Open): ParsedEvent {
  const { opening, closing } = check.ends()
  return { kind: 'end', line, opening, closing, available: null, interim: false }
}

/** Opening and closing out of a column of running balances, whether the oldest row comes first or the newest. */
class BalanceCheck {
  isWhole = true
  #first: { amount: Money; at: number; balance: Money } | null = null
  #last: { amount: Money; at: number; balance: Money } | null = null
  #sum = 0

  take(amount: Money, at: number, balance: Money | null): void {
    if (!balance) this.isWhole = false
    else {
      this.#last = { amount, at, balance }
      this.#first ??= this.#last
    }
    this.#sum += amount.amountMinor
  }

  ends(): { opening: DatedMoney | null; closing: DatedMoney | null } {
    const [first, last] = [this.#first, this.#last]
    if (!first || !last || !this.isWhole) return { opening: null, closing: null }
    const newestFirst = first.at > last.at || (first.at === last.at && !adds(first, last, this.#sum))
    const [oldest, newest] = newestFirst ? [last, first] : [first, last]
    const before = oldest.balance.amountMinor - oldest.amount.amountMinor
    return {
      opening: { amount: money(before, oldest.balance.currency), at: oldest.at },
      closing: { amount: newest.balance, at: newest.at },
    }
  }
}

const adds = (oldest: { amount: Money; balance: Money }, newest: { balance: Money }, sum: number): boolean =>
  oldest.balance.amountMinor - oldest.amount.amountMinor + sum === newest.balance.amountMinor
