import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AccessRecord, accessRecordShape } from './proof/record.ts'
import { checkAccessRecord } from './record-check.ts'

const RECORD: AccessRecord = {
  v: 1,
  sub: 'sub_amina',
  seq: 2,
  prev: `${'A'.repeat(43)}=`,
  t: '2026-11-23T12:00:00.000Z',
  actor: { kind: 'service', id: 'bank-intake', role: 'bank-intake' },
  purpose: 'fraud-alerts',
  consent: 'grt_1',
  clusters: ['TRANSACTIONS'],
  accounts: ['acc_1'],
  decision: 'allowed',
  what: 'check-payment',
  policy: '0'.repeat(64),
  req: 'req_1',
}

test('a record that verifiers read is taken, and is the same object', () => {
  for (const record of [RECORD, { ...RECORD, prev: '', consent: null, decision: 'refused:no-link' }])
    assert.equal(checkAccessRecord(record), record)
})

test('a record that they would not read is refused by the name of its field, without its value', () => {
  const wrong: [string, Record<string, unknown>][] = [
    ['seq', { seq: 0 }],
    ['prev', { prev: `${'A'.repeat(42)}B=` }],
    ['t', { t: 'yesterday' }],
    ['actor.role', { actor: { kind: 'service', id: 'bank-intake' } }],
    ['decision', { decision: 'perhaps' }],
    ['shape', { more: 'Amina' }],
  ]
  for (const [field, over] of wrong)
    assert.throws(() => checkAccessRecord({ ...RECORD, ...over } as AccessRecord), {
      name: 'TypeError',
      message: `the access record's ${field} is wrong`,
    })
})

test('whatever is put in a field’s place, a record is taken when verifiers read it and not otherwise', () => {
  const keys = Object.keys(RECORD) as (keyof AccessRecord)[]
  const anything = fc.oneof(
    fc.anything(),
    fc.integer(),
    fc.constantFrom(...Object.values(RECORD), 2 ** 53, '', null, undefined),
    fc.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
  )
  fc.assert(
    fc.property(fc.constantFrom(...keys, 'more'), anything, (key, value) => {
      const record = { ...RECORD, [key]: value } as AccessRecord
      const isRead = accessRecordShape.safeParse(record).success
      if (isRead) assert.equal(checkAccessRecord(record), record)
      else assert.throws(() => checkAccessRecord(record), TypeError)
    }),
  )
})
