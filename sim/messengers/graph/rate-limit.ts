import { type Clock, HOUR, SECOND } from '#kit'
import type { GraphRefusal } from './graph.ts'

/** Messenger takes 300 messages of text a second from one page (“Rate limits”, Send API). */
const PER_SECOND = { messenger: 300, whatsapp: 80 }
/** WhatsApp takes a burst of 45 to one person, and then one each six seconds (“Pair rate limits”). */
const PAIR = { most: 45, perMs: 45 * 6 * SECOND }

/** What Meta takes at once. `harder` is how a test narrows it. */
export function createRateLimit(product: 'messenger' | 'whatsapp', clock: Clock) {
  const sent: { to: string; at: number }[] = []
  const limit = {
    perSecond: PER_SECOND[product],
    take(to: string): GraphRefusal | null {
      const now = clock.now()
      while (sent[0] && sent[0].at <= now - HOUR) sent.shift()
      const lately = sent.filter(({ at }) => at > now - SECOND).length
      if (lately >= limit.perSecond) return { status: 400, code: product === 'messenger' ? 613 : 130429 }
      const pair = sent.filter((one) => one.to === to && one.at > now - PAIR.perMs).length
      if (product === 'whatsapp' && pair >= PAIR.most) return { status: 400, code: 131056 }
      sent.push({ to, at: now })
      return null
    },
  }
  return limit
}
