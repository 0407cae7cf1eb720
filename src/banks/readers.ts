import { type Clock, Fault } from '#kit'
import type { AccountReader, BankRequest, ReaderNeeds } from './account-reader.ts'
import { createBerlinReader } from './berlin/read.ts'
import { createCitiReader } from './citi/read.ts'
import { createFdxReader } from './fdx/read.ts'
import { createObieReader } from './obie/read.ts'
import type { BankProfile, Standard } from './profile.ts'
import { createStetReader } from './stet/read.ts'

type MakeReader = (needs: ReaderNeeds) => AccountReader

const READERS: Record<Standard, MakeReader> = {
  'fdx-6': (needs) => createFdxReader({ ...needs, version: 6 }),
  'fdx-5': (needs) => createFdxReader({ ...needs, version: 5 }),
  'fdx-4': (needs) => createFdxReader({ ...needs, version: 4 }),
  'obie-4.0': (needs) => createObieReader({ ...needs, version: '4.0' }),
  'obie-3.1': (needs) => createObieReader({ ...needs, version: '3.1' }),
  'berlin-1.3': createBerlinReader,
  'stet-1.4': createStetReader,
  citi: createCitiReader,
}

/** The reader of a bank's standard. Throws `setting-wrong` for what the standard cannot do. */
export function createReader(profile: BankProfile, request: BankRequest, clock: Clock): AccountReader {
  const { id, api, authorisation: way, limits, timeZone } = profile
  const wrong = (field: string, why: string) =>
    new Fault('setting-wrong', { detail: `${id}.json: ${field}: ${why}` })
  const reader = READERS[api.standard]({
    baseUrl: api.baseUrl.endsWith('/') ? api.baseUrl : `${api.baseUrl}/`,
    request,
    namesPerson: way.kind === 'fapi2' || way.person === 'api',
    pageSize: limits.pageSize,
    identity: api.identity,
    amounts: api.amounts,
    clientId: profile.clientId,
    paths: pathsOf(api),
    timeZone,
    clock,
  })
  if (way.kind === 'fapi2') return reader
  const consent = api.standard.startsWith('obie')
    ? 'obie'
    : api.standard.startsWith('berlin')
      ? 'berlin'
      : 'none'
  if (way.consent !== consent) throw wrong('authorisation.consent', `${api.standard} needs "${consent}"`)
  if (way.person === 'api' && !reader.whoIs)
    throw wrong('authorisation.person', `${api.standard} does not say who the person is`)
  return reader
}

/** Throws `setting-wrong` for a profile that its standard's reader could not work with. */
export function requireReadable(profile: BankProfile): void {
  createReader(profile, async () => Response.error(), { now: () => 0 })
}

/** A profile's own paths, with the bank's name in a network put into them. */
function pathsOf({ paths, provider }: BankProfile['api']): Record<string, string> | undefined {
  if (!paths) return undefined
  const named = Object.entries(paths).filter(([, path]) => path !== undefined)
  return Object.fromEntries(
    named.map(([name, path]) => [name, path.replace('{provider}', encodeURIComponent(provider ?? ''))]),
  )
}
