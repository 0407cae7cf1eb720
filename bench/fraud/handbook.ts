import { DAY } from '#kit'
import { BANK_ONLY } from '../../sim/cards/index.ts'
import { bookFeatures } from './book-features.ts'
import type { CardFile } from './card-file.ts'
import { figuresOf, QUALITY_HEADER, spreadOf } from './figures.ts'
import type { Quality } from './judge.ts'
import { logOf } from './log.ts'
import { TEST_AFTER_MS, trainingWeeks, WEEK_DAYS } from './protocol.ts'
import { FOUR_WEEKS, REAL_CARDS, STANDARD_SPLIT } from './published.ts'
import { type Means, type Replayed, replay } from './replay.ts'
import { drawTable } from './table.ts'
import { judgeOn, learnFrom } from './trial.ts'

/** The published protocol, everything learnt after a week: our features and trees beside the book's. The standard split's figures. */
export function measureHandbook(cards: CardFile, { detector, say, show }: Means): Quality {
  const starts = trainingWeeks(cards)
  const [standard] = starts as [number]
  const until = starts.at(-1)! + TEST_AFTER_MS + WEEK_DAYS * DAY
  say('fraud: replaying the handbook’s payments, labels after seven days')
  const log = logOf(cards, { until, answering: BANK_ONLY, seed: 1 })
  const replayed = replay(log, detector.openEngine(), cards, [standard, until])
  const trial = { replayed, truth: cards, start: standard }
  const ours = judgeOn(trial, learnFrom([trial], detector))

  say('fraud: the book’s own features')
  const { from, to, reportedAt } = replayed
  const book: Replayed = {
    from,
    to,
    width: 15,
    vectors: Float32Array.from(bookFeatures(cards, from, to)),
    reportedAt,
  }
  const bookTrial = { replayed: book, truth: cards, start: standard }
  show(
    drawTable(
      'Handbook, standard split: a week to learn from, a week until labels are known, a week to be judged by',
      ['', ...QUALITY_HEADER],
      [
        ...Object.entries(STANDARD_SPLIT).map(([name, quality]) => [
          `published: ${name}`,
          ...figuresOf(quality),
        ]),
        [
          'our trees on the book’s 15 features',
          ...figuresOf(judgeOn(bookTrial, learnFrom([bookTrial], detector))),
        ],
        ['our trees on our features', ...figuresOf(ours)],
      ],
    ),
  )
  const weeks = starts.map((start, i) => {
    say(`fraud: training week ${i + 1} of ${starts.length}`)
    const week = { ...trial, start }
    return judgeOn(week, learnFrom([week], detector))
  })
  show(
    drawTable(
      `Handbook, ${starts.length} training weeks (mean, ± standard deviation of ours)`,
      ['', ...QUALITY_HEADER],
      [
        ...Object.entries(FOUR_WEEKS).map(([name, quality]) => [`published: ${name}`, ...figuresOf(quality)]),
        ['our trees on our features', ...spreadOf(weeks)],
      ],
    ),
  )
  show(
    drawTable(
      'These are simulated cards. Real ones are far harder: the same book’s models on real cards',
      ['', ...QUALITY_HEADER],
      Object.entries(REAL_CARDS).map(([name, quality]) => [`published: ${name}`, ...figuresOf(quality)]),
    ),
  )
  return ours
}
