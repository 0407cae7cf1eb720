import type { Locale } from '#kit'

/**
 * The only sentences that a third-party messenger may carry. They take no values, and do not tell an alert from an
 * answer: the topic itself stays on our page.
 */
export const NOTICES = {
  'message-waiting': {
    en: 'A message is waiting for you at Guichet.',
    fr: 'Un message vous attend au Guichet.',
  },
  'please-look-now': {
    en: 'Please look at Guichet now: a question is waiting for you.',
    fr: 'Passez au Guichet dès maintenant\u00a0: une question vous y attend.',
  },
  'open-here': { en: 'Open', fr: 'Ouvrir' },
} as const satisfies Record<string, Record<Locale, string>>

export type NoticeKey = keyof typeof NOTICES
