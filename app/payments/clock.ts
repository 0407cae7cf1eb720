/** From ten in the evening to seven in the morning: what most people mean by night. */
export const QUIET_AT_FIRST = { from: 22 * 60, to: 7 * 60 }

/** `22:05`, as a field for a time writes it: from minutes after midnight. */
export const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Minutes after midnight; null for what is no time. */
export function minutesOf(clock: string): number | null {
  const found = /^(\d{2}):(\d{2})/.exec(clock)
  return found ? Number(found[1]) * 60 + Number(found[2]) : null
}
