import type { Forecast, Forecasts } from '#accounts'
import { type Currency, type Money, minorDigits, money } from '#kit'
import { type Action, type Said, say, type Template } from '../answer.ts'
import type { Until } from '../question.ts'
import type { Scene } from '../scene.ts'
import { calendarAt, toPeriod, unitOf } from '../understanding/periods/span.ts'
import { nameOf } from './accounts.ts'

/** More than these are told by the table alone. */
const DUE_MAX = 4

/**
 * What each current account may hold by then: a range, and what it rests on. With too little to judge by, that is said
 * instead. The account that most is paid from is drawn; currencies and accounts are never added together.
 */
export function sayForecast(
  found: Forecasts,
  { until, insteadOfPast }: { until: Until; insteadOfPast?: true },
  scene: Scene,
): Said {
  const { forecasts, unknown } = found
  if (found.until === null && 'event' in until)
    return {
      text: [say('forecast-no-event', { event: until.event })],
      show: null,
      actions: [askForMonth(scene)],
    }
  const gaps =
    unknown.length > 0
      ? [say('forecast-unknown', { accounts: unknown.map((one) => nameOf(one, scene)) })]
      : []
  const [first, ...others] = forecasts
  if (!first || found.until === null)
    return { text: gaps.length > 0 ? gaps : [say('forecast-no-account', {})], show: null, actions: [] }
  const end = first.days.at(-1)!.at
  const due = first.expected.filter(({ at }) => at < end)
  const currency = first.now.currency
  return {
    text: [
      ...(insteadOfPast ? [say('forecast-instead', {})] : []),
      ...ranges(first, found.until, until, scene),
      ...(due.length > 0
        ? [say('forecast-due', { due: due.slice(0, DUE_MAX), more: Math.max(0, due.length - DUE_MAX) })]
        : []),
      say('forecast-basis', {
        now: first.now,
        asOf: first.asOf,
        usualDay: first.usualDay,
        daysSeen: first.daysSeen,
        isNothingDue: due.length === 0,
      }),
      ...others.flatMap((one) => ranges(one, found.until!, until, scene)),
      ...gaps,
    ],
    show: {
      type: 'forecast',
      caption: say('forecast-caption', nameOf(first.account, scene)),
      currency,
      now: { at: scene.now, amountMinor: first.now.amountMinor },
      days: first.days,
      due: due.map(({ merchant, amount, at }) => ({ merchant, amountMinor: amount.amountMinor, at })),
    },
    actions: [],
  }
}

function ranges({ account, days, now }: Forecast, wanted: number, until: Until, scene: Scene): Template[] {
  const last = days.at(-1)!
  const isWhole = last.at >= wanted
  const { currency } = now
  const text: Template[] = [
    say('forecast', {
      ...nameOf(account, scene),
      // Banks write a day alone as its midnight: the rent of the 1st is due on the 1st.
      at: isWhole && 'event' in until && !until.isWith ? last.at : last.at - 1,
      until: isWhole ? until : { at: last.at },
      low: outward(last.lowMinor, currency, Math.floor),
      expected: outward(last.expectedMinor, currency, Math.round),
      high: outward(last.highMinor, currency, Math.ceil),
    }),
  ]
  if (!isWhole) text.push(say('forecast-as-far', { days: days.length, at: last.at - 1 }))
  const below = days.find(({ lowMinor }) => lowMinor < 0)
  if (below) text.push(say('forecast-below', { at: below.at - 1, isSure: below.highMinor < 0 }))
  return text
}

/** How far one can look when the day that was asked about is not known. */
function askForMonth({ now, timeZone }: Scene): Action {
  const calendar = calendarAt(now, timeZone)
  const until = { at: toPeriod(unitOf('month', calendar.today), calendar).to }
  return {
    label: say('do-forecast', {}),
    style: 'plain',
    intent: { do: 'ask', question: { kind: 'forecast', until } },
  }
}

/** In whole pounds: pence would say more than is known. */
function outward(amountMinor: number, currency: Currency, round: (value: number) => number): Money {
  const unit = 10 ** minorDigits(currency)
  return money(round(amountMinor / unit) * unit || 0, currency)
}
