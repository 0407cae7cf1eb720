import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { moneyFromDecimal } from '#kit'
import { readCardRows } from '../../sim/customers/card-rows.ts'
import { type ReplayRow, replay } from '../../tests/faults/replay.fixture.ts'
import type { Bench } from '../measure.ts'

/** The published rows are not part of this repository: this names the file, `birmingham.csv.gz`, where it is. */
const ROWS_VARIABLE = 'GUICHET_BENCH_CARDS'
const ROWS_FILE = join(import.meta.dirname, '../../../shared/data/cards/birmingham.csv.gz')
const HEADER =
  'date,original_amount,original_currency,billed_amount,billed_currency,merchant,card,account_code'
/** Years are laid over each other: a consent is for one, and a loan looks back no more than two. */
const WEEKS = 26
const ACCOUNTS_PER_PERSON = 60
const SEED = 20_261_126
const TROUBLE = { duplicate: 0.03, lost: 0.02, late: 0.03, spoiltReading: 0.05, letGo: 0.01, tipped: 0.02 }

/**
 * All published card payments through pending and posted with the measured delays, pushed and pulled, with events doubled,
 * lost, late and in another order, and pages left out or repeated: how many of them are not there exactly once.
 */
export const replayBench: Bench = {
  names: ['sync.replay'],
  async run(say) {
    const file = process.env[ROWS_VARIABLE] ?? ROWS_FILE
    const rows = existsSync(file) ? readPublished(file) : readCardRows()
    if (!existsSync(file))
      say(`sync: the shipped rows are replayed; name the published ones in ${ROWS_VARIABLE} for all`)
    const begin = performance.now()
    const report = await replay(rows, {
      seed: SEED,
      weeks: WEEKS,
      accountsPerPerson: ACCOUNTS_PER_PERSON,
      trouble: TROUBLE,
      say,
    })
    const { duplicates, ghosts, missing, wrong, wrongBalances } = report
    say(`sync: ${JSON.stringify(report)}`)
    say(`sync: in ${((performance.now() - begin) / 1000).toFixed(0)} s`)
    return [
      {
        name: 'sync.replay',
        value: duplicates + ghosts + missing + wrong + wrongBalances,
        unit: `faults in ${report.rows} rows`,
        against: null,
      },
    ]
  },
}

function readPublished(file: string): ReplayRow[] {
  const [header, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split(/\r?\n/)
  if (header !== HEADER) throw new Error(`${file} does not begin with its header`)
  return lines.map((line, i) => {
    // The older sheets have one amount, in pounds.
    const [date, original, , billed, , descriptor, card] = line.split(',')
    const amount = billed || original
    if (!date || !amount || descriptor === undefined || !card)
      throw new Error(`${file} line ${i + 2} is not whole`)
    return { date, billedMinor: moneyFromDecimal(amount, 'GBP').amountMinor, descriptor, card }
  })
}
