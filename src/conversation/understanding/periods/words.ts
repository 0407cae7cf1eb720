import type { Unit } from './span.ts'

const table = <T>(rows: readonly (readonly [value: T, words: string])[]): ReadonlyMap<string, T> =>
  new Map(rows.flatMap(([value, words]) => words.split(' ').map((word) => [word, value] as const)))

/** Month names of both languages and their usual abbreviations, unaccented. */
export const MONTHS = table<number>([
  [1, 'january janvier jan janv'],
  [2, 'february fevrier feb fev fevr'],
  [3, 'march mars mar'],
  [4, 'april avril apr avr'],
  [5, 'may mai'],
  [6, 'june juin jun'],
  [7, 'july juillet jul juil'],
  [8, 'august aout aug'],
  [9, 'september septembre sep sept'],
  [10, 'october octobre oct'],
  [11, 'november novembre nov'],
  [12, 'december decembre dec'],
])

/** Months that are other words too: they count only beside a number or after a word like "in". */
export const AMBIGUOUS_MONTHS: ReadonlySet<string> = new Set('may march mar mars jan dec sep sept'.split(' '))

export const WEEKDAYS = table<number>([
  [1, 'monday lundi'],
  [2, 'tuesday mardi'],
  [3, 'wednesday mercredi'],
  [4, 'thursday jeudi'],
  [5, 'friday vendredi'],
  [6, 'saturday samedi'],
  [7, 'sunday dimanche'],
])

export const UNITS = table<Unit>([
  ['day', 'day days jour jours journee'],
  ['week', 'week weeks semaine semaines'],
  ['month', 'month months mois'],
  ['quarter', 'quarter quarters trimestre trimestres'],
  ['year', 'year years annee annees an ans'],
])

/** Words that only ever speak of time: one that no period used up means that the period was not understood. */
export const TIME_WORDS: ReadonlySet<string> = new Set([
  ...UNITS.keys(),
  ...[...MONTHS.keys()].filter((word) => !AMBIGUOUS_MONTHS.has(word)),
  ...WEEKDAYS.keys(),
  ...(
    'today yesterday tonight morning evening afternoon weekend weekends daily weekly monthly yearly annually ago since ' +
    'tomorrow aujourd hui hier demain matin soir semestre depuis avant apres before after until jusqu prochain prochaine ' +
    'next lately recently recemment dernierement quotidien hebdomadaire mensuel annuel'
  ).split(' '),
])
