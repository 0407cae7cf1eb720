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
 * first: all that the span touches, twelve at most. A span that is just so many steps long is given as many: "the last six
 * months" are six whole columns, of which the last may be running.
 */
export function stepsOf(
  step: Step,
  span: Span | null,
  now: number,
  timeZone: string,
): { spans: Span[]; isCut: boolean } {
  const dateAt = (at: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate()
  const last = startOf(step, dateAt(span ? Math.min(span.to - 1, now) : now))
  const plus = (count: number) => last.add({ [`${step}s`]: count })
  const count = span ? countOf(step, dateAt(span.from), dateAt(span.to), last) : STEPS_USUAL[step]
  const instant = (date: Temporal.PlainDate) => date.toZonedDateTime(timeZone).epochMilliseconds
  const spans = Array.from({ length: Math.min(count, STEPS_MAX) }, (_, i) => ({
    from: instant(plus(-i)),
    to: instant(plus(1 - i)),
  })).reverse()
  return { spans, isCut: count > STEPS_MAX }
}

/** Weeks begin on Monday (ISO 8601). */
const startOf = (step: Step, date: Temporal.PlainDate): Temporal.PlainDate =>
  step === 'month' ? date.with({ day: 1 }) : date.subtract({ days: date.dayOfWeek - 1 })

/** How many steps from `from` to `to`, the last of which begins at `last`. */
function countOf(
  step: Step,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  last: Temporal.PlainDate,
): number {
  const unit = `${step}s` as const
  const long = from.until(to, { largestUnit: unit })[unit]
  const isJust = long > 1 && from.add({ [unit]: long }).equals(to)
  const touched = startOf(step, from).until(last, { largestUnit: unit })[unit] + 1
  return Math.max(1, isJust ? Math.min(long, touched) : touched)
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
