import type { ConsoleSessionJson, ErrorJson, ImportLineJson } from '../../src/http/api.ts'

/** What the console's server said was wrong, in its reader's language; `detail` is where in the file. */
export class Refusal extends Error {
  readonly code: string
  readonly detail: string | null

  constructor(code: string, sentence: string, detail: string | null = null) {
    super(sentence)
    this.code = code
    this.detail = detail
  }
}

let csrf = ''

/** The session, remembered so that every POST carries its token. */
export async function getSession(): Promise<ConsoleSessionJson> {
  const session = await get<ConsoleSessionJson>('session')
  csrf = session.csrf
  return session
}

export async function get<T>(path: string): Promise<T> {
  return await read<T>(await fetch(`/api/console/${path}`, { headers: { accept: 'application/json' } }))
}

export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  return await read<T>(
    await fetch(`/api/console/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: JSON.stringify(body),
    }),
  )
}

/** Sends a file and yields what the server says of it as it works. Throws `Refusal` for a request that was refused whole. */
export async function* upload(form: FormData): AsyncGenerator<ImportLineJson> {
  const response = await fetch('/api/console/imports', {
    method: 'POST',
    headers: { 'x-csrf-token': csrf },
    body: form,
  })
  if (!response.ok || !response.body) {
    await read(response)
    return
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    const lines = (rest + value).split('\n')
    rest = lines.pop()!
    for (const line of lines) yield JSON.parse(line) as ImportLineJson
  }
}

async function read<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T
  const json: unknown = await response.json().catch(() => null)
  if (response.ok) return json as T
  const error = (json as ErrorJson | null)?.error
  throw new Refusal(error?.code ?? 'internal', error?.sentence ?? '')
}
