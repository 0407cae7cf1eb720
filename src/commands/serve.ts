import { setFlagsFromString } from 'node:v8'
import type { Settings } from '#config'
import { prepareUnderstanding } from '#conversation'
import { createLogger } from '#kit'
import { startGuichet } from '../guichet.ts'

/** A stop that takes longer is a stop that hangs. What was acknowledged is safe either way. */
const STOP_SECONDS_MAX = 20

/**
 * How far the heap may grow before all of it is gone through, in per cent of what was alive the last time. Left to itself V8 takes
 * ten where little is allocated, and the hundredth of a second that this takes comes every few seconds: to one payment in fifty.
 */
const HEAP_GROWTH_PERCENT = 100

/** Runs Guichet until it is asked to stop. */
export async function serve(settings: Settings): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`)
  const starting = startGuichet(settings)
  // While the database answers. Without it the first message that no rule knows would wait, and all others behind it.
  prepareUnderstanding().catch((error: unknown) =>
    createLogger({ level: settings.logLevel }).error('what people ask was not made ready', { error }),
  )
  const guichet = await starting.catch((error: unknown): never => {
    // What cannot be ended would keep a process that never answers, and whoever starts it again waits for its end.
    setTimeout(() => process.exit(1), STOP_SECONDS_MAX * 1000).unref()
    throw error
  })
  if (process.stdout.isTTY) console.log(`Guichet is ready: ${guichet.url}`)
  const stopped = Promise.withResolvers<void>()
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    const tooLong = setTimeout(() => process.exit(1), STOP_SECONDS_MAX * 1000)
    guichet
      .stop()
      .then(stopped.resolve, stopped.reject)
      .finally(() => clearTimeout(tooLong))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  await stopped.promise
}
