import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Field = { name: string; types: string[]; required: boolean; description: string }
type Description = { fields: Field[] }

/** An extract of the machine-readable description of Bot API 10.1: the methods and types that a bot of ours uses. */
export const BOT_API: { methods: Record<string, Description>; types: Record<string, Description> } =
  JSON.parse(readFileSync(join(import.meta.dirname, 'bot-api.json'), 'utf8'))

/** Limits that the description says in words. */
const CHARACTERS_MAX: Record<string, number> = {
  'sendMessage.text': 4_096,
  'answerCallbackQuery.text': 200,
  'setWebhook.secret_token': 256,
}

/** What is wrong with a call, as Telegram would begin its answer; null when nothing is. Telegram itself is more lenient. */
export function faultInCall(method: string, parameters: Record<string, unknown>): string | null {
  return faultInFields(BOT_API.methods[method]!, parameters, method)
}

function faultInFields(
  { fields }: Description,
  given: Record<string, unknown>,
  place: string,
): string | null {
  const unknown = Object.keys(given).find((name) => !fields.some((field) => field.name === name))
  if (unknown) return `${place} has no parameter ${unknown}`
  for (const field of fields) {
    const value = given[field.name]
    const here = `${place}.${field.name}`
    if (value === undefined) {
      if (field.required) return `${here} is missing`
      continue
    }
    const faults = field.types.map((type) => faultInValue(type, value, here))
    if (!faults.includes(null)) return faults[0]!
  }
  if (place.endsWith('InlineKeyboardButton')) return faultInButton(given)
  return null
}

function faultInValue(type: string, value: unknown, place: string): string | null {
  const wrong = `${place} must be ${type}`
  if (type.startsWith('Array of ')) {
    if (!Array.isArray(value)) return wrong
    return first(value.map((one) => faultInValue(type.slice('Array of '.length), one, place)))
  }
  if (type === 'Integer') return Number.isSafeInteger(value) ? null : wrong
  if (type === 'Boolean') return typeof value === 'boolean' ? null : wrong
  if (type === 'String') {
    if (typeof value !== 'string') return wrong
    const most = CHARACTERS_MAX[place]
    if (most === undefined) return null
    if ([...value].length > most) return `${place} is too long`
    return value === '' ? `${place} is empty` : null
  }
  const description = BOT_API.types[type]
  if (!description || typeof value !== 'object' || value === null || Array.isArray(value)) return wrong
  return faultInFields(description, value as Record<string, unknown>, type)
}

/** “Exactly one of the fields other than text, icon_custom_emoji_id, and style must be used.” */
function faultInButton(button: Record<string, unknown>): string | null {
  const does = Object.keys(button).filter((name) => !['text', 'icon_custom_emoji_id', 'style'].includes(name))
  if (does.length !== 1) return 'a button does exactly one thing'
  const { callback_data, url, style } = button
  if (callback_data !== undefined) {
    const bytes = Buffer.byteLength(String(callback_data))
    if (bytes < 1 || bytes > 64) return 'BUTTON_DATA_INVALID'
  }
  if (url !== undefined && !/^(https?|tg):\/\//.test(String(url))) return 'BUTTON_URL_INVALID'
  if (style !== undefined && !['danger', 'success', 'primary'].includes(String(style)))
    return 'a button has no such style'
  return null
}

function first(faults: (string | null)[]): string | null {
  return faults.find((fault) => fault !== null) ?? null
}
