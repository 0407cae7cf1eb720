import type { Bench, Measure } from '../measure.ts'
import { readCardFile } from './card-file.ts'
import { measureHandbook } from './handbook.ts'
import { findHandbook, HOW_TO_GET_IT } from './handbook-file.ts'
import { measureLoop } from './loop.ts'
import { measureWorlds } from './own-worlds.ts'
import type { Detector } from './replay.ts'
import { measureScoring, measureTraining } from './speed.ts'

/** What we hold ourselves to. Better than anything the handbook publishes at a week's delay, and far better with answers. */
const GOALS = {
  'fraud.handbook.auc': 0.875,
  'fraud.handbook.ap': 0.745,
  'fraud.handbook.cp100': 0.3,
  'fraud.loop.ap': 0.9,
  'fraud.loop.cp100': 0.37,
} as const
const LIMITS = { 'fraud.score.p50': 15, 'fraud.score.p99': 60, 'fraud.train': 10 } as const

/**
 * How well card fraud is found, and how fast: on the field's published benchmark with its own protocol, with people's
 * answers coming back, and on simulated worlds that the model has not seen.
 */
export const createFraudBench = (detector: Detector): Bench => ({
  names: [...Object.keys(GOALS), ...Object.keys(LIMITS)],
  async run(say, { isWanted, show, dataFile }) {
    const means = { detector, say, show }
    const measures: Measure[] = []
    const asksFor = (part: string) =>
      [...Object.keys(GOALS), ...Object.keys(LIMITS)].some((name) => name.startsWith(part) && isWanted(name))
    const reach = (name: keyof typeof GOALS, value: number) =>
      measures.push({ name, value, unit: '', against: { what: 'goal, at least', value: GOALS[name] } })
    const keep = (name: keyof typeof LIMITS, value: number, unit: string) =>
      measures.push({ name, value, unit, against: { what: 'limit', value: LIMITS[name] } })

    if (asksFor('fraud.handbook') || asksFor('fraud.loop')) {
      const path = await findHandbook(dataFile)
      if (path === null) show(HOW_TO_GET_IT)
      else {
        const cards = await readCardFile(path, (line) => say(`fraud: ${line}`))
        if (asksFor('fraud.handbook')) {
          const quality = measureHandbook(cards, means)
          reach('fraud.handbook.auc', quality.auc)
          reach('fraud.handbook.ap', quality.ap)
          reach('fraud.handbook.cp100', quality.cp100)
        }
        if (asksFor('fraud.loop')) {
          const quality = measureLoop(cards, means)
          reach('fraud.loop.ap', quality.ap)
          reach('fraud.loop.cp100', quality.cp100)
        }
      }
    }
    if (asksFor('fraud.loop')) measureWorlds(means)
    if (asksFor('fraud.score')) {
      const { p50, p99 } = measureScoring(means)
      keep('fraud.score.p50', p50, 'µs')
      keep('fraud.score.p99', p99, 'µs')
    }
    if (asksFor('fraud.train')) keep('fraud.train', measureTraining(means), 's')
    return measures
  },
})
