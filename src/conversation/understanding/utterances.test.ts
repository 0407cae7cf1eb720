import assert from 'node:assert/strict'
import { test } from 'node:test'
import { understand } from './understand.ts'
import { ENGLISH } from './utterances/english.ts'
import { FRENCH } from './utterances/french.ts'
import { lineOf, NOW, TIME_ZONE } from './utterances/question-line.ts'
import { REFUSED } from './utterances/refused.ts'
import { TYPED_ENGLISH, TYPED_FRENCH } from './utterances/typed.ts'

const tables = [
  { name: 'English', rows: ENGLISH, own: 'en', other: 'fr' },
  { name: 'French', rows: FRENCH, own: 'fr', other: 'en' },
  { name: 'English on a telephone', rows: TYPED_ENGLISH, own: 'en', other: 'fr' },
  { name: 'French on a telephone', rows: TYPED_FRENCH, own: 'fr', other: 'en' },
  { name: 'what is not served', rows: REFUSED, own: 'en', other: 'fr' },
] as const

const line = (text: string, locale: 'en' | 'fr'): string =>
  lineOf(understand(text, { now: NOW, timeZone: TIME_ZONE, locale }))

for (const { name, rows, own, other } of tables) {
  test(`${name}: each of ${rows.length} utterances is the question written beside it`, () => {
    for (const [said, question] of rows) assert.equal(line(said, own), question, said)
  })

  test(`${name}: the language of the chat does not change what is understood`, () => {
    // But for amounts: three digits behind a point are thousands in French and too many decimals in English.
    const alike = rows.filter(([said]) => said !== 'find the £42.505 payment')
    for (const [said, question] of alike) assert.equal(line(said, other), question, said)
  })

  test(`${name}: capitals and spaces do not matter`, () => {
    for (const [said, question] of rows) {
      // Spaces inside a number part its thousands, and names come back as they were typed.
      if (!/\d \d/.test(said))
        assert.equal(line(`  ${said.replaceAll(' ', '  ')} `, own).replace(/\s+/g, ' '), question, said)
      if (!/merchant |bank /.test(question))
        assert.equal(line(said.toUpperCase(), own), question, said.toUpperCase())
    }
  })
}

test('French without its accents is the same French', () => {
  for (const [said, question] of [...FRENCH, ...TYPED_FRENCH]) {
    const plain = said.normalize('NFD').replace(/\p{M}/gu, '')
    // Without its accent a card that is "bloqué" reads like an order only before the card: behind it, it stays a state.
    assert.equal(line(plain, 'fr'), question, plain)
  }
})

test('the same words always give the same question', () => {
  for (const [said] of [...ENGLISH, ...FRENCH, ...REFUSED]) assert.equal(line(said, 'en'), line(said, 'en'))
})

test('a word that says something in one language alone is read in the language of the chat', () => {
  assert.equal(line('ta', 'en'), 'thanks')
  assert.equal(line('cc', 'fr'), 'greeting')
  assert.equal(line('ta', 'fr'), 'not-understood')
  assert.equal(line('cc', 'en'), 'not-understood')
})
