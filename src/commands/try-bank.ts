import { type BankProfile, fetchWithCertificate, loadBankSecrets } from '#banks'
import { type Finding, right, wrong } from './check.ts'

const ANSWER_MS_MAX = 5_000
const CLOCK_SECONDS_MAX = 60

type Answer = { status: number; secondsApart: number; body: string }
type Asked = Answer | { fails: string }

/** Tries a bank without anybody's access: who it says it is, the keys it signs with, and that its API wants a token. */
export async function tryBank(profile: BankProfile, keysFolder: string): Promise<Finding[]> {
  const { id, name, api, authorisation: way, cardControlUrl } = profile
  const { tls } = (await loadBankSecrets(keysFolder, [profile])).get(id) ?? { tls: null }
  const fetch = tls ? fetchWithCertificate(tls) : globalThis.fetch
  const wrongAt = (what: string, url: string, answer: Asked) =>
    'fails' in answer
      ? wrong(
          `${name}: the ${what} address ${url} does not answer (${answer.fails})`,
          `Check the address in ${id}.json, the network, and the bank.`,
        )
      : wrong(
          `${name}: the ${what} address ${url} answers ${answer.status}`,
          `Check the address in ${id}.json, or tell the bank.`,
        )

  const findings =
    way.kind === 'oauth2' && way.endpoints ? [await tryToken(way.endpoints.token)] : await trySignIn()
  findings.push(await tryAccounts())
  if (cardControlUrl) findings.push(await tryAnswers('card control', cardControlUrl))
  return findings

  /** The discovery document is the bank's own, and offers what the profile says. */
  async function trySignIn(): Promise<Finding[]> {
    const url = `${profile.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const answer = await ask(fetch, url)
    if ('fails' in answer || answer.status !== 200) return [wrongAt('sign-in', url, answer)]
    if (answer.secondsApart > CLOCK_SECONDS_MAX) return [clockWrong(answer)]
    const metadata = jsonOf(answer.body)
    if (metadata?.issuer !== profile.issuer)
      return [
        wrong(
          `${name}: the document at ${url} is not of the issuer ${profile.issuer}`,
          `Put what it calls itself (issuer) into ${id}.json, to the last character.`,
        ),
      ]
    const needed = way.kind === 'fapi2' ? FAPI2_METADATA : ['authorization_endpoint', 'token_endpoint']
    const missing = needed.filter((field) => metadata[field] === undefined)
    if (missing.length > 0)
      return [
        wrong(
          `${name}: its sign-in does not offer ${missing.join(', ')}`,
          way.kind === 'fapi2'
            ? `If the bank has no FAPI 2.0, say "oauth2" in ${id}.json (docs/connect-a-bank.md).`
            : `Give the endpoints in ${id}.json, or tell the bank.`,
        ),
      ]
    return [right(`${name}: its sign-in answers and is who it should be`), await tryKeys(metadata.jwks_uri)]
  }

  /** The keys that its ID tokens are signed with. */
  async function tryKeys(place: unknown): Promise<Finding> {
    if (typeof place !== 'string')
      return wrong(`${name}: its sign-in names no keys (jwks_uri)`, 'Tell the bank.')
    const answer = await ask(fetch, place)
    if ('fails' in answer || answer.status !== 200) return wrongAt('keys', place, answer)
    const { keys } = jsonOf(answer.body) ?? {}
    if (!Array.isArray(keys) || keys.length === 0)
      return wrong(`${name}: there are no keys at ${place}`, 'Tell the bank.')
    return right(`${name}: it publishes ${keys.length} key${keys.length === 1 ? '' : 's'}`)
  }

  async function tryToken(url: string): Promise<Finding> {
    return await tryAnswers('token', url)
  }

  /** Without a token the API must say no: an answer with accounts would be everybody's. */
  async function tryAccounts(): Promise<Finding> {
    const path = (api.paths?.accounts ?? (api.standard === 'citi' ? 'v1/accounts' : 'accounts')).replace(
      '{provider}',
      api.provider ?? '',
    )
    const url = new URL(path, api.baseUrl.endsWith('/') ? api.baseUrl : `${api.baseUrl}/`).href
    const answer = await ask(fetch, url)
    if ('fails' in answer || answer.status >= 500) return wrongAt('accounts', url, answer)
    if (answer.status < 300)
      return wrong(
        `${name}: the accounts address ${url} answers ${answer.status} to anybody`,
        'Do not use it: an API of accounts has to ask for a token. Tell the bank.',
      )
    if (answer.secondsApart > CLOCK_SECONDS_MAX) return clockWrong(answer)
    return right(`${name}: its accounts ask for a token (${answer.status})`)
  }

  async function tryAnswers(what: string, url: string): Promise<Finding> {
    const answer = await ask(fetch, url)
    // Without a token, anything below 500 says that somebody is there.
    if ('fails' in answer || answer.status >= 500) return wrongAt(what, url, answer)
    return right(`${name}: its ${what} address answers`)
  }

  function clockWrong({ secondsApart }: Answer): Finding {
    return wrong(
      `${name}: its clock and ours are ${secondsApart.toFixed(0)} s apart`,
      'Set ours by NTP; if it is right, tell the bank.',
    )
  }
}

const FAPI2_METADATA = [
  'authorization_endpoint',
  'token_endpoint',
  'pushed_authorization_request_endpoint',
  'dpop_signing_alg_values_supported',
]

async function ask(fetch: typeof globalThis.fetch, url: string): Promise<Asked> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX), redirect: 'manual' })
    const date = Date.parse(response.headers.get('date') ?? '')
    return {
      status: response.status,
      secondsApart: Number.isNaN(date) ? 0 : Math.abs(Date.now() - date) / 1000,
      body: await response.text(),
    }
  } catch (error) {
    const { name, cause } = error as Error
    return { fails: (cause as NodeJS.ErrnoException | undefined)?.code ?? name }
  }
}

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : null
  } catch {
    return null
  }
}
