import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY, HOUR, MINUTE, money } from '#kit'
import type { Transaction } from '#vault'
import { payment } from '../../tests/fixtures/rooms.ts'
import { kilometresBetween } from './distance.ts'
import { BIRMINGHAM, fresh, NOON, ordinaryLife, PARIS } from './everyday.fixture.ts'
import { type Features, featuresOf } from './features.ts'
import { History, type Home } from './history.ts'
import { type Label, type Payment, paymentOf } from './payment.ts'

const HOME: Home = { timeZone: 'Europe/London', country: 'GB' }
const HABIT_DAYS = 400

type Vouched = { merchant: string; country: string | null }
type Told = { transactions: Transaction[]; labels: Map<string, Label>; vouched: Vouched[] }

/** The features again, the slow and plain way: one pass over everything for each question. */
function bruteFeatures({ transactions, labels, vouched }: Told, probe: Transaction, home: Home): Features {
  const read = (one: Transaction) => paymentOf(one, home.timeZone, labels.get(one.id))
  const now = read(probe)!
  const past = transactions
    .flatMap((one) => read(one) ?? [])
    .filter((one) => one.at < now.at || (one.at === now.at && one.id < now.id))
    .filter((one) => one.standing !== 'fraud')
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const sameCard = past.filter(({ card }) => card === now.card)
  const habits = past.filter((one) => one.standing === 'habit' && one.at >= now.at - HABIT_DAYS * DAY)
  const settled = habits.filter((one) => one.at < now.at - DAY)
  const window = (span: number) => {
    const inside = sameCard.filter((one) => one.at >= now.at - span)
    const sumMinor = inside.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
    return { count: inside.length, sumMinor, meanMinor: inside.length === 0 ? 0 : sumMinor / inside.length }
  }
  const isVouchedFor = (one: Vouched) =>
    vouched.some(({ merchant, country }) => merchant === one.merchant && country === one.country)
  const isKnown = (one: Payment) =>
    isVouchedFor(one) || settled.some(({ merchant }) => merchant === one.merchant)

  const amounts = habits.filter(({ currency }) => currency === now.currency)
  const n = amounts.length
  const sum = amounts.reduce((all, { logAmount }) => all + logAmount, 0)
  const prior = Math.log(4_000) * 10_000
  const mean = (10 * prior + sum) / (10 + n)
  const own = n === 0 ? 0 : sum / n
  const squares =
    n === 0 ? 0 : amounts.reduce((all, { logAmount }) => all + logAmount * logAmount, 0) - (sum * sum) / n
  const spread = Math.sqrt(
    (10 * (1.2 * 10_000) ** 2 + Math.max(0, squares) + ((10 * n) / (10 + n)) * (own - prior) ** 2) / (10 + n),
  )

  const isAbroad = now.country !== null && now.country !== home.country
  const modes = habits.filter(({ entryMode }) => entryMode !== null)
  const hours = habits.filter(({ hour }) => hour !== null)
  const near = hours.filter(({ hour }) => [23, 0, 1].some((step) => hour === (now.hour! + step) % 24))
  const heldOut = ({ entryMode }: Payment) => entryMode !== null && entryMode !== 'online'
  const last = sameCard.findLast((one) => heldOut(one) && one.place !== null && one.at >= now.at - DAY)
  const minutes = last ? Math.max(1, (now.at - last.at) / MINUTE) : 0
  const kilometres = last && now.place ? kilometresBetween(last.place!, now.place) : 0
  const lastHour = sameCard.filter((one) => one.at >= now.at - HOUR)

  return {
    amountMinor: now.amountMinor,
    currency: now.currency,
    entryMode: now.entryMode,
    habits: habits.length,
    hour: window(HOUR),
    day: window(DAY),
    week: window(7 * DAY),
    month: window(30 * DAY),
    usualMinor: Math.round(Math.exp(mean / 10_000)),
    amountRatio: now.amountMinor / Math.exp(mean / 10_000),
    amountZ: (now.logAmount - mean) / spread,
    asLargeBefore: amounts.filter(({ amountMinor }) => amountMinor >= now.amountMinor).length,
    isNewMerchant: habits.length < 10 ? null : !isKnown(now),
    isNewCountry:
      now.country === null
        ? null
        : isAbroad &&
          !vouched.some(({ country }) => country === now.country) &&
          !settled.some(({ country }) => country === now.country) &&
          !settled.some(
            (one) =>
              one.country === null &&
              one.foreignCurrency !== null &&
              one.foreignCurrency === now.foreignCurrency,
          ),
    isNewEntryMode:
      now.entryMode === null || modes.length < 10
        ? null
        : !settled.some(({ entryMode }) => entryMode === now.entryMode),
    hourShare: now.hour === null || hours.length < 50 ? null : (near.length + 1) / (hours.length + 8),
    travel:
      heldOut(now) && now.place && last
        ? { kilometres, minutes, kilometresPerHour: (kilometres * 60) / minutes, fromCity: last.city }
        : null,
    smallOnline: sameCard.filter(
      (one) =>
        one.at >= now.at - 15 * MINUTE &&
        one.entryMode === 'online' &&
        one.amountMinor <= 500 &&
        !isKnown(one),
    ).length,
    newMerchantPayments: habits.length < 10 ? null : [...lastHour, now].filter((one) => !isKnown(one)).length,
    newMerchants:
      habits.length < 10
        ? null
        : new Set([...lastHour, now].filter((one) => !isKnown(one)).map(({ merchant }) => merchant)).size,
    isVouched:
      isVouchedFor(now) &&
      past.some(
        (one) =>
          one.merchant === now.merchant &&
          one.country === now.country &&
          one.currency === now.currency &&
          one.standing !== 'suspect' &&
          one.at >= now.at - HABIT_DAYS * DAY &&
          now.amountMinor <= 2 * one.amountMinor,
      ),
  }
}

// Instants are drawn close to each other, so that windows have edges to get wrong and ties to break.
const instant = fc.oneof(
  fc.integer({ min: 0, max: 90 }).map((minutes) => NOON - minutes * MINUTE),
  fc.integer({ min: 0, max: 60 }).map((days) => NOON - days * 12 * HOUR),
  fc.integer({ min: 0, max: 450 }).map((days) => NOON - days * DAY - 1),
)
const place = fc.constantFrom(
  BIRMINGHAM,
  PARIS,
  { city: null, country: 'US', latitude: null, longitude: null },
  {
    city: null,
    country: null,
    latitude: null,
    longitude: null,
  },
)
const state = fc.record({
  at: instant,
  amount: fc.integer({ min: -5_000, max: 300 }).map((minor) => money(minor * 20, 'GBP')),
  foreign: fc.constantFrom(null, money(-700, 'EUR')),
  descriptor: fc.constantFrom(
    'tesco stores 6227',
    'megatronics outlet',
    'cafe du coin',
    'costa coffee',
    'quickdonate',
  ),
  entryMode: fc.constantFrom('chip', 'online', 'online', 'atm', null),
  status: fc.constantFrom('pending', 'posted', 'posted', 'released', 'reversed'),
  cardNumberDisplay: fc.constantFrom('5770', '5770', '1147'),
  place,
})
const transactionOf = (
  id: string,
  { place: where, ...rest }: typeof state extends fc.Arbitrary<infer T> ? T : never,
) => payment({ id, mcc: null, ...where, ...rest })
const life = fc
  .array(state, { minLength: 1, maxLength: 70 })
  .map((states) => states.map((one, i) => transactionOf(`txn_${String(i % 53).padStart(2, '0')}`, one)))
const labels = fc.dictionary(
  fc.integer({ min: 0, max: 53 }).map((i) => `txn_${String(i).padStart(2, '0')}`),
  fc.constantFrom<Label>('suspect', 'fraud'),
  { maxKeys: 6 },
)
const vouches = fc.constantFrom<Vouched[]>([], [{ merchant: 'Megatronics Outlet', country: 'US' }])

/** The newest state of each payment, as the vault keeps it. */
const newest = (told: readonly Transaction[]) => [...new Map(told.map((one) => [one.id, one])).values()]

function historyOf({ transactions, labels: noted, vouched }: Told): History {
  const history = new History(HOME)
  for (const good of vouched) history.vouch(good)
  for (const [id, label] of noted) history.label(id, label)
  for (const one of transactions) history.tell(one)
  return history
}

test('the features of a payment are exactly what a plain reading of the whole past gives', () => {
  fc.assert(
    fc.property(life, labels, vouches, (told, noted, vouched) => {
      const kept: Told = { transactions: newest(told), labels: new Map(Object.entries(noted)), vouched }
      const history = historyOf({ ...kept, transactions: told })
      for (const probe of kept.transactions) {
        const known = history.find(probe.id)
        if (known) assert.deepEqual(featuresOf(history, known), bruteFeatures(kept, probe, HOME))
      }
    }),
    { numRuns: 300 },
  )
})

test('followed live, rebuilt in another order, or told twice, a history gives the very same features', () => {
  fc.assert(
    fc.property(life, labels, fc.infiniteStream(fc.nat()), (told, noted, dice) => {
      const live = new History(HOME)
      const changes = Object.entries(noted)
      for (const one of told) {
        live.tell(one)
        // Answers arrive between payments, and are changed before they settle.
        const change = changes.shift()
        if (change) live.label(change[0], change[1] === 'fraud' ? 'suspect' : 'fraud')
        const known = live.find(one.id)
        if (known) featuresOf(live, known)
      }
      for (const [id, label] of Object.entries(noted)) live.label(id, label)

      const kept = newest(told)
      const shuffled = [...kept, ...kept]
        .map((one) => ({ one, key: dice.next().value! }))
        .sort((a, b) => a.key - b.key)
      const rebuilt = historyOf({
        transactions: shuffled.map(({ one }) => one),
        labels: new Map(Object.entries(noted)),
        vouched: [],
      })
      for (const { id } of kept) {
        const known = live.find(id)
        assert.deepEqual(rebuilt.find(id), known)
        if (known) assert.deepEqual(featuresOf(rebuilt, known), featuresOf(live, known))
      }
    }),
    { numRuns: 300 },
  )
})

test('what comes after a payment, or is told late for another time, does not change its features', () => {
  fc.assert(
    fc.property(life, (told) => {
      const kept = newest(told)
      const [probe, ...others] = kept
      const earlier = others.filter(({ at }) => at < probe!.at)
      const whole = historyOf({ transactions: kept, labels: new Map(), vouched: [] })
      const before = historyOf({ transactions: [probe!, ...earlier], labels: new Map(), vouched: [] })
      const known = whole.find(probe!.id)
      fc.pre(known !== null && others.every(({ at }) => at !== probe!.at))
      assert.deepEqual(featuresOf(whole, known!), featuresOf(before, known!))
    }),
  )
})

function historyWith(...transactions: Transaction[]): History {
  return historyOf({ transactions, labels: new Map(), vouched: [] })
}

function probe(history: History, transaction: Transaction): Features {
  history.tell(transaction)
  return featuresOf(history, history.find(transaction.id)!)
}

test('windows count to the millisecond: an hour ago is within the hour, a moment more is not', () => {
  const inside = fresh(-60, { id: 'txn_inside' })
  const outside = { ...fresh(-60, { id: 'txn_outside' }), at: NOON - HOUR - 1 }
  assert.equal(probe(historyWith(inside, outside), fresh(0)).hour.count, 1)
})

test('windows are of true time: the night the clocks change has its hour once more or once less', () => {
  const changes = [
    { before: Date.UTC(2026, 2, 28, 23, 30), after: Date.UTC(2026, 2, 29, 1, 15) },
    { before: Date.UTC(2026, 9, 24, 23, 30), after: Date.UTC(2026, 9, 25, 1, 15) },
  ]
  for (const { before, after } of changes) {
    const minutesBetween = (after - before) / MINUTE
    const history = historyWith(payment({ id: 'txn_before', at: before, mcc: null }))
    const features = probe(history, payment({ id: 'txn_after', at: after, mcc: null }))
    assert.equal(features.hour.count, minutesBetween <= 60 ? 1 : 0)
    assert.equal(features.day.count, 1)
  }
})

test('at any instant near a change of clocks, windows agree with plain subtraction', () => {
  const edges = [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)]
  fc.assert(
    fc.property(
      fc.constantFrom(...edges),
      fc.array(fc.integer({ min: -180, max: 180 }), { minLength: 1, maxLength: 12 }),
      (edge, offsets) => {
        const told = offsets.map((minutes, i) =>
          payment({ id: `txn_${i}`, at: edge + minutes * MINUTE, mcc: null }),
        )
        const at = edge + 200 * MINUTE
        const features = probe(historyWith(...told), payment({ id: 'txn_z', at, mcc: null }))
        assert.equal(features.hour.count, told.filter((one) => at - one.at <= HOUR).length)
        assert.equal(features.day.count, told.length)
      },
    ),
  )
})

test('amounts are compared in the account’s own money, whatever they were in abroad', () => {
  const history = historyWith(...ordinaryLife(3))
  const lamp = { country: 'JP', descriptor: 'den den town', entryMode: 'chip', pounds: 12 } as const
  const abroad = probe(history, fresh(1, { ...lamp, id: 'txn_yen', foreign: money(-2_400, 'JPY') }))
  const home = probe(historyWith(...ordinaryLife(3)), fresh(1, { ...lamp, id: 'txn_yen' }))
  assert.equal(abroad.amountZ, home.amountZ)
  const inEuros = probe(history, { ...fresh(2, { ...lamp, id: 'txn_eur' }), amount: money(-1_200, 'EUR') })
  assert.equal(inEuros.usualMinor, 5_000, 'an account in another money has habits of its own')
})

test('in a currency nobody has a table for, the first amount says nothing and the person’s own soon do', () => {
  const kip = (i: number, minor: number) => ({
    ...fresh(-i - 1, { id: `txn_${i}` }),
    amount: money(-minor, 'LAK'),
  })
  assert.equal(probe(historyWith(), kip(0, 9_000_000)).amountZ, null)
  const features = probe(
    historyWith(...Array.from({ length: 20 }, (_, i) => kip(i + 1, 9_000_000))),
    kip(-1, 9_000_000),
  )
  assert.ok(Math.abs(features.usualMinor! - 9_000_000) < 9_000_000 / 10_000)
  assert.ok(Math.abs(features.amountZ!) < 0.01)
})

test('refunds, salaries and direct debits are nobody’s card habits', () => {
  const history = historyWith(
    fresh(-1, { id: 'txn_refund', amount: money(4_000, 'GBP') }),
    payment({
      id: 'txn_rent',
      amount: money(-90_000, 'GBP'),
      mcc: null,
      entryMode: null,
      cardNumberDisplay: null,
    }),
  )
  assert.equal(history.size, 0)
  assert.equal(probe(history, fresh(0)).habits, 0)
})

test('a hold that was let go counts for speed, and not for habits', () => {
  const features = probe(historyWith(fresh(-5, { id: 'txn_held', status: 'released' })), fresh(0))
  assert.equal(features.hour.count, 1)
  assert.equal(features.habits, 0)
})
