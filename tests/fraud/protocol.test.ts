import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { DAY, HOUR } from '#kit'
import { bookFeatures } from '../../bench/fraud/book-features.ts'
import { type CardFile, readCardFile } from '../../bench/fraud/card-file.ts'
import { cardPrecision } from '../../bench/fraud/judge.ts'
import { splitWeeks, trainingWeeks } from '../../bench/fraud/protocol.ts'

const START = Date.UTC(2018, 6, 25)

/** [day after the start, customer, terminal, amount in pounds, 1 for a fraud], each at noon and a second later than the one before. */
function cardsOf(rows: [number, number, number, number, 0 | 1][]): CardFile {
  return {
    count: rows.length,
    at: Float64Array.from(rows, ([day], i) => START + day * DAY + 12 * HOUR + i * 1_000),
    customer: Int32Array.from(rows, ([, customer]) => customer),
    terminal: Int32Array.from(rows, ([, , terminal]) => terminal),
    amountMinor: Int32Array.from(rows, ([, , , amount]) => Math.round(amount * 100)),
    isFraud: Uint8Array.from(rows, ([, , , , isFraud]) => isFraud),
  }
}

async function reading(name: string, text: string | Buffer): Promise<CardFile> {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-cards-'))
  try {
    await writeFile(join(folder, name), text)
    return await readCardFile(join(folder, name), () => {})
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('a week is learnt from and the week after next is judged', () => {
  const cards = cardsOf([
    [-1, 0, 0, 10, 0],
    [0, 1, 0, 10, 0],
    [6, 2, 0, 10, 0],
    [7, 3, 0, 10, 0],
    [13, 4, 0, 10, 0],
    [14, 5, 0, 10, 0],
    [20, 6, 0, 10, 1],
    [21, 7, 0, 10, 0],
  ])
  const { train, test } = splitWeeks(cards, START)
  assert.deepEqual(train, [1, 3])
  assert.deepEqual([...test], [5, 6])
})

test('a file of other dates is learnt from in its last four weeks that have a week to be judged by', () => {
  const days = (count: number, from: number) =>
    cardsOf(
      Array.from({ length: count }, (_, day): [number, number, number, number, 0] => [
        from + day,
        0,
        0,
        10,
        0,
      ]),
    )
  const weeks = (cards: CardFile) => trainingWeeks(cards).map((start) => (start - START) / DAY)
  assert.deepEqual(weeks(days(183, -115)), [0, 7, 14, 21], 'the handbook’s own dates')
  assert.deepEqual(weeks(days(100, 1_000)), [1_058, 1_065, 1_072, 1_079])
  assert.deepEqual(weeks(days(60, 1_000)), [1_032, 1_039])
  assert.throws(() => trainingWeeks(days(40, 1_000)), /covers 40 days; the protocol needs 49/)
})

test('a card that was robbed in the training week is not judged', () => {
  const cards = cardsOf([
    [3, 1, 0, 10, 1],
    [14, 1, 0, 10, 0],
    [14, 2, 0, 10, 0],
  ])
  assert.deepEqual([...splitWeeks(cards, START).test], [2])
})

test('a card that was robbed in the week between leaves eight days later, when that is known', () => {
  const cards = cardsOf([
    [8, 1, 0, 10, 1],
    [14, 1, 0, 10, 0],
    [15, 1, 0, 10, 0],
    [16, 1, 0, 10, 0],
    [20, 1, 0, 10, 0],
  ])
  assert.deepEqual([...splitWeeks(cards, START).test], [1, 2])
})

test('a card counts once a day with its highest score, and is gone once it is found', () => {
  const judged = {
    at: [0, 1, 2, 3, DAY, DAY + 1, DAY + 2].map((ms) => START + ms),
    customer: [1, 1, 2, 3, 1, 2, 3],
    scores: [0.1, 0.9, 0.8, 0.2, 0.9, 0.5, 0.4],
    isFraud: [1, 0, 0, 1, 1, 0, 1],
  }
  // First day: cards 1 and 2, and card 1 was robbed. Second day, without card 1: cards 2 and 3, and card 3 was robbed.
  assert.equal(cardPrecision(judged, 2), 0.5)
  // First day: card 1. Second day: card 2, for nothing.
  assert.equal(cardPrecision(judged, 1), 0.5)
})

test('the book’s features count this payment with its customer, and only old frauds with its terminal', () => {
  const cards = cardsOf([
    [0, 1, 5, 10, 1],
    [7, 1, 6, 20, 0],
    [8, 1, 5, 30, 0],
  ])
  const [amount, weekend, night, day1, mean1, day7, mean7, day30, mean30, ...terminal] = bookFeatures(
    cards,
    2,
    3,
  )
  assert.deepEqual([amount, weekend, night], [30, 0, 0])
  assert.deepEqual([day1, mean1], [1, 30])
  assert.deepEqual([day7, mean7], [2, 25])
  assert.deepEqual([day30, mean30], [3, 20])
  // A fraud of eight days ago is known since yesterday; a day's window that ended a week ago is over by two seconds.
  assert.deepEqual(terminal, [0, 0, 1, 1, 1, 1])
})

test('a card file may be gzipped, out of order, and have more columns than are needed', async () => {
  const text = `TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO
1,2018-04-01 00:02:10,4961,3412,81.51,1,2
0,2018-04-01 00:00:31,596,3156,57.16,0,0
`
  const cards = await reading('cards.csv.gz', gzipSync(text))
  assert.equal(cards.count, 2)
  assert.equal(cards.at[0], Date.UTC(2018, 3, 1, 0, 0, 31))
  assert.deepEqual([...cards.amountMinor], [5716, 8151])
  assert.deepEqual([...cards.isFraud], [0, 1])
})

for (const [what, row, sentence] of [
  ['an amount that is no number', '2018-04-01 00:00:31,1,2,NaN,0', /line 2: TX_AMOUNT is “NaN”/],
  ['a negative amount', '2018-04-01 00:00:31,1,2,-3,0', /line 2: TX_AMOUNT is “-3”/],
  ['an enormous amount', '2018-04-01 00:00:31,1,2,1e300,0', /line 2: TX_AMOUNT is “1e300”/],
  [
    'a day that does not exist',
    '2018-13-41 00:00:31,1,2,3,0',
    /line 2: TX_DATETIME is “2018-13-41 00:00:31”/,
  ],
  ['a row that is cut short', '2018-04-01 00:00:31,1,2', /line 2: TX_AMOUNT is “”/],
] as const)
  test(`a card file with ${what} is refused, and the line is named`, async () => {
    const header = 'TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD'
    await assert.rejects(reading('cards.csv', `${header}\n${row}\n`), sentence)
  })

test('a file without the columns is refused by their names, and one that is not there is no endless wait', async () => {
  await assert.rejects(
    reading('cards.csv', 'TX_DATETIME,CUSTOMER_ID\n'),
    /no column TERMINAL_ID, TX_AMOUNT, TX_FRAUD/,
  )
  await assert.rejects(reading('cards.csv', ''), /is empty/)
  await assert.rejects(
    readCardFile(join(tmpdir(), 'no-such-cards.csv.gz'), () => {}),
    /ENOENT/,
  )
})

test('a gzipped file that is cut short is refused', async () => {
  const whole = gzipSync(
    'TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD\n2018-04-01 00:00:31,1,2,3,0\n',
  )
  await assert.rejects(
    reading('cards.csv.gz', whole.subarray(0, whole.length - 12)),
    /unexpected end of file/,
  )
})
