import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textBlocks } from './text-blocks.ts'

test('reasons written as bullets become a list, and the sentences around them stay sentences', () => {
  assert.deepEqual(textBlocks('What looks unusual:\n• far away\n• a new shop\nSay so at once.'), [
    { type: 'lines', lines: ['What looks unusual:'] },
    { type: 'list', items: ['far away', 'a new shop'] },
    { type: 'lines', lines: ['Say so at once.'] },
  ])
})

test('an empty line begins a new paragraph', () => {
  assert.deepEqual(textBlocks('one\ntwo\n\nthree'), [
    { type: 'lines', lines: ['one', 'two'] },
    { type: 'lines', lines: ['three'] },
  ])
})

test('an amount with a minus sign is not taken for a bullet', () => {
  assert.deepEqual(textBlocks('-£12.00 at Tesco'), [{ type: 'lines', lines: ['-£12.00 at Tesco'] }])
})

test('a person’s own words are kept as they wrote them, but for the empty lines', () => {
  assert.deepEqual(textBlocks('  two spaces <b>and a tag</b>'), [
    { type: 'lines', lines: ['  two spaces <b>and a tag</b>'] },
  ])
})
