import { type Clock, SECOND } from '#kit'
import type { EventQueue, QueuedEvent } from './event-queue.ts'
import { EVENT_TAG, type SigningJwk, signRequest } from './signing.ts'

const EVENTS_MAX = 500
/** Under Guichet's limit of 1 MiB. */
const BATCH_BYTES_MAX = 900 * 1024
const TIMEOUT_MS = 10 * SECOND
const FIRST_PAUSE_MS = 250
const PAUSE_MS_MAX = 30 * SECOND

export const EVENTS_CONTENT_TYPE = 'application/cloudevents-batch+json'

/** Why a batch was not taken: whether it ever can be, and Guichet's own code. */
type Refused = { ok: false; retry: boolean; status: number; code: string }
type Sent = { ok: true } | Refused

/** Guichet no longer knows this bank or its key: not the events' fault, so they wait. */
const WAITS_WITH = new Set([401, 403, 404, 408, 429])

export type Delivery = ReturnType<typeof createDelivery>

/**
 * Carries the queue to Guichet, at least once and in order: a batch leaves the queue only when Guichet has answered that
 * it is kept. Until then it is sent again, with longer and longer pauses, under a new signature each time.
 */
export function createDelivery(needs: {
  queue: EventQueue
  eventsUrl: string
  key: SigningJwk
  clock: Clock
  random: () => number
  /** Told of what was delivered, for the control page. */
  delivered(events: readonly QueuedEvent[]): void
}) {
  const { queue, eventsUrl, key, clock, random, delivered } = needs
  let stopped = false
  let failures = 0
  let lastRefusal: string | null = null
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  /** Starts or goes on delivering; while a pause lasts, that pause is waited for. */
  function wake(): void {
    if (stopped || running !== undefined || timer) return
    // After the current transaction: what it adds must be committed before it is told.
    timer = setTimeout(() => {
      timer = undefined
      running = drain().finally(() => {
        running = undefined
        if (!stopped && queue.waiting() > 0) pause()
      })
    }, 0)
  }

  function pause(): void {
    if (stopped || timer) return
    const ms = Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10)) * (0.5 + random())
    timer = setTimeout(() => {
      timer = undefined
      wake()
    }, ms)
  }

  async function drain(): Promise<void> {
    while (!stopped) {
      const batch = queue.head(EVENTS_MAX, BATCH_BYTES_MAX)
      if (batch.length === 0) return
      if (!(await deliver(batch))) return
    }
  }

  /** False when it is time to pause. */
  async function deliver(batch: QueuedEvent[]): Promise<boolean> {
    const sent = await send(batch)
    if (sent.ok) {
      failures = 0
      lastRefusal = null
      queue.remove(batch)
      delivered(batch)
      return true
    }
    lastRefusal = `${sent.status} ${sent.code}`
    if (sent.status === 410) {
      // This bank has left Guichet: nobody is there to be told.
      queue.clear()
      return false
    }
    if (sent.retry) {
      failures++
      return false
    }
    if (batch.length === 1) {
      queue.setAside(batch[0]!, sent.code)
      return true
    }
    // One bad event refuses its batch: each is tried alone, so that only the bad one stays behind.
    for (const event of batch) if (!(await deliver([event]))) return false
    return true
  }

  async function send(batch: readonly QueuedEvent[]): Promise<Sent> {
    const body = `[${batch.map((event) => event.body).join(',')}]`
    const { url, ...request } = await signRequest({
      url: eventsUrl,
      body,
      contentType: EVENTS_CONTENT_TYPE,
      tag: EVENT_TAG,
      key,
      now: clock.now(),
    })
    try {
      const response = await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) })
      const text = await response.text()
      if (response.ok) return { ok: true }
      const retry =
        response.status >= 500 || WAITS_WITH.has(response.status) || codeOf(text) === 'event-replayed'
      return { ok: false, retry, status: response.status, code: codeOf(text) }
    } catch {
      // Nobody listens, or nobody answers in time: Guichet is down or restarting.
      return { ok: false, retry: true, status: 0, code: 'unreachable' }
    }
  }

  return {
    wake,
    /** Delivers all that waits, now and without pauses. Throws when Guichet does not take it. */
    async flush(): Promise<void> {
      await running
      clearTimeout(timer)
      timer = undefined
      running = drain().finally(() => {
        running = undefined
      })
      await running
      const waiting = queue.waiting()
      if (waiting === 0) return
      pause()
      throw new Error(`${waiting} events are not delivered: ${lastRefusal ?? 'stopped'}`)
    },
    state: () => ({ waiting: queue.waiting(), lastRefusal }),
    async stop(): Promise<void> {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/** The code of an error answer, or `no-code`; nothing else of it is looked at. */
function codeOf(text: string): string {
  try {
    const code = (JSON.parse(text) as { error?: { code?: unknown } }).error?.code
    return typeof code === 'string' && /^[a-z-]{1,40}$/.test(code) ? code : 'no-code'
  } catch {
    return 'no-code'
  }
}
