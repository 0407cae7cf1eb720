import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '#kit'
import { NumberText, parseExactJson } from './exact-json.ts'

const parse = (text: string) => parseExactJson(text, 'bank-answer-malformed')
const textOf = (text: string) => {
  const number = parse(text)
  assert.ok(number instanceof NumberText)
  return number.text
}

test('a number is kept as the bank wrote it, where a float would lose a digit', () => {
  for (const written of [
    '12.30',
    '0.1',
    '9007199254740993',
    '1234567890123.45',
    '-0',
    '-0.00',
    '1e2',
    '1E400',
    '0.30000000000000004',
  ])
    assert.equal(textOf(written), written)
})

test('any decimal comes through digit by digit, however deep it stands', () => {
  const decimal = fc.stringMatching(/^-?(0|[1-9]\d{0,17})(\.\d{1,6})?$/)
  fc.assert(
    fc.property(decimal, (written) => {
      const read = parse(`{"a":[{"amount":${written}}]}`) as { a: { amount: NumberText }[] }
      assert.equal(read.a[0]!.amount.text, written)
    }),
  )
})

test('everything but numbers is read as any JSON', () => {
  assert.deepEqual(parse('{"a":"12.30","b":[true,null,"£"],"c":{}}'), {
    a: '12.30',
    b: [true, null, '£'],
    c: {},
  })
})

test('whatever the JSON, it is what the engine reads, and what is none is none', () => {
  const plain = (value: unknown): unknown => {
    if (value instanceof NumberText) return Number(value.text)
    if (Array.isArray(value)) return value.map(plain)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, plain(own)]))
  }
  const tricky = fc.string({ unit: fc.constantFrom('"', '\\', '1', '-', ' ', ',', '\u0001', '\\u0001', 'é') })
  const json = fc.oneof(
    fc.json(),
    fc.json({ stringUnit: 'binary' }),
    tricky,
    tricky.map((text) => JSON.stringify([text, 1])),
  )
  fc.assert(
    fc.property(json, fc.nat(3), (text, cut) => {
      const given = text.slice(0, text.length - cut)
      let expected: unknown
      try {
        expected = JSON.parse(given)
      } catch {
        assert.throws(() => parse(given), Fault)
        return
      }
      assert.deepEqual(plain(parse(given)), plain(expected))
    }),
    { numRuns: 2_000 },
  )
})

test('nobody can pass a text off as a number', () => {
  for (const forged of ['{"text":"12.30"}', '"\\u000112.30"', '"\\u0001"'])
    assert.ok(!((parse(`{"amount":${forged}}`) as { amount: unknown }).amount instanceof NumberText))
  const { __proto__: own } = parse('{"__proto__":{"text":"1"}}') as { __proto__: unknown }
  assert.ok(!(own instanceof NumberText))
  assert.equal(({} as { text?: string }).text, undefined)
})

test('what is not JSON is refused without quoting it', () => {
  for (const text of [
    '',
    '{',
    '{"accounts":[{"accountId":',
    '<html>4111111111111111</html>',
    '01',
    '.5',
    'NaN',
    '1.',
    '-',
    '1 2',
    '"1',
    '["a 1]',
    '["\u0001"]',
    '['.repeat(100_000),
  ])
    assert.throws(
      () => parse(text),
      (error: unknown) => {
        assert.ok(error instanceof Fault)
        assert.equal(error.code, 'bank-answer-malformed')
        assert.equal(error.cause, undefined)
        assert.doesNotMatch(error.message, /4111/)
        return true
      },
    )
})
