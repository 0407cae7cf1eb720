/** Real card payments, lived again with everything that goes wrong between a bank and us. `sync.replay` does all of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCardRows } from '../../sim/customers/card-rows.ts'
import { replay } from './replay.fixture.ts'

const SEEDS = [1, 2]
const ROWS = 800
/** Far more than any bank: few rows must meet everything. */
const TROUBLE = { duplicate: 0.1, lost: 0.1, late: 0.1, spoiltReading: 0.1, letGo: 0.1, tipped: 0.1 }

test('real payments that are pushed and pulled, doubled, lost and late, are each there once, and every balance is right', async () => {
  const rows = readCardRows()
  for (const seed of SEEDS) {
    const some = rows.slice(seed * ROWS, (seed + 1) * ROWS)
    const { injected, ...found } = await replay(some, {
      seed,
      weeks: 8,
      accountsPerPerson: 40,
      trouble: TROUBLE,
    })
    const { duplicates, ghosts, missing, wrong, wrongBalances } = found
    assert.deepEqual(
      { duplicates, ghosts, missing, wrong, wrongBalances },
      { duplicates: 0, ghosts: 0, missing: 0, wrong: 0, wrongBalances: 0 },
      `seed ${seed}`,
    )
    assert.equal(found.rows, ROWS)
    for (const [what, times] of Object.entries(injected).filter(([name]) => name !== 'spoiltReadings'))
      assert.ok(times > 10, `seed ${seed}: ${what} ${times} times`)
  }
})
