import { z } from 'zod'
import { Fault, MINUTE, type Secret } from '#kit'
import type { Sent } from '../messengers/door.ts'
import type { PublicSocket } from '../messengers/public-socket.ts'
import type { SortError } from './errors.ts'

const TIMEOUT_MS = 10_000

const Refusal = z.object({
  error: z.object({ code: z.number(), error_subcode: z.number().optional() }),
})

/** Meta says with some answers how long an app or an account has no room, in minutes. */
const Usage = z.record(z.string(), z.array(z.looseObject({ estimated_time_to_regain_access: z.number() })))

/** Sends a message and sorts the answer. Never throws for what the network or Meta did. */
export async function sendByGraph(
  needs: { socket: PublicSocket; token: Secret; sort: SortError; addressFields: readonly string[] },
  url: URL,
  message: unknown,
  idOf: (answer: unknown) => string | null,
): Promise<Sent> {
  const { socket, token, sort, addressFields } = needs
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
  const known = sort(code, subcode) ?? { why: answer.status >= 500 ? 'retry' : 'tell-operator' }
  const retryAfterMs = known.why === 'retry' ? (waitOf(answer.headers) ?? known.retryAfterMs) : undefined
  return {
    ok: false,
    why: known.why,
    code: subcode === undefined ? String(code) : `${code}/${subcode}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

/** How long Meta itself says that there is no room; null when it does not. */
function waitOf(headers: Headers): number | null {
  const usage = Usage.safeParse(parse(headers.get('x-business-use-case-usage') ?? ''))
  if (!usage.success) return null
  const minutes = Math.max(
    0,
    ...Object.values(usage.data).flatMap((all) => all.map((one) => one.estimated_time_to_regain_access)),
  )
  return minutes > 0 ? minutes * MINUTE : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
