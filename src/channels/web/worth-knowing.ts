import { type Conversation, endOfNight, WORTH_KINDS, type WorthKind } from '#conversation'
import { type Clock, DAY, HOUR, MINUTE, type Sql, type Tx } from '#kit'
import type { People } from '#people'
import { isQuiet } from '../stop.ts'
import { createDueLinks, type DueLink, type Traffic } from './due-links.ts'
import type { createExchanges } from './exchange.ts'
import { createForgetting } from './forgetting.ts'

/** What failed is tried again after so long. */
const RETRY_MS = 10 * MINUTE
/** Whoever said stop is asked after again so often: they may have said start. */
const QUIET_LOOK_MS = HOUR
/** At most so many messages in so long, whatever there is to say. */
const CAPS = [
  { span: DAY, messages: 1 },
  { span: 7 * DAY, messages: 3 },
] as const
/** Longer than anything stays news: what was told need not be known beyond. */
const TOLD_DAYS = 90

/** Tells things worth knowing unasked: seldom, by day, each once, and nothing that the person stopped. */
export function createWorthTeller(needs: {
  sql: Sql
  people: People
  conversation: Conversation
  exchanges: ReturnType<typeof createExchanges>
  clock: Clock
  traffic: Traffic
}) {
  const { sql, people, conversation, exchanges, clock, traffic } = needs

  /**
   * Looks at one link, and gives when to look again; null when its person does not allow it. Whatever can be known without
   * their data is asked first: where nothing may be said, nothing is read.
   */
  async function tell({ linkId, personId }: DueLink): Promise<number | null> {
    const person = await people.find(sql, personId)
    if (!person || person.erasedAt !== null) return null
    const now = clock.now()
    const night = endOfNight(now, person.timeZone)
    if (night !== null) return night
    if (await isQuiet(sql, personId)) return now + QUIET_LOOK_MS
    return await sql.transaction(async (tx) => {
      // One at a time for a person: two links looked at together would each think that nothing was said today.
      await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`worth/${personId}`])
      const told = await tx.query<{ about: string; toldAt: number }>(
        `select about, told_at as "toldAt" from channels.worth_told where person_id = $1`,
        [personId],
      )
      const free = freeAt(
        told.map(({ toldAt }) => toldAt),
        now,
      )
      if (free > now) return free
      const stopped = await stoppedBy(tx, personId)
      const wanted = new Set(WORTH_KINDS.filter((kind) => !stopped.has(kind)))
      if (wanted.size === 0) return now + DAY
      const exchange = exchanges.begin(personId, person)
      const { isAllowed, waitsUntil } = await conversation.worthKnowing(
        linkId,
        { wanted, told: new Set(told.map(({ about }) => about)) },
        { personId, timeZone: person.timeZone },
        // Whoever took the consent back meanwhile is left in peace.
        async (answer, loan) => (answer.kind === 'refusal' ? null : await exchange.show(answer, loan)),
      )
      return isAllowed ? Math.min(waitsUntil ?? Number.POSITIVE_INFINITY, now + DAY) : null
    })
  }

  async function stoppedBy(tx: Pick<Tx, 'query'>, personId: string): Promise<Set<WorthKind>> {
    const rows = await tx.query<{ kind: WorthKind }>(
      `select kind from channels.worth_stopped where person_id = $1`,
      [personId],
    )
    return new Set(rows.map(({ kind }) => kind))
  }

  const due = createDueLinks({
    sql,
    table: 'intake.worth_due',
    retryMs: RETRY_MS,
    clock,
    traffic,
    together: 1,
    look: async ([one]) => new Map([[one!.linkId, await tell(one!)]]),
    tidy: createForgetting({ sql, table: 'channels.worth_told', keptMs: TOLD_DAYS * DAY, clock }),
  })

  return {
    /** One round over the links that are due; true when there may be more. */
    round: due.round,

    /** Has a link looked at soon: it was linked, or more was allowed there. Without the consent the next round drops it. */
    async noteLink({ personId, linkId }: { personId: string; linkId: string }): Promise<void> {
      await sql.query(
        `insert into intake.worth_due (link_id, person_id)
         select link_id, person_id from consent.grant
         where link_id = $2 and person_id = $1 and purpose = 'worth-knowing' and state = 'given'
         on conflict (link_id) do update set version = excluded.version, not_before = 0`,
        [personId, linkId],
      )
    },

    /** Which kinds the person hears of. */
    async choices(personId: string): Promise<{ kind: WorthKind; isOn: boolean }[]> {
      const stopped = await stoppedBy(sql, personId)
      return WORTH_KINDS.map((kind) => ({ kind, isOn: !stopped.has(kind) }))
    },

    /** Stops a kind for good, or has it told again. */
    async choose(personId: string, kind: WorthKind, isOn: boolean): Promise<void> {
      if (!isOn) return await stopWorth(sql, personId, kind, clock.now())
      await sql.query(`delete from channels.worth_stopped where person_id = $1 and kind = $2`, [
        personId,
        kind,
      ])
      await sql.query(`update intake.worth_due set version = default, not_before = 0 where person_id = $1`, [
        personId,
      ])
    },
  }
}

/** When the next message is allowed by every cap. */
function freeAt(told: readonly number[], now: number): number {
  const latest = told.toSorted((a, b) => b - a)
  return Math.max(
    now,
    ...CAPS.map(({ span, messages }) => {
      const last = latest[messages - 1]
      return last === undefined ? now : last + span
    }),
  )
}

export async function stopWorth(
  tx: Pick<Tx, 'query'>,
  personId: string,
  kind: WorthKind,
  now: number,
): Promise<void> {
  await tx.query(
    `insert into channels.worth_stopped (person_id, kind, stopped_at) values ($1, $2, $3) on conflict do nothing`,
    [personId, kind, now],
  )
}
