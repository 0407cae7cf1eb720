import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MovingStretch } from './moving-stretch.ts'
import { inOrder, Timeline } from './timeline.ts'

type Item = { id: string; at: number; minor: number }

const step = fc.record({
  what: fc.constantFrom('add', 'remove', 'move', 'forget'),
  n: fc.integer({ min: 0, max: 30 }),
  at: fc.integer({ min: 0, max: 100 }),
  span: fc.integer({ min: -5, max: 60 }),
})

test('what is counted in a stretch is what lies in it, wherever it was before and whatever came late or was taken out', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const floor = { at: Number.NEGATIVE_INFINITY, id: '' }
      const timeline = new Timeline<Item>(({ minor }) => minor, floor)
      const counted = { items: 0, minor: 0 }
      const moving = new MovingStretch(timeline, {
        add({ minor }, by) {
          counted.items += by
          counted.minor += by * minor
        },
      })
      const kept = new Map<string, Item>()
      for (const { what, n, at, span } of steps) {
        const id = `txn_${n}`
        const known = kept.get(id)
        if (what === 'add' && !known) {
          const item = { id, at, minor: 1 + n * at }
          kept.set(id, item)
          timeline.add(item)
        } else if (what === 'remove' && known) {
          kept.delete(id)
          timeline.remove(known)
        } else if (what === 'forget') {
          floor.at = Math.max(floor.at, at - 70)
          timeline.trim()
        } else if (what === 'move') {
          const until = { id, at }
          moving.moveTo(timeline.stretch(at - span, until))
          const within = [...kept.values()].filter(
            (one) => one.at >= Math.max(at - span, floor.at) && inOrder(one, until) < 0,
          )
          assert.deepEqual(counted, {
            items: within.length,
            minor: within.reduce((sum, { minor }) => sum + minor, 0),
          })
        }
      }
    }),
    { numRuns: 500 },
  )
})
