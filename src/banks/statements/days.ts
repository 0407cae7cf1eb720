import { HOUR, MINUTE } from '#kit'

/** A calendar day as files write them, checked to exist. */
export type Day = { year: number; month: number; day: number }

export function dayOf(year: number, month: number, day: number): Day | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists && year >= 1900 && year <= 2200 ? { year, month, day } : null
}

export function isoOf({ year, month, day }: Day): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** A day without a time is kept as its noon in UTC: the same day in nearly every time zone. */
export const noonOf = ({ year, month, day }: Day): number => Date.UTC(year, month - 1, day, 12)

/** Two digits of a year: banks did not write files before 1970. */
export const fullYear = (twoDigits: number): number => twoDigits + (twoDigits < 70 ? 2000 : 1900)

export function parseIsoDay(text: string): Day | null {
  // xs:date may end with a time zone, which says nothing of the day.
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:Z|[+-]\d{2}:\d{2})?$/.exec(text)
  return match ? dayOf(Number(match[1]), Number(match[2]), Number(match[3])) : null
}

/** An xs:dateTime: the day as written, and the instant. One without a zone is taken as UTC. */
export function parseIsoTime(text: string): { day: Day; at: number } | null {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(Z|[+-]\d{2}:\d{2})?$/.exec(text)
  const day = match && parseIsoDay(match[1]!)
  if (!day) return null
  const at = Date.parse(`${match[1]}T${match[2]!.slice(0, 12)}${match[3] ?? 'Z'}`)
  return Number.isNaN(at) ? null : { day, at }
}

/**
 * A date of OFX: `20261105`, `20261105120000`, `20261105120000.000[-5:EST]`. Without a zone it is in UTC; a time of midnight
 * without one is how many banks write a day.
 */
export function parseOfxTime(text: string): { day: Day; at: number } | null {
  const match =
    /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(?:(\d{2})(?:\.\d{1,6})?)?)?(?:\[([+-]?\d{1,2}(?:\.\d{1,2})?)(?::[^\]]{0,12})?\])?$/.exec(
      text.trim(),
    )
  const day = match && dayOf(Number(match[1]), Number(match[2]), Number(match[3]))
  if (!day) return null
  const [hours, minutes, seconds] = [match[4], match[5], match[6]].map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
  ]
  const offset = match[7] === undefined ? null : Number(match[7])
  if (hours > 23 || minutes > 59 || seconds > 60 || Math.abs(offset ?? 0) > 14) return null
  if (match[4] === undefined || (offset === null && hours + minutes + seconds === 0))
    return { day, at: noonOf(day) }
  const midnight = Date.UTC(day.year, day.month - 1, day.day)
  const time = hours * HOUR + minutes * MINUTE + seconds * 1_000
  return { day, at: midnight + time - (offset ?? 0) * HOUR }
}

const PARTS: Record<string, string> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<short>\\d{2})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
}
const PART = /YYYY|YY|MM|M|DD|D/g

/** Whether a format such as `DD/MM/YYYY` names a year, a month and a day, once each. */
export function isDayFormat(format: string): boolean {
  const kinds = (format.match(PART) ?? []).map((part) => part[0])
  return kinds.length === 3 && new Set(kinds).size === 3 && !/[A-Za-z0-9]/.test(format.replace(PART, ''))
}

/** A reader of days written in `format`. */
export function dayReader(format: string): (text: string) => Day | null {
  const pattern = format
    .split(/(YYYY|YY|MM|M|DD|D)/)
    .map((part) => PARTS[part] ?? part.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'))
    .join('')
  const whole = new RegExp(`^${pattern}$`)
  return (text) => {
    const found = whole.exec(text.trim())?.groups
    if (!found) return null
    const year = found.year === undefined ? fullYear(Number(found.short)) : Number(found.year)
    return dayOf(year, Number(found.month), Number(found.day))
  }
}
