import { type Clock, DAY, HOUR, MINUTE, type Sql } from '#kit'
import type { Heard, MessengerId } from './door.ts'

/** Messenger warns a page's owner after a quarter of an hour and takes the app off the page after an hour: we say so before. */
const ALARM_AFTER_MS = 10 * MINUTE
const UNSUBSCRIBED_AFTER_MS = HOUR
/** Said again while it lasts. */
const ALARM_EACH_MS = 15 * MINUTE
const COUNTS_KEPT_DAYS = 60
/** Anybody can send what is refused: it is a wrong secret only when it goes on, with nothing accepted in between. */
const REFUSALS_MIN = 3
const REFUSALS_APART_MAX_MS = 6 * HOUR

/** Whether the messenger itself was answered so: what is unreadable was signed, and where we fail everybody does. */
const isProven = (status: number) => status === 200 || status === 400 || status >= 500

/** Nothing of what a messenger sent was accepted since `failingSince`; `status` is what it was answered last. */
export type WebhookAlarm = {
  messenger: MessengerId
  failingSince: number
  status: number
  acceptedAt: number | null
  /** When the messenger stops sending altogether; null for one that goes on trying for days. */
  endsAt: number | null
}

type State = {
  acceptedAt: number | null
  failedAt: number | null
  failingSince: number | null
  status: number | null
}
type Row = State & { messenger: MessengerId }

export type WebhookHealth = ReturnType<typeof createWebhookHealth>

/**
 * Watches how a messenger's webhook is answered, and raises an alarm in time. What it knows is held here, so that it works
 * while the database does not, and written down when there is something new.
 */
export function createWebhookHealth(needs: {
  sql: Sql
  clock: Clock
  raise(alarm: WebhookAlarm): void
  /** It is accepted again after an alarm. */
  lift(messenger: MessengerId): void
}) {
  const { sql, clock } = needs
  const states = new Map<MessengerId, State>()
  const raisedAt = new Map<MessengerId, number>()
  const counts = new Map<string, number>()
  const dirty = new Set<MessengerId>()
  const refusals = new Map<MessengerId, { since: number; last: number; times: number }>()
  let isLoaded = false

  const stateOf = (messenger: MessengerId): State =>
    states.get(messenger) ?? { acceptedAt: null, failedAt: null, failingSince: null, status: null }

  /** A failure that an earlier process of this installation saw, and nothing since, goes on. */
  async function load(): Promise<void> {
    const rows = await sql.query<Row>(
      `select messenger, accepted_at as "acceptedAt", failed_at as "failedAt", failing_since as "failingSince", status
       from channels.webhook`,
    )
    for (const { messenger, ...row } of rows) {
      const seen = states.get(messenger)
      if (seen === undefined) states.set(messenger, row)
      else if (seen.acceptedAt === null)
        states.set(messenger, {
          ...seen,
          acceptedAt: row.acceptedAt,
          failingSince: row.failingSince ?? seen.failingSince,
        })
    }
    isLoaded = true
  }

  async function writeDown(): Promise<void> {
    for (const messenger of [...dirty]) {
      const { acceptedAt, failedAt, failingSince, status } = stateOf(messenger)
      await sql.query(
        `insert into channels.webhook (messenger, accepted_at, failed_at, failing_since, status) values ($1, $2, $3, $4, $5)
         on conflict (messenger) do update set accepted_at = greatest(webhook.accepted_at, excluded.accepted_at),
           failed_at = greatest(webhook.failed_at, excluded.failed_at), failing_since = excluded.failing_since,
           status = coalesce(excluded.status, webhook.status)`,
        [messenger, acceptedAt, failedAt, failingSince, status],
      )
      dirty.delete(messenger)
    }
    const day = Math.floor(clock.now() / DAY)
    for (const [key, count] of [...counts]) {
      const [messenger, what] = key.split('|')
      await sql.query(
        `insert into channels.passed_by (messenger, day, what, count) values ($1, $2, $3, $4)
         on conflict (messenger, day, what) do update set count = passed_by.count + excluded.count`,
        [messenger, day, what, count],
      )
      const more = counts.get(key)! - count
      if (more > 0) counts.set(key, more)
      else counts.delete(key)
    }
  }

  function alarm(): void {
    const now = clock.now()
    for (const [messenger, { failingSince, status, acceptedAt }] of states) {
      if (failingSince === null || now - failingSince < ALARM_AFTER_MS) continue
      if (now - (raisedAt.get(messenger) ?? -ALARM_EACH_MS) < ALARM_EACH_MS) continue
      raisedAt.set(messenger, now)
      const endsAt = messenger === 'messenger' ? failingSince + UNSUBSCRIBED_AFTER_MS : null
      needs.raise({ messenger, failingSince, status: status ?? 0, acceptedAt, endsAt })
    }
  }

  const countOne = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)

  /** Notes that somebody's proof was refused; since when that goes on, once it looks like a wrong secret. */
  function refusedSince(messenger: MessengerId, now: number): number | null {
    countOne(`${messenger}|refused`)
    const before = refusals.get(messenger)
    const isOngoing = before !== undefined && now - before.last < REFUSALS_APART_MAX_MS
    const { since, times } = isOngoing ? before : { since: now, times: 0 }
    refusals.set(messenger, { since, last: now, times: times + 1 })
    return times + 1 >= REFUSALS_MIN && now - since >= ALARM_AFTER_MS ? since : null
  }

  return {
    /** What a messenger was answered, or somebody who says to be one. */
    answered(messenger: MessengerId, status: number): void {
      const now = clock.now()
      const since = isProven(status) ? now : refusedSince(messenger, now)
      if (since === null) return
      const before = stateOf(messenger)
      const isAccepted = status === 200
      states.set(
        messenger,
        isAccepted
          ? { ...before, acceptedAt: now, failingSince: null, status }
          : { ...before, failedAt: now, failingSince: before.failingSince ?? since, status },
      )
      dirty.add(messenger)
      if (isAccepted) refusals.delete(messenger)
      if (isAccepted && raisedAt.delete(messenger)) needs.lift(messenger)
    },

    /** Counts what asks nothing of us, by its kind. */
    count(messenger: MessengerId, all: readonly Heard[]): void {
      for (const heard of all) {
        if (heard.kind !== 'passed-by') continue
        countOne(`${messenger}|${/^[a-z_]{1,40}$/.test(heard.what) ? heard.what : 'unknown'}`)
      }
    },

    /** Raises what is due, then writes down what is new. */
    async round(): Promise<void> {
      alarm()
      if (!isLoaded) await load()
      await writeDown()
    },

    async forgetOld(): Promise<void> {
      await sql.query(`delete from channels.passed_by where day < $1`, [
        Math.floor(clock.now() / DAY) - COUNTS_KEPT_DAYS,
      ])
    },
  }
}
