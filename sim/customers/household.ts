import { DAY, HOUR } from '#kit'
import type { Entry } from './customer.ts'
import type { Persona } from './personas.ts'

/** One month of the calendar, UTC. */
export type Month = { year: number; month: number }

/** The months that lie between two instants, oldest first. */
export function monthsBetween(from: number, to: number): Month[] {
  const months: Month[] = []
  const first = new Date(from)
  for (let year = first.getUTCFullYear(), month = first.getUTCMonth(); Date.UTC(year, month) <= to; ) {
    months.push({ year, month })
    month += 1
    if (month === 12) [year, month] = [year + 1, 0]
  }
  return months
}

/** Early in the morning of a day of the month; when that falls on a weekend, of the weekday before or after. */
export function workday({ year, month }: Month, day: number, shift: 'before' | 'after'): number {
  let at = Date.UTC(year, month, day, 6)
  const step = shift === 'before' ? -DAY : DAY
  while ([0, 6].includes(new Date(at).getUTCDay())) at += step
  return at
}

const NOWHERE = { country: null, city: null, latitude: null, longitude: null }

/** A line that no card paid: it posts as it happens. */
export function bookLine(at: number, amountMinor: number, descriptor: string, kind: Entry['kind']): Entry {
  return {
    at,
    postedAt: at,
    amountMinor,
    foreign: null,
    descriptor,
    mcc: null,
    place: NOWHERE,
    entryMode: null,
    cardNumberDisplay: null,
    kind,
  }
}

type Standing = { day: number; descriptor: string; amountMinor(month: Month): number }

/** Winter costs more than summer. */
const energy = ({ month }: Month) =>
  -[11_840, 11_210, 9_860, 7_930, 6_120, 5_240, 4_980, 5_060, 5_890, 7_410, 9_370, 11_020][month]!

/** What leaves a current account each month besides card payments. */
export function standingPayments(persona: Persona): readonly Standing[] {
  return [
    { day: 1, descriptor: 'RENT STANDING ORDER', amountMinor: () => -persona.rentMinor },
    { day: 5, descriptor: 'COUNCIL TAX DIRECT DEBIT', amountMinor: () => -13_450 },
    { day: 12, descriptor: 'MIDLAND HOME ENERGY', amountMinor: energy },
    { day: 17, descriptor: 'ARDEN WATER', amountMinor: () => -2_975 },
    { day: 20, descriptor: 'HEARTH HOME INSURANCE', amountMinor: () => -1_830 },
  ]
}

/** The euro account's own household: a flat in Lyon that is let. */
export function euroEntries(months: readonly Month[]): Entry[] {
  return months.flatMap((month) => [
    bookLine(workday(month, 3, 'after'), 41_500, 'VIREMENT LOYER LYON', 'transfer'),
    bookLine(workday(month, 8, 'after'), -21_840, 'PRLV CHARGES COPROPRIETE', 'direct-debit'),
    bookLine(workday(month, 10, 'after'), -2_490, 'PRLV ASSURANCE HABITATION', 'direct-debit'),
  ])
}

/** Interest on the last day of each month, on what is then in the account: 2.4 % a year, rounded down. */
export function interestEntries(
  openingMinor: number,
  entries: readonly Entry[],
  months: readonly Month[],
): Entry[] {
  let earnedMinor = 0
  return months.map(({ year, month }) => {
    const at = Date.UTC(year, month + 1, 0) + 22 * HOUR
    const paidInMinor = entries.reduce(
      (sum, entry) => (entry.postedAt <= at ? sum + entry.amountMinor : sum),
      0,
    )
    const amountMinor = Math.floor((openingMinor + paidInMinor + earnedMinor) * 0.002)
    earnedMinor += amountMinor
    return bookLine(at, amountMinor, 'INTEREST', 'interest')
  })
}
