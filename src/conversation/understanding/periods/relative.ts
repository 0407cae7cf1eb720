import { Temporal } from 'temporal-polyfill'
import { ordinalOf } from '../number-words.ts'
import type { Token } from '../tokens.ts'
import { anyPhraseAt, countAt, phraseAt, type Read, wordAt } from './cursor.ts'
import { yearAt } from './dates.ts'
import {
  allOf,
  before,
  type Calendar,
  dayOf,
  lastOf,
  type Span,
  STEPS,
  type Unit,
  unitOf,
  weekendOf,
} from './span.ts'
import { MONTHS, UNITS, WEEKDAYS } from './words.ts'

const THIS = new Set('this current ce cet cette'.split(' '))
const PREVIOUS = new Set('last previous prior'.split(' '))
const PREVIOUS_AFTER = new Set('dernier derniere passe passee precedent precedente'.split(' '))
const LAST_SOME = new Set('last past previous derniers dernieres dernier derniere'.split(' '))
const ONE_UNIT = new Set('day week month quarter year'.split(' '))
const LAST_SOME_AFTER = new Set(
  'derniers dernieres passes passees ecoules ecoulees precedents precedentes'.split(' '),
)

const ALL = [
  'since the beginning',
  'since the start',
  'all time',
  'ever',
  'depuis le debut',
  'depuis toujours',
  'de tous les temps',
]

/** Periods told from today: `yesterday`, `le mois dernier`, `last 7 days`, `il y a 3 jours`, `lundi dernier`, `Q3 2025`. */
export function relativeAt(tokens: readonly Token[], i: number, calendar: Calendar): Read<Span> | null {
  return (
    namedDayAt(tokens, i, calendar) ??
    toDateAt(tokens, i, calendar) ??
    allAt(tokens, i, calendar) ??
    agoAt(tokens, i, calendar) ??
    someUnitsAt(tokens, i, calendar) ??
    weekendAt(tokens, i, calendar) ??
    oneUnitAt(tokens, i, calendar) ??
    weekdayAt(tokens, i, calendar) ??
    quarterAt(tokens, i, calendar) ??
    yearNumberAt(tokens, i)
  )
}

const NAMED_DAYS: readonly [phrase: string, daysBack: number][] = [
  ['the day before yesterday', 2],
  ['day before yesterday', 2],
  ['avant hier', 2],
  ['yesterday', 1],
  ['hier', 1],
  ['today', 0],
  ['aujourd hui', 0],
  ['aujourdhui', 0],
]

function namedDayAt(tokens: readonly Token[], i: number, { today }: Calendar): Read<Span> | null {
  for (const [phrase, days] of NAMED_DAYS) {
    const next = phraseAt(tokens, i, phrase)
    if (next !== null) return { value: dayOf(today.subtract({ days })), next }
  }
  return null
}

/** `month to date`: the unit that today is in. */
function toDateAt(tokens: readonly Token[], i: number, { today }: Calendar): Read<Span> | null {
  const unit = UNITS.get(wordAt(tokens, i))
  const next = unit && phraseAt(tokens, i + 1, 'to date')
  return unit && next ? { value: unitOf(unit, today), next } : null
}

function allAt(tokens: readonly Token[], i: number, calendar: Calendar): Read<Span> | null {
  const next = anyPhraseAt(tokens, i, ALL)
  return next === null ? null : { value: allOf(calendar), next }
}

/** `3 days ago` is that day; `two months ago`, that month. */
function agoAt(tokens: readonly Token[], i: number, calendar: Calendar): Read<Span> | null {
  const french = phraseAt(tokens, i, 'il y a')
  const count = someAt(tokens, french ?? i)
  const unit = count && UNITS.get(wordAt(tokens, count.next))
  if (!count || !unit) return null
  const next = french === null ? phraseAt(tokens, count.next + 1, 'ago') : count.next + 1
  if (next === null || count.value > 1200) return null
  return { value: unitOf(unit, calendar.today.subtract(times(unit, count.value))), next }
}

const someAt = (tokens: readonly Token[], i: number): Read<number> | null =>
  ['a', 'an', 'un', 'une'].includes(wordAt(tokens, i)) && UNITS.has(wordAt(tokens, i + 1))
    ? { value: 1, next: i + 1 }
    : countAt(tokens, i)

const times = (unit: Unit, count: number): Record<string, number> =>
  Object.fromEntries(Object.entries(STEPS[unit]).map(([name, value]) => [name, value * count]))

/** `the last 7 days`, `les 3 derniers mois`, `ces derniers 7 jours`, `7 jours passés`, `the past month`. */
function someUnitsAt(tokens: readonly Token[], i: number, calendar: Calendar): Read<Span> | null {
  const ahead = LAST_SOME.has(wordAt(tokens, i))
  const count = countAt(tokens, ahead ? i + 1 : i)
  if (!count) {
    const unit = wordAt(tokens, i) === 'past' ? UNITS.get(wordAt(tokens, i + 1)) : undefined
    return unit ? { value: lastOf(1, unit, calendar), next: i + 2 } : null
  }
  const between = !ahead && LAST_SOME.has(wordAt(tokens, count.next))
  const at = between ? count.next + 1 : count.next
  // "50 last week" is a sum and a week: several of them would be weeks.
  if (between && count.value > 1 && ONE_UNIT.has(wordAt(tokens, at))) return null
  const unit = UNITS.get(wordAt(tokens, at))
  const after = !ahead && !between && LAST_SOME_AFTER.has(wordAt(tokens, at + 1))
  if (!unit || !(ahead || between || after) || count.value < 1 || count.value > 3660) return null
  return { value: lastOf(count.value, unit, calendar), next: after ? at + 2 : at + 1 }
}

/** What follows a unit that is told more closely: `du mois d’octobre`, `of the month before`. */
const GOES_ON = new Set('de d of before avant'.split(' '))
const OF_THE = [
  'du',
  'of the',
  'for the',
  'de la',
  'de l',
  'pour le',
  'pour la',
  'pour l',
  'sur le',
  'sur la',
]

/** `les dépenses du mois`, `of the week`: the present one. */
const isOfThe = (tokens: readonly Token[], i: number): boolean =>
  !GOES_ON.has(wordAt(tokens, i + 1)) &&
  !MONTHS.has(wordAt(tokens, i + 1)) &&
  tokens[i + 1]?.kind !== 'number' &&
  OF_THE.some((phrase) => phraseAt(tokens, i - phrase.split(' ').length, phrase) === i)

/** `this month`, `ce mois-ci`, `le mois en cours`, `last year`, `la semaine passée`, `the month before last`. */
function oneUnitAt(tokens: readonly Token[], i: number, { today }: Calendar): Read<Span> | null {
  const first = wordAt(tokens, i)
  if (THIS.has(first)) {
    const unit = UNITS.get(wordAt(tokens, i + 1))
    const here = wordAt(tokens, i + 2)
    return unit ? { value: unitOf(unit, today), next: here === 'ci' || here === 'la' ? i + 3 : i + 2 } : null
  }
  if (PREVIOUS.has(first)) {
    const unit = UNITS.get(wordAt(tokens, i + 1))
    return unit ? { value: before(unitOf(unit, today)), next: i + 2 } : null
  }
  const unit = UNITS.get(first)
  if (!unit) return null
  const now = anyPhraseAt(tokens, i + 1, ['en cours', 'courant', 'courante'])
  if (now !== null) return { value: unitOf(unit, today), next: now }
  const twice = anyPhraseAt(tokens, i + 1, ['before last', 'd avant dernier'])
  if (twice !== null) return { value: before(before(unitOf(unit, today))), next: twice }
  if (PREVIOUS_AFTER.has(wordAt(tokens, i + 1))) return { value: before(unitOf(unit, today)), next: i + 2 }
  return isOfThe(tokens, i) ? { value: unitOf(unit, today), next: i + 1 } : null
}

/** The latest weekend that has begun; `last weekend` is the latest that is over. */
function weekendAt(tokens: readonly Token[], i: number, { today }: Calendar): Read<Span> | null {
  const at = THIS.has(wordAt(tokens, i)) || PREVIOUS.has(wordAt(tokens, i)) ? i + 1 : i
  const next = anyPhraseAt(tokens, at, ['week end', 'weekend', 'week ends', 'weekends'])
  if (next === null) return null
  const ended = PREVIOUS.has(wordAt(tokens, i)) || PREVIOUS_AFTER.has(wordAt(tokens, next))
  const begun = today.dayOfWeek >= 6
  const date = ended || !begun ? today.subtract({ weeks: 1 }) : today
  return { value: weekendOf(date), next: PREVIOUS_AFTER.has(wordAt(tokens, next)) ? next + 1 : next }
}

/** The latest such day, today among them; `last Monday` and `lundi dernier` lie before today. */
function weekdayAt(tokens: readonly Token[], i: number, { today }: Calendar): Read<Span> | null {
  const last = PREVIOUS.has(wordAt(tokens, i))
  const at = last || THIS.has(wordAt(tokens, i)) ? i + 1 : i
  const weekday = WEEKDAYS.get(wordAt(tokens, at))
  if (weekday === undefined) return null
  const after = PREVIOUS_AFTER.has(wordAt(tokens, at + 1))
  const back = (today.dayOfWeek - weekday + 7) % 7
  const days = back === 0 && (last || after) ? 7 : back
  return { value: dayOf(today.subtract({ days })), next: after ? at + 2 : at + 1 }
}

/** `Q3`, `T3 2025`, `third quarter`, `3e trimestre 2025`: without a year, the latest that has begun. */
function quarterAt(tokens: readonly Token[], i: number, { today }: Calendar): Read<Span> | null {
  const short = /^[qt]([1-4])$/.exec(wordAt(tokens, i))
  let number = short ? Number(short[1]) : ordinalOf(wordAt(tokens, i))
  let at = i + 1
  if (number === undefined && /^[1-4]$/.test(tokens[i]?.text ?? '')) {
    const ordinal = /^(?:st|nd|rd|th|er|e|eme)$/.test(wordAt(tokens, i + 1))
    if (ordinal) [number, at] = [Number(tokens[i]!.text), i + 2]
  }
  if (number === undefined) return null
  if (!short) {
    if (UNITS.get(wordAt(tokens, at)) !== 'quarter') return null
    at++
  }
  const of = ['of', 'de'].includes(wordAt(tokens, at)) ? 1 : 0
  const year = yearAt(tokens, at + of)
  const inYear = (y: number): Span =>
    unitOf('quarter', today.with({ year: y, month: number * 3 - 2, day: 1 }))
  if (year) return { value: inYear(year.value), next: year.next }
  const span = inYear(today.year)
  return {
    value: Temporal.PlainDate.compare(span.start, today) > 0 ? inYear(today.year - 1) : span,
    next: at,
  }
}

const BEFORE_A_YEAR = new Set('in en of de during since depuis for compare comparer comparez'.split(' '))
const BESIDE_A_YEAR = new Set('and et with avec to a vs versus'.split(' '))

/** `in 2025`, `l’année 2025`, `compare 2025 and 2024`: a number of four digits alone is as soon an amount. */
function yearNumberAt(tokens: readonly Token[], i: number): Read<Span> | null {
  const at = UNITS.get(wordAt(tokens, i)) === 'year' ? i + 1 : i
  const before = wordAt(tokens, i - 1)
  const second = BESIDE_A_YEAR.has(before) && yearAt(tokens, i - 2) !== null
  const year = at > i || BEFORE_A_YEAR.has(before) || second ? yearAt(tokens, at) : null
  if (!year) return null
  const january = Temporal.PlainDate.from({ year: year.value, month: 1, day: 1 })
  return { value: unitOf('year', january), next: year.next }
}
