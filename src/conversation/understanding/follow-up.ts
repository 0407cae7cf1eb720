import type { Filter, Question, Size } from '../question.ts'
import { before, type Calendar, toPeriod, toSpan } from './periods/span.ts'
import { UNITS } from './periods/words.ts'
import { BY_KIND } from './phrases.ts'
import { filterOf, isByMerchant } from './question-of.ts'
import type { Reading } from './reading.ts'

/** Questions that a period, a shop or a kind of spending can be put into. */
type Filtered = Extract<Question, { filter: Filter }>

const isFiltered = (question: Question): question is Filtered => 'filter' in question

/** What says by itself what is asked for. */
const TELLING = [
  'balance',
  'spend',
  'pay',
  'buy',
  'payment',
  'transfer',
  'find',
  'compare',
  'recurring',
  'breakdown',
  'earn',
  'offer',
  'consent',
  'link',
  'leave',
  'greeting',
  'thanks',
  'help',
  'money',
] as const

/** True for an utterance that only makes sense after another: "and last month?", "chez Lidl ?", "and fuel?". */
export function isFragment({ concepts, words }: Reading): boolean {
  return !TELLING.some((concept) => concepts.has(concept)) && !/ (?:how much|combien) /.test(words)
}

/** The previous question with the parts that this fragment names; null when they do not fit together. */
export function continued(reading: Reading, previous: Question, calendar: Calendar): Question | null {
  const { amount, number, trouble, outside, continues, unexplained } = reading
  const earlier = oneBefore(reading, previous, calendar)
  if (earlier) return earlier
  if (!isFiltered(previous) || trouble || outside || number) return null
  // A shop's bare name is one only behind "and" or "what about"; behind "at" it was read as one already.
  if (unexplained.length > 0 && !continues) return null
  const said = filterOf(reading, calendar)
  if (!said) return null
  if (amount && previous.kind !== 'find') return null
  if (said.size && !isBoundable(said.size, previous)) return null
  const parted = amount ? null : partedOtherwise(reading, said, previous)
  // A sum that is parted has no bounds.
  if (parted) return said.size ? { kind: 'not-understood', near: 'amount' } : parted
  if (!amount && Object.keys(said).length === 0) return null
  const filter = merged(said, previous.filter)
  if (previous.kind === 'find' && amount) {
    const { size: _, ...others } = filter
    return { kind: 'find', amountMinor: amount.amountMinor, currency: amount.currency, filter: others }
  }
  if (said.size && !(previous.kind === 'transactions' && previous.largest))
    return { kind: 'find', amountMinor: null, currency: null, filter }
  if (previous.kind !== 'compare') return { ...previous, filter }
  const { period, ...narrowed } = filter
  if (!period) return { ...previous, filter: narrowed }
  if (/ (?:with|to|against|avec) /.test(reading.words))
    return { ...previous, against: period, filter: narrowed }
  return {
    kind: 'compare',
    period,
    against: toPeriod(before(toSpan(period, calendar)), calendar),
    filter: narrowed,
  }
}

/** Questions that payments answer: their size can be bounded. */
const LISTED: readonly Question['kind'][] = ['find', 'transactions']

/** Questions that a sum answers: it can be parted by kind, by shop, or over time. */
const SUMS: readonly Question['kind'][] = ['spending', 'spending-by', 'over-time']

/** A number without its currency bounds a list; behind a sum it may be of anything. */
const isBoundable = ({ currency }: Size, { kind }: Question): boolean =>
  LISTED.includes(kind) || (currency !== null && SUMS.includes(kind))

/** "By category?", "mois par mois ?": the sum of the question before, parted. */
function partedOtherwise(reading: Reading, said: Filter, previous: Filtered): Question | null {
  if (!SUMS.includes(previous.kind)) return null
  const filter = merged(said, previous.filter)
  if (reading.step) return { kind: 'over-time', step: reading.step, filter }
  if (!BY_KIND.test(reading.words)) return null
  return { kind: 'spending-by', by: isByMerchant(reading) ? 'merchant' : 'category', filter }
}

/** "The month before": counted from the period that was asked about, where that is one of the same length. */
const BEFORE_THAT =
  / (?:(?:the |le |la |l )(?<unit>day|week|month|quarter|year|jour|semaine|mois|trimestre|annee)|the one|celui|celle) (?:before(?: that)?|d avant) $/

function oneBefore({ words }: Reading, previous: Question, calendar: Calendar): Question | null {
  const said = BEFORE_THAT.exec(words)
  if (!said || !isFiltered(previous) || !previous.filter.period || previous.kind === 'over-time') return null
  const { period } = previous.filter
  const unit = said.groups?.unit
  if (period.grain === 'all' || (unit !== undefined && UNITS.get(unit) !== period.grain)) return null
  const filter = { ...previous.filter, period: toPeriod(before(toSpan(period, calendar)), calendar) }
  return { ...previous, filter }
}

/** A question of its own that goes on from the one before ("and how much at Lidl?"): what it leaves open stays. */
export function inheriting(question: Question, previous: Question): Question {
  if (!isFiltered(question) || !isFiltered(previous) || question.kind === 'compare') return question
  const { size, ...filter } = merged(question.filter, previous.filter)
  return { ...question, filter: LISTED.includes(question.kind) && size ? { ...filter, size } : filter }
}

/** What is said replaces what was. A shop replaces a kind of spending and the other way round: both at once would be a narrower question. */
function merged(said: Filter, previous: Filter): Filter {
  const named = said.merchant !== undefined || said.category !== undefined
  const { period, size, ...kept } = previous
  const { period: saidPeriod, size: saidSize, ...own } = said
  const at = saidPeriod ?? period
  const bounded = saidSize ?? size
  return { ...(at && { period: at }), ...(named ? own : kept), ...(bounded && { size: bounded }) }
}
