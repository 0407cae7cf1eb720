import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLabels, score } from './labelled-sample.ts'

/** Shares of payments, not of descriptors: `README.md` beside this file says how the samples were drawn and labelled. */
const NAMED_MIN = 0.9
const RIGHT_MIN = 0.98

for (const file of ['labelled-sample.tsv', 'tuning-sample.tsv', 'confirming-sample.tsv'] as const) {
  const { rows, named, right, rightCategory, wrong } = score(readLabels(file))
  const what = `${file}:\n${wrong.map(({ descriptor, given, label }) => `${descriptor}: ${given}, not ${label}`).join('\n')}`

  test(`nine in ten of 500 real payments are given a merchant (${file})`, () => {
    assert.equal(rows, 500)
    assert.ok(named / rows >= NAMED_MIN, `${named} of ${rows} in ${what}`)
  })

  test(`a merchant that is given is the right one for 98 in 100 real payments (${file})`, () => {
    assert.ok(right / named >= RIGHT_MIN, `${right} of ${named} in ${what}`)
  })

  // The third has no kinds of spending among its labels.
  if (file !== 'confirming-sample.tsv')
    test(`the kind of spending is right for nine in ten real payments with a merchant (${file})`, () => {
      assert.ok(rightCategory / named >= 0.9, `${rightCategory} of ${named} in ${file}`)
    })
}
