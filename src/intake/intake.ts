import { createHmac } from 'node:crypto'
import { type Clock, Fault, MINUTE, type Private, type Sql, type Tx } from '#kit'
import type { People } from '#people'
import type { BatchLoan, Transaction, Vault } from '#vault'
import type { BankEvent } from './bank-event.ts'
import { applyEvents, type IdOf, originOf, type PaymentEvent } from './life-of-a-payment.ts'
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

  async function keepFor(one: BatchLoan, linkId: string, events: readonly OwnedEvent[]): Promise<void> {
    const { loan } = one
    const oldest = Math.min(...events.map(({ event }) => event.at))
    const before = await loan.transactions({
      from: oldest - LOOK_BACK_DAYS * 24 * 60 * MINUTE,
      to: Number.MAX_SAFE_INTEGER,
    })
    const versionBefore = loan.version
    const idOf: IdOf = (bankAccountId, id) => loan.transactionId(linkId, bankAccountId, id)
    const ends = await noteEnds(loan.tx, linkId, events, idOf)
    const changes = before.map((known) => applyEvents(known, events, ends, idOf))
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
    await loan.announce('figures-recorded', { personId: loan.personId, linkId })
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
            for (const [linkId, one] of loans) {
              const mine = byLink.get(linkId)!.sort((a, b) => a.event.sequence - b.event.sequence)
              await keepFor(one, linkId, mine)
              for (const { event } of mine) kept.add(event.id)
              await noteSequences(tx, linkId, mine)
            }
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
  async function noteEnds(tx: Tx, linkId: string, events: readonly OwnedEvent[], idOf: IdOf) {
    const payments = events
      .map(({ event }) => event)
      .filter((event): event is PaymentEvent => event.type !== 'balance')
    const about = payments.map((event) => ({ event, id: idOf(event.bankAccountId, originOf(event)) }))
    const rows = await tx.query<{ transaction_id: string; status: 'released' | 'reversed' }>(
      `select transaction_id, status from intake.ended where link_id = $1 and transaction_id = any($2)`,
      [linkId, about.map(({ id }) => id)],
    )
    const ending = about.filter(({ event }) => event.type === 'released' || event.type === 'reversed')
    if (ending.length > 0) {
      await tx.query(
        `insert into intake.ended (link_id, transaction_id, status)
         select $1, * from unnest($2::text[], $3::text[]) on conflict do nothing`,
        [linkId, ending.map(({ id }) => id), ending.map(({ event }) => event.type)],
      )
    }
    return new Map(rows.map((row) => [row.transaction_id, row.status]))
  }

  /** Remembers each account's latest sequence number, and since when one is missing. */
  async function noteSequences(tx: Tx, linkId: string, events: readonly OwnedEvent[]): Promise<void> {
    const byAccount = Map.groupBy(events, ({ accountId }) => accountId)
    for (const [accountId, list] of byAccount) {
      const numbers = list.map(({ event }) => event.sequence)
      const lowest = Math.min(...numbers)
      const highest = Math.max(...numbers)
      await tx.query(
        `insert into intake.account_sequence as known (link_id, account_id, sequence) values ($1, $2, $4)
         on conflict (link_id, account_id) do update set
           sequence = greatest(known.sequence, $4),
           gap_since = case when $3 > known.sequence + 1 then coalesce(known.gap_since, $5) else known.gap_since end`,
        [linkId, accountId, lowest, highest, clock.now()],
      )
    }
  }
}

export type OwnedEvent = { event: BankEvent; accountId: string }
