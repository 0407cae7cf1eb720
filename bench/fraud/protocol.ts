import { DAY } from '#kit'
import { rowAt, type Truth } from './truth.ts'

/**
 * The published protocol (Fraud Detection Handbook, chapter 3, “Baseline fraud detection system”): a week to learn from, a
 * week in which labels arrive, a week to be judged by.
 */
export const WEEK_DAYS = 7

/** From the first instant of the training week to that of the test week. */
export const TEST_AFTER_MS = 2 * WEEK_DAYS * DAY

/** Rows of a card file. */
export type Split = {
  /** From the first, up to the second, not included. */
  train: readonly [number, number]
  test: Int32Array
}

/** First midnight of the handbook's standard training week, and of its four prequential ones (chapter 5). */
export const STANDARD_START = Date.UTC(2018, 6, 25)
export const PREQUENTIAL_STARTS = [0, 1, 2, 3].map((week) => STANDARD_START + week * WEEK_DAYS * DAY)

/**
 * Training week from `start`, test week a fortnight later. Out of the test go, from each day on, the customers who had a
 * fraud in the training week or on a day that lies eight before: their cards are known to be compromised and were replaced.
 */
export function splitWeeks(cards: Truth, start: number): Split {
  const testStart = start + TEST_AFTER_MS
  const train = [rowAt(cards, start), rowAt(cards, start + WEEK_DAYS * DAY)] as const
  const compromised = new Set<number>()
  const learn = (from: number, to: number) => {
    for (let row = rowAt(cards, from); row < rowAt(cards, to); row++)
      if (cards.isFraud[row]) compromised.add(cards.customer[row]!)
  }
  learn(start, start + WEEK_DAYS * DAY)
  const test: number[] = []
  for (let day = 0; day < WEEK_DAYS; day++) {
    const midnight = testStart + day * DAY
    learn(midnight - (WEEK_DAYS + 1) * DAY, midnight - WEEK_DAYS * DAY)
    for (let row = rowAt(cards, midnight); row < rowAt(cards, midnight + DAY); row++)
      if (!compromised.has(cards.customer[row]!)) test.push(row)
  }
  return { train, test: Int32Array.from(test) }
}
