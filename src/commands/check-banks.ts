import { stat } from 'node:fs/promises'
import { type BankProfile, loadProfiles } from '#banks'
import type { Settings } from '#config'
import { type Finding, findingOf, note, right, wrong } from './check.ts'

const ANSWER_MS_MAX = 5_000
const CLOCK_SECONDS_MAX = 60
const AND = new Intl.ListFormat('en-GB')

/** Every profile reads, and its addresses answer. */
export async function checkBanks({ banksFolder }: Settings): Promise<Finding[]> {
  // That the folder is not there was said already.
  if (!(await stat(banksFolder).catch(() => null))) return []
  let profiles: BankProfile[]
  try {
    profiles = await loadProfiles(banksFolder)
  } catch (error) {
    return [findingOf('Bank profiles', error)]
  }
  if (profiles.length === 0) return [note(`There is no bank profile in ${banksFolder}`)]
  return await Promise.all(profiles.map(checkBank))
}

async function checkBank(profile: BankProfile): Promise<Finding> {
  const { name, issuer, api, authorisation, cardControlUrl } = profile
  const isListed = authorisation.kind === 'oauth2' && authorisation.endpoints
  const places: [what: string, url: string][] = [
    isListed
      ? ['token', isListed.token]
      : ['sign-in', `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`],
    ['accounts', api.baseUrl],
  ]
  if (cardControlUrl) places.push(['card control', cardControlUrl])
  for (const [what, url] of places) {
    const answer = await ask(url)
    if ('fails' in answer)
      return wrong(
        `${name}: the ${what} address ${url} does not answer (${answer.fails})`,
        `Check the address in ${profile.id}.json, the network, and the bank.`,
      )
    // Without a token, anything below 500 says that somebody is there.
    if (answer.status >= 500 || (what === 'sign-in' && answer.status !== 200))
      return wrong(
        `${name}: the ${what} address ${url} answers ${answer.status}`,
        `Check the address in ${profile.id}.json, or tell the bank.`,
      )
    if (answer.secondsApart > CLOCK_SECONDS_MAX)
      return wrong(
        `${name}: its clock and ours are ${answer.secondsApart.toFixed(0)} s apart`,
        'Set ours by NTP; if it is right, tell the bank.',
      )
  }
  return right(`${name}: ${AND.format(places.map(([what]) => what))} answer`)
}

async function ask(url: string): Promise<{ status: number; secondsApart: number } | { fails: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX), redirect: 'manual' })
    await response.body?.cancel()
    const date = Date.parse(response.headers.get('date') ?? '')
    return {
      status: response.status,
      secondsApart: Number.isNaN(date) ? 0 : Math.abs(Date.now() - date) / 1000,
    }
  } catch (error) {
    const { name, cause } = error as Error
    return { fails: (cause as NodeJS.ErrnoException | undefined)?.code ?? name }
  }
}
