import type { z } from 'zod'
import { Fault } from '#kit'
import type { BankRequest, Credentials, Presence } from '../account-reader.ts'
import { requireConsentId } from '../consent-id.ts'
import { readJson } from '../read-json.ts'
import { BerlinError } from './shapes.ts'

/** Answers by which a bank says that it does not serve this at all. */
const NOT_SERVED = new Set([404, 405, 501])

export type Refusal = { status: number; code: string | null }
export type Asked<T> = { ok: true; answer: T } | { ok: false; refusal: Refusal }

export type BerlinCalls = ReturnType<typeof createBerlinCalls>

/** Requests by the standard: each has an id of its own, names the consent, and speaks of the person when they are there. */
export function createBerlinCalls(needs: { base: string; request: BankRequest; newRequestId: () => string }) {
  const { base, request, newRequestId } = needs

  const send = (connection: Credentials, url: URL, method: 'GET' | 'DELETE', present?: Presence) =>
    request(connection, url, method, {
      headers: {
        'X-Request-ID': newRequestId(),
        'Consent-ID': requireConsentId(connection),
        ...(present ? { 'PSU-IP-Address': present.ipAddress } : {}),
        ...(present?.userAgent ? { 'PSU-User-Agent': present.userAgent } : {}),
      },
    })

  /** Asks, and leaves what a refusal means to the caller. */
  async function ask<T>(
    connection: Credentials,
    url: URL,
    shape: z.ZodType<T>,
    present?: Presence,
  ): Promise<Asked<T>> {
    const response = await send(connection, url, 'GET', present)
    if (!response.ok) return { ok: false, refusal: await refusalOf(response) }
    return { ok: true, answer: await readJson(response, shape) }
  }

  return {
    /** An address under the API: each part is one step of the path. */
    at: (...path: string[]): URL => new URL(path.map(encodeURIComponent).join('/'), base),
    send,
    ask,
    async get<T>(connection: Credentials, url: URL, shape: z.ZodType<T>, present?: Presence): Promise<T> {
      const asked = await ask(connection, url, shape, present)
      if (!asked.ok) throw refused(asked.refusal)
      return asked.answer
    },
  }
}

export const isNotServed = ({ status }: Refusal): boolean => NOT_SERVED.has(status)

/** Codes by which a bank says that the consent itself is no more. */
const ENDED = new Set(['CONSENT_EXPIRED', 'CONSENT_UNKNOWN'])

/** The standard has 401 for certificates, signatures and consents too, each with a code of its own. */
const isOfToken = ({ status, code }: Refusal): boolean =>
  status === 401 && (code === null || code.startsWith('TOKEN_'))

/** With the bank's own code, which is of the standard's list and says nothing of anybody. */
export const refused = ({ status, code }: Refusal): Fault =>
  new Fault(
    code && ENDED.has(code)
      ? 'bank-access-ended'
      : isOfToken({ status, code })
        ? 'bank-token-refused'
        : 'bank-refused',
    {
      detail: code ? `status ${status} ${code}` : `status ${status}`,
    },
  )

export async function refusalOf(response: Response): Promise<Refusal> {
  const error = BerlinError.safeParse(await response.json().catch(() => null))
  return { status: response.status, code: error.success ? error.data.tppMessages[0]!.code : null }
}
