import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Question } from '../question.ts'
import { understand } from './understand.ts'
import { lineOf, NOW, TIME_ZONE } from './utterances/question-line.ts'

/** Each line as it is understood after the one before. */
function talk(...said: string[]): string[] {
  let previous: Question | undefined
  return said.map((text) => {
    previous = understand(text, {
      now: NOW,
      timeZone: TIME_ZONE,
      locale: 'en',
      ...(previous && { previous }),
    })
    return lineOf(previous)
  })
}

test('a follow-up changes one part of the question and keeps the rest', () => {
  assert.deepEqual(
    talk(
      'what did I spend on fuel last month?',
      'and this month?',
      'and groceries?',
      'et chez Lidl ?',
      'what about Tesco',
      'et en octobre 2025 ?',
    ),
    [
      'spending | category fuel | month 2026-10-01 2026-10-31',
      'spending | category fuel | month 2026-11-01 2026-11-30',
      'spending | category groceries | month 2026-11-01 2026-11-30',
      'spending | merchant Lidl | month 2026-11-01 2026-11-30',
      'spending | merchant Tesco | month 2026-11-01 2026-11-30',
      'spending | merchant Tesco | month 2025-10-01 2025-10-31',
    ],
  )
})

test('bounds stay when a shop or a period changes, and are put into a list alone', () => {
  assert.deepEqual(
    talk('payments over £50 last week', 'and at Tesco?', 'and in October', 'and over £100?', 'and £42?'),
    [
      'find | null - | over 5000 GBP | week 2026-11-09 2026-11-15',
      'find | null - | over 5000 GBP | merchant Tesco | week 2026-11-09 2026-11-15',
      'find | null - | over 5000 GBP | merchant Tesco | month 2026-10-01 2026-10-31',
      'find | null - | over 10000 GBP | merchant Tesco | month 2026-10-01 2026-10-31',
      'find | 4200 GBP | merchant Tesco | month 2026-10-01 2026-10-31',
    ],
  )
  assert.deepEqual(talk('payments over £50 last week', 'and how much did I spend at Tesco'), [
    'find | null - | over 5000 GBP | week 2026-11-09 2026-11-15',
    'spending | merchant Tesco | week 2026-11-09 2026-11-15',
  ])
  assert.equal(
    talk('what did I spend last week', 'and over £50?')[1],
    'find | null - | over 5000 GBP | week 2026-11-09 2026-11-15',
  )
})

test('bounds after a sum list what it was of, and a number without its currency is asked about', () => {
  for (const [sum, bounds, bare] of [
    ['how much did I spend at Tesco', 'over £50', 'over 50'],
    ['combien ai-je dépensé chez Tesco', 'plus de 50 £', 'plus de 50'],
  ] as const) {
    assert.equal(talk(sum, bounds)[1], 'find | null - | over 5000 GBP | merchant Tesco')
    assert.equal(talk(sum, bare)[1], 'not-understood | near amount')
  }
  assert.equal(talk('payments at Tesco', 'over 50')[1], 'find | null - | over 5000 | merchant Tesco')
  assert.equal(talk('what did I spend at Tesco', 'by month over £50')[1], 'not-understood | near amount')
})

test('the largest payment is asked for of another period, shop or size, and of what a sum was of', () => {
  assert.deepEqual(talk('my biggest payment this month', 'and last month?', 'et chez Lidl ?', 'under £50?'), [
    'transactions | largest 1 | month 2026-11-01 2026-11-30',
    'transactions | largest 1 | month 2026-10-01 2026-10-31',
    'transactions | largest 1 | merchant Lidl | month 2026-10-01 2026-10-31',
    'transactions | largest 1 | under 5000 GBP | merchant Lidl | month 2026-10-01 2026-10-31',
  ])
  assert.equal(
    talk('what did I spend at Lidl in October', 'and what was my biggest payment?')[1],
    'transactions | largest 1 | merchant Lidl | month 2026-10-01 2026-10-31',
  )
})

test('a period alone goes on from the question before', () => {
  assert.deepEqual(talk('show my last 5 payments', 'in October?', 'last week'), [
    'transactions | 5',
    'transactions | 5 | month 2026-10-01 2026-10-31',
    'transactions | 5 | week 2026-11-09 2026-11-15',
  ])
})

test('a new question that begins with "and" keeps what it leaves open', () => {
  assert.deepEqual(talk('what did I spend at Lidl in October', 'and show me the payments'), [
    'spending | merchant Lidl | month 2026-10-01 2026-10-31',
    'transactions | 10 | merchant Lidl | month 2026-10-01 2026-10-31',
  ])
})

test('a new question without "and" starts afresh', () => {
  assert.equal(
    talk('what did I spend at Lidl in October', 'what did I spend on fuel?')[1],
    'spending | category fuel',
  )
})

test('a comparison goes on with another kind of spending, or another period', () => {
  assert.deepEqual(talk('compare this month with last', 'and fuel?', 'and October?', 'with last year?'), [
    'compare | month 2026-11-01 2026-11-30 | against month 2026-10-01 2026-10-31',
    'compare | month 2026-11-01 2026-11-30 | against month 2026-10-01 2026-10-31 | category fuel',
    'compare | month 2026-10-01 2026-10-31 | against month 2026-09-01 2026-09-30 | category fuel',
    'compare | month 2026-10-01 2026-10-31 | against year 2025-01-01 2025-12-31 | category fuel',
  ])
})

test('a sum is parted by month, by week or by kind, and goes on from there', () => {
  assert.deepEqual(
    talk(
      'how much did I spend each month this year?',
      'and last year?',
      'et chez Lidl ?',
      'by week?',
      'par catégorie ?',
      'month by month',
    ),
    [
      'over-time | each month | year 2026-01-01 2026-12-31',
      'over-time | each month | year 2025-01-01 2025-12-31',
      'over-time | each month | merchant Lidl | year 2025-01-01 2025-12-31',
      'over-time | each week | merchant Lidl | year 2025-01-01 2025-12-31',
      'spending-by | by category | merchant Lidl | year 2025-01-01 2025-12-31',
      'over-time | each month | merchant Lidl | year 2025-01-01 2025-12-31',
    ],
  )
})

test('what may be left is asked for another day', () => {
  assert.deepEqual(
    talk(
      'how much will I have left at the end of the month?',
      'and before the rent?',
      'et dans deux semaines ?',
    ),
    ['forecast | until 2026-11-30', 'forecast | before rent', 'forecast | until 2026-12-02'],
  )
  assert.equal(talk('my balance', 'and at the end of the month?')[1], 'forecast | until 2026-11-30')
  for (const said of ['and in October?', 'and 3 November?', 'et en octobre ?'])
    assert.equal(talk('my balance', said)[1], 'not-understood', `${said} looks back`)
  assert.equal(talk('my balance', 'and my salary?')[1], 'transactions | 10 | category income')
})

test('a search goes on with another amount', () => {
  assert.equal(talk('find the £42 payment', 'and £50?')[1], 'find | 5000 GBP')
})

test('what does not fit the question before is not understood', () => {
  assert.equal(talk("what's my balance?", 'and last month?')[1], 'not-understood')
  assert.equal(talk('hello', 'and last month?')[1], 'not-understood')
  assert.equal(talk('what did I spend at Lidl', 'and the weather?')[1], 'not-understood')
  assert.equal(talk('what did I spend at Lidl', 'and on 31 February?')[1], 'not-understood | near period')
  assert.equal(talk('what did I spend at Lidl', 'and transfer it to Bob')[1], 'not-understood')
})

test('asking for a person, a dispute or a stolen card is heard in the middle of anything', () => {
  assert.equal(talk('what did I spend at Lidl', 'and this was not me')[1], 'dispute')
  assert.equal(talk('what did I spend at Lidl', 'and a human please')[1], 'human')
  assert.equal(talk('what did I spend at Lidl', 'and freeze my card')[1], 'freeze-card')
})

test('"the month before" is counted from the month that was asked about', () => {
  assert.deepEqual(
    talk('what did I spend at Lidl in September', 'and the month before?', 'et le mois d’avant ?'),
    [
      'spending | merchant Lidl | month 2026-09-01 2026-09-30',
      'spending | merchant Lidl | month 2026-08-01 2026-08-31',
      'spending | merchant Lidl | month 2026-07-01 2026-07-31',
    ],
  )
  assert.equal(talk('what did I spend last week', 'and the month before?')[1], 'not-understood | near period')
})
