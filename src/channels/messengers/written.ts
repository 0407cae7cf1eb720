import { NOTICES, type NoticeKey, type Wording } from '#conversation'
import type { Locale } from '#kit'
import type { WrittenNotice } from './door.ts'

/** Notices that say something of what waits; who chose the neutral wording is told none of it. */
const TELLING: ReadonlySet<NoticeKey> = new Set([
  'answer-ready',
  'please-look-now',
  'card-question',
  'payment-question',
  'blocking',
  'human-took',
  'human-answered',
  'handed-back',
])

/** What is true where answers can stand in the chat itself. */
const WHERE_PRIVATE: Partial<Record<NoticeKey, NoticeKey>> = {
  hello: 'hello-private',
  linked: 'linked-private',
}

export const isTelling = (notice: NoticeKey): boolean => TELLING.has(notice)

/** What a button of ours does. Its label is a sentence of ours under the same name; one that asks, asks in that label's words. */
export const BUTTONS = [
  'block-card',
  'ask-balance',
  'ask-spending',
  'ask-person',
] as const satisfies NoticeKey[]
export type Button = (typeof BUTTONS)[number]

/** What a notice offers to tap, for who is told what it is about. */
export function buttonsOf(notice: NoticeKey, wording: Wording): readonly Button[] {
  if (wording === 'neutral') return []
  if (notice === 'card-question') return ['block-card']
  return notice === 'hello' || notice === 'button-used' ? ['ask-balance', 'ask-spending', 'ask-person'] : []
}

/** The words of a notice, in the reader's language and as plain as they chose. */
export function writeNotice(
  notice: NoticeKey,
  given: {
    locale: Locale
    wording: Wording
    href: string | null
    /** Whether answers can stand in this chat. */
    mayShow?: boolean
    buttons?: readonly { does: Button; token: string }[]
  },
): WrittenNotice {
  const { locale, wording, href, mayShow = false, buttons = [] } = given
  // Who chose the neutral wording is told nothing in the chat, however private it is.
  const asIs = wording === 'plain' && mayShow ? (WHERE_PRIVATE[notice] ?? notice) : notice
  const key = wording === 'neutral' && isTelling(notice) ? 'message-waiting' : asIs
  return {
    key,
    text: NOTICES[key][locale],
    link: href === null ? null : { label: NOTICES['open-here'][locale], href },
    buttons: buttons.map(({ does, token }) => ({ label: NOTICES[does][locale], payload: token })),
    locale,
  }
}

/** What could be tapped elsewhere, as lines to answer by their number or their words. */
export function spellButtons(buttons: readonly { label: string }[], locale: Locale): string[] {
  if (buttons.length === 0) return []
  return [NOTICES['choose-by'][locale], ...buttons.map(({ label }, at) => `${at + 1}. ${label}`)]
}

/** What words choose of what was offered last; null when they are an answer to nothing. */
export function chosenOf(words: string, offered: readonly Button[]): Button | null {
  const given = folded(words)
  return (
    offered.find(
      (does, at) =>
        given === String(at + 1) || Object.values(NOTICES[does]).some((label) => given === folded(label)),
    ) ?? null
  )
}

const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{Nd} ]+/gu, '')
    .trim()
    .toLowerCase()

/** What a chat is shown that brought a code: the two digits to type on our page. */
export function writeMatch(digits: string, locale: Locale): WrittenNotice {
  return { text: `${NOTICES.match[locale]} ${digits}`, link: null, buttons: [], locale }
}
