import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import { z } from 'zod'
import { HOUR, MINUTE, type Secret } from '#kit'

/** A page opened from the chat is fresh; what lies around for longer may have been taken from somewhere. */
const AGE_MAX_MS = HOUR
/** Two clocks are never quite the same. */
const SKEW_MAX_MS = MINUTE

const LENGTH_MAX = 8_192

/** The keys that Telegram signs Mini App data with (core.telegram.org/bots/webapps, “Validating data for third-party use”). */
const TELEGRAM_KEYS = {
  production: 'e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d',
  test: '40055058a4ee38156a06562e52eece92a771bcd8346a8c4615cb7376eddf72ec',
} as const

const USER = z.object({ id: z.int().positive(), is_bot: z.boolean().optional() })

export type ChatOfInitData = (
  text: string,
  now: number,
) => { ok: true; address: string } | { ok: false; why: 'malformed' | 'not-signed' | 'too-old' }

type Environment = keyof typeof TELEGRAM_KEYS

/**
 * Which chat opened our page inside Telegram, out of the `initData` that its app hands over. With the bot’s token both of
 * Telegram’s proofs are checked: the HMAC, which every bot’s data has, and the Ed25519 signature where there is one. It
 * recognises a chat and nobody’s bank login: whoever holds the phone can open the page.
 */
export function createInitDataCheck(given: { token: Secret; environment?: Environment }): ChatOfInitData {
  const { token, environment } = given
  const botId = token.reveal().split(':')[0]!
  return createCheck(
    environment,
    (data, key) => hasHmac(data, token) && (data.signature === null || hasSignature(data, botId, key)),
  )
}

/** The same by Telegram’s signature alone, for where the bot’s token does not belong: its number is enough. */
export function createThirdPartyCheck(given: { botId: string; environment?: Environment }): ChatOfInitData {
  const { botId, environment } = given
  return createCheck(environment, (data, key) => hasSignature(data, botId, key))
}

function createCheck(
  environment: Environment = 'production',
  isSigned: (data: InitData, key: KeyObject) => boolean,
): ChatOfInitData {
  const key = publicKey(TELEGRAM_KEYS[environment])
  return (text, now) => {
    const data = parse(text)
    if (!data) return { ok: false, why: 'malformed' }
    return isSigned(data, key) ? addressIn(data, now) : { ok: false, why: 'not-signed' }
  }
}

type InitData = { fields: ReadonlyMap<string, string>; hash: string | null; signature: string | null }

function parse(text: string): InitData | null {
  if (text.length > LENGTH_MAX) return null
  const pairs = [...new URLSearchParams(text)]
  const fields = new Map(pairs)
  // Of a field given twice, what was checked and what is read could be two things.
  if (fields.size !== pairs.length) return null
  return { fields, hash: fields.get('hash') ?? null, signature: fields.get('signature') ?? null }
}

/** The fields as both proofs are made over them: sorted, one a line. */
function lines({ fields }: InitData, without: readonly string[]): string {
  return [...fields]
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('\n')
}

function hasHmac(data: InitData, token: Secret): boolean {
  if (!/^[0-9a-f]{64}$/i.test(data.hash ?? '')) return false
  const key = createHmac('sha256', 'WebAppData').update(token.reveal()).digest()
  const expected = createHmac('sha256', key)
    .update(lines(data, ['hash']))
    .digest()
  return timingSafeEqual(expected, Buffer.from(data.hash!, 'hex'))
}

function hasSignature(data: InitData, botId: string, key: KeyObject): boolean {
  const signature = Buffer.from(data.signature ?? '', 'base64url')
  if (signature.length !== 64) return false
  return verify(
    null,
    Buffer.from(`${botId}:WebAppData\n${lines(data, ['hash', 'signature'])}`),
    key,
    signature,
  )
}

/** In a private chat with a bot, the chat has the number of its person. */
function addressIn({ fields }: InitData, now: number): ReturnType<ChatOfInitData> {
  const seconds = fields.get('auth_date') ?? ''
  if (!/^\d{1,12}$/.test(seconds)) return { ok: false, why: 'malformed' }
  const age = now - Number(seconds) * 1_000
  if (age > AGE_MAX_MS || age < -SKEW_MAX_MS) return { ok: false, why: 'too-old' }
  let user: unknown
  try {
    user = JSON.parse(fields.get('user') ?? '')
  } catch {
    return { ok: false, why: 'malformed' }
  }
  const read = USER.safeParse(user)
  if (!read.success || read.data.is_bot) return { ok: false, why: 'malformed' }
  return { ok: true, address: String(read.data.id) }
}

function publicKey(hex: string): KeyObject {
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') },
    format: 'jwk',
  })
}
