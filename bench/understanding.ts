import { encodeAhead } from '../src/conversation/understanding/classifier/meanings.ts'
import type { Bench, Measure } from './measure.ts'
import { judge, judgeInFolds, learn, sharesAt, thresholdFor } from './understanding/judge.ts'
import {
  FOLDER_VARIABLE,
  hasSets,
  type Labelled,
  NEAR_MISS_SETS,
  readClinc,
  readFrench,
  readNearMiss,
} from './understanding/sets.ts'

const AIMS = { clincRight: 94, clincRecall: 97.5, french: 99, nearMissRight: 85, nearMissRecall: 90 }

/** One side of a normal distribution leaves 5 in 100 beyond as many standard errors. */
const ERRORS = 1.64
/** CLINC150's test has as many sentences that are out of scope. */
const CLINC_OTHERS = 1_000
/**
 * What the thresholds aim at on sentences that were held back in learning. A threshold that has just the goal there misses it
 * on every other thousand sentences by chance alone: so the goal, and what chance takes of a share over a thousand. Near misses
 * leave room on the other side: more is left alone there than is asked.
 */
const CLINC_RECALL_SOUGHT = withMargin(AIMS.clincRecall / 100, CLINC_OTHERS)
const NEAR_MISS_RECALL_SOUGHT = 0.96

type Row = { set: string; right: number; wrong: number; recall: number | null }

/**
 * How well the classifier's way of learning does on the published sets. It learns from their training and validation
 * sentences alone; each threshold is chosen on those, in folds; a test split is only ever judged.
 */
export const understandingBench: Bench = {
  names: [
    'understanding.clinc.inscope',
    'understanding.clinc.oos',
    'understanding.french',
    'understanding.nearmiss',
  ],
  async run(say, { isWanted, show }) {
    if (!hasSets()) {
      say(`understanding: left out, the published sets are not here; name their folder in ${FOLDER_VARIABLE}`)
      return []
    }
    const rows: Row[] = []
    const measures: Measure[] = []
    const measure = (name: string, value: number, aim: number) =>
      measures.push({ name, value, unit: '%', against: { what: 'aim', value: aim } })

    if (isWanted('understanding.clinc.inscope') || isWanted('understanding.clinc.oos')) {
      say('understanding: CLINC150, 30 intents, in five folds and once whole')
      const row = tried('CLINC150, 30 intents and 1,000 out of scope', readClinc(), CLINC_RECALL_SOUGHT)
      rows.push(row)
      measure('understanding.clinc.inscope', row.right, AIMS.clincRight)
      measure('understanding.clinc.oos', row.recall, AIMS.clincRecall)
    }
    if (isWanted('understanding.french')) {
      const { right, wrong } = sharesAt(judgeInFolds(readFrench()), -Infinity)
      rows.push({ set: 'French bank cards, 10 intents, 5-fold', right, wrong, recall: null })
      measure('understanding.french', right, AIMS.french)
    }
    if (isWanted('understanding.nearmiss')) {
      const near = NEAR_MISS_SETS.map((set) => tried(set, readNearMiss(set), NEAR_MISS_RECALL_SOUGHT))
      rows.push(...near)
      measure('understanding.nearmiss', Math.min(...near.map(({ right }) => right)), AIMS.nearMissRight)
    }
    show(tableOf(rows))
    return measures
  },
}

/** A share that is reached on 19 in 20 samples of `size` whose true share is this. */
function withMargin(goal: number, size: number): number {
  return goal + ERRORS * Math.sqrt((goal * (1 - goal)) / size)
}

function tried(
  set: string,
  { learn: examples, test }: { learn: Labelled[]; test: Labelled[] },
  recall: number,
): Row & { recall: number } {
  encodeAhead([...examples, ...test].map(({ text }) => text))
  const threshold = thresholdFor(judgeInFolds(examples), recall)
  const model = learn(examples)
  return {
    set,
    ...sharesAt(
      test.map((one) => judge(model, one)),
      threshold,
    ),
  }
}

function tableOf(rows: readonly Row[]): string {
  const head = `${'on'.padEnd(46)} ${'right'.padStart(7)} ${'wrong'.padStart(7)} ${'left alone'.padStart(11)}`
  const figure = (value: number | null, width: number) =>
    (value === null ? '-' : value.toFixed(1)).padStart(width)
  return [
    head,
    ...rows.map(
      ({ set, right, wrong, recall }) =>
        `${set.padEnd(46)} ${figure(right, 7)} ${figure(wrong, 7)} ${figure(recall, 11)}`,
    ),
    'Right and wrong: of what is served. Left alone: of what is not, as it should be.',
  ].join('\n')
}
