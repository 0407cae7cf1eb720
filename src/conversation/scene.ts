import type { Presence } from '#intake'
import type { Clock } from '#kit'
import type { Filter, Period } from './question.ts'
import type { Narrowing } from './words/sentences.ts'

/** Who asks, where their clock stands, and what their bank is told of them when they have it read. */
export type Asker = { personId: string; timeZone: string; present?: Presence }

/** What every answer to one question is composed against. */
export type Scene = {
  now: number
  timeZone: string
  bankName(bankId: string): string
}

/** The part of a question to be named back. `merchants` are what its merchant turned out to mean. */
export function narrowing(filter: Filter, merchants: string[] | null, { now }: Scene): Narrowing {
  return {
    period: filter.period ?? null,
    merchants,
    merchantWords: filter.merchant ?? null,
    category: filter.category ?? null,
    size: filter.size ?? null,
    running: filter.period !== undefined && isRunning(filter.period, now),
  }
}

export const isRunning = (period: Period, now: number): boolean =>
  period.grain !== 'all' && period.from <= now && now < period.to

export const sceneOf = (asker: Asker, clock: Clock, bankName: Scene['bankName']): Scene => ({
  now: clock.now(),
  timeZone: asker.timeZone,
  bankName,
})
