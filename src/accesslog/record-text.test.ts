import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalBytes } from './proof/record.ts'
import { recordText } from './record-text.ts'

test('a record is written as RFC 8785 has it, whatever its fields hold and in whatever order they come', () => {
  // RFC 8785 knows no lone surrogate: neither does a record, whose texts are ids and codes.
  const text = fc.string({ unit: 'binary' })
  const record = fc.record({
    what: text,
    v: fc.constant(1 as const),
    sub: text,
    seq: fc.integer({ min: 1 }),
    prev: text,
    t: text,
    actor: fc.record({ role: text, kind: text, id: text }),
    purpose: text,
    consent: fc.option(text),
    clusters: fc.array(text),
    accounts: fc.array(text),
    decision: text,
    policy: text,
    req: text,
  })
  fc.assert(
    fc.property(record, (one) =>
      assert.equal(recordText(one).toString(), Buffer.from(canonicalBytes(one)).toString()),
    ),
  )
})
