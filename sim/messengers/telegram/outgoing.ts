import { type Clock, SECOND } from '#kit'

type Webhook = { url: string; secret_token?: string; allowed_updates?: string[] }
type Update = { update_id: number } & Record<string, unknown>

/** What goes from Telegram to the bot: the webhook’s setting, and the updates in their order until they are taken. */
export type Outgoing = {
  set(webhook: Webhook): { result: true } | { code: number; description: string }
  info(): Record<string, unknown>
  send(kind: string, body: object): Promise<void>
  /** Tries again what was not taken, as Telegram does by itself after a while. */
  retry(): Promise<void>
  /** Delivers what was delivered before once more, newest first: a repeat, and out of order. */
  repeat(): Promise<void>
  /** Every status that the bot answered with. */
  readonly answers: readonly number[]
  readonly waiting: number
}

export function createOutgoing(needs: { clock: Clock; fetch: typeof fetch }): Outgoing {
  let webhook: Webhook | null = null
  let lastErrorAt: number | null = null
  let nextId = 700_000_001
  let turn: Promise<void> = Promise.resolve()
  const waiting: Update[] = []
  const taken: Update[] = []
  const answers: number[] = []

  async function deliver(update: Update): Promise<boolean> {
    if (!webhook) return false
    const { url, secret_token } = webhook
    const answer = await needs
      .fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(secret_token ? { 'x-telegram-bot-api-secret-token': secret_token } : {}),
        },
        body: JSON.stringify(update),
      })
      .catch(() => null)
    await answer?.arrayBuffer()
    answers.push(answer?.status ?? 0)
    if (answer?.ok) return true
    lastErrorAt = needs.clock.now()
    return false
  }

  /** One after the other: what was refused holds back what came after it. */
  function flush(): Promise<void> {
    turn = turn.then(async () => {
      while (waiting[0] && (await deliver(waiting[0]))) taken.push(waiting.shift()!)
    })
    return turn
  }

  return {
    answers,
    get waiting() {
      return waiting.length
    },
    set(given) {
      if (given.url === '') webhook = null
      else if (!URL.canParse(given.url) || !isReachable(new URL(given.url)))
        return {
          code: 400,
          description: 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook',
        }
      else if (given.secret_token !== undefined && !/^[\w-]{1,256}$/.test(given.secret_token))
        return { code: 400, description: 'Bad Request: secret token contains unallowed characters' }
      else webhook = given
      return { result: true }
    },
    info: () => ({
      url: webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: waiting.length,
      ...(lastErrorAt === null ? {} : { last_error_date: Math.floor(lastErrorAt / SECOND) }),
      ...(webhook?.allowed_updates ? { allowed_updates: webhook.allowed_updates } : {}),
    }),
    async send(kind, body) {
      if (webhook?.allowed_updates && !webhook.allowed_updates.includes(kind)) return
      waiting.push({ update_id: nextId++, [kind]: body })
      await flush()
    },
    retry: flush,
    async repeat() {
      for (const update of taken.toReversed()) await deliver(update)
    },
  }
}

/** Telegram wants https; on this machine there is none to be had. */
const isReachable = ({ protocol, hostname }: URL) =>
  protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
