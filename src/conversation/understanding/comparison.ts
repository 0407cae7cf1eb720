import type { Filter, Question } from '../question.ts'
import { before, type Calendar, type Span, toPeriod, unitOf } from './periods/span.ts'
import type { Reading } from './reading.ts'
import { spaced, type Token } from './tokens.ts'

/** `… with last`, `… avec le précédent`: the one before, without saying one of what. */
const WITH_LAST =
  / (?:with|to|and|vs|versus|than|against|avec|a|au|et|que) (?:the |le |la |celui |celle )?(?:last|previous|previous one|last one|one before|precedent|precedente|dernier|derniere|d avant)(?: one)? $/
/** What makes the period behind it the one that is compared with. */
const AGAINST = / (?:with|to|against|vs|versus|than|avec|rapport|que|compared|contre) $/

/** Two periods side by side: those that were said, or the one that was said and its natural other. */
export function comparisonOf(
  { periods, words }: Reading,
  tokens: readonly Token[],
  filter: Filter,
  calendar: Calendar,
): Question | null {
  const { period: _, ...narrowed } = filter
  const [first, second, ...more] = periods
  if (more.length > 0) return null
  const pair = (period: Span, against: Span): Question => ({
    kind: 'compare',
    period: toPeriod(period, calendar),
    against: toPeriod(against, calendar),
    filter: narrowed,
  })
  const month = unitOf('month', calendar.today)
  if (!first) return pair(month, before(month))
  if (first.span.grain === 'all') return null
  if (second) return pair(first.span, second.span)
  const current = holdsToday(first.span, calendar)
  if (WITH_LAST.test(words) || current) return pair(first.span, before(first.span))
  const compared = AGAINST.test(spaced(tokens.slice(0, first.start)))
  return compared ? pair(now(first.span, calendar), first.span) : pair(first.span, before(first.span))
}

const holdsToday = ({ start, end }: Span, { today }: Calendar): boolean =>
  start.until(today).days >= 0 && today.until(end).days > 0

/** The day, week, month or year of today that is like `span`; for any other length, as many days up to today. */
function now(span: Span, { today }: Calendar): Span {
  if (span.grain === 'range' || span.grain === 'all') {
    const end = today.add({ days: 1 })
    return { ...span, start: end.subtract(span.step), end }
  }
  return unitOf(span.grain, today)
}
