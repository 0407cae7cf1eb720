import { DAY } from '#kit'
import { type Answering, type CardEvent, simulateCards, type WorldSettings } from '../../sim/cards/index.ts'
import type { Truth } from './truth.ts'

/** A simulated world long enough for five weeks of habits and the protocol's three weeks. */
const PEOPLE = 2_000
const HABIT_DAYS = 35
const DAYS = HABIT_DAYS + 21
const FIRST_MIDNIGHT = Date.UTC(2026, 0, 5)

export const WORLD_TRAIN_START = FIRST_MIDNIGHT + HABIT_DAYS * DAY

/** One world's log and its truth, row for row in the order of its payments. */
export function simulateWorld(
  seed: number,
  answering: Answering,
  change: Partial<Pick<WorldSettings, 'people' | 'ways'>> = {},
): { log: CardEvent[][]; truth: Truth } {
  const log: CardEvent[][] = []
  const at: number[] = []
  const customer: number[] = []
  const isFraud: number[] = []
  const numbers = new Map<string, number>()
  const settings = { seed, people: PEOPLE, days: DAYS, answering, startAt: FIRST_MIDNIGHT, ...change }
  for (const { events, frauds } of simulateCards(settings)) {
    log.push(events)
    for (const event of events) {
      if (event.kind !== 'payment-seen') continue
      const number = numbers.get(event.card) ?? numbers.size
      numbers.set(event.card, number)
      at.push(event.at)
      customer.push(number)
      isFraud.push(frauds.has(event.id) ? 1 : 0)
    }
  }
  const truth = {
    count: at.length,
    at: Float64Array.from(at),
    customer: Int32Array.from(customer),
    isFraud: Uint8Array.from(isFraud),
  }
  return { log, truth }
}
