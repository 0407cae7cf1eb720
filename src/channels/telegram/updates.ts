import { z } from 'zod'
import type { Locale } from '#kit'
import type { Heard } from '../messengers/door.ts'

/** Telegram’s limit is 4,096 characters, and a character may be two of ours. What is longer did not come from there. */
const TEXT_LENGTH_MAX = 2 * 4_096

/** `/start CODE`, as a t.me link with a code makes the app send it. */
const START = /^\/start(?:@\w+)? ([\w-]{1,64})$/
/** A command is a word: `/stop` and `/stop@our_bot` say what “stop” says. */
const COMMAND = /^\/([a-z]{1,32})(?:@\w+)?$/i

const ID = z.int()
const SECONDS = z.int().nonnegative()
const USER = z.object({
  is_bot: z.boolean().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  language_code: z.string().optional(),
})
const CHAT = z.object({ id: ID, type: z.string() })
const MESSAGE = z.object({
  message_id: ID,
  date: SECONDS,
  edit_date: SECONDS.optional(),
  from: USER.optional(),
  chat: CHAT,
  text: z.string().optional(),
  caption: z.string().optional(),
})
/** What a press is called where it can be acknowledged; one that is called otherwise is heard all the same. */
const ACKNOWLEDGED = /^[\w-]{1,64}$/
const CALLBACK = z.object({
  id: z.string().min(1),
  from: USER,
  message: z.object({ chat: CHAT }).optional(),
  data: z.string().optional(),
})
const MEMBER = z.object({ date: SECONDS, chat: CHAT, new_chat_member: z.object({ status: z.string() }) })

/** What every update has; the rest depends on its kind, of which Telegram adds new ones a few times a year. */
export const UPDATE = z.looseObject({ update_id: ID })
export type Update = z.output<typeof UPDATE>

/**
 * What an update says. One that we cannot use is passed by and never refused: Telegram sends what was refused again and
 * again, and holds back what came after it.
 */
export function heardIn(update: Update, now: number): Heard {
  const { update_id, ...rest } = update
  const kind = Object.keys(rest)[0] ?? 'nothing'
  const common = { eventId: String(update_id), at: now }
  const passedBy: PassedBy = (what, address = null) => ({
    ...common,
    kind: 'passed-by',
    what: /^[a-z_]{1,40}$/.test(what) ? what : 'unknown',
    address,
  })
  return (
    heardInMessage(rest.message, common, passedBy) ??
    heardInEdit(rest.edited_message, common, passedBy) ??
    heardInCallback(rest.callback_query, common, passedBy) ??
    heardInMember(rest.my_chat_member, common, passedBy) ??
    passedBy(kind)
  )
}

type Common = { eventId: string; at: number }
/** `address` is that of a private chat whose person wrote something that we cannot read. */
type PassedBy = (what: string, address?: string | null) => Heard

function heardInMessage(given: unknown, common: Common, passedBy: PassedBy): Heard | null {
  const message = MESSAGE.safeParse(given)
  if (!message.success) return null
  const { chat, from, date } = message.data
  // In a group others would read along, and the address would be theirs too.
  if (chat.type !== 'private' || from?.is_bot) return passedBy('message')
  const text = message.data.text ?? message.data.caption
  if (!text || text.length > TEXT_LENGTH_MAX) return passedBy(kindOf(given as object), String(chat.id))
  const who = { eventId: common.eventId, at: date * 1_000, address: String(chat.id) }
  const locale = localeOf(from)
  const code = START.exec(text)?.[1]
  if (code) return { ...who, kind: 'start', code, name: nameOf(from), locale }
  return { ...who, kind: 'text', text: COMMAND.exec(text)?.[1] ?? text, locale }
}

/** An edited message is asked anew as it now reads: somebody mended their question. A link’s code counts once, when it came. */
function heardInEdit(given: unknown, common: Common, passedBy: PassedBy): Heard | null {
  const message = MESSAGE.safeParse(given)
  if (!message.success) return null
  const heard = heardInMessage(given, common, passedBy)
  if (heard?.kind !== 'text') return passedBy('edited_message')
  return { ...heard, at: (message.data.edit_date ?? message.data.date) * 1_000 }
}

function heardInCallback(given: unknown, { eventId, at }: Common, passedBy: PassedBy): Heard | null {
  const callback = CALLBACK.safeParse(given)
  if (!callback.success) return null
  const { id, from, message, data } = callback.data
  if (message?.chat.type !== 'private' || !data) return passedBy('callback_query')
  return {
    kind: 'press',
    // With the id by which the press is acknowledged: nothing has to be remembered for that, and a repeat has the same.
    eventId: ACKNOWLEDGED.test(id) ? `${eventId}.${id}` : eventId,
    // A press has no time of its own; its message’s is when we sent it.
    at,
    address: String(message.chat.id),
    payload: data,
    locale: localeOf(from),
  }
}

/** The press that an event’s id names; null when it was no press. */
export function callbackIdOf(eventId: string): string | null {
  return /^\d+\.([\w-]{1,64})$/.exec(eventId)?.[1] ?? null
}

function heardInMember(given: unknown, { eventId }: Common, passedBy: PassedBy): Heard | null {
  const member = MEMBER.safeParse(given)
  if (!member.success) return null
  const { chat, date, new_chat_member } = member.data
  const kind = ({ kicked: 'blocked', member: 'unblocked' } as const)[new_chat_member.status]
  if (chat.type !== 'private' || !kind) return passedBy('my_chat_member')
  return { kind, eventId, at: date * 1_000, address: String(chat.id) }
}

/** Bot API 10.1, `Message`: what somebody can send instead of words. */
const MEDIA = [
  ...['photo', 'video', 'video_note', 'animation', 'audio', 'voice', 'document', 'sticker', 'story'],
  ...[
    'paid_media',
    'live_photo',
    'location',
    'venue',
    'contact',
    'poll',
    'dice',
    'game',
    'checklist',
    'rich_message',
  ],
]

/** What a message without words is, whatever it answers or was forwarded from. */
function kindOf(message: object): string {
  const every = ['message_id', 'date', 'edit_date', 'from', 'chat', 'text', 'caption']
  const names = Object.keys(message)
  return (
    names.find((name) => MEDIA.includes(name)) ?? names.find((name) => !every.includes(name)) ?? 'message'
  )
}

function localeOf(user: z.output<typeof USER> | undefined): Locale | null {
  const language = user?.language_code?.slice(0, 2).toLowerCase()
  return language === 'fr' || language === 'en' ? language : null
}

function nameOf(user: z.output<typeof USER> | undefined): string | null {
  const name = [user?.first_name, user?.last_name].filter(Boolean).join(' ').slice(0, 128)
  return name === '' ? null : name
}
