import { findBrand } from './brand-table.ts'
import { wordsOf } from './normalise.ts'

/** Below this many letters a beginning or a slip of the finger could be any shop. */
const PART_LETTERS_MIN = 3
const SLIP_LETTERS_MIN = 4

/**
 * Which of `merchants` a person can have meant by `wanted`, in their order: those with that very name; failing them, of
 * the same brand, then those whose words begin with it, then those a slip of the finger away. Each step is only tried
 * when the one before found nothing, so that "Shell" never brings "Shelly’s". Case, accents and signs do not count.
 */
export function matchMerchant(wanted: string, merchants: readonly string[]): string[] {
  const words = wordsOf(wanted)
  if (words === '') return []
  const named = merchants.map((merchant) => ({ merchant, words: wordsOf(merchant) }))
  const brand = findBrand(words)?.name
  const steps: ((candidate: { merchant: string; words: string }) => boolean)[] = [
    (candidate) => candidate.words === words || joined(candidate.words) === joined(words),
    (candidate) => candidate.merchant === brand,
    (candidate) => words.length >= PART_LETTERS_MIN && ` ${candidate.words}`.includes(` ${words}`),
    (candidate) => words.length >= PART_LETTERS_MIN && joined(candidate.words).startsWith(joined(words)),
    (candidate) => isSlip(words, candidate.words),
  ]
  for (const step of steps) {
    const found = named.filter(step)
    if (found.length > 0) return found.map(({ merchant }) => merchant)
  }
  return []
}

const joined = (words: string): string => words.replaceAll(' ', '')

/** One slip in four letters or more, two in eight or more; the first letter is hardly ever wrong. */
function isSlip(a: string, b: string): boolean {
  const [short, long] = [joined(a), joined(b)]
  const slips = short.length >= 2 * SLIP_LETTERS_MIN ? 2 : 1
  return short.length >= SLIP_LETTERS_MIN && short[0] === long[0] && slipsBetween(short, long, slips) <= slips
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment);
 *  more than `max` is answered by `max + 1` without counting on. */
function slipsBetween(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
      least = Math.min(least, cost)
    }
    if (least > max) return max + 1
    before = above
    above = row
  }
  return above[b.length]!
}
