import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monogramOf } from './monogram-of.ts'

test('a bank is shown by its initials, two at most', () => {
  assert.deepEqual(['Chase', 'Wells Fargo', 'U.S. Bank', 'Crédit du Nord', ''].map(monogramOf), [
    'C',
    'WF',
    'UB',
    'CD',
    '',
  ])
})
