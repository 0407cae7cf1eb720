import { slipsBetween } from '#kit'
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
