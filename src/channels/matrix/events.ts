import { z } from 'zod'
import type { Heard } from '../messengers/door.ts'

/** An event of a room, as a sync lists it. */
export const EVENT = z.looseObject({
  event_id: z.string(),
  type: z.string(),
  sender: z.string(),
  origin_server_ts: z.number(),
  state_key: z.string().optional(),
  content: z.record(z.string(), z.unknown()),
})
export type Event = z.infer<typeof EVENT>

const EVENTS = z
  .array(z.unknown())
  .default([])
  .transform((all) => all.flatMap((one) => EVENT.safeParse(one).data ?? []))
const LIST = z
  .object({ events: z.array(z.unknown()).default([]) })
  .prefault({})
  .transform(({ events }) => events)

/** What `GET /sync` answers (client-server API 1.15), as far as we listen. */
export const SYNC = z.object({
  next_batch: z.string(),
  rooms: z
    .object({
      join: z
        .record(
          z.string(),
          z.object({
            state: z.object({ events: EVENTS }).prefault({}),
            timeline: z
              .object({
                events: EVENTS,
                limited: z.boolean().optional(),
                prev_batch: z.string().optional(),
              })
              .prefault({}),
            ephemeral: LIST,
          }),
        )
        .default({}),
      invite: z.record(z.string(), z.object({ invite_state: LIST })).default({}),
      leave: z.record(z.string(), z.unknown()).default({}),
    })
    .prefault({}),
  to_device: LIST,
  device_lists: z
    .object({ changed: z.array(z.string()).default([]), left: z.array(z.string()).default([]) })
    .prefault({}),
  device_one_time_keys_count: z.record(z.string(), z.number()).default({}),
  device_unused_fallback_key_types: z.array(z.string()).optional(),
})
/** A page of `GET /rooms/{roomId}/messages`. */
export const MESSAGES = z.object({ chunk: EVENTS, end: z.string().optional() })

const MEMBER = z.object({ membership: z.string() })
/** Ours among the few events that come with an invitation: they have no ids. */
const INVITATION = z.object({
  type: z.literal('m.room.member'),
  sender: z.string(),
  state_key: z.string(),
  content: z.object({ membership: z.literal('invite') }),
})
const RECEIPT = z.object({
  type: z.literal('m.receipt'),
  content: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
})
const TEXT = z.object({
  msgtype: z.enum(['m.text', 'm.emote']),
  body: z.string(),
  'm.relates_to': z
    .looseObject({ rel_type: z.string().optional(), 'm.in_reply_to': z.unknown().optional() })
    .optional(),
})
/** What is no text, in the words that the other messengers have for it. */
const OTHERS: Readonly<Record<string, string>> = {
  'm.image': 'image',
  'm.audio': 'audio',
  'm.video': 'video',
  'm.file': 'file',
  'm.location': 'location',
}

export const isVerification = (type: string, content: Readonly<Record<string, unknown>>): boolean =>
  type.startsWith('m.key.verification.') ||
  (type === 'm.room.message' && content.msgtype === 'm.key.verification.request')

/** Who invited us; null when nobody did. */
export function inviterIn(events: readonly unknown[], ownId: string): string | null {
  for (const one of events) {
    const invitation = INVITATION.safeParse(one)
    if (invitation.success && invitation.data.state_key === ownId) return invitation.data.sender
  }
  return null
}

/** What somebody’s message says to us: their words, or that it is of a kind that we do not read. */
export function heardIn(event: Event, type: string, content: Readonly<Record<string, unknown>>): Heard {
  const frame = { eventId: event.event_id, at: event.origin_server_ts, address: event.sender }
  const passedBy = (what: string): Heard => ({ ...frame, kind: 'passed-by', what })
  if (type === 'm.sticker') return passedBy('sticker')
  if (type !== 'm.room.message') return passedBy('event')
  const text = TEXT.safeParse(content)
  if (!text.success) return passedBy(OTHERS[String(content.msgtype)] ?? 'message')
  const relation = text.data['m.relates_to']
  // A correction of what was said and answered already.
  if (relation?.rel_type === 'm.replace') return passedBy('edit')
  const { body } = text.data
  return {
    ...frame,
    kind: 'text',
    text: relation?.['m.in_reply_to'] === undefined ? body : withoutQuote(body),
    locale: null,
  }
}

/** Older clients quote what they answer to above it (client-server API 1.12, 11.20.3.1). */
function withoutQuote(body: string): string {
  const lines = body.split('\n')
  const first = lines.findIndex((line) => !line.startsWith('>'))
  return first > 0 && lines[first] === '' ? lines.slice(first + 1).join('\n') : body
}

/** What somebody has read. */
export function readIn(ephemeral: readonly unknown[], userId: string): Heard[] {
  return ephemeral.flatMap((one) => {
    const receipt = RECEIPT.safeParse(one)
    if (!receipt.success) return []
    return Object.entries(receipt.data.content).flatMap(([messageId, kinds]): Heard[] => {
      const read = Object.values(kinds).find((readers) => userId in readers)
      const at = (read?.[userId] as { ts?: unknown } | undefined)?.ts
      if (!read) return []
      const eventId = `read|${messageId}|${userId}`
      const when = typeof at === 'number' ? at : 0
      return [{ eventId, at: when, kind: 'receipt', messageId, state: 'read', code: null }]
    })
  })
}

/** That the room's person left it, which closes it to us; null otherwise. */
export function leftIn(event: Event, userId: string): Heard | null {
  if (event.type !== 'm.room.member' || event.state_key !== userId) return null
  const { data } = MEMBER.safeParse(event.content)
  if (data?.membership !== 'leave' && data?.membership !== 'ban') return null
  return { eventId: event.event_id, at: event.origin_server_ts, kind: 'blocked', address: userId }
}
