import { newId, type Random } from '#kit'
import type { Consents } from './consents.ts'
import type { BankStore } from './store.ts'

export const EVENT_TYPES = [
  'authorised',
  'adjusted',
  'posted',
  'reversed',
  'released',
  'declined',
  'suspected',
  'dispute-outcome',
  'balance',
  'account',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** A CloudEvents 1.0 event as it goes over the wire. */
export type CloudEvent = {
  specversion: '1.0'
  id: string
  source: string
  type: `org.guichet.card.${EventType}.v1`
  subject: string
  time: string
  sequence: string
  datacontenttype: 'application/json'
  data: Record<string, unknown>
}
export type QueuedEvent = { queueId: number; accountId: string; body: string }

export type EventQueue = ReturnType<typeof createEventQueue>

/**
 * What the bank has to tell Guichet, kept until Guichet says it has it. Only accounts under a live consent are told
 * about; each account's events are numbered from 1 and leave in that order.
 */
export function createEventQueue(needs: {
  store: BankStore
  consents: Consents
  issuer: string
  random: Random
  /** Called after an event is added; the commit that adds it may still be under way. */
  added(): void
}) {
  const { store, consents, issuer, random, added } = needs

  return {
    /** Adds an event in the caller's transaction; nothing when nobody may be told. */
    add(accountId: string, type: EventType, at: number, data: Record<string, unknown>): void {
      if (!consents.covers(accountId)) return
      const { sequence } = store.first<{ sequence: number }>(
        'update accounts set sequence = sequence + 1 where account_id = ? returning sequence',
        accountId,
      )!
      const event: CloudEvent = {
        specversion: '1.0',
        id: newId('evt', random),
        source: issuer,
        type: `org.guichet.card.${type}.v1`,
        subject: accountId,
        time: new Date(at).toISOString(),
        sequence: String(sequence),
        datacontenttype: 'application/json',
        data,
      }
      store.run(
        'insert into queue (event_id, account_id, type, at, body) values (?, ?, ?, ?, ?)',
        event.id,
        accountId,
        type,
        at,
        JSON.stringify(event),
      )
      added()
    },

    /** The oldest events that were not refused for good: at most `events` of them and `bytes` in all. */
    head(events: number, bytes: number): QueuedEvent[] {
      const rows = store.all<{ id: number; account_id: string; body: string }>(
        'select id, account_id, body from queue where refused_with is null order by id limit ?',
        events,
      )
      let size = 2
      const fitting = rows.filter(({ body }) => {
        size += Buffer.byteLength(body) + 1
        return size <= bytes
      })
      // One event beyond the limit still has to be tried, or it would hold up the others for ever.
      const taken = fitting.length > 0 ? fitting : rows.slice(0, 1)
      return taken.map(({ id, account_id, body }) => ({ queueId: id, accountId: account_id, body }))
    },
    remove(events: readonly QueuedEvent[]): void {
      store.atomically(() => {
        for (const { queueId } of events) store.run('delete from queue where id = ?', queueId)
      })
    },
    /** Guichet will never take it: set aside for somebody to look at, so that the others can go on. */
    setAside(event: QueuedEvent, code: string): void {
      store.run('update queue set refused_with = ? where id = ?', code, event.queueId)
    },
    clear: () => store.run('delete from queue'),
    waiting: (): number =>
      store.first<{ n: number }>('select count(*) as n from queue where refused_with is null')!.n,
    refused: () =>
      store.all<{ event_id: string; type: EventType; refused_with: string }>(
        'select event_id, type, refused_with from queue where refused_with is not null order by id',
      ),
  }
}
