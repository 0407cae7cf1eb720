import { Temporal } from 'temporal-polyfill'
import type { Token } from '../tokens.ts'
import { glued } from '../tokens.ts'
import { countAt, type Read, wordAt } from './cursor.ts'
import { type Calendar, dayOf, rangeOf, type Span, unitOf } from './span.ts'
import { AMBIGUOUS_MONTHS, MONTHS } from './words.ts'

type PlainDate = Temporal.PlainDate

/** A date as far as it was said. Without a day it is a whole month; without a month, a day of a month said elsewhere. */
export type Said = { day?: number; month?: number; year?: number }

/** How far back a day that not every year has may lie: 29 February skips eight years around 1900 and 2100. */
const YEARS_BACK_MAX = 8

const FIRST = new Set(['premier', 'first'])
const ORDINAL_ENDINGS = new Set('st nd rd th er e eme'.split(' '))

/** A day or a month: `12 November 2025`, `November 12th`, `1er octobre`, `oct`, `12/11` (day first), `2026-11-12`. */
export function saidAt(tokens: readonly Token[], i: number, introduced: boolean): Read<Said> | null {
  const token = tokens[i]
  if (!token) return null
  if (token.kind === 'date') return { value: writtenDate(token.text), next: i + 1 }
  const day = dayNumberAt(tokens, i)
  if (day) {
    const of = wordAt(tokens, day.next)
    const month = monthNameAt(tokens, of === 'of' || of === 'de' || of === 'd' ? day.next + 1 : day.next)
    return month && withYear(tokens, { day: day.value, month: month.value }, month.next)
  }
  const name = monthNameAt(tokens, i)
  if (!name) return null
  const dayAfter = dayNumberAt(tokens, name.next)
  if (dayAfter && dayAfter.value <= 99 && !isMoney(tokens, dayAfter.next))
    return withYear(tokens, { day: dayAfter.value, month: name.value }, dayAfter.next)
  const read = withYear(tokens, { month: name.value }, name.next)
  const plain = read.value.year === undefined && AMBIGUOUS_MONTHS.has(token.text) && !introduced
  return plain ? null : read
}

/** `the 1st`, `1er`, `le 15`: a day whose month is said elsewhere. */
export function dayNumberAt(tokens: readonly Token[], i: number): Read<number> | null {
  const at = FIRST.has(wordAt(tokens, i)) ? { value: 1, next: i + 1 } : countAt(tokens, i)
  if (!at || at.value > 99) return null
  const ending = glued(tokens[at.next - 1], tokens[at.next]) && ORDINAL_ENDINGS.has(wordAt(tokens, at.next))
  return { value: at.value, next: ending ? at.next + 1 : at.next }
}

/** A year of four digits that a bank can know of. */
export function yearAt(tokens: readonly Token[], i: number): Read<number> | null {
  const token = tokens[i]
  return token?.kind === 'number' && /^(?:19|20)\d\d$/.test(token.text)
    ? { value: Number(token.text), next: i + 1 }
    : null
}

function monthNameAt(tokens: readonly Token[], i: number): Read<number> | null {
  const value = MONTHS.get(wordAt(tokens, i))
  if (value === undefined) return null
  // `nov.` ends an abbreviation, not the sentence, when a number follows.
  const dot = tokens[i + 1]?.text === '.' && tokens[i + 2]?.kind === 'number' ? 1 : 0
  return { value, next: i + 1 + dot }
}

function withYear(tokens: readonly Token[], said: Said, at: number): Read<Said> {
  const comma = tokens[at]?.text === ',' ? 1 : 0
  const of = wordAt(tokens, at) === 'of' || wordAt(tokens, at) === 'de' ? 1 : 0
  const year = yearAt(tokens, at + comma + of)
  return year ? { value: { ...said, year: year.value }, next: year.next } : { value: said, next: at }
}

const isMoney = (tokens: readonly Token[], i: number): boolean =>
  /^(?:[£€$]|euros?|pounds?|livres?|dollars?|quid)$/.test(tokens[i]?.text ?? '')

/** Day first, as in Europe; the year first only as ISO 8601 writes it. Two digits of a year are of this century. */
function writtenDate(text: string): Said {
  const parts = text.split(/[-/.]/).map(Number) as [number, number, number?]
  if (/^\d{4}/.test(text)) return { year: parts[0], month: parts[1], day: parts[2] }
  if (/^\d{1,2}\/\d{4}$/.test(text)) return { month: parts[0], year: parts[1] }
  const [day, month, year] = parts
  return year === undefined ? { day, month } : { day, month, year: year < 100 ? 2000 + year : year }
}

/** The span that was said: without a year, the latest that has begun. Null when no calendar has such a date. */
export function spanOfSaid(said: Said, calendar: Calendar): Span | null {
  for (const year of yearsFor(said, calendar)) {
    const first = firstDay({ ...said, year })
    if (!first) continue
    if (said.year === undefined && Temporal.PlainDate.compare(first, calendar.today) > 0) continue
    return said.day === undefined ? unitOf('month', first) : dayOf(first)
  }
  return null
}

/**
 * Days from `from` to `to`, both counted in. What one end leaves out the other lends: "1 and 15 October". Without a
 * year, the latest that has begun. Null when an end is impossible or they are the wrong way round.
 */
export function spanBetween(from: Said, to: Said, calendar: Calendar): Span | null {
  const last: Said = { ...to, month: to.month ?? from.month }
  const lastYear = to.year ?? (to.month === undefined ? from.year : undefined)
  for (const year of lastYear === undefined ? yearsFor(last, calendar, 1) : [lastYear]) {
    const end = lastDay({ ...last, year })
    const start = end && startBefore(from, end, from.year ?? (lastYear === undefined ? undefined : null))
    if (!start || !end) continue
    // Whole months have begun at both ends; days may go on to the end of a range that has begun.
    const begun = to.day === undefined ? end.with({ day: 1 }) : start
    const open = from.year === undefined && lastYear === undefined
    if (open && Temporal.PlainDate.compare(begun, calendar.today) > 0) continue
    return Temporal.PlainDate.compare(start, end) <= 0 ? rangeOf(start, end) : null
  }
  return null
}

/** The start of a range, in the year or month before its end when it would otherwise come after it. */
function startBefore(from: Said, end: PlainDate, year: number | null | undefined): PlainDate | null {
  if (typeof year === 'number') return firstDay({ ...from, month: from.month ?? end.month, year })
  const start = firstDay({ ...from, month: from.month ?? end.month, year: end.year })
  if (!start || Temporal.PlainDate.compare(start, end) <= 0) return start
  if (from.month !== undefined) return firstDay({ ...from, year: end.year - 1 })
  const previous = end.subtract({ months: 1 })
  return firstDay({ ...from, month: previous.month, year: previous.year })
}

const yearsFor = ({ year }: Said, { today }: Calendar, ahead = 0): number[] =>
  year === undefined
    ? Array.from({ length: YEARS_BACK_MAX + 1 + ahead }, (_, back) => today.year + ahead - back)
    : [year]

function firstDay({ day, month, year }: Said): PlainDate | null {
  if (month === undefined || year === undefined || month < 1 || month > 12) return null
  const first = Temporal.PlainDate.from({ year, month, day: 1 })
  if (day === undefined) return first
  return day >= 1 && day <= first.daysInMonth ? first.with({ day }) : null
}

function lastDay(said: Said): PlainDate | null {
  const first = firstDay(said)
  return first && said.day === undefined ? first.with({ day: first.daysInMonth }) : first
}
