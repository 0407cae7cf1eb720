import { createHash } from 'node:crypto'
import type { StatementEvent } from '#intake'
import { type ParsedEvent, type ParsedRow, placeOf } from './parsed.ts'

/** A reference longer than this is not one: camt's are 35 characters, OFX's 255. */
const REFERENCE_LENGTH_MAX = 255
/** What banks write where they have no reference. */
const NO_REFERENCE = /^(NONREF|NOREF|NOTPROVIDED|NOT PROVIDED|0+|-*)$/i

/**
 * Gives each row its id. The bank's reference, where there is one. Otherwise the day, what the row says, and which of the
 * rows of that day that say the same it is, counted within the statement where statements have numbers: the same file, or
 * one that overlaps it by whole days, gives the same ids, and two rows that are equal stay two.
 */
export async function* identify(
  events: AsyncIterable<ParsedEvent>,
  rule: 'reference' | 'day',
): AsyncGenerator<StatementEvent> {
  const equalRows = new Map<string, number>()
  const references = new Map<string, string>()
  let account = ''
  for await (const event of events) {
    if (event.kind === 'begin') account = event.accountNumbers.join(' ')
    if (event.kind !== 'parsed') {
      yield event
      continue
    }
    const reference = rule === 'day' ? null : usable(event.reference)
    if (reference === null) {
      yield rowOf(event, 'day', [dayIdOf(event, account, equalRows)], false)
      continue
    }
    const about = `${event.day} ${event.row.amount.amountMinor}`
    const key = `${account}\n${reference}`
    if ((references.get(key) ?? about) !== about && !event.corrects) {
      yield {
        kind: 'refused',
        row: { place: placeOf(event.line), field: 'reference', why: 'reference-reused' },
      }
      continue
    }
    const again = references.has(key)
    references.set(key, about)
    yield rowOf(event, 'reference', event.corrects ? [event.corrects, reference] : [reference], again)
  }
}

function rowOf(
  { line, day, row }: ParsedRow,
  identity: 'reference' | 'day',
  bankTransactionIds: string[],
  again: boolean,
): StatementEvent {
  return { kind: 'row', line, day, identity, again, row: { ...row, bankTransactionIds } }
}

function usable(reference: string | null): string | null {
  const trimmed = reference?.trim() ?? ''
  return trimmed.length > REFERENCE_LENGTH_MAX || NO_REFERENCE.test(trimmed) ? null : trimmed
}

function dayIdOf(
  { day, statement, says, row }: ParsedRow,
  account: string,
  seen: Map<string, number>,
): string {
  const { amountMinor, currency } = row.amount
  const words = says.map((text) => text.replace(/\s+/g, ' ').trim())
  const digest = createHash('sha256')
    .update(JSON.stringify([statement, day, amountMinor, currency, ...words]))
    .digest('base64url')
    .slice(0, 22)
  const key = `${account}\n${digest}`
  const ordinal = (seen.get(key) ?? 0) + 1
  seen.set(key, ordinal)
  return `day:${day}:${digest}:${ordinal}`
}
