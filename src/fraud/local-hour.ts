import { DAY } from '#kit'

/** Offsets of a zone by UTC day: constant on all but two days a year, and far dearer to ask than to remember. */
const zones = new Map<string, { format: Intl.DateTimeFormat; offsets: Map<number, number | null> }>()

/**
 * The hour of the day, 0 to 23, that a clock shows in `timeZone` (IANA) at an instant. Null for an instant that is
 * midnight to the millisecond, in UTC or there: that is how banks write *some time that day*, and it is nobody's habit.
 */
export function localHour(at: number, timeZone: string): number | null {
  const local = at + offsetAt(at, timeZone)
  if (modulo(at, DAY) === 0 || modulo(local, DAY) === 0) return null
  return Math.floor(modulo(local, DAY) / 3_600_000)
}

/** The day of the week that a calendar shows in `timeZone` at an instant; 0 is Sunday. */
export function localWeekday(at: number, timeZone: string): number {
  // What is written as a day alone is that day in UTC, wherever one lives.
  const day = modulo(at, DAY) === 0 ? at : at + offsetAt(at, timeZone)
  // 1 January 1970 was a Thursday.
  return modulo(Math.floor(day / DAY) + 4, 7)
}

/** The minute of the day, 0 to 1,439, that a clock shows in `timeZone` at an instant. */
export const localMinute = (at: number, timeZone: string): number =>
  Math.floor(modulo(at + offsetAt(at, timeZone), DAY) / 60_000)

function offsetAt(at: number, timeZone: string): number {
  let zone = zones.get(timeZone)
  if (!zone) {
    const parts = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    } as const
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      ...parts,
      second: 'numeric',
      hourCycle: 'h23',
    })
    zone = { format, offsets: new Map() }
    zones.set(timeZone, zone)
  }
  const day = Math.floor(at / DAY)
  let offset = zone.offsets.get(day)
  if (offset === undefined) {
    const [start, end] = [readOffset(zone.format, day * DAY), readOffset(zone.format, (day + 1) * DAY)]
    offset = start === end ? start : null
    zone.offsets.set(day, offset)
  }
  return offset ?? readOffset(zone.format, at)
}

/** How far the zone's clock is ahead of UTC, in milliseconds: what it shows, less what UTC shows. */
function readOffset(format: Intl.DateTimeFormat, at: number): number {
  const shown: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(at)) shown[type] = Number(value)
  const { year, month, day, hour, minute, second } = shown
  return Date.UTC(year!, month! - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by
