import { DAY } from '#kit'
import { areaUnderRoc, averagePrecision } from '../../src/fraud/model/index.ts'

/** How good scores are. `cp100`: card precision, the share of compromised cards among the 100 most suspicious of a day. */
export type Quality = { auc: number; ap: number; cp100: number }

export const CARDS_PER_DAY = 100

/** What is judged: one entry a payment, in any order. */
export type Judged = {
  scores: ArrayLike<number>
  isFraud: ArrayLike<number>
  at: ArrayLike<number>
  customer: ArrayLike<number>
}

/**
 * Card precision of the top `k` a day, as published (Fraud Detection Handbook, chapter 4, “Precision top-k metrics”): each
 * day every card counts with its highest score; of the k highest, those that had a fraud that day are found, and leave on
 * later days. The mean of all days that have payments. Equal scores go to the card that paid first.
 */
export function cardPrecision({ scores, isFraud, at, customer }: Judged, k = CARDS_PER_DAY): number {
  const days = new Map<number, Map<number, { score: number; isFraud: boolean }>>()
  for (let i = 0; i < scores.length; i++) {
    const day = Math.floor(at[i]! / DAY)
    const cards = days.get(day) ?? new Map()
    days.set(day, cards)
    const card = cards.get(customer[i]!) ?? { score: Number.NEGATIVE_INFINITY, isFraud: false }
    cards.set(customer[i]!, {
      score: Math.max(card.score, scores[i]!),
      isFraud: card.isFraud || isFraud[i] === 1,
    })
  }
  const found = new Set<number>()
  let sum = 0
  for (const day of [...days.keys()].sort((a, b) => a - b)) {
    const top = [...days.get(day)!]
      .filter(([card]) => !found.has(card))
      .sort(([, a], [, b]) => b.score - a.score)
      .slice(0, k)
      .filter(([, card]) => card.isFraud)
    for (const [card] of top) found.add(card)
    sum += top.length / k
  }
  return sum / days.size
}

/** All three figures. Throws where there is nothing to tell apart: no fraud, or nothing else. */
export function judge(judged: Judged): Quality {
  const { scores, isFraud: labels } = judged
  const auc = areaUnderRoc({ scores, labels })
  if (Number.isNaN(auc))
    throw new RangeError(`there is nothing to tell apart among ${scores.length} payments`)
  return { auc, ap: averagePrecision({ scores, labels }), cp100: cardPrecision(judged) }
}
