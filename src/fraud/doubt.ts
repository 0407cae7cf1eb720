import { DAY, type Money, money } from '#kit'
import type { FraudCase } from '#vault'
import { isMostlyWrong, TRACK_SPAN, type Turned } from './features/index.ts'
import type { Memory } from './memory.ts'
import { type Payment, paymentOf } from './payment.ts'

/**
 * Why somebody who says *not me* may have forgotten: worth one kind question before their card is blocked. Most disputes
 * of genuine payments are forgotten subscriptions, a shop under another name, or somebody of the family.
 */
export type Doubt =
  | { kind: 'subscription'; merchant: string; every: 'week' | 'month' | 'year'; since: number }
  | {
      kind: 'same-merchant-before'
      merchant: string
      times: number
      lastAt: number
      lastAmount: Money
    }
  | { kind: 'other-card'; merchant: string; cardNumberDisplay: string; lastAt: number }
  | { kind: 'often-wrong'; times: number }

/** Much more than was ever paid at a shop is not what was forgotten. */
const ALIKE_RATIO = 2
/** After a fraud on this card, its next *not me* is not doubted. */
const FRAUD_SPAN = 14 * DAY

const RHYTHMS = [
  { every: 'week', days: 7, slackDays: 1.5 },
  { every: 'month', days: 30.4, slackDays: 5.5 },
  { every: 'year', days: 365.25, slackDays: 12 },
] as const

/** What speaks for a payment being the person's own after all; null when nothing does. */
export function doubtOf(memory: Memory, payment: Payment, now: number): Doubt | null {
  const { history } = memory
  if (history.fraudByCard.get(payment.card).size(now - FRAUD_SPAN, { id: '', at: now }) > 0) return null
  const alike = alikeBefore(memory, payment)
  const own = alike.filter(({ card }) => card === payment.card)
  const { merchant } = payment
  const last = own.at(-1)
  if (last) {
    const every = rhythmOf([...own.map(({ at }) => at), payment.at])
    return every
      ? { kind: 'subscription', merchant, every, since: own[0]!.at }
      : {
          kind: 'same-merchant-before',
          merchant,
          times: own.length,
          lastAt: last.at,
          lastAmount: money(last.amountMinor, last.currency),
        }
  }
  const family = alike.findLast(({ accountId }) => accountId === payment.accountId)
  if (family) {
    const cardNumberDisplay = family.card.slice(family.accountId.length + 1)
    return { kind: 'other-card', merchant, cardNumberDisplay, lastAt: family.at }
  }
  const track = trackOf([...memory.cases.values()], now)
  return isMostlyWrong(track) ? { kind: 'often-wrong', times: track.wrong } : null
}

/** Their own payments to the merchant before, when this one is not much more than they ever were; oldest first. */
function alikeBefore({ history }: Memory, payment: Payment): Payment[] {
  const habits = history
    .lastAtMerchant(payment)
    .reverse()
    .filter(({ standing, currency }) => standing === 'habit' && currency === payment.currency)
  const most = habits.reduce((max, { amountMinor }) => Math.max(max, amountMinor), 0)
  return payment.amountMinor > most * ALIKE_RATIO ? [] : habits
}

/** What a payment repeats: the last gap and the one before it are a week, a month or a year. */
function rhythmOf(times: readonly number[]): 'week' | 'month' | 'year' | null {
  const gaps = times.slice(1).map((at, i) => (at - times[i]!) / DAY)
  const last = gaps.slice(-2)
  const found = RHYTHMS.find(
    ({ days, slackDays }) => last.length === 2 && last.every((gap) => Math.abs(gap - days) <= slackDays),
  )
  return found?.every ?? null
}

/** How somebody's reports turned out lately: upheld by the bank, or taken back by themselves or lost. */
export function trackOf(cases: readonly FraudCase[], now: number): Turned {
  const lately = cases.filter(({ answeredAt }) => answeredAt !== null && now - answeredAt < TRACK_SPAN)
  const isWrong = ({ takenBackAt, dispute }: FraudCase) =>
    takenBackAt !== undefined || dispute?.outcome?.decided === 'against'
  return {
    wrong: lately.filter(isWrong).length,
    upheld: lately.filter(({ dispute }) => dispute?.outcome?.decided === 'in-favour').length,
  }
}

/** Whether what somebody says of their payments should wait for the bank’s decision before it says something of places. */
export function isOftenWrong(memory: Memory, now: number): boolean {
  return isMostlyWrong(trackOf([...memory.cases.values()], now))
}

/** Reasons that a forgotten payment does not have: nobody needs to think twice about these. */
const BEYOND_DOUBT: readonly string[] = [
  'travel-impossible',
  'card-testing',
  'many-new-merchants',
  'card-reported',
  'terminal-reported',
]

/** Whether a *not me* about a case is taken at its word, whatever else is known: each is doubted once. */
export const isBeyondDoubt = ({ doubt, reasons }: Pick<FraudCase, 'doubt' | 'reasons'>): boolean =>
  doubt !== undefined || reasons.some(({ code }) => BEYOND_DOUBT.includes(code))

/** The doubt about a payment that somebody was asked about or reported; each case is doubted once. */
export function doubtAbout(
  memory: Memory,
  { transactionId, fraudCase }: { transactionId: string; fraudCase: FraudCase | undefined },
  now: number,
): Doubt | null {
  if (fraudCase && isBeyondDoubt(fraudCase)) return null
  const payment = memory.history.find(transactionId) ?? refusedPayment(memory, transactionId)
  return payment ? doubtOf(memory, payment, now) : null
}

/** What the bank refused is nobody's habit, but may have been forgotten as well as what it let through. */
function refusedPayment({ history, declined }: Memory, id: string): Payment | null {
  const refused = declined.get(id)
  return refused ? paymentOf({ ...refused, status: 'pending' }, history.home.timeZone, undefined) : null
}
