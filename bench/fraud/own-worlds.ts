import { DAY } from '#kit'
import { type Answering, BANK_ONLY } from '../../sim/cards/index.ts'
import { CHAT } from './behaviours.ts'
import { figuresOf, meanOf, QUALITY_HEADER } from './figures.ts'
import type { Quality } from './judge.ts'
import { TEST_AFTER_MS, WEEK_DAYS } from './protocol.ts'
import { type Detector, type Means, replay } from './replay.ts'
import { drawTable } from './table.ts'
import { judgeOn, judgePerfect, learnFrom, type Trial } from './trial.ts'
import { simulateWorld, WORLD_TRAIN_START } from './worlds.ts'

const LEARNT_SEEDS = [101, 102, 103]
const UNSEEN_SEEDS = [201, 202, 203]

const BEHAVIOURS: Record<string, Answering> = {
  'nobody answers; the bank knows after 7 days': BANK_ONLY,
  '60 % of victims answer': { ...CHAT, falseReportShare: 0 },
  '60 %, and 2 % of the reports are false': CHAT,
}

/**
 * Learnt on simulated worlds and judged on others, whose seeds and parameters the model has not seen: other amounts, other
 * frauds by other shares, other durations.
 */
export function measureWorlds({ detector, say, show }: Means): void {
  let perfect: Quality | null = null
  const rows = Object.entries(BEHAVIOURS).map(([name, answering]) => {
    say(`fraud: simulated worlds: ${name}`)
    const score = learnFrom(
      LEARNT_SEEDS.map((seed) => live(seed, answering, detector)),
      detector,
    )
    const unseen = UNSEEN_SEEDS.map((seed) => live(seed, answering, detector))
    perfect = meanOf(unseen.map(judgePerfect))
    return [name, ...figuresOf(meanOf(unseen.map((trial) => judgeOn(trial, score))))]
  })
  show(
    drawTable(
      `Our own simulator: learnt on ${LEARNT_SEEDS.length} worlds, judged on ${UNSEEN_SEEDS.length} others of other seeds and parameters (means)`,
      ['', ...QUALITY_HEADER],
      [...rows, ['who knew everything would reach', ...figuresOf(perfect!)]],
    ),
  )
}

/** A world's days, replayed. */
export function live(seed: number, answering: Answering, { openEngine }: Detector): Trial {
  const { log, truth } = simulateWorld(seed, answering)
  const between = [WORLD_TRAIN_START, WORLD_TRAIN_START + TEST_AFTER_MS + WEEK_DAYS * DAY] as const
  return { replayed: replay(log, openEngine(), truth, between), truth, start: WORLD_TRAIN_START }
}
