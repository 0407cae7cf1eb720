import { Temporal } from 'temporal-polyfill'
import type { Currency } from '#kit'
import type { Span } from '#vault'
import type { Payment } from './payments.ts'

export type Step = 'week' | 'month'

/** More columns than this are no longer read on a telephone. */
const STEPS_MAX = 12
/** How many there are when no period was said. */
const STEPS_USUAL: Record<Step, number> = { week: 8, month: 6 }

/**
 * The calendar weeks or months up to the one that holds the last instant of `span`, or `now` when nothing was said, oldest
 * first: as many as the span is long. "The last six months" are six whole columns, of which the last may be running.
 */
export function stepsOf(step: Step, span: Span | null, now: number, timeZone: string): Span[] {
  const dateAt = (at: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate()
  const last = startOf(step, dateAt(span ? Math.min(span.to - 1, now) : now))
  const plus = (count: number) => last.add({ [`${step}s`]: count })
  const count = span
    ? lengthIn(step, dateAt(span.from), earlier(dateAt(span.to), plus(1)))
    : STEPS_USUAL[step]
  const instant = (date: Temporal.PlainDate) => date.toZonedDateTime(timeZone).epochMilliseconds
  return Array.from({ length: Math.max(1, Math.min(count, STEPS_MAX)) }, (_, i) => ({
    from: instant(plus(-i)),
    to: instant(plus(1 - i)),
  })).reverse()
}

const earlier = (a: Temporal.PlainDate, b: Temporal.PlainDate) =>
  Temporal.PlainDate.compare(a, b) < 0 ? a : b

/** Weeks begin on Monday (ISO 8601). */
const startOf = (step: Step, date: Temporal.PlainDate): Temporal.PlainDate =>
  step === 'month' ? date.with({ day: 1 }) : date.subtract({ days: date.dayOfWeek - 1 })

function lengthIn(step: Step, from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  const { days } = from.until(to, { largestUnit: 'days' })
  return Math.round(days / (step === 'week' ? 7 : 30.44))
}

/** Money out less refunds in each of the spans, in one currency. */
export const netIn = (spending: readonly Payment[], spans: readonly Span[], currency: Currency): number[] =>
  spans.map(({ from, to }) =>
    spending.reduce(
      (sum, { at, amount }) =>
        amount.currency === currency && at >= from && at < to ? sum - amount.amountMinor : sum,
      0,
    ),
  )
