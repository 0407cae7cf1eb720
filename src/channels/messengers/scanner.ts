import { Fault } from '#kit'
import { namesMerchant } from '#merchants'
import { isOurs, isOwnLink, isToken, withoutNumbers } from './our-words.ts'
import { HOLDERS, TOKENS, WORDS } from './structure.ts'

/**
 * Ids of the messengers' own: numbers, WhatsApp's business-scoped ones (`FR.1234`). Nothing else is known to be an id, so
 * that no words or amounts with a point pass as one.
 */
const ADDRESS = /^(?:-?\d{1,20}|[A-Z]{2}\.[A-Za-z0-9]{5,128})$/
/** A receipt of a push: 32 bytes of a keyed hash. */
const HASH = /^(?=.*[a-z])(?=.*[A-Z])[\w-]{43}$/
/** What Telegram calls a press, given back to it: it says no form of it. */
const PRESS = /^(?=.*\d)[\w-]{1,64}$/
/** What the operator made up, at the start and to Telegram alone. It looks like anything. */
const SECRET = /^[\w-]{1,256}$/
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

/**
 * Looks over a body that is about to leave for a third party, and says what is wrong with it, without repeating it; null
 * when nothing is. Only what is known to be ours passes: our fixed sentences, links to what is sealed, random tokens, the
 * messenger's own words in their own fields, and its own ids. Behind that stands a second net, which knows nothing of the
 * first: no amount or currency, no number longer than two digits, no merchant or bank by name.
 */
export function findLeak(body: string, allowed: Allowed): string | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return inText(body, null, allowed)
  }
  return inValue(parsed, null, allowed)
}

/** Throws `notice-refused` for what a last look found. The thing itself is in no error: only what kind of thing it is. */
export function refuseLeak(found: string | null): void {
  if (found !== null) throw new Fault('notice-refused', { detail: found })
}

function inValue(value: unknown, field: string | null, allowed: Allowed): string | null {
  const isId = field !== null && allowed.addressFields.includes(field)
  if (Array.isArray(value)) return first(value, (one) => inValue(one, field, allowed))
  if (value !== null && typeof value === 'object')
    return first(Object.entries(value), ([name, one]) =>
      isKnown(name, allowed) ? inValue(one, name, allowed) : 'a field that is none of ours',
    )
  if (typeof value === 'number') return isId && ADDRESS.test(String(value)) ? null : 'a number'
  if (typeof value !== 'string') return null
  if (isId && ADDRESS.test(value)) return null
  if (field === null || !Object.hasOwn(WORDS, field)) return inText(value, field, allowed)
  const words = WORDS[field]!
  const isWord = words instanceof RegExp ? words.test(value) : words.includes(value)
  return isWord ? inWords(value.replaceAll('_', ' '), allowed) : 'a word that is none of the messenger’s'
}

const isKnown = (field: string, { addressFields }: Allowed): boolean =>
  HOLDERS.has(field) || Object.hasOwn(WORDS, field) || addressFields.includes(field)

function inText(text: string, field: string | null, allowed: Allowed): string | null {
  const { publicUrl } = allowed
  if (field !== null && TOKENS.has(field) && (isToken(text) || text === '{{1}}')) return null
  if (field === 'callback_query_id' && PRESS.test(text)) return null
  if (field === 'receipt' && HASH.test(text)) return null
  if (field === 'secret_token' && SECRET.test(text)) return null
  if (field === 'url' && isOwnWebhook(text)) return null
  return isOurs(text, publicUrl) ? inWords(text, allowed) : 'words that are none of ours'
}

/** Where Telegram is told to send, at the start. Who tells it has the token, so that nobody else's address is told. */
function isOwnWebhook(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return url.href === `${url.origin}/webhooks/telegram` && text === url.href
}

/** The second net: by what no sentence of ours has in it. */
function inWords(given: string, { publicUrl, names }: Allowed): string | null {
  const text = given.normalize('NFKC').replace(/\p{Cf}/gu, '')
  const rest = withoutNumbers(text)
    .split(/\s+/)
    .filter((word) => !isOwnLink(word, publicUrl))
    .join(' ')
  const digits = rest.match(DIGIT)?.length ?? 0
  if (digits > 0 && CURRENCY.test(rest)) return 'a figure beside a currency'
  if (digits > 2) return 'a number'
  if (digits > 0 && /\p{Nd}[.,\u066b]\p{Nd}/u.test(rest)) return 'an amount'
  if (namesMerchant(rest)) return 'the name of a merchant'
  const folded = ` ${rest.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `
  for (const name of names) if (folded.includes(` ${name} `)) return 'the name of a bank'
  return null
}

function first<T>(all: readonly T[], look: (one: T) => string | null): string | null {
  for (const one of all) {
    const found = look(one)
    if (found) return found
  }
  return null
}
