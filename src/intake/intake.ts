import { type Clock, Fault, MINUTE, SECOND, type Sql } from '#kit'
import type { People } from '#people'
import type { Loan, Vault } from '#vault'
import type { BankEvent } from './bank-event.ts'
import { type FeedPage, readChanges } from './change-feed.ts'
import { createLane, type Received } from './lane.ts'
import type { Scorer } from './scorer.ts'
import { createTaker } from './take-group.ts'

/** Nonces are kept a little longer than a signature is accepted, and swept about as often. */
const NONCE_KEPT_MS = 15 * MINUTE

/** From so many messages a second on, banks are said to pour in. */
const MESSAGES_POURING = 20

/** How long hints to the pages gather: every process hears each of them, and the read itself is no sooner told by another. */
const HINT_GATHER_MS = 200

/** Ids in one hint to the pages: PostgreSQL's notifications carry 8,000 bytes. */
const PEOPLE_PER_HINT = 200

export type Intake = ReturnType<typeof createIntake>

/**
 * Takes bank events, each exactly once. Messages that arrive together share a commit; returning means committed, throwing
 * means that nothing of the message was kept and the bank may send it again.
 */
export function createIntake(needs: {
  /** A pool of the role guichet_rooms, for what is not in a batch's own commit. */
  sql: Sql
  vault: Vault
  people: People
  score: Scorer
  contentKey: Buffer
  clock: Clock
}) {
  const { sql, people, clock } = needs
  const take = createTaker({ ...needs, now: () => clock.now(), onRead: hintAtPages })
  const lanes = new Map<string, ReturnType<typeof createLane>>()
  const hinted = new Set<string>()
  let isHinting = false
  let sweptAt = 0
  /** Messages of the second at hand and of the one before. */
  let pace = { second: 0, now: 0, before: 0 }

  function paceAt(now: number): typeof pace {
    const second = Math.floor(now / SECOND)
    if (second === pace.second) return pace
    return { second, now: 0, before: second === pace.second + 1 ? pace.now : 0 }
  }

  /**
   * Tells open pages that something was read. Nobody waits for it, and one that is lost costs nothing but time: what a page
   * shows is asked of the log.
   */
  function hintAtPages(personIds: readonly string[]): void {
    for (const personId of personIds) hinted.add(personId)
    if (isHinting) return
    isHinting = true
    setTimeout(() => {
      isHinting = false
      const ids = [...hinted]
      hinted.clear()
      for (let i = 0; i < ids.length; i += PEOPLE_PER_HINT) {
        const hint = JSON.stringify({ personIds: ids.slice(i, i + PEOPLE_PER_HINT), what: 'reads' })
        sql.query(`select pg_notify('guichet_changed', $1)`, [hint]).catch(() => {})
      }
    }, HINT_GATHER_MS).unref()
  }

  function laneOf(bankId: string): ReturnType<typeof createLane> {
    const lane = lanes.get(bankId) ?? createLane((group) => take(bankId, group))
    lanes.set(bankId, lane)
    return lane
  }

  async function sweepNonces(): Promise<void> {
    const now = clock.now()
    if (now - sweptAt < NONCE_KEPT_MS) return
    sweptAt = now
    await sql.query(`delete from intake.nonce where seen_at < $1`, [now - NONCE_KEPT_MS])
  }

  return {
    /** Whether banks send more at the moment than is taken at once: what is not urgent had better wait. */
    isPouring(): boolean {
      const { now, before } = paceAt(clock.now())
      return Math.max(now, before) >= MESSAGES_POURING || lanes.values().some((lane) => lane.isPouring())
    },

    /** Resolves once the groups that are being taken have been: what can wait had better begin then. Never waits for another. */
    async whenTaken(): Promise<void> {
      await Promise.all(lanes.values().map((lane) => lane.whenTaken()))
    },

    /**
     * Handles each event of a bank exactly once. `events` have been verified and decoded by a bank door; `nonce` is that
     * of the signed message they came in. Throws `event-conflict`, `event-replayed`, `bank-withdrawn` or `too-busy`.
     */
    async receive(
      bankId: string,
      events: readonly BankEvent[],
      nonce: string | null = null,
    ): Promise<Received> {
      if (events.some((event) => event.bankId !== bankId)) throw new Fault('signature-invalid')
      pace = paceAt(clock.now())
      pace.now++
      const received = await laneOf(bankId).add({ events, nonce })
      await sweepNonces()
      return received
    },

    /** See `readChanges`. */
    changes: (
      loan: Pick<Loan<'account-view'>, 'tx' | 'links' | 'transactions'>,
      accountId: string,
      cursor: string | null,
      limit: number,
    ): Promise<FeedPage> => readChanges(loan, { people, accountId, cursor, limit }),

    /** Refuses a signed message that was seen before. Throws `event-replayed`. */
    async refuseReplay(bankId: string, nonce: string): Promise<void> {
      const rows = await sql.query(
        `insert into intake.nonce (bank_id, nonce, seen_at) values ($1, $2, $3)
         on conflict do nothing returning nonce`,
        [bankId, nonce, clock.now()],
      )
      if (rows.length === 0) throw new Fault('event-replayed')
      await sweepNonces()
    },
  }
}
