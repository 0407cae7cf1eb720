import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BANK_ONLY, simulateCards } from '../../sim/cards/index.ts'
import type { FraudEvent } from './features/index.ts'
import { BUILT_IN, readRules } from './rules/index.ts'
import { tryRules } from './try-rules.ts'

async function* events(): AsyncGenerator<FraudEvent> {
  const days = simulateCards({ seed: 5, people: 60, days: 70, answering: { ...BANK_ONLY, answerShare: 0.6 } })
  for (const day of days) yield* day.events
}

test('a trial says what would have been caught, who would have been annoyed, and what would have been saved', async () => {
  const { payments, frauds, whole, rules } = await tryRules(events(), BUILT_IN)
  assert.ok(payments > 3_000 && frauds > 10, `${payments} payments, ${frauds} frauds`)
  assert.equal(whole.asked, whole.caught + whole.annoyed)
  assert.ok(whole.caught > 0 && whole.caught <= frauds)
  assert.ok(whole.saved.every(({ amountMinor }) => amountMinor > 0))
  assert.equal(rules.length, BUILT_IN.rules.length)
  assert.ok(rules.every(({ asked }) => asked <= whole.asked))
})

test('a rule that asks about nearly everything is told from one that does not', async () => {
  const set = readRules(
    'rule greedy asks when amountMinor > 0 or amountZ > 3\nrule modest asks when amountZ > 6'.replace(
      'amountMinor > 0',
      'habits >= 0',
    ),
  )
  const { rules } = await tryRules(events(), set)
  assert.deepEqual(
    rules.map(({ rule, asksTooMuch }) => [rule, asksTooMuch]),
    [
      ['greedy', true],
      ['modest', false],
    ],
  )
})

test('the same events and rules give the same trial', async () => {
  assert.deepEqual(await tryRules(events(), BUILT_IN), await tryRules(events(), BUILT_IN))
})
