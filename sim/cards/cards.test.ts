import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, MINUTE, seeded } from '#kit'
import {
  type Answering,
  BANK_ONLY,
  type Day,
  drawWays,
  FRAUD_KINDS,
  type FraudKind,
  type LabelLearnt,
  type PaymentSeen,
  simulateCards,
  type WorldSettings,
} from './index.ts'

const START_AT = Date.UTC(2026, 0, 5)
const CHATTY: Answering = { ...BANK_ONLY, answerShare: 0.6 }

function live(settings: Partial<WorldSettings> = {}) {
  const days: Day[] = [
    ...simulateCards({
      seed: 7,
      people: 400,
      days: 60,
      answering: BANK_ONLY,
      startAt: START_AT,
      ...settings,
    }),
  ]
  const events = days.flatMap((day) => day.events)
  return {
    days,
    events,
    payments: events.filter((event): event is PaymentSeen => event.kind === 'payment-seen'),
    labels: events.filter((event): event is LabelLearnt => event.kind === 'label-learnt'),
    frauds: new Map(days.flatMap((day) => [...day.frauds])),
  }
}

/** Only this kind of fraud, often. */
function crimesOnly(kind: FraudKind): NonNullable<WorldSettings['ways']> {
  const none = Object.fromEntries(FRAUD_KINDS.map((each) => [each, 0])) as Record<FraudKind, number>
  return { frauds: { ...none, [kind]: 2 }, friendlyFrauds: 0 }
}

test('the same seed makes the same world, and another seed another', () => {
  assert.deepEqual(live().events, live().events)
  assert.notDeepEqual(live().events.slice(0, 100), live({ seed: 8 }).events.slice(0, 100))
})

test('people pay the same things however they answer; only what is learnt when differs', () => {
  const [silent, chatty] = [live(), live({ answering: { ...CHATTY, falseReportShare: 0.1 } })]
  assert.deepEqual(silent.payments, chatty.payments)
  assert.deepEqual(silent.frauds, chatty.frauds)
  assert.notDeepEqual(silent.labels, chatty.labels)
})

test('events come in order of time, and each on its day', () => {
  const { days } = live({ answering: CHATTY })
  let last = START_AT
  days.forEach(({ events }, day) => {
    for (const { at } of events) {
      assert.ok(at >= last, 'an event came before an earlier one')
      assert.equal(Math.floor((at - START_AT) / DAY), day)
      assert.ok(Number.isSafeInteger(at))
      last = at
    }
  })
})

test('no payment is of nothing, each has an id of its own, and a shop with a terminal has a place', () => {
  const { payments } = live()
  assert.ok(payments.length > 10_000)
  assert.equal(new Set(payments.map(({ id }) => id)).size, payments.length)
  for (const payment of payments) {
    assert.ok(Number.isSafeInteger(payment.amountMinor) && payment.amountMinor > 0)
    assert.equal(payment.terminal === null, payment.place === null)
    assert.equal(payment.terminal === null, payment.entryMode === 'online')
  }
})

test('between one in a thousand and two in a hundred payments are a thief’s, of every kind', () => {
  const seen = new Set<FraudKind>()
  for (let seed = 1; seed <= 6; seed++) {
    const { payments, frauds } = live({ seed })
    const share = frauds.size / payments.length
    assert.ok(share > 0.001 && share < 0.02, `seed ${seed}: ${share}`)
    for (const kind of frauds.values()) seen.add(kind)
  }
  assert.deepEqual([...seen].sort(), [...FRAUD_KINDS].sort())
})

test('every world has ways of its own', () => {
  const [one, other] = [drawWays(seeded(1)), drawWays(seeded(2))]
  for (const name of ['amountSpread', 'terminalDays', 'leakedCardTimes', 'paymentsPerDayMax'] as const)
    assert.notDeepEqual(one[name], other[name])
})

test('without answers the bank learns of every fraud after a week, and nobody complains of anything else', () => {
  const { labels, frauds, payments } = live({ ways: { friendlyFrauds: 0 } })
  const at = new Map(payments.map((payment) => [payment.id, payment.at]))
  const end = START_AT + 60 * DAY
  for (const { paymentId, label, source, at: learntAt } of labels) {
    assert.equal(label, frauds.has(paymentId) ? 'fraud' : 'genuine')
    assert.equal(source, frauds.has(paymentId) ? 'dispute' : 'expiry')
    assert.equal(learntAt - at.get(paymentId)!, 7 * DAY)
  }
  assert.equal(labels.length, payments.filter((payment) => payment.at + 7 * DAY < end).length)
})

test('when six in ten victims answer, half of those have done so after twenty minutes', () => {
  const { labels, payments, frauds } = live({ people: 1_500, answering: CHATTY, ways: { friendlyFrauds: 0 } })
  const at = new Map(payments.map((payment) => [payment.id, payment.at]))
  const delays = labels
    .filter(({ source }) => source === 'person')
    .map((label) => (label.at - at.get(label.paymentId)!) / MINUTE)
    .sort((a, b) => a - b)
  assert.ok(Math.abs(delays.length / frauds.size - 0.6) < 0.05, `${delays.length} of ${frauds.size}`)
  const median = delays[Math.floor(delays.length / 2)]!
  assert.ok(median > 16 && median < 25, `${median} minutes`)
  assert.ok(delays.every((delay) => delay <= 7 * 24 * 60))
})

test('a tenth of the reports are about payments that their maker made, when that is asked for', () => {
  const { labels, frauds } = live({
    people: 1_500,
    answering: { ...CHATTY, falseReportShare: 0.1 },
    ways: { friendlyFrauds: 0 },
  })
  const reports = labels.filter(({ source }) => source === 'person')
  const share = reports.filter(({ paymentId }) => !frauds.has(paymentId)).length / reports.length
  assert.ok(Math.abs(share - 0.1) < 0.03, `${share}`)
})

test('nothing counts as genuine for want of complaint that somebody has complained of', () => {
  const { labels } = live({ answering: { ...CHATTY, falseReportShare: 0.3 }, ways: { friendlyFrauds: 0 } })
  assert.equal(new Set(labels.map(({ paymentId }) => paymentId)).size, labels.length)
})

test('some dispute what they did buy, days later, and the truth does not call it fraud', () => {
  const { labels, frauds } = live({ people: 1_000, ways: { friendlyFrauds: 1 } })
  const friendly = labels.filter(({ paymentId, label }) => label === 'fraud' && !frauds.has(paymentId))
  assert.ok(friendly.length > 20)
  assert.ok(friendly.every(({ source }) => source === 'dispute'))
})

test('a stolen card pays more than its owner, within hours', () => {
  const { payments, frauds } = live({ ways: crimesOnly('stolen-card') })
  const stolen = payments.filter(({ id }) => frauds.has(id))
  const usual = new Map(
    Object.entries(Object.groupBy(payments, ({ holder }) => holder)).map(([person, all]) => [
      person,
      all!.reduce((sum, { amountMinor }) => sum + amountMinor, 0) / all!.length,
    ]),
  )
  const larger = stolen.filter(({ holder, amountMinor }) => amountMinor > usual.get(holder)!)
  assert.ok(larger.length / stolen.length > 0.7)
})

test('a card is tested with small payments on the web before a large one', () => {
  const { payments, frauds } = live({ ways: crimesOnly('card-testing') })
  const tests = payments.filter(({ id }) => frauds.has(id))
  const small = tests.filter(({ amountMinor }) => amountMinor <= 250)
  assert.ok(tests.every(({ entryMode }) => entryMode === 'online'))
  assert.ok(small.length > tests.length / 2 && small.length < tests.length)
})

test('a compromised terminal takes money for weeks, from everybody who pays there', () => {
  const { payments, frauds } = live({ ways: { ...crimesOnly('compromised-terminal'), terminalShare: 0.9 } })
  const terminals = Object.groupBy(
    payments.filter(({ id }) => frauds.has(id)),
    ({ terminal }) => terminal!,
  )
  assert.ok(Object.values(terminals).some((taken) => new Set(taken!.map(({ holder }) => holder)).size > 3))
})

test('a subscription that cannot be left takes the same amount from the same person at equal pauses', () => {
  const { payments, frauds } = live({ ways: crimesOnly('subscription-trap') })
  const traps = Object.values(
    Object.groupBy(
      payments.filter(({ id }) => frauds.has(id)),
      ({ holder, merchant, amountMinor }) => `${holder} ${merchant} ${amountMinor}`,
    ),
  )
  const repeated = traps.filter((trap) => trap!.length >= 3)
  assert.ok(repeated.length > 0)
  for (const trap of repeated) assert.equal(trap![2]!.at - trap![1]!.at, trap![1]!.at - trap![0]!.at)
})

test('people travel, and what they pay abroad is their own', () => {
  const { payments, frauds } = live({ ways: { holidaysPerYear: 4 } })
  const abroad = payments.filter(
    ({ country, terminal, id }) => country !== 'GB' && terminal && !frauds.has(id),
  )
  assert.ok(abroad.length > 100)
})
