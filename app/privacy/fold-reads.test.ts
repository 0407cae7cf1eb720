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
  purpose: 'fraud-alerts',
  purposeName: 'Warn me of fraud',
  consent: 'grt_1',
  clusters: [],
  decision: 'allowed',
  provable: true,
  ...over,
})
const dayOf = (at: number) => String(Math.floor(at / 100))

test('checks of one day that follow each other are one line, and none is lost', () => {
  const runs = foldReads([read({}), read({}), read({})], dayOf)
  assert.deepEqual(
    runs.map((run) => run.reads.length),
    [3],
  )
})

test('another day, another purpose, a refusal, and the person’s own reads are lines of their own', () => {
  const runs = foldReads(
    [
      read({ at: 250 }),
      read({ at: 150 }),
      read({ at: 150, purpose: 'account-view' }),
      read({ at: 150, purpose: 'account-view', decision: 'refused' }),
      read({ at: 150, actor: { kind: 'person', id: 'self', role: 'you' } }),
      read({ at: 150, actor: { kind: 'person', id: 'self', role: 'you' } }),
    ],
    dayOf,
  )
  assert.equal(runs.length, 6)
})
