import { SECOND } from '#kit'

/** Bodies of updates, with the fields that Telegram sends and ours to fill. */
export type Someone = { id: number; firstName: string; language: string }

const inSeconds = (now: number) => Math.floor(now / SECOND)
const user = ({ id, firstName, language }: Someone) => ({
  id,
  is_bot: false,
  first_name: firstName,
  language_code: language,
})
const chat = ({ id, firstName }: Someone) => ({ id, first_name: firstName, type: 'private' })

export const messageOf = (who: Someone, messageId: number, now: number, content: object) => ({
  message_id: messageId,
  from: user(who),
  chat: chat(who),
  date: inSeconds(now),
  ...content,
})

export const pressOf = (
  who: Someone,
  { id, messageId, sentAt, data }: { id: string; messageId: number; sentAt: number; data: string },
) => ({
  id,
  from: user(who),
  message: { message_id: messageId, chat: chat(who), date: inSeconds(sentAt) },
  chat_instance: '8134722200314281151',
  data,
})

export const membershipOf = (who: Someone, now: number, before: string, after: string) => ({
  chat: chat(who),
  from: user(who),
  date: inSeconds(now),
  old_chat_member: { status: before },
  new_chat_member: { status: after },
})
