import { type Chance, type Range, uniform } from './draw.ts'

/** What thieves do, each in a file of its own in `frauds/`. */
export const FRAUD_KINDS = [
  'stolen-card',
  'leaked-card',
  'compromised-terminal',
  'card-testing',
  'account-takeover',
  'subscription-trap',
] as const
export type FraudKind = (typeof FRAUD_KINDS)[number]

/**
 * How one world behaves. Whoever learns on one world is tested on others, so that nobody learns that a terminal is
 * compromised for 28 days and a stolen card pays five times its usual amounts.
 */
export type Ways = {
  /** Of a person's payments, in pounds; each person's mean is drawn between the two. */
  meanAmount: Range
  /** Standard deviation of a person's payments as a share of their mean. */
  amountSpread: number
  /** Payments of the busiest person on a usual day; each person's number is drawn between zero and this. */
  paymentsPerDayMax: number
  /** Around each person's own midday. */
  secondsSpread: number
  /** How far from home people shop. */
  reachKm: number
  /** Of all payments, on average. */
  onlineShare: number
  /** Payments at a shop where nothing but chance brought the person. */
  strayShare: number
  subscriptionsPerPerson: number
  holidaysPerYear: number
  movesPerYear: number
  bigPurchasesPerYear: number
  bigPurchaseTimes: Range

  /** New episodes for each thousand people and day. */
  frauds: Record<FraudKind, number>
  /** Genuine payments that their maker disputes nevertheless, for each thousand people and day. */
  friendlyFrauds: number

  stolenCardHours: Range
  stolenCardPayments: Range
  stolenCardTimes: Range
  leakedCardDays: Range
  leakedCardShare: number
  leakedCardTimes: Range
  terminalDays: Range
  /** Share of the payments at a compromised terminal that are not what the person agreed to. */
  terminalShare: number
  testPayments: Range
  testedPaymentTimes: Range
  takeoverPayments: Range
  takeoverTimes: Range
  trapPayments: Range
  trapEveryDays: Range
  trapAmount: Range
}

/**
 * The ranges. Those that the Fraud Detection Handbook (chapter 3, “Transaction data simulator”) also has lie around its
 * values: means of 5 to 100, half the mean as deviation, up to 4 payments a day, noon ± 20,000 s, 28 days of a compromised
 * terminal, a third of 14 days of a leaked card's payments multiplied by 5.
 */
export function drawWays(chance: Chance): Ways {
  const draw = (low: number, high: number) => uniform(chance, [low, high])
  /** A range inside a range: its lower end in the lower half. */
  const range = (low: number, high: number): Range => [
    draw(low, (low + high) / 2),
    draw((low + high) / 2, high),
  ]
  const days = (low: number, high: number): Range => {
    const [from, to] = range(low, high)
    return [Math.round(from), Math.round(to)]
  }
  return {
    meanAmount: [draw(3, 9), draw(60, 150)],
    amountSpread: draw(0.35, 0.65),
    paymentsPerDayMax: draw(2.5, 5),
    secondsSpread: draw(13_000, 21_000),
    reachKm: draw(4, 8),
    onlineShare: draw(0.1, 0.3),
    strayShare: draw(0.02, 0.08),
    subscriptionsPerPerson: draw(0.5, 3),
    holidaysPerYear: draw(0.5, 2),
    movesPerYear: draw(0.02, 0.12),
    bigPurchasesPerYear: draw(0.5, 4),
    bigPurchaseTimes: range(3, 12),
    frauds: {
      'stolen-card': draw(0.1, 0.4),
      'leaked-card': draw(0.1, 0.4),
      'compromised-terminal': draw(0.1, 0.3),
      'card-testing': draw(0.1, 0.5),
      'account-takeover': draw(0.05, 0.25),
      'subscription-trap': draw(0.1, 0.5),
    },
    friendlyFrauds: draw(0.1, 0.6),
    stolenCardHours: range(1, 16),
    stolenCardPayments: days(2, 10),
    stolenCardTimes: range(1.5, 6),
    leakedCardDays: days(5, 24),
    leakedCardShare: draw(0.2, 0.5),
    leakedCardTimes: range(2.5, 8),
    terminalDays: days(10, 45),
    terminalShare: draw(0.5, 1),
    testPayments: days(2, 7),
    testedPaymentTimes: range(4, 14),
    takeoverPayments: days(2, 9),
    takeoverTimes: range(2, 8),
    trapPayments: days(2, 6),
    trapEveryDays: days(5, 31),
    trapAmount: range(15, 90),
  }
}
