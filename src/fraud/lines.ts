import { DAY, HOUR, MINUTE } from '#kit'
import type { FraudCase, Judged, LineChoice, Transaction } from '#vault'
import { localMinute } from './local-hour.ts'
import { attachedTo } from './memory.ts'

/** What happened longer ago is no news: it is found by asking. */
export const LINE_SPAN = 48 * HOUR
/** A payment may have been made so long before it is first told by the bank, which is when it is posted. */
export const LATE_SPAN = 10 * DAY
/** Lines in one message; more wait for the next. */
const LINES_MAX = 20

/** What is known of a link when its lines are due. */
export type LineFacts = {
  transactions: readonly Transaction[]
  cases: readonly FraudCase[]
  judged: readonly Judged[]
  choices: readonly LineChoice[]
}

export type LineScene = {
  /** Payments that a line was written about. */
  told: ReadonlySet<string>
  timeZone: string
  /** The bank's country: payments elsewhere are abroad. */
  country: string | null
  now: number
}

/**
 * Payments to tell now, oldest first; and when the first quiet hours end that others wait for. `hasUnjudged` when there is one
 * that could be told and of which it is not known that it was ever judged.
 */
export type LinesDue = {
  waitsUntil: number | null
  payments: Transaction[]
  more: boolean
  hasUnjudged: boolean
}

/**
 * Which payments their person wants a line about: card payments that came as the bank's events, and no case asks about. Those that
 * joined a question have theirs, since it does not name them; those of an answered one were told with what the answer did.
 */
export function linesDue({ transactions, cases, judged, choices }: LineFacts, scene: LineScene): LinesDue {
  const { told, timeZone, now } = scene
  const asked = new Set(cases.map(({ transactionId }) => transactionId))
  const answeredAt = new Map(cases.flatMap((one) => attachedTo(one).map((id) => [id, one.answeredAt])))
  const scoredAt = new Map(judged.map(({ id, scoredAt }) => [id, scoredAt]))
  /** The last instants of what was chosen before. */
  const changes = choices.flatMap(({ former }) => former?.map(({ until }) => until - 1) ?? [])
  const isWantedAt = (instant: number, payment: Transaction) => {
    const choice = choiceFor(choicesAt(choices, instant), payment.cardNumberDisplay)
    return choice === null || (instant >= choice.at && isWanted(choice, payment, scene.country))
  }
  let hasUnjudged = false
  const wanted = transactions.filter((payment) => {
    const { id, at, status, cardNumberDisplay, amount } = payment
    if (cardNumberDisplay === null || amount.amountMinor >= 0 || told.has(id) || asked.has(id)) return false
    // What was pulled with the history was never judged, and is no news. What the bank refused is not judged either.
    const knownAt = scoredAt.get(id) ?? (status === 'declined' ? at : null)
    if (knownAt === null) {
      hasUnjudged ||= [now, ...changes].some((instant) => isWantedAt(instant, payment))
      return false
    }
    if (now - knownAt > LINE_SPAN || knownAt <= (answeredAt.get(id) ?? 0)) return false
    return isWantedAt(knownAt, payment)
  })
  const endOf = ({ cardNumberDisplay }: Transaction) => {
    const quiet = quietFor(choices, cardNumberDisplay)
    return quiet && endOfQuiet(quiet, now, timeZone)
  }
  const payments = wanted.filter((payment) => endOf(payment) === null)
  const ends = wanted.flatMap((payment) => endOf(payment) ?? [])
  return {
    waitsUntil: ends.length > 0 ? Math.min(...ends) : null,
    payments: payments.slice(0, LINES_MAX),
    more: payments.length > LINES_MAX,
    hasUnjudged,
  }
}

/** The choice about a card, or about all cards that have none of their own; null when nothing was chosen: all are told. */
export function choiceFor(choices: readonly LineChoice[], card: string | null): LineChoice | null {
  const own = choices.find(({ cardNumberDisplay }) => cardNumberDisplay === card)
  if (own && own.lines !== 'as-others') return own
  return choices.find(({ cardNumberDisplay }) => cardNumberDisplay === null) ?? null
}

/** The choices as they were at an instant, as far back as is known. */
const choicesAt = (choices: readonly LineChoice[], at: number): LineChoice[] =>
  choices.map((choice) => {
    const then = at < choice.at ? choice.former?.find(({ until }) => at < until) : undefined
    return then ? { ...choice, lines: then.lines, above: then.above, at } : choice
  })

/** A choice that comes after another, with what was chosen before it. Who changes only the hours has chosen nothing anew. */
export function chosenAfter(
  before: LineChoice | undefined,
  choice: Omit<LineChoice, 'at' | 'former'>,
  now: number,
): LineChoice {
  const former = before?.former ?? []
  if (before && isOfSamePayments(before, choice)) return { ...choice, at: before.at, former }
  const lines = choice.cardNumberDisplay === null ? 'all' : 'as-others'
  const last = { lines: before?.lines ?? lines, above: before?.above ?? null, until: now } as const
  return { ...choice, at: now, former: [...former.filter(({ until }) => now - until <= LINE_SPAN), last] }
}

/** The quiet hours of a card: its own, else those of all cards; null when its lines never wait. */
export function quietFor(choices: readonly LineChoice[], card: string | null): QuietHours | null {
  const of = (number: string | null) =>
    choices.find(({ cardNumberDisplay }) => cardNumberDisplay === number)?.quiet ?? null
  const quiet = of(card) ?? of(null)
  return quiet === 'never' ? null : quiet
}

type QuietHours = { from: number; to: number }

/** Whether two choices want lines about the same payments, whenever they want them. */
const isOfSamePayments = (
  a: Pick<LineChoice, 'lines' | 'above'>,
  b: Pick<LineChoice, 'lines' | 'above'>,
): boolean =>
  a.lines === b.lines &&
  a.above?.amountMinor === b.above?.amountMinor &&
  a.above?.currency === b.above?.currency

function isWanted(
  { lines, above }: LineChoice,
  { amount, country, entryMode }: Transaction,
  home: string | null,
): boolean {
  switch (lines) {
    case 'all':
    case 'as-others':
      return true
    case 'above':
      // Of another currency nothing can be said: better a line too many.
      return above === null || above.currency !== amount.currency || -amount.amountMinor >= above.amountMinor
    case 'abroad-or-online':
      return entryMode === 'online' || (country !== null && country !== home)
    case 'suspicious':
      return false
  }
}

/** When the quiet hours that are on at `now` end; null when they are off. They are minutes of the person's own day. */
export function endOfQuiet({ from, to }: QuietHours, now: number, timeZone: string): number | null {
  const minute = localMinute(now, timeZone)
  const isOn = from <= to ? minute >= from && minute < to : minute >= from || minute < to
  if (!isOn) return null
  const left = (to - minute + DAY_MINUTES) % DAY_MINUTES
  const end = Math.floor(now / MINUTE) * MINUTE + left * MINUTE
  // In the night when clocks are put forward that is an hour too late; when they are put back, it is looked at again.
  const late = (localMinute(end, timeZone) - to + DAY_MINUTES) % DAY_MINUTES
  return late < left && late <= CLOCK_CHANGE_MAX ? end - late * MINUTE : end
}

const DAY_MINUTES = 24 * 60
/** Minutes by which a clock is put forward at most, where people live. */
const CLOCK_CHANGE_MAX = 2 * 60
