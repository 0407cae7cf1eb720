import { Temporal } from 'temporal-polyfill'
import type { Period } from '../../question.ts'

type PlainDate = Temporal.PlainDate
export type Step = { days?: number; weeks?: number; months?: number; years?: number }

/** Days [start, end) in the person's calendar, and the step that leads to the span before. */
export type Span = { start: PlainDate; end: PlainDate; grain: Period['grain']; step: Step }

/** Where "today" stands: the person's date at the instant passed in. */
export type Calendar = { today: PlainDate; timeZone: string }

export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year'

export function calendarAt(now: number, timeZone: string): Calendar {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate()
  return { today, timeZone }
}

/** A day begins at the first moment the zone has of it, which is not always midnight. */
export const instantOf = (date: PlainDate, timeZone: string): number =>
  date.toZonedDateTime(timeZone).epochMilliseconds

/** The instants of a span. */
export function toPeriod(span: Span, { timeZone }: Calendar): Period {
  const from = span.grain === 'all' ? 0 : instantOf(span.start, timeZone)
  return { from, to: instantOf(span.end, timeZone), grain: span.grain }
}

/** The span that a period was made from, as far as calendars tell: to step back from a previous question's period. */
export function toSpan(period: Period, { timeZone }: Calendar): Span {
  const date = (instant: number): PlainDate =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDate()
  const [start, end] = [date(period.from), date(period.to)]
  return { start, end, grain: period.grain, step: stepOf(period.grain, start, end) }
}

function stepOf(grain: Period['grain'], start: PlainDate, end: PlainDate): Step {
  if (grain === 'week') return { weeks: 1 }
  if (grain === 'month') return { months: 1 }
  if (grain === 'year') return { years: 1 }
  if (start.day === 1 && end.day === 1) return { months: start.until(end, { largestUnit: 'months' }).months }
  return { days: start.until(end).days }
}

export const dayOf = (start: PlainDate): Span => ({
  start,
  end: start.add({ days: 1 }),
  grain: 'day',
  step: { days: 1 },
})

/** Days from `start` up to and with `last`. */
export function rangeOf(start: PlainDate, last: PlainDate): Span {
  const end = last.add({ days: 1 })
  return { start, end, grain: 'range', step: stepOf('range', start, end) }
}

/** The whole unit that holds `date`. Weeks begin on Monday (ISO 8601). */
export function unitOf(unit: Unit, date: PlainDate): Span {
  if (unit === 'day') return dayOf(date)
  if (unit === 'week') {
    const start = date.subtract({ days: date.dayOfWeek - 1 })
    return { start, end: start.add({ weeks: 1 }), grain: 'week', step: { weeks: 1 } }
  }
  if (unit === 'month') {
    const start = date.with({ day: 1 })
    return { start, end: start.add({ months: 1 }), grain: 'month', step: { months: 1 } }
  }
  if (unit === 'quarter') {
    const start = date.with({ day: 1, month: date.month - ((date.month - 1) % 3) })
    return { start, end: start.add({ months: 3 }), grain: 'range', step: { months: 3 } }
  }
  const start = date.with({ day: 1, month: 1 })
  return { start, end: start.add({ years: 1 }), grain: 'year', step: { years: 1 } }
}

export const STEPS = {
  day: { days: 1 },
  week: { weeks: 1 },
  month: { months: 1 },
  quarter: { months: 3 },
  year: { years: 1 },
} as const satisfies Record<Unit, Step>

/** The span as long as this one that ends where this one begins. */
export function before(span: Span): Span {
  // The start goes back by the calendar, not the end: 30 days before 1 March is not "the month before".
  return { ...span, start: span.start.subtract(span.step), end: span.start }
}

/** The last `count` units up to and with today: seven days are today and the six before it. */
export function lastOf(count: number, unit: Unit, { today }: Calendar): Span {
  const step = STEPS[unit]
  const back = Object.fromEntries(Object.entries(step).map(([name, value]) => [name, value * count]))
  const end = today.add({ days: 1 })
  return { start: end.subtract(back), end, grain: 'range', step: back }
}

/** From `start` up to and with today. */
export const sinceOf = (start: PlainDate, { today }: Calendar): Span => rangeOf(start, today)

/** Everything kept. */
export const allOf = ({ today }: Calendar): Span => ({
  start: Temporal.PlainDate.from('1970-01-01'),
  end: today.add({ days: 1 }),
  grain: 'all',
  step: {},
})

/** Saturday and Sunday of the week that holds `date`. */
export function weekendOf(date: PlainDate): Span {
  const saturday = date.add({ days: 6 - date.dayOfWeek })
  return { start: saturday, end: saturday.add({ days: 2 }), grain: 'range', step: { weeks: 1 } }
}
