import { createHmac } from 'node:crypto'
import { type Clock, Fault, MINUTE, type Private, type Sql, type Tx } from '#kit'
import type { People } from '#people'
import type { BatchLoan, Transaction, Vault } from '#vault'
import type { BankEvent } from './bank-event.ts'
import { applyEvents, type Ends, type IdOf, originOf } from './life-of-a-payment.ts'
import type { Scorer } from './scorer.ts'

/** How long before a payment's first sight its earlier states are looked for: the longest a card hold is kept open. */
const LOOK_BACK_DAYS = 45
/** Nonces are kept a little longer than a signature is accepted. */
const NONCE_KEPT_MS = 15 * MINUTE

const SERVICE = { kind: 'service', id: 'bank-intake', role: 'bank-intake' } as const
const WHAT = {
  'fraud-alerts': 'check-payment',
  'account-view': 'keep-payment',
  'spending-insights': 'keep-payment',
} as const

/** What became of a batch: every event is one of the three. */
export type Received = { accepted: number; duplicates: number; dropped: number }

export type Intake = ReturnType<typeof createIntake>

/**
 * Takes bank events. One batch is one commit: deduplicate, seal, score, open cases, announce. Returning means
 * committed; throwing means that nothing of the batch was kept and the bank may send it again.
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
  const { sql, vault, people, score, contentKey, clock } = needs

  const contentOf = (event: BankEvent) =>
    createHmac('sha256', contentKey).update(JSON.stringify(event)).digest()

  /** Keeps the ids of events not seen before and returns those events. Throws `event-conflict` for a reused id. */
  async function claim(tx: Tx, bankId: string, events: readonly BankEvent[]): Promise<BankEvent[]> {
    const unique = new Map<string, { event: BankEvent; content: Buffer }>()
    for (const event of events) {
      const content = contentOf(event)
      const seen = unique.get(event.id)
      if (seen && !seen.content.equals(content)) throw new Fault('event-conflict')
      if (!seen) unique.set(event.id, { event, content })
    }
    const ids = [...unique.keys()]
    const claimed = await tx.query<{ event_id: string }>(
      `insert into intake.inbox (bank_id, event_id, content, received_at)
       select $1, id, content, $4 from unnest($2::text[], $3::bytea[]) as new (id, content)
       order by id on conflict do nothing returning event_id`,
      [bankId, ids, [...unique.values()].map(({ content }) => content), clock.now()],
    )
    const fresh = new Set(claimed.map((row) => row.event_id))
    const repeated = ids.filter((id) => !fresh.has(id))
    if (repeated.length > 0) {
      const rows = await tx.query<{ event_id: string; content: Buffer }>(
        `select event_id, content from intake.inbox where bank_id = $1 and event_id = any($2)`,
        [bankId, repeated],
      )
      for (const row of rows) {
        if (!unique.get(row.event_id)!.content.equals(row.content)) throw new Fault('event-conflict')
      }
    }
    return [...unique.values()].filter(({ event }) => fresh.has(event.id)).map(({ event }) => event)
  }

  async function keepFor({ one, linkId, events }: Part, ends: Ends): Promise<void> {
    const { loan } = one
    const oldest = Math.min(...events.map(({ event }) => event.at))
    const before = await loan.transactions({
      from: oldest - LOOK_BACK_DAYS * 24 * 60 * MINUTE,
      to: Number.MAX_SAFE_INTEGER,
    })
    const versionBefore = loan.version
    const changes = before.map((known) => applyEvents(known, events, ends, idsOf(one, linkId)))
    await loan.keep(
      'transaction',
      changes.map((all) => all.transactions),
      linkId,
    )
    await loan.keep(
      'balance',
      changes.map((all) => all.balances),
      linkId,
    )
    if (one.purpose === 'fraud-alerts') {
      const fresh: Private<Transaction[]> = changes.map((all) => all.authorised)
      await score(one.loan, fresh, { versionBefore, transactions: changes.map((all) => all.transactions) })
    }
  }

  return {
    /** Handles each event of a bank exactly once. `events` have been verified and decoded by a bank door. */
    async receive(bankId: string, events: readonly BankEvent[]): Promise<Received> {
      if (events.some((event) => event.bankId !== bankId)) throw new Fault('signature-invalid')
      return await vault.transaction(async (tx) => {
        if ((await people.bankLeftAt(tx, bankId)) !== null) throw new Fault('bank-withdrawn')
        const fresh = await claim(tx, bankId, events)
        const owners = await people.accountsOf(
          tx,
          bankId,
          fresh.map((event) => event.bankAccountId),
        )
        const byLink = new Map<string, OwnedEvent[]>()
        for (const owner of owners) {
          const mine = fresh.filter((event) => event.bankAccountId === owner.bankAccountId)
          const list = byLink.get(owner.linkId) ?? []
          list.push(...mine.map((event) => ({ event, accountId: owner.accountId })))
          byLink.set(owner.linkId, list)
        }
        const kept = new Set<string>()
        await vault.openBatch(
          tx,
          [...byLink.keys()].map((linkId) => ({ linkId, actor: SERVICE, what: WHAT })),
          async (loans) => {
            const parts = [...loans].map(([linkId, one]) => ({
              one,
              linkId,
              events: byLink.get(linkId)!.sort((a, b) => a.event.sequence - b.event.sequence),
            }))
            const ends = await noteEnds(tx, parts)
            for (const part of parts) {
              await keepFor(part, ends)
              for (const { event } of part.events) kept.add(event.id)
            }
            await noteSequences(tx, parts)
            await tellPages(tx, parts)
          },
        )
        const dropped = fresh.length - kept.size
        if (dropped > 0) {
          await tx.query(
            `insert into intake.dropped (bank_id, events) values ($1, $2)
             on conflict (bank_id) do update set events = intake.dropped.events + excluded.events`,
            [bankId, dropped],
          )
        }
        return { accepted: kept.size, duplicates: events.length - fresh.length, dropped }
      })
    },

    /** Refuses a signed message that was seen before. Throws `event-replayed`. Sweeps nonces too old to matter. */
    async refuseReplay(bankId: string, nonce: string): Promise<void> {
      const rows = await sql.query(
        `insert into intake.nonce (bank_id, nonce, seen_at) values ($1, $2, $3)
         on conflict do nothing returning nonce`,
        [bankId, nonce, clock.now()],
      )
      if (rows.length === 0) throw new Fault('event-replayed')
      await sql.query(`delete from intake.nonce where seen_at < $1`, [clock.now() - NONCE_KEPT_MS])
    },
  }

  /** Remembers which payments these events end, and returns how those they are about had ended before. */
  async function noteEnds(tx: Tx, parts: readonly Part[]): Promise<Ends> {
    const about = parts.flatMap(({ one, linkId, events }) =>
      events.flatMap(({ event }) =>
        event.type === 'balance'
          ? []
          : [{ linkId, type: event.type, id: idsOf(one, linkId)(event.bankAccountId, originOf(event)) }],
      ),
    )
    const rows = await tx.query<{ transaction_id: string; status: 'released' | 'reversed' }>(
      `select transaction_id, status from intake.ended where link_id = any($1) and transaction_id = any($2)`,
      [[...new Set(about.map(({ linkId }) => linkId))], about.map(({ id }) => id)],
    )
    const ending = about.filter(({ type }) => type === 'released' || type === 'reversed')
    if (ending.length > 0) {
      await tx.query(
        `insert into intake.ended (link_id, transaction_id, status)
         select * from unnest($1::text[], $2::text[], $3::text[]) on conflict do nothing`,
        [ending.map(({ linkId }) => linkId), ending.map(({ id }) => id), ending.map(({ type }) => type)],
      )
    }
    return new Map(rows.map((row) => [row.transaction_id, row.status]))
  }

  /** Remembers each account's latest sequence number, and since when one is missing. */
  async function noteSequences(tx: Tx, parts: readonly Part[]): Promise<void> {
    const accounts = parts.flatMap(({ linkId, events }) =>
      [...Map.groupBy(events, ({ accountId }) => accountId)].map(([accountId, list]) => {
        const numbers = list.map(({ event }) => event.sequence)
        return { linkId, accountId, lowest: Math.min(...numbers), highest: Math.max(...numbers) }
      }),
    )
    await tx.query(
      `with seen as (
         select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) as seen (link_id, account_id, lowest, highest)
       ), gaps as (
         select seen.link_id, seen.account_id from seen join intake.account_sequence as known using (link_id, account_id)
         where seen.lowest > known.sequence + 1
       )
       insert into intake.account_sequence as known (link_id, account_id, sequence)
       select link_id, account_id, highest from seen
       on conflict (link_id, account_id) do update set
         sequence = greatest(known.sequence, excluded.sequence),
         gap_since = coalesce(known.gap_since, case when exists (
           select from gaps where gaps.link_id = known.link_id and gaps.account_id = known.account_id) then $5::bigint end)`,
      [
        accounts.map(({ linkId }) => linkId),
        accounts.map(({ accountId }) => accountId),
        accounts.map(({ lowest }) => lowest),
        accounts.map(({ highest }) => highest),
        clock.now(),
      ],
    )
  }

  /** Pages that are open may show the new reads: a hint that may be lost, and nothing that must be done. */
  async function tellPages(tx: Tx, parts: readonly Part[]): Promise<void> {
    const hints = new Set(
      parts.map(({ one }) => JSON.stringify({ personId: one.loan.personId, what: 'reads' })),
    )
    await tx.query(`select pg_notify('guichet_changed', hint) from unnest($1::text[]) as hint`, [[...hints]])
  }
}

/** What a batch holds for one link. */
type Part = { one: BatchLoan; linkId: string; events: readonly OwnedEvent[] }

const idsOf =
  ({ loan }: BatchLoan, linkId: string): IdOf =>
  (bankAccountId, id) =>
    loan.transactionId(linkId, bankAccountId, id)

export type OwnedEvent = { event: BankEvent; accountId: string }
