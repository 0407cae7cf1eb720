import { NOTICES } from '#conversation'
import { namesMerchant } from '#merchants'

/** A random token of ours: 24 or 32 bytes as base64url. An IBAN has no small letters, so it is none. */
const TOKEN = /^(?=.*[a-z])[\w-]{32}(?:[\w-]{11})?$/
/** A messenger's own name for a chat: no spaces, so that it is no sentence. */
const ADDRESS = /^[\w.:!@=+/-]{1,256}$/
/** The messengers' own words for what a message is, as their documentation writes them. */
const STRUCTURE = /^[A-Za-z][A-Za-z_.]{0,40}$/
const STRUCTURE_FIELDS = new Set([
  ...['type', 'method', 'style', 'messaging_type', 'template_type', 'messaging_product', 'recipient_type'],
  ...[
    'sub_type',
    'content_type',
    'notification_type',
    'category',
    'policy',
    'action',
    'status',
    'code',
    'name',
  ],
  ...['language', 'locale', 'parse_mode', 'sender_action', 'webview_height_ratio', 'format'],
])
const CURRENCY =
  /[\p{Sc}]|(?<!\p{L})(?:eur|euros?|usd|dollars?|gbp|pounds?|livres?|chf|francs?|jpy|cents?|centimes?|pence|bucks)(?!\p{L})/iu
const DIGIT = /\p{Nd}/gu

/** What is allowed to leave beside our own sentences. */
export type Allowed = {
  publicUrl: URL
  /** Names of banks, folded to lower case. */
  names: ReadonlySet<string>
  /** JSON fields that hold the messenger's own ids. */
  addressFields: readonly string[]
}

const SENTENCES: ReadonlySet<string> = new Set(
  Object.values(NOTICES).flatMap((sentence) => Object.values(sentence)),
)

/**
 * Looks over a body that is about to leave for a third party, and says what is wrong with it, without repeating it; null
 * when nothing is. Our own sentences pass as they are. In anything else no figure may stand: no amount or currency, no
 * number longer than the two digits that a chat is confirmed by, no merchant or bank by name, no address but our own.
 */
export function findLeak(body: string, allowed: Allowed): string | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return inText(body, allowed)
  }
  return inValue(parsed, null, allowed)
}

function inValue(value: unknown, field: string | null, allowed: Allowed): string | null {
  if (Array.isArray(value)) return first(value, (one) => inValue(one, field, allowed))
  if (value !== null && typeof value === 'object')
    return first(Object.entries(value), ([name, one]) => inText(name, allowed) ?? inValue(one, name, allowed))
  if (typeof value === 'number' || typeof value === 'bigint')
    return field !== null && allowed.addressFields.includes(field) ? null : inText(String(value), allowed)
  if (typeof value !== 'string') return null
  if (field !== null && allowed.addressFields.includes(field))
    return ADDRESS.test(value) ? null : 'an id of the messenger that is none'
  if (field !== null && STRUCTURE_FIELDS.has(field) && STRUCTURE.test(value)) return null
  return inText(value, allowed)
}

function inText(given: string, { publicUrl, names }: Allowed): string | null {
  if (SENTENCES.has(given) || TOKEN.test(given) || isPlace(given, publicUrl)) return null
  const text = given.normalize('NFKC').replace(/\p{Cf}/gu, '')
  // A parser of addresses drops line ends: two lines are no address, whatever it says.
  if (!/\s/.test(text) && URL.canParse(text))
    return isOwnLink(text, publicUrl) ? null : 'an address with more than a token of ours in it'
  const words = text.split(/\s+/).map((word) => (TOKEN.test(word) || isOwnLink(word, publicUrl) ? '' : word))
  const rest = words.join(' ')
  const digits = rest.match(DIGIT)?.length ?? 0
  if (digits > 0 && CURRENCY.test(rest)) return 'a figure beside a currency'
  if (digits > 2) return 'a number'
  if (digits > 0 && /\p{Nd}[.,\u066b]\p{Nd}/u.test(rest)) return 'an amount'
  if (namesMerchant(rest)) return 'the name of a merchant'
  const folded = ` ${rest.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `
  for (const name of names) if (folded.includes(` ${name} `)) return 'the name of a bank'
  return null
}

/** The place of a token in a template that is registered: nothing is filled in. */
const isPlace = (given: string, publicUrl: URL): boolean =>
  given === '{{1}}' || given === `${publicUrl.origin}/o/{{1}}`

/** An address of ours whose path is a token, and nothing else. */
function isOwnLink(word: string, publicUrl: URL): boolean {
  if (!URL.canParse(word)) return false
  const { origin, username, password, pathname, search, hash } = new URL(word)
  const isBare = username === '' && password === '' && search === '' && hash === ''
  const parts = pathname.split('/')
  return origin === publicUrl.origin && isBare && parts.every((part) => part.length < 3 || TOKEN.test(part))
}

function first<T>(all: readonly T[], look: (one: T) => string | null): string | null {
  for (const one of all) {
    const found = look(one)
    if (found) return found
  }
  return null
}
