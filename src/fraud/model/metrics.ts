/** How well scores find fraud. `labels` are 1 for fraud; a higher score is more suspicious; ties are taken together. */

type Scored = { scores: ArrayLike<number>; labels: ArrayLike<number> }

const byScore = (scores: ArrayLike<number>): Int32Array =>
  Int32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b)

/** The chance that a fraud scores higher than a genuine payment; a tie is half. NaN without both kinds. */
export function areaUnderRoc({ scores, labels }: Scored): number {
  let [area, frauds, genuine] = [0, 0, 0]
  forTies(scores, labels, (f, g) => {
    area += g * (frauds + f / 2)
    frauds += f
    genuine += g
  })
  return area / (frauds * genuine)
}

/** The mean precision over the frauds, from the most suspicious down (as scikit-learn defines it). */
export function averagePrecision({ scores, labels }: Scored): number {
  let [sum, frauds, seen] = [0, 0, 0]
  forTies(scores, labels, (f, g) => {
    frauds += f
    seen += f + g
    sum += (f * frauds) / seen
  })
  return sum / frauds
}

function forTies(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  take: (frauds: number, genuine: number) => void,
): void {
  const order = byScore(scores)
  for (let i = 0; i < order.length; ) {
    let [frauds, genuine] = [0, 0]
    const score = scores[order[i]!]!
    for (; i < order.length && scores[order[i]!] === score; i++) {
      if (labels[order[i]!]) frauds++
      else genuine++
    }
    take(frauds, genuine)
  }
}

/** Of the `budget` most suspicious payments, how many are fraud, and what share of all fraud that is. */
export function atBudget({ scores, labels }: Scored, budget: number): { precision: number; recall: number } {
  const chosen = byScore(scores).subarray(0, budget)
  const caught = chosen.reduce((sum, i) => sum + labels[i]!, 0)
  let frauds = 0
  for (let i = 0; i < labels.length; i++) frauds += labels[i]!
  return { precision: caught / chosen.length, recall: caught / frauds }
}

/** The mean squared distance between probability and truth (Brier 1950). */
export function brierScore(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < labels.length; i++) sum += (probabilities[i]! - labels[i]!) ** 2
  return sum / labels.length
}

/** How far probabilities are from what happened, over ten groups of equally many payments. */
export function calibrationError(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = byScore(probabilities)
  const groups = 10
  let error = 0
  for (let group = 0; group < groups; group++) {
    const own = order.subarray(
      Math.floor((group * order.length) / groups),
      Math.floor(((group + 1) * order.length) / groups),
    )
    let [said, was] = [0, 0]
    for (const i of own) {
      said += probabilities[i]!
      was += labels[i]!
    }
    error += Math.abs(said - was)
  }
  return error / labels.length
}
