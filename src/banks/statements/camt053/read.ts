import type { DatedMoney } from '#intake'
import { type Currency, currency } from '#kit'
import { noonOf, parseIsoDay, parseIsoTime } from '../days.ts'
import { currencyOf, malformed, orRefused, type ParsedEvent, signedAmount, Unreadable } from '../parsed.ts'
import { readXml } from '../xml.ts'
import { rowsOfEntry } from './entry.ts'
import { createGatherer, type Element, find, textAt } from './tree.ts'

type Balance = DatedMoney & { type: string }
type Statement = {
  line: number
  id: string | null
  accountNumbers: string[]
  currency: Currency | null
  balances: Balance[]
  begun: boolean
}

/** Children of a statement that are gathered whole; the others are passed over. */
const GATHERED = ['Id', 'Acct', 'Bal', 'Ntry']

/** Reads ISO 20022 camt.053: statements one after the other, entry by entry. `version` is the message's name. */
export async function* readCamt053(
  text: AsyncIterable<string>,
  version: string,
): AsyncGenerator<ParsedEvent> {
  const namespace = `urn:iso:std:iso:20022:tech:xsd:${version}`
  const path: string[] = []
  let statement: Statement | null = null
  let gatherer: ReturnType<typeof createGatherer> | null = null
  let found = 0
  for await (const piece of readXml(text)) {
    if (gatherer) {
      const element = gatherer.take(piece)
      if (!element) continue
      gatherer = null
      yield* take(statement!, element)
      continue
    }
    if (piece.kind === 'close') {
      path.pop()
      if (piece.name === 'Stmt' && statement) {
        yield* begin(statement)
        yield endOf(statement)
        statement = null
      }
      continue
    }
    if (piece.uri !== namespace && path.length < 3)
      throw malformed(piece.line, `${piece.name} is not of ${version}`)
    if (statement && path.at(-1) === 'Stmt' && GATHERED.includes(piece.name)) {
      gatherer = createGatherer(piece)
      continue
    }
    path.push(piece.name)
    if (path.join('/') === 'Document/BkToCstmrStmt/Stmt') {
      statement = {
        line: piece.line,
        id: null,
        accountNumbers: [],
        currency: null,
        balances: [],
        begun: false,
      }
      found++
    }
  }
  if (found === 0) throw malformed(1, 'there is no statement in it')
}

function* take(statement: Statement, element: Element): Generator<ParsedEvent> {
  switch (element.name) {
    case 'Id':
      statement.id = element.text || null
      return
    case 'Acct':
      statement.accountNumbers = accountNumbersOf(element)
      statement.currency = accountCurrency(element)
      return
    case 'Bal':
      statement.balances.push(...balanceOf(element))
      return
    case 'Ntry':
      yield* begin(statement)
      yield* orRefused(element.line, () => rowsOfEntry(element, statement))
  }
}

function* begin(statement: Statement): Generator<ParsedEvent> {
  if (statement.begun) return
  if (statement.accountNumbers.length === 0) throw malformed(statement.line, 'the statement names no account')
  statement.begun = true
  // The account's own currency may be left out: its balances tell it.
  statement.currency ??= statement.balances[0]?.amount.currency ?? null
  const { line, accountNumbers, currency: unit } = statement
  yield { kind: 'begin', line, accountNumbers, currency: unit }
}

function accountNumbersOf(account: Element): string[] {
  const iban = textAt(account, 'Id', 'IBAN')?.replace(/\s/g, '').toUpperCase()
  const other = textAt(account, 'Id', 'Othr', 'Id')
  return [iban, other].filter((number): number is string => !!number)
}

function accountCurrency(account: Element): Currency | null {
  const code = textAt(account, 'Ccy')
  if (code === null) return null
  try {
    return currency(code)
  } catch {
    throw malformed(account.line, 'the account has a currency that ISO 4217 does not know')
  }
}

/** A balance that cannot be read makes a statement that cannot be checked: the file is refused. */
function balanceOf(balance: Element): Balance[] {
  const type = textAt(balance, 'Tp', 'CdOrPrtry', 'Cd')
  if (type === null) return []
  try {
    const amount = find(balance, 'Amt')
    const unit = currencyOf(amount?.attributes.Ccy, 'Bal')
    const indicator = textAt(balance, 'CdtDbtInd')
    if (indicator !== 'CRDT' && indicator !== 'DBIT') throw new Unreadable('CdtDbtInd', 'malformed')
    const day = parseIsoDay(textAt(balance, 'Dt', 'Dt') ?? '')
    const at = day ? noonOf(day) : parseIsoTime(textAt(balance, 'Dt', 'DtTm') ?? '')?.at
    if (at === undefined) throw new Unreadable('Dt', 'date-malformed')
    return [{ type, amount: signedAmount(amount!.text, unit, indicator === 'CRDT', 'Bal'), at }]
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    throw malformed(balance.line, `the balance ${type}: ${error.field} ${error.why}`)
  }
}

/**
 * Opening: OPBD, or the closing balance of the statement before (PRCD). A page of a longer statement begins or ends with
 * an interim balance (ITBD) instead.
 */
function endOf({ line, balances }: Statement): ParsedEvent {
  const of = (type: string) => balances.find((balance) => balance.type === type) ?? null
  const interim = balances.filter(({ type }) => type === 'ITBD')
  const first = of('OPBD') ?? of('PRCD')
  const opening = first ?? (of('CLBD') || interim.length > 1 ? (interim[0] ?? null) : null)
  const closing = of('CLBD') ?? interim.findLast((balance) => balance !== opening) ?? null
  const dated = (balance: Balance | null): DatedMoney | null =>
    balance && { amount: balance.amount, at: balance.at }
  return {
    kind: 'end',
    line,
    opening: dated(opening),
    closing: dated(closing),
    available: dated(of('CLAV')),
    interim: closing?.type === 'ITBD',
  }
}
