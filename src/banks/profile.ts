import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '#kit'
import { AuthorisationWay } from './authorisation-way.ts'
import { address } from './profile-address.ts'
import { isPublicAddress } from './public-address.ts'

/** How a bank serves accounts: each is a reader of its own (`readers.ts`). */
export const STANDARDS = [
  'fdx-6',
  'fdx-5',
  'fdx-4',
  'obie-4.0',
  'obie-3.1',
  'berlin-1.3',
  'stet-1.4',
  'citi',
] as const
export type Standard = (typeof STANDARDS)[number]

const EventKey = z
  .looseObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string().regex(/^[\w-]{43}$/),
    kid: z.string().min(1).max(80),
  })
  .refine((key) => !('d' in key), 'holds a private key, which only the bank may have: give the public one')

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** What the bank allows, where it is less than the standard's own. */
const Limits = z.strictObject({
  /** Reads of a person's data in 24 hours while they are away: EU 2018/389, art. 36(5)(b), unless the bank agrees to more. */
  unattendedPullsPerDay: z.int().min(1).max(1_440).default(4),
  /** Rows of a page; without it, the reader's own. */
  pageSize: z.int().min(1).max(1_000).optional(),
  /** How far back the bank answers; without it, as far as the person consented to. */
  historyDays: z.int().min(1).max(3_650).optional(),
})

const RESERVED = new Set(['authorization', 'cookie', 'host', 'dpop', 'signature', 'digest', 'content-length'])

/** A path below the base address, without its first slash. */
const path = z.string().regex(/^[\w{][\w{}./-]{0,200}$/)

const Api = z
  .strictObject({
    standard: z.enum(STANDARDS),
    /** What every path of the standard begins with, its version included: `https://api.bank.example/fdx/v6`. */
    baseUrl: address,
    /** Berlin Group: which of a row's two ids the bank keeps from one answer to the next; `transactionId` without it. */
    identity: z.enum(['transactionId', 'entryReference']).optional(),
    /** Citi: whether what was spent is a negative or a positive amount, on an account and on a card. */
    amounts: z
      .strictObject({
        account: z.enum(['negative', 'positive']),
        card: z.enum(['negative', 'positive']),
      })
      .optional(),
    /** Headers that the bank wants on every request beside the standard's; nothing secret, since a profile is no place for it. */
    headers: z
      .record(
        z
          .string()
          .regex(/^[a-z][a-z0-9_-]{1,60}$/)
          .refine((name) => !RESERVED.has(name), 'is a header that is ours'),
        z.string().regex(/^[\x20-\x7e]{1,200}$/),
      )
      .optional(),
    /** FDX: where a resource is elsewhere than the standard has it. */
    paths: z
      .strictObject({
        accounts: path,
        account: path.includes('{accountId}'),
        transactions: path.includes('{accountId}'),
        customer: path,
        consent: path.includes('{consentId}'),
      })
      .partial()
      .optional(),
    /** The bank's name within a network, where `paths` say `{provider}`. */
    provider: z
      .string()
      .regex(/^[\w.-]{1,80}$/)
      .optional(),
  })
  .superRefine(({ standard, identity, amounts, paths, provider }, context) => {
    const wrong = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message })
    if (identity && !standard.startsWith('berlin')) wrong('identity', `${standard} has one id a row`)
    if (amounts && standard !== 'citi') wrong('amounts', `${standard} says it itself`)
    if (!amounts && standard === 'citi') wrong('amounts', 'say how Citi writes what was spent')
    if (paths && !standard.startsWith('fdx')) wrong('paths', `the paths of ${standard} are the standard's`)
    const isNamed = Object.values(paths ?? {}).some((one) => one?.includes('{provider}'))
    if (isNamed && !provider) wrong('provider', 'is named in paths: give it')
    if (!isNamed && provider) wrong('provider', 'is named in no path')
  })

/** What Guichet knows about a bank: data, no code. One file `<id>.json` in the banks folder. */
export const BankProfile = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{1,40}$/),
    name: z.string().min(1).max(60),
    legalName: z.string().min(1).max(120),
    simulated: z.boolean(),
    /** Who the bank's authorization server says it is; also the `source` of its card events. */
    issuer: address,
    api: Api,
    authorisation: AuthorisationWay,
    /** Where orders about a card are sent; a bank that only serves accounts has none. */
    cardControlUrl: address.optional(),
    clientId: z.string().min(1).max(100),
    /** What the bank signs its card events with; a bank that sends none has none. */
    eventKeys: z
      .array(EventKey)
      .min(1)
      .max(4)
      .refine(
        (keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length,
        'two keys have the same kid',
      )
      .optional(),
    limits: Limits.prefault({}),
    country: z.string().regex(/^[A-Z]{2}$/),
    timeZone: z.string().max(60).refine(isTimeZone, 'must be an IANA time zone, such as Europe/London'),
    currency: z.string().regex(/^[A-Z]{3}$/),
    /** The number a person calls to speak to somebody at the bank. */
    supportPhone: z.string().max(40).optional(),
  })
  .superRefine((profile, context) => {
    for (const [path, url] of profile.simulated ? [] : addressesOf(profile))
      if (URL.canParse(url) && !isPublicAddress(new URL(url)))
        context.addIssue({
          code: 'custom',
          path,
          message: 'must be a public https address; only a simulated bank may be elsewhere',
        })
  })
export type BankProfile = z.infer<typeof BankProfile>

/** Every address of a profile, with where in the file it stands. */
function addressesOf(profile: {
  issuer: string
  api: { baseUrl: string }
  cardControlUrl?: string | undefined
  authorisation: AuthorisationWay
}): [string[], string][] {
  const { issuer, api, cardControlUrl, authorisation } = profile
  const endpoints = authorisation.kind === 'oauth2' ? Object.entries(authorisation.endpoints ?? {}) : []
  return [
    [['issuer'], issuer],
    [['api', 'baseUrl'], api.baseUrl],
    ...(cardControlUrl === undefined ? [] : [[['cardControlUrl'], cardControlUrl] as [string[], string]]),
    ...endpoints.map(([name, url]) => [['authorisation', 'endpoints', name], url] as [string[], string]),
  ]
}

/** Reads every profile of a folder, by id. Throws `setting-wrong` naming the file and the field. */
export async function loadProfiles(folder: string): Promise<BankProfile[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new Fault('setting-wrong', { cause, detail: `the banks folder ${folder} cannot be read` })
  })
  const profiles: BankProfile[] = []
  for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
    profiles.push(parseProfile(name, await readFile(join(folder, name), 'utf8')))
  }
  return profiles
}

export function parseProfile(name: string, text: string): BankProfile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new Fault('setting-wrong', { cause, detail: `${name} is not JSON` })
  }
  if (json !== null && typeof json === 'object' && 'fdxBaseUrl' in json)
    throw new Fault('setting-wrong', {
      detail: `${name}: fdxBaseUrl: is now "api": {"standard": "fdx-6", "baseUrl": …}, with "authorisation": {"kind": "fapi2"}`,
    })
  const result = BankProfile.safeParse(json)
  if (!result.success) {
    const issue = result.error.issues[0]!
    throw new Fault('setting-wrong', {
      detail: `${name}: ${issue.path.join('.') || 'the file'}: ${issue.message}`,
    })
  }
  if (`${result.data.id}.json` !== name) {
    throw new Fault('setting-wrong', {
      detail: `${name}: id is ${result.data.id}; name the file ${result.data.id}.json`,
    })
  }
  return result.data
}
