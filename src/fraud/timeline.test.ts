import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inOrder, Timeline } from './timeline.ts'

const item = fc.record({
  id: fc.integer({ min: 0, max: 40 }).map((n) => `txn_${n}`),
  at: fc.integer({ min: 0, max: 100 }),
  minor: fc.integer({ min: 0, max: 1_000_000 }),
})
const items = fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 40 })

test('a window holds exactly what happened in it, whatever order it was told in and what was taken back', () => {
  fc.assert(
    fc.property(
      items,
      items,
      fc.array(item, { maxLength: 10 }),
      fc.integer({ min: 0, max: 100 }),
      (kept, gone, probes, since) => {
        const timeline = new Timeline<(typeof kept)[number]>(({ minor }) => minor)
        const taken = gone.filter(({ id }) => !kept.some((one) => one.id === id))
        for (const one of [...taken, ...kept]) {
          timeline.add(one)
          // Looking in between settles totals that later pieces must unsettle again.
          for (const probe of probes.slice(0, 2))
            timeline.total(timeline.beginOf(since), timeline.endOf(probe))
        }
        for (const one of taken) timeline.remove(one)
        for (const probe of probes) {
          const expected = kept.filter((one) => one.at >= since && inOrder(one, probe) < 0).sort(inOrder)
          const { from, to } = timeline.stretch(since, probe)
          const found = Array.from({ length: Math.max(0, to - from) }, (_, i) => timeline.item(from + i))
          assert.deepEqual(found, expected)
          assert.equal(
            timeline.countAtLeast(50, from, to),
            expected.filter(({ minor }) => minor >= 50).length,
          )
          assert.equal(timeline.largest(from, to), Math.max(0, ...expected.map(({ minor }) => minor)))
          assert.equal(
            timeline.total(from, to),
            expected.reduce((sum, { minor }) => sum + minor, 0),
          )
        }
      },
    ),
  )
})

test('taking out what is not there changes nothing', () => {
  const timeline = new Timeline(() => 1)
  timeline.add({ id: 'b', at: 2 })
  timeline.remove({ id: 'a', at: 2 })
  timeline.remove({ id: 'b', at: 3 })
  assert.equal(timeline.length, 1)
})
