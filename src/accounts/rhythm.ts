import { Temporal } from 'temporal-polyfill'
import { DAY } from '#kit'

/** `slackDays` is how far a payment may be from its day: weekends and bank holidays move it, and months differ. */
export const RHYTHMS = {
  weekly: { days: 7, slackDays: 1.5, add: { weeks: 1 } },
  fortnightly: { days: 14, slackDays: 2, add: { weeks: 2 } },
  monthly: { days: 30.4, slackDays: 5.5, add: { months: 1 } },
  quarterly: { days: 91.3, slackDays: 8, add: { months: 3 } },
  yearly: { days: 365.25, slackDays: 12, add: { years: 1 } },
} as const
export type Rhythm = keyof typeof RHYTHMS

/** Of the gaps, how many must fit: one payment may be missed or very late. */
const REGULAR_SHARE_MIN = 0.75
/** What has not come for so many periods has ended. */
const PERIODS_MISSED_MAX = 1.5

/** Whether a payment at `next` comes one period after one at `last`, or two when one was missed. */
export function follows(last: number, next: number, rhythm: Rhythm): boolean {
  const { days, slackDays } = RHYTHMS[rhythm]
  const gap = (next - last) / DAY
  return Math.abs(gap - days) <= slackDays || Math.abs(gap - 2 * days) <= slackDays
}

/** The rhythm that the gaps between `times` (in order) keep; null for none, and for fewer than two gaps. */
export function rhythmOf(times: readonly number[]): Rhythm | null {
  const gaps = times.slice(1).map((at, i) => (at - times[i]!) / DAY)
  for (const [rhythm, { days, slackDays }] of Object.entries(RHYTHMS)) {
    const fitting = gaps.filter((gap) => Math.abs(gap - days) <= slackDays).length
    if (fitting >= 2 && fitting / gaps.length >= REGULAR_SHARE_MIN) return rhythm as Rhythm
  }
  return null
}

/** Whether a payment last seen at `last` still comes at `now`. */
export const isRunning = (last: number, now: number, rhythm: Rhythm): boolean =>
  now - last <= RHYTHMS[rhythm].days * PERIODS_MISSED_MAX * DAY

/**
 * When the payment after the last of `times` is due, by the calendar of `timeZone`, at the last one's hour. The day of
 * the month (or of the week) is the one that most of them fell on: one that a weekend moved does not move the next, and
 * the 31st comes back after February.
 */
export function nextAfter(times: readonly number[], rhythm: Rhythm, timeZone: string): number {
  const dates = times.map((at) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone))
  const last = dates.at(-1)!
  const due = last.add(RHYTHMS[rhythm].add)
  if (rhythm === 'weekly' || rhythm === 'fortnightly') {
    const off = usual(dates.map(({ dayOfWeek }) => dayOfWeek)) - due.dayOfWeek
    const nearest = off > 3 ? off - 7 : off < -3 ? off + 7 : off
    return due.add({ days: nearest }).epochMilliseconds
  }
  const day = usual(dates.map((date) => date.day))
  const candidates = [-1, 0, 1].map((months) => {
    const month = due.with({ day: 1 }).add({ months })
    return month.with({ day: Math.min(day, month.daysInMonth) }).epochMilliseconds
  })
  const distance = (at: number) => Math.abs(at - due.epochMilliseconds)
  return candidates.sort((a, b) => distance(a) - distance(b))[0]!
}

/** The number that is there most often; of several, the latest one's. */
function usual(numbers: readonly number[]): number {
  const counts = new Map<number, number>()
  let best = numbers[0]!
  for (const number of numbers) {
    const count = (counts.get(number) ?? 0) + 1
    counts.set(number, count)
    if (count >= counts.get(best)!) best = number
  }
  return best
}
