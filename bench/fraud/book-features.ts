import { DAY, HOUR } from '#kit'
import type { CardFile } from './card-file.ts'
import { WEEK_DAYS } from './protocol.ts'

const WINDOWS_DAYS = [1, 7, 30] as const
const NIGHT_HOURS_MAX = 6

/**
 * The handbook's own 15 features (chapter 3, “Baseline feature transformation”), so that a table can say how much our
 * features bring and how much our trees: amount, weekend, night; of the customer the count and mean amount of 1, 7 and 30
 * days with this payment in them; of the terminal the count and the share of frauds of the same windows, a week ago.
 * Row after row, 15 to a row, for rows `from` to `to`, not included.
 */
export function bookFeatures(cards: CardFile, from: number, to: number): Float64Array {
  const vectors = new Float64Array((to - from) * 15)
  const { at, amountMinor, isFraud } = cards
  const customers = createWindows(
    WINDOWS_DAYS.map((days) => days * DAY),
    at,
    amountMinor,
  )
  const delayed = WINDOWS_DAYS.map((days) => (days + WEEK_DAYS) * DAY)
  const terminals = createWindows([WEEK_DAYS * DAY, ...delayed], at, isFraud)
  for (let row = 0; row < to; row++) {
    const customer = customers.add(cards.customer[row]!, row)
    const terminal = terminals.add(cards.terminal[row]!, row)
    if (row < from) continue
    const time = new Date(at[row]!)
    const day = time.getUTCDay()
    const isNight = at[row]! % DAY < (NIGHT_HOURS_MAX + 1) * HOUR
    const vector = [amountMinor[row]! / 100, day === 0 || day === 6 ? 1 : 0, isNight ? 1 : 0]
    for (const { count, sum } of customer) vector.push(count, sum / count / 100)
    const [recent, ...long] = terminal
    for (const { count, sum } of long) {
      const known = count - recent!.count
      vector.push(known, known > 0 ? (sum - recent!.sum) / known : 0)
    }
    vectors.set(vector, (row - from) * 15)
  }
  return vectors
}

type Window = { count: number; sum: number; head: number }

/** For each key, how many rows there were and the sum of a column, in windows that end with the row just added. */
function createWindows(spansMs: number[], at: Float64Array, column: ArrayLike<number>) {
  const keys: { rows: number[]; windows: Window[] }[] = []
  return {
    add(key: number, row: number): Window[] {
      let known = keys[key]
      if (!known) {
        known = { rows: [], windows: spansMs.map(() => ({ count: 0, sum: 0, head: 0 })) }
        keys[key] = known
      }
      const { rows, windows } = known
      rows.push(row)
      for (const [i, window] of windows.entries()) {
        window.count++
        window.sum += column[row]!
        const end = at[row]! - spansMs[i]!
        while (at[rows[window.head]!]! <= end) {
          window.count--
          window.sum -= column[rows[window.head]!]!
          window.head++
        }
      }
      return windows
    },
  }
}
