import { Temporal } from 'temporal-polyfill'
import type { Token } from '../tokens.ts'
import { glued } from '../tokens.ts'
import { anyPhraseAt, type Read, wordAt } from './cursor.ts'
import { dayNumberAt, type Said, saidAt, spanBetween, spanOfSaid } from './dates.ts'
import { relativeAt } from './relative.ts'
import { type Calendar, rangeOf, type Span, sinceOf } from './span.ts'
import { WEEKDAYS } from './words.ts'

/** A period in the utterance: tokens [start, next). */
export type FoundPeriod = { span: Span; start: number; next: number }

/** Said, but not in any calendar, not begun yet, or beyond this grammar (`until March`, `mid-October`). */
export type Unclear = 'unclear'

/** Words that lead a period in and belong to it. */
const LEADS = new Set(
  (
    'in on for of during over within throughout the le la les l au du de d en pour pendant durant sur ces cette ce this ' +
    'mois courant a cours'
  ).split(' '),
)
const SINCE = [
  'since the beginning of',
  'since the start of',
  'depuis le debut du mois de',
  'depuis le debut du mois d',
  'depuis le debut de',
  'depuis le debut d',
  'since',
  'depuis',
  'a partir du',
  'a partir de',
  'starting',
  'from',
]
const UNSUPPORTED = new Set(
  'until till before after avant apres jusqu tomorrow demain next prochain prochaine'.split(' '),
)
const PARTS = new Set('early late mid beginning end start debut fin mi milieu'.split(' '))

/** Every period in the utterance, in order; `unclear` as soon as one cannot be told for certain. */
export function findPeriods(tokens: readonly Token[], calendar: Calendar): FoundPeriod[] | Unclear {
  const found: FoundPeriod[] = []
  for (let i = 0; i < tokens.length; ) {
    const read = periodAt(tokens, i, calendar)
    if (read === 'unclear') return 'unclear'
    if (!read) {
      i++
      continue
    }
    if (Temporal.PlainDate.compare(read.value.start, calendar.today) > 0) return 'unclear'
    const start = leadStart(tokens, i, found.at(-1)?.next ?? 0)
    const before = wordAt(tokens, start - 1)
    if (UNSUPPORTED.has(before) || PARTS.has(before)) return 'unclear'
    found.push({ span: read.value, start, next: read.next })
    i = read.next
  }
  return found
}

function leadStart(tokens: readonly Token[], i: number, floor: number): number {
  let start = i
  while (start > floor && LEADS.has(wordAt(tokens, start - 1))) start--
  return start
}

function periodAt(tokens: readonly Token[], i: number, calendar: Calendar): Read<Span> | Unclear | null {
  return betweenAt(tokens, i, calendar) ?? sinceAt(tokens, i, calendar) ?? singleAt(tokens, i, calendar)
}

function singleAt(tokens: readonly Token[], i: number, calendar: Calendar): Read<Span> | Unclear | null {
  const relative = relativeAt(tokens, i, calendar)
  if (relative) return relative
  const weekdayThenDate = WEEKDAYS.has(wordAt(tokens, i)) ? 1 : 0
  const said = saidAt(tokens, i + weekdayThenDate, LEADS.has(wordAt(tokens, i - 1)))
  if (said) {
    const span = spanOfSaid(said.value, calendar)
    return span ? { value: span, next: said.next } : 'unclear'
  }
  return dayAloneAt(tokens, i, calendar)
}

/** `on the 12th`, `le 12`: the latest twelfth that has begun, when nothing after it makes the number something else. */
function dayAloneAt(tokens: readonly Token[], i: number, calendar: Calendar): Read<Span> | Unclear | null {
  const article = wordAt(tokens, i - 1)
  if (article !== 'the' && article !== 'le') return null
  const day = tokens[i]?.kind === 'number' || wordAt(tokens, i) === 'premier' ? dayNumberAt(tokens, i) : null
  if (!day) return null
  const ordinal = day.next > i + 1 && glued(tokens[i], tokens[i + 1])
  const after = tokens[day.next]
  if (!ordinal && (article === 'the' || (after && after.kind !== 'break'))) return null
  if (after && /^(?:quarter|trimestre)$/.test(after.text)) return null
  const { today } = calendar
  for (let back = 0; back < 3; back++) {
    const month = today.with({ day: 1 }).subtract({ months: back })
    if (day.value < 1 || day.value > month.daysInMonth) continue
    const date = month.with({ day: day.value })
    if (Temporal.PlainDate.compare(date, today) <= 0) return { value: rangeOfDay(date), next: day.next }
  }
  return 'unclear'
}

const rangeOfDay = (date: Temporal.PlainDate): Span => ({ ...rangeOf(date, date), grain: 'day' })

/** `since March`, `depuis lundi`, `since last month`: up to and with today. */
function sinceAt(tokens: readonly Token[], i: number, calendar: Calendar): Read<Span> | Unclear | null {
  const at = anyPhraseAt(tokens, i, SINCE)
  if (at === null) return null
  const article = anyPhraseAt(tokens, at, ['the', 'le', 'la', 'l']) ?? at
  const said = saidAt(tokens, article, true)
  const span = said ? spanOfSaid(said.value, calendar) : undefined
  if (span === null) return 'unclear'
  const single = span ? { value: span, next: said!.next } : singleAt(tokens, article, calendar)
  if (!single || single === 'unclear') return single
  // `from yesterday`, `from last month` name the period itself; only a point in the calendar opens one up to today.
  if (wordAt(tokens, i) === 'from' && !said) return single
  if (Temporal.PlainDate.compare(single.value.start, calendar.today) > 0) return 'unclear'
  return { value: sinceOf(single.value.start, calendar), next: single.next }
}

const BETWEEN: readonly [opens: readonly string[], joins: readonly string[]][] = [
  [
    ['between', 'entre'],
    ['and', 'et'],
  ],
  [
    ['from', 'du', 'de', 'depuis'],
    ['to', 'till', 'until', 'through', 'au', 'a', 'jusqu au', 'jusqu a'],
  ],
]

/** `between 1 and 15 October`, `entre le 1er et le 15 octobre`, `from 3 to 9 Nov`, `de janvier à mars`, `1-15 October`, `October 1-15`. */
function betweenAt(tokens: readonly Token[], i: number, calendar: Calendar): Read<Span> | Unclear | null {
  for (const [opens, joins] of BETWEEN) {
    const at = anyPhraseAt(tokens, i, opens)
    const from = at === null ? null : endAt(tokens, at, calendar)
    const join = from && anyPhraseAt(tokens, from.next, joins)
    if (!from || join === null) continue
    const to = endAt(tokens, join, calendar)
    if (to) return joined(from.value, to, calendar)
    if (opens[0] === 'between') return 'unclear'
  }
  const from = endAt(tokens, i, calendar)
  const dash = from && tokens[from.next]?.text === '-' ? from.next + 1 : from && bareJoin(tokens, from)
  const to = dash ? endAt(tokens, dash, calendar) : null
  if (!from || !to || !('said' in from.value) || !('said' in to.value)) return null
  return (from.value.said.month ?? to.value.said.month) ? joined(from.value, to, calendar) : null
}

/** `3 to 9 Nov` without its "from": only between two days or months, never between two amounts. */
const bareJoin = (tokens: readonly Token[], from: Read<End>): number | null =>
  'said' in from.value ? anyPhraseAt(tokens, from.next, ['to', 'au']) : null

type End = { said: Said } | { span: Span }

function endAt(tokens: readonly Token[], i: number, calendar: Calendar): Read<End> | null {
  const at = anyPhraseAt(tokens, i, ['the', 'le', 'l']) ?? i
  const said = saidAt(tokens, at, true)
  if (said) return { value: { said: said.value }, next: said.next }
  const relative = relativeAt(tokens, at, calendar)
  if (relative) return { value: { span: relative.value }, next: relative.next }
  const day = dayNumberAt(tokens, at)
  return day && { value: { said: { day: day.value } }, next: day.next }
}

function joined(from: End, to: Read<End>, calendar: Calendar): Read<Span> | Unclear | null {
  if ('said' in from && 'said' in to.value) {
    if (from.said.month === undefined && to.value.said.month === undefined) return null
    const span = spanBetween(from.said, to.value.said, calendar)
    return span ? { value: span, next: to.next } : 'unclear'
  }
  const start = spanOfEnd(from, calendar)
  const end = spanOfEnd(to.value, calendar)
  if (!start || !end || Temporal.PlainDate.compare(start.start, end.end) >= 0) return 'unclear'
  return { value: rangeOf(start.start, end.end.subtract({ days: 1 })), next: to.next }
}

const spanOfEnd = (end: End, calendar: Calendar): Span | null =>
  'span' in end ? end.span : end.said.month === undefined ? null : spanOfSaid(end.said, calendar)
