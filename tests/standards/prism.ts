import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { BankRequest } from '../../src/banks/account-reader.ts'

const PRISM = join(import.meta.dirname, '../../node_modules/@stoplight/prism-cli/dist/index.js')

/** What a request to the mock answered, and by which of its examples it was to. */
export type Answered = { url: string; status: number; violations: string | null }

/**
 * An independent server that Prism makes of an official specification. It refuses a request that the specification does not
 * allow, and answers by its examples, or with anything that its schemas allow (`dynamic`).
 */
export async function startPrism(specification: string, atEnd: (end: () => void) => void) {
  const child = spawn(process.execPath, [PRISM, 'mock', '-h', '127.0.0.1', '-p', '0', specification], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  atEnd(() => void child.kill())
  const origin = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const found = /listening on (http:\S+)/.exec(line)
      if (found) resolve(found[1]!)
    })
    once(child, 'exit').then(([code]) => reject(new Error(`Prism ended with ${code}`)), reject)
  })
  const answered: Answered[] = []
  /** Prism's own header says which of its answers is wanted, by path: what was said last counts. */
  const wanted: [RegExp, string][] = []
  const request: BankRequest = async (connection, url, method, options = {}) => {
    const prefer = wanted.findLast(([path]) => path.test(url.pathname))?.[1]
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${connection.accessToken}`,
        ...(prefer ? { prefer } : {}),
        ...options.headers,
      },
    })
    const { status, headers } = response
    answered.push({ url: url.pathname, status, violations: headers.get('sl-violations') })
    return response
  }
  return { origin, request, answered, prefer: (path: RegExp, what: string) => void wanted.push([path, what]) }
}
