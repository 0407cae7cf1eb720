import type { DatedMoney } from '#intake'
import type { Currency } from '#kit'
import { isoOf, noonOf } from '../days.ts'
import {
  bookedRow,
  currencyOf,
  cutShort,
  descriptorOf,
  malformed,
  orRefused,
  type ParsedEvent,
  signedAmount,
  Unreadable,
} from '../parsed.ts'
import type { Line } from '../text.ts'
import { parseField86 } from './field-86.ts'
import { dayFrom, parseLine61, swiftAmount } from './line-61.ts'

/** A field of the message: its tag and its lines. SWIFT allows six lines in field 86; banks write more. */
type Field = { tag: string; line: number; lines: string[] }
const LINES_PER_FIELD_MAX = 100

type Balance = DatedMoney & { interim: boolean }
type Statement = {
  line: number
  number: string | null
  accountNumbers: string[]
  currency: Currency | null
  opening: Balance | null
  closing: Balance | null
  available: DatedMoney | null
  begun: boolean
  /** A statement line whose details may still come. */
  waiting: Field | null
}

/** Reads MT940 statements, with SWIFT's message blocks round them or without. */
export async function* readMt940(lines: AsyncIterable<Line>): AsyncGenerator<ParsedEvent> {
  let statement: Statement | null = null
  let found = 0
  for await (const field of fieldsOf(lines)) {
    if (field.tag === '20') {
      if (statement) yield* end(statement)
      statement = newStatement(field.line)
      found++
      continue
    }
    if (!statement) {
      if (/^(12|13D?|34F|90[CD])$/.test(field.tag)) continue
      throw malformed(field.line, `:${field.tag}: comes before :20:`)
    }
    yield* take(statement, field)
  }
  if (statement) yield* end(statement)
  if (found === 0) throw cutShort('there is no statement in it')
}

const newStatement = (line: number): Statement => ({
  line,
  number: null,
  accountNumbers: [],
  currency: null,
  opening: null,
  closing: null,
  available: null,
  begun: false,
  waiting: null,
})

function* take(statement: Statement, field: Field): Generator<ParsedEvent> {
  const { tag, line, lines } = field
  if (tag === '86' && statement.waiting && !statement.closing) {
    yield* rowOf(statement, statement.waiting, lines)
    statement.waiting = null
    return
  }
  if (statement.waiting) {
    yield* rowOf(statement, statement.waiting, [])
    statement.waiting = null
  }
  switch (tag) {
    case '25':
    case '25P':
      statement.accountNumbers = accountNumbersOf(lines[0]!)
      return
    case '28':
    case '28C':
      statement.number = lines[0]!.trim()
      return
    case '60F':
    case '60M':
      statement.opening = balanceOf(field, tag === '60M')
      statement.currency = statement.opening.amount.currency
      if (statement.accountNumbers.length === 0) throw malformed(line, ':25: is missing')
      statement.begun = true
      yield {
        kind: 'begin',
        line: statement.line,
        accountNumbers: statement.accountNumbers,
        currency: statement.currency,
      }
      return
    case '61':
      if (!statement.begun) throw malformed(line, ':61: comes before the opening balance')
      if (statement.closing) throw malformed(line, ':61: comes after the closing balance')
      statement.waiting = field
      return
    case '62F':
    case '62M':
      if (!statement.begun) throw malformed(line, 'the closing balance comes before the opening one')
      statement.closing = balanceOf(field, tag === '62M')
      return
    case '64':
      statement.available = datedOf(balanceOf(field, false))
  }
}

function* end(statement: Statement): Generator<ParsedEvent> {
  if (!statement.closing)
    throw cutShort(`the statement that begins at line ${statement.line} has no closing balance`)
  yield {
    kind: 'end',
    line: statement.line,
    opening: datedOf(statement.opening!),
    closing: datedOf(statement.closing),
    available: statement.available,
    interim: statement.closing.interim,
  }
}

const datedOf = ({ amount, at }: Balance): DatedMoney => ({ amount, at })

function* rowOf(statement: Statement, field: Field, details: readonly string[]): Generator<ParsedEvent> {
  yield* orRefused(field.line, () => {
    const line = parseLine61(field.lines[0]!, field.lines.slice(1).join(' '), statement.currency!)
    const { name, text, bookingText } = parseField86(details)
    return [
      {
        kind: 'parsed',
        line: field.line,
        day: isoOf(line.bookedDay),
        reference: line.bankReference,
        statement: statement.number,
        says: [line.kind, line.customerReference, line.supplement, ...details],
        row: bookedRow({
          at: noonOf(line.valueDay) < noonOf(line.bookedDay) ? noonOf(line.valueDay) : noonOf(line.bookedDay),
          postedAt: noonOf(line.bookedDay),
          amount: line.amount,
          descriptor: descriptorOf(
            name,
            text,
            line.supplement,
            bookingText,
            line.customerReference,
            line.kind,
          ),
        }),
      },
    ]
  })
}

/** `D` or `C`, a day, a currency, an amount. A balance that cannot be read makes the whole statement worth nothing. */
function balanceOf({ tag, line, lines }: Field, interim: boolean): Balance {
  const match = /^([DC])(\d{6})([A-Z]{3})([\d,.]+)\s*$/.exec(lines[0]!)
  const day = match && dayFrom(match[2]!)
  if (!day) throw malformed(line, `:${tag}: is not a balance`)
  try {
    const unit = currencyOf(match[3], `:${tag}:`)
    const amount = signedAmount(swiftAmount(match[4]!, unit, `:${tag}:`), unit, match[1] === 'C', `:${tag}:`)
    return { amount, at: noonOf(day), interim }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    throw malformed(line, `:${tag}: ${error.why}`)
  }
}

/** `10020030/1234567` is a bank's code and a number; some add the currency: `…EUR`. */
function accountNumbersOf(text: string): string[] {
  const whole = text.replace(/\s/g, '')
  const bare = whole.replace(/(?<=\d)[A-Z]{3}$/, '')
  const afterCode = bare.includes('/') ? bare.slice(bare.indexOf('/') + 1) : bare
  return [...new Set([whole, bare, afterCode])].filter((number) => number !== '')
}

async function* fieldsOf(lines: AsyncIterable<Line>): AsyncGenerator<Field> {
  let field: Field | null = null
  for await (const { number, text } of lines) {
    // `{1:…}{2:…}{4:` opens a message, `-}` or a lone `-` closes it.
    const said = text.replace(/^(\{\d:[^{}]*\})*\{4:/, '').replace(/^(\{\d:([^{}]|\{[^{}]*\})*\})+$/, '')
    if (said === '' || /^-?\}?(\{5:.*\})?$/.test(said)) {
      if (text.startsWith('-') && field) {
        yield field
        field = null
      }
      continue
    }
    const start = /^:(\d{2}[A-Z]?):(.*)$/.exec(said)
    if (start) {
      if (field) yield field
      field = { tag: start[1]!, line: number, lines: [start[2]!] }
    } else if (!field) throw malformed(number, 'the line belongs to no field')
    else if (field.lines.push(said) > LINES_PER_FIELD_MAX) throw malformed(number, 'the field does not end')
  }
  if (field) yield field
}
