import { type Fault, money, Secret, systemRandom } from '#kit'
import { createMail } from '../mail/mail.ts'
import { createMailServer } from '../mail/mail-server.ts'
import { createPush } from '../push/push.ts'
import { openChat } from '../web/chat.fixture.ts'
import type { Heard, MessengerDoor, MessengerId, Sent, WebhookDoor, WrittenNotice } from './door.ts'
import { createMessengers } from './messengers.ts'
import type { OtherRung } from './outbox.ts'
import type { WebhookAlarm } from './webhook-health.ts'

export const PUBLIC = new URL('https://guichet.example')

/** A messenger that remembers what it was handed and answers as it is told to. */
export function scriptedDoor(id: MessengerId) {
  const sent: {
    to: string
    notice: WrittenNotice
    key: string
    urgency: string
    lastHeardAt: number | null
  }[] = []
  const door = {
    id,
    sent,
    answers: (): Sent | Promise<Sent> => ({ ok: true, messageId: `${id}-${sent.length}` }),
    /** How long it cannot be spoken to. */
    waits: null as number | null,
    waitMs: (): number | null => door.waits,
    whyFailed: (code: string) => (code === 'they-left' ? ('gone' as const) : ('fall-back' as const)),
    startUrl: (code: string) => `https://${id}.example/?ref=${code}`,
    async send(to, notice, { idempotencyKey, urgency, lastHeardAt }): Promise<Sent> {
      const answer = await door.answers()
      sent.push({ to, notice, key: idempotencyKey, urgency, lastHeardAt })
      return answer.ok ? { ok: true, messageId: `${id}-${sent.length}` } : answer
    },
  } satisfies MessengerDoor & Record<string, unknown>
  return door
}

/** A webhook whose bodies are lists of what was heard: for what is done with it, whichever messenger it is. */
export function scriptedWebhook(id: MessengerId) {
  const webhook = {
    id,
    proofHeader: 'x-proof',
    fails: null as Fault | null,
    challenge: () => null,
    read(_headers, body): Heard[] {
      if (webhook.fails) throw webhook.fails
      return JSON.parse(body.toString())
    },
  } satisfies WebhookDoor & Record<string, unknown>
  return webhook
}

/** What is paid every month and easily forgotten: a “not me” to it is asked about once more. */
export const SUBSCRIPTION = {
  amount: money(-999, 'GBP'),
  descriptor: 'streamvault.com',
  mcc: null,
  entryMode: 'online',
} as const

export const MAIL_FROM = { name: 'Guichet', address: 'guichet@bank.example' }

const isCalled = (door: MessengerDoor): door is MessengerDoor & WebhookDoor => 'challenge' in door

type ChatHouse = Awaited<ReturnType<typeof openChat>>

/**
 * The chat's house with two messengers at its door, and those that `more` adds, a push that can be there, and the rounds run
 * by hand; mail when there is a server, browsers when there is a push service.
 */
export async function openMessengerHouse(
  options: {
    smtpUrl?: string
    more?: (house: ChatHouse) => MessengerDoor[] | Promise<MessengerDoor[]>
    push?: Pick<Parameters<typeof createPush>[0], 'fetch' | 'services' | 'vapid'>
  } = {},
) {
  const house = await openChat()
  const others = (await options.more?.(house)) ?? []
  const messenger = scriptedDoor('messenger')
  const telegram = scriptedDoor('telegram')
  const push = scriptedDoor('matrix')
  const webhook = scriptedWebhook('messenger')
  const faults: unknown[] = []
  const operator: string[] = []
  const alarms: (WebhookAlarm | MessengerId)[] = []
  /** `fails` ends the process once the answer is kept, `away` keeps anything from being answered. */
  const state = { hasPush: false, isQuiet: false, fails: null as Error | null, away: null as Error | null }
  const pushRung: OtherRung = {
    door: 'push',
    async reach(personId) {
      if (!state.hasPush) return null
      return (notice, idempotencyKey, urgency) =>
        push.send(personId, notice, { idempotencyKey, lastHeardAt: null, urgency })
    },
  }
  const key = Buffer.alloc(32, 5)
  const told = {
    sql: house.sql.rooms,
    vault: house.vault,
    people: house.people,
    key,
    clock: house.clock,
    random: systemRandom,
    tellOperator: (door: string, code: string) => void operator.push(`${door} ${code}`),
  }
  const open = () =>
    createMessengers({
      doors: [messenger, telegram, ...others],
      webhooks: [webhook, ...others.filter(isCalled)],
      before: [pushRung],
      after: [],
      push: options.push
        ? createPush({ ...told, ...options.push, publicUrl: PUBLIC, names: new Set(['chase']) })
        : null,
      mail:
        options.smtpUrl === undefined
          ? null
          : createMail({
              ...told,
              server: createMailServer({
                url: new Secret(options.smtpUrl),
                from: MAIL_FROM,
                publicUrl: PUBLIC,
              }),
            }),
      isQuiet: async () => state.isQuiet,
      onUnacknowledged: (error) => faults.push(error),
      tellWebhook: (messenger, alarm) => alarms.push(alarm ?? messenger),
      talk: {
        ...house.chat,
        async hear(...given) {
          if (state.away) throw state.away
          const said = await house.chat.hear(...given)
          if (state.fails) throw state.fails
          return said
        },
      },
      publicUrl: PUBLIC,
      ...told,
    })
  const messengers = open()
  const onError = (error: unknown) => faults.push(error)
  let event = 0

  const town = {
    ...house,
    messengers,
    messenger,
    telegram,
    push,
    state,
    operator,
    alarms,
    webhook,
    faults,

    /** Lets `ms` go by and has everything that is due done, until nothing is. */
    async passes(ms: number): Promise<void> {
      house.clock.advance(ms)
      for (let round = 0; round < 6; round++) {
        house.clock.advance(200)
        await messengers.hearRound(onError)
        await messengers.sayRound(onError)
        await messengers.settled()
        await messengers.verifyRound(onError)
      }
    },

    /** The messenger tells us something; `eventId` when it tells it again. */
    async tells(
      id: MessengerId,
      heard: DistributiveOmit<Heard, 'eventId' | 'at'> & { eventId?: string; at?: number },
    ): Promise<void> {
      await messengers.put(id, [{ eventId: `event-${++event}`, at: house.clock.now(), ...heard } as Heard])
    },

    /** Links a chat of a person's the way they do: code, digits, page. */
    async link(personId: string, id: MessengerId, to: string): Promise<string> {
      const { code } = await messengers.begin(personId, id)
      await town.tells(id, { kind: 'start', address: to, code, name: 'Amina', locale: 'en' })
      await town.passes(1_000)
      const door = id === 'messenger' ? messenger : telegram
      const shown = door.sent.findLast((one) => one.to === to && /\d\d$/.test(one.notice.text))!
      const digits = shown.notice.text.slice(-2)
      const { addresses } = await messengers.confirm(personId, digits)
      await town.passes(2_000)
      return addresses.at(-1)!.id
    },

    async writes(id: MessengerId, to: string, text: string, more: { eventId?: string; at?: number } = {}) {
      await town.tells(id, { kind: 'text', address: to, text, locale: null, ...more })
    },
  }
  return town
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

export const tokenOf = (notice: WrittenNotice): string =>
  new URL(notice.link!.href).pathname.slice('/o/'.length)
