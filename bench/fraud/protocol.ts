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
const WEEKS = [0, 1, 2, 3]
/** Days before the first training week, so that payments have a past to be compared with. */
const PAST_DAYS_MIN = 28

/**
 * First midnights of the training weeks; the first is the standard one. The handbook's own where the file covers them; in a
 * file of other dates the last four that have a test week, or as many as have a past before them. Throws when none has.
 */
export function trainingWeeks(cards: Truth): number[] {
  const first = cards.at[0] ?? 0
  const end = (cards.at[cards.count - 1] ?? 0) + 1
  const weekMs = WEEK_DAYS * DAY
  const published = WEEKS.map((week) => STANDARD_START + week * weekMs)
  if (first < STANDARD_START - PAST_DAYS_MIN * DAY && end > published.at(-1)! + TEST_AFTER_MS + weekMs - DAY)
    return published
  const last = Math.floor((end + DAY - 1) / DAY) * DAY - TEST_AFTER_MS - weekMs
  const starts = WEEKS.map((week) => last - (WEEKS.length - 1 - week) * weekMs).filter(
    (start) => start >= first + PAST_DAYS_MIN * DAY,
  )
  if (starts.length === 0)
    throw new Error(
      `this file covers ${Math.ceil((end - first) / DAY)} days; the protocol needs ${PAST_DAYS_MIN + 3 * WEEK_DAYS} at least: ${PAST_DAYS_MIN} of past, a week to learn from, a week in which labels arrive, a week to be judged by`,
    )
  return starts
}

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
