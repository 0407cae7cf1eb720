import { dayOf } from '../../format.ts'

/** Rows that follow each other and are of one day where the reader is, together; their order is kept. */
export function groupByDay<Row extends { at: number }>(rows: readonly Row[]): Row[][] {
  const days: Row[][] = []
  for (const row of rows) {
    const last = days.at(-1)
    if (last && dayOf(last[0]!.at) === dayOf(row.at)) last.push(row)
    else days.push([row])
  }
  return days
}
