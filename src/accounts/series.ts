import type { Money } from '#kit'
import type { Payment } from './payments.ts'
import { follows, type Rhythm, rhythmOf } from './rhythm.ts'

/** Fewer could be chance; a year is long enough for two of the same price not to be. */
const OCCURRENCES_MIN = 3
const YEARLY_OCCURRENCES_MIN = 2
/** Amounts of one standing payment that is never quite the same: an exchange rate, a measured use. */
const AMOUNT_SPREAD_MAX = 0.2
/** Offers for newcomers end in twice the price; a price that changes by more is taken for another purchase. */
const PRICE_TIMES_MAX = 2
const YEARLY_PRICE_TIMES_MAX = 1.5
/** Of the merchant's payments while a series of unlike amounts lasts, how many must be its own: else it is a habit. */
const OWN_SHARE_MIN = 0.6

/** Payments that come back, in order of time. `isPriced` when each price was asked at least once exactly again. */
export type Series = { payments: Payment[]; rhythm: Rhythm; isPriced: boolean }

/** What was asked, as the merchant asked it: an exchange rate changes no price. Positive. */
export function priceOf({ amount, foreign }: Payment): Money {
  const asked = foreign ?? amount
  return { ...asked, amountMinor: Math.abs(asked.amountMinor) }
}

/**
 * The series among one merchant's payments, which are in order of time: first those of one price, followed through its
 * changes; then those of amounts that are near each other; then bills of any amount that come by themselves, not by card.
 */
export function seriesOf(merchantPayments: readonly Payment[]): Series[] {
  let left = [...merchantPayments]
  const found: Series[] = []
  const take = (payments: readonly Payment[], rhythm: Rhythm, isPriced: boolean) => {
    const series = { payments: extended(payments, left, rhythm), rhythm, isPriced }
    const own = new Set(series.payments)
    left = left.filter((payment) => !own.has(payment))
    found.push(series)
  }
  for (const samePrice of bySamePrice(left)) {
    const payments = samePrice.filter((payment) => left.includes(payment))
    const rhythm = payments.length >= OCCURRENCES_MIN ? rhythmAmong(payments) : null
    if (rhythm) take(payments, rhythm, true)
  }
  for (const similar of byNearPrice(left)) {
    const rhythm = rhythmAmong(similar)
    if (rhythm && isMostOf(similar, merchantPayments)) take(similar, rhythm, false)
  }
  const bills = left.filter(isBill)
  const rhythm = bills.length > OCCURRENCES_MIN ? rhythmAmong(bills) : null
  if (rhythm && isMostOf(bills, merchantPayments)) found.push({ payments: bills, rhythm, isPriced: false })
  return [...found, ...yearlyPairs(merchantPayments, found)]
}

const rhythmAmong = (payments: readonly Payment[]): Rhythm | null => rhythmOf(payments.map(({ at }) => at))

/** Taken from the account by its own rule: nobody stood at a till. */
const isBill = ({ cardNumberDisplay, entryMode }: Payment): boolean =>
  cardNumberDisplay === null && entryMode === null

/** With what followed or went before at another price, one period apart: the price rose, or fell. */
function extended(series: readonly Payment[], all: readonly Payment[], rhythm: Rhythm): Payment[] {
  const whole = [...series]
  // A price that is asked beside this one belongs to another subscription, and not to what became of this one.
  const samePrice = new Map(bySamePrice(all).flatMap((group) => group.map((payment) => [payment, group])))
  for (;;) {
    const last = whole.at(-1)!
    const next = nearest(
      all,
      last,
      (payment) =>
        follows(last.at, payment.at, rhythm) &&
        samePrice.get(payment)!.every(({ at }) => at > last.at || whole.some((own) => own.at === at)),
    )
    if (!next) break
    whole.push(next)
  }
  for (;;) {
    const first = whole[0]!
    const before = nearest(
      all,
      first,
      (payment) =>
        follows(payment.at, first.at, rhythm) &&
        samePrice.get(payment)!.every(({ at }) => at < first.at || whole.some((own) => own.at === at)),
    )
    if (!before) break
    whole.unshift(before)
  }
  return whole
}

/** Of those that fit, the one whose price is nearest, if it is near enough. */
function nearest(
  all: readonly Payment[],
  to: Payment,
  fits: (payment: Payment) => boolean,
): Payment | undefined {
  const price = priceOf(to)
  const times = (payment: Payment): number => timesDearer(priceOf(payment), price)
  return all
    .filter((payment) => fits(payment) && times(payment) <= PRICE_TIMES_MAX)
    .sort((a, b) => times(a) - times(b))[0]
}

/** How many times the dearer of two prices is the other: 1 for the same, `Infinity` in different currencies. */
function timesDearer(a: Money, b: Money): number {
  if (a.currency !== b.currency) return Number.POSITIVE_INFINITY
  return Math.max(a.amountMinor, b.amountMinor) / Math.min(a.amountMinor, b.amountMinor)
}

/** Longest first: the price that was asked most often is the one to start from. */
function bySamePrice(payments: readonly Payment[]): Payment[][] {
  const groups = new Map<string, Payment[]>()
  for (const payment of payments) {
    const { amountMinor, currency } = priceOf(payment)
    const key = `${currency} ${amountMinor}`
    groups.set(key, [...(groups.get(key) ?? []), payment])
  }
  return [...groups.values()].sort((a, b) => b.length - a.length)
}

/** Splits by amount, each part in order of time: one shop may sell two subscriptions. */
function byNearPrice(payments: readonly Payment[]): Payment[][] {
  const byAmount = [...payments].sort((a, b) => a.amount.amountMinor - b.amount.amountMinor)
  const parts: Payment[][] = []
  for (const payment of byAmount) {
    const part = parts.at(-1)
    const largest = part?.[0]?.amount.amountMinor
    if (part && largest && largest / payment.amount.amountMinor <= 1 + AMOUNT_SPREAD_MAX) part.push(payment)
    else parts.push([payment])
  }
  return parts
    .filter((part) => part.length >= OCCURRENCES_MIN)
    .map((part) => part.sort((a, b) => a.at - b.at))
}

function isMostOf(series: readonly Payment[], merchantPayments: readonly Payment[]): boolean {
  const [from, to] = [series[0]!.at, series.at(-1)!.at]
  const meanwhile = merchantPayments.filter(({ at }) => at >= from && at <= to)
  return series.length / meanwhile.length >= OWN_SHARE_MIN
}

/** Two years of history hold two yearly payments: of a merchant with nothing else, a year apart, at nearly one price. */
function yearlyPairs(merchantPayments: readonly Payment[], found: readonly Series[]): Series[] {
  if (found.length > 0 || merchantPayments.length !== YEARLY_OCCURRENCES_MIN) return []
  const [first, second] = merchantPayments as [Payment, Payment]
  const isYear = follows(first.at, second.at, 'yearly')
  const times = timesDearer(priceOf(first), priceOf(second))
  const mayChange = first.category === 'subscriptions' || first.category === 'bills'
  return isYear && times <= (mayChange ? YEARLY_PRICE_TIMES_MAX : 1)
    ? [{ payments: [first, second], rhythm: 'yearly', isPriced: true }]
    : []
}
