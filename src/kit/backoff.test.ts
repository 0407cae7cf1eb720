import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs } from './backoff.ts'

test('what fails is tried later each time, and never later than the longest wait', () => {
  const times = { firstMs: 2, maxMs: 15 }
  assert.deepEqual(
    [1, 2, 3, 4, 5, 5_000].map((failures) => backoffMs(failures, times)),
    [2, 4, 8, 15, 15, 15],
  )
})
