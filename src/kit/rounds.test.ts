import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startRounds } from '#kit'

test('work is done again at once while there is more, and goes on after a fault', async () => {
  const left = ['more', 'fault', 'more', 'done'] as const
  const seen: string[] = []
  const errors: unknown[] = []
  const finished = Promise.withResolvers<void>()
  const rounds = startRounds({
    everyMs: 1,
    async round() {
      const next = left[seen.length]
      if (!next) {
        finished.resolve()
        return false
      }
      seen.push(next)
      if (next === 'fault') throw new Error('this round failed')
      return next === 'more'
    },
    onError: (error) => errors.push(error),
  })
  await finished.promise
  await rounds.stop()
  assert.deepEqual(seen, left)
  assert.equal(errors.length, 1)
})

test('stopping waits for the round under way, and begins none', async () => {
  const started = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  let done = 0
  const rounds = startRounds({
    everyMs: 3_600_000,
    async round() {
      started.resolve()
      await release.promise
      done++
      return true
    },
    onError: (error) => assert.fail(String(error)),
  })
  await started.promise
  const stopped = rounds.stop()
  release.resolve()
  await stopped
  assert.equal(done, 1)
})
