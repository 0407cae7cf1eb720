import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadJson } from '../../src/http/api.ts'
import { foldReads } from './fold-reads.ts'

const read = (over: Partial<ReadJson>): ReadJson => ({
  id: `read-${Math.random()}`,
  linkId: 'lnk_1',
  bank: 'Chase',
  seq: 1,
  at: 0,
  actor: { kind: 'service', id: 'bank-intake', role: 'bank-intake' },
  what: 'Checked a payment for fraud',
  deed: 'check-payment',
  purpose: 'fraud-alerts',
  purposeName: 'Warn me of fraud',
  consent: 'grt_1',
  clusters: [],
  decision: 'allowed',
  provable: true,
  ...over,
})
const dayOf = (at: number) => String(Math.floor(at / 100))
const lengths = (reads: ReadJson[]) =>
  foldReads(reads, dayOf).map((day) => day.runs.map((run) => run.reads.length))

const keep = { deed: 'keep-payment', purpose: 'account-view' }
const answer = {
  actor: { kind: 'service', id: 'conversation', role: 'conversation' },
  deed: 'answer-balance',
}

test('payments kept and checked in turn are one line for each, and none is lost', () => {
  assert.deepEqual(lengths([read({}), read(keep), read({}), read(keep), read({})]), [[3, 2]])
})

test('each day has its own lines', () => {
  assert.deepEqual(lengths([read({ at: 250 }), read({ at: 150 }), read({ at: 150 })]), [[1], [2]])
})

test('what the person asked for stands alone, and what came before it is not folded with what came after', () => {
  assert.deepEqual(lengths([read({}), read(answer), read(answer), read({}), read({})]), [[1, 1, 1, 2]])
})

test('another purpose, another consent, a refusal and the person’s own reads are lines of their own', () => {
  const self = { kind: 'person', id: 'self', role: 'you' }
  const reads = [
    read({}),
    read({ purpose: 'account-view' }),
    read({ consent: 'grt_2' }),
    read({ decision: 'refused' }),
    read({ decision: 'refused' }),
    read({ actor: self }),
    read({ actor: self }),
  ]
  assert.deepEqual(lengths(reads), [[1, 1, 1, 1, 1, 1, 1]])
})
