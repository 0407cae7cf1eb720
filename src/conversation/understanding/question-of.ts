import type { Filter, Question } from '../question.ts'
import { comparisonOf } from './comparison.ts'
import type { Intent } from './intents.ts'
import { type Calendar, toPeriod } from './periods/span.ts'
import { GOT_PAID, OTHERS_THAT_RECUR, SOMETHING, SUBSCRIPTIONS, WHERE_SPENT } from './phrases.ts'
import type { Reading } from './reading.ts'
import type { Utterance } from './tokens.ts'

/** How many payments are shown when no number was said, and at most. */
const COUNT_USUAL = 10
const COUNT_MAX = 100

/** `my last payment` is one; `my last payments` are as many as usual. */
const SINGLE =
  / (?:(?:last|latest|recent|previous|dernier|derniere) (?:payment|transaction|purchase|debit|paiement|operation|achat|mouvement|debit)) | (?:what|when) did i last (?:buy|pay|spend) /

/** The question of an intent and what was read; null when a part of what was said has no place in it. */
export function questionOf(
  intent: Intent,
  reading: Reading,
  { tokens }: Utterance,
  calendar: Calendar,
): Question | null {
  const { unexplained, trouble, number, amount, size, largest } = reading
  if (intent === null) return null
  if (intent === 'link-bank') return unexplained.length > 1 ? null : { kind: intent, bank: bankOf(reading) }
  // The page where it is chosen takes every wish, however it is put.
  if (intent === 'lines' || intent === 'refresh') return { kind: intent }
  if (largest && intent !== 'transactions') return null
  // None of these is about a period: "good evening", "who looked at my data since Monday".
  const troubled = (trouble !== null && trouble !== 'period') || size !== null
  // "Stop sending me offers" asks for nothing to be sent.
  const outside = reading.outside && intent !== 'stop-offers'
  if (isPlain(intent)) return unexplained.length > 0 || troubled || outside ? null : { kind: intent }
  if (intent === 'recurring') return troubled ? null : recurringOf(reading)
  if (intent === 'balance') return balanceOf(reading, calendar)

  // The periods of a comparison stand side by side, and narrow nothing.
  const filter = filterOf(intent === 'compare' ? { ...reading, periods: [] } : reading, calendar)
  if (!filter || trouble || reading.refined) return null
  if (reading.ofAccount && (intent !== 'transactions' || largest)) return null
  // Only what is listed can be bounded.
  if (filter.size && intent !== 'find' && !largest) return null
  const hasLooseNumber = number !== null
  switch (intent) {
    case 'spending':
      return hasLooseNumber || amount ? null : { kind: intent, filter }
    case 'spending-by':
      return amount ? null : { kind: intent, by: isByMerchant(reading) ? 'merchant' : 'category', filter }
    case 'over-time':
      return hasLooseNumber || amount ? null : { kind: intent, step: reading.step ?? 'month', filter }
    case 'compare':
      return hasLooseNumber || amount ? null : comparisonOf(reading, tokens, filter, calendar)
    case 'find':
      return findOf(reading, filter)
    case 'transactions':
      return amount ? null : transactionsOf(reading, filter)
    default:
      return null
  }
}

const PLAIN = [
  'greeting',
  'thanks',
  'help',
  'offers',
  'stop-offers',
  'consents',
  'who-read',
  'walk-away',
] as const

const isPlain = (intent: Intent): intent is (typeof PLAIN)[number] =>
  (PLAIN as readonly Intent[]).includes(intent)

export const isByMerchant = ({ concepts, words }: Reading): boolean =>
  (concepts.has('merchant') || WHERE_SPENT.test(words)) && !concepts.has('category')

const bankOf = ({ merchant, unexplained }: Reading): string | null => merchant ?? unexplained[0]?.name ?? null

function recurringOf({ words, unexplained, number, amount, merchant, outside }: Reading): Question | null {
  if (unexplained.length > 0 || number || amount || merchant !== null || outside) return null
  return SUBSCRIPTIONS.test(words) && !OTHERS_THAT_RECUR.test(words)
    ? { kind: 'recurring', about: { category: 'subscriptions' } }
    : { kind: 'recurring' }
}

/** A balance is of now: there is none of last month here, and none of a shop or kind of spending.
 *  The cash of "how much cash do I have" is money. */
function balanceOf(reading: Reading, { today }: Calendar): Question | null {
  const { periods, category, number, trouble, unexplained } = reading
  const now = periods.every(({ span }) => span.grain === 'day' && span.start.equals(today))
  if (
    !now ||
    reading.refined ||
    reading.size ||
    (category !== null && category !== 'cash') ||
    number ||
    trouble ||
    reading.outside ||
    unexplained.length > 1
  )
    return null
  const bank = bankOf(reading)
  // A word that nothing explains is a bank's name only beside "balance" or behind "at"; the reading said which.
  if (unexplained.length === 1 && (reading.merchant !== null || !unexplained[0]!.beside.includes('balance')))
    return null
  return bank === null ? { kind: 'balance' } : { kind: 'balance', bank }
}

/** The filter of what was read; null for several periods, or for words that cannot be a shop. */
export function filterOf(reading: Reading, calendar: Calendar): Filter | null {
  const { periods, category, unexplained, size } = reading
  let { merchant } = reading
  if (unexplained.length > 0) {
    const [shop, ...more] = unexplained
    if (more.length > 0 || merchant !== null || !(shop!.canBeShop || reading.continues)) return null
    merchant = shop!.name
  }
  if (periods.length > 1) return null
  const filter: Filter = {}
  if (periods.length === 1) filter.period = toPeriod(periods[0]!.span, calendar)
  if (merchant !== null) filter.merchant = merchant
  if (category) filter.category = category
  if (size) filter.size = size
  return filter
}

/** Whether bounds are said of money: "at least one" and "up to 20" alone may be of anything. */
const isOfMoney = ({ size, words, concepts, merchant, category, unexplained }: Reading): boolean =>
  size?.currency !== null ||
  merchant !== null ||
  category !== null ||
  unexplained.length > 0 ||
  (['payment', 'transfer', 'spend', 'pay', 'buy'] as const).some((concept) => concepts.has(concept)) ||
  SOMETHING.test(words)

function findOf(reading: Reading, filter: Filter): Question | null {
  const { amount, number } = reading
  if (filter.size) {
    if (!isOfMoney(reading)) return null
    // "Over £50 and £100": what the second is to bound is not said.
    if (amount) return null
    if (number) return number.counts ? transactionsOf(reading, filter) : null
    return SINGLE.test(reading.words)
      ? { kind: 'transactions', count: 1, filter }
      : { kind: 'find', amountMinor: null, currency: null, filter }
  }
  if (amount) {
    return number
      ? null
      : { kind: 'find', amountMinor: amount.amountMinor, currency: amount.currency, filter }
  }
  if (number) {
    return number.amountMinor === null
      ? null
      : { kind: 'find', amountMinor: number.amountMinor, currency: null, filter }
  }
  if (Object.keys(filter).length === 0) return { kind: 'transactions', count: COUNT_USUAL, filter }
  return { kind: 'find', amountMinor: null, currency: null, filter }
}

function transactionsOf({ words, number, concepts, largest }: Reading, said: Filter): Question | null {
  // What was earned is listed: a sum of everything that came in would count transfers and refunds too.
  const filter: Filter = concepts.has('earn') || GOT_PAID.test(words) ? { ...said, category: 'income' } : said
  const isOne = largest ? largest === 'one' : SINGLE.test(words)
  const count = number ? number.count : isOne ? 1 : COUNT_USUAL
  if (count === null || count < 1) return null
  return {
    kind: 'transactions',
    count: Math.min(count, COUNT_MAX),
    filter,
    ...(largest && { largest: true }),
  }
}
