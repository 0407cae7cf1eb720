import { NOTICES, type NoticeKey, type Wording } from '#conversation'
import type { Locale } from '#kit'
import type { WrittenNotice } from './door.ts'

/** Notices that say something of what waits; who chose the neutral wording is told none of it. */
const TELLING: ReadonlySet<NoticeKey> = new Set([
  'answer-ready',
  'please-look-now',
  'card-question',
  'blocking',
])

export const isTelling = (notice: NoticeKey): boolean => TELLING.has(notice)

/** The words of a notice, in the reader's language and as plain as they chose. */
export function writeNotice(
  notice: NoticeKey,
  given: {
    locale: Locale
    wording: Wording
    href: string | null
    blockToken: string | null
  },
): WrittenNotice {
  const { locale, wording, href, blockToken } = given
  const key = wording === 'neutral' && isTelling(notice) ? 'message-waiting' : notice
  return {
    key,
    text: NOTICES[key][locale],
    link: href === null ? null : { label: NOTICES['open-here'][locale], href },
    // The button would say what the message is about.
    buttons:
      blockToken === null || wording === 'neutral'
        ? []
        : [{ label: NOTICES['block-card'][locale], payload: blockToken }],
    locale,
  }
}

/** What a chat is shown that brought a code: the two digits to type on our page. */
export function writeMatch(digits: string, locale: Locale): WrittenNotice {
  return { text: `${NOTICES.match[locale]} ${digits}`, link: null, buttons: [], locale }
}
