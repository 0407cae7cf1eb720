import { DAY } from '#kit'

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

/** All three figures; faults when there is no fraud among the judged, or nothing else: there is nothing to tell apart. */
export function judge(judged: Judged): Quality {
  return { ...rankQuality(judged), cp100: cardPrecision(judged) }
}

/** Area under the ROC curve and average precision (the sum of precision times gained recall). Equal scores are one step. */
export function rankQuality({
  scores,
  isFraud,
}: Pick<Judged, 'scores' | 'isFraud'>): Pick<Quality, 'auc' | 'ap'> {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[b]! - scores[a]!,
  )
  let frauds = 0
  for (let i = 0; i < isFraud.length; i++) frauds += isFraud[i]!
  const genuine = scores.length - frauds
  if (frauds === 0 || genuine === 0)
    throw new RangeError(`cannot judge ${frauds} frauds among ${scores.length} payments`)
  let found = 0
  let annoyed = 0
  let area = 0
  let ap = 0
  for (let i = 0; i < order.length; ) {
    const score = scores[order[i]!]!
    let foundNow = 0
    let annoyedNow = 0
    for (; i < order.length && scores[order[i]!]! === score; i++) {
      if (isFraud[order[i]!]) foundNow++
      else annoyedNow++
    }
    area += annoyedNow * (found + foundNow / 2)
    found += foundNow
    annoyed += annoyedNow
    ap += foundNow * (found / (found + annoyed))
  }
  return { auc: area / (frauds * genuine), ap: ap / frauds }
}
