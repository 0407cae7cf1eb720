/**
 * config: every setting, once. Settings come from the environment, are parsed once by the command line, and reach the
 * rooms as values. `docs/settings.md` is printed from the schema below.
 */
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { Fault, LOG_LEVELS, type LogLevel, Secret } from '#kit'
import { MAIL_SETTINGS, type MailSettings, mailOf } from './config-mail.ts'
import { MESSENGER_SETTINGS, type MessengerSettings, messengersOf } from './config-messengers.ts'
import { PUSH_SETTINGS, pushServicesOf } from './config-push.ts'
import { type About, key, setting } from './config-setting.ts'
import { nearestName } from './nearest-name.ts'

export { nearestName } from './nearest-name.ts'

/** The longest a consent may last: FDX and the DSP2 rules on account access both stop at a year. */
const CONSENT_DAYS_LIMIT = 365

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((number) => number >= least && number <= most)

const folder = () =>
  z
    .string()
    .min(1)
    .transform((path) => resolve(path))

const postgresAddress = () =>
  z
    .string()
    .refine((text) => /^postgres(ql)?:\/\/.+\/.+/.test(text) && URL.canParse(text))
    .transform((text) => new Secret(text))

const pageAddress = () =>
  z
    .string()
    .refine((text) => URL.canParse(text))
    .transform((text) => new URL(text))
    .refine(({ protocol, hostname, pathname, search }) => {
      const safe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname))
      return safe && pathname === '/' && search === ''
    })

/** Origins of pages, between spaces. */
const origins = () =>
  z
    .string()
    .transform((text) => text.trim().split(/\s+/))
    .refine((texts) =>
      texts.every((text) => {
        if (!URL.canParse(text)) return false
        const { protocol, hostname, origin } = new URL(text)
        return origin === text && (protocol === 'https:' || LOOPBACK.includes(hostname))
      }),
    )

/** The schema, by the names in the environment. */
export const SETTINGS = z.strictObject({
  GUICHET_PUBLIC_URL: setting(
    {
      says: 'The address people type. Cookies, sign-in and the banks’ way back depend on it.',
      accepts: 'an https:// address without a path (http:// on this machine only)',
      standard: 'http://localhost:PORT',
    },
    pageAddress(),
  ),
  GUICHET_PORT: setting(
    { says: 'The port Guichet listens on.', accepts: 'a whole number from 1 to 65535', standard: '4400' },
    wholeNumber(1, 65_535),
  ),
  GUICHET_HOST: setting(
    {
      says: 'The network address Guichet listens on. Keep it to this machine behind a proxy that ends TLS and names the sender in X-Forwarded-For, or all its visitors share one limit of requests.',
      accepts: 'an IP address or a host name',
      standard: '127.0.0.1',
    },
    z.string().regex(/^[\w.:-]+$/),
  ),
  GUICHET_DATA: setting(
    {
      says: 'The folder everything is kept in that is not in the database: keys, the log signer’s memory, bank profiles.',
      accepts: 'a folder',
      standard: '.guichet',
    },
    folder(),
  ),
  DATABASE_URL: setting(
    {
      says: 'The owner’s address of a PostgreSQL 15 or later; Guichet makes its own roles there, which can do far less. Give it a server, or at least role names, of its own. Without it, Guichet starts the PostgreSQL it brings, in the data folder.',
      accepts: 'postgres://user:password@host:port/database',
      standard: 'the embedded server',
      secret: true,
    },
    postgresAddress(),
  ),
  GUICHET_KEYS_DATABASE_URL: setting(
    {
      says: 'The owner’s address of the database for wrapped keys, which must stay out of the main backups. It must exist.',
      accepts: 'postgres://user:password@host:port/database',
      standard: 'NAME_keys beside the main database, made when it is not there',
      secret: true,
    },
    postgresAddress(),
  ),
  GUICHET_KEYS: setting(
    {
      says: 'The folder of key-encryption keys and of the secret that role passwords follow from. Back it up apart from the databases, and for less than 30 days.',
      accepts: 'a folder',
      standard: 'DATA/keys',
    },
    folder(),
  ),
  GUICHET_SIGNER: setting(
    {
      says: 'The folder of the log’s signing key and its last checkpoint. Never restore it from a backup.',
      accepts: 'a folder',
      standard: 'DATA/signer',
    },
    folder(),
  ),
  GUICHET_BANKS: setting(
    {
      says: 'The folder of bank profiles, one file BANK.json each: see docs/connect-a-bank.md.',
      accepts: 'a folder',
      standard: 'DATA/banks',
    },
    folder(),
  ),
  GUICHET_OFFERS: setting(
    { says: 'The folder of the banks’ own offers.', accepts: 'a folder', standard: 'DATA/offers' },
    folder(),
  ),
  GUICHET_LOG_ORIGIN: setting(
    {
      says: 'The name of the access log, signed into every checkpoint. It can never change for a log.',
      accepts: 'a name without spaces, + or a scheme, such as bank.example/guichet/access/1',
      standard: 'HOST/guichet/access/1, HOST being that of the public address without its port',
    },
    z.string().regex(/^[^\s+:]+(?::\d+)?(?:\/[^\s+:]+)*$/),
  ),
  GUICHET_LOG_LEVEL: setting(
    {
      says: 'How much is written to standard output, one JSON object a line; no level writes personal data.',
      accepts: LOG_LEVELS.join(', '),
      standard: 'info',
    },
    z.string().pipe(z.enum(LOG_LEVELS)),
  ),
  GUICHET_CONSENT_DAYS_MAX: setting(
    {
      says: 'The longest a consent lasts here; a purpose that asks for less keeps to less.',
      accepts: `a whole number from 1 to ${CONSENT_DAYS_LIMIT}`,
      standard: String(CONSENT_DAYS_LIMIT),
    },
    wholeNumber(1, CONSENT_DAYS_LIMIT),
  ),
  GUICHET_SESSION_IDLE_MINUTES: setting(
    {
      says: 'After how long without a click a person signs in again.',
      accepts: 'a whole number from 1 to 60',
      standard: '15',
    },
    wholeNumber(1, 60),
  ),
  GUICHET_PLANNER_URL: setting(
    {
      says: 'A language model, at an address that speaks OpenAI’s chat completions with JSON Schema, that is asked what somebody means whom nothing else here understands. Whoever sets it lets those words leave the house, as they were written, with their language and the date; nothing that is kept about a person is ever sent. Say so to your people.',
      accepts: 'an https:// address, such as https://model.example/v1 (http:// on this machine only)',
      standard: 'none: no words leave the house',
    },
    z
      .string()
      .refine((text) => URL.canParse(text))
      .transform((text) => new URL(text))
      .refine(
        ({ protocol, hostname, search, username }) =>
          (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname))) &&
          search === '' &&
          username === '',
      ),
  ),
  GUICHET_PLANNER_MODEL: setting(
    { says: 'The model that is asked for there.', accepts: 'a name', standard: 'default' },
    z.string().regex(/^[\w.:/-]{1,100}$/),
  ),
  GUICHET_PLANNER_KEY: setting(
    {
      says: 'What it is asked with, as a bearer token.',
      accepts: 'a key without spaces',
      standard: 'none',
      secret: true,
    },
    key(),
  ),
  GUICHET_EMBED_ORIGINS: setting(
    {
      says: 'The pages that may have the chat in them, such as the bank’s own: docs/embed-the-chat.md. Every other page of Guichet’s can be framed by nobody.',
      accepts: 'https:// origins between spaces, without a path (http:// on this machine only)',
      standard: 'none: the chat cannot be embedded',
    },
    origins(),
  ),
  ...MESSENGER_SETTINGS,
  ...MAIL_SETTINGS,
  ...PUSH_SETTINGS,
  GUICHET_CONTROL_URL: setting(
    {
      says: 'The page the demo is steered from. `guichet demo` sets it; a real installation has none.',
      accepts: 'an address on this machine',
      standard: 'none',
    },
    z
      .string()
      .refine((text) => URL.canParse(text) && LOOPBACK.includes(new URL(text).hostname))
      .transform((text) => new URL(text)),
  ),
})

export type SettingName = keyof typeof SETTINGS.shape

/** What the rooms are given. */
export type Settings = {
  publicUrl: URL
  host: string
  port: number
  dataFolder: string
  databaseUrl: Secret | null
  keysDatabaseUrl: Secret | null
  keysFolder: string
  signerFolder: string
  banksFolder: string
  offersFolder: string
  logOrigin: string
  logLevel: LogLevel
  consentDaysMax: number
  sessionIdleMinutes: number
  controlUrl: URL | null
  embedOrigins: readonly string[]
  /** The messengers that are set up; null for each that is off. */
  messengers: MessengerSettings
  mail: MailSettings | null
  /** Origins of push services; none when nobody is warned that way. */
  pushServices: readonly string[]
  planner: { url: URL; model: string; key: Secret | null } | null
}

/**
 * Reads the settings from an environment. Other programs' variables are left alone, but an unknown name that begins with
 * GUICHET_ is refused. Throws one `setting-wrong` whose detail has a line for every setting at fault.
 */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const ours = Object.fromEntries(
    Object.entries(environment).filter(
      // An empty variable is how a shell or a service file says “not set”.
      ([name, value]) =>
        value !== '' && value !== undefined && (name.startsWith('GUICHET_') || name === 'DATABASE_URL'),
    ),
  )
  const result = SETTINGS.safeParse(ours)
  if (!result.success)
    throw new Fault('setting-wrong', { detail: describeIssues(result.error.issues, ours).join('\n') })
  return complete(result.data)
}

/** One setting, read as the environment's is, from what somebody typed. Throws `setting-wrong`. */
export function readSetting<N extends SettingName>(
  name: N,
  text: string,
): NonNullable<z.output<typeof SETTINGS>[N]> {
  const result = SETTINGS.safeParse({ [name]: text })
  if (!result.success)
    throw new Fault('setting-wrong', {
      detail: describeIssues(result.error.issues, { [name]: text }).join('\n'),
    })
  return result.data[name]!
}

/** What the documentation says of a setting. */
export function aboutSetting(name: SettingName): About {
  return SETTINGS.shape[name].meta() as About
}

function complete(given: z.output<typeof SETTINGS>): Settings {
  const port = given.GUICHET_PORT ?? 4400
  const publicUrl = given.GUICHET_PUBLIC_URL ?? new URL(`http://localhost:${port}`)
  const dataFolder = given.GUICHET_DATA ?? resolve('.guichet')
  return {
    publicUrl,
    host: given.GUICHET_HOST ?? '127.0.0.1',
    port,
    dataFolder,
    databaseUrl: given.DATABASE_URL ?? null,
    keysDatabaseUrl: given.GUICHET_KEYS_DATABASE_URL ?? null,
    keysFolder: given.GUICHET_KEYS ?? join(dataFolder, 'keys'),
    signerFolder: given.GUICHET_SIGNER ?? join(dataFolder, 'signer'),
    banksFolder: given.GUICHET_BANKS ?? join(dataFolder, 'banks'),
    offersFolder: given.GUICHET_OFFERS ?? join(dataFolder, 'offers'),
    logOrigin: given.GUICHET_LOG_ORIGIN ?? `${publicUrl.hostname}/guichet/access/1`,
    logLevel: given.GUICHET_LOG_LEVEL ?? 'info',
    consentDaysMax: given.GUICHET_CONSENT_DAYS_MAX ?? CONSENT_DAYS_LIMIT,
    sessionIdleMinutes: given.GUICHET_SESSION_IDLE_MINUTES ?? 15,
    controlUrl: given.GUICHET_CONTROL_URL ?? null,
    embedOrigins: given.GUICHET_EMBED_ORIGINS ?? [],
    messengers: messengersOf(given),
    mail: mailOf(given),
    pushServices: pushServicesOf(given),
    planner: given.GUICHET_PLANNER_URL
      ? {
          url: given.GUICHET_PLANNER_URL,
          model: given.GUICHET_PLANNER_MODEL ?? 'default',
          key: given.GUICHET_PLANNER_KEY ?? null,
        }
      : null,
  }
}

function describeIssues(issues: z.core.$ZodIssue[], ours: Record<string, string | undefined>): string[] {
  const names = Object.keys(SETTINGS.shape) as SettingName[]
  const lines = issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => {
        const near = nearestName(key, names)
        return `${key} is not a setting. ${near ? `Did you mean ${near}?` : 'docs/settings.md lists them all.'}`
      })
    const name = issue.path[0] as SettingName
    const { accepts, standard, secret } = aboutSetting(name)
    const value = secret ? 'has a value that cannot be used' : `is “${ours[name]}”`
    return [`${name} ${value}; it must be ${accepts}. Correct it, or remove the line to use ${standard}.`]
  })
  return [...new Set(lines)]
}
