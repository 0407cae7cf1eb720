/** The last instant that a date can be (ECMA-262, time values): *for ever* is asked for with larger numbers. */
const LATEST_INSTANT = 8.64e15

/** The month that was asked for last: a flood of payments is made in one or two. */
let latest = { month: 0, from: 0, to: 0 }

/** Months since year 0, in UTC: what is kept and changed of payments is found by them. */
export function monthOf(at: number): number {
  if (at >= latest.from && at < latest.to) return latest.month
  const date = new Date(Math.min(at, LATEST_INSTANT))
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth()
  latest = { month, from: monthStart(month), to: monthStart(month + 1) }
  return month
}

/** The first instant of a month. */
export const monthStart = (month: number): number => Date.UTC(Math.floor(month / 12), month % 12)
