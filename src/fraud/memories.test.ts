import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, HOUR, Private } from '#kit'
import { NOON, ordinaryLife } from './everyday.fixture.ts'
import { createMemories } from './memories.ts'
import { remember } from './memory.ts'

const HOME = { timeZone: 'Europe/London', country: 'GB' }

function memoryOf(payments: number, personId = 'per_amina') {
  const transactions = ordinaryLife(1).slice(0, payments)
  const memory = new Private(
    remember({ transactions, cases: [], knownGood: [], labels: [], snoozes: [] }, HOME),
  )
  return { personId, memory, version: 1 }
}

test('memory holds no more payments than it may: those unused for longest are dropped', () => {
  const memories = createMemories(100)
  memories.put('lnk_a', memoryOf(40), NOON)
  memories.put('lnk_b', memoryOf(40), NOON)
  memories.put('lnk_a', memories.take('lnk_a')!, NOON + 1)
  memories.put('lnk_c', memoryOf(40), NOON + 2)
  assert.equal(memories.take('lnk_b'), undefined)
  assert.ok(memories.take('lnk_a'))
  assert.ok(memories.take('lnk_c'))
})

test('nobody’s habits stay in memory for more than a day without use', () => {
  const memories = createMemories(1000)
  memories.put('lnk_a', memoryOf(10), NOON)
  memories.put('lnk_b', memoryOf(10), NOON + 2 * HOUR)
  memories.put('lnk_c', memoryOf(10), NOON + DAY + HOUR)
  assert.equal(memories.take('lnk_a'), undefined)
  assert.ok(memories.take('lnk_b'))
})

test('who ends a consent, or leaves, is forgotten at once', () => {
  const memories = createMemories(1000)
  memories.put('lnk_a', memoryOf(10, 'per_amina'), NOON)
  memories.put('lnk_b', memoryOf(10, 'per_bruno'), NOON)
  memories.put('lnk_c', memoryOf(10, 'per_bruno'), NOON)
  memories.forget('lnk_a')
  memories.forgetPerson('per_bruno')
  for (const linkId of ['lnk_a', 'lnk_b', 'lnk_c']) assert.equal(memories.take(linkId), undefined)
})

test('a memory that is printed shows nothing', () => {
  assert.equal(`${memoryOf(10).memory}`, '•••')
})
