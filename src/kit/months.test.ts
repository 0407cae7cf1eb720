import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { monthOf, monthStart } from './months.ts'

test('an instant lies in its month, whichever month was asked for before it', () => {
  const instant = fc.date({ min: new Date('0101-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(fc.array(instant, { minLength: 1 }), (dates) => {
      for (const date of dates) {
        const month = monthOf(date.getTime())
        assert.equal(month, date.getUTCFullYear() * 12 + date.getUTCMonth())
        assert.ok(monthStart(month) <= date.getTime() && date.getTime() < monthStart(month + 1))
        assert.equal(monthOf(monthStart(month) - 1), month - 1)
      }
    }),
  )
})

test('for ever is later than every month', () => {
  assert.ok(monthOf(Number.MAX_SAFE_INTEGER) > monthOf(Date.UTC(9999, 11, 31)))
  assert.equal(monthOf(Number.MAX_SAFE_INTEGER), monthOf(Number.MAX_SAFE_INTEGER))
})
