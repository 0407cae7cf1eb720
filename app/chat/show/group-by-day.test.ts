import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupByDay } from './group-by-day.ts'

const at = (day: number, hour: number) => ({ at: new Date(2026, 10, day, hour).getTime() })

test('payments of one day stand under it, in the order they came', () => {
  const rows = [at(23, 18), at(23, 9), at(22, 23)]
  assert.deepEqual(groupByDay(rows), [[rows[0], rows[1]], [rows[2]]])
})

test('a list sorted by amount keeps its order, even when a day comes back', () => {
  const rows = [at(23, 18), at(20, 9), at(23, 8)]
  assert.deepEqual(
    groupByDay(rows).map((day) => day.length),
    [1, 1, 1],
  )
})

test('no payments make no days', () => {
  assert.deepEqual(groupByDay([]), [])
})
