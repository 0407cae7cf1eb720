import type { Filter, Period, Question } from '../../question.ts'

/** The people of these tables live in London, and it is Wednesday 18 November 2026, ten in the morning. */
export const NOW = Date.parse('2026-11-18T10:00:00Z')
export const TIME_ZONE = 'Europe/London'

/** A question on one line, its periods with their first and last day: `spending | merchant Lidl | month 2026-10-01 2026-10-31`. */
export function lineOf(question: Question, timeZone = TIME_ZONE): string {
  const days = new Intl.DateTimeFormat('sv', { timeZone })
  const period = ({ from, to, grain }: Period): string =>
    [grain, ...(grain === 'all' ? [] : [days.format(from)]), days.format(to - 1)].join(' ')
  const filter = ({ merchant, category, period: at, size }: Filter): (string | undefined)[] => [
    size && [size.bound, size.amountMinor, size.toMinor, size.currency].filter(Boolean).join(' '),
    merchant && `merchant ${merchant}`,
    category && `category ${category}`,
    at && period(at),
  ]
  const parts: (string | undefined)[] = [question.kind]
  if (question.kind === 'transactions') parts.push(`${question.largest ? 'largest ' : ''}${question.count}`)
  if (question.kind === 'spending-by') parts.push(`by ${question.by}`)
  if (question.kind === 'over-time') parts.push(`each ${question.step}`)
  if (question.kind === 'forecast') {
    const { until } = question
    if ('at' in until) parts.push(`until ${days.format(until.at - 1)}`)
    else parts.push(`${until.isWith ? 'with' : 'before'} ${until.event}`)
    parts.push(question.insteadOfPast && 'instead of past')
  }
  if (question.kind === 'find') parts.push(`${question.amountMinor} ${question.currency ?? '-'}`)
  if (question.kind === 'compare') parts.push(period(question.period), `against ${period(question.against)}`)
  if (question.kind === 'recurring' && question.about) {
    const { rent, ...about } = question.about
    parts.push(rent && 'rent', ...filter(about))
  }
  if ('bank' in question && question.bank) parts.push(`bank ${question.bank}`)
  if (question.kind === 'not-understood' && question.near) parts.push(`near ${question.near}`)
  if ('filter' in question) parts.push(...filter(question.filter))
  return parts.filter(Boolean).join(' | ')
}
