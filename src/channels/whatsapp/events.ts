import { createHash } from 'node:crypto'
import { z } from 'zod'
import { notAhead } from '../graph/signature.ts'
import type { Heard } from '../messengers/door.ts'

const Message = z.looseObject({
  id: z.string().min(1).max(500),
  /** The business-scoped user id (April 2026): numbers may be missing, and one that changes makes another of these. */
  from_user_id: z.string().min(1).max(128).optional(),
  user_id: z.string().min(1).max(128).optional(),
  from: z.string().min(1).max(128).optional(),
  timestamp: z.string().regex(/^\d{1,13}$/),
  type: z.string().optional(),
  /** Said in a group: others read along. */
  group_id: z.string().optional(),
  /** What WhatsApp itself says of a person: that they are called otherwise from now on. */
  system: z
    .looseObject({
      type: z.string().optional(),
      user_id: z.string().min(1).max(128).optional(),
      previous_user_id: z.string().min(1).max(128).optional(),
      wa_id: z.string().min(1).max(128).optional(),
    })
    .optional(),
  text: z.looseObject({ body: z.string() }).optional(),
  button: z.looseObject({ payload: z.string() }).optional(),
  interactive: z
    .looseObject({
      button_reply: z.looseObject({ id: z.string() }).optional(),
      list_reply: z.looseObject({ id: z.string() }).optional(),
    })
    .optional(),
})
const Status = z.looseObject({
  id: z.string().min(1).max(500),
  status: z.string(),
  timestamp: z.string().regex(/^\d{1,13}$/),
  errors: z.array(z.looseObject({ code: z.number() })).optional(),
})
const Contact = z.looseObject({
  user_id: z.string().optional(),
  wa_id: z.string().optional(),
  profile: z.looseObject({ name: z.string().optional() }).optional(),
})
const Body = z.looseObject({ object: z.string(), entry: z.array(z.unknown()).default([]) })
const Entry = z.looseObject({ changes: z.array(z.unknown()).default([]) })
const Change = z.looseObject({
  field: z.string().optional(),
  value: z
    .looseObject({
      metadata: z.looseObject({ phone_number_id: z.string().optional() }).optional(),
      messages: z.array(z.unknown()).optional(),
      statuses: z.array(z.unknown()).optional(),
      contacts: z.array(z.unknown()).optional().catch(undefined),
    })
    .optional(),
})

const milliseconds = (seconds: string): number => Number(seconds) * 1_000
const STATES: Readonly<Record<string, 'delivered' | 'read' | 'failed'>> = {
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  failed: 'failed',
}

/**
 * What a WhatsApp webhook says. What is of a kind that we do not know is passed by, and so is what another number of the same
 * app was told: every number's messages come to the same address.
 */
export function readEvents(body: unknown, { phoneId, now }: { phoneId: string; now: number }): Heard[] {
  const parsed = Body.safeParse(body)
  if (!parsed.success) return [passedBy(body, 'malformed', now)]
  if (parsed.data.object !== 'whatsapp_business_account') return [passedBy(body, 'other_object', now)]
  return parsed.data.entry.flatMap((given) => {
    const entry = Entry.safeParse(given)
    if (!entry.success) return [passedBy(given, 'malformed', now)]
    return entry.data.changes.flatMap((change) => readChange(change, phoneId, now))
  })
}

function readChange(given: unknown, phoneId: string, now: number): Heard[] {
  const change = Change.safeParse(given)
  if (!change.success) return [passedBy(given, 'malformed', now)]
  const { value } = change.data
  if (!value) return []
  const { messages = [], statuses = [] } = value
  if (value.metadata?.phone_number_id !== phoneId)
    return [...messages, ...statuses].map((one) => passedBy(one, 'other_number', now))
  const contacts = (value.contacts ?? []).flatMap((one) => {
    const read = Contact.safeParse(one)
    return read.success ? [read.data] : []
  })
  return [
    ...messages.flatMap((one) => readMessage(one, contacts, now)),
    ...statuses.flatMap((one) => readStatus(one, now)),
  ]
}

function readMessage(given: unknown, contacts: readonly z.infer<typeof Contact>[], now: number): Heard[] {
  const parsed = Message.safeParse(given)
  if (!parsed.success) return [passedBy(given, 'malformed', now)]
  const message = parsed.data
  if (message.group_id !== undefined) return [passedBy(given, 'group', now)]
  const at = notAhead(milliseconds(message.timestamp), now)
  if (message.system) return readSystem(given, message, at)
  const contact =
    contacts.find(({ wa_id }) => wa_id !== undefined && wa_id === message.from) ??
    (contacts.length === 1 ? contacts[0] : undefined)
  // By the user id, and by the number only where none is told: a number can change hands.
  const address = message.from_user_id ?? message.user_id ?? contact?.user_id ?? message.from
  if (address === undefined) return [passedBy(given, 'malformed', now)]
  const frame = { eventId: message.id, at, address }
  const payload =
    message.interactive?.button_reply?.id ?? message.interactive?.list_reply?.id ?? message.button?.payload
  if (payload !== undefined) return [{ kind: 'press', payload, locale: null, ...frame }]
  if (message.text) return [{ kind: 'text', text: message.text.body, locale: null, ...frame }]
  return [{ kind: 'passed-by', what: message.type ?? 'unknown', ...frame }]
}

/**
 * `user_changed_number` and `user_changed_user_id`: the one is told when the new number may be shown to us, the other when it may
 * not, and either may come without the earlier user id. Whichever name their chat was linked by is no longer theirs.
 */
function readSystem(given: unknown, message: z.infer<typeof Message>, at: number): Heard[] {
  const { type, user_id, previous_user_id, wa_id } = message.system!
  const newAddress = user_id ?? wa_id
  if ((type !== 'user_changed_number' && type !== 'user_changed_user_id') || newAddress === undefined)
    return [passedBy(given, 'system', at)]
  const before = new Set([previous_user_id, message.from_user_id, message.from])
  return [...before].flatMap((address): Heard[] =>
    address === undefined || address === newAddress
      ? []
      : [{ kind: 'renamed', eventId: `${message.id}|${address}`, at, address, newAddress }],
  )
}

function readStatus(given: unknown, now: number): Heard[] {
  const parsed = Status.safeParse(given)
  if (!parsed.success) return [passedBy(given, 'malformed', now)]
  const { id: messageId, status, timestamp, errors } = parsed.data
  const state = STATES[status]
  if (!state) return []
  return [
    {
      kind: 'receipt',
      eventId: `${messageId}|${status}`,
      at: notAhead(milliseconds(timestamp), now),
      messageId,
      state,
      code: errors?.[0] ? String(errors[0].code) : null,
    },
  ]
}

const passedBy = (given: unknown, what: string, at: number): Heard => ({
  kind: 'passed-by',
  eventId: createHash('sha256').update(JSON.stringify(given)).digest('base64url'),
  at,
  what,
  address: null,
})
