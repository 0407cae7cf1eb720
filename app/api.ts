import type { ErrorJson, SessionJson } from '../src/http/api.ts'

/** What the server said was wrong, in the person's language. */
export class Refused extends Error {
  readonly code: string

  constructor(code: string, sentence: string) {
    super(sentence)
    this.code = code
  }
}

/** Names this page to the server, so that answers to it are not sent to it a second time. */
export const TAB = crypto.randomUUID()

let csrf = ''

/** The session, remembered so that every POST carries its token. */
export async function getSession(): Promise<SessionJson> {
  const session = await get<SessionJson>('/api/session')
  csrf = session.csrf
  return session
}

export async function get<T>(path: string): Promise<T> {
  return await read<T>(await fetch(path, { headers: { accept: 'application/json' } }))
}

export async function getText(path: string): Promise<string> {
  const response = await fetch(path)
  if (!response.ok) await read(response)
  return await response.text()
}

export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  return await read<T>(await send(path, body))
}

export async function remove<T>(path: string, body: unknown = {}): Promise<T> {
  return await read<T>(await send(path, body, 'DELETE'))
}

/** The answer as a file, with the name the server gives it. */
export async function postForFile(path: string): Promise<{ name: string; blob: Blob }> {
  const response = await send(path, {})
  if (!response.ok) await read(response)
  const name =
    /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'guichet.json'
  return { name, blob: await response.blob() }
}

const send = (path: string, body: unknown, method: 'POST' | 'DELETE' = 'POST') =>
  fetch(path, {
    method,
    headers: {
      'content-type': 'application/json',
      'x-csrf-token': csrf,
      'x-tab': TAB,
      'x-time-zone': Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    body: JSON.stringify(body),
  })

async function read<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T
  const json: unknown = await response.json().catch(() => null)
  if (response.ok) return json as T
  const error = (json as ErrorJson | null)?.error
  throw new Refused(error?.code ?? 'internal', error?.sentence ?? '')
}
