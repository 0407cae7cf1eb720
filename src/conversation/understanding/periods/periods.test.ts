import assert from 'node:assert/strict'
import { test } from 'node:test'
import { understand } from '../index.ts'
import { lineOf } from '../utterances/question-line.ts'

const PARIS = 'Europe/Paris'

/** What `said` is as the period of spending, on the day given; the line's own words left off. */
function periodOf(said: string, now = '2026-11-18T10:00:00Z', timeZone = PARIS): string {
  const question = understand(`dépenses ${said}`, { now: Date.parse(now), timeZone, locale: 'fr' })
  return lineOf(question, timeZone).replace('spending | ', '')
}

const ON_WEDNESDAY_18_NOVEMBER_2026: readonly (readonly [said: string, period: string])[] = [
  ['today', 'day 2026-11-18 2026-11-18'],
  ["aujourd'hui", 'day 2026-11-18 2026-11-18'],
  ['aujourd’hui', 'day 2026-11-18 2026-11-18'],
  ['yesterday', 'day 2026-11-17 2026-11-17'],
  ['hier', 'day 2026-11-17 2026-11-17'],
  ['avant-hier', 'day 2026-11-16 2026-11-16'],
  ['the day before yesterday', 'day 2026-11-16 2026-11-16'],
  ['3 days ago', 'day 2026-11-15 2026-11-15'],
  ['il y a trois jours', 'day 2026-11-15 2026-11-15'],
  ['il y a deux semaines', 'week 2026-11-02 2026-11-08'],
  ['two months ago', 'month 2026-09-01 2026-09-30'],
  ['a year ago', 'year 2025-01-01 2025-12-31'],
  ['this week', 'week 2026-11-16 2026-11-22'],
  ['cette semaine', 'week 2026-11-16 2026-11-22'],
  ['la semaine passée', 'week 2026-11-09 2026-11-15'],
  ['last week', 'week 2026-11-09 2026-11-15'],
  ['the week before last', 'week 2026-11-02 2026-11-08'],
  ['ce mois-ci', 'month 2026-11-01 2026-11-30'],
  ['ce mois', 'month 2026-11-01 2026-11-30'],
  ['le mois en cours', 'month 2026-11-01 2026-11-30'],
  ['du mois', 'month 2026-11-01 2026-11-30'],
  ['month to date', 'month 2026-11-01 2026-11-30'],
  ['le mois dernier', 'month 2026-10-01 2026-10-31'],
  ['du mois dernier', 'month 2026-10-01 2026-10-31'],
  ['the month before last', 'month 2026-09-01 2026-09-30'],
  ['cette année', 'year 2026-01-01 2026-12-31'],
  ["l'an dernier", 'year 2025-01-01 2025-12-31'],
  ['l’année dernière', 'year 2025-01-01 2025-12-31'],
  ['last year', 'year 2025-01-01 2025-12-31'],
  ["depuis le début de l'année", 'range 2026-01-01 2026-11-18'],
  ['since the start of the month', 'range 2026-11-01 2026-11-18'],
  ['since the beginning of October', 'range 2026-10-01 2026-11-18'],
  ['en octobre', 'month 2026-10-01 2026-10-31'],
  ['in October', 'month 2026-10-01 2026-10-31'],
  ['oct', 'month 2026-10-01 2026-10-31'],
  ['in Oct. 2025', 'month 2025-10-01 2025-10-31'],
  ['in November', 'month 2026-11-01 2026-11-30'],
  ['in December', 'month 2025-12-01 2025-12-31'],
  ['in october 2025', 'month 2025-10-01 2025-10-31'],
  ["au mois d'août", 'month 2026-08-01 2026-08-31'],
  ['en mai', 'month 2026-05-01 2026-05-31'],
  ['in May', 'month 2026-05-01 2026-05-31'],
  ['en mars', 'month 2026-03-01 2026-03-31'],
  ['in 10/2025', 'month 2025-10-01 2025-10-31'],
  ['in 2025', 'year 2025-01-01 2025-12-31'],
  ["l'année 2024", 'year 2024-01-01 2024-12-31'],
  ['since March', 'range 2026-03-01 2026-11-18'],
  ['depuis mars', 'range 2026-03-01 2026-11-18'],
  ['depuis décembre', 'range 2025-12-01 2026-11-18'],
  ['since Monday', 'range 2026-11-16 2026-11-18'],
  ['depuis hier', 'range 2026-11-17 2026-11-18'],
  ['since 3 November', 'range 2026-11-03 2026-11-18'],
  ['depuis le 3', 'range 2026-11-03 2026-11-18'],
  ['last 7 days', 'range 2026-11-12 2026-11-18'],
  ['les 7 derniers jours', 'range 2026-11-12 2026-11-18'],
  ['ces sept derniers jours', 'range 2026-11-12 2026-11-18'],
  ['3 derniers mois', 'range 2026-08-19 2026-11-18'],
  ['the last three months', 'range 2026-08-19 2026-11-18'],
  ['the past month', 'range 2026-10-19 2026-11-18'],
  ['between 1 and 15 October', 'range 2026-10-01 2026-10-15'],
  ['entre le 1er et le 15 octobre', 'range 2026-10-01 2026-10-15'],
  ['from 3 to 9 Nov', 'range 2026-11-03 2026-11-09'],
  ['du 3 au 9 novembre', 'range 2026-11-03 2026-11-09'],
  ['1-15 October', 'range 2026-10-01 2026-10-15'],
  ['October 1-15', 'range 2026-10-01 2026-10-15'],
  ['from October 1st to October 15th', 'range 2026-10-01 2026-10-15'],
  ['du 28 octobre au 3 novembre', 'range 2026-10-28 2026-11-03'],
  ['du 28 au 3 novembre', 'range 2026-10-28 2026-11-03'],
  ['du 15 au 20 novembre', 'range 2026-11-15 2026-11-20'],
  ['de janvier à mars', 'range 2026-01-01 2026-03-31'],
  ['from November to February', 'range 2025-11-01 2026-02-28'],
  ['from Nov 2024 to Feb 2025', 'range 2024-11-01 2025-02-28'],
  ['between Monday and Wednesday', 'range 2026-11-16 2026-11-18'],
  ['on 12 November', 'day 2026-11-12 2026-11-12'],
  ['le 12 novembre', 'day 2026-11-12 2026-11-12'],
  ['on November 12th', 'day 2026-11-12 2026-11-12'],
  ['the 12th of November 2025', 'day 2025-11-12 2025-11-12'],
  ['le 1er', 'day 2026-11-01 2026-11-01'],
  ['on the 20th', 'day 2026-10-20 2026-10-20'],
  ['le 12/11', 'day 2026-11-12 2026-11-12'],
  ['12/11/2025', 'day 2025-11-12 2025-11-12'],
  ['12/11/25', 'day 2025-11-12 2025-11-12'],
  ['12.11.2025', 'day 2025-11-12 2025-11-12'],
  ['2026-11-12', 'day 2026-11-12 2026-11-12'],
  ['on 24 December', 'day 2025-12-24 2025-12-24'],
  ['le 29 février', 'day 2024-02-29 2024-02-29'],
  ['on Monday', 'day 2026-11-16 2026-11-16'],
  ['lundi dernier', 'day 2026-11-16 2026-11-16'],
  ['on Wednesday', 'day 2026-11-18 2026-11-18'],
  ['last Wednesday', 'day 2026-11-11 2026-11-11'],
  ['mercredi dernier', 'day 2026-11-11 2026-11-11'],
  ['ce week-end', 'range 2026-11-14 2026-11-15'],
  ['last weekend', 'range 2026-11-14 2026-11-15'],
  ['over the weekend', 'range 2026-11-14 2026-11-15'],
  ['last quarter', 'range 2026-07-01 2026-09-30'],
  ['ce trimestre', 'range 2026-10-01 2026-12-31'],
  ['Q3', 'range 2026-07-01 2026-09-30'],
  ['au 3e trimestre 2025', 'range 2025-07-01 2025-09-30'],
  ['in the first quarter', 'range 2026-01-01 2026-03-31'],
  ['all time', 'all 2026-11-18'],
  ['depuis toujours', 'all 2026-11-18'],
]

test('periods are told in both languages, from the day the person writes', () => {
  for (const [said, period] of ON_WEDNESDAY_18_NOVEMBER_2026) assert.equal(periodOf(said), period, said)
})

test('a date that no calendar has, has not come yet, or is half said is asked again', () => {
  const unclear = [
    'le 31 février',
    'on 30 February 2025',
    'le 29 février 2025',
    'le 32 octobre',
    'on 0 October',
    'on 31/11',
    'on 11/25',
    '2026-13-01',
    '2026-02-30',
    'tomorrow',
    'demain',
    'next month',
    'la semaine prochaine',
    'in December 2026',
    'on 19 November 2026',
    'since December 2026',
    'before October',
    'avant octobre',
    "jusqu'à hier",
    'fin octobre',
    'mid-October',
    'recently',
    'from 2025-10-15 to 2025-10-01',
    'in October and in September',
  ]
  for (const said of unclear) assert.match(periodOf(said), /^not-understood/, said)
  assert.equal(periodOf('le 31 février'), 'not-understood | near period')
})

test('on a Sunday "this weekend" is now and "last weekend" the one before', () => {
  assert.equal(periodOf('ce week-end', '2026-11-15T10:00:00Z'), 'range 2026-11-14 2026-11-15')
  assert.equal(periodOf('last weekend', '2026-11-15T10:00:00Z'), 'range 2026-11-07 2026-11-08')
})

test('on 31 March last month is the whole of February', () => {
  assert.equal(periodOf('last month', '2026-03-31T10:00:00Z'), 'month 2026-02-01 2026-02-28')
})

test('a range that began in December goes on into January', () => {
  assert.equal(periodOf('du 28 décembre au 3 janvier', '2027-01-02T10:00:00Z'), 'range 2026-12-28 2027-01-03')
})

test('today is the day in the person’s zone, not in Greenwich', () => {
  const now = '2026-11-18T23:30:00Z'
  assert.equal(periodOf('today', now, PARIS), 'day 2026-11-19 2026-11-19')
  assert.equal(periodOf('today', now, 'Europe/London'), 'day 2026-11-18 2026-11-18')
  assert.equal(periodOf('today', now, 'America/New_York'), 'day 2026-11-18 2026-11-18')
})

/** The instants of a period in ISO 8601. */
function instantsOf(said: string, now: string, timeZone: string): [string, string] {
  const question = understand(`spending ${said}`, { now: Date.parse(now), timeZone, locale: 'en' })
  assert.ok(question.kind === 'spending' && question.filter.period)
  const { from, to } = question.filter.period
  return [new Date(from).toISOString(), new Date(to).toISOString()]
}

test('days are as long as the clock makes them: 25 hours in autumn, 23 in spring', () => {
  assert.deepEqual(instantsOf('on 25 October 2026', '2026-11-18T10:00:00Z', PARIS), [
    '2026-10-24T22:00:00.000Z',
    '2026-10-25T23:00:00.000Z',
  ])
  assert.deepEqual(instantsOf('on 29 March 2026', '2026-11-18T10:00:00Z', PARIS), [
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
  ])
})

test('a day without a midnight begins at its first moment', () => {
  assert.deepEqual(instantsOf('on 4 November 2018', '2018-11-18T10:00:00Z', 'America/Sao_Paulo'), [
    '2018-11-04T03:00:00.000Z',
    '2018-11-05T02:00:00.000Z',
  ])
})

test('a month ends where the next begins', () => {
  const [, end] = instantsOf('in September', '2026-11-18T10:00:00Z', PARIS)
  const [start] = instantsOf('in October', '2026-11-18T10:00:00Z', PARIS)
  assert.equal(end, start)
})
