import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Breakdown, Forecast, OverTime, Payment, Recurring, Share, Total } from '#accounts'
import { DAY, money } from '#kit'
import type { Account, Transaction } from '#vault'
import { payment } from '../../../tests/fixtures/rooms.ts'
import type { Said, Template } from '../answer.ts'
import type { Period } from '../question.ts'
import type { Scene } from '../scene.ts'
import { sayBalance } from './balance.ts'
import { cardsOf } from './cards.ts'
import { sayForecast } from './forecast.ts'
import { sayOverTime } from './over-time.ts'
import { sayFound, sayPayments } from './payments.ts'
import { sayLinkBank } from './plain.ts'
import { sayRecurring } from './recurring.ts'
import { sayRefusal } from './refusal.ts'
import { sayBreakdown, sayComparison, saySpending } from './spending.ts'

const now = Date.UTC(2026, 10, 23, 12)
const scene: Scene = { now, timeZone: 'Europe/London', bankName: (id) => (id === 'chase' ? 'Chase' : id) }
const { currency } = money(0, 'GBP')
const month = (number: number): Period => ({
  from: Date.UTC(2026, number, 1),
  to: Date.UTC(2026, number + 1, 1),
  grain: 'month',
})

const total = (over: Partial<Total> = {}): Total => ({
  currency,
  netMinor: 4200,
  payments: 2,
  refundsMinor: 0,
  refunds: 0,
  pendingMinor: 0,
  pending: 0,
  ...over,
})
const said = (answer: Said) => answer.text.map(({ say }) => say)
const valuesOf = <K extends Template['say']>(answer: Said, key: K) =>
  answer.text.find(({ say }) => say === key)?.with as Extract<Template, { say: K }>['with']

/** All accounts are of one link. */
const WHOSE = new Map([['acc_1', 'lnk_1']])

test('spending says what it includes and takes off, and never adds currencies', () => {
  const euros = total({ currency: money(0, 'EUR').currency, netMinor: 900 })
  const answer = saySpending(
    {
      totals: [total({ refunds: 1, refundsMinor: 500, pending: 1, pendingMinor: 300 }), euros],
      merchants: null,
    },
    { period: month(10) },
    scene,
  )
  assert.deepEqual(said(answer), [
    'spent',
    'refunds-subtracted',
    'pending-included',
    'also-spent',
    'figures-as-of',
  ])
  assert.equal(valuesOf(answer, 'spent').of.running, true)
  assert.deepEqual(valuesOf(answer, 'also-spent').totals, [money(900, 'EUR')])
})

test('more refunds than payments is said as money that came back', () => {
  const answer = saySpending({ totals: [total({ netMinor: -300 })], merchants: ['Tesco'] }, {}, scene)
  assert.deepEqual(valuesOf(answer, 'got-back').net, money(300, 'GBP'))
})

test('no spending is said as such, with no chart', () => {
  const answer = sayBreakdown(
    { totals: [], shares: [], merchants: null },
    'category',
    { period: month(9) },
    scene,
  )
  assert.deepEqual(said(answer), ['spent-nothing', 'figures-as-of'])
  assert.equal(answer.show, null)
})

const shares = (count: number): Share[] =>
  Array.from({ length: count }, (_, i) => ({ name: `Shop ${i}`, netMinor: 1000 * (count - i), payments: 1 }))

test('a chart has eight bars at most, and the last gathers the rest: nothing is lost', () => {
  const parts = shares(20)
  const sum = parts.reduce((all, { netMinor }) => all + netMinor, 0)
  const { show } = sayBreakdown(
    { totals: [total({ netMinor: sum })], shares: parts, merchants: null },
    'merchant',
    {},
    scene,
  )
  assert.ok(show?.type === 'bars')
  assert.equal(show.points.length, 8)
  assert.equal(
    show.points.reduce((all, { values }) => all + values[0]!, 0),
    sum,
  )
})

test('a running month is compared at the same point, without a misleading percentage', () => {
  const part = (netMinor: number): Breakdown => ({
    totals: [total({ netMinor })],
    shares: [],
    merchants: null,
  })
  const periods = { period: month(10), against: month(9) }
  const running = sayComparison(
    { current: part(3000), against: part(9000), againstSoFar: [total({ netMinor: 2500 })] },
    periods,
    {},
    scene,
  )
  assert.equal(valuesOf(running, 'compared').changePercent, null)
  assert.equal(valuesOf(running, 'compared-so-far').differenceMinor, 500)
  const over = sayComparison(
    { current: part(3000), against: part(6000), againstSoFar: null },
    { period: month(8), against: month(7) },
    {},
    scene,
  )
  assert.equal(valuesOf(over, 'compared').changePercent, -50)
})

test('a comparison with nothing before gives no percentage of nothing', () => {
  const answer = sayComparison(
    {
      current: { totals: [total()], shares: [], merchants: null },
      against: { totals: [], shares: [], merchants: null },
      againstSoFar: null,
    },
    { period: month(8), against: month(7) },
    {},
    scene,
  )
  assert.equal(valuesOf(answer, 'compared').changePercent, null)
  assert.deepEqual(valuesOf(answer, 'compared').against, money(0, 'GBP'))
})

const account = (over: Partial<Account>): Account => ({
  id: 'acc_1',
  bankId: 'chase',
  bankAccountId: 'b',
  name: 'Everyday',
  kind: 'checking',
  numberDisplay: '0042',
  currency,
  status: 'open',
  ...over,
})
const balance = (id: string, amountMinor: number, asOf = now) => ({
  id,
  current: money(amountMinor, 'GBP'),
  available: null,
  creditLine: null,
  asOf,
})

test('what is owed on a card is said apart from what is held, with the age of the oldest figure', () => {
  const open = [
    { account: account({}), balance: balance('acc_1', 5000) },
    { account: account({ id: 'acc_2', kind: 'card' }), balance: balance('acc_2', -2000, now - DAY) },
    { account: account({ id: 'acc_3', name: 'Saver' }), balance: null },
  ]
  const answer = sayBalance({ open, closed: [] }, scene)
  const many = valuesOf(answer, 'balance-many')
  assert.deepEqual([many.held, many.owed], [[money(5000, 'GBP')], [money(2000, 'GBP')]])
  assert.equal(many.oldest, now - DAY)
  assert.deepEqual(valuesOf(answer, 'balance-unknown').accounts, ['Saver'])
})

test('before the bank has sent anything, the balance is said to be on its way', () => {
  assert.deepEqual(said(sayBalance({ open: [], closed: [] }, scene)), ['not-in-yet'])
})

test('a closed account is said to be closed, and nothing is said to be held there', () => {
  const open = [{ account: account({}), balance: balance('acc_1', 5000) }]
  const closed = [account({ id: 'acc_2', name: 'Saver', status: 'closed' })]
  const answer = sayBalance({ open, closed }, scene)
  assert.deepEqual(said(answer), ['balance-one', 'accounts-closed'])
  assert.deepEqual(
    valuesOf(answer, 'accounts-closed').accounts.map(({ account: name }) => name),
    ['Saver'],
  )
  assert.deepEqual(said(sayBalance({ open: [], closed }, scene)), ['accounts-closed'])
})

const found = (transaction: Transaction): Payment => ({
  ...transaction,
  merchant: 'Tesco',
  category: 'groceries',
})
const wanted = { amountMinor: 4200, currency }

test('one payment of an amount is told; several are listed; a near one is never passed off as it', () => {
  const one = found(payment())
  assert.equal(said(sayFound({ exact: [one], near: [] }, wanted, {}, scene, WHOSE))[0], 'found-one')
  assert.equal(said(sayFound({ exact: [one, one], near: [] }, wanted, {}, scene, WHOSE))[0], 'found-many')
  assert.equal(said(sayFound({ exact: [], near: [one] }, wanted, {}, scene, WHOSE))[0], 'found-near')
  assert.deepEqual(said(sayFound({ exact: [], near: [] }, wanted, {}, scene, WHOSE)), ['found-none'])
})

test('a long list is cut, saying how many more there are', () => {
  const payments = Array.from({ length: 60 }, () => found(payment({ status: 'pending' })))
  const answer = sayPayments({ payments, total: 75, merchants: null }, {}, scene, WHOSE)
  assert.ok(answer.show?.type === 'transactions')
  assert.equal(answer.show.rows.length, 50)
  assert.equal(answer.show.more, 25)
  assert.equal(valuesOf(answer, 'some-pending').pending, 50)
})

test('the next regular payment is one still to come, not one that is late', () => {
  const series = {
    category: 'bills',
    currency,
    amountMinor: 1000,
    rhythm: 'monthly',
    times: 4,
    lastAt: 0,
    priceChange: null,
    accountId: 'acc_1',
    lastId: 'txn_1',
    changedById: null,
  } as const
  const answer = sayRecurring(
    [
      { ...series, merchant: 'Late', nextAt: now - DAY },
      { ...series, merchant: 'Soon', nextAt: now + DAY, rhythm: 'yearly', amountMinor: 12_000 },
    ],
    null,
    scene,
  )
  assert.equal(valuesOf(answer, 'recurring-next').merchant, 'Soon')
  assert.deepEqual(valuesOf(answer, 'recurring').monthly, [money(2000, 'GBP')])
  assert.deepEqual(said(answer), ['recurring', 'recurring-next'])
})

const subscription = (merchant: string): Recurring => ({
  category: 'subscriptions',
  currency,
  amountMinor: 1299,
  rhythm: 'monthly',
  times: 9,
  lastAt: now - 9 * DAY,
  merchant,
  nextAt: now + 21 * DAY,
  priceChange: null,
  accountId: 'acc_1',
  lastId: 'txn_1',
  changedById: null,
})

test('a regular payment whose price changed lately is told with both prices; one of last year is not', () => {
  const dearer = (merchant: string, changedDaysAgo: number): Recurring => ({
    ...subscription(merchant),
    priceChange: { from: money(1099, 'GBP'), to: money(1299, 'GBP'), at: now - changedDaysAgo * DAY },
    changedById: 'txn_1',
  })
  const answer = sayRecurring([dearer('Netflix', 9), dearer('Spotify', 300)], null, scene)
  assert.deepEqual(said(answer), ['recurring', 'recurring-next', 'recurring-changed'])
  assert.deepEqual(valuesOf(answer, 'recurring-changed'), {
    merchant: 'Netflix',
    from: money(1099, 'GBP'),
    to: money(1299, 'GBP'),
    at: now - 9 * DAY,
  })
})

test('what somebody asks the day of is told with its day, and shown; what never comes back is said not to', () => {
  const rent = {
    merchant: 'Rent',
    category: 'bills' as const,
    currency,
    amountMinor: 85_000,
    rhythm: 'monthly' as const,
    times: 7,
    lastAt: now - 20 * DAY,
    nextAt: now + 8 * DAY,
    priceChange: null,
    accountId: 'acc_1',
    lastId: 'txn_1',
    changedById: null,
  }
  const answer = sayRecurring([rent], { rent: true }, scene)
  assert.deepEqual(said(answer), ['recurring-due'])
  assert.equal(valuesOf(answer, 'recurring-due').at, rent.nextAt)
  assert.ok(answer.show?.type === 'recurring')
  assert.deepEqual(
    answer.show.rows.map(({ merchant, nextAt }) => [merchant, nextAt]),
    [['Rent', rent.nextAt]],
  )
  assert.deepEqual(said(sayRecurring([], { merchant: 'Netflix' }, scene)), ['recurring-none-of'])
})

test('who asks for their subscriptions is told of those, and offered all that comes back', () => {
  const of = { category: 'subscriptions' } as const
  const both = [subscription('Netflix'), subscription('Spotify')]
  for (const answer of [sayRecurring([], of, scene), sayRecurring(both, of, scene)]) {
    assert.deepEqual(
      answer.actions.map((action) => 'intent' in action && action.intent),
      [{ do: 'ask', question: { kind: 'recurring' } }],
    )
  }
  assert.deepEqual(valuesOf(sayRecurring(both, of, scene), 'recurring').about, of)
  assert.deepEqual(sayRecurring(both, null, scene).actions, [])
})

test('cards are told apart by account and number; closed accounts and other payments bring none', () => {
  const accounts = [
    account({}),
    account({ id: 'acc_2', kind: 'card', numberDisplay: '9999' }),
    account({ id: 'acc_3', kind: 'card', numberDisplay: '8888', status: 'closed' }),
  ]
  const cards = cardsOf(accounts, [
    payment({ accountId: 'acc_1', cardNumberDisplay: '1111' }),
    payment({ accountId: 'acc_1', cardNumberDisplay: '1111' }),
    payment({ accountId: 'acc_1', cardNumberDisplay: null }),
    payment({ accountId: 'acc_3', cardNumberDisplay: '8888' }),
  ])
  assert.deepEqual(
    cards.map(({ cardNumberDisplay }) => cardNumberDisplay),
    ['1111', '9999'],
  )
})

test('a bank is found however its name is written, and one that is not here is said to be so', () => {
  const banks = {
    list: () => [{ id: 'us-bank', name: 'U.S. Bank' }],
    find: () => null,
    downSince: async () => null,
  }
  const href = (asked: string) =>
    sayLinkBank(asked, banks).actions.map((action) => 'href' in action && action.href)
  assert.deepEqual(href('us bank'), ['/link?bank=us-bank'])
  assert.deepEqual(said(sayLinkBank('Monzo', banks)), ['link-unknown-bank'])
})

test('each refusal says why and how to change it', () => {
  const refusal = { ok: false as const, purpose: 'account-view' as const, bankIds: ['chase'] }
  const linked = [{ id: 'chase', name: 'Chase' }]
  const hrefs = (answer: Said) => answer.actions.map((action) => 'href' in action && action.href)
  for (const why of ['never-consented', 'consent-withdrawn', 'consent-expired'] as const) {
    const answer = sayRefusal({ ...refusal, why }, linked, [])
    assert.deepEqual(said(answer), [`refused-${why}`, 'grant-again'])
    assert.deepEqual(hrefs(answer), ['/link?bank=chase&purpose=account-view'])
  }
  assert.deepEqual(hrefs(sayRefusal({ ...refusal, why: 'no-link' }, [], [])), ['/link'])
  assert.deepEqual(said(sayRefusal({ ...refusal, why: 'bank-withdrawn' }, [], ['Citi'])), [
    'refused-bank-withdrawn',
  ])
})

const overTime = (nets: number[], totals: Total[] = [total()]): OverTime => ({
  steps: nets.map((netMinor, i) => {
    const { from, to } = month(11 - nets.length + i)
    return { from, to, netMinor }
  }),
  totals,
  merchants: null,
  isCut: false,
  keptFrom: null,
})

test('spending over time names the usual month without the one that is still running', () => {
  const answer = sayOverTime(overTime([1000, 3000, 500]), 'month', {}, scene)
  assert.deepEqual(said(answer), ['spent-over-time', 'over-time-most', 'figures-as-of'])
  const { usual, running } = valuesOf(answer, 'spent-over-time')
  assert.deepEqual([usual?.amountMinor, running], [2000, true])
  assert.equal(valuesOf(answer, 'over-time-most').most.at, month(9).from)
  assert.ok(answer.show?.type === 'over-time' && answer.show.isRunning)
})

test('spending over time counts other currencies apart, and a longer time than is drawn is said', () => {
  const euros = total({ currency: money(0, 'EUR').currency, netMinor: 900 })
  const found = { ...overTime([1, 2, 3], [total(), euros]), isCut: true }
  const answer = sayOverTime(found, 'month', {}, scene)
  assert.deepEqual(valuesOf(answer, 'also-spent').totals, [money(900, 'EUR')])
  assert.ok(said(answer).includes('over-time-longest'))
})

test('months before anything was kept are not counted as months without spending', () => {
  const found = { ...overTime([300, 1000, 3000, 500]), keptFrom: month(7).from + DAY }
  const answer = sayOverTime(found, 'month', {}, scene)
  assert.ok(said(answer).includes('over-time-kept-from'))
  assert.equal(valuesOf(answer, 'spent-over-time').usual?.amountMinor, 2000)
})

test('a single month is no course of time, and nothing spent is said as such', () => {
  assert.deepEqual(said(sayOverTime(overTime([4200]), 'month', {}, scene)), ['spent', 'figures-as-of'])
  const none = sayOverTime(overTime([0, 0], []), 'month', {}, scene)
  assert.deepEqual([said(none), none.show], [['spent-nothing', 'figures-as-of'], null])
})

const everyday: Account = {
  id: 'acc_1',
  bankId: 'chase',
  bankAccountId: 'b1',
  name: 'Everyday',
  kind: 'checking',
  numberDisplay: '0042',
  currency,
  status: 'open',
}
const ahead = (over: Partial<Forecast> = {}): Forecast => ({
  account: everyday,
  now: money(100_000, 'GBP'),
  asOf: now,
  days: [1, 2].map((days) => ({
    at: now + days * DAY,
    lowMinor: 50_050,
    expectedMinor: 60_049,
    highMinor: 70_001,
  })),
  expected: [{ merchant: 'Rent', amount: money(-30_000, 'GBP'), at: now + DAY }],
  usualDay: money(1000, 'GBP'),
  daysSeen: 90,
  ...over,
})
const until = { at: now + 2 * DAY }

test('what may be left is a range, rounded outward, with what it rests on', () => {
  const answer = sayForecast({ forecasts: [ahead()], unknown: [], until: until.at }, { until }, scene)
  assert.deepEqual(said(answer), ['forecast', 'forecast-due', 'forecast-basis'])
  const { low, expected, high } = valuesOf(answer, 'forecast')
  assert.deepEqual(
    [low, expected, high].map(({ amountMinor }) => amountMinor),
    [50_000, 60_000, 70_100],
  )
  assert.ok(answer.show?.type === 'forecast' && answer.show.due[0]?.merchant === 'Rent')
})

test('who asks how a balance went is told that it is not kept, and shown how it may go on', () => {
  const found = { forecasts: [ahead()], unknown: [], until: until.at }
  const answer = sayForecast(found, { until, insteadOfPast: true }, scene)
  assert.deepEqual(said(answer).slice(0, 2), ['forecast-instead', 'forecast'])
  assert.equal(answer.show?.type, 'forecast')
})

test('that it may fall below zero is said, and that nobody can look so far', () => {
  const [day] = ahead().days
  const days = [{ ...day!, lowMinor: -1 }]
  const far = sayForecast({ forecasts: [ahead({ days })], unknown: [], until: until.at }, { until }, scene)
  assert.deepEqual(said(far).slice(0, 3), ['forecast', 'forecast-as-far', 'forecast-below'])
})

test('with too little to judge by, without rent or without a current account, nothing is foretold', () => {
  const little = sayForecast({ forecasts: [], unknown: [everyday], until: until.at }, { until }, scene)
  assert.deepEqual([said(little), little.show], [['forecast-unknown'], null])
  const rent = { event: 'rent', isWith: false } as const
  const none = sayForecast({ forecasts: [], unknown: [], until: null }, { until: rent }, scene)
  assert.deepEqual([said(none), none.show], [['forecast-no-event'], null])
  assert.deepEqual(none.actions[0], {
    label: { say: 'do-forecast', with: {} },
    style: 'plain',
    intent: { do: 'ask', question: { kind: 'forecast', until: { at: Date.UTC(2026, 11, 1) } } },
  })
  const savings = sayForecast({ forecasts: [], unknown: [], until: until.at }, { until }, scene)
  assert.deepEqual(said(savings), ['forecast-no-account'])
})

test('two accounts are foretold apart, and never added', () => {
  const euros = ahead({ account: { ...everyday, id: 'acc_2' }, now: money(5000, 'EUR') })
  const answer = sayForecast({ forecasts: [ahead(), euros], unknown: [], until: until.at }, { until }, scene)
  const ranges = answer.text.filter(({ say }) => say === 'forecast')
  assert.equal(ranges.length, 2)
  assert.deepEqual(
    ranges.map((one) => (one.with as { low: { currency: string } }).low.currency),
    ['GBP', 'EUR'],
  )
})
