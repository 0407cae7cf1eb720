import { type Currency, type Money, money } from '#kit'
import { type Day, isoOf, noonOf, parseIsoDay, parseIsoTime } from '../days.ts'
import { bookedRow, currencyOf, descriptorOf, type ParsedRow, signedAmount, Unreadable } from '../parsed.ts'
import { type Element, find, findAll, textAt } from './tree.ts'

/** What an entry needs to know of its statement. */
export type OfStatement = { id: string | null; currency: Currency | null }

/**
 * The rows of one entry: one, or for a batch booking one for each of its details when these say what they amount to and
 * come to the whole. Throws `Unreadable` with the element at fault.
 */
export function rowsOfEntry(entry: Element, statement: OfStatement): ParsedRow[] {
  const status = textAt(entry, 'Sts', 'Cd') ?? textAt(entry, 'Sts') ?? 'BOOK'
  if (status !== 'BOOK') throw new Unreadable('Sts', 'not-booked')
  const amount = amountOf(entry, find(entry, 'Amt'), null)
  if (statement.currency && amount.currency !== statement.currency)
    throw new Unreadable('Amt', 'currency-mismatched')
  const booked = dateOf(entry, 'BookgDt') ?? dateOf(entry, 'ValDt')
  if (!booked) throw new Unreadable('BookgDt', 'missing')

  const details = findAll(entry, 'NtryDtls').flatMap((group) => findAll(group, 'TxDtls'))
  const parts = partsOf(entry, details, amount)
  const own = entryReference(entry, statement)
  return parts.map(({ detail, amount: part, place }) => {
    const only = parts.length === 1
    const reference = only
      ? (textAt(entry, 'AcctSvcrRef') ?? textAt(detail, 'Refs', 'AcctSvcrRef') ?? own)
      : (referenceAmong(details, detail!) ?? (own && `${own}/${place}`))
    const { name, text, info } = wordsOf(entry, detail)
    return {
      kind: 'parsed',
      line: detail?.line ?? entry.line,
      day: isoOf(booked.day),
      reference,
      statement: statement.id,
      says: [
        name,
        text,
        info,
        textAt(detail, 'Refs', 'EndToEndId') ?? '',
        textAt(detail, 'Refs', 'TxId') ?? '',
      ],
      row: bookedRow({
        at: paidAt(entry, detail) ?? booked.at,
        postedAt: booked.at,
        amount: part,
        ...foreignOf(detail, part, only),
        descriptor: descriptorOf(name, text, info, reference),
        cardNumberDisplay: cardOf(entry, detail),
      }),
    }
  })
}

/** The details that stand for rows of their own, or the entry as a whole. */
function partsOf(entry: Element, details: readonly Element[], amount: Money) {
  const whole = [{ detail: details.length === 1 ? details[0] : undefined, amount, place: 1 }]
  if (details.length < 2) return whole
  const amounts: Money[] = []
  for (const detail of details) {
    const element = find(detail, 'Amt') ?? find(detail, 'AmtDtls', 'TxAmt', 'Amt')
    if (!element || element.attributes.Ccy !== amount.currency) return whole
    amounts.push(amountOf(detail, element, textAt(entry, 'CdtDbtInd')))
  }
  const sum = amounts.reduce((all, { amountMinor }) => all + amountMinor, 0)
  if (sum !== amount.amountMinor) return whole
  return details.map((detail, i) => ({ detail, amount: amounts[i]!, place: i + 1 }))
}

/** The servicer's reference of an entry; `NtryRef` is a number within the statement at many banks, so it is kept with it. */
function entryReference(entry: Element, { id }: OfStatement): string | null {
  const number = textAt(entry, 'NtryRef')
  return textAt(entry, 'AcctSvcrRef') ?? (number && id && `${id}/${number}`)
}

/** A detail's own reference, when no other detail of the batch has the same. */
function referenceAmong(details: readonly Element[], detail: Element): string | null {
  const own = textAt(detail, 'Refs', 'AcctSvcrRef')
  const same = details.filter((other) => textAt(other, 'Refs', 'AcctSvcrRef') === own)
  return own && same.length === 1 ? own : null
}

/** `CdtDbtInd` says what an entry does to the account, of a reversal too: `RvslInd` does not turn it round. */
function amountOf(holder: Element, element: Element | undefined, inherited: string | null): Money {
  if (!element?.text) throw new Unreadable('Amt', 'missing')
  const indicator = textAt(holder, 'CdtDbtInd') ?? inherited
  if (indicator === null) throw new Unreadable('CdtDbtInd', 'missing')
  if (indicator !== 'CRDT' && indicator !== 'DBIT') throw new Unreadable('CdtDbtInd', 'malformed')
  const unit = currencyOf(element.attributes.Ccy, 'Amt/@Ccy')
  return signedAmount(element.text, unit, indicator === 'CRDT', 'Amt')
}

function dateOf(holder: Element, name: string): { day: Day; at: number } | null {
  const element = find(holder, name)
  if (!element) return null
  const time = textAt(element, 'DtTm')
  if (time !== null) {
    const read = parseIsoTime(time)
    if (!read) throw new Unreadable(name, 'date-malformed')
    return read
  }
  const day = parseIsoDay(textAt(element, 'Dt') ?? '')
  if (!day) throw new Unreadable(name, 'date-malformed')
  return { day, at: noonOf(day) }
}

/** When the payment was made, where the bank says so: card rows are booked days later. */
function paidAt(entry: Element, detail: Element | undefined): number | null {
  const time = textAt(detail, 'RltdDts', 'TxDtTm') ?? textAt(detail, 'RltdDts', 'AccptncDtTm')
  const made = time === null ? null : parseIsoTime(time)
  if (made) return made.at
  const value = dateOf(entry, 'ValDt')
  const booked = dateOf(entry, 'BookgDt')
  return value && booked && value.at < booked.at ? value.at : null
}

/** Whom it was with and what they wrote. In a reversal the parties are those of the payment that is taken back. */
function wordsOf(entry: Element, detail: Element | undefined) {
  const isCredit = textAt(entry, 'CdtDbtInd') === 'CRDT'
  const isReversal = /^(true|1)$/.test(textAt(entry, 'RvslInd') ?? '')
  const role = isCredit !== isReversal ? 'Dbtr' : 'Cdtr'
  const party = find(detail, 'RltdPties', role)
  return {
    // From .001.04 on a party stands in an element of its own.
    name: textAt(party, 'Nm') ?? textAt(party, 'Pty', 'Nm') ?? '',
    text: findAll(find(detail, 'RmtInf'), 'Ustrd')
      .map(({ text }) => text)
      .join(' '),
    info: textAt(detail, 'AddtlTxInf') ?? textAt(entry, 'AddtlNtryInf') ?? '',
  }
}

/** What was paid in another currency, with its sign, and the rate where it is told in our direction. */
function foreignOf(detail: Element | undefined, amount: Money, only: boolean) {
  const instructed = find(detail, 'AmtDtls', 'InstdAmt')
  const element = find(instructed, 'Amt')
  if (!only || !element || element.attributes.Ccy === amount.currency) return {}
  const unit = currencyOf(element.attributes.Ccy, 'InstdAmt/@Ccy')
  const foreign = signedAmount(element.text, unit, amount.amountMinor >= 0, 'InstdAmt')
  const exchange = find(instructed, 'CcyXchg') ?? find(detail, 'AmtDtls', 'TxAmt', 'CcyXchg')
  const rate = textAt(exchange, 'XchgRate')
  const told = rate !== null && /^\d+(\.\d+)?$/.test(rate) && textAt(exchange, 'UnitCcy') === unit
  return { foreign: money(foreign.amountMinor, unit), ...(told && { exchangeRate: rate }) }
}

function cardOf(entry: Element, detail: Element | undefined): string | null {
  const card = find(detail, 'CardTx', 'Card') ?? find(entry, 'CardTx', 'Card')
  const number = textAt(card, 'PlainCardData', 'PAN') ?? ''
  return /(\d{4})\D*$/.exec(number)?.[1] ?? null
}
