import { DAY, HOUR, MINUTE } from '#kit'

/**
 * Days from purchase to posting, and how often: measured on a second council's real rows (n = 4,931). The last row
 * stands for everything above four days.
 */
export const POSTING_DELAYS: readonly { days: number; perThousand: number }[] = [
  { days: 0, perThousand: 9 },
  { days: 1, perThousand: 693 },
  { days: 2, perThousand: 105 },
  { days: 3, perThousand: 166 },
  { days: 4, perThousand: 24 },
  { days: 6, perThousand: 3 },
]

/** Draws a delay in whole days; `chance` is uniform in [0, 1). */
export function drawPostingDays(chance: () => number): number {
  let left = chance() * 1000
  for (const { days, perThousand } of POSTING_DELAYS) {
    left -= perThousand
    if (left < 0) return days
  }
  return POSTING_DELAYS.at(-1)!.days
}

/** When a payment made at `at` posts: in the bank's run before dawn, or within hours on the day itself. */
export function postingInstant(at: number, days: number, chance: () => number): number {
  if (days === 0) return at + HOUR + Math.floor(chance() * 2 * HOUR)
  const midnight = at - (at % DAY)
  return midnight + days * DAY + 4 * HOUR + Math.floor(chance() * 90 * MINUTE)
}
