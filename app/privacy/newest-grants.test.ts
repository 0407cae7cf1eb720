import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GrantJson } from '../../src/http/api.ts'
import { newestGrants } from './newest-grants.ts'

const grant = (id: string, over: Partial<GrantJson>): GrantJson => ({
  id,
  purpose: 'account-view',
  name: '',
  sentence: '',
  state: 'given',
  createdAt: 0,
  expiresAt: 1,
  endedAt: null,
  receiptHref: '',
  ...over,
})

test('a purpose granted again shows its newest grant, in whatever order they come', () => {
  const old = grant('old', { createdAt: 1, state: 'withdrawn' })
  const fresh = grant('fresh', { createdAt: 2 })
  assert.deepEqual(newestGrants([old, fresh]), [fresh])
  assert.deepEqual(newestGrants([fresh, old]), [fresh])
})

test('what is on stands before what has ended', () => {
  const ended = grant('ended', { purpose: 'bank-offers', state: 'withdrawn' })
  const on = grant('on', { purpose: 'fraud-alerts' })
  assert.deepEqual(newestGrants([ended, on]), [on, ended])
})
