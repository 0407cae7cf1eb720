import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageOf } from './language-of.ts'
import { ENGLISH } from './utterances/english.ts'
import { FRENCH } from './utterances/french.ts'

test('what people write to a bank is not read aloud in the wrong voice', () => {
  const heard = (rows: typeof ENGLISH, as: 'en' | 'fr' | null) =>
    rows.filter(([said]) => languageOf(said) === as)
  assert.deepEqual(heard(ENGLISH, 'fr'), [])
  assert.deepEqual(heard(FRENCH, 'en'), [])
  assert.ok(heard(ENGLISH, 'en').length > 0.9 * ENGLISH.length)
  assert.ok(heard(FRENCH, 'fr').length > 0.9 * FRENCH.length)
})

test('words that both languages could say are read like the page around them', () => {
  for (const text of ['transactions', 'ok', 'Tesco', '', '12,50', '🙂'])
    assert.equal(languageOf(text), null, text)
})
