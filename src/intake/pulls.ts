import { backoffMs, type Clock, DAY, Fault, HOUR, MINUTE, type Random, type Sql, type Tx } from '#kit'
import type { Presence } from './bank-reader.ts'
import type { BankHealth, BrokenLink, PullState, Refreshed } from './pull-state.ts'
import type { Pull, Pulled } from './sync.ts'

/** A pull that takes longer has died with its process. */
const LEASE_MS = 10 * MINUTE
/** How long a bank that did not answer is left in peace at first, and at most: twice as long each time. */
const BACKOFF = { firstMs: 5 * MINUTE, maxMs: 6 * HOUR }
/** Pulls are put off by up to this share of their interval, so that they do not all come at one time of day. */
const JITTER = 0.1
/** A pull goes back further than the last one: banks book late, in time zones of their own, and correct what they booked. */
const OVERLAP_DAYS = 10
const PULLS_AT_ONCE = 4

const ACTOR = { kind: 'service', id: 'bank-sync', role: 'bank-sync' } as const

type Row = PullState & {
  personId: string
  unattendedAt: string[]
  failures: number
  notBefore: number | null
}
const COLUMNS = `link_id as "linkId", person_id as "personId", bank_id as "bankId", pulled_at as "pulledAt",
  next_at as "nextAt", unattended_at as "unattendedAt", failing_since as "failingSince", failures, why,
  not_before as "notBefore"`

const recentOf = (unattendedAt: readonly string[], now: number): number[] =>
  unattendedAt.map(Number).filter((at) => at > now - DAY)

export type Pulls = ReturnType<typeof createPulls>

/**
 * Pulls links again and again: while their person is away no more often in 24 hours than the bank allows, counted in the
 * database and spread over the day; whenever they ask, when they are there. One process pulls a link at a time.
 */
export function createPulls(needs: {
  /** A pool of the role guichet_rooms. */
  sql: Sql
  pull(request: Pull): Promise<Pulled>
  /** How often a bank may be asked in 24 hours for somebody who is away: EU 2018/389, art. 36(5)(b). */
  unattendedPerDay(bankId: string): number
  /** How far back a link's first pull goes at a bank. */
  historyDays(bankId: string): number
  /** The bank ended the access. */
  onEnded(link: { personId: string; linkId: string; usedAt: number }): Promise<void>
  clock: Clock
  random: Random
}) {
  const { sql, pull, unattendedPerDay, historyDays, onEnded, clock, random } = needs

  const chance = () => random(4).readUInt32BE() / 2 ** 32
  const nextAfter = (bankId: string, at: number) =>
    at + Math.ceil((DAY / unattendedPerDay(bankId)) * (1 + JITTER * chance()))

  /** Takes a link that is due, unless it has been pulled as often as is allowed: then it is put off. */
  async function claimDue(): Promise<Row | 'put-off' | null> {
    const now = clock.now()
    return await sql.transaction(async (tx) => {
      const [row] = await tx.query<Row>(
        `select ${COLUMNS} from intake.pull
         where next_at <= $1 and (running_until is null or running_until <= $1)
         order by next_at limit 1 for update skip locked`,
        [now],
      )
      if (!row) return null
      const allowedAt = await countRead(tx, row, now)
      if (allowedAt !== null) {
        await tx.query(`update intake.pull set next_at = $2 where link_id = $1`, [row.linkId, allowedAt])
        return 'put-off'
      }
      await tx.query(`update intake.pull set running_until = $2, next_at = $3 where link_id = $1`, [
        row.linkId,
        now + LEASE_MS,
        nextAfter(row.bankId, now),
      ])
      return row
    })
  }

  /** Takes a link that was just made; null when somebody is at it. Throws `bank-limit-reached`. */
  async function claimFirst(linkId: string): Promise<Row | null> {
    const now = clock.now()
    return await sql.transaction(async (tx) => {
      const row = await claim(tx, linkId)
      if (!row) return null
      const allowedAt = await countRead(tx, row, now)
      if (allowedAt !== null) throw new Fault('bank-limit-reached', { againInMs: allowedAt - now })
      return row
    })
  }

  /** Counts a read that the bank counts too, unless it is one too many in 24 hours: then when the next is allowed. */
  async function countRead(
    tx: Tx,
    { linkId, bankId, unattendedAt }: Row,
    now: number,
  ): Promise<number | null> {
    const recent = recentOf(unattendedAt, now)
    if (recent.length >= unattendedPerDay(bankId)) return Math.min(...recent) + DAY
    await tx.query(`update intake.pull set unattended_at = $2 where link_id = $1`, [linkId, [...recent, now]])
    return null
  }

  /**
   * Counts a second reading in the pull of a link. When it would be one too many, the next pull waits until two are allowed,
   * so that what is in doubt is settled then.
   */
  async function mayReadAgain(linkId: string): Promise<boolean> {
    const now = clock.now()
    return await sql.transaction(async (tx) => {
      const [row] = await tx.query<Row>(`select ${COLUMNS} from intake.pull where link_id = $1 for update`, [
        linkId,
      ])
      // Its link was erased meanwhile.
      if (!row) return false
      if ((await countRead(tx, row, now)) === null) return true
      const latest = recentOf(row.unattendedAt, now).sort((a, b) => b - a)
      const twoAllowedAt = latest[Math.max(0, unattendedPerDay(row.bankId) - 2)]! + DAY
      await tx.query(`update intake.pull set next_at = greatest(next_at, $2) where link_id = $1`, [
        linkId,
        twoAllowedAt,
      ])
      return false
    })
  }

  /** Takes a link for a person who is there; null when somebody is at it or the bank wants to be left alone. */
  async function claim(tx: Pick<Tx, 'query'>, linkId: string): Promise<Row | null> {
    const now = clock.now()
    const [row] = await tx.query<Row>(
      `update intake.pull set running_until = $3
       where link_id = $1 and (running_until is null or running_until <= $2) and coalesce(not_before, 0) <= $2
       returning ${COLUMNS}`,
      [linkId, now, now + LEASE_MS],
    )
    return row ?? null
  }

  /** Pulls a claimed link, and notes how it went. Throws what the pull threw. */
  async function run(row: Row, days: number, counted: boolean, present?: Presence): Promise<Pulled> {
    const { linkId, personId } = row
    const begunAt = clock.now()
    try {
      const pulled = await pull({
        personId,
        linkId,
        days,
        actor: ACTOR,
        ...(present && { present }),
        ...(counted && { mayReadAgain: () => mayReadAgain(linkId) }),
      })
      if (pulled.ok)
        await sql.query(
          `update intake.pull set pulled_at = $2, running_until = null, not_before = null, failures = 0,
             failing_since = null, why = null, next_at = coalesce(next_at, $3)
           where link_id = $1`,
          [linkId, pulled.asOf, nextAfter(row.bankId, clock.now())],
        )
      else
        await sql.query(
          `update intake.pull set running_until = null, next_at = null, why = $2 where link_id = $1`,
          [linkId, pulled.why],
        )
      return pulled
    } catch (error) {
      await noteFailure(row, error, { counted, begunAt })
      throw error
    }
  }

  async function noteFailure(
    row: Row,
    error: unknown,
    { counted, begunAt }: { counted: boolean; begunAt: number },
  ): Promise<void> {
    const now = clock.now()
    const fault = error instanceof Fault ? error : null
    if (fault?.code === 'bank-access-ended') {
      await sql.query(
        `update intake.pull set running_until = null, next_at = null, why = $2,
           failing_since = coalesce(failing_since, $3)
         where link_id = $1`,
        [row.linkId, fault.code, now],
      )
      await onEnded({ personId: row.personId, linkId: row.linkId, usedAt: begunAt })
      return
    }
    const backoff = backoffMs(row.failures + 1, BACKOFF)
    const notBefore = fault?.againInMs === undefined ? null : now + fault.againInMs
    const retryAt = Math.max(now + Math.ceil(backoff * (1 + JITTER * chance())), notBefore ?? 0)
    // A bank that gave no answer was not read.
    const wasRead = !counted || fault?.code !== 'bank-unreachable'
    await sql.query(
      `update intake.pull set running_until = null, failures = failures + 1, why = $2, not_before = $3,
         failing_since = coalesce(failing_since, $4), next_at = $5,
         unattended_at = case when $6 then unattended_at else trim_array(unattended_at, 1) end
       where link_id = $1`,
      [row.linkId, fault?.code ?? 'internal', notBefore, now, retryAt, wasRead],
    )
  }

  const daysSince = ({ pulledAt, bankId }: Row): number =>
    pulledAt === null
      ? historyDays(bankId)
      : Math.min(historyDays(bankId), Math.ceil((clock.now() - pulledAt) / DAY) + OVERLAP_DAYS)

  async function refresh(linkId: string, present?: Presence): Promise<Refreshed | null> {
    const row = await claim(sql, linkId)
    let outcome: Refreshed['outcome'] = 'done'
    if (!row) outcome = 'under-way'
    else
      try {
        if (!(await run(row, daysSince(row), false, present)).ok) outcome = 'not-allowed'
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        outcome = 'failed'
      }
    const [state] = await sql.query<Row>(`select ${COLUMNS} from intake.pull where link_id = $1`, [linkId])
    if (!state) return null
    const { pulledAt, nextAt, bankId, failingSince, why, notBefore } = state
    if (!row && (notBefore ?? 0) > clock.now()) outcome = 'later'
    return { linkId, bankId, pulledAt, nextAt, failingSince, why, notBefore, outcome }
  }

  return {
    /**
     * A link was made, or made again: its whole history is pulled now, and counted, since the bank is told of nobody who is
     * there. Throws while that fails, to be tried again.
     */
    async first({
      personId,
      linkId,
      bankId,
    }: {
      personId: string
      linkId: string
      bankId: string
    }): Promise<Pulled> {
      await sql.query(
        `insert into intake.pull (link_id, person_id, bank_id, next_at) values ($1, $2, $3, $4)
         on conflict (link_id) do update set next_at = excluded.next_at, failures = 0, failing_since = null, why = null,
           not_before = null`,
        [linkId, personId, bankId, nextAfter(bankId, clock.now())],
      )
      const row = await claimFirst(linkId)
      if (!row) throw new Fault('too-busy')
      return await run(row, historyDays(bankId), true)
    },

    /** Pulls links whose person is there and asks; banks are told of them by `present`, and take their time, each its own. */
    refresh: async (linkIds: readonly string[], present?: Presence): Promise<Refreshed[]> =>
      (await Promise.all(linkIds.map((linkId) => refresh(linkId, present)))).filter((one) => one !== null),

    /**
     * One round over what is due while people are away; true when there may be more. What fails is tried again later, and
     * does not hold up the others.
     */
    async round(onError: (error: unknown) => void): Promise<boolean> {
      const claimed: Row[] = []
      let more = true
      while (more && claimed.length < PULLS_AT_ONCE) {
        const row = await claimDue()
        more = row !== null
        if (row !== null && row !== 'put-off') claimed.push(row)
      }
      await Promise.all(claimed.map((row) => run(row, daysSince(row), true).catch(onError)))
      return more
    },

    async statesOf(linkIds: readonly string[]): Promise<PullState[]> {
      return await sql.query<PullState>(
        `select link_id as "linkId", bank_id as "bankId", pulled_at as "pulledAt", next_at as "nextAt",
           failing_since as "failingSince", why
         from intake.pull where link_id = any($1) order by link_id`,
        [linkIds],
      )
    },

    /** Links that could not be pulled since `since` or before, though they may be. */
    broken: (since: number): Promise<BrokenLink[]> =>
      sql.query<BrokenLink>(
        `select person_id as "personId", link_id as "linkId", bank_id as "bankId", failing_since as since,
           pulled_at as "pulledAt", why
         from intake.pull where failing_since <= $1 and next_at is not null order by failing_since`,
        [since],
      ),

    /** Each bank that somebody is linked to. */
    health: (): Promise<BankHealth[]> =>
      sql.query<BankHealth>(
        `select bank_id as "bankId", count(*) as links, count(*) filter (where failing_since is not null and next_at is not null) as failing,
           count(*) filter (where next_at is null) as paused, min(failing_since) as oldest
         from intake.pull group by bank_id order by bank_id`,
      ),
  }
}
