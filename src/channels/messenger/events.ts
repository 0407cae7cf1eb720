import { createHash } from 'node:crypto'
import { z } from 'zod'
import { notAhead } from '../graph/signature.ts'
import type { Heard } from '../messengers/door.ts'

const Timestamp = z.number().positive()
const Ref = z.looseObject({ ref: z.string().optional() })

const Event = z.looseObject({
  sender: z.object({ id: z.string().min(1).max(64) }).optional(),
  timestamp: Timestamp.optional(),
  message: z
    .looseObject({
      mid: z.string().max(500).optional(),
      text: z.string().optional(),
      is_echo: z.boolean().optional(),
      quick_reply: z.object({ payload: z.string().max(1_000) }).optional(),
      attachments: z.array(z.looseObject({ type: z.string() })).optional(),
      referral: Ref.optional(),
    })
    .optional(),
  postback: z
    .looseObject({
      mid: z.string().max(500).optional(),
      payload: z.string().max(1_000).optional(),
      referral: Ref.optional(),
    })
    .optional(),
  referral: Ref.optional(),
  delivery: z.looseObject({ mids: z.array(z.string()).optional(), watermark: Timestamp }).optional(),
  read: z.looseObject({ watermark: Timestamp }).optional(),
})
type Event = z.infer<typeof Event>

const Body = z.looseObject({ object: z.string(), entry: z.array(z.unknown()).default([]) })
const Entry = z.looseObject({ id: z.string().optional(), messaging: z.array(z.unknown()).optional() })

/** How the codes of our own links begin; what else a link or an advertisement carries is nobody's code. */
const OUR_REF = /^GUICHET-/

/**
 * What a page's webhook says, in the order in which it is told. An event of a kind that we do not know, or not in the shape
 * that we know, is passed by: Meta adds kinds, and one that is not understood must not have the others sent again. An app can
 * serve several pages, and is told of each at the same address: what is another page's is none of ours.
 */
export function readEvents(body: unknown, { pageId, now }: { pageId: string; now: number }): Heard[] {
  const parsed = Body.safeParse(body)
  if (!parsed.success) return [passedBy(body, 'malformed', null, now)]
  if (parsed.data.object !== 'page') return [passedBy(body, 'other_object', null, now)]
  return parsed.data.entry.flatMap((given) => {
    const entry = Entry.safeParse(given)
    if (!entry.success) return [passedBy(given, 'malformed', null, now)]
    const { id, messaging = [] } = entry.data
    return messaging.flatMap((event) =>
      id === pageId ? readOne(event, now) : [passedBy(event, 'other_page', null, now)],
    )
  })
}

function readOne(given: unknown, now: number): Heard[] {
  const parsed = Event.safeParse(given)
  if (!parsed.success) return [passedBy(given, 'malformed', null, now)]
  const event = parsed.data
  const address = event.sender?.id ?? null
  if (address === null) return [passedBy(given, kindOf(event), null, now)]
  if (event.delivery || event.read) return readReceipts(given, event, address)
  if (event.timestamp === undefined) return [passedBy(given, 'malformed', null, now)]
  const at = notAhead(event.timestamp, now)
  const { message, postback } = event
  const eventId = message?.mid ?? postback?.mid ?? fingerprint(given)
  const ref = message?.referral?.ref ?? postback?.referral?.ref ?? event.referral?.ref
  if (ref !== undefined && OUR_REF.test(ref) && !message?.is_echo)
    return [{ kind: 'start', eventId, at, address, code: ref, name: null, locale: null }]
  if (message) return [readMessage(message, { address, at, eventId })]
  if (postback)
    return [{ kind: 'press', eventId, at, address, payload: postback.payload ?? '', locale: null }]
  return [passedBy(given, kindOf(event), address, at)]
}

/** These have a time of their own: the one up to which everything was seen. */
function readReceipts(given: unknown, { delivery, read }: Event, address: string): Heard[] {
  if (delivery?.mids && delivery.mids.length > 0)
    return delivery.mids.map((messageId): Heard => {
      const eventId = `${messageId}|delivered`
      return { kind: 'receipt', eventId, at: delivery.watermark, messageId, state: 'delivered', code: null }
    })
  const until = (delivery ?? read)!.watermark
  const state = delivery ? 'delivered' : 'read'
  return [{ kind: 'watermark', eventId: fingerprint(given), at: until, address, state, until }]
}

function readMessage(
  message: NonNullable<Event['message']>,
  frame: { address: string; at: number; eventId: string },
): Heard {
  // The page says it: the “sender” is the page itself, and no chat of anybody's.
  if (message.is_echo) return { kind: 'passed-by', what: 'echo', ...frame, address: null }
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

const KINDS = [
  'reaction',
  'account_linking',
  'optin',
  'referral',
  'message_edit',
  'message_template_status_update',
] as const
const kindOf = (event: Event): string => KINDS.find((kind) => kind in event) ?? 'unknown'
