import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { localHour } from './local-hour.ts'

const ZONES = ['Europe/Paris', 'Europe/London', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe']

test('the hour is the one a clock on the person’s wall shows, on every day of the year', () => {
  for (const timeZone of ZONES) {
    const wall = new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', hourCycle: 'h23' })
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2028, 0) }), (at) => {
        const hour = localHour(at, timeZone)
        fc.pre(hour !== null)
        assert.equal(hour, Number(wall.format(at)))
      }),
      { numRuns: 500 },
    )
  }
})

test('when clocks change, an hour is skipped in spring and lived twice in autumn', () => {
  const hours = (...instants: number[]) => instants.map((at) => localHour(at, 'Europe/Paris'))
  assert.deepEqual(hours(Date.UTC(2026, 2, 29, 0, 59), Date.UTC(2026, 2, 29, 1, 0)), [1, 3])
  assert.deepEqual(hours(Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)), [2, 2])
})

test('a bank that gives only the day of a payment says nothing about its hour', () => {
  assert.equal(localHour(Date.UTC(2026, 5, 1), 'Europe/Paris'), null)
  assert.equal(localHour(Date.UTC(2026, 5, 1, 22), 'Europe/Paris'), null)
  assert.equal(localHour(Date.UTC(2026, 5, 1, 22, 0, 1), 'Europe/Paris'), 0)
})
