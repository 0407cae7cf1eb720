import { seeded } from '#kit'
import { type Cut, sizeOf, type Vocabulary, vectorOf, vocabularyOf } from './features.ts'
import { type Line, separate, sideOf } from './separate.ts'

/** A sentence and what it is about; null for something that is none of the classes. */
export type Example = { text: string; class: string | null }

/**
 * One line for each class against everything else, and one that parts all the classes from what is none of them: together
 * they tell a question that resembles a class from one that is of it.
 */
export type Linear = {
  vocabulary: Vocabulary
  classes: readonly string[]
  lines: Line[]
  within: Line | null
}

export type Guess = {
  class: string
  /** How surely it is of this class, and not of none: above a threshold that is chosen on sentences set apart. */
  score: number
}

const SEED = 7
/** These two are the best of a few that were tried in folds of the training and validation sentences of CLINC150. */
const COST = 2
const WITHIN_WEIGHT = 0.25
/** Runs of three and four letters carry word stems and most typing slips. */
const CUT: Cut = { letters: [3, 4] }

/** Learns from examples; the same examples give the same model, bit for bit. */
export function train(examples: readonly Example[], options: { cut?: Cut; cost?: number } = {}): Linear {
  const vocabulary = vocabularyOf(
    examples.map(({ text }) => text),
    options.cut ?? CUT,
  )
  const vectors = examples.map(({ text }) => vectorOf(text, vocabulary))
  const classes = [...new Set(examples.flatMap((example) => example.class ?? []))].sort()
  const size = sizeOf(vocabulary)
  const how = { cost: options.cost ?? COST, shuffle: shuffler(seeded(SEED)) }
  const lines = classes.map((name) => separate(vectors, (i) => examples[i]!.class === name, size, how))
  const hasOthers = examples.some((example) => example.class === null)
  const within = hasOthers ? separate(vectors, (i) => examples[i]!.class !== null, size, how) : null
  return { vocabulary, classes, lines, within }
}

/** The class that a text is most like. */
export function guess(model: Linear, text: string): Guess {
  const { classes, sides, within } = sidesOf(model, text)
  const best = Math.max(...sides)
  return { class: classes[sides.indexOf(best)]!, score: best + within }
}

/** On which side of each class's line a text is, and of the line around them all, which counts less. */
export function sidesOf(
  { vocabulary, classes, lines, within }: Linear,
  text: string,
): { classes: readonly string[]; sides: number[]; within: number } {
  const vector = vectorOf(text, vocabulary)
  return {
    classes,
    sides: lines.map((line) => sideOf(line, vector)),
    within: within ? WITHIN_WEIGHT * sideOf(within, vector) : 0,
  }
}

/** Fisher and Yates, in place. */
const shuffler = (random: () => number) => (items: number[]) => {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const item = items[i]!
    items[i] = items[j]!
    items[j] = item
  }
}
