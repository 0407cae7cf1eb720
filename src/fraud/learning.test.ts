import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { learnFrom } from '#fraud'
import { BANK_ONLY, type CardEvent, simulateCards } from '../../sim/cards/index.ts'

test('what is said of payments that nobody told of changes nothing of what is learnt', async () => {
  const answering = { ...BANK_ONLY, answerShare: 0.6 }
  const log = [...simulateCards({ seed: 4, people: 30, days: 40, answering })].flatMap((day) => day.events)
  const strayed = log.flatMap((event, n): CardEvent[] =>
    event.kind === 'label-learnt' ? [event, { ...event, paymentId: `nobody-${n}` }] : [event],
  )
  assert.ok(strayed.length > log.length)
  const lesson = await learnFrom(Readable.from(log))
  assert.ok(lesson.all.labels.includes(1))
  assert.deepEqual(await learnFrom(Readable.from(strayed)), lesson)
})
