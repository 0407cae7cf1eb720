import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newVector, PLACE_OF } from '../features/index.ts'
import type { Payment } from '../payment.ts'
import { guarded, readRules, type Stopped } from './index.ts'

const PAYMENT = {
  merchant: 'Tesco',
  country: 'GB',
  category: null,
  entryMode: 'chip',
  currency: 'GBP',
} as Payment
const TEXT = 'rule nearly-always asks when amountMinor >= 0 GBP\nrule seldom asks when amountZ > 4'

test('a rule that asks about every payment is stopped with its reason, and the others go on', () => {
  const stopped: Stopped[] = []
  const set = guarded(readRules(TEXT), (one) => stopped.push(one))
  const vector = newVector().fill(0)
  let asked = 0
  for (let i = 0; i < 5_000; i++) {
    vector[PLACE_OF.amountZ] = i % 500 === 499 ? 5 : 0
    const held = set.held(vector, PAYMENT).map(({ name }) => name)
    if (held.length > 0) asked++
    set.note!(held, held.length > 0)
  }
  assert.deepEqual(
    stopped.map(({ rule }) => rule),
    ['nearly-always'],
  )
  assert.ok(stopped[0]!.payments <= 201)
  assert.equal(asked, 201 + 10)
})

test('a wave of thefts does not stop the rule that finds them', () => {
  const set = guarded(readRules(TEXT), () => assert.fail('it was stopped'))
  for (let i = 0; i < 10_000; i++) set.note!(['seldom'], i % 10 === 0)
})

test('a rule that spares every payment is stopped, so that the others are heard again; one that spares nearly all is not', () => {
  const stopped: Stopped[] = []
  const text = 'rule silence spares when amountMinor >= 0 GBP\nrule small spares when amountMinor < 50 GBP'
  const set = guarded(readRules(`${TEXT}\n${text}`), (one) => stopped.push(one))
  const vector = newVector().fill(0)
  for (let i = 0; i < 3_000; i++) {
    vector[PLACE_OF.amountMinor] = i % 1_000 === 500 ? 90_00 : 1_00
    set.note!(
      set.held(vector, PAYMENT).map(({ name }) => name),
      false,
    )
  }
  assert.deepEqual(stopped, [{ rules: set.id, rule: 'silence', why: 'spared', payments: 1_000, of: 1_000 }])
  assert.ok(!set.held(vector, PAYMENT).some(({ name }) => name === 'silence'))
})
