import type { Recurring, Rhythm } from '#accounts'
import { DAY, type Money, money } from '#kit'
import { type Action, type Said, type Show, say, type Template } from '../answer.ts'
import type { RecurringSubject } from '../question.ts'
import type { Scene } from '../scene.ts'

const TIMES_PER_MONTH: Record<Rhythm, number> = {
  weekly: 52 / 12,
  fortnightly: 26 / 12,
  monthly: 1,
  quarterly: 1 / 3,
  yearly: 1 / 12,
}

const CHANGE_DAYS_MAX = 120
const CHANGES_MAX = 3

/** Who asks about one kind may mean another that comes back as well: a gym, a telephone. */
const ALL: Action = {
  label: say('do-recurring', {}),
  style: 'plain',
  intent: { do: 'ask', question: { kind: 'recurring' } },
}

/** Payments that come back, as a list, with what they cost a month and which is next. */
export function sayRecurring(
  found: readonly Recurring[],
  about: RecurringSubject | null,
  { now }: Scene,
): Said {
  // One that is a little late is still expected, but it is not what comes next.
  const next = found.find(({ nextAt }) => nextAt >= now) ?? found[0]
  const actions = about?.category ? [ALL] : []
  if (!next) {
    const none = about ? say('recurring-none-of', { about }) : say('recurring-none', {})
    return { text: [none], show: null, actions }
  }
  if (about && found.length === 1)
    return { text: [dueOf(next), ...changesOf(found, now)], show: showOf(found), actions }
  return {
    text: [
      say('recurring', { found: found.length, monthly: monthlyOf(found), about: about ?? {} }),
      say('recurring-next', {
        merchant: next.merchant,
        amount: money(next.amountMinor, next.currency),
        at: next.nextAt,
      }),
      ...changesOf(found, now),
    ],
    show: showOf(found),
    actions,
  }
}

const dueOf = ({ merchant, amountMinor, currency, rhythm, nextAt }: Recurring): Template =>
  say('recurring-due', { merchant, amount: money(amountMinor, currency), rhythm, at: nextAt })

const showOf = (found: readonly Recurring[]): Show => ({
  type: 'recurring',
  caption: say('recurring-payments', {}),
  rows: found.map(({ merchant, category, amountMinor, currency, rhythm, nextAt, priceChange }) => ({
    merchant,
    category,
    amount: money(amountMinor, currency),
    rhythm,
    nextAt,
    change: priceChange,
  })),
})

/** The prices that changed lately, the latest first: an older change is no news, and many would bury the rest. */
function changesOf(found: readonly Recurring[], now: number): Template[] {
  return found
    .flatMap(({ merchant, priceChange }) => (priceChange ? [{ merchant, ...priceChange }] : []))
    .filter(({ at }) => now - at <= CHANGE_DAYS_MAX * DAY)
    .sort((a, b) => b.at - a.at)
    .slice(0, CHANGES_MAX)
    .map((change) => say('recurring-changed', change))
}

function monthlyOf(found: readonly Recurring[]): Money[] {
  const sums = new Map<string, number>()
  for (const { currency, amountMinor, rhythm } of found)
    sums.set(currency, (sums.get(currency) ?? 0) + amountMinor * TIMES_PER_MONTH[rhythm])
  return [...sums].map(([currency, sum]) => money(Math.round(sum), currency))
}
