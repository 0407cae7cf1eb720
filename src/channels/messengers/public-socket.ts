import { findLeak, refuseLeak } from './scanner.ts'

/** Sends one request to a messenger. Throws what the network throws; `notice-refused` when the last look found a figure. */
export type PublicSocket = (
  url: URL,
  request: {
    method: 'GET' | 'POST' | 'DELETE'
    headers: Record<string, string>
    /** The bytes as they will leave. Null for a request without a body. */
    body: string | null
    /** Names of the JSON fields that hold the messenger's own ids: they are numbers of theirs, and nobody's figures. */
    addressFields: readonly string[]
    timeoutMs: number
  },
) => Promise<{ status: number; headers: Headers; body: string }>

/** The one socket to third parties. The bytes are looked at here, after everything that could have put something in them. */
export function createPublicSocket(needs: {
  fetch: typeof fetch
  publicUrl: URL
  /** Merchants and banks by name: none may be named to a third party. */
  names: ReadonlySet<string>
}): PublicSocket {
  return async (url, { method, headers, body, addressFields, timeoutMs }) => {
    if (body !== null) refuseLeak(findLeak(body, { ...needs, addressFields }))
    const response = await needs.fetch(url, {
      method,
      headers,
      ...(body === null ? {} : { body }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.status, headers: response.headers, body: await response.text() }
  }
}
