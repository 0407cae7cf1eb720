import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { resolveMerchant } from '#merchants'
import { readDescriptors } from '../tests/merchants/descriptors.ts'
import { readLabels, score } from '../tests/merchants/labelled-sample.ts'
import type { Bench } from './measure.ts'

/** The published rows are not part of this repository: this names the file, `birmingham.csv.gz`, where it is. */
const ROWS_VARIABLE = 'GUICHET_BENCH_CARDS'
const ROWS_FILE = join(import.meta.dirname, '../../shared/data/cards/birmingham.csv.gz')

const COVERAGE_AIM = 90
const PRECISION_AIM = 98
const COLD_MICROSECONDS_MAX = 30
const CACHED_MICROSECONDS_MAX = 3

/** Few enough to be remembered between two rounds. */
const CACHED_DESCRIPTORS = 2_000
const CACHED_ROUNDS = 50
const ROUNDS = 5

/**
 * How many real payments are given a merchant, how many of those the right one (on 500 labelled by hand), and how long
 * one takes: never seen before, and seen lately.
 */
export const merchantsBench: Bench = {
  names: ['merchants.coverage', 'merchants.precision', 'merchants.cold', 'merchants.cached'],
  async run(say) {
    const labels = readLabels()
    const { rows, named, right, rightCategory, wrong } = score(labels)
    say(`merchants: on ${rows} labelled rows, ${named} named, ${right} of them right`)
    say(`merchants: the category is right for ${rightCategory} of them`)
    for (const { descriptor, given, label } of wrong) say(`merchants: ${descriptor}: ${given}, not ${label}`)

    const file = process.env[ROWS_VARIABLE] ?? ROWS_FILE
    const all = existsSync(file) ? readDescriptors(readFileSync(file)) : null
    if (all) say(`merchants: coverage is over all ${all.length} published rows`)
    else
      say(
        `merchants: coverage is over the labelled rows; name the published ones in ${ROWS_VARIABLE} for all`,
      )
    const covered = all
      ? all.filter((descriptor) => resolveMerchant(descriptor).isNamed).length / all.length
      : named / rows

    const distinct = [...new Set(all ?? labels.map(({ descriptor }) => descriptor))]
    const cold = quickest((round) => microsecondsEach(unseen(distinct, round), 1))
    const cached = quickest(() => microsecondsEach(distinct.slice(0, CACHED_DESCRIPTORS), CACHED_ROUNDS))
    return [
      {
        name: 'merchants.coverage',
        value: covered * 100,
        unit: '%',
        against: { what: 'aim', value: COVERAGE_AIM },
      },
      {
        name: 'merchants.precision',
        value: (right / named) * 100,
        unit: '%',
        against: { what: 'aim', value: PRECISION_AIM },
      },
      {
        name: 'merchants.cold',
        value: cold,
        unit: 'µs',
        against: { what: 'limit', value: COLD_MICROSECONDS_MAX },
      },
      {
        name: 'merchants.cached',
        value: cached,
        unit: 'µs',
        against: { what: 'limit', value: CACHED_MICROSECONDS_MAX },
      },
    ]
  },
}

/** The same descriptors with a store number that nothing has remembered yet. */
const unseen = (descriptors: readonly string[], round: number): string[] =>
  descriptors.map((descriptor, i) => `${descriptor} ${(round + 1) * 100_000 + i}`)

/** Of some rounds, the one in which the machine did least besides. */
const quickest = (measure: (round: number) => number): number =>
  Math.min(...Array.from({ length: ROUNDS }, (_, round) => measure(round)))

function microsecondsEach(descriptors: readonly string[], rounds: number): number {
  const begin = performance.now()
  for (let round = 0; round < rounds; round++)
    for (const descriptor of descriptors) resolveMerchant(descriptor)
  return ((performance.now() - begin) * 1000) / (descriptors.length * rounds)
}
