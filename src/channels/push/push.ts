import type { VapidKeys } from 'web-push'
import { areSameBytes, type Clock, Fault, keyedHash, newId, Private, type Random, type Sql } from '#kit'
import type { Vault } from '#vault'
import { reveal } from '../../kit/reveal.ts'
import type { Sent, WrittenNotice } from '../messengers/door.ts'
import type { OtherRung } from '../messengers/outbox.ts'
import { findLeak, refuseLeak } from '../messengers/scanner.ts'
import { areUsable, type Pushed, type PushPayload, pushTo, type Subscription } from './send.ts'
import { isOfService } from './services.ts'

const DEVICES_MAX = 10

export type Push = ReturnType<typeof createPush>

/** The first rung of a warning: the browsers on which its person asked to be warned. */
export function createPush(needs: {
  fetch: typeof fetch
  /** Origins of push services; a browser of any other is not written to. */
  services: readonly string[]
  vapid: VapidKeys
  publicUrl: URL
  /** Banks by name: none may be named to a third party, though it could not read it. */
  names: ReadonlySet<string>
  sql: Sql
  vault: Vault
  /** 32 bytes of this installation: addresses are looked up, and receipts made, by keyed hashes. */
  key: Buffer
  clock: Clock
  random: Random
}) {
  const { sql, vault, clock, random, services } = needs
  const hash = keyedHash(needs.key)
  const indexOf = (endpoint: string) => hash(JSON.stringify(['push', endpoint]))
  /** Whoever has it may say where a browser is written to from now on: its worker, which has no session any more by then. */
  const renewalOf = (endpoint: string) =>
    hash(JSON.stringify(['push-renewal', endpoint])).toString('base64url')
  const contextOf = (id: string) => `push|${id}`
  // A push service may want to reach who sends; an address on this machine would be refused.
  const contact =
    needs.publicUrl.protocol === 'https:' ? needs.publicUrl.origin : 'mailto:operator@guichet.invalid'

  async function devicesOf(personId: string): Promise<{ id: string; subscription: Subscription }[]> {
    const rows = await sql.query<{ id: string; sealed: Buffer }>(
      `select id, sealed from channels.push_subscription where person_id = $1 order by made_at`,
      [personId],
    )
    return await Promise.all(
      rows.map(async ({ id, sealed }) => ({
        id,
        subscription: JSON.parse(
          reveal(await vault.unsealWords(personId, contextOf(id), sealed)),
        ) as Subscription,
      })),
    )
  }

  const forget = (personId: string, ids: readonly string[]) =>
    sql.query(`delete from channels.push_subscription where person_id = $1 and id = any($2)`, [personId, ids])

  async function send(personId: string, notice: WrittenNotice, idempotencyKey: string): Promise<Sent> {
    // The same at every try: a browser that shows the first says so however the try was noted here.
    const receipt = hash(JSON.stringify(['push-receipt', idempotencyKey])).toString('base64url')
    const { text, link, locale } = notice
    const payload: PushPayload = { text, href: link?.href ?? null, lang: locale, receipt }
    refuseLeak(findLeak(JSON.stringify(payload), { ...needs, addressFields: [] }))
    const devices = await devicesOf(personId)
    const pushed = await Promise.all(
      devices.map(({ subscription }) => pushTo(subscription, payload, { ...needs, contact })),
    )
    const gone = devices.filter((_, place) => pushed[place]!.kind === 'gone')
    if (gone.length > 0)
      await forget(
        personId,
        gone.map(({ id }) => id),
      )
    return outcomeOf(pushed, receipt)
  }

  async function keep(personId: string, subscription: Subscription, before: string | null): Promise<string> {
    const { endpoint } = subscription
    if (!isOfService(endpoint, services)) throw new Fault('push-refused')
    if (!areUsable(subscription)) throw new Fault('request-malformed')
    const id = newId('dev', random)
    const sealed = await vault.sealWords(personId, contextOf(id), new Private(JSON.stringify(subscription)))
    await sql.transaction(async (tx) => {
      await tx.query(`delete from channels.push_subscription where endpoint_index = any($1)`, [
        [endpoint, ...(before === null ? [] : [before])].map(indexOf),
      ])
      // A browser that was thrown away says nothing: the oldest makes room, so that the one in hand is never refused.
      await tx.query(
        `delete from channels.push_subscription where person_id = $1 and id in (
           select id from channels.push_subscription where person_id = $1 order by made_at desc, id desc offset $2)`,
        [personId, DEVICES_MAX - 1],
      )
      await tx.query(
        `insert into channels.push_subscription (person_id, id, endpoint_index, sealed, made_at) values ($1, $2, $3, $4, $5)`,
        [personId, id, indexOf(endpoint), sealed, clock.now()],
      )
    })
    return renewalOf(endpoint)
  }

  const rung: OtherRung = {
    door: 'push',
    async reach(personId) {
      const [device] = await sql.query(
        `select 1 from channels.push_subscription where person_id = $1 limit 1`,
        [personId],
      )
      return device ? (notice, idempotencyKey) => send(personId, notice, idempotencyKey) : null
    },
  }

  return {
    rung,
    /** What a browser subscribes with: only who holds its other half may write to it. */
    publicKey: needs.vapid.publicKey,

    /**
     * Keeps a browser as this person's; whoever had it before has it no more. Gives what a change of its address is proved by.
     * Throws `push-refused` and `request-malformed`.
     */
    subscribe: (personId: string, subscription: Subscription) => keep(personId, subscription, null),

    /** The same browser has another address now. Throws `not-found` where it is not proved to be the same, and as above. */
    async move(from: string, renewal: string, to: Subscription): Promise<string> {
      const given = Buffer.from(renewal)
      const right = Buffer.from(renewalOf(from))
      if (!areSameBytes(given, right)) throw new Fault('not-found')
      const [row] = await sql.query<{ personId: string }>(
        `select person_id as "personId" from channels.push_subscription where endpoint_index = $1`,
        [indexOf(from)],
      )
      if (!row) throw new Fault('not-found')
      return await keep(row.personId, to, from)
    },

    /** Whether this browser is one of theirs. */
    async isOn(personId: string, endpoint: string): Promise<boolean> {
      const found = await sql.query(
        `select 1 from channels.push_subscription where person_id = $1 and endpoint_index = $2`,
        [personId, indexOf(endpoint)],
      )
      return found.length > 0
    },

    /** Their browsers, the latest first: what each of them is, nobody here knows. */
    async list(personId: string): Promise<{ id: string; since: number }[]> {
      return await sql.query(
        `select id, made_at as since from channels.push_subscription where person_id = $1 order by made_at desc, id`,
        [personId],
      )
    },

    /** Turns one off that they do not have in hand. */
    remove: (personId: string, id: string) => forget(personId, [id]),

    async unsubscribe(personId: string, endpoint: string): Promise<void> {
      await sql.query(`delete from channels.push_subscription where person_id = $1 and endpoint_index = $2`, [
        personId,
        indexOf(endpoint),
      ])
    },
  }
}

/** What came of all of a person's browsers together: one that has it is enough. */
function outcomeOf(pushed: readonly Pushed[], receipt: string): Sent {
  if (pushed.some(({ kind }) => kind === 'accepted')) return { ok: true, messageId: receipt }
  const later = pushed.find((one) => one.kind === 'retry')
  if (later) {
    const { code, retryAfterMs } = later
    return { ok: false, why: 'retry', code, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  }
  const refused = pushed.find((one) => one.kind === 'refused')
  // Too large, or a signature that is not taken: nothing that another try would mend.
  if (refused) return { ok: false, why: 'tell-operator', code: refused.code }
  return { ok: false, why: 'gone', code: 'gone' }
}
