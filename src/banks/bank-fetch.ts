import { backoffMs, type Clock, DAY, Fault, HOUR, MINUTE, SECOND } from '#kit'
import { isPublicAddress } from './public-address.ts'

/** The largest answer that is read: a page of transactions is some hundred kilobytes. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024
const FAILURES_BEFORE_PAUSE = 5
/** The first pause; each that follows without an answer in between is twice as long, up to the longest. */
const PAUSE = { firstMs: 30 * SECOND, maxMs: 15 * MINUTE }
/** A bank that says when to come back is believed for this long. */
const ASKED_PAUSE_MS_MAX = HOUR
/** Up to this much is added to a pause, so that not all who wait come back in the same second. */
const JITTER = 0.25

export type BankFetch = ReturnType<typeof createBankFetch>

/**
 * Requests to one bank: a time limit, no redirects, a size limit, and a pause after five failures in a row, so that a
 * bank in trouble is left in peace and people are told at once. After a pause one request tries it, and the others wait for
 * what becomes of that. A bank that asks for a pause itself (503 with `Retry-After`) is given it. A bank's metadata says where its endpoints are: one that
 * is not `simulated` cannot send us to this machine's network. Throws `bank-unreachable` for what may pass, and
 * `bank-limit-reached` when the bank answers that it was asked too often.
 */
export function createBankFetch(needs: {
  simulated: boolean
  clock: Clock
  timeoutMs: number
  fetch: typeof globalThis.fetch
  /** Uniform in [0, 1): spreads the ends of pauses. */
  chance: () => number
}) {
  const { simulated, clock, timeoutMs, fetch, chance } = needs
  let failures = 0
  let downSince: number | null = null
  let pauses = 0
  let pausedUntil = 0
  let isTrying = false

  const failed = (detail: string, againInMs?: number | null): Fault => {
    failures++
    if (failures >= FAILURES_BEFORE_PAUSE) pauseFor(backoffMs(++pauses, PAUSE))
    return new Fault('bank-unreachable', { detail, ...(againInMs == null ? {} : { againInMs }) })
  }

  function pauseFor(ms: number): void {
    pausedUntil = Math.max(pausedUntil, clock.now() + Math.round(ms * (1 + JITTER * chance())))
  }

  return {
    /** When the bank is asked again; null when it may be asked now. */
    nextAttemptAt: () => (pausedUntil > clock.now() ? pausedUntil : null),

    /** Since when the bank has not answered; null when its last answer was one. */
    downSince: () => downSince,

    async fetch(url: string, init: RequestInit): Promise<Response> {
      if (!simulated && !isPublicAddress(new URL(url)))
        throw new Fault('bank-answer-malformed', { detail: 'an endpoint is not at a public address' })
      const againInMs = pausedUntil - clock.now()
      if (againInMs > 0)
        throw new Fault('bank-unreachable', { detail: 'left in peace after failures', againInMs })
      const isTrial = pausedUntil > 0
      if (isTrial && isTrying) throw new Fault('bank-unreachable', { detail: 'is being tried' })
      if (isTrial) isTrying = true
      try {
        return await ask(url, init)
      } finally {
        if (isTrial) isTrying = false
      }
    },
  }

  async function ask(url: string, init: RequestInit): Promise<Response> {
    let response: Response
    let body: Buffer
    try {
      response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
      body = await readWhole(response)
    } catch (error) {
      if (error instanceof Fault) throw error
      // The message may hold the address and the body; the name says enough.
      downSince ??= clock.now()
      throw failed(error instanceof Error ? error.name : 'failed')
    }
    // 501 is a bank in good health that does not offer what was asked.
    if (response.status >= 500 && response.status !== 501) {
      downSince ??= clock.now()
      const askedMs = response.status === 503 ? againIn(response, clock.now()) : null
      if (askedMs !== null) pauseFor(Math.min(askedMs, ASKED_PAUSE_MS_MAX))
      throw failed(`status ${response.status}`, askedMs)
    }
    downSince = null
    failures = 0
    pauses = 0
    pausedUntil = 0
    if (response.status === 429) {
      // Limits are of one consent more often than of the bank: whoever asked waits, and the others do not.
      const againInMs = againIn(response, clock.now())
      const when = againInMs === null ? '' : `, again in ${Math.ceil(againInMs / SECOND)} s`
      throw new Fault('bank-limit-reached', {
        detail: `status 429${when}`,
        ...(againInMs !== null && { againInMs }),
      })
    }
    if (response.status >= 300 && response.status < 400) {
      throw new Fault('bank-answer-malformed', { detail: `redirect ${response.status}` })
    }
    const empty = response.status === 204 || response.status === 205
    return new Response(empty ? null : new Uint8Array(body), {
      status: response.status,
      headers: response.headers,
    })
  }
}

/** After how long the bank says that it may be asked again: seconds, or a date (RFC 9110, section 10.2.3). */
function againIn({ headers }: Response, now: number): number | null {
  const after = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,7}$/.test(after)) return Number(after) * SECOND
  const at = / GMT$/.test(after) ? Date.parse(after) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, Math.min(at - now, 30 * DAY))
}

async function readWhole(response: Response): Promise<Buffer> {
  if (!response.body) return Buffer.alloc(0)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body) {
    size += part.length
    if (size > ANSWER_BYTES_MAX)
      throw new Fault('bank-answer-malformed', { detail: 'the answer is too large' })
    parts.push(part)
  }
  return Buffer.concat(parts)
}
