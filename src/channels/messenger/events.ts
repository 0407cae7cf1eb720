import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Heard } from '../messengers/door.ts'

const Event = z.looseObject({
  sender: z.object({ id: z.string().min(1).max(64) }).optional(),
  timestamp: z.number().default(0),
  message: z
    .looseObject({
      mid: z.string().max(500).optional(),
      text: z.string().optional(),
      is_echo: z.boolean().optional(),
      quick_reply: z.object({ payload: z.string().max(1_000) }).optional(),
      attachments: z.array(z.looseObject({ type: z.string() })).optional(),
    })
    .optional(),
  postback: z
    .looseObject({
      mid: z.string().max(500).optional(),
      payload: z.string().max(1_000).optional(),
      referral: z.looseObject({ ref: z.string().optional() }).optional(),
    })
    .optional(),
  referral: z.looseObject({ ref: z.string().optional() }).optional(),
  delivery: z.looseObject({ mids: z.array(z.string()).optional(), watermark: z.number() }).optional(),
  read: z.looseObject({ watermark: z.number() }).optional(),
})
type Event = z.infer<typeof Event>

const Body = z.looseObject({
  object: z.string(),
  entry: z.array(z.looseObject({ messaging: z.array(z.unknown()).optional() })).default([]),
})

/**
 * What a page's webhook says, in the order in which it is told. An event of a kind that we do not know, or not in the shape
 * that we know, is passed by: Meta adds kinds, and one that is not understood must not have the others sent again.
 */
export function readEvents(body: unknown): Heard[] {
  const parsed = Body.safeParse(body)
  if (!parsed.success || parsed.data.object !== 'page') return []
  return parsed.data.entry.flatMap(({ messaging = [] }) => messaging.flatMap(readOne))
}

function readOne(given: unknown): Heard[] {
  const parsed = Event.safeParse(given)
  if (!parsed.success) return [passedBy(given, 'unknown', null, 0)]
  const event = parsed.data
  const address = event.sender?.id ?? null
  const at = event.timestamp
  if (address === null) return [passedBy(given, 'unknown', null, at)]
  const named = (mid: string | undefined) => mid ?? fingerprint(given)
  if (event.message) return [readMessage(event.message, { address, at, eventId: named(event.message.mid) })]
  const ref = event.postback?.referral?.ref ?? event.referral?.ref
  if (ref !== undefined)
    return [
      {
        kind: 'start',
        eventId: named(event.postback?.mid),
        at,
        address,
        code: ref,
        name: null,
        locale: null,
      },
    ]
  if (event.postback) {
    const payload = event.postback.payload ?? ''
    return [{ kind: 'press', eventId: named(event.postback.mid), at, address, payload, locale: null }]
  }
  if (event.delivery) {
    const { mids, watermark } = event.delivery
    if (!mids || mids.length === 0)
      return [
        { kind: 'watermark', eventId: fingerprint(given), at, address, state: 'delivered', until: watermark },
      ]
    return mids.map((messageId): Heard => {
      const eventId = `${messageId}|delivered`
      return { kind: 'receipt', eventId, at: watermark, messageId, state: 'delivered', code: null }
    })
  }
  if (event.read) {
    const until = event.read.watermark
    return [{ kind: 'watermark', eventId: fingerprint(given), at, address, state: 'read', until }]
  }
  return [passedBy(given, kindOf(event), address, at)]
}

function readMessage(
  message: NonNullable<Event['message']>,
  frame: { address: string; at: number; eventId: string },
): Heard {
  if (message.is_echo) return { kind: 'passed-by', what: 'echo', ...frame }
  if (message.quick_reply)
    return { kind: 'press', payload: message.quick_reply.payload, locale: null, ...frame }
  if (message.text !== undefined && message.text !== '')
    return { kind: 'text', text: message.text, locale: null, ...frame }
  return { kind: 'passed-by', what: message.attachments?.[0]?.type ?? 'message', ...frame }
}

const passedBy = (given: unknown, what: string, address: string | null, at: number): Heard => ({
  kind: 'passed-by',
  eventId: fingerprint(given),
  at,
  what,
  address,
})

/** Names an event that Meta gives no id: the same bytes are the same event. */
const fingerprint = (given: unknown): string =>
  createHash('sha256').update(JSON.stringify(given)).digest('base64url')

const KINDS = ['reaction', 'account_linking', 'optin', 'message_template_status_update'] as const
const kindOf = (event: Event): string => KINDS.find((kind) => kind in event) ?? 'unknown'
