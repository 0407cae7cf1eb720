import { DAY } from '#kit'
import { type Answering, BANK_ONLY } from '../../sim/cards/index.ts'
import { CHAT } from './behaviours.ts'
import type { CardFile } from './card-file.ts'
import { figuresOf, QUALITY_HEADER } from './figures.ts'
import type { Quality } from './judge.ts'
import { logOf } from './log.ts'
import { TEST_AFTER_MS, trainingWeeks, WEEK_DAYS } from './protocol.ts'
import { type Means, replay } from './replay.ts'
import { drawTable } from './table.ts'
import { judgeOn, learnFrom } from './trial.ts'

/** What is compared; the measured one is CHAT. Each is a whole replay, so there are few. */
const BEHAVIOURS: Record<string, Answering> = {
  'nobody answers; the bank knows after 7 days': BANK_ONLY,
  '60 % of victims answer': { ...CHAT, falseReportShare: 0 },
  '60 %, and 2 % of the reports are false': CHAT,
  // One in fifty of all genuine payments: four times as many of those as there are reports by victims.
  '60 %, and 80 % of the reports are false': { ...CHAT, falseReportShare: 0.8 },
}

/**
 * The same split and judgement, with the answers going through the engine when they are given. False reports are never
 * corrected here: they stay in what is learnt from, and only the judgement knows the truth.
 */
export function measureLoop(cards: CardFile, { detector, say, show }: Means): Quality {
  const [start] = trainingWeeks(cards) as [number]
  const until = start + TEST_AFTER_MS + WEEK_DAYS * DAY
  const results = Object.entries(BEHAVIOURS).map(([name, answering]) => {
    say(`fraud: replaying with answers: ${name}`)
    const log = logOf(cards, { until, answering, seed: 1 })
    const replayed = replay(log, detector.openEngine(), cards, [start, until])
    const trial = { replayed, truth: cards, start }
    return { name, answering, quality: judgeOn(trial, learnFrom([trial], detector)) }
  })
  show(
    drawTable(
      'Handbook, closed loop: victims press “not me” after 20 minutes in the median, of all others the bank knows after 7 days',
      ['', ...QUALITY_HEADER],
      results.map(({ name, quality }) => [name, ...figuresOf(quality)]),
    ),
  )
  return results.find(({ answering }) => answering === CHAT)!.quality
}
