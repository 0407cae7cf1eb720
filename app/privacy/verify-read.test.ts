import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadJson } from '../../src/http/api.ts'
import { foldVerdicts, tallyOf, type Verdict, verifyRead } from './verify-read.ts'

const verified: Verdict = { state: 'verified', index: 1, size: 2 }
const wrong: Verdict = { state: 'wrong', why: 'not-in-log' }

test('one line that does not verify is what many folded into one come to', () => {
  assert.equal(foldVerdicts([verified, { state: 'waiting' }, wrong]).state, 'wrong')
})

test('folded lines are verified only when every one of them is', () => {
  assert.equal(foldVerdicts([verified, verified]).state, 'verified')
  assert.equal(foldVerdicts([verified, { state: 'unsigned' }]).state, 'unsigned')
  assert.equal(foldVerdicts([verified, { state: 'unreachable' }]).state, 'unreachable')
  assert.equal(foldVerdicts([]).state, 'waiting')
})

test('a line that could not be fetched is neither right nor wrong', () => {
  const tally = tallyOf([verified, wrong, { state: 'unreachable' }, { state: 'waiting' }])
  assert.deepEqual(tally, { done: 2, verified: 1, wrong: 1 })
})

test('what is not a proof at all proves nothing', async () => {
  const verdict = await verifyRead({} as ReadJson, 'not a proof', 'not a key')
  assert.equal(verdict.state, 'wrong')
})
