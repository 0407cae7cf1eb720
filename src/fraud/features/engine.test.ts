import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currency, DAY, Fault, HOUR, MINUTE } from '#kit'
import { createFeatureEngine } from './engine.ts'
import type { LabelLearnt, PaymentSeen } from './fraud-event.ts'
import { FEATURE_COUNT, FEATURES, type FeatureName, PLACE_OF } from './vocabulary.ts'

const NOON = Date.UTC(2026, 10, 23, 12)
const GBP = currency('GBP')

const paid = (id: string, over: Partial<PaymentSeen> = {}): PaymentSeen => ({
  kind: 'payment-seen',
  id,
  at: NOON,
  holder: 'amina',
  accountId: 'acc_1',
  card: 'acc_1 5770',
  amountMinor: 4200,
  currency: GBP,
  merchant: 'Tesco',
  category: '5411',
  terminal: 'till-7',
  country: 'GB',
  foreignCurrency: null,
  city: null,
  place: null,
  entryMode: 'chip',
  hour: 12,
  weekday: 1,
  ...over,
})

const said = (
  paymentId: string,
  label: LabelLearnt['label'],
  at: number,
  source: LabelLearnt['source'] = 'person',
): LabelLearnt => ({
  kind: 'label-learnt',
  paymentId,
  label,
  source,
  at,
})

type Engine = ReturnType<typeof createFeatureEngine>
const read = (engine: Engine, id: string, name: FeatureName) => engine.vectorOf(id)![PLACE_OF[name]]!
const values = (engine: Engine, id: string) => [...engine.vectorOf(id)!]

/** Thirty days of £42 at Tesco, once a day. */
function settledEngine(): Engine {
  const engine = createFeatureEngine()
  for (let day = 30; day > 0; day--) engine.tell(paid(`day-${day}`, { at: NOON - day * DAY }))
  return engine
}

test('every feature has one name, and a vector holds each of them once', () => {
  assert.equal(new Set(FEATURES.map(({ name }) => name)).size, FEATURE_COUNT)
  const engine = settledEngine()
  engine.tell(paid('now'))
  assert.equal(engine.vectorOf('now')!.length, FEATURE_COUNT)
})

test('windows count what the card paid within them, and the mean of the person is drawn towards everybody’s', () => {
  const engine = settledEngine()
  engine.tell(paid('ten-minutes-ago', { at: NOON - 10 * MINUTE, amountMinor: 1000 }))
  engine.tell(paid('now', { amountMinor: 8400 }))
  assert.equal(read(engine, 'now', 'hourCount'), 1)
  assert.equal(read(engine, 'now', 'hourSumMinor'), 1000)
  assert.equal(read(engine, 'now', 'dayCount'), 2)
  assert.equal(read(engine, 'now', 'weekCount'), 8)
  assert.equal(read(engine, 'now', 'monthCount'), 31)
  assert.equal(read(engine, 'now', 'minutesSincePayment'), 10)
  const ratio = read(engine, 'now', 'meanRatio')
  assert.ok(ratio > 1.5 && ratio < 2, `${ratio}`)
})

test('what is confirmed fraud is nobody’s habit, and counts against the card', () => {
  const engine = settledEngine()
  engine.tell(paid('stolen', { at: NOON - HOUR, amountMinor: 90_000 }))
  engine.tell(paid('now'))
  const before = read(engine, 'now', 'meanRatio')
  assert.equal(read(engine, 'now', 'cardFrauds14d'), 0)
  assert.equal(read(engine, 'now', 'cardHigh14d'), 1)
  engine.tell(said('stolen', 'fraud', NOON))
  assert.ok(read(engine, 'now', 'meanRatio') > before)
  assert.equal(read(engine, 'now', 'cardFrauds14d'), 1)
  assert.equal(read(engine, 'now', 'cardHigh14d'), 0)
})

test('a terminal is known by what others said of it, from the moment it is said', () => {
  const engine = settledEngine()
  engine.tell(paid('bruno', { holder: 'bruno', card: 'acc_2 1', at: NOON - 3 * HOUR }))
  engine.tell(paid('before'))
  assert.equal(read(engine, 'before', 'terminalFrauds1d'), 0)
  assert.ok(Number.isNaN(read(engine, 'before', 'terminalLastFraudDays')))
  engine.tell(said('bruno', 'fraud', NOON - HOUR))
  assert.equal(read(engine, 'before', 'terminalFrauds1d'), 1)
  assert.equal(read(engine, 'before', 'terminalNormalFrauds28d'), 1)
  assert.equal(read(engine, 'before', 'terminalLastFraudDays'), 3 / 24)
  assert.equal(read(engine, 'before', 'terminalLastLabel'), 1)
  assert.equal(read(engine, 'before', 'merchantFrauds7d'), 1)
  engine.tell(paid('elsewhere', { terminal: null, merchant: 'Boots' }))
  assert.ok(
    Number.isNaN(read(engine, 'elsewhere', 'terminalFrauds1d')),
    'nothing is said where no terminal is',
  )
  assert.equal(read(engine, 'elsewhere', 'merchantFrauds7d'), 0)
})

test('a large fraud says something of the card, and is told apart from one of a normal amount', () => {
  const engine = createFeatureEngine()
  engine.tell(paid('bruno', { holder: 'bruno', at: NOON - HOUR, amountMinor: 900_000 }))
  engine.tell(said('bruno', 'fraud', NOON - MINUTE))
  engine.tell(paid('now'))
  assert.equal(read(engine, 'now', 'terminalFrauds28d'), 1)
  assert.equal(read(engine, 'now', 'terminalNormalFrauds28d'), 0)
})

test('of contradictory labels the one learnt last holds, in whatever order they are told', () => {
  const labels = [
    said('a', 'fraud', NOON - 2 * HOUR),
    said('a', 'genuine', NOON - HOUR),
    said('a', 'unknown', NOON - 3 * HOUR),
  ]
  const told = [labels, labels.toReversed(), [labels[1]!, labels[2]!, labels[0]!]].map((order) => {
    const engine = settledEngine()
    engine.tell(paid('a', { at: NOON - DAY / 2, amountMinor: 70_000 }))
    for (const label of order) engine.tell(label)
    engine.tell(paid('now'))
    assert.equal(read(engine, 'now', 'terminalLastLabel'), 0)
    assert.equal(read(engine, 'now', 'cardFrauds14d'), 0)
    return values(engine, 'now')
  })
  for (const other of told) assert.deepEqual(other, told[0])
})

test('of one word said by several at one instant the more final holds, in whatever order they are told', () => {
  const vouched = (...sources: LabelLearnt['source'][]) => {
    const engine = settledEngine()
    for (const source of sources) engine.tell(said('day-3', 'genuine', NOON - DAY, source))
    engine.tell(paid('now'))
    return engine.judge('now', ({ isVouched }) => isVouched)
  }
  assert.equal(vouched('person'), true)
  assert.deepEqual([vouched('person', 'bank'), vouched('bank', 'person')], [false, false])
  assert.deepEqual([vouched('dispute', 'person'), vouched('person', 'dispute')], [false, false])
})

test('who was mistaken twice is believed about their own card, and about a terminal only once the bank agrees', () => {
  const engine = settledEngine()
  const reports = [1, 2, 3].map((n) =>
    paid(`kiosk-${n}`, { at: NOON - DAY + n, merchant: 'Kiosk', terminal: 'till-9' }),
  )
  for (const [i, report] of reports.entries()) {
    engine.tell(report)
    engine.tell(said(report.id, 'fraud', NOON - HOUR + i * MINUTE))
    if (i < 2) engine.tell(said(report.id, 'genuine', NOON - HOUR + i * MINUTE + 1))
  }
  engine.tell(paid('own', { merchant: 'Kiosk', terminal: 'till-9' }))
  assert.equal(read(engine, 'own', 'cardFrauds14d'), 1)
  assert.equal(read(engine, 'own', 'terminalFrauds1d'), 0)
  assert.equal(read(engine, 'own', 'terminalLastLabel'), 0)
  engine.tell(said('kiosk-3', 'fraud', NOON, 'dispute'))
  assert.equal(read(engine, 'own', 'terminalFrauds1d'), 1)

  // A year later their mistakes no longer count.
  const later = NOON + 366 * DAY
  engine.tell(paid('much-later', { at: later, merchant: 'Kiosk', terminal: 'till-9' }))
  engine.tell(said('much-later', 'fraud', later + 1))
  engine.tell(paid('after', { at: later + 2, terminal: 'till-9' }))
  assert.equal(read(engine, 'after', 'terminalFrauds1d'), 1)
})

test('labels of one report are one mistake, however many payments it was about', () => {
  const engine = settledEngine()
  const about = ['a', 'b', 'c'].map((id, i) => paid(id, { at: NOON - DAY + i, terminal: 'till-9' }))
  for (const payment of about) engine.tell(payment)
  for (const { id } of about) engine.tell({ ...said(id, 'fraud', NOON - HOUR), report: 'case-1' })
  for (const { id } of about)
    engine.tell({ ...said(id, 'genuine', NOON - HOUR + 1, 'dispute'), report: 'case-1' })
  engine.tell(paid('next', { at: NOON - MINUTE, terminal: 'till-9' }))
  engine.tell(said('next', 'fraud', NOON))
  engine.tell(paid('now', { terminal: 'till-9' }))
  assert.equal(read(engine, 'now', 'terminalFrauds1d'), 1, 'they were mistaken once, and are believed')
})

test('what is taken back ends the question too, and says nothing of a place where nothing had been said', () => {
  const engine = settledEngine()
  engine.tell(paid('asked', { at: NOON - 2 * DAY, merchant: 'Harrods' }))
  engine.tell({ kind: 'payment-questioned', paymentId: 'asked', at: NOON - 2 * DAY + 1 })
  engine.tell(paid('now', { merchant: 'Harrods' }))
  assert.equal(read(engine, 'now', 'isNewMerchant'), 1)
  engine.tell(said('asked', 'unknown', NOON - HOUR))
  assert.equal(read(engine, 'now', 'isNewMerchant'), 0)
  assert.equal(engine.size.findings, 0)
})

test('the country of the holder’s bank is never new', () => {
  const isNew = (home: string | null) => {
    const engine = createFeatureEngine()
    for (let day = 30; day > 0; day--)
      engine.tell(paid(`day-${day}`, { at: NOON - day * DAY, country: 'FR', home }))
    engine.tell(paid('now', { country: 'GB', home }))
    return read(engine, 'now', 'isNewCountry')
  }
  assert.deepEqual([isNew('GB'), isNew(null)], [0, 1])
})

test('a label or a change of a payment that is not known yet waits for it', () => {
  const early = settledEngine()
  early.tell(said('a', 'fraud', NOON - HOUR))
  early.tell({
    kind: 'payment-changed',
    paymentId: 'b',
    at: NOON - HOUR,
    change: 'posted',
    amountMinor: 9900,
  })
  early.tell({
    kind: 'payment-changed',
    paymentId: 'c',
    at: NOON - HOUR,
    change: 'released',
    amountMinor: null,
  })
  const late = settledEngine()
  const payments = ['a', 'b', 'c'].map((id, i) => paid(id, { at: NOON - 2 * HOUR + i }))
  for (const payment of payments) {
    early.tell(payment)
    late.tell(payment)
  }
  assert.equal(early.size.waiting, 0)
  late.tell({
    kind: 'payment-changed',
    paymentId: 'c',
    at: NOON - HOUR,
    change: 'released',
    amountMinor: null,
  })
  late.tell({ kind: 'payment-changed', paymentId: 'b', at: NOON - HOUR, change: 'posted', amountMinor: 9900 })
  late.tell(said('a', 'fraud', NOON - HOUR))
  for (const engine of [early, late]) engine.tell(paid('now'))
  assert.deepEqual(values(early, 'now'), values(late, 'now'))
  assert.equal(read(late, 'now', 'daySumMinor'), 4200 + 9900 + 4200)
})

test('an hour told late is compared with its own past, and counts from then on', () => {
  const engine = settledEngine()
  engine.tell(paid('now'))
  const asAsked = values(engine, 'now')
  engine.tell(paid('late', { at: NOON - 2 * HOUR, amountMinor: 5000 }))
  assert.equal(read(engine, 'late', 'dayCount'), 1, 'what came after its instant is not in its past')
  engine.tell(paid('next', { at: NOON + MINUTE }))
  assert.equal(read(engine, 'next', 'dayCount'), 2)
  assert.notDeepEqual(
    values(engine, 'now'),
    asAsked,
    'asked again, it would be another; it is never asked again',
  )
})

test('told again, a payment changes nothing', () => {
  const engine = settledEngine()
  engine.tell(paid('now'))
  const once = values(engine, 'now')
  for (let day = 30; day > 0; day--) engine.tell(paid(`day-${day}`, { at: NOON - day * DAY, amountMinor: 1 }))
  engine.tell(paid('now'))
  assert.deepEqual(values(engine, 'now'), once)
})

test('silence ends a question, and says nothing of a place', () => {
  const engine = settledEngine()
  engine.tell(paid('asked', { at: NOON - 8 * DAY + 1, merchant: 'Harrods' }))
  engine.tell({ kind: 'payment-questioned', paymentId: 'asked', at: NOON - 8 * DAY + 2 })
  engine.tell(paid('now', { merchant: 'Harrods' }))
  assert.equal(read(engine, 'now', 'isNewMerchant'), 1)
  engine.tell(said('asked', 'genuine', NOON - DAY, 'expiry'))
  assert.equal(read(engine, 'now', 'isNewMerchant'), 0)
  assert.ok(Number.isNaN(read(engine, 'now', 'terminalLastLabel')))
  assert.equal(engine.size.findings, 0)
})

test('amounts and instants that are none are refused, and leave nothing behind', () => {
  const engine = settledEngine()
  engine.tell(paid('now'))
  const before = [values(engine, 'now'), JSON.stringify(engine.size)]
  const wrong = [-1, -0.5, 12.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e300]
  for (const amountMinor of wrong) {
    assert.throws(() => engine.tell(paid('bad', { amountMinor })), new Fault('event-malformed'))
    assert.throws(
      () =>
        engine.tell({ kind: 'payment-changed', paymentId: 'now', at: NOON, change: 'posted', amountMinor }),
      new Fault('event-malformed'),
    )
  }
  for (const at of [Number.NaN, Number.POSITIVE_INFINITY, 9e15, 0.5]) {
    assert.throws(() => engine.tell(paid('bad', { at })), new Fault('event-malformed'))
    assert.throws(() => engine.tell(said('day-1', 'fraud', at)), new Fault('event-malformed'))
    assert.throws(() => engine.tell(said('nobody-knows', 'fraud', at)), new Fault('event-malformed'))
  }
  assert.deepEqual([values(engine, 'now'), JSON.stringify(engine.size)], before)
  assert.equal(engine.vectorOf('bad'), null)
})

test('a payment of nothing is no habit, and an enormous one is counted without losing a penny of the others', () => {
  const engine = settledEngine()
  engine.tell(paid('nothing', { at: NOON - 3 * HOUR, amountMinor: 0 }))
  for (let i = 0; i < 100; i++)
    engine.tell(paid(`enormous-${i}`, { at: NOON - 2 * HOUR + i, amountMinor: Number.MAX_SAFE_INTEGER }))
  engine.tell(paid('penny', { at: NOON - HOUR, amountMinor: 1 }))
  engine.tell(paid('now'))
  assert.equal(read(engine, 'now', 'daySumMinor'), 4200 + 100 * 2 ** 38 + 1)
  assert.equal(read(engine, 'now', 'habits'), 30 + 100 + 1)
  assert.ok(engine.vectorOf('now')!.every((value) => Number.isNaN(value) || Number.isFinite(value)))
})

test('clocks that jump: a payment from 1970 or from the next century changes nobody’s today', () => {
  const engine = settledEngine()
  engine.tell(paid('now'))
  const before = values(engine, 'now')
  engine.tell(paid('1970', { at: 0 }))
  for (let i = 0; i < 19; i++) engine.tell(paid(`2126-${i}`, { at: Date.UTC(2126, 0, 1 + i) }))
  assert.deepEqual(values(engine, 'now'), before)
  assert.equal(engine.vectorOf('1970'), null, 'it lies further back than anything is remembered')
})

test('a million payments of one card: memory is bounded, and each is judged by the last ten thousand', () => {
  const engine = createFeatureEngine()
  const into = new Float64Array(FEATURE_COUNT)
  let most = 0
  for (let i = 0; i < 1_000_000; i++) {
    engine.tell(
      paid(`p${i}`, {
        at: NOON + i * 1000,
        amountMinor: 1 + (i % 997),
        merchant: `shop ${i}`,
        terminal: `till ${i}`,
      }),
    )
    if (i % 1000 === 0) most = Math.max(most, engine.size.payments)
    if (i % 10_000 === 9_999) engine.vectorOf(`p${i}`, into)
  }
  assert.ok(most <= 11_000, `${most} payments in memory`)
  const last = engine.vectorOf('p999999', into)!
  assert.equal(last[PLACE_OF.hourCount], 3600)
  assert.equal(last[PLACE_OF.monthCount], 9_999)
  assert.equal(engine.vectorOf('p0'), null)
})

test('ten years of a card: memory holds what is remembered, and what is forgotten is gone', () => {
  const engine = createFeatureEngine()
  let most = 0
  for (let i = 0; i < 7_300; i++) {
    engine.tell(paid(`p${i}`, { at: NOON + i * 12 * HOUR }))
    most = Math.max(most, engine.size.payments)
  }
  // Two a day for 430 days, and what is told until the next sweep.
  assert.ok(most <= 860 + 20 + 1_000, `${most} payments in memory`)
  engine.tell(paid('p0', { at: NOON + 7_300 * 12 * HOUR }))
  assert.ok(engine.vectorOf('p0'), 'nothing is known any more of what once had this name')
})

test('what is learnt of a payment that is out of sight already keeps nothing of it in memory', () => {
  const engine = createFeatureEngine()
  let most = 0
  for (let i = 0; i < 7_300; i++) {
    engine.tell(paid(`p${i}`, { at: NOON + i * 12 * HOUR }))
    // 450 days ago: behind what is remembered, and mostly not cleared away yet.
    if (i >= 900) engine.tell(said(`p${i - 900}`, 'fraud', NOON + i * 12 * HOUR))
    most = Math.max(most, engine.size.payments)
  }
  assert.ok(most <= 860 + 20 + 1_000, `${most} payments in memory`)
})
