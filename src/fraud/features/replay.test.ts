import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { seeded } from '#kit'
import { createFeatureEngine, type FeatureEngine } from './engine.ts'
import type { FraudEvent } from './fraud-event.ts'
import { wildLog } from './replay.fixture.ts'
import { newVector } from './vector.ts'
import { PLACE_OF } from './vocabulary.ts'

const SEED = 20_261_123
const EVENTS = 1_000_000
/** Crashes while the log is followed live. Each has the engine begin anew, from the log alone. */
const CRASHES = 3

/** A hash of the vectors of many payments, one after another. */
function createPrint() {
  const hash = createHash('sha256')
  const into = newVector()
  let vectors = 0
  return {
    take(engine: FeatureEngine, event: FraudEvent): void {
      if (event.kind !== 'payment-seen') return
      const vector = engine.vectorOf(event.id, into)
      if (!vector) return
      vectors++
      // A NaN has many bit patterns, and which one a computation gives is up to the processor and the compiler.
      hash.update(vector.map((value) => (Number.isNaN(value) ? Number.NaN : value)))
    },
    end: () => ({ vectors, digest: hash.digest('hex') }),
  }
}

test(`a million events: followed live through crashes, and replayed as a back-test, every vector is the same to the byte`, (t) => {
  const next = seeded(SEED)
  const crashes = new Set(Array.from({ length: CRASHES }, () => Math.floor(next() * EVENTS)))

  // Live: what was scored is never scored again; after a crash the engine is told the log from its beginning.
  const live = createPrint()
  let engine = createFeatureEngine()
  let position = 0
  for (const event of wildLog(SEED, EVENTS)) {
    if (crashes.has(position)) {
      engine = createFeatureEngine()
      let before = 0
      for (const told of wildLog(SEED, EVENTS)) {
        if (before++ === position) break
        engine.tell(told)
      }
    }
    position++
    engine.tell(event)
    live.take(engine, event)
  }

  // Two memories at once would only slow each other down.
  engine = createFeatureEngine()
  const backTest = createPrint()
  const again = createFeatureEngine()
  for (const event of wildLog(SEED, EVENTS)) {
    again.tell(event)
    backTest.take(again, event)
  }
  const [followed, replayed] = [live.end(), backTest.end()]
  t.diagnostic(`${followed.vectors} vectors, ${followed.digest}`)
  assert.ok(followed.vectors > EVENTS * 0.6)
  assert.deepEqual(followed, replayed)
})

test('what was told in another order gives the same vectors for what is asked next', () => {
  // Whether somebody had been mistaken too often to be believed about a place is of the moment they say it, by design: here
  // every fraud is the bank's word.
  const log = [...wildLog(7, 20_000)]
    .filter(({ kind }) => kind !== 'payment-questioned')
    .map((event) =>
      event.kind === 'label-learnt' && event.label === 'fraud'
        ? { ...event, source: 'bank' as const }
        : event,
    )
  const next = seeded(8)
  const shuffled = log.map((event) => ({ event, key: next() })).sort((a, b) => a.key - b.key)
  const [inOrder, outOfOrder] = [createFeatureEngine(), createFeatureEngine()]
  // A payment told twice is one payment; which telling came first is what the order decides, and they are the same.
  for (const event of log) inOrder.tell(event)
  for (const { event } of shuffled) outOfOrder.tell(event)
  let differing = 0
  for (const event of log) {
    if (event.kind !== 'payment-seen') continue
    const [a, b] = [inOrder.vectorOf(event.id), outOfOrder.vectorOf(event.id)]
    // Whether a fraud’s amount was normal is settled when it is learnt, and stays: it is of its moment by design.
    for (const vector of [a, b]) if (vector) vector[PLACE_OF.terminalNormalFrauds28d] = 0
    if (a && b && !a.every((value, place) => Object.is(value, b[place]))) differing++
    assert.equal(a === null, b === null)
  }
  assert.equal(differing, 0)
})
