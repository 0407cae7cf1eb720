import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, HOUR, MINUTE, money } from '#kit'
import type { FraudCase, LineChoice, Transaction } from '#vault'
import { scoreOf } from '../../tests/fixtures/rooms.ts'
import { fresh, NOON } from './everyday.fixture.ts'
import { choiceFor, chosenAfter, endOfQuiet, linesDue, quietFor } from './lines.ts'

const scored = ({ id }: Transaction, scoredAt = NOON) => scoreOf({ id, scoredAt })
const choice = (over: Partial<LineChoice>): LineChoice => ({
  id: 'lines_all',
  cardNumberDisplay: null,
  lines: 'all',
  above: null,
  quiet: null,
  at: NOON - DAY,
  ...over,
})
const scene = { told: new Set<string>(), timeZone: 'Europe/Paris', country: 'GB', now: NOON }

const kiosk = fresh(0, { pounds: 3, descriptor: 'corner kiosk', country: 'GB' })
const sofa = fresh(1, { pounds: 400, descriptor: 'sofa house', country: 'GB' })
const online = fresh(2, { pounds: 5, descriptor: 'streamvault', country: 'GB', entryMode: 'online' })
const cafe = fresh(3, { pounds: 4, descriptor: 'cafe du coin', country: 'FR' })
const PAYMENTS = [kiosk, sofa, online, cafe]

const told = (choices: LineChoice[], over: Partial<Parameters<typeof linesDue>[0]> = {}) =>
  linesDue(
    { transactions: PAYMENTS, cases: [], judged: PAYMENTS.map((one) => scored(one)), choices, ...over },
    scene,
  ).payments.map(({ descriptor }) => descriptor)

test('without a choice every card payment has its line; refunds and what is no card payment have none', () => {
  assert.equal(told([]).length, 4)
  const refund = fresh(4, { pounds: -9 })
  const rent = fresh(5, { cardNumberDisplay: null })
  const transactions = [...PAYMENTS, { ...refund, amount: money(900, 'GBP') }, rent]
  assert.equal(told([], { transactions, judged: transactions.map((one) => scored(one)) }).length, 4)
})

test('a person chooses payments above an amount, abroad or online, or only suspicious ones', () => {
  assert.deepEqual(told([choice({ lines: 'above', above: money(5_000, 'GBP') })]), ['sofa house'])
  assert.deepEqual(told([choice({ lines: 'abroad-or-online' })]), ['streamvault', 'cafe du coin'])
  assert.deepEqual(told([choice({ lines: 'suspicious' })]), [])
})

test('a card’s own choice comes before that for all cards', () => {
  const choices = [choice({ lines: 'suspicious' }), choice({ cardNumberDisplay: '5770', lines: 'all' })]
  assert.equal(choiceFor(choices, '5770')?.lines, 'all')
  assert.equal(choiceFor(choices, '1111')?.lines, 'suspicious')
  assert.equal(told(choices).length, 4)
  const back = choice({ cardNumberDisplay: '5770', lines: 'as-others' })
  assert.deepEqual(told([choice({ lines: 'suspicious' }), back]), [])
})

test('what was pulled with the history, is older than two days, was told, or is asked about has no line', () => {
  assert.deepEqual(told([], { judged: [] }), [])
  assert.deepEqual(told([], { judged: PAYMENTS.map((one) => scored(one, NOON - 49 * HOUR)) }), [])
  const { payments } = linesDue(
    { transactions: PAYMENTS, cases: [], judged: PAYMENTS.map((one) => scored(one)), choices: [] },
    { ...scene, told: new Set([kiosk.id, sofa.id]) },
  )
  assert.equal(payments.length, 2)
})

test('how a payment was judged is looked for further back where its person may ever have wanted to hear of it', () => {
  const isLookedFor = (choices: LineChoice[], transactions = [sofa]) =>
    linesDue({ transactions, cases: [], judged: [], choices }, scene).hasUnjudged
  assert.equal(isLookedFor([]), true)
  assert.equal(isLookedFor([choice({ lines: 'suspicious' })]), false)
  assert.equal(isLookedFor([choice({ lines: 'above', above: money(5_000, 'GBP') })]), true)
  assert.equal(isLookedFor([choice({ lines: 'above', above: money(5_000, 'GBP') })], [kiosk]), false)
  const fewer = chosenAfter(choice({}), choice({ lines: 'suspicious' }), NOON - HOUR)
  assert.equal(isLookedFor([fewer]), true, 'it may have come before there were to be fewer')
})

test('what joined a question has its line, which the question does not name; what joined an answered one was told with it', () => {
  const asked: FraudCase = {
    id: 'cas_1',
    number: 'G-7K4M-2Q',
    transactionId: sofa.id,
    attachedTransactionIds: [online.id, cafe.id],
    accountId: sofa.accountId,
    openedAt: NOON,
    state: 'asked',
    answeredAt: null,
    reasons: [],
    cardBlockedAt: null,
  }
  assert.deepEqual(told([], { cases: [asked] }), ['corner kiosk', 'streamvault', 'cafe du coin'])
  const answered: FraudCase = { ...asked, state: 'confirmed-fraud', answeredAt: NOON + MINUTE }
  assert.deepEqual(told([], { cases: [answered] }), ['corner kiosk'])
  const judged = [...PAYMENTS.slice(0, 3).map((one) => scored(one)), scored(cafe, NOON + 2 * MINUTE)]
  assert.deepEqual(told([], { cases: [answered], judged }), ['corner kiosk', 'cafe du coin'])
})

test('a choice is about what comes after it', () => {
  assert.deepEqual(told([choice({ at: NOON + MINUTE })]), [])
})

test('what the bank refused has its line too', () => {
  const refused = fresh(0, { status: 'declined', descriptor: 'toy shop' })
  assert.deepEqual(told([], { transactions: [refused], judged: [] }), ['toy shop'])
})

test('in quiet hours lines wait until these end on the person’s own clock, over midnight too', () => {
  // Noon in UTC is one in the afternoon in Paris.
  const quiet = { from: 12 * 60, to: 14 * 60 + 30 }
  const { waitsUntil, payments } = linesDue(
    {
      transactions: PAYMENTS,
      cases: [],
      judged: PAYMENTS.map((one) => scored(one)),
      choices: [choice({ quiet })],
    },
    scene,
  )
  assert.equal(waitsUntil, NOON + 90 * MINUTE)
  assert.deepEqual(payments, [])
  const night = { from: 22 * 60, to: 7 * 60 }
  const midnight = Date.UTC(2026, 10, 23, 23, 30)
  assert.equal(endOfQuiet(night, midnight, 'Europe/Paris'), Date.UTC(2026, 10, 24, 6))
  assert.equal(endOfQuiet(night, Date.UTC(2026, 10, 24, 6), 'Europe/Paris'), null)
  assert.equal(endOfQuiet(night, NOON, 'Europe/Paris'), null)
})

test('quiet hours end by the person’s own clock in the nights when it is changed, too', () => {
  const night = { from: 22 * 60, to: 7 * 60 }
  // 2026-03-29: two o'clock is three in Paris; seven o'clock there is five in UTC from then on.
  assert.equal(endOfQuiet(night, Date.UTC(2026, 2, 28, 22, 30), 'Europe/Paris'), Date.UTC(2026, 2, 29, 5))
  // 2026-10-25: three o'clock is two again. The first look is an hour early, and finds an hour left.
  const early = endOfQuiet(night, Date.UTC(2026, 9, 24, 21, 30), 'Europe/Paris')!
  assert.equal(early, Date.UTC(2026, 9, 25, 5))
  assert.equal(endOfQuiet(night, early, 'Europe/Paris'), Date.UTC(2026, 9, 25, 6))
  // An end that the clock skips is the first minute that there is.
  const skipped = { from: 22 * 60, to: 2 * 60 + 30 }
  const end = endOfQuiet(skipped, Date.UTC(2026, 2, 29, 0, 30), 'Europe/Paris')!
  assert.equal(endOfQuiet(skipped, end, 'Europe/Paris'), null)
})

test('a card has an amount of its own, beside the choice for all cards', () => {
  const other = fresh(4, { pounds: 80, descriptor: 'north bikes', cardNumberDisplay: '8812' })
  const small = fresh(5, { pounds: 8, descriptor: 'bella flowers', cardNumberDisplay: '8812' })
  const transactions = [...PAYMENTS, other, small]
  const choices = [
    choice({ lines: 'suspicious' }),
    choice({ cardNumberDisplay: '8812', lines: 'above', above: money(5_000, 'GBP') }),
  ]
  const judged = transactions.map((one) => scored(one))
  assert.deepEqual(told(choices, { transactions, judged }), ['north bikes'])
})

test('a card has quiet hours of its own: its lines wait while the others’ come, or come while the others’ wait', () => {
  const other = fresh(4, { descriptor: 'north bikes', cardNumberDisplay: '8812' })
  const transactions = [...PAYMENTS, other]
  const facts = { transactions, cases: [], judged: transactions.map((one) => scored(one)) }
  const noon = { from: 12 * 60, to: 14 * 60 + 30 }
  const due = (choices: LineChoice[]) => {
    const { waitsUntil, payments } = linesDue({ ...facts, choices }, scene)
    return { waitsUntil, told: payments.length }
  }
  const waits = choice({ cardNumberDisplay: '8812', lines: 'as-others', quiet: noon })
  assert.deepEqual(due([waits]), { waitsUntil: NOON + 90 * MINUTE, told: 4 })
  const never = choice({ cardNumberDisplay: '8812', lines: 'as-others', quiet: 'never' })
  assert.deepEqual(due([choice({ quiet: noon }), never]), { waitsUntil: NOON + 90 * MINUTE, told: 1 })
  assert.equal(quietFor([choice({ quiet: noon }), choice({ cardNumberDisplay: '8812' })], '8812'), noon)
  const longer = { from: 12 * 60, to: 20 * 60 }
  const both = due([choice({ quiet: longer }), { ...waits, quiet: noon }])
  assert.deepEqual(both, { waitsUntil: NOON + 90 * MINUTE, told: 0 }, 'the first to end is looked at first')
})

test('a payment that was first seen when it was posted, days after it was made, has its line', () => {
  const late = fresh(-5 * 24 * 60, { descriptor: 'slow shop', status: 'posted' })
  assert.deepEqual(told([], { transactions: [late], judged: [scored(late)] }), ['slow shop'])
})

test('of a flood no more goes into one message than can be read', () => {
  const many = Array.from({ length: 50 }, (_, i) => fresh(i, { id: `txn_many_${i}` }))
  const due = linesDue(
    { transactions: many, cases: [], judged: many.map((one) => scored(one)), choices: [] },
    scene,
  )
  assert.equal(due.payments.length, 20)
  assert.equal(due.more, true)
})
