import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newCaseNumber, readCaseNumber } from '#fraud'
import { seeded } from '#kit'

const SIGNS = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ']

function numbersFrom(seed: number) {
  const next = seeded(seed)
  return (n: number) => Buffer.from(Array.from({ length: n }, () => Math.floor(next() * 256)))
}

test('a case number is read back however it is typed', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const number = newCaseNumber(numbersFrom(seed))
      assert.match(number, /^G-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}$/)
      assert.equal(readCaseNumber(number), number)
      assert.equal(readCaseNumber(` ${number.toLowerCase().replaceAll('-', ' ')} `), number)
      assert.equal(readCaseNumber(number.replaceAll('0', 'O').replaceAll('1', 'L')), number)
    }),
  )
})

test('one wrong sign, or two neighbours swapped, is noticed on the telephone', () => {
  const number = newCaseNumber(numbersFrom(7))
  const places = [2, 3, 4, 5, 7, 8]
  for (const place of places) {
    for (const sign of SIGNS) {
      if (sign === number[place]) continue
      assert.equal(readCaseNumber(number.slice(0, place) + sign + number.slice(place + 1)), null)
    }
  }
  for (const [i, place] of places.slice(1).entries()) {
    const before = places[i]!
    if (number[place] === number[before]) continue
    const signs = [...number]
    ;[signs[before], signs[place]] = [signs[place]!, signs[before]!]
    assert.equal(readCaseNumber(signs.join('')), null)
  }
})

test('what is not a case number is not read as one', () => {
  for (const text of ['', 'G-', '7K4M-2Q', 'G-7K4M-2', 'G-UUUU-UU', 'X-7K4M-2Q', 'G-7K4M-2Q-9'])
    assert.equal(readCaseNumber(text), null)
})

test('a person never has two cases of one number', () => {
  const same = () => numbersFrom(3)
  const first = newCaseNumber(same())
  assert.notEqual(newCaseNumber(same(), new Set([first])), first)
})
