import type { Breakdown, Comparison, Share, Spending, Total } from '#accounts'
import { type Currency, type Money, money } from '#kit'
import type { Category } from '#merchants'
import { type Label, type Said, type Show, say, type Template } from '../answer.ts'
import type { Filter, Period } from '../question.ts'
import { narrowing, type Scene } from '../scene.ts'
import type { Narrowing } from '../words/sentences.ts'

/** More bars than this are no longer read at a glance. */
const BARS_MAX = 8

/** What was spent, in a sentence: pending and refunds are said, other currencies counted apart. */
export function saySpending({ totals, merchants }: Spending, filter: Filter, scene: Scene): Said {
  const of = narrowing(filter, merchants, scene)
  return { text: [...spentText(totals, of), asOf(scene)], show: null, actions: [] }
}

/** What was spent and on what, with a bar for each part. */
export function sayBreakdown(
  { totals, shares, merchants }: Breakdown,
  by: 'category' | 'merchant',
  filter: Filter,
  scene: Scene,
): Said {
  const of = narrowing(filter, merchants, scene)
  const total = totals[0]
  const largest = shares[0]
  const text = spentText(totals, of)
  if (total && largest && largest.netMinor > 0 && shares.length > 1) {
    text.push(
      say('most-on', {
        name: by === 'merchant' ? largest.name : null,
        category: by === 'category' ? (largest.name as Category) : null,
        net: money(largest.netMinor, total.currency),
        sharePercent: Math.round((100 * largest.netMinor) / sumOf(shares)),
      }),
    )
  }
  return {
    text: [...text, asOf(scene)],
    show: total && shares.length > 1 ? bars(total.currency, by, shares, of) : null,
    actions: [],
  }
}

/** Two periods side by side; when the first is still running, the second is also given up to the same point. */
export function sayComparison(
  comparison: Comparison,
  periods: { period: Period; against: Period },
  filter: Filter,
  scene: Scene,
): Said {
  const { current, against, againstSoFar } = comparison
  const { period, against: againstPeriod } = periods
  const of = narrowing({ ...filter, period }, current.merchants, scene)
  const currency = (current.totals[0] ?? against.totals[0])?.currency
  if (!currency) return { text: [say('spent-nothing', { of }), asOf(scene)], show: null, actions: [] }

  const netIn = (totals: readonly Total[]) =>
    totals.find((total) => total.currency === currency)?.netMinor ?? 0
  const now = netIn(current.totals)
  const before = netIn(against.totals)
  const text: Template[] = [
    say('compared', {
      current: money(now, currency),
      against: money(before, currency),
      period,
      againstPeriod,
      of,
      // Against a whole period, a running one is always behind: its change is said at the same point instead.
      changePercent: againstSoFar || before <= 0 ? null : Math.round((100 * (now - before)) / before),
    }),
  ]
  if (againstSoFar) {
    const then = netIn(againstSoFar)
    text.push(
      say('compared-so-far', {
        againstPeriod,
        against: money(then, currency),
        differenceMinor: now - then,
        currency,
      }),
    )
  }
  const total = current.totals.find((each) => each.currency === currency)
  if (total) text.push(...notes(total))
  const others = [...current.totals, ...against.totals].filter((each) => each.currency !== currency)
  if (others.length > 0) text.push(say('also-spent', { totals: others.map(totalNet) }))
  return {
    text: [...text, asOf(scene)],
    show: comparedBars(currency, comparison, periods, of),
    actions: [],
  }
}

function spentText(totals: readonly Total[], of: Narrowing): Template[] {
  const [first, ...others] = totals
  if (!first) return [say('spent-nothing', { of })]
  const net = totalNet(first)
  const text =
    first.netMinor < 0
      ? [say('got-back', { net: { ...net, amountMinor: -net.amountMinor }, of })]
      : [say('spent', { net, payments: first.payments, of })]
  text.push(...notes(first))
  if (others.length > 0) text.push(say('also-spent', { totals: others.map(totalNet) }))
  return text
}

export function notes(total: Total): Template[] {
  const text: Template[] = []
  if (total.refunds > 0) {
    text.push(
      say('refunds-subtracted', {
        refunds: total.refunds,
        sum: money(total.refundsMinor, total.currency),
      }),
    )
  }
  if (total.pending > 0) {
    text.push(
      say('pending-included', { pending: total.pending, net: money(total.pendingMinor, total.currency) }),
    )
  }
  return text
}

export const totalNet = (total: Total): Money => money(total.netMinor, total.currency)
export const asOf = ({ now }: Scene): Template => say('figures-as-of', { at: now })
const sumOf = (shares: readonly Share[]) =>
  shares.reduce((sum, { netMinor }) => sum + Math.max(0, netMinor), 0)

const labelOf = (by: 'category' | 'merchant', name: string): Label =>
  by === 'category' ? { category: name as Category } : { name }

function bars(
  currency: Currency,
  by: 'category' | 'merchant',
  shares: readonly Share[],
  of: Narrowing,
): Show | null {
  const positive = shares.filter(({ netMinor }) => netMinor > 0)
  const shown = positive.length > BARS_MAX ? positive.slice(0, BARS_MAX - 1) : positive
  const rest = sumOf(positive.slice(shown.length))
  const points = shown.map(({ name, netMinor }) => ({ label: labelOf(by, name), values: [netMinor] }))
  if (rest > 0) points.push({ label: { template: say('other-shares', {}) }, values: [rest] })
  const caption = say('spending', { of })
  return { type: 'bars', caption, currency, series: [{ template: caption }], points }
}

function comparedBars(
  currency: Currency,
  { current, against }: Comparison,
  { period, against: againstPeriod }: { period: Period; against: Period },
  of: Narrowing,
): Show {
  const valueIn = ({ shares }: Breakdown, name: string) =>
    Math.max(0, shares.find((share) => share.name === name)?.netMinor ?? 0)
  const names = [...new Set([...current.shares, ...against.shares].map(({ name }) => name))]
  const points = names
    .map((name) => ({ name, values: [valueIn(current, name), valueIn(against, name)] }))
    .filter(({ values }) => values.some((value) => value > 0))
    .sort((a, b) => Math.max(...b.values) - Math.max(...a.values))
  const shown = points.length > BARS_MAX ? points.slice(0, BARS_MAX - 1) : points
  const rest = points.slice(shown.length)
  const sumAt = (i: number) => rest.reduce((sum, { values }) => sum + values[i]!, 0)
  return {
    type: 'bars',
    caption: say('comparison', { period, againstPeriod, of }),
    currency,
    series: [{ period }, { period: againstPeriod }],
    points: [
      ...shown.map(({ name, values }) => ({ label: labelOf('category', name), values })),
      ...(rest.length > 0
        ? [{ label: { template: say('other-shares', {}) }, values: [sumAt(0), sumAt(1)] }]
        : []),
    ],
  }
}
