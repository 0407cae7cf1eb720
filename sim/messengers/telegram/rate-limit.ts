import type { Clock } from '#kit'

/** What Telegram takes: a message a second in one chat, and thirty a second from one bot (core.telegram.org/bots/faq). */
const PER_SECOND_IN_CHAT = 1
const PER_SECOND_IN_ALL = 30

export type RateLimit = {
  /** Seconds to wait before this message may be sent to this chat; 0 when it may be sent now, and it counts then. */
  take(chat: number): number
}

export function createRateLimit(clock: Clock): RateLimit {
  let sent: { chat: number; at: number }[] = []
  return {
    take(chat) {
      const now = clock.now()
      sent = sent.filter(({ at }) => at > now - 1_000)
      const inChat = sent.filter((message) => message.chat === chat).length
      if (inChat >= PER_SECOND_IN_CHAT || sent.length >= PER_SECOND_IN_ALL) return 1
      sent.push({ chat, at: now })
      return 0
    },
  }
}
