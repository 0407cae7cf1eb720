import { anyPhraseAt, wordAt } from './periods/cursor.ts'
import type { Token } from './tokens.ts'

export type Step = 'week' | 'month'

/** What spending is parted by, where each part of time is to be seen. Longer phrases stand before those they begin with. */
const PHRASES: readonly (readonly [step: Step, phrases: readonly string[]])[] = [
  [
    'week',
    [
      'on a weekly basis',
      'from week to week',
      'week after week',
      'week by week',
      'each week',
      'every week',
      'per week',
      'by week',
      'semaine par semaine',
      'semaine apres semaine',
      'd une semaine a l autre',
      'au fil des semaines',
      'toutes les semaines',
      'chaque semaine',
      'par semaine',
    ],
  ],
  [
    'month',
    [
      'on a monthly basis',
      'from month to month',
      'month after month',
      'month by month',
      'each month',
      'every month',
      'per month',
      'by month',
      'over time',
      'mois par mois',
      'mois apres mois',
      'd un mois a l autre',
      'au fil des mois',
      'au fil du temps',
      'au cours du temps',
      'tous les mois',
      'chaque mois',
      'par mois',
    ],
  ],
]
const BARE: Readonly<Record<string, Step>> = { 'a week': 'week', 'a month': 'month' }
/** Before these, "a month" is a length and not each of them; behind them it is not one either. */
const LENGTH_AFTER = new Set('in for since within about over only just than dans'.split(' '))
const LENGTH_BEFORE = new Set('ago from before after later'.split(' '))
/** "Monthly spending", "dépenses par mois", "spending trend": the word alone, beside what was spent. */
const BESIDE: Readonly<Record<string, Step>> = {
  weekly: 'week',
  hebdomadaire: 'week',
  hebdomadaires: 'week',
  monthly: 'month',
  mensuelle: 'month',
  mensuelles: 'month',
  graph: 'month',
  chart: 'month',
  graphique: 'month',
  courbe: 'month',
  trend: 'month',
  trends: 'month',
  tendance: 'month',
  evolution: 'month',
}
const SPENT = new Set('spend spending spendings spent depense depenses depenser'.split(' '))

/** Where the parts of time are said, and which; null when they are not. */
export function findStep(tokens: readonly Token[]): { step: Step; start: number; next: number } | null {
  for (const [i] of tokens.entries()) {
    for (const [step, phrases] of PHRASES) {
      const next = anyPhraseAt(tokens, i, phrases)
      if (next !== null) return { step, start: i, next }
    }
    const pair = BARE[`${wordAt(tokens, i)} ${wordAt(tokens, i + 1)}`]
    if (pair && !LENGTH_AFTER.has(wordAt(tokens, i - 1)) && !LENGTH_BEFORE.has(wordAt(tokens, i + 2)))
      return { step: pair, start: i, next: i + 2 }
    const word = wordAt(tokens, i)
    const near = [-4, -3, -2, -1, 1, 2, 3, 4].map((by) => wordAt(tokens, i + by))
    if (Object.hasOwn(BESIDE, word) && near.some((one) => SPENT.has(one)))
      return { step: BESIDE[word]!, start: i, next: i + 1 }
  }
  return null
}
