import { z } from 'zod'
import type { Heard } from '../messengers/door.ts'

const Message = z.looseObject({
  id: z.string().min(1).max(500),
  /** The business-scoped user id (April 2026): numbers may be missing, and one that changes makes another of these. */
  from_user_id: z.string().min(1).max(128).optional(),
  user_id: z.string().min(1).max(128).optional(),
  from: z.string().min(1).max(128).optional(),
  timestamp: z.string().regex(/^\d{1,13}$/),
  type: z.string().optional(),
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
const Body = z.looseObject({
  object: z.string(),
  entry: z
    .array(
      z.looseObject({
        changes: z
          .array(
            z.looseObject({
              field: z.string().optional(),
              value: z
                .looseObject({
                  messages: z.array(z.unknown()).optional(),
                  statuses: z.array(z.unknown()).optional(),
                  contacts: z.array(z.unknown()).optional(),
                })
                .optional(),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
})

const milliseconds = (seconds: string): number => Number(seconds) * 1_000
const STATES: Readonly<Record<string, 'delivered' | 'read' | 'failed'>> = {
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  failed: 'failed',
}

/** What a WhatsApp webhook says. What is of a kind that we do not know is passed by. */
export function readEvents(body: unknown): Heard[] {
  const parsed = Body.safeParse(body)
  if (!parsed.success || parsed.data.object !== 'whatsapp_business_account') return []
  return parsed.data.entry.flatMap(({ changes }) =>
    changes.flatMap(({ value }) => {
      if (!value) return []
      const contacts = (value.contacts ?? []).flatMap((one) => {
        const read = Contact.safeParse(one)
        return read.success ? [read.data] : []
      })
      return [
        ...(value.messages ?? []).flatMap((one) => readMessage(one, contacts)),
        ...(value.statuses ?? []).flatMap(readStatus),
      ]
    }),
  )
}

function readMessage(given: unknown, contacts: readonly z.infer<typeof Contact>[]): Heard[] {
  const parsed = Message.safeParse(given)
  if (!parsed.success) return []
  const message = parsed.data
  const contact =
    contacts.find(({ wa_id }) => wa_id !== undefined && wa_id === message.from) ??
    (contacts.length === 1 ? contacts[0] : undefined)
  // By the user id, never by the number where there is one: a number can change hands.
  const address = message.from_user_id ?? message.user_id ?? contact?.user_id ?? message.from
  if (address === undefined) return []
  const frame = { eventId: message.id, at: milliseconds(message.timestamp), address }
  const payload =
    message.interactive?.button_reply?.id ?? message.interactive?.list_reply?.id ?? message.button?.payload
  if (payload !== undefined) return [{ kind: 'press', payload, locale: null, ...frame }]
  if (message.text) return [{ kind: 'text', text: message.text.body, locale: null, ...frame }]
  return [{ kind: 'passed-by', what: message.type ?? 'unknown', ...frame }]
}

function readStatus(given: unknown): Heard[] {
  const parsed = Status.safeParse(given)
  if (!parsed.success) return []
  const { id: messageId, status, timestamp, errors } = parsed.data
  const state = STATES[status]
  if (!state) return []
  return [
    {
      kind: 'receipt',
      eventId: `${messageId}|${status}`,
      at: milliseconds(timestamp),
      messageId,
      state,
      code: errors?.[0] ? String(errors[0].code) : null,
    },
  ]
}
