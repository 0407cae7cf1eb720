import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '#kit'
import { isPublicAddress } from './public-address.ts'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** An address of a bank: TLS, always; without it only on this machine, for a simulated bank. */
const address = z.string().refine((text) => {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (username || password) return false
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))
}, 'must be an https address')

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

const ADDRESSES = ['issuer', 'fdxBaseUrl', 'cardControlUrl'] as const

/** What Guichet knows about a bank: data, no code. One file `<id>.json` in the banks folder. */
export const BankProfile = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{1,40}$/),
    name: z.string().min(1).max(60),
    legalName: z.string().min(1).max(120),
    simulated: z.boolean(),
    issuer: address,
    fdxBaseUrl: address,
    cardControlUrl: address,
    clientId: z.string().min(1).max(100),
    eventKeys: z
      .array(EventKey)
      .min(1)
      .max(4)
      .refine(
        (keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length,
        'two keys have the same kid',
      ),
    country: z.string().regex(/^[A-Z]{2}$/),
    timeZone: z.string().max(60).refine(isTimeZone, 'must be an IANA time zone, such as Europe/London'),
    currency: z.string().regex(/^[A-Z]{3}$/),
    /** The number a person calls to speak to somebody at the bank. */
    supportPhone: z.string().max(40).optional(),
  })
  .superRefine((profile, context) => {
    for (const field of profile.simulated ? [] : ADDRESSES)
      if (URL.canParse(profile[field]) && !isPublicAddress(new URL(profile[field])))
        context.addIssue({
          code: 'custom',
          path: [field],
          message: 'must be a public https address; only a simulated bank may be elsewhere',
        })
  })
export type BankProfile = z.infer<typeof BankProfile>

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
