import { Fault, type Money, money } from '#kit'
import { dayReader, fullYear, isoOf, noonOf } from '../days.ts'
import { parseDecimal } from '../decimal.ts'
import type { QifMapping } from '../mapping.ts'
import {
  bookedRow,
  currencyOf,
  cutShort,
  descriptorOf,
  malformed,
  orRefused,
  type ParsedEvent,
  placeOf,
  Unreadable,
} from '../parsed.ts'
import type { Line } from '../text.ts'

/** Sections whose records are payments; categories, classes and memorised payments are lists of the program's own. */
const ACCOUNT_TYPES = /^!Type:(Bank|Cash|CCard|Oth A|Oth L)\s*$/i
const LISTS = /^!Type:(Cat|Class|Tag|Memorized|Prices|Security|Budget|InvItem|Template)\s*$/i
const LINES_PER_RECORD_MAX = 1_000

type Fields = Map<string, string>

/** Reads QIF. It names neither currency nor an order of day and month: the mapping does. */
export async function* readQif(lines: AsyncIterable<Line>, mapping: QifMapping): AsyncGenerator<ParsedEvent> {
  const readDay = dateReader(mapping.dateFormat)
  const unit = currencyOf(mapping.currency, 'currency')
  let section: 'none' | 'account' | 'rows' | 'other' = 'none'
  let account = mapping.account ?? null
  let begun: { line: number; opening: { amount: Money; at: number } | null } | null = null
  let record: { line: number; fields: Fields; lines: number } | null = null

  function* finish(): Generator<ParsedEvent> {
    if (begun)
      yield {
        kind: 'end',
        line: begun.line,
        opening: begun.opening,
        closing: null,
        available: null,
        interim: false,
      }
    begun = null
  }

  for await (const { number, text } of lines) {
    if (text.trim() === '') continue
    if (text.startsWith('!')) {
      if (record) throw malformed(number, 'the record before it has no end')
      const line = text.trim()
      if (/^!(Option|Clear):/i.test(line)) continue
      yield* finish()
      if (/^!Account$/i.test(line)) section = 'account'
      else if (ACCOUNT_TYPES.test(line)) {
        section = 'rows'
        if (account === null)
          throw new Fault('mapping-needed', {
            detail: `line ${number}: neither the file nor the mapping names the account`,
          })
        begun = { line: number, opening: null }
        yield { kind: 'begin', line: number, accountNumbers: [account], currency: unit }
      } else {
        section = 'other'
        if (!LISTS.test(line))
          yield { kind: 'refused', row: { place: placeOf(number), field: '!Type', why: 'malformed' } }
      }
      continue
    }
    if (section === 'none') throw malformed(number, 'the line belongs to no section')
    record ??= { line: number, fields: new Map(), lines: 0 }
    if (++record.lines > LINES_PER_RECORD_MAX) throw malformed(number, 'the record does not end')
    if (text.trim() !== '^') {
      const code = text[0]!
      if (!record.fields.has(code)) record.fields.set(code, text.slice(1).trim())
      continue
    }
    const { fields, line } = record
    record = null
    if (section === 'account' && mapping.account === undefined) account = fields.get('N') || account
    if (section !== 'rows') continue
    yield* orRefused(line, () => {
      const { amount, at, day } = datedAmount(fields)
      // Quicken's first record of an account: what it held, and no payment.
      if (fields.get('P') === 'Opening Balance' && /^\[.*\]$/.test(fields.get('L') ?? '')) {
        begun!.opening = { amount, at }
        return []
      }
      const words = ['N', 'P', 'M'].map((code) => fields.get(code) ?? '')
      return [
        {
          kind: 'parsed',
          line,
          day,
          reference: null,
          statement: null,
          says: words,
          row: bookedRow({
            at,
            postedAt: at,
            amount,
            descriptor: descriptorOf(words[1], words[2], words[0]),
          }),
        },
      ]
    })
  }
  if (record) throw cutShort('the last record has no end')
  yield* finish()

  function datedAmount(fields: Fields) {
    const written = fields.get('D')
    if (written === undefined) throw new Unreadable('D', 'missing')
    const day = readDay(written)
    if (!day) throw new Unreadable('D', 'date-malformed')
    const amount = fields.get('T') ?? fields.get('U')
    if (amount === undefined) throw new Unreadable('T', 'missing')
    const thousandsMark = mapping.decimalMark === '.' ? ',' : '.'
    const read = parseDecimal(amount, { decimalMark: mapping.decimalMark, thousandsMark }, unit, 'T')
    return { amount: money(read.amountMinor, unit), at: noonOf(day), day: isoOf(day) }
  }
}

/** Quicken writes `1/ 5'26` for years from 2000 on: spaces for zeros, an apostrophe for the century. */
function dateReader(format: string) {
  const read = dayReader(format)
  const withFullYear = dayReader(format.replace(/Y+/, 'YYYY'))
  return (text: string) => {
    const plain = text.replace(/\s/g, '')
    const direct = read(plain) ?? withFullYear(plain)
    if (direct) return direct
    const match = /^(.*)'(\d{2})$/.exec(plain)
    if (!match) return null
    const mark = /[^A-Z]/.exec(format)?.[0] ?? '/'
    const year = 2000 + (fullYear(Number(match[2])) % 100)
    return withFullYear(`${match[1]}${mark}${year}`)
  }
}
