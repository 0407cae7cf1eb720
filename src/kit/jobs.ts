import { EventEmitter } from 'node:events'
import { Logger as JobLogger, run, type WorkerEvents } from 'graphile-worker'
import pg from 'pg'
import { Fault } from './errors.ts'
import type { AnnouncementName, Announcements, Listener } from './events.ts'
import { describeError, type Logger } from './logger.ts'

/** One listener an announcement; what has none waits in the table until a version that listens. */
export type Listeners = { [N in AnnouncementName]?: Listener<N> }

/** How often work of a process that died is looked for. */
const SWEEP_MS = 15_000
const POLL_MS = 1_000

/**
 * Calls the listeners for what rooms announce, at once (LISTEN) and again with backoff when one throws. `url` is that
 * of the role guichet_jobs. `stop` waits for what is being handled.
 */
export async function startJobs(needs: {
  url: string
  listeners: Listeners
  concurrency: number
  log: Logger
}): Promise<{ stop(): Promise<void> }> {
  const { url, listeners, concurrency, log } = needs
  const events: WorkerEvents = new EventEmitter()
  const presence = createPresence(url, log)
  events.on('pool:create', ({ workerPool }) => {
    presence.announce(workerPool.id)
  })
  await presence.freeWorkOfTheDead()
  const runner = await run({
    connectionString: url,
    taskList: Object.fromEntries(
      Object.entries(listeners).map(([name, listener]) => [
        name,
        handle(name, listener as (ids: Announcements[AnnouncementName]) => Promise<void>, log),
      ]),
    ),
    concurrency,
    maxPoolSize: concurrency + 2,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    // No schedule; left out, the library would look for a file of that name in the working directory.
    parsedCronItems: [],
    events,
    logger: new JobLogger(() => (level, message) => {
      if (String(level) === 'error' && !message.startsWith('Failed task'))
        log.error('the job library reports an error')
    }),
  }).catch(async (error: unknown) => {
    await presence.end()
    throw error
  })
  runner.promise.catch((error: unknown) => log.error('jobs stopped', { error }))
  const sweep = setInterval(() => void presence.freeWorkOfTheDead(), SWEEP_MS)
  return {
    async stop() {
      clearInterval(sweep)
      await runner.stop()
      await presence.end()
    },
  }
}

/** The library keeps an error's message in its table and its log: it gets one with a code and nothing else. */
function handle(
  name: string,
  listener: (ids: Announcements[AnnouncementName]) => Promise<void>,
  log: Logger,
) {
  return async (
    ids: unknown,
    { job }: { job: { attempts: number; max_attempts: number } },
  ): Promise<void> => {
    try {
      await listener(ids as Announcements[AnnouncementName])
    } catch (error) {
      log[job.attempts < job.max_attempts ? 'warn' : 'error']('a job failed', {
        job: name,
        attempts: job.attempts,
        error,
      })
      throw new Error(error instanceof Fault ? error.code : (describeError(error).code ?? 'internal'))
    }
  }
}

/**
 * The library gives up the lock of a worker that was killed only after four hours, far too long for an alert. So each
 * pool of workers holds an advisory lock for as long as it is connected, and what a pool without one had begun is free.
 * Losing the lock for a moment can only have something handled twice, which listeners must bear anyway.
 */
function createPresence(url: string, log: Logger) {
  const own = new Set<string>()
  let connection: Promise<pg.Client> | undefined
  let ended = false

  function connected(): Promise<pg.Client> {
    connection ??= connect().catch((error: unknown) => {
      connection = undefined
      throw error
    })
    return connection
  }

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url, application_name: 'guichet-jobs-presence' })
    // An error ends the connection; the next sweep makes another and takes the locks again.
    client.on('error', () => {})
    client.on('end', () => {
      connection = undefined
    })
    await client.connect()
    for (const id of own) await hold(client, id)
    return client
  }

  const hold = (on: pg.Client, id: string) =>
    on.query('select pg_advisory_lock_shared(hashtextextended($1, 0))', [id])

  return {
    announce(id: string): void {
      own.add(id)
      connected()
        .then((on) => hold(on, id))
        .catch((error: unknown) => log.warn('a pool of workers is not known to others', { error }))
    },
    async freeWorkOfTheDead(): Promise<void> {
      if (ended) return
      try {
        const on = await connected()
        await on.query(
          `with dead as materialized (
             select locked_by from (
               select distinct locked_by from graphile_worker.jobs
               where locked_by is not null and locked_by <> all ($1::text[])
             ) as pools
             where pg_try_advisory_xact_lock(hashtextextended(locked_by, 0))
           )
           select graphile_worker.force_unlock_workers(array_agg(locked_by)) from dead having count(*) > 0`,
          [[...own]],
        )
      } catch (error) {
        log.warn('the work of stopped processes could not be looked for', { error })
      }
    },
    async end(): Promise<void> {
      ended = true
      await (await connection?.catch(() => undefined))?.end()
    },
  }
}
