import { announce, type Clock, Fault, keyedHash, type Random, type Sql } from '#kit'
import type { People } from '#people'
import type { Vault } from '#vault'
import type { MessageJson, MessengerCodeJson, MessengersJson, PushJson } from '../../http/api.ts'
import type { Mail } from '../mail/mail.ts'
import type { Push } from '../push/push.ts'
import type { Subscription } from '../push/send.ts'
import { createAddresses } from './addresses.ts'
import {
  type Heard,
  isPrivateDoor,
  type MessengerDoor,
  type MessengerId,
  type WebhookDoor,
  type WrittenNotice,
} from './door.ts'
import { createHear, readMessages, type Talk } from './hear.ts'
import { createInbox, isStale } from './inbox.ts'
import { createLimits } from './limits.ts'
import { createOutbox, type OtherRung, type Urgency } from './outbox.ts'
import { inPlainText } from './plain-text.ts'
import { createTokensOut } from './tokens-out.ts'
import { createVerifications } from './verifications.ts'
import { createWebhookHealth, type WebhookAlarm } from './webhook-health.ts'

/** How people know them. */
const NAMES: Record<MessengerId, string> = {
  messenger: 'Messenger',
  whatsapp: 'WhatsApp',
  telegram: 'Telegram',
  matrix: 'Matrix',
}

/** The chats that people already use: which are set up here, whose chat is which, what comes in and what goes out. */
export function createMessengers(needs: {
  doors: readonly MessengerDoor[]
  webhooks: readonly WebhookDoor[]
  /** Rungs of an alert's ladder before and after the messengers. */
  before: readonly OtherRung[]
  after: readonly OtherRung[]
  /** Null where no browser is written to. */
  push: Push | null
  /** Null where no mail is sent. */
  mail: Mail | null
  isQuiet(personId: string): Promise<boolean>
  tellOperator(door: string, code: string): void
  /** A button was pressed, and its messenger was not told that it was heard. */
  onUnacknowledged(error: unknown): void
  /** A webhook fails, or is accepted again (null). */
  tellWebhook(messenger: MessengerId, alarm: WebhookAlarm | null): void
  talk: Talk
  sql: Sql
  vault: Vault
  people: People
  publicUrl: URL
  /** 32 bytes of this installation: seals what waits, and hashes what is looked up. */
  key: Buffer
  clock: Clock
  random: Random
}) {
  const { sql, vault, people, clock, random, key, mail, push } = needs
  const doors = new Map(needs.doors.map((door) => [door.id, door]))
  const webhooks = new Map(needs.webhooks.map((door) => [door.id, door]))
  const limits = createLimits(clock)
  const addresses = createAddresses({ sql, vault, clock, random, indexKey: key })
  const tokens = createTokensOut({ sql, publicUrl: needs.publicUrl, clock, random })
  const health = createWebhookHealth({
    sql,
    clock,
    raise: (alarm) => needs.tellWebhook(alarm.messenger, alarm),
    lift: (messenger) => needs.tellWebhook(messenger, null),
  })
  const inbox = createInbox({
    sql,
    key,
    indexOf: addresses.indexOf,
    // What asked nothing of us is not missed by anybody.
    async letGo({ messenger, chat, heard, eventHash }) {
      if (chat === null || (heard !== null && heard.kind !== 'text' && heard.kind !== 'press')) return
      const address = await addresses.ofIndex(messenger, chat)
      if (!address) return
      await outbox.put(sql, {
        personId: address.personId,
        cause: `let-go|${messenger}|${eventHash}`,
        notice: 'not-dealt-with',
        urgency: 'answer',
        messageIds: [],
        addressId: address.id,
      })
    },
    clock,
    random,
  })

  const verifications = createVerifications({
    sql,
    addresses,
    doorOf({ messenger, to }) {
      const door = doors.get(messenger)
      return door && isPrivateDoor(door) && door.mayBePrivate(to) ? door : null
    },
    clock,
  })

  const outbox = createOutbox({
    sql,
    people,
    addresses,
    tokens,
    sendAt(address) {
      const door = doors.get(address.messenger)
      if (!door) return null
      return {
        waitMs: () => door.waitMs?.() ?? limits.beforeSending(door.id, address.to),
        send: (notice: WrittenNotice, idempotencyKey: string, urgency: Urgency) =>
          door.send(address.to, notice, { idempotencyKey, lastHeardAt: address.heardAt, urgency }),
        ...(isPrivateDoor(door) &&
          door.mayBePrivate(address.to) && {
            show: async (read: () => Promise<string | null>, idempotencyKey: string, urgency: Urgency) => {
              if (!(await verifications.isDone(address))) return null
              const readThere = async () => {
                const text = await read()
                // Borrowing takes its time: the chat may be somebody else's by now.
                return (await verifications.isDone(address)) ? text : null
              }
              return await door.showPrivately(address.to, readThere, { idempotencyKey, urgency })
            },
          }),
      }
    },
    async read(personId, messageIds) {
      const person = await people.find(sql, personId)
      // Each is read through the gate in a loan of its own, and logged, as on the person's own page.
      const found = person ? await readMessages(needs.talk, personId, messageIds) : []
      return found.length > 0 ? inPlainText(found, person!) : null
    },
    before: [...needs.before, ...(push ? [push.rung] : [])],
    after: [...needs.after, ...(mail ? [mail.rung] : [])],
    isQuiet: needs.isQuiet,
    async mayAsk({ personId, messageIds }) {
      const messages = await sql.query<{ linkIds: string[] }>(
        `select link_ids as "linkIds" from channels.message where person_id = $1 and id = any($2)`,
        [personId, messageIds],
      )
      for (const linkId of new Set(messages.flatMap((message) => message.linkIds)))
        if ((await vault.livePurposes(linkId, ['fraud-alerts'])).length > 0) return true
      return false
    },
    // Nobody waits for the quarter of an hour: the question counts as unanswered now, which puts it before the bank's people.
    async callThem({ personId, caseId, messageIds }) {
      await sql.transaction(async (tx) => {
        const [message] = await tx.query<{ linkIds: string[] }>(
          `select link_ids as "linkIds" from channels.message where person_id = $1 and id = $2`,
          [personId, messageIds[0]],
        )
        const linkId = message?.linkIds[0]
        if (linkId !== undefined) await announce(tx, 'case-unanswered', { personId, linkId, caseId })
      })
    },
    tellOperator: needs.tellOperator,
    hashOf: keyedHash(key),
    clock,
    random,
  })

  const hear = createHear({
    people,
    addresses,
    outbox,
    tokens,
    talk: needs.talk,
    limits,
    hasButtons: (messenger) => doors.get(messenger)?.hasButtons !== false,
    async sayTo(messenger, to, notice, idempotencyKey) {
      const door = doors.get(messenger)
      if (!door) return true
      if (limits.beforeSending(messenger, to) !== null) return false
      const sent = await door.send(to, notice, {
        idempotencyKey,
        lastHeardAt: clock.now(),
        urgency: 'answer',
      })
      if (sent.ok) await outbox.saidToNobody(messenger, sent.messageId)
      else if (sent.why === 'tell-operator') needs.tellOperator(messenger, sent.code)
      return sent.ok || sent.why !== 'retry'
    },
    sql,
    clock,
  })

  async function describe(personId: string): Promise<MessengersJson> {
    const verified = await verifications.ofPerson(personId)
    const chats = new Map((await addresses.ofPerson(personId)).map(({ id, to }) => [id, to]))
    return {
      messengers: [...doors.keys()].map((id) => ({ id, name: NAMES[id] })),
      addresses: (await addresses.list(personId)).map((address) => {
        const door = doors.get(address.messenger)
        if (!door || !isPrivateDoor(door)) return { ...address, verification: null }
        if (!door.mayBePrivate(chats.get(address.id) ?? ''))
          return { ...address, verification: { state: 'never', pictures: [] } }
        return {
          ...address,
          verification: verified.get(address.id) ?? { state: 'none', pictures: [] },
        }
      }),
      wording: await addresses.wordingOf(personId),
      pending: await addresses.pending(personId),
      mail: mail && (await mail.describe(personId)),
      push: push && { publicKey: push.publicKey, devices: await push.list(personId) },
    }
  }

  return {
    /** What a messenger said, put by. */
    put: inbox.put,

    /** The text that answers a messenger's challenge. Throws `not-found` for one that is not set up, `webhook-unsigned`. */
    challenge(id: string, query: Readonly<Record<string, string | undefined>>): string {
      const text = mustHave(id).challenge(query)
      if (text === null) throw new Fault('webhook-unsigned')
      return text
    },

    /** Checks, reads and puts by what a messenger sent. Throws `not-found`, `webhook-unsigned`, `webhook-unreadable`. */
    async receive(
      id: string,
      headers: Readonly<Record<string, string | string[] | undefined>>,
      body: Buffer,
    ): Promise<void> {
      const door = mustHave(id)
      const heard: Heard[] = door.read(headers, body)
      await inbox.put(
        door.id,
        heard.filter((one) => one.kind !== 'passed-by' || one.address !== null),
      )
      health.count(
        door.id,
        heard.map((one) =>
          one.kind !== 'passed-by' && isStale(one, clock.now())
            ? ({ ...one, kind: 'passed-by', what: 'stale', address: null } as const)
            : one,
        ),
      )
      // The messenger waits for its own answer, and not for this.
      for (const { kind, eventId } of heard)
        if (kind === 'press') door.acknowledge?.(eventId).catch(needs.onUnacknowledged)
    },

    /** How a webhook was answered. What came without the messenger's proof came from somebody else. */
    answered(
      id: string,
      headers: Readonly<Record<string, string | string[] | undefined>>,
      status: number,
    ): void {
      const door = webhooks.get(id as MessengerId)
      if (door && headers[door.proofHeader] !== undefined) health.answered(door.id, status)
    },

    // What their own page does.
    describe,
    async begin(personId: string, messenger: string): Promise<MessengerCodeJson> {
      const door = doors.get(messenger as MessengerId)
      if (!door) throw new Fault('not-found')
      const { code, expiresAt } = await addresses.begin(personId, door.id)
      return { code, url: door.startUrl(code), contact: door.contact ?? null, expiresAt }
    },
    async confirm(personId: string, digits: string): Promise<MessengersJson> {
      const address = await addresses.confirm(personId, digits)
      await outbox.put(sql, {
        personId,
        cause: `linked|${address.id}`,
        notice: 'linked',
        urgency: 'answer',
        messageIds: [],
        addressId: address.id,
      })
      return await describe(personId)
    },
    /** Has the person of a chat compare pictures; then what they saw. */
    async verify(personId: string, addressId: string): Promise<MessengersJson> {
      await verifications.begin(personId, addressId)
      return await describe(personId)
    },
    async concludeVerification(
      personId: string,
      addressId: string,
      isSame: boolean,
    ): Promise<MessengersJson> {
      await verifications.conclude(personId, addressId, isSame)
      return await describe(personId)
    },
    verifyRound: verifications.round,
    async order(personId: string, ids: readonly string[]): Promise<MessengersJson> {
      await addresses.order(personId, ids)
      return await describe(personId)
    },
    async setWording(personId: string, wording: 'plain' | 'neutral'): Promise<MessengersJson> {
      await addresses.setWording(personId, wording)
      return await describe(personId)
    },
    async unlink(personId: string, id: string): Promise<MessengersJson> {
      await addresses.unlink(personId, id)
      return await describe(personId)
    },

    // Their e-mail address, for warnings that reached them nowhere else. Each throws `not-found` where no mail is sent.
    async beginMail(personId: string, address: string): Promise<MessengersJson> {
      await mustSend().begin(personId, address)
      return await describe(personId)
    },
    async confirmMail(personId: string, code: string): Promise<MessengersJson> {
      await mustSend().confirm(personId, code)
      return await describe(personId)
    },
    async removeMail(personId: string, what: 'waiting' | 'all'): Promise<MessengersJson> {
      await mustSend().remove(personId, what)
      return await describe(personId)
    },

    // Warnings on a browser of theirs. Each throws `not-found` where no browser is written to.
    async subscribePush(personId: string, subscription: Subscription): Promise<PushJson> {
      return { isOn: true, renewal: await mustPush().subscribe(personId, subscription) }
    },
    async lookPush(personId: string, endpoint: string): Promise<PushJson> {
      return { isOn: await mustPush().isOn(personId, endpoint), renewal: null }
    },
    async unsubscribePush(personId: string, endpoint: string): Promise<PushJson> {
      await mustPush().unsubscribe(personId, endpoint)
      return { isOn: false, renewal: null }
    },
    /** A browser's address became another. Throws `not-found` where it is not proved to be the same browser. */
    async movePush(from: string, renewal: string, to: Subscription): Promise<PushJson> {
      return { isOn: true, renewal: await mustPush().move(from, renewal, to) }
    },
    async removePush(personId: string, id: string): Promise<MessengersJson> {
      await mustPush().remove(personId, id)
      return await describe(personId)
    },
    /** A browser showed a warning. Throws `not-found` for a receipt that is not known, or not yet. */
    async pushShown(receipt: string): Promise<void> {
      if (!(await outbox.receipt('push', receipt, { state: 'delivered', code: null })))
        throw new Fault('not-found')
    },

    /** Opens a sealed link for whoever is signed in. Throws `not-found` and `already-done`. */
    async openSealed(personId: string, token: string): Promise<MessageJson[]> {
      const messageIds = await tokens.open(personId, token)
      await outbox.opened(personId, messageIds)
      return await readMessages(needs.talk, personId, messageIds)
    },

    /** Rounds: what was heard, what is to be said, and what can be forgotten. */
    hearRound(onError: (error: unknown) => void): Promise<boolean> {
      // What another process speaks for is heard there: here it could not be answered.
      const away = needs.doors.filter((door) => (door.waitMs?.() ?? null) !== null).map(({ id }) => id)
      return inbox.round(
        async (messenger, heard, eventHash) => {
          if (heard.kind !== 'receipt') return await hear(messenger, heard, eventHash)
          const { messageId, state, code } = heard
          const why =
            state === 'failed' && code !== null ? doors.get(messenger)?.whyFailed?.(code) : undefined
          const isKnown = await outbox.receipt(messenger, messageId, { state, code, why })
          if (isKnown && code !== null && why === 'tell-operator') needs.tellOperator(messenger, code)
          return isKnown
        },
        onError,
        away,
      )
    },
    healthRound: health.round,
    sayRound: outbox.round,
    settled: outbox.settled,
    async forgetOld(): Promise<void> {
      await inbox.forgetOld()
      await outbox.forgetOld()
      await tokens.forgetOld()
      await health.forgetOld()
      await mail?.forgetOld()
    },
  }

  function mustPush(): Push {
    if (!push) throw new Fault('not-found')
    return push
  }

  function mustSend(): Mail {
    if (!mail) throw new Fault('not-found')
    return mail
  }

  function mustHave(id: string): WebhookDoor {
    const door = webhooks.get(id as MessengerId)
    if (!door) throw new Fault('not-found')
    return door
  }
}
