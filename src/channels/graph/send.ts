import { z } from 'zod'
import { Fault, type Secret } from '#kit'
import type { Sent } from '../messengers/door.ts'
import type { PublicSocket } from '../messengers/public-socket.ts'

const TIMEOUT_MS = 10_000

const Refusal = z.object({
  error: z.object({ code: z.number(), error_subcode: z.number().optional() }),
})

/** What to do about a Graph error, by `code` or `code/subcode`. */
export type ErrorTable = Readonly<Record<string, Exclude<Sent, { ok: true }>['why']>>

/**
 * Codes that mean the same at Messenger and WhatsApp. Retried are only those that Meta calls temporary (1, 2) or a limit
 * (4, 80007, 613); a bad parameter (100, also a retired message tag) or a dead token (190) is for the operator.
 */
const COMMON: ErrorTable = {
  '1': 'retry',
  '2': 'retry',
  '4': 'retry',
  '613': 'retry',
  '80007': 'retry',
  '100': 'tell-operator',
  '190': 'tell-operator',
  '368': 'tell-operator',
}

/** Sends a message and sorts the answer. Never throws for what the network or Meta did. */
export async function sendByGraph(
  needs: { socket: PublicSocket; token: Secret; errors: ErrorTable; addressFields: readonly string[] },
  url: URL,
  message: unknown,
  idOf: (answer: unknown) => string | null,
): Promise<Sent> {
  const { socket, token, errors, addressFields } = needs
  let answer: Awaited<ReturnType<PublicSocket>>
  try {
    answer = await socket(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token.reveal()}` },
      body: JSON.stringify(message),
      addressFields,
      timeoutMs: TIMEOUT_MS,
    })
  } catch (error) {
    // Something of ours that must not leave is a defect, and no fault of the network's.
    if (error instanceof Fault) throw error
    return { ok: false, why: 'retry', code: 'network' }
  }
  const body = parse(answer.body)
  if (answer.status < 300) {
    const messageId = idOf(body)
    return messageId === null ? { ok: false, why: 'retry', code: 'unreadable' } : { ok: true, messageId }
  }
  const refusal = Refusal.safeParse(body)
  if (!refusal.success)
    return { ok: false, why: answer.status >= 500 ? 'retry' : 'tell-operator', code: `http-${answer.status}` }
  const { code, error_subcode: subcode } = refusal.data.error
  const known = { ...COMMON, ...errors }
  const why =
    known[`${code}/${subcode}`] ?? known[String(code)] ?? (answer.status >= 500 ? 'retry' : 'tell-operator')
  return { ok: false, why, code: subcode === undefined ? String(code) : `${code}/${subcode}` }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
