import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currency, DAY, HOUR, MINUTE } from '#kit'
import { createFeatureEngine } from './engine.ts'
import type { LabelLearnt, PaymentSeen } from './fraud-event.ts'
import { FEATURES, type FeatureName, PLACE_OF } from './vocabulary.ts'

/** A Monday. */
const NOON = Date.UTC(2026, 10, 23, 12)
const LONDON = { latitude: 51.5074, longitude: -0.1278 }
const PARIS = { latitude: 48.8566, longitude: 2.3522 }

const paid = (id: string, before: number, over: Partial<PaymentSeen> = {}): PaymentSeen => ({
  kind: 'payment-seen',
  id,
  at: NOON - before,
  holder: 'amina',
  accountId: 'acc_1',
  card: 'acc_1 5770',
  amountMinor: 4200,
  currency: currency('GBP'),
  merchant: 'Tesco',
  category: '5411',
  terminal: null,
  country: 'GB',
  foreignCurrency: null,
  city: null,
  place: null,
  entryMode: 'chip',
  hour: new Date(NOON - before).getUTCHours(),
  weekday: new Date(NOON - before).getUTCDay(),
  home: 'GB',
  ...over,
})

const said = (paymentId: string, label: LabelLearnt['label'], before: number): LabelLearnt => ({
  kind: 'label-learnt',
  paymentId,
  label,
  source: 'person',
  at: NOON - before,
})

/** Sixty days of £42 at Tesco at noon, and a coffee of £10 there ten minutes ago. */
const LIFE = [
  ...Array.from({ length: 60 }, (_, i) => paid(`day-${60 - i}`, (60 - i) * DAY)),
  paid('coffee', 10 * MINUTE, { amountMinor: 1000 }),
]
/** What everybody pays: £40 is the middle, and the mean is more. It weighs as much as ten payments. */
const EVERYBODY = 4000 * Math.exp(1.2 ** 2 / 2)
const MEAN = (10 * EVERYBODY + 60 * 4200 + 1000) / (10 + 61)

// Amounts on a logarithmic scale, in ten-thousandths: ln 4200 = 8.34284, ln 1000 = 6.90776, ln 8400 = 9.03599.
const [LOG_4200, LOG_1000, LOG_8400, LOG_4000] = [83_428, 69_078, 90_360, Math.log(4000) * 10_000]
const LOG_MEAN = (10 * LOG_4000 + 60 * LOG_4200 + LOG_1000) / 71
const OWN = (60 * LOG_4200 + LOG_1000) / 61
const SQUARES = 60 * (LOG_4200 - OWN) ** 2 + (LOG_1000 - OWN) ** 2
const SPREAD = Math.sqrt((10 * 12_000 ** 2 + SQUARES + ((10 * 61) / 71) * (OWN - LOG_4000) ** 2) / 71)

/** The great circle by the law of cosines, which the code does not use. */
const RADIANS = Math.PI / 180
const LONDON_TO_PARIS =
  6371.0088 *
  Math.acos(
    Math.sin(LONDON.latitude * RADIANS) * Math.sin(PARIS.latitude * RADIANS) +
      Math.cos(LONDON.latitude * RADIANS) *
        Math.cos(PARIS.latitude * RADIANS) *
        Math.cos((PARIS.longitude - LONDON.longitude) * RADIANS),
  )

/** What strangers said of a kiosk, and two payments of theirs that nobody spoke of. */
const stranger = (n: number, before: number, over: Partial<PaymentSeen> = {}) =>
  paid(`stranger-${n}`, before, { holder: `stranger-${n}`, card: `acc ${n}`, ...KIOSK, ...over })
const KIOSK = { merchant: 'Kiosk', terminal: 'till-9' }
const AT_THE_KIOSK = [
  stranger(1, 40 * DAY),
  said('stranger-1', 'fraud', 36 * DAY), // too long ago to count
  stranger(2, 33 * DAY),
  said('stranger-2', 'fraud', 30 * DAY),
  stranger(3, 20 * DAY),
  said('stranger-3', 'fraud', 10 * DAY),
  stranger(4, 6 * DAY),
  said('stranger-4', 'fraud', 5 * DAY),
  stranger(5, 3 * HOUR, { amountMinor: 900_000 }),
  said('stranger-5', 'fraud', 2 * HOUR),
  stranger(6, HOUR),
  said('stranger-6', 'genuine', 30 * MINUTE),
  stranger(7, HOUR),
]

type Example = {
  says: string
  past: readonly (PaymentSeen | LabelLearnt)[]
  now?: Partial<PaymentSeen>
  /** What the features of the payment at noon are, worked out by hand. */
  are: Partial<Record<FeatureName, number>>
}

const EXAMPLES: readonly Example[] = [
  {
    says: 'a large payment online, in a new kind of shop abroad',
    past: LIFE,
    now: {
      amountMinor: 8400,
      merchant: 'Harrods',
      category: '5311',
      country: 'FR',
      foreignCurrency: 'EUR',
      entryMode: 'online',
    },
    are: {
      amountMinor: 8400,
      typicalRatio: 8400 / 4000,
      usualMinor: Math.round(Math.exp(LOG_MEAN / 10_000)),
      amountRatio: 8400 / Math.exp(LOG_MEAN / 10_000),
      amountZ: (LOG_8400 - LOG_MEAN) / SPREAD,
      meanRatio: 8400 / MEAN,
      asLargeBefore: 0,
      habits: 61,
      hourCount: 1,
      hourSumMinor: 1000,
      hourMeanMinor: 1000,
      hourMeanRatio: (1000 + 8400) / 2 / MEAN,
      // 61 payments in 60 days.
      hourCountZ: (1 - 61 / 1440) / Math.sqrt(61 / 1440 + 1),
      dayCount: 2,
      daySumMinor: 5200,
      dayMeanMinor: 2600,
      dayMeanRatio: (5200 + 8400) / 3 / MEAN,
      dayCountZ: (2 - 61 / 60) / Math.sqrt(61 / 60 + 1),
      weekCount: 8,
      weekSumMinor: 30_400,
      weekMeanMinor: 3800,
      weekMeanRatio: (30_400 + 8400) / 9 / MEAN,
      weekCountZ: (8 - 427 / 60) / Math.sqrt(427 / 60 + 1),
      monthCount: 31,
      monthSumMinor: 127_000,
      monthMeanMinor: 127_000 / 31,
      monthMeanRatio: (127_000 + 8400) / 32 / MEAN,
      monthCountZ: (31 - 1830 / 60) / Math.sqrt(1830 / 60 + 1),
      minutesSincePayment: 10,
      hour: 12,
      hourShare: 62 / 69,
      // Eight Mondays of sixty days, and today's coffee.
      weekdayShare: (9 + 1) / (61 + 7),
      isNewMerchant: 1,
      merchantPayments: 0,
      isNewCategory: 1,
      isNewCountry: 1,
      isNewEntryMode: 1,
      isForeign: 1,
      isOnline: 1,
      isVouched: 0,
      travelKilometres: Number.NaN,
      travelKilometresPerHour: Number.NaN,
      terminalFrauds1d: Number.NaN,
      terminalLastLabel: Number.NaN,
    },
  },
  {
    says: 'the usual at the usual shop, which the person vouched for',
    past: [...LIFE, said('day-1', 'genuine', HOUR)],
    are: {
      typicalRatio: 1.05,
      asLargeBefore: 60,
      isNewMerchant: 0,
      merchantPayments: 61,
      isNewCategory: 0,
      isNewCountry: 0,
      isNewEntryMode: 0,
      isForeign: 0,
      isOnline: 0,
      isVouched: 1,
      smallOnline: 0,
      newMerchantPayments: 0,
      newMerchants: 0,
    },
  },
  {
    says: 'the first payment of somebody new: there is no mean, and no pace',
    past: [],
    are: {
      habits: 0,
      hourCount: 0,
      hourSumMinor: 0,
      hourMeanMinor: Number.NaN,
      hourMeanRatio: 4200 / EVERYBODY,
      hourCountZ: Number.NaN,
      monthMeanMinor: Number.NaN,
      monthMeanRatio: 4200 / EVERYBODY,
      monthCountZ: Number.NaN,
    },
  },
  {
    says: 'a payment that is known fraud counts for no mean and no sum',
    past: [...LIFE, paid('stolen', 30 * MINUTE, { amountMinor: 90_000 }), said('stolen', 'fraud', MINUTE)],
    are: {
      hourCount: 1,
      hourMeanMinor: 1000,
      hourMeanRatio: (1000 + 4200) / 2 / MEAN,
      hourCountZ: (1 - 61 / 1440) / Math.sqrt(61 / 1440 + 1),
      dayMeanMinor: 2600,
      monthCountZ: (31 - 1830 / 60) / Math.sqrt(1830 / 60 + 1),
      cardFrauds14d: 1,
    },
  },
  {
    says: 'in Paris an hour after London',
    past: [...LIFE, paid('london', HOUR, { place: LONDON })],
    now: { place: PARIS },
    are: { travelKilometres: LONDON_TO_PARIS, travelKilometresPerHour: LONDON_TO_PARIS },
  },
  {
    says: 'a card that is tried out: three small payments online at two shops nobody knew, then a third shop',
    past: [
      ...LIFE,
      ...['Pixelcoins', 'Pixelcoins', 'Streamvault'].map((merchant, n) =>
        paid(`try-${n}`, (9 - n) * MINUTE, { merchant, amountMinor: 500, entryMode: 'online' }),
      ),
    ],
    now: { merchant: 'Megatronics', entryMode: 'online' },
    are: { smallOnline: 3, newMerchantPayments: 4, newMerchants: 3 },
  },
  {
    says: 'a card with a known fraud of three days ago and a large payment of five',
    past: [
      ...LIFE,
      paid('large', 5 * DAY - HOUR, { amountMinor: 30_000 }),
      paid('stolen', 3 * DAY - HOUR, { amountMinor: 90_000 }),
      said('stolen', 'fraud', 2 * DAY),
    ],
    are: {
      cardFrauds14d: 1,
      cardHigh14d: 1,
      cardHighestRatio7d: 30_000 / ((10 * EVERYBODY + 60 * 4200 + 1000 + 30_000) / 72),
    },
  },
  {
    says: 'at a kiosk that strangers spoke of',
    past: [...LIFE, ...AT_THE_KIOSK],
    now: KIOSK,
    are: {
      terminalFrauds1d: 1,
      terminalFrauds7d: 2,
      terminalFrauds28d: 3,
      // Drawn towards one in a hundred by two payments.
      terminalFraudShare28d: (3 + 0.02) / (4 + 2),
      // One of the three was of £9,000, which says something of the card.
      terminalNormalFrauds28d: 2,
      terminalFirstFraudDays: 33,
      terminalLastFraudDays: 3 / 24,
      terminalLastLabel: 0,
      terminalGoodSinceFraud: 1,
      merchantFrauds7d: 2,
      merchantFrauds28d: 3,
      merchantFraudShare28d: (3 + 0.02) / (4 + 2),
    },
  },
]

for (const { says, past, now = {}, are } of EXAMPLES)
  test(`worked out by hand: ${says}`, () => {
    const engine = createFeatureEngine()
    for (const event of past) engine.tell(event)
    engine.tell(paid('now', 0, now))
    const vector = engine.vectorOf('now')!
    for (const [name, value] of Object.entries(are) as [FeatureName, number][]) {
      const found = vector[PLACE_OF[name]]!
      const isIt = Number.isNaN(value)
        ? Number.isNaN(found)
        : Math.abs(found - value) <= 1e-9 * Math.abs(value)
      assert.ok(isIt, `${name} is ${found}, and by hand ${value}`)
    }
  })

test('every feature has an example that was worked out by hand', () => {
  const shown = new Set(EXAMPLES.flatMap(({ are }) => Object.keys(are)))
  assert.deepEqual(
    FEATURES.map(({ name }) => name).filter((name) => !shown.has(name)),
    [],
  )
})
