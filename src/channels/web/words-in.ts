import { Fault } from '#kit'

/** The longest message a person may write, in UTF-16 units as browsers count them. */
export const MESSAGE_LENGTH_MAX = 2_000
/** WhatsApp and Telegram carry 4,096 characters, and a character may be two of ours. */
export const CARRIED_LENGTH_MAX = 2 * 4_096

/** Control characters but the line break, and what turns the reading direction around: text that is not what it seems. */
const UNSEEN =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/** Text that shows what it is: composed, and without characters that nobody sees. */
export function visibleText(text: string): string {
  return text.normalize('NFC').replace(/\r\n?/g, '\n').replace(/\t/g, ' ').replace(UNSEEN, '')
}

/** What a person wrote, made safe to show. Throws `message-too-long`, and `request-malformed` when nothing is left. */
export function readWords(text: string, lengthMax = MESSAGE_LENGTH_MAX): string {
  if (text.length > lengthMax) throw new Fault('message-too-long')
  const words = visibleText(text).trim()
  if (words === '') throw new Fault('request-malformed', { detail: 'the message is empty' })
  return words
}
