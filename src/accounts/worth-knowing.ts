import { DAY, MINUTE, type Money, minorDigits } from '#kit'
import type { Account, Balance } from '#vault'
import { forecast } from './forecast.ts'
import type { Payment } from './payments.ts'
import type { PriceChange, Recurring } from './recurring.ts'
import { isRefund } from './spending.ts'

/** What is worth saying unasked, the most pressing first. Each can be stopped on its own, for good. */
export const WORTH_KINDS = ['low-balance', 'duplicate-charge', 'price-rise', 'refund-arrived'] as const
export type WorthKind = (typeof WORTH_KINDS)[number]

/** `about` names it by our own opaque ids, so that it is told once. */
export type Finding = { about: string; accountId: string; card: string | null } & (
  | { kind: 'duplicate-charge'; first: Payment; second: Payment }
  | { kind: 'price-rise'; merchant: string; change: PriceChange }
  | { kind: 'refund-arrived'; refund: Payment; purchase: Payment }
  | {
      kind: 'low-balance'
      account: Account
      rent: Money
      at: number
      now: Money
      expected: Money
      asOf: number
    }
)

/** A shop's terminal or page charges twice within minutes; who buys again comes later. */
const DUPLICATE_WITHIN = 10 * MINUTE
/** Told after longer than that, it is no news. */
const DUPLICATE_NEWS = 3 * DAY
const REFUND_NEWS = 7 * DAY
const PRICE_NEWS = 14 * DAY
/** A purchase is sent back, and paid back, within so long. */
const REFUND_WITHIN = 180 * DAY
const RENT_AHEAD = 7 * DAY
/** A balance that is older says nothing of next week. */
const BALANCE_AGE_MAX = 3 * DAY
/** A price that was paid so often is a habit, such as the same coffee. */
const HABIT_TIMES = 3
/** Of less nobody wants to hear: in minor units, by how many digits these take up. Where there are none a unit is worth little. */
const DUPLICATE_MINOR_MIN: Readonly<Record<number, number>> = { 0: 1_000, 2: 500, 3: 2_000 }

/**
 * What is sold by the piece, several times in a row: fares, tolls, parking, bars, fast food, vending, cash, bets, games.
 * ISO 18245 codes.
 */
const BY_THE_PIECE = new Set(
  '4111 4112 4121 4131 4784 4789 5499 5813 5814 5815 5816 5817 5818 6010 6011 6012 7523 7542 7800 7801 7802 7832 7841 7922 7994 7995 7996 9402'.split(
    ' ',
  ),
)

/** Kinds that have a price: what is bought every week at a shop has none. */
const PRICED: ReadonlySet<string> = new Set([
  'subscriptions',
  'bills',
  'leisure',
  'education',
  'health',
  'home',
])

/**
 * Two charges that look like one made twice: the same merchant, amount and card within ten minutes, and nothing that makes
 * it a habit. Banks that say the day alone say too little: 4.9 % of real card rows repeat another of their day.
 */
export function findDuplicates(payments: readonly Payment[], now: number): Finding[] {
  const charges = Map.groupBy(
    payments.filter(
      ({ amount, cardNumberDisplay, status }) =>
        amount.amountMinor < 0 && cardNumberDisplay !== null && (status === 'posted' || status === 'pending'),
    ),
    (payment) => `${cardOf(payment)}\n${payment.merchant}`,
  )
  const days = cardsOfDaysAlone(charges.values().toArray().flat())
  const cameBack = new Set(
    payments.filter(isRefund).map(({ merchant, amount }) => `${merchant}\n${amount.amountMinor}`),
  )
  return [...charges.values()].flatMap((ofShop): Finding[] => {
    if (ofShop.length < 2) return []
    const inOrder = ofShop.toSorted((a, b) => a.at - b.at)
    const pairs = inOrder.flatMap((second, i) => {
      const first = inOrder[i - 1]
      return first && !days.has(cardOf(second)) && isSameCharge(first, second) ? [{ first, second }] : []
    })
    // Whoever pays twice in a row here now and then, or three times, does it on purpose.
    const [only, ...more] = pairs
    if (!only || more.length > 0) return []
    const { first, second } = only
    const samePrice = inOrder.filter(({ amount }) => amount.amountMinor === first.amount.amountMinor)
    if (samePrice.length - 2 >= HABIT_TIMES || now - second.at > DUPLICATE_NEWS || second.at > now) return []
    if (cameBack.has(`${first.merchant}\n${-first.amount.amountMinor}`)) return []
    const { accountId, cardNumberDisplay: card } = second
    return [{ kind: 'duplicate-charge', about: `duplicate:${second.id}`, accountId, card, first, second }]
  })
}

function isSameCharge(first: Payment, second: Payment): boolean {
  const { amount, foreign, terminalId, mcc } = second
  return (
    amount.amountMinor === first.amount.amountMinor &&
    amount.currency === first.amount.currency &&
    foreign?.amountMinor === first.foreign?.amountMinor &&
    second.at - first.at <= DUPLICATE_WITHIN &&
    !isDayAlone(first.at) &&
    !isDayAlone(second.at) &&
    (terminalId === null || first.terminalId === null || terminalId === first.terminalId) &&
    -amount.amountMinor >= (DUPLICATE_MINOR_MIN[minorDigits(amount.currency)] ?? 500) &&
    !(mcc !== null && BY_THE_PIECE.has(mcc))
  )
}

/** Midnight or noon to the second is how banks write that they know the day alone. */
const isDayAlone = (at: number): boolean => at % (DAY / 2) === 0
/** Midnight or noon of some zone: each is a whole quarter of an hour away from UTC. */
const mayBeDayAlone = (at: number): boolean => at % (15 * MINUTE) === 0

const cardOf = ({ accountId, cardNumberDisplay }: Payment): string => `${accountId}\n${cardNumberDisplay}`

/** Cards of which the day alone is known: more than half of their charges are at midnight or noon somewhere, which no real times are. */
function cardsOfDaysAlone(charges: readonly Payment[]): Set<string> {
  const byCard = [...Map.groupBy(charges, cardOf)]
  return new Set(
    byCard.flatMap(([card, all]) =>
      all.filter(({ at }) => mayBeDayAlone(at)).length * 2 > all.length ? [card] : [],
    ),
  )
}

/** Subscriptions and bills that became dearer lately. */
export const findPriceRises = (recurring: readonly Recurring[], now: number): Finding[] =>
  recurring.flatMap(({ merchant, category, priceChange: change, changedById, accountId }): Finding[] =>
    change &&
    PRICED.has(category) &&
    change.to.amountMinor > change.from.amountMinor &&
    change.at <= now &&
    now - change.at <= PRICE_NEWS
      ? [{ kind: 'price-rise', about: `price:${changedById}`, accountId, card: null, merchant, change }]
      : [],
  )

/** Money back from a shop for something that was bought there: the same amount, or a part of it. */
export function findRefunds(payments: readonly Payment[], now: number): Finding[] {
  const recent = payments.filter(
    (payment) =>
      isRefund(payment) &&
      (payment.status === 'posted' || payment.status === 'pending') &&
      now - payment.at <= REFUND_NEWS &&
      payment.at <= now,
  )
  return recent.flatMap((refund): Finding[] => {
    const purchase = purchaseOf(refund, payments)
    const { id, accountId, cardNumberDisplay: card } = refund
    return purchase
      ? [{ kind: 'refund-arrived', about: `refund:${id}`, accountId, card, refund, purchase }]
      : []
  })
}

function purchaseOf(refund: Payment, payments: readonly Payment[]): Payment | undefined {
  const bought = payments.filter(
    ({ merchant, accountId, amount, status, at }) =>
      merchant === refund.merchant &&
      accountId === refund.accountId &&
      amount.currency === refund.amount.currency &&
      status === 'posted' &&
      -amount.amountMinor >= refund.amount.amountMinor &&
      at < refund.at &&
      refund.at - at <= REFUND_WITHIN,
  )
  const whole = bought.filter(({ amount }) => -amount.amountMinor === refund.amount.amountMinor)
  return whole.at(-1) ?? bought.at(-1)
}

/** Rents due within a week from an account that is expected to hold less by then. */
export function findLowBalances(
  rents: readonly Recurring[],
  held: readonly { account: Account; balance: Balance }[],
  payments: readonly Payment[],
  scene: { now: number; timeZone: string },
): Finding[] {
  const { now } = scene
  return rents.flatMap((rent): Finding[] => {
    const { nextAt, accountId, amountMinor, currency, lastId } = rent
    const holding = held.find(({ account }) => account.id === accountId)
    if (!holding || nextAt <= now || nextAt - now > RENT_AHEAD) return []
    const { account, balance } = holding
    if (account.kind !== 'checking' || account.status !== 'open' || now - balance.asOf > BALANCE_AGE_MAX)
      return []
    // Without the rent itself, with which the rest is compared.
    const ahead = forecast(holding, payments, { ...scene, until: nextAt })
    const last = ahead?.days.at(-1)
    if (!ahead || !last || last.expectedMinor >= amountMinor) return []
    return [
      {
        kind: 'low-balance',
        about: `rent:${lastId}`,
        accountId,
        card: null,
        account,
        rent: { amountMinor, currency },
        at: nextAt,
        now: ahead.now,
        expected: { amountMinor: last.expectedMinor, currency },
        asOf: ahead.asOf,
      },
    ]
  })
}
