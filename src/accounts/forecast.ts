import { Temporal } from 'temporal-polyfill'
import { DAY, type Money, money, negated } from '#kit'
import type { Account, Balance } from '#vault'
import type { Payment } from './payments.ts'
import { runningSeries } from './recurring.ts'
import { nextAfter } from './rhythm.ts'
import type { Series } from './series.ts'
import { isRefund } from './spending.ts'

/** What everyday spending is judged by. */
const DAYS_SEEN_MAX = 90
/** With less behind it, a forecast would be a guess. */
const DAYS_SEEN_MIN = 28
/** Of the stretches that were seen, so many spent less, and so many more, than the range allows for. */
const OUTSIDE_SHARE = 0.1

/** What an account may hold at the end of a day: `at` is the first instant after it. In eight past stretches of ten it would have ended inside the range. */
export type DayAhead = { at: number; lowMinor: number; expectedMinor: number; highMinor: number }

/** A payment that comes back and falls into the days ahead. Signed: negative is money out. */
export type Expected = { merchant: string; amount: Money; at: number }

export type Forecast = {
  account: Account
  /** What is held now: the bank’s balance, with what it has not posted yet. */
  now: Money
  asOf: number
  days: DayAhead[]
  expected: Expected[]
  /** Everyday spending on a usual day, and how many days that was judged by. */
  usualDay: Money
  daysSeen: number
}

/**
 * What a current account may hold just before `until`: what it holds, less and plus the payments that come back, less everyday
 * spending. That is taken from stretches of the same length in the past ninety days: the middle one is expected, and the range
 * leaves the tenth of them out that spent most, and the tenth that spent least. Null with less than four weeks to judge by.
 * Money in that is late is not counted, money out that is late is: it may come any day.
 */
export function forecast(
  held: { account: Account; balance: Balance },
  payments: readonly Payment[],
  scene: { now: number; until: number; timeZone: string },
): Forecast | null {
  const { account, balance } = held
  const { now, until } = scene
  const own = payments.filter(
    ({ accountId, status, amount }) =>
      accountId === account.id &&
      (status === 'posted' || status === 'pending') &&
      amount.currency === balance.current.currency,
  )
  const first = own[0]
  if (!first || until <= now) return null
  const daysSeen = Math.min(DAYS_SEEN_MAX, Math.floor((now - first.at) / DAY))
  if (daysSeen < DAYS_SEEN_MIN) return null

  const out = runningSeries(own, now)
  const into = runningSeries(own.filter((payment) => !isRefund(payment)).map(turned), now)
  const expected = [
    ...out.flatMap((series) => comings(series, -1, scene)),
    ...into.flatMap((series) => comings(series, 1, scene)),
  ].sort((a, b) => a.at - b.at)

  const back = new Set([...out, ...into].flatMap((series) => series.payments.map(({ id }) => id)))
  const spentOn = dailySpending(
    own.filter((payment) => !back.has(payment.id) && (payment.amount.amountMinor < 0 || isRefund(payment))),
    now,
    daysSeen,
  )
  const currency = balance.current.currency
  const start = balance.current.amountMinor + notInBalance(own, balance)
  const days = endsOfDays(scene, Math.floor(daysSeen / 2)).map((at): DayAhead => {
    const known = expected.reduce((sum, one) => (one.at < at ? sum + one.amount.amountMinor : sum), start)
    const stretches = stretchesOf(spentOn, Math.ceil((at - now) / DAY))
    return {
      at,
      lowMinor: known - shareOf(stretches, 1 - OUTSIDE_SHARE),
      expectedMinor: known - shareOf(stretches, 0.5),
      highMinor: known - shareOf(stretches, OUTSIDE_SHARE),
    }
  })
  return {
    account,
    now: money(start, currency),
    asOf: balance.asOf,
    days,
    expected,
    usualDay: money(Math.round(spentOn.reduce((sum, day) => sum + day, 0) / daysSeen), currency),
    daysSeen,
  }
}

/** The end of today and of each day after it in the calendar of `timeZone`, the last at `until`; `daysMax` at most. */
function endsOfDays(
  { now, until, timeZone }: { now: number; until: number; timeZone: string },
  daysMax: number,
) {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate()
  const ends: number[] = []
  while (ends.length < daysMax && (ends.at(-1) ?? now) < until) {
    const end = today.add({ days: ends.length + 1 }).toZonedDateTime(timeZone).epochMilliseconds
    ends.push(Math.min(end, until))
  }
  return ends
}

const turned = (payment: Payment): Payment => ({ ...payment, amount: negated(payment.amount) })

/** Each time that a series comes in the days ahead. */
function comings(
  { payments, rhythm }: Series,
  sign: 1 | -1,
  scene: { now: number; until: number; timeZone: string },
) {
  const last = payments.at(-1)!
  const times = payments.map(({ at }) => at)
  const found: Expected[] = []
  for (;;) {
    const next = nextAfter(times, rhythm, scene.timeZone)
    if (next >= scene.until || next <= times.at(-1)!) return found
    times.push(next)
    const isLate = next <= scene.now
    if (isLate && sign > 0) continue
    found.push({
      merchant: last.merchant,
      amount: money(sign * Math.abs(last.amount.amountMinor), last.amount.currency),
      at: Math.max(next, scene.now),
    })
  }
}

/** What is known beside the bank’s figure: it counts what is posted, as of its own instant. */
const notInBalance = (own: readonly Payment[], { asOf }: Balance): number =>
  own.reduce(
    (sum, { status, postedAt, amount }) =>
      status === 'pending' || (postedAt !== null && postedAt > asOf) ? sum + amount.amountMinor : sum,
    0,
  )

/** Money out less refunds on each of the last days, the latest last. */
function dailySpending(everyday: readonly Payment[], now: number, days: number): number[] {
  const spent = new Array<number>(days).fill(0)
  for (const { at, amount } of everyday) {
    const ago = Math.floor((now - at) / DAY)
    if (ago >= 0 && ago < days) spent[days - 1 - ago]! -= amount.amountMinor
  }
  return spent
}

/** What every stretch of so many days spent, least first. */
function stretchesOf(spent: readonly number[], length: number): number[] {
  const sums: number[] = []
  let sum = 0
  for (const [i, day] of spent.entries()) {
    sum += day - (i >= length ? spent[i - length]! : 0)
    if (i >= length - 1) sums.push(sum)
  }
  return sums.sort((a, b) => a - b)
}

const shareOf = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
