import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BANK_WORDS } from '../bank/words.ts'
import { CONSOLE_WORDS } from '../console/words.ts'
import { CONTROL_WORDS } from '../control/words.ts'
import { EMBED_WORDS } from '../embed/words.ts'
import { MESSENGER_WORDS } from '../messengers/words.ts'
import { PUSH_WORDS } from '../push/words.ts'
import { TRANSCRIPT_WORDS } from '../transcript/words.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'

/** Every sentence of a language with its path; those that take values are given some. */
function sentences(words: unknown, path = ''): [string, string][] {
  if (typeof words === 'string') return [[path, words]]
  if (typeof words === 'function') return sentences(words(2, '3'), path)
  return Object.entries(words as object).flatMap(([key, value]) => sentences(value, `${path}.${key}`))
}

const TABLES = [
  BANK_WORDS,
  CONTROL_WORDS,
  CONSOLE_WORDS,
  MESSENGER_WORDS,
  EMBED_WORDS,
  PUSH_WORDS,
  TRANSCRIPT_WORDS,
]
const FRENCH = [fr, ...TABLES.map((words) => words.fr)].flatMap((words) => sentences(words))
const ENGLISH = [en, ...TABLES.map((words) => words.en)].flatMap((words) => sentences(words))

test('French is set with its own spaces: none breaks before a colon, a question mark or inside guillemets', () => {
  assert.deepEqual(
    FRENCH.filter(([, text]) => /[^\u00a0\u202f][:;!?»]|«[^\u00a0\u202f]/.test(text)),
    [],
  )
})

test('no sentence has a straight apostrophe, three dots for an ellipsis, or nothing in it but where nothing is meant', () => {
  const meantEmpty = ['.status.posted']
  assert.deepEqual(
    [...ENGLISH, ...FRENCH].filter(
      ([path, text]) => /['`]|\.\.\./.test(text) || (text.trim() === '' && !meantEmpty.includes(path)),
    ),
    [],
  )
})

test('the two languages have the same sentences, lists as long as each other, and say them differently', () => {
  assert.deepEqual(
    FRENCH.map(([path]) => path),
    ENGLISH.map(([path]) => path),
  )
  const same = ENGLISH.filter(([, text], at) => FRENCH[at]![1] === text && text.length > 14)
  assert.deepEqual(same, [])
})
