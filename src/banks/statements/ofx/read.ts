import type { DatedMoney } from '#intake'
import { type Currency, type Money, money } from '#kit'
import { isoOf, parseOfxTime } from '../days.ts'
import {
  bookedRow,
  currencyOf,
  cutShort,
  decimalAmount,
  descriptorOf,
  malformed,
  orRefused,
  type ParsedEvent,
  type ParsedRow,
  Unreadable,
} from '../parsed.ts'
import { fromSgml, fromXml, type OfxPiece } from './pieces.ts'

/** The aggregates that are told apart. Others, and elements that a bank left empty, are passed over. */
const AGGREGATES = new Set([
  'OFX',
  'BANKMSGSRSV1',
  'CREDITCARDMSGSRSV1',
  'STMTTRNRS',
  'CCSTMTTRNRS',
  'STMTRS',
  'CCSTMTRS',
  'BANKACCTFROM',
  'CCACCTFROM',
  'BANKTRANLIST',
  'STMTTRN',
  'LEDGERBAL',
  'AVAILBAL',
  'PAYEE',
  'BANKACCTTO',
  'CCACCTTO',
  'CURRENCY',
  'ORIGCURRENCY',
])
const STATEMENTS = ['STMTRS', 'CCSTMTRS']

type Fields = Map<string, string>
type Statement = {
  line: number
  currency: string | null
  accountNumbers: string[]
  begun: boolean
  closing: DatedMoney | null
  available: DatedMoney | null
}

/** Reads the bank and card statements of an OFX file. `signs` says what tells money out: the amount, or its type. */
export async function* readOfx(
  text: AsyncIterable<string>,
  version: string,
  signs: 'by-amount' | 'by-type',
): AsyncGenerator<ParsedEvent> {
  const path: { name: string; line: number; fields: Fields }[] = []
  let statement: Statement | null = null
  let found = 0
  for await (const piece of version === 'OFX 2' ? fromXml(text) : fromSgml(text)) {
    if (piece.kind === 'value') {
      noteValue(path.at(-1), statement, piece)
      continue
    }
    if (!AGGREGATES.has(piece.name)) continue
    if (piece.kind === 'open') {
      if (path.length > 30) throw malformed(piece.line, 'aggregates are nested too deeply')
      path.push({ name: piece.name, line: piece.line, fields: new Map() })
      if (STATEMENTS.includes(piece.name)) {
        found++
        statement = {
          line: piece.line,
          currency: null,
          accountNumbers: [],
          begun: false,
          closing: null,
          available: null,
        }
      }
      continue
    }
    const closed = path.pop()
    if (closed?.name !== piece.name) throw malformed(piece.line, `</${piece.name}> closes nothing`)
    if (statement) yield* take(statement, closed, path.at(-1)?.fields, signs)
    if (STATEMENTS.includes(piece.name)) statement = null
  }
  if (path.length > 0) throw cutShort(`${path.at(-1)!.name} is not closed`)
  if (found === 0) throw malformed(1, 'there is no bank or card statement in it')
}

function noteValue(
  holder: { name: string; fields: Fields } | undefined,
  statement: Statement | null,
  piece: OfxPiece & { kind: 'value' },
): void {
  if (holder && !holder.fields.has(piece.name)) holder.fields.set(piece.name, piece.text)
  if (statement && holder && STATEMENTS.includes(holder.name) && piece.name === 'CURDEF')
    statement.currency = piece.text
}

function* take(
  statement: Statement,
  closed: { name: string; line: number; fields: Fields },
  around: Fields | undefined,
  signs: 'by-amount' | 'by-type',
): Generator<ParsedEvent> {
  const { name, line, fields } = closed
  switch (name) {
    case 'BANKACCTFROM':
    case 'CCACCTFROM': {
      const id = fields.get('ACCTID')
      const bank = fields.get('BANKID')
      statement.accountNumbers = id ? [...(bank ? [`${bank}/${id}`] : []), id] : []
      return
    }
    case 'CURRENCY':
      // The row is in another currency than its account, at a rate that gives no exact amount.
      around?.set('CURRENCY', fields.get('CURSYM') ?? '')
      return
    case 'PAYEE':
      if (fields.has('NAME') && !around?.has('NAME')) around?.set('NAME', fields.get('NAME')!)
      return
    case 'STMTTRN':
      yield* begin(statement)
      yield* orRefused(line, () => [rowOf(line, fields, unitOf(statement), signs)])
      return
    case 'LEDGERBAL':
      statement.closing = balanceOf(line, fields, unitOf(statement))
      return
    case 'AVAILBAL':
      statement.available = balanceOf(line, fields, unitOf(statement))
      return
    case 'STMTRS':
    case 'CCSTMTRS':
      yield* begin(statement)
      // OFX tells what an account holds when the file is made, not before the first row: there is no sum to check.
      yield {
        kind: 'end',
        line: statement.line,
        opening: null,
        closing: statement.closing,
        available: statement.available,
        interim: false,
      }
  }
}

function* begin(statement: Statement): Generator<ParsedEvent> {
  if (statement.begun) return
  if (statement.accountNumbers.length === 0) throw malformed(statement.line, 'the statement names no account')
  statement.begun = true
  yield {
    kind: 'begin',
    line: statement.line,
    accountNumbers: statement.accountNumbers,
    currency: unitOf(statement),
  }
}

function unitOf({ currency, line }: Statement): Currency {
  try {
    return currencyOf(currency, 'CURDEF')
  } catch (error) {
    throw malformed(line, `CURDEF ${(error as Unreadable).why}`)
  }
}

function rowOf(line: number, fields: Fields, unit: Currency, signs: 'by-amount' | 'by-type'): ParsedRow {
  const other = fields.get('CURRENCY')
  if (other !== undefined && other.toUpperCase() !== unit)
    throw new Unreadable('CURRENCY', 'currency-mismatched')
  const posted = timeOf(fields, 'DTPOSTED')
  if (!posted) throw new Unreadable('DTPOSTED', 'missing')
  const correctsId = fields.get('CORRECTFITID')
  const words = [fields.get('NAME') ?? '', fields.get('MEMO') ?? '', fields.get('CHECKNUM') ?? '']
  return {
    kind: 'parsed',
    line,
    day: isoOf(posted.day),
    reference: fields.get('FITID') ?? null,
    statement: null,
    says: [fields.get('TRNTYPE') ?? '', ...words],
    ...(correctsId && { corrects: correctsId }),
    row: bookedRow({
      at: (timeOf(fields, 'DTUSER') ?? posted).at,
      postedAt: posted.at,
      amount: amountOf(fields, unit, signs),
      // A deletion comes as a row that names the one it takes back.
      ...(correctsId && fields.get('CORRECTACTION') === 'DELETE' && { status: 'reversed' as const }),
      descriptor: descriptorOf(fields.get('NAME'), fields.get('MEMO'), fields.get('TRNTYPE')),
    }),
  }
}

/** TRNAMT is signed. Where its type says otherwise, one of the two is wrong, and which is not for us to guess. */
function amountOf(fields: Fields, unit: Currency, signs: 'by-amount' | 'by-type'): Money {
  const read = ofxAmount(fields.get('TRNAMT'), unit, 'TRNAMT')
  const type = fields.get('TRNTYPE')?.toUpperCase()
  if (type !== 'DEBIT' && type !== 'CREDIT') return read
  if (signs === 'by-type') {
    const absolute = Math.abs(read.amountMinor)
    return money(type === 'DEBIT' && absolute !== 0 ? -absolute : absolute, unit)
  }
  if ((type === 'DEBIT' && read.amountMinor > 0) || (type === 'CREDIT' && read.amountMinor < 0))
    throw new Unreadable('TRNAMT', 'sign-contradicted')
  return read
}

/** The decimal mark is a point or a comma (OFX 2.2, 3.2.9.1); nothing separates thousands. */
function ofxAmount(text: string | undefined, unit: Currency, field: string): Money {
  if (text === undefined) throw new Unreadable(field, 'missing')
  const plain = text
    .replace(/^\+/, '')
    .replace(',', '.')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.$/, '')
  return decimalAmount(plain, unit, field)
}

function timeOf(fields: Fields, name: string) {
  const text = fields.get(name)
  if (text === undefined) return null
  const time = parseOfxTime(text)
  if (!time) throw new Unreadable(name, 'date-malformed')
  return time
}

/** A balance that cannot be read is as good as none: OFX has no sum to check by it. */
function balanceOf(line: number, fields: Fields, unit: Currency): DatedMoney | null {
  let read: DatedMoney | null = null
  orRefused(line, () => {
    const asOf = timeOf(fields, 'DTASOF')
    if (asOf) read = { amount: ofxAmount(fields.get('BALAMT'), unit, 'BALAMT'), at: asOf.at }
    return []
  })
  return read
}
