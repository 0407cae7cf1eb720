import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadJson, ReadsJson } from '../../src/http/api.ts'
import { joinNewest, joinOlder, NOTHING_LOADED } from './loaded-reads.ts'

const page = (ids: string, more: boolean): ReadsJson => ({
  reads: [...ids].map((id) => ({ id }) as ReadJson),
  more,
})
const ids = ({ reads }: ReadsJson) => reads.map(({ id }) => id).join('')

test('a read that comes while the list is open stands before those that were loaded', () => {
  const joined = joinNewest(page('dcba', false), page('edc', true))
  assert.equal(ids(joined), 'edcba')
  assert.equal(joined.more, false, 'and the end of the list is still its end')
})

test('when so many came that some may be missing between, the list begins anew', () => {
  const joined = joinNewest(page('cba', false), page('zyx', true))
  assert.equal(ids(joined), 'zyx')
  assert.equal(joined.more, true)
  assert.equal(ids(joinNewest(NOTHING_LOADED, page('ba', false))), 'ba')
})

test('the next page follows, and what both pages hold is there once', () => {
  const joined = joinOlder(page('dc', true), page('cba', false))
  assert.equal(ids(joined), 'dcba')
  assert.equal(joined.more, false)
})
