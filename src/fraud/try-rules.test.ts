import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currency, DAY, HOUR } from '#kit'
import { BANK_ONLY, simulateCards } from '../../sim/cards/index.ts'
import type { FraudEvent, LabelLearnt, PaymentChanged, PaymentSeen } from './features/index.ts'
import { learnFrom } from './learning.ts'
import { BUILT_IN, readRules } from './rules/index.ts'
import { tryRules } from './try-rules.ts'

async function* events(): AsyncGenerator<FraudEvent> {
  const days = simulateCards({ seed: 5, people: 60, days: 70, answering: { ...BANK_ONLY, answerShare: 0.6 } })
  for (const day of days) yield* day.events
}

test('a trial says what would have been caught, who would have been annoyed, and what would have been saved', async () => {
  const { payments, frauds, whole, rules } = await tryRules(events(), BUILT_IN)
  assert.ok(payments > 3_000 && frauds > 10, `${payments} payments, ${frauds} frauds`)
  assert.equal(whole.asked, whole.caught + whole.annoyed)
  assert.ok(whole.caught > 0 && whole.caught <= frauds)
  assert.ok(whole.saved.every(({ amountMinor }) => amountMinor > 0))
  assert.equal(rules.length, BUILT_IN.rules.length)
  assert.ok(rules.every(({ asked }) => asked <= whole.asked))
})

test('a rule that asks about nearly everything is told from one that does not', async () => {
  const set = readRules(
    'rule greedy asks when amountMinor > 0 or amountZ > 3\nrule modest asks when amountZ > 6'.replace(
      'amountMinor > 0',
      'habits >= 0',
    ),
  )
  const { rules } = await tryRules(events(), set)
  assert.deepEqual(
    rules.map(({ rule, asksTooMuch }) => [rule, asksTooMuch]),
    [
      ['greedy', true],
      ['modest', false],
    ],
  )
})

test('the same events and rules give the same trial', async () => {
  assert.deepEqual(await tryRules(events(), BUILT_IN), await tryRules(events(), BUILT_IN))
})

const START = Date.UTC(2026, 0, 5)
const EVERYTHING = readRules('rule everything asks when habits >= 0')

async function* told(...events: FraudEvent[]): AsyncGenerator<FraudEvent> {
  yield* events
}

const paid = (n: number, over: Partial<PaymentSeen> = {}): PaymentSeen => ({
  kind: 'payment-seen',
  id: `p${n}`,
  at: START + n * HOUR,
  holder: 'h',
  accountId: 'a',
  card: 'a 1',
  amountMinor: 1_000 + n,
  currency: currency('GBP'),
  merchant: 'shop',
  category: null,
  terminal: null,
  country: 'GB',
  foreignCurrency: null,
  city: null,
  place: null,
  entryMode: 'chip',
  hour: 9,
  weekday: 1,
  ...over,
})

const learnt = (over: Partial<LabelLearnt>): LabelLearnt => ({
  kind: 'label-learnt',
  paymentId: 'p3',
  label: 'fraud',
  source: 'person',
  at: START + 2 * DAY,
  ...over,
})

test('what a payment was in the end is the label learnt last, in whatever order they are told; silence takes nothing back', async () => {
  const payments = Array.from({ length: 8 }, (_, n) => paid(n))
  const frauds = async (...labels: LabelLearnt[]) => {
    const { past, later } = await learnFrom(told(...payments, ...labels))
    const counted = [...past.labels, ...later.labels].reduce((sum, label) => sum + label, 0)
    assert.equal((await tryRules(told(...payments, ...labels), EVERYTHING)).frauds, counted)
    return counted
  }
  const silence = learnt({ label: 'genuine', source: 'expiry', at: START + 120 * DAY })
  const before = learnt({ label: 'genuine', at: START + DAY })
  const after = learnt({ label: 'genuine', source: 'dispute', at: START + 9 * DAY })
  assert.equal(await frauds(learnt({})), 1)
  assert.equal(await frauds(learnt({}), silence), 1)
  assert.equal(await frauds(silence, learnt({})), 1)
  assert.equal(await frauds(learnt({}), before), 1)
  assert.equal(await frauds(learnt({}), learnt({ label: 'genuine', source: 'bank' })), 1)
  assert.equal(await frauds(after, learnt({})), 0)
  assert.equal(await frauds(learnt({}), learnt({ label: 'unknown', at: START + 3 * DAY })), 0)
})

test('what is learnt since an instant is the last of what a whole replay learns, with the same past', async () => {
  const payments = Array.from({ length: 12 }, (_, n) => paid(n))
  const rows = async (since?: number) => {
    const { past, later } = await learnFrom(told(...payments), undefined, since)
    return [...past.values, ...later.values]
  }
  const last = await rows(START + 6 * HOUR)
  assert.deepEqual(last, (await rows()).slice(-last.length))
  assert.equal(last.length, (await rows()).length / 2)
  await assert.rejects(rows(START + DAY), /too few payments in the file since that day/)
})

test('money is counted by currency, an enormous amount breaks no sum, and of a payment of nothing nobody is asked', async () => {
  const { whole, payments } = await tryRules(
    told(
      paid(1, { amountMinor: Number.MAX_SAFE_INTEGER }),
      paid(2, { amountMinor: Number.MAX_SAFE_INTEGER }),
      paid(3, { amountMinor: 700, currency: currency('JPY') }),
      paid(4, { amountMinor: 0 }),
      ...['p1', 'p2', 'p3', 'p4'].map((paymentId) => learnt({ paymentId })),
    ),
    EVERYTHING,
  )
  assert.deepEqual([payments, whole.asked, whole.caught], [3, 3, 3])
  assert.deepEqual(whole.saved, [
    { amountMinor: 2 * 2 ** 38, currency: 'GBP' },
    { amountMinor: 700, currency: 'JPY' },
  ])
})

test('a rule that holds for every payment is told, whatever it does: one that spares would silence all the others', async () => {
  const set = readRules(
    'rule silence spares when habits >= 0\nrule weak weighs 1 when habits >= 0\nrule some asks when amountZ > 6',
  )
  const { rules } = await tryRules(events(), set)
  assert.deepEqual(
    rules.map(({ holdsAlways }) => holdsAlways),
    [true, true, false],
  )
  const few = await tryRules(told(...Array.from({ length: 20 }, (_, n) => paid(n))), set)
  assert.ok(
    few.rules.every(({ holdsAlways }) => !holdsAlways),
    'of twenty payments that says nothing',
  )
})

test('of a payment the amount last told is saved, in its own currency, and of one that was released or reversed nothing', async () => {
  const became = (n: number, over: Partial<PaymentChanged>): PaymentChanged => ({
    kind: 'payment-changed',
    paymentId: `p${n}`,
    at: START + DAY,
    change: 'posted',
    amountMinor: null,
    ...over,
  })
  const { whole } = await tryRules(
    told(
      // Told before its payment, which it waits for.
      became(1, { amountMinor: 900 }),
      ...[1, 2, 3, 4].map((n) => paid(n)),
      paid(5, { currency: currency('JPY') }),
      paid(6, { currency: currency('USD') }),
      became(1, { amountMinor: 5, change: 'adjusted', at: START }),
      became(2, { change: 'released' }),
      became(3, { change: 'reversed' }),
      became(3, { amountMinor: 70, at: START + 2 * DAY }),
      became(5, { amountMinor: 7 }),
      became(6, { change: 'reversed' }),
      ...[1, 2, 3, 4, 5, 6].map((n) => learnt({ paymentId: `p${n}` })),
    ),
    EVERYTHING,
  )
  assert.equal(whole.caught, 6)
  assert.deepEqual(whole.saved, [
    { amountMinor: 900 + 1_004, currency: 'GBP' },
    { amountMinor: 7, currency: 'JPY' },
  ])
})
