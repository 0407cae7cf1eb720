import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockOf, minutesOf } from './clock.ts'

test('minutes after midnight are written as a clock shows them, and read back', () => {
  for (const [minutes, clock] of [
    [0, '00:00'],
    [425, '07:05'],
    [1439, '23:59'],
  ] as const) {
    assert.equal(clockOf(minutes), clock)
    assert.equal(minutesOf(clock), minutes)
  }
  assert.equal(minutesOf(''), null)
})
