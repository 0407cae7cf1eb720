import { DAY, type Money, money } from '#kit'
import { type Category, resolveMerchant } from '#merchants'
import type { FraudCase, Transaction } from '#vault'
import { HABIT_SPAN } from './habits.ts'
import { paymentsIn } from './memory.ts'

/** With fewer payments there is nothing that could be called usual. */
const LIKE_MIN = 5
/** Less above the usual than this is nothing that anybody would be alarmed by. */
const TIMES_MIN = 2
/** What fits every shop is no kind of shop. */
const NO_KIND: readonly Category[] = ['other', 'income', 'fees']

/** What somebody usually pays at shops of one kind, and how many times that a payment is. */
export type UsualThere = { usual: Money; times: number }

/**
 * What its person usually pays at a shop like that of a payment which stands out by its amount: the geometric mean of what
 * they paid by card at shops of its kind until the day before. Null when they go there too seldom, or the payment is not far
 * above. It is for telling only: whether to ask was decided by what they pay anywhere.
 */
export function usualThere(
  payment: Transaction,
  transactions: readonly Transaction[],
  cases: readonly FraudCase[],
): UsualThere | null {
  const { category } = resolveMerchant(payment)
  if (NO_KIND.includes(category)) return null
  const doubtful = new Set(cases.filter(({ state }) => state !== 'was-me').flatMap(paymentsIn))
  const alike = transactions.filter(
    (one) =>
      isSpent(one) &&
      one.amount.currency === payment.amount.currency &&
      one.at < payment.at - DAY &&
      one.at >= payment.at - HABIT_SPAN &&
      !doubtful.has(one.id) &&
      resolveMerchant(one).category === category,
  )
  if (alike.length < LIKE_MIN) return null
  const logs = alike.reduce((sum, { amount }) => sum + Math.log(-amount.amountMinor), 0)
  const usualMinor = Math.exp(logs / alike.length)
  const times = Math.round(-payment.amount.amountMinor / usualMinor)
  if (times < TIMES_MIN) return null
  return { usual: money(Number(Math.round(usualMinor).toPrecision(2)), payment.amount.currency), times }
}

const isSpent = ({ cardNumberDisplay, amount, status }: Transaction): boolean =>
  cardNumberDisplay !== null && amount.amountMinor < 0 && (status === 'pending' || status === 'posted')
