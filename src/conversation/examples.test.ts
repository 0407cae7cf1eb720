import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOCALES } from '#kit'
import type { Question } from './question.ts'
import { understand } from './understanding/index.ts'
import { wordsIn } from './words/index.ts'
import { createSpeech } from './words/speech.ts'

const now = Date.UTC(2026, 10, 23, 14, 5)
const context = { now, timeZone: 'Europe/London' }

const UNDERSTOOD: Question['kind'][] = [
  'balance',
  'transactions',
  'spending',
  'transactions',
  'compare',
  'over-time',
  'forecast',
  'find',
  'recurring',
  'freeze-card',
  'who-read',
]

test('every example that the help gives is understood as what it means, in both languages', () => {
  for (const locale of LOCALES) {
    const help = wordsIn[locale].sentences.help({ linked: true }, createSpeech(locale, 'UTC', now))
    const examples = help.split('\n').filter((line) => line.startsWith('• '))
    const kinds = examples.map((line) => understand(line.slice(2), { ...context, locale }).kind)
    assert.deepEqual(kinds, UNDERSTOOD)
  }
})

test('every example that is given when something was not clear is understood itself', () => {
  const previous: Question = { kind: 'spending', filter: {} }
  for (const locale of LOCALES) {
    for (const near of ['period', 'amount', 'merchant'] as const) {
      const text = wordsIn[locale].sentences['not-understood']({ near }, createSpeech(locale, 'UTC', now))
      const examples = [...text.matchAll(/[“«]\s?([^”»]+?)\s?[”»]/g)].map((match) => match[1]!)
      assert.ok(examples.length > 0)
      for (const example of examples) {
        const { kind } = understand(example, { ...context, locale, previous })
        assert.ok(['spending', 'find'].includes(kind), `${locale} “${example}” is ${kind}`)
      }
    }
  }
})
