import { DAY, type Money, Private } from '#kit'
import { type Category, matchMerchant } from '#merchants'
import type { Account, Balance, Loan, Span, Transaction } from '#vault'
import { type Forecast, forecast } from './forecast.ts'
import { nextEvent } from './next-event.ts'
import { netIn, type Step, stepsOf } from './over-time.ts'
import {
  merchantsMeant,
  narrow,
  type Payment,
  type PaymentFilter,
  resolvePayments,
  sizeIn,
} from './payments.ts'
import { findRecurring, RENT, type Recurring } from './recurring.ts'
import { incomeOf, paidOf, type Share, sharesOf, spendingOf, type Total, totalsOf } from './spending.ts'
import {
  type Finding,
  findDuplicates,
  findLowBalances,
  findPriceRises,
  findRefunds,
  type WorthKind,
} from './worth-knowing.ts'

/** Read around a period, so that the other side of a transfer is seen. */
const MARGIN_MS = 4 * DAY
/** How many near misses are shown when no payment has the exact amount. */
const NEAR_MAX = 3
/** A near miss differs by this share of the amount at most. */
const NEAR_SHARE_MAX = 0.05

type Reader = { transactions(span?: Span): Promise<Private<Transaction[]>> }

export type Holding = { account: Account; balance: Balance | null }
/** Open accounts with what they hold, and those that are closed: nothing is held there. */
export type Holdings = { open: Holding[]; closed: Account[] }

const KIND_ORDER: readonly Account['kind'][] = ['checking', 'savings', 'card']

/** What each open account holds, as the bank last said: current accounts, then savings, then cards. */
export async function readHoldings(loan: Loan<'account-view'>): Promise<Private<Holdings>> {
  const read = await Private.together([loan.accounts(), loan.balances()])
  return read.map(([accounts, balances]) => {
    const byId = new Map(balances.map((balance) => [balance.id, balance]))
    const inOrder = accounts.toSorted((a, b) => KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind))
    return {
      open: inOrder
        .filter(({ status }) => status === 'open')
        .map((account) => ({ account, balance: byId.get(account.id) ?? null })),
      closed: inOrder.filter(({ status }) => status === 'closed'),
    }
  })
}

/** Payments in either direction. `merchants` are what the filter's merchant stands for; null without one. */
export type Listing = { payments: Payment[]; total: number; merchants: string[] | null }

/** The newest `count` transactions that the filter means, newest first; `total` is how many there are in all. */
export async function listPayments(
  loan: Loan<'account-view'>,
  filter: PaymentFilter,
  count: number,
): Promise<Private<Listing>> {
  return (await loan.transactions(filter.span)).map((all) => {
    if (filter.merchant === undefined && !filter.category && !filter.range) {
      // Nothing to match against: only the rows that are shown need their merchant's name.
      const payments = resolvePayments(all.slice(-count).reverse())
      return { payments, total: all.length, merchants: null }
    }
    const { payments, merchants } = meant(resolvePayments(all), filter)
    return { payments: payments.slice(-count).reverse(), total: payments.length, merchants }
  })
}

/** `total` is how many payments there are in this currency. */
export type LargestIn = { payments: Payment[]; total: number }
/** A part for each currency, that of most payments first: amounts of two currencies have no order among them. */
export type Largest = { currencies: LargestIn[]; merchants: string[] | null }

/**
 * The `count` largest payments that the filter means, the largest first and of equal ones the newest. Of what was paid, as
 * `spendingOf` has it; of what came in, where the filter is of income.
 */
export async function listLargest(
  loan: Loan<'account-view'>,
  filter: PaymentFilter,
  count: number,
): Promise<Private<Largest>> {
  const read = await loan.transactions(filter.span && around(filter.span))
  return read.map((all) => {
    const resolved = resolvePayments(all)
    const paid = filter.category === 'income' ? incomeOf(resolved) : paidOf(resolved)
    const { payments, merchants } = meant(paid, filter)
    const parts = Map.groupBy(payments.toReversed(), ({ amount }) => amount.currency)
    const currencies = [...parts.values()]
      .map((part) => ({ payments: part.toSorted(byAmount).slice(0, count), total: part.length }))
      .sort((a, b) => b.total - a.total)
    return { currencies, merchants }
  })
}

const byAmount = (a: Payment, b: Payment): number =>
  Math.abs(b.amount.amountMinor) - Math.abs(a.amount.amountMinor)

/** `near` has the closest amounts, only when nothing is `exact`. Newest first, and closest first. */
export type Found = { exact: Payment[]; near: Payment[] }

/**
 * Payments of exactly this amount, whichever way the money went, as billed or in the merchant's own currency.
 * `amountMinor` counts in the currency's own minor unit, and in hundredths when `currency` is null.
 */
export async function findPayments(
  loan: Loan<'account-view'>,
  wanted: { amountMinor: number; currency: string | null },
  filter: PaymentFilter,
): Promise<Private<Found>> {
  const asked = Math.abs(wanted.amountMinor)
  const limit = asked * NEAR_SHARE_MAX
  return (await loan.transactions(filter.span)).map((all) => {
    const close = all.filter((transaction) => distance(transaction, asked, wanted.currency) <= limit)
    // A merchant's name is understood among all that the person pays, not among the few of this amount.
    const merchants =
      filter.merchant === undefined ? null : merchantsMeant(filter.merchant, resolvePayments(all))
    const found = narrow(resolvePayments(close), filter, merchants).map((payment) => ({
      payment,
      off: distance(payment, asked, wanted.currency),
    }))
    const exact = found.filter(({ off }) => off === 0).map(({ payment }) => payment)
    if (exact.length > 0) return { exact: exact.reverse(), near: [] }
    const near = found.sort((a, b) => a.off - b.off || b.payment.at - a.payment.at).slice(0, NEAR_MAX)
    return { exact, near: near.map(({ payment }) => payment) }
  })
}

/** How far a transaction is from `asked`, in what `asked` counts; `Infinity` when it is in no such currency. */
function distance({ amount, foreign }: Transaction, asked: number, currency: string | null): number {
  const off = (money: Money | null) => {
    const size = money && sizeIn(money, currency)
    return size === null ? Infinity : Math.abs(size - asked)
  }
  return Math.min(off(amount), off(foreign))
}

/** What was spent: totals a currency, and the merchants that the filter's merchant stands for. */
export type Spending = { totals: Total[]; merchants: string[] | null }

/** Spending in the filter's period; with none, in everything kept. Pending payments count, and are counted apart too. */
export async function readSpending(
  loan: Loan<'spending-insights'>,
  filter: PaymentFilter,
): Promise<Private<Spending>> {
  return (await readSpent(loan, filter)).map(({ payments, merchants }) => ({
    totals: totalsOf(payments),
    merchants,
  }))
}

/** Shares of the spending in the currency of most payments; `totals` has every currency. */
export type Breakdown = { totals: Total[]; shares: Share[]; merchants: string[] | null }

export async function readBreakdown(
  loan: Loan<'spending-insights'>,
  by: 'category' | 'merchant',
  filter: PaymentFilter,
): Promise<Private<Breakdown>> {
  return (await readSpent(loan, filter)).map(({ payments, merchants }) => {
    const totals = totalsOf(payments)
    return { totals, shares: totals[0] ? sharesOf(payments, by, totals[0].currency) : [], merchants }
  })
}

export type Comparison = {
  current: Breakdown
  against: Breakdown
  /** The earlier period up to the same point, when the current one is still running: the fair comparison. */
  againstSoFar: Total[] | null
}

/** Spending in `period` and in `against`, by category; `filter` narrows both. */
export async function compareSpending(
  loan: Loan<'spending-insights'>,
  spans: { period: Span; against: Span },
  filter: PaymentFilter,
  now: number,
): Promise<Private<Comparison>> {
  const { period, against } = spans
  const elapsed = now - period.from
  const running = now < period.to && elapsed < against.to - against.from
  const both = { from: Math.min(period.from, against.from), to: Math.max(period.to, against.to) }
  return (await readSpent(loan, { ...filter, span: both })).map(({ payments, merchants }) => {
    const within = ({ from, to }: Span) => payments.filter(({ at }) => at >= from && at < to)
    const first = within(period)
    const second = within(against)
    const currency = totalsOf(payments)[0]?.currency
    const breakdown = (part: Payment[]): Breakdown => ({
      totals: totalsOf(part),
      shares: currency ? sharesOf(part, 'category', currency) : [],
      merchants,
    })
    return {
      current: breakdown(first),
      against: breakdown(second),
      againstSoFar: running ? totalsOf(within({ from: against.from, to: against.from + elapsed })) : null,
    }
  })
}

/** Which payments that come back are meant; what is absent does not narrow. */
export type RecurringFilter = { rent?: true; merchant?: string; category?: Category }

/** Payments that come back, from everything kept. */
export async function readRecurring(
  loan: Loan<'spending-insights'>,
  filter: RecurringFilter,
  now: number,
  timeZone: string,
): Promise<Private<Recurring[]>> {
  return (await readSpent(loan, {})).map(({ payments }) => {
    const { rent, merchant, category } = filter
    const found = findRecurring(payments, now, timeZone)
    const named = merchant && new Set(matchMerchant(merchant, [...new Set(found.map((one) => one.merchant))]))
    return found.filter(
      (one) =>
        (!rent || RENT.test(one.merchant)) &&
        (!named || named.has(one.merchant)) &&
        (!category || one.category === category),
    )
  })
}

/**
 * Spending in each week or month, oldest first, in the currency of most payments. `steps` is empty where there would be fewer
 * than two: then `totals` are of the filter's own period.
 */
export type OverTime = {
  steps: { from: number; to: number; netMinor: number }[]
  totals: Total[]
  merchants: string[] | null
  /** The period is longer than is drawn. */
  isCut: boolean
  /** The first payment kept, where nothing is kept of the steps before it. */
  keptFrom: number | null
}

export async function readOverTime(
  loan: Loan<'spending-insights'>,
  step: Step,
  filter: PaymentFilter,
  scene: { now: number; timeZone: string },
): Promise<Private<OverTime>> {
  const { spans, isCut } = stepsOf(step, filter.span ?? null, scene.now, scene.timeZone)
  const whole = { from: spans[0]!.from, to: spans.at(-1)!.to }
  const span = spans.length < 2 && filter.span ? filter.span : whole
  return (await loan.transactions(around(span))).map((all) => {
    const { payments, merchants } = meant(spendingOf(resolvePayments(all)), { ...filter, span })
    const totals = totalsOf(payments)
    const first = all[0]?.at ?? span.to
    const kept = spans.filter(({ to }) => to > first)
    const nets = totals[0] && kept.length > 1 ? netIn(payments, kept, totals[0].currency) : []
    return {
      steps: nets.map((netMinor, i) => ({ ...kept[i]!, netMinor })),
      totals,
      merchants,
      isCut,
      keptFrom: nets.length > 0 && kept.length < spans.length ? first : null,
    }
  })
}

/** How far to look ahead: to an instant, or to when the rent or the pay is next due, just before it or with it. */
export type Horizon = { at: number } | { event: 'rent' | 'pay'; isWith: boolean }

/**
 * What each open current account may hold until `until`, that with most payments first; `unknown` are those that cannot be told.
 * `until` is null when no rent, or no pay, is seen to come back: then nothing is foretold.
 */
export type Forecasts = { forecasts: Forecast[]; unknown: Account[]; until: number | null }

export async function readForecasts(
  loan: Loan<'account-view'>,
  horizon: Horizon,
  { now, timeZone }: { now: number; timeZone: string },
): Promise<Private<Forecasts>> {
  const read = await Private.together([readHoldings(loan), loan.transactions()])
  return read.map(([{ open }, all]) => {
    const payments = resolvePayments(all)
    const current = open.filter(({ account }) => account.kind === 'checking')
    const next = 'at' in horizon ? null : nextEvent(horizon.event, payments, now, timeZone)
    const until = 'at' in horizon ? horizon.at : next && (horizon.isWith ? next + 1 : next)
    if (until === null) return { forecasts: [], unknown: [], until }
    const told = current.map(({ account, balance }) => ({
      account,
      ahead: balance && forecast({ account, balance }, payments, { now, until, timeZone }),
    }))
    const count = (id: string) => payments.filter(({ accountId }) => accountId === id).length
    return {
      until,
      forecasts: told
        .flatMap(({ ahead }) => ahead ?? [])
        .sort((a, b) => count(b.account.id) - count(a.account.id)),
      unknown: told.flatMap(({ account, ahead }) => (ahead ? [] : [account])),
    }
  })
}

/** What is worth saying unasked of one link, of the `wanted` kinds; the most pressing first. */
export async function readWorthKnowing(
  loan: Loan<'worth-knowing'>,
  wanted: ReadonlySet<WorthKind>,
  scene: { now: number; timeZone: string },
): Promise<Private<Finding[]>> {
  const { now, timeZone } = scene
  const read = await Private.together([loan.accounts(), loan.balances(), loan.transactions()])
  return read.map(([accounts, balances, all]) => {
    const payments = resolvePayments(all)
    const recurring = findRecurring(spendingOf(payments), now, timeZone)
    const held = accounts.flatMap((account) => {
      const balance = balances.find(({ id }) => id === account.id)
      return balance ? [{ account, balance }] : []
    })
    const rents = recurring.filter(({ merchant }) => RENT.test(merchant))
    return [
      ...findLowBalances(rents, held, payments, scene),
      ...findDuplicates(payments, now),
      ...findPriceRises(recurring, now),
      ...findRefunds(payments, now),
    ].filter(({ kind }) => wanted.has(kind))
  })
}

type Meant = { payments: Payment[]; merchants: string[] | null }

async function readSpent(loan: Reader, filter: PaymentFilter): Promise<Private<Meant>> {
  const read = await loan.transactions(filter.span && around(filter.span))
  return read.map((all) => meant(spendingOf(resolvePayments(all)), filter))
}

const around = ({ from, to }: Span): Span => ({ from: from - MARGIN_MS, to: to + MARGIN_MS })

function meant(payments: readonly Payment[], filter: PaymentFilter): Meant {
  const merchants = filter.merchant === undefined ? null : merchantsMeant(filter.merchant, payments)
  const kept = narrow(payments, filter, merchants)
  return { payments: kept, merchants: merchants && [...new Set(kept.map(({ merchant }) => merchant))] }
}
