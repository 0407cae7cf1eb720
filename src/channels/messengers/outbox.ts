import { NOTICES, type NoticeKey, type Wording } from '#conversation'
import {
  backoffMs,
  type Clock,
  DAY,
  HOUR,
  MINUTE,
  newId,
  type Queryable,
  type Random,
  SECOND,
  type Sql,
} from '#kit'
import type { People } from '#people'
import type { Address, Addresses } from './addresses.ts'
import type { FailureWhy, MessengerId, Sent, WrittenNotice } from './door.ts'
import type { TokensOut } from './tokens-out.ts'
import { buttonsOf, isTelling, spellButtons, writeNotice } from './written.ts'

/** How long something may be said late. What is older is stale: the messenger then says only that a message waits. */
const LASTS_MS = { alert: 6 * HOUR, answer: HOUR, news: 2 * DAY } as const
/** That something waits is true for longer, and may have to wait itself for a messenger, or until its person writes again. */
const MISSED_LASTS_MS = 30 * DAY
/** How the cause of a sentence begins that stands for what could not be said in time. */
const MISSED = 'missed|'
/** Whoever sends takes an item for so long; after a crash it is somebody else's then. */
const LEASE_MS = 2 * MINUTE
/** An alert that no rung says it delivered by then goes on to the next. */
const RECEIPT_MS = 90 * SECOND
/** What the last rung only accepted may still be seen by then. A mail is never more than accepted: its link is opened, or not. */
const LAST_RUNG_MS = 10 * MINUTE
const BACKOFF = { firstMs: 2 * SECOND, maxMs: 10 * MINUTE }
/** An alert does not wait for a messenger that is down: it climbs after so many tries, and where there is no room for so long. */
const ALERT_TRIES_MAX = 3
const ALERT_WAIT_MS = 10 * SECOND
/** Between two of these at one chat: a messenger is not a place for reminders. */
const NEWS_APART_MS = 12 * HOUR
const ITEMS_PER_ROUND = 20
/** So many are sent at one door at a time, and in all: a messenger that hangs holds up nobody who is written to elsewhere. */
const LANE_MAX = 16
const UNDER_WAY_MAX = 6 * LANE_MAX
const LANE_FULL_MS = 250
/** Kept for so long to know what was said before. */
const KEPT_DAYS = 30

export type Urgency = keyof typeof LASTS_MS

/** Something to say at a messenger, once for each `cause`. */
export type ToSay = {
  personId: string
  cause: string
  notice: NoticeKey
  urgency: Urgency
  messageIds: readonly string[]
  caseId?: string | null
  /** Only there, where it was asked; otherwise wherever the person is, in their order. */
  addressId?: string | null
  /** For how long it may be said, where that is not its urgency's. */
  lastsMs?: number
}

type Item = Required<Omit<ToSay, 'messageIds' | 'lastsMs'>> & {
  id: string
  messageIds: string[]
  endsAt: number
  state: 'waiting' | 'sent'
}
type Delivery = {
  door: string
  addressId: string
  /** `closed`: there it waits until its person writes again. */
  state: 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'closed'
  changedAt: number
}

/** One step of the ladder. `send` is handed what may be said there, and nothing else. */
type Rung = {
  door: string
  addressId: string
  address: Address | null
  /** How long there is no room there; null when there is. */
  waitMs(): number | null
  send(notice: WrittenNotice, idempotencyKey: string, urgency: Urgency): Promise<Sent>
  /** Says what `read` gives where nobody else reads it; null where that is not so. Only the door of such a messenger has it. */
  show?: (
    read: () => Promise<string | null>,
    idempotencyKey: string,
    urgency: Urgency,
  ) => Promise<Sent | null>
}

/** What is not a messenger and still reaches somebody: web push, e-mail. Null where the person has none. */
export type OtherRung = {
  door: 'push' | 'mail'
  reach(
    personId: string,
  ): Promise<((notice: WrittenNotice, idempotencyKey: string, urgency: Urgency) => Promise<Sent>) | null>
}

type OnError = (error: unknown) => void

/** What stands for an alert or an answer that was missed. */
const isMissed = ({ cause }: Pick<Item, 'cause'>): boolean => cause.startsWith(MISSED)
/** To a messenger it is no news: what it stands for was the person's own account, or their own question. */
const urgencyAt = (item: Item): Urgency => (isMissed(item) ? 'answer' : item.urgency)

const failureOf = (why: FailureWhy | undefined) => (why === 'until-heard' ? 'closed' : 'failed')

export type Outbox = ReturnType<typeof createOutbox>

/** Writes down what is to be said at a messenger, in the transaction of the message itself. */
export async function putInOutbox(
  tx: Queryable,
  say: ToSay,
  { now, random }: { now: number; random: Random },
): Promise<void> {
  await tx.query(
    `insert into channels.outbox
       (person_id, id, cause, notice, urgency, message_ids, case_id, address_id, made_at, ends_at, next_at)
     select $1, $2, $3, $4, $5::text, $6::text[], $7, $8, $9::bigint, $10::bigint, $9::bigint
     where $5::text = 'alert' or exists (select 1 from channels.address where person_id = $1)
     on conflict (person_id, cause) do nothing`,
    [
      say.personId,
      newId('out', random),
      say.cause,
      say.notice,
      say.urgency,
      say.messageIds,
      say.caseId ?? null,
      say.addressId ?? null,
      now,
      now + (say.lastsMs ?? LASTS_MS[say.urgency]),
    ],
  )
}

/** A question that was answered, wherever it was: nobody is asked it again. */
export async function stopAsking(tx: Queryable, personId: string, caseId: string): Promise<void> {
  await tx.query(
    `update channels.outbox set state = 'stopped'
     where person_id = $1 and case_id = $2 and state in ('waiting', 'sent')`,
    [personId, caseId],
  )
}

/**
 * Sends what is written down, at least once: each try is noted before it is made and again after, and goes out under the
 * same key. An alert climbs from rung to rung until one says that it was delivered; everything else is said once.
 */
export function createOutbox(needs: {
  sql: Sql
  people: People
  addresses: Addresses
  tokens: TokensOut
  /** Sends at a chat, within the messenger's limits. Null for a messenger that is not set up here. */
  sendAt(address: Address): Pick<Rung, 'send' | 'waitMs' | 'show'> | null
  /** Before the messengers, and after them. */
  before: readonly OtherRung[]
  after: readonly OtherRung[]
  /** What some messages of a person's say, as text, and whether that is all of them; null when nothing of them can be read. */
  read(personId: string, messageIds: readonly string[]): Promise<{ text: string; isWhole: boolean } | null>
  /** Whether the person asked for silence: then only alerts and what they ask for is said. */
  isQuiet(personId: string): Promise<boolean>
  /** Whether the consent under which an alert asks is live: whoever withdrew it is asked no more. */
  mayAsk(item: { personId: string; messageIds: readonly string[] }): Promise<boolean>
  /** No rung delivered an alert: somebody must call them. */
  callThem(item: { personId: string; caseId: string; messageIds: readonly string[] }): Promise<void>
  /** Only a human can mend it: the messenger and its code. */
  tellOperator(door: string, code: string): void
  hashOf(text: string): Buffer
  clock: Clock
  random: Random
}) {
  const { sql, people, addresses, tokens, clock, random } = needs
  const hashOfMessage = (messenger: string, messageId: string) =>
    needs.hashOf(JSON.stringify(['message', messenger, messageId]))
  const underWay = new Set<Promise<void>>()
  const lanes = new Map<string, number>()

  /** Counts what is under way at a door. It begins before anything is awaited, so that no more get in than there is room for. */
  async function inLane<T>(door: string, work: () => Promise<T>): Promise<T> {
    lanes.set(door, (lanes.get(door) ?? 0) + 1)
    try {
      return await work()
    } finally {
      lanes.set(door, lanes.get(door)! - 1)
    }
  }

  async function chatsOf(item: Item): Promise<Rung[]> {
    return (await addresses.ofPerson(item.personId))
      .filter(({ id, state }) => state === 'live' && (item.addressId === null || item.addressId === id))
      .flatMap((address): Rung[] => {
        const at = needs.sendAt(address)
        return at ? [{ door: address.messenger, addressId: address.id, address, ...at }] : []
      })
  }

  /** The steps that there are for an item. Of an alert's ladder, not `isWhole` when some could not be looked up just now. */
  async function rungsFor(item: Item, onError: OnError): Promise<{ rungs: Rung[]; isWhole: boolean }> {
    if (item.urgency !== 'alert') return { rungs: await chatsOf(item), isWhole: true }
    let isWhole = true
    const found = async (look: () => Promise<Rung[]>): Promise<Rung[]> => {
      try {
        return await look()
      } catch (error) {
        onError(error)
        isWhole = false
        return []
      }
    }
    const others = async (rungs: readonly OtherRung[]) => {
      const reached: Rung[] = []
      for (const { door, reach } of rungs)
        reached.push(
          ...(await found(async () => {
            const send = await reach(item.personId)
            return send ? [{ door, addressId: '', address: null, waitMs: () => null, send }] : []
          })),
        )
      return reached
    }
    const rungs = [
      ...(await others(needs.before)),
      ...(await found(() => chatsOf(item))),
      ...(await others(needs.after)),
    ]
    return { rungs, isWhole }
  }

  const deliveriesOf = (item: Item) =>
    sql.query<Delivery>(
      `select door, address_id as "addressId", state, changed_at as "changedAt"
       from channels.delivery where person_id = $1 and outbox_id = $2`,
      [item.personId, item.id],
    )

  /** Puts an item back until an instant, unless it was stopped or delivered meanwhile. */
  const wait = (item: Item, until: number, state: 'waiting' | 'sent') =>
    sql.query(
      `update channels.outbox set next_at = $3, state = $4
       where person_id = $1 and id = $2 and state in ('waiting', 'sent')`,
      [item.personId, item.id, Math.round(until), state],
    )
  const end = (item: Item, state: 'delivered' | 'over' | 'stopped') =>
    sql.query(
      `update channels.outbox set state = $3 where person_id = $1 and id = $2 and state in ('waiting', 'sent')`,
      [item.personId, item.id, state],
    )

  /**
   * Whether other news was said there lately, or is being said: of what becomes due together only one is. The lock is held until
   * the try is noted.
   */
  async function saidLately(tx: Queryable, item: Item, rung: Rung): Promise<boolean> {
    const { personId, id } = item
    await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      `news/${personId}/${rung.addressId}`,
    ])
    const found = await tx.query(
      `select 1 from channels.delivery
       join channels.outbox on outbox.person_id = delivery.person_id and outbox.id = outbox_id
       where delivery.person_id = $1 and delivery.address_id = $2 and urgency = 'news' and outbox_id <> $3
         and ((delivery.state in ('sent', 'delivered', 'read') and changed_at > $4)
           or (delivery.state = 'sending' and outbox.state = 'waiting')) limit 1`,
      [personId, rung.addressId, id, clock.now() - NEWS_APART_MS],
    )
    return found.length > 0
  }

  /** Whether it is still to be said: nobody stopped it meanwhile, and the person may still be asked. */
  async function isWanted(item: Item): Promise<boolean> {
    const [row] = await sql.query(
      `select 1 from channels.outbox where person_id = $1 and id = $2 and state in ('waiting', 'sent')`,
      [item.personId, item.id],
    )
    if (!row) return false
    if (item.urgency !== 'alert' || (await needs.mayAsk(item))) return true
    await end(item, 'stopped')
    return false
  }

  /** Has an item wait for room at a rung. False when an alert has waited there for long enough: it climbs. */
  async function waitForRoom(
    item: Item,
    rung: Rung,
    waitMs: number,
    before: Delivery | undefined,
  ): Promise<boolean> {
    const now = clock.now()
    if (item.urgency !== 'alert') {
      await wait(item, now + waitMs, item.state)
      return true
    }
    await sql.query(
      `insert into channels.delivery (person_id, outbox_id, door, address_id, state, changed_at)
       values ($1, $2, $3, $4, 'sending', $5) on conflict do nothing`,
      [item.personId, item.id, rung.door, rung.addressId, now],
    )
    const climbsAt = (before?.changedAt ?? now) + ALERT_WAIT_MS
    if (now < climbsAt) {
      await wait(item, Math.min(now + waitMs, climbsAt), item.state)
      return true
    }
    await noteOutcome(item, rung, { ok: false, why: 'retry', code: 'no-room' }, true)
    return false
  }

  /** Notes a try, and gives how many there were; null for news where there was other news. */
  async function noteTry(item: Item, rung: Rung): Promise<number | null> {
    const note = async (tx: Queryable) => {
      const [row] = await tx.query<{ attempts: number }>(
        `insert into channels.delivery (person_id, outbox_id, door, address_id, attempts, state, changed_at)
         values ($1, $2, $3, $4, 1, 'sending', $5)
         on conflict (person_id, outbox_id, door, address_id)
         do update set attempts = delivery.attempts + 1, state = 'sending', changed_at = excluded.changed_at
         returning attempts`,
        [item.personId, item.id, rung.door, rung.addressId, clock.now()],
      )
      return row!.attempts
    }
    if (item.urgency !== 'news') return await note(sql)
    return await sql.transaction(async (tx) => ((await saidLately(tx, item, rung)) ? null : await note(tx)))
  }

  /**
   * Notes how a try ended, and gives what is known of it then. What was sent keeps the instant of its try: a messenger's watermark
   * for it may lie before the answer to us, and may have come before it.
   */
  async function noteOutcome(
    item: Item,
    rung: Rung,
    outcome: Sent,
    isOver: boolean,
  ): Promise<Delivery['state'] | null> {
    const [row] = await sql.query<Pick<Delivery, 'state'>>(
      `update channels.delivery set message_hash = $6, code = $7,
         state = case when $5::text = 'sent' and watermark >= changed_at then 'delivered' else $5::text end
       where person_id = $1 and outbox_id = $2 and door = $3 and address_id = $4 and state = 'sending'
       returning state`,
      [
        item.personId,
        item.id,
        rung.door,
        rung.addressId,
        outcome.ok ? 'sent' : isOver ? failureOf(outcome.why) : 'sending',
        outcome.ok ? hashOfMessage(rung.door, outcome.messageId) : null,
        outcome.ok ? null : outcome.code.slice(0, 40),
      ],
    )
    return row?.state ?? null
  }

  async function offer({ personId, notice, messageIds }: Item, rung: Rung, wording: Wording) {
    // Mail and a push have nowhere to tap.
    const offered = rung.address === null ? [] : buttonsOf(notice, wording)
    return await Promise.all(
      offered.map(async (does) => ({
        does,
        token: await tokens.button(personId, rung.addressId, messageIds, does),
      })),
    )
  }

  async function write(item: Item, rung: Rung, wording: Wording): Promise<WrittenNotice | null> {
    const person = await people.find(sql, item.personId)
    if (!person || person.erasedAt !== null) return null
    const { messageIds, personId } = item
    const buttons = await offer(item, rung, wording)
    return writeNotice(item.notice, {
      locale: person.locale,
      wording,
      mayShow: rung.show !== undefined,
      href: messageIds.length > 0 ? await tokens.link(personId, messageIds) : null,
      buttons,
    })
  }

  /** The messages themselves, and a link to our page where there is more to see or to do. */
  async function readOut(item: Item, rung: Rung): Promise<string | null> {
    const { personId, messageIds } = item
    const found = await needs.read(personId, messageIds)
    const person = found && (await people.find(sql, personId))
    if (!person) return null
    const offered = (await offer(item, rung, 'plain')).map(({ does }) => ({
      label: NOTICES[does][person.locale],
    }))
    const lines = [
      found.text,
      ...(found.isWhole ? [] : [await tokens.link(personId, messageIds)]),
      ...spellButtons(offered, person.locale),
    ]
    return lines.join('\n')
  }

  /** Says it at one rung, as openly as it may be said there. Null when there is nobody left to say it to. */
  async function say(item: Item, rung: Rung, wording: Wording): Promise<Sent | null> {
    const key = needs.hashOf(JSON.stringify(['sending', item.id, rung.door, rung.addressId])).toString('hex')
    if (item.messageIds.length > 0 && wording === 'plain' && rung.show) {
      const shown = await rung.show(() => readOut(item, rung), key, urgencyAt(item))
      if (shown) return shown
    }
    const notice = await write(item, rung, wording)
    return notice && (await rung.send(notice, key, urgencyAt(item)))
  }

  /** One try at one rung. True when the ladder stops here for now. */
  async function attempt(item: Item, rung: Rung, wording: Wording, onError: OnError): Promise<boolean> {
    const attempts = await noteTry(item, rung)
    if (attempts === null) {
      await end(item, 'over')
      return true
    }
    // A rung that throws is one that failed: it must not hold up those above it.
    const outcome = await say(item, rung, wording).catch((error: unknown): Sent => {
      onError(error)
      return { ok: false, why: 'retry', code: 'fault' }
    })
    if (!outcome) {
      await end(item, 'over')
      return true
    }
    const triesAgain =
      !outcome.ok &&
      outcome.why === 'retry' &&
      (item.urgency !== 'alert' ||
        (attempts < ALERT_TRIES_MAX && (outcome.retryAfterMs ?? 0) <= ALERT_WAIT_MS))
    const became = await noteOutcome(item, rung, outcome, !triesAgain)
    const now = clock.now()
    if (became === 'delivered') {
      await end(item, 'delivered')
      return true
    }
    if (outcome.ok) {
      await wait(item, item.urgency === 'alert' ? now + RECEIPT_MS : item.endsAt, 'sent')
      return true
    }
    if (triesAgain) {
      const most = backoffMs(attempts, BACKOFF)
      // Jitter on top of what the messenger asked for: those who failed together do not come back together.
      const later = now + (outcome.retryAfterMs ?? 0) + most * (0.5 + random(1)[0]! / 512)
      await wait(item, Math.min(later, item.endsAt), item.state)
      return true
    }
    if (outcome.why === 'gone' && rung.address) await addresses.setState(rung.address, 'blocked')
    if (outcome.why === 'tell-operator') needs.tellOperator(rung.door, outcome.code)
    return false
  }

  /**
   * What went stale is not said late: one sentence tells that something waits, however much there is, and in a chat that is closed
   * it does once the person writes there. Of an alert nothing said that it was delivered, or its end would have been another:
   * somebody must call.
   */
  async function expire(item: Item, deliveries: readonly Delivery[]): Promise<void> {
    const { caseId } = item
    if (item.urgency === 'alert' && !(await isWanted(item))) return
    if (caseId !== null) await needs.callThem({ ...item, caseId })
    await end(item, 'over')
    const wasSaid = deliveries.some(({ state }) => ['sent', 'delivered', 'read'].includes(state))
    if (wasSaid || item.urgency === 'news' || !isTelling(item.notice)) return
    const say: ToSay = {
      personId: item.personId,
      cause: `${MISSED}${item.addressId ?? ''}|${Math.floor(clock.now() / DAY)}`,
      notice: 'message-waiting',
      urgency: 'news',
      lastsMs: MISSED_LASTS_MS,
      messageIds: item.messageIds,
      addressId: item.addressId,
    }
    await putInOutbox(sql, say, { now: clock.now(), random })
  }

  /** Their person wrote there: what was closed is tried there as if for the first time. */
  async function reopen({ personId, id }: Pick<Address, 'personId' | 'id'>): Promise<void> {
    await sql.query(
      `with reopened as (
         delete from channels.delivery where person_id = $1 and address_id = $2 and state = 'closed'
         returning outbox_id)
       update channels.outbox set next_at = $3
       where person_id = $1 and id in (select outbox_id from reopened)
         and (state = 'waiting' or (state = 'sent' and urgency = 'alert'))`,
      [personId, id, clock.now()],
    )
  }

  async function waitUntilHeard(
    item: Item,
    rungs: readonly Rung[],
    closed: readonly Delivery[],
  ): Promise<void> {
    await wait(item, item.endsAt, 'waiting')
    // They may have written while they were found silent.
    for (const { address } of await chatsOf(item)) {
      const before = rungs.find(({ addressId }) => addressId === address?.id)?.address
      if (address && before && closed.some(({ addressId }) => addressId === address.id))
        if (address.heardAt !== before.heardAt) await reopen(address)
    }
  }

  async function work(item: Item, onError: OnError): Promise<void> {
    const now = clock.now()
    const deliveries = await deliveriesOf(item)
    if (deliveries.some(({ state }) => state === 'delivered' || state === 'read')) {
      await end(item, 'delivered')
      return
    }
    if (now >= item.endsAt) return await expire(item, deliveries)
    if (item.urgency === 'news' && (await needs.isQuiet(item.personId))) {
      await end(item, 'over')
      return
    }
    const wording = await addresses.wordingOf(item.personId)
    const { rungs, isWhole } = await rungsFor(item, onError)
    for (const rung of rungs) {
      const before = deliveries.find(
        ({ door, addressId }) => door === rung.door && addressId === rung.addressId,
      )
      if (before?.state === 'failed' || before?.state === 'closed') continue
      if (before?.state === 'sent') {
        if (item.urgency !== 'alert') return
        if (now < before.changedAt + RECEIPT_MS) {
          await wait(item, before.changedAt + RECEIPT_MS, 'sent')
          return
        }
        continue
      }
      if (!(await isWanted(item))) return
      const waitMs = (lanes.get(rung.door) ?? 0) >= LANE_MAX ? LANE_FULL_MS : rung.waitMs()
      if (waitMs !== null) {
        if (await waitForRoom(item, rung, waitMs, before)) return
        continue
      }
      if (await inLane(rung.door, () => attempt(item, rung, wording, onError))) return
    }
    if (!(await isWanted(item))) return
    if (!isWhole) {
      await wait(item, clock.now() + ALERT_WAIT_MS, item.state)
      return
    }
    const all = await deliveriesOf(item)
    const closed = all.filter(({ state }) => state === 'closed')
    // An alert goes on, and news is said where it may be or not at all.
    if (closed.length > 0 && urgencyAt(item) === 'answer') return await waitUntilHeard(item, rungs, closed)
    // Nothing says that it was delivered, and there is no further rung. What is on its way is given time to be opened; then
    // the bank's people are told to call. Where there was no rung at all, the question itself asks for a call.
    const accepted = all.filter(({ state }) => state === 'sent').map(({ changedAt }) => changedAt)
    const seenBy = Math.max(...accepted) + LAST_RUNG_MS
    if (accepted.length > 0 && clock.now() < seenBy) {
      await wait(item, seenBy, 'sent')
      return
    }
    const { caseId } = item
    if (caseId !== null && all.length > 0) await needs.callThem({ ...item, caseId })
    await end(item, 'over')
  }

  return {
    put: (tx: Queryable, say: ToSay) => putInOutbox(tx, say, { now: clock.now(), random }),
    reopen,

    /**
     * Begins to send what is due, alerts first, and does not wait until it is sent; true when there may be more. What fails here
     * is tried again after its lease.
     */
    async round(onError: OnError): Promise<boolean> {
      const most = Math.min(ITEMS_PER_ROUND, UNDER_WAY_MAX - underWay.size)
      if (most <= 0) return false
      const items = await sql.query<Item>(
        `update channels.outbox set next_at = $2
         where (person_id, id) in (
           select person_id, id from channels.outbox where state in ('waiting', 'sent') and next_at <= $1
           order by urgency = 'alert' desc, next_at limit $3 for update skip locked)
         returning person_id as "personId", id, cause, notice, urgency, message_ids as "messageIds",
           case_id as "caseId", address_id as "addressId", ends_at as "endsAt", state`,
        [clock.now(), clock.now() + LEASE_MS, most],
      )
      for (const item of items) {
        const sending = work(item, onError)
          .catch(onError)
          .finally(() => underWay.delete(sending))
        underWay.add(sending)
      }
      return items.length === ITEMS_PER_ROUND
    },

    /** Waits until all that was begun is sent, or put back. */
    async settled(): Promise<void> {
      await Promise.all(underWay)
    },

    /**
     * What a messenger says became of a message; `why` it failed, where the messenger's door knows. False when it is not known
     * yet, which may only be a matter of a moment.
     */
    async receipt(
      messenger: MessengerId | 'push',
      messageId: string,
      became: {
        state: 'delivered' | 'read' | 'failed'
        code: string | null
        why?: FailureWhy
      },
    ): Promise<boolean> {
      const { state, code, why } = became
      // Statuses come out of order: what was read is never merely delivered again, and never failed.
      const rows = await sql.query<{ personId: string; outboxId: string; addressId: string | null }>(
        `update channels.delivery set
           state = case when state = 'read' or (state = 'delivered' and $2::text in ('failed', 'closed')) then state
             else $2::text end,
           code = coalesce($3, code), changed_at = $4
         where message_hash = $1
         returning person_id as "personId", outbox_id as "outboxId", address_id as "addressId"`,
        [hashOfMessage(messenger, messageId), state === 'failed' ? failureOf(why) : state, code, clock.now()],
      )
      for (const row of rows) {
        if (why === 'gone' && row.addressId !== null)
          await addresses.setState({ personId: row.personId, id: row.addressId }, 'blocked')
        await sql.query(
          `update channels.outbox set state = case when $3::boolean then 'delivered' else state end, next_at = $4
           where person_id = $1 and id = $2 and state in ('waiting', 'sent')`,
          [row.personId, row.outboxId, state !== 'failed', clock.now()],
        )
      }
      if (rows.length > 0) return true
      const ours = await sql.query(`select 1 from channels.said_to_nobody where message_hash = $1`, [
        hashOfMessage(messenger, messageId),
      ])
      return ours.length > 0
    },

    /** Notes a message at a chat that is nobody's: what is told of it asks nothing of us. */
    async saidToNobody(messenger: MessengerId, messageId: string): Promise<void> {
      await sql.query(
        `insert into channels.said_to_nobody (message_hash, said_at) values ($1, $2)
         on conflict (message_hash) do update set said_at = excluded.said_at`,
        [hashOfMessage(messenger, messageId), clock.now()],
      )
    },

    /** Everything said at a chat up to an instant was delivered. Of what is still being sent it is kept until that is known. */
    async watermark(address: Address, until: number): Promise<void> {
      const rows = await sql.query<{ outboxId: string; state: Delivery['state'] }>(
        `update channels.delivery set watermark = greatest(watermark, $3),
           state = case when state = 'sent' then 'delivered' else state end,
           changed_at = case when state = 'sent' then $4 else changed_at end
         where person_id = $1 and address_id = $2 and state in ('sending', 'sent') and changed_at <= $3
         returning outbox_id as "outboxId", state`,
        [address.personId, address.id, until, clock.now()],
      )
      const delivered = rows.filter(({ state }) => state === 'delivered')
      await sql.query(
        `update channels.outbox set state = 'delivered'
         where person_id = $1 and id = any($2) and state in ('waiting', 'sent')`,
        [address.personId, delivered.map(({ outboxId }) => outboxId)],
      )
    },

    /** Its person opened the link to these messages: wherever it was read, it was delivered. */
    async opened(personId: string, messageIds: readonly string[]): Promise<void> {
      await sql.query(
        `update channels.outbox set state = 'delivered'
         where person_id = $1 and message_ids && $2::text[] and state in ('waiting', 'sent')`,
        [personId, messageIds],
      )
    },

    async forgetOld(): Promise<void> {
      await sql.query(`delete from channels.outbox where made_at < $1 and state not in ('waiting', 'sent')`, [
        clock.now() - KEPT_DAYS * DAY,
      ])
      await sql.query(`delete from channels.said_to_nobody where said_at < $1`, [
        clock.now() - KEPT_DAYS * DAY,
      ])
    },
  }
}
