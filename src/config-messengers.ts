import { z } from 'zod'
import { Fault, Secret } from '#kit'
import { key, setting } from './config-setting.ts'

const word = (says: string, accepts: string, pattern: RegExp) =>
  setting({ says, accepts, standard: 'none: this messenger is off' }, z.string().regex(pattern))
const secret = (says: string) =>
  setting(
    { says, accepts: 'a key without spaces', standard: 'none: this messenger is off', secret: true },
    key(),
  )
const address = () =>
  z
    .string()
    .refine((text) => URL.canParse(text) && /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/.test(text))
    .transform((text) => new URL(text))
const graphUrl = (says: string) =>
  setting(
    {
      says,
      accepts: 'an https:// address with its version (http:// on this machine only)',
      standard: 'https://graph.facebook.com/v25.0',
    },
    address(),
  )
const template = (says: string) =>
  setting(
    {
      says,
      accepts: 'up to 24 small letters and _; such as guichet',
      standard: 'none: outside the window another way is taken',
    },
    z.string().regex(/^[a-z][a-z_]{0,23}$/),
  )

const DIGITS = /^\d{5,20}$/

/** The settings of the messengers. Each is on when all that it needs is set. */
export const MESSENGER_SETTINGS = {
  GUICHET_MESSENGER_PAGE_ID: word(
    'The Facebook page that people write to on Messenger.',
    'the page’s number',
    DIGITS,
  ),
  GUICHET_MESSENGER_PAGE_TOKEN: secret('The page’s access token.'),
  GUICHET_MESSENGER_APP_SECRET: secret('The app’s secret: what Messenger sends is signed with it.'),
  GUICHET_MESSENGER_VERIFY_TOKEN: secret('The word agreed on in the app’s webhook settings.'),
  GUICHET_MESSENGER_UTILITY_TEMPLATE: template(
    'How the names of the page’s UTILITY templates begin, used outside the 24-hour window: `guichet channel templates register` makes them. Whether they can be had in Europe is not verified.',
  ),
  GUICHET_MESSENGER_GRAPH_URL: graphUrl('Where Messenger’s Graph API is.'),
  GUICHET_WHATSAPP_PHONE_ID: word(
    'The phone number’s id at the WhatsApp Cloud API.',
    'the id’s digits',
    DIGITS,
  ),
  GUICHET_WHATSAPP_ACCOUNT_ID: setting(
    {
      says: 'The WhatsApp Business Account that the number belongs to: its templates are registered there.',
      accepts: 'the id’s digits',
      standard: 'none: `guichet channel` cannot register templates for WhatsApp',
    },
    z.string().regex(DIGITS),
  ),
  GUICHET_WHATSAPP_NUMBER: word(
    'The number that people write to.',
    'digits alone, with the country’s',
    DIGITS,
  ),
  GUICHET_WHATSAPP_TOKEN: secret('The access token of the Cloud API.'),
  GUICHET_WHATSAPP_APP_SECRET: secret('The app’s secret: what WhatsApp sends is signed with it.'),
  GUICHET_WHATSAPP_VERIFY_TOKEN: secret('The word agreed on in the app’s webhook settings.'),
  GUICHET_WHATSAPP_UTILITY_TEMPLATE: template(
    'How the names of the utility templates begin, used outside the 24-hour window: `guichet channel templates register` makes them.',
  ),
  GUICHET_WHATSAPP_GRAPH_URL: graphUrl('Where WhatsApp’s Cloud API is.'),
  GUICHET_TELEGRAM_BOT_NAME: word(
    'The Telegram bot that people write to.',
    'its name without the @',
    /^\w{5,32}$/,
  ),
  GUICHET_TELEGRAM_BOT_TOKEN: secret('The bot’s token, from @BotFather.'),
  GUICHET_TELEGRAM_WEBHOOK_SECRET: setting(
    {
      says: 'A word of your choice that Telegram repeats with everything it sends.',
      accepts: '16 to 256 letters, digits, _ and -',
      standard: 'none: this messenger is off',
      secret: true,
    },
    z
      .string()
      .regex(/^[\w-]{16,256}$/)
      .transform((text) => new Secret(text)),
  ),
  GUICHET_TELEGRAM_API_URL: setting(
    {
      says: 'Where Telegram’s Bot API is.',
      accepts: 'an https:// address (http:// on this machine only)',
      standard: 'https://api.telegram.org',
    },
    address(),
  ),
  GUICHET_MATRIX_HOMESERVER: setting(
    {
      says: 'Where the client-server API of our Matrix homeserver is.',
      accepts: 'an https:// address (http:// on this machine only)',
      standard: 'none: this messenger is off',
    },
    address(),
  ),
  GUICHET_MATRIX_USER: word(
    'Our account there, which people write to.',
    'a user id such as @guichet:bank.example',
    /^@[a-z0-9._=/+-]+:[A-Za-z0-9.:[\]-]+$/,
  ),
  GUICHET_MATRIX_ACCESS_TOKEN: secret(
    'The access token of one device of that account, which nothing else may use.',
  ),
  GUICHET_MATRIX_SERVERS: setting(
    {
      says: 'Homeservers whose people may read their answers in a verified room; people of others get sealed notices.',
      accepts: 'names of homeservers, separated by commas',
      standard: 'the homeserver in GUICHET_MATRIX_USER',
    },
    z
      .string()
      .regex(/^[A-Za-z0-9.:[\]-]+(,[A-Za-z0-9.:[\]-]+)*$/)
      .transform((text) => text.split(',')),
  ),
} as const

type Given = { [K in keyof typeof MESSENGER_SETTINGS]?: z.infer<(typeof MESSENGER_SETTINGS)[K]> }

const GRAPH = new URL('https://graph.facebook.com/v25.0')

/** What the settings say of each messenger; null for one that is off. Throws `setting-wrong` for one that is half set. */
export function messengersOf(given: Given) {
  const messenger = whole(given, {
    pageId: 'GUICHET_MESSENGER_PAGE_ID',
    accessToken: 'GUICHET_MESSENGER_PAGE_TOKEN',
    appSecret: 'GUICHET_MESSENGER_APP_SECRET',
    verifyToken: 'GUICHET_MESSENGER_VERIFY_TOKEN',
  })
  const whatsapp = whole(given, {
    phoneId: 'GUICHET_WHATSAPP_PHONE_ID',
    number: 'GUICHET_WHATSAPP_NUMBER',
    accessToken: 'GUICHET_WHATSAPP_TOKEN',
    appSecret: 'GUICHET_WHATSAPP_APP_SECRET',
    verifyToken: 'GUICHET_WHATSAPP_VERIFY_TOKEN',
  })
  const telegram = whole(given, {
    botName: 'GUICHET_TELEGRAM_BOT_NAME',
    token: 'GUICHET_TELEGRAM_BOT_TOKEN',
    webhookSecret: 'GUICHET_TELEGRAM_WEBHOOK_SECRET',
  })
  const matrix = whole(given, {
    homeserver: 'GUICHET_MATRIX_HOMESERVER',
    user: 'GUICHET_MATRIX_USER',
    accessToken: 'GUICHET_MATRIX_ACCESS_TOKEN',
  })
  return {
    matrix: matrix && {
      ...matrix,
      servers: given.GUICHET_MATRIX_SERVERS ?? [matrix.user.slice(matrix.user.indexOf(':') + 1)],
    },
    messenger: messenger && {
      ...messenger,
      utilityTemplate: given.GUICHET_MESSENGER_UTILITY_TEMPLATE ?? null,
      graphUrl: given.GUICHET_MESSENGER_GRAPH_URL ?? GRAPH,
    },
    whatsapp: whatsapp && {
      ...whatsapp,
      accountId: given.GUICHET_WHATSAPP_ACCOUNT_ID ?? null,
      utilityTemplate: given.GUICHET_WHATSAPP_UTILITY_TEMPLATE ?? null,
      graphUrl: given.GUICHET_WHATSAPP_GRAPH_URL ?? GRAPH,
    },
    telegram: telegram && {
      ...telegram,
      apiUrl: given.GUICHET_TELEGRAM_API_URL ?? new URL('https://api.telegram.org'),
    },
  }
}

export type MessengerSettings = ReturnType<typeof messengersOf>

/** All that a messenger needs, or nothing: one that is half set would fail at the first message instead of at the start. */
function whole<N extends Record<string, keyof Given>>(
  given: Given,
  names: N,
): { [K in keyof N]: NonNullable<Given[N[K]]> } | null {
  const missing = Object.values(names).filter((name) => given[name] === undefined)
  if (missing.length === Object.keys(names).length) return null
  if (missing.length > 0)
    throw new Fault('setting-wrong', { detail: `Also set ${missing.join(', ')}, or none of them.` })
  const set = Object.entries(names).map(([field, name]) => [field, given[name]])
  return Object.fromEntries(set) as { [K in keyof N]: NonNullable<Given[N[K]]> }
}
