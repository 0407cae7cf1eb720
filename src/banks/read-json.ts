import type { z } from 'zod'
import type { RefusedRow } from '#intake'
import { Fault, type Money, moneyFromDecimal } from '#kit'
import { NumberText, parseExactJson } from './exact-json.ts'

/** A bank that pages for ever is stopped here. */
const PAGES_MAX = 400

/** A token that is not good (RFC 6750, section 3.1) may be renewed; what is refused to a good one stays refused. */
export const refusalCode = (status: number) => (status === 401 ? 'bank-token-refused' : 'bank-refused')

/**
 * An answer's JSON by its shape, numbers with every digit. Throws `bank-refused`, `bank-token-refused` or
 * `bank-answer-malformed`.
 */
export async function readJson<T>(response: Response, shape: z.ZodType<T>): Promise<T> {
  if (!response.ok) throw new Fault(refusalCode(response.status), { detail: `status ${response.status}` })
  if (!isJson(response)) throw new Fault('bank-answer-malformed', { detail: 'content-type' })
  const result = shape.safeParse(parseExactJson(await response.text(), 'bank-answer-malformed'))
  if (!result.success) throw new Fault('bank-answer-malformed', { detail: fieldAtFault(result.error) })
  return result.data
}

/**
 * Follows a standard's pages: `nextOf` says where the next one is, or undefined on the last. Stops a bank that names the
 * same page twice or does not end, and yields no page before it was read whole.
 */
export async function* followPages<T>(
  first: string,
  read: (place: string) => Promise<T>,
  nextOf: (page: T) => string | undefined,
): AsyncGenerator<T> {
  const seen = new Set<string>()
  let place: string | undefined = first
  for (let page = 0; page < PAGES_MAX; page++) {
    if (seen.has(place)) throw new Fault('bank-answer-malformed', { detail: 'a page comes again' })
    seen.add(place)
    const answer: T = await read(place)
    yield answer
    place = nextOf(answer)
    if (place === undefined) return
  }
  throw new Fault('bank-answer-malformed', { detail: 'the pages do not end' })
}

/** Where a bank's link to its next page leads. The person's token goes there too: so to the bank's own API, and nowhere else. */
export function followLink(link: string, from: URL): URL {
  const next = URL.canParse(link, from) ? new URL(link, from) : null
  if (next?.origin !== from.origin || next.username || next.password)
    throw new Fault('bank-answer-malformed', { detail: 'the next page is at another address' })
  return next
}

/** Why a row is set aside, found while it is turned into ours: the field by the standard's name, never its value. */
export class UnreadableRow extends Error {
  readonly field: string
  readonly why: RefusedRow['why']

  constructor(field: string, why: RefusedRow['why']) {
    super(`${field}: ${why}`)
    this.name = 'UnreadableRow'
    this.field = field
    this.why = why
  }
}

/** Money of a row. Throws `UnreadableRow` with the one of its two fields that is at fault. */
export function moneyOf(decimal: string, code: string, fields: { amount: string; currency: string }): Money {
  try {
    return moneyFromDecimal(decimal, code)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    if (error.code === 'currency-unknown') throw new UnreadableRow(fields.currency, error.code)
    if (error.code === 'amount-malformed') throw new UnreadableRow(fields.amount, error.code)
    throw error
  }
}

const EARLIEST = Date.UTC(1970, 0, 1)
const LATEST = Date.UTC(2100, 0, 1)

/** An instant of a row. Throws `UnreadableRow` for one that no bank's row is of, such as of the year 1 or 9999. */
export function plausible(at: number, field: string): number {
  if (!(at >= EARLIEST && at < LATEST)) throw new UnreadableRow(field, 'date-malformed')
  return at
}

/**
 * Reads each row by itself, so that one that is not as the standard says is set aside with its reason and the rest goes on.
 * `normalise` may throw `UnreadableRow`, `amount-malformed` or `currency-unknown`; any other fault ends the whole answer. What
 * it makes null of is nothing to keep.
 */
export function readRows<T, R>(
  rows: readonly unknown[],
  about: { bankAccountId: string | null; list: string; amountField: string },
  shape: z.ZodType<T>,
  normalise: (row: T) => R | null,
): { rows: R[]; refused: RefusedRow[] } {
  const read: R[] = []
  const refused: RefusedRow[] = []
  rows.forEach((row, i) => {
    const { bankAccountId } = about
    const place = `${about.list}[${i}]`
    // A bare number is held as an object here, which it must not pass for.
    const result = shape.safeParse(row instanceof NumberText ? row.text : row)
    if (!result.success) {
      refused.push({ bankAccountId, place, field: fieldAtFault(result.error), why: whyOf(result.error, row) })
      return
    }
    try {
      const made = normalise(result.data)
      if (made !== null) read.push(made)
    } catch (error) {
      if (error instanceof UnreadableRow) {
        refused.push({ bankAccountId, place, field: error.field, why: error.why })
        return
      }
      if (!(error instanceof Fault)) throw error
      if (error.code !== 'amount-malformed' && error.code !== 'currency-unknown') throw error
      refused.push({ bankAccountId, place, field: about.amountField, why: error.code })
    }
  })
  return { rows: read, refused }
}

/** The field that does not fit, by its path; never its value. */
export function fieldAtFault(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') || 'the whole answer'
}

function whyOf(error: z.ZodError, row: unknown): 'missing' | 'malformed' {
  let value = row
  for (const name of error.issues[0]?.path ?? [])
    value = (value as Record<PropertyKey, unknown> | null)?.[name]
  return value === undefined || value === null ? 'missing' : 'malformed'
}

const isJson = ({ headers }: Response) =>
  /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(headers.get('content-type') ?? '')
