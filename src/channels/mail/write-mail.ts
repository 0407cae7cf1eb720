import { NOTICES } from '#conversation'
import type { Locale } from '#kit'
import type { WrittenNotice } from '../messengers/door.ts'

/** A mail before it is encoded: fixed sentences of ours, and at most one link and one code. */
export type WrittenMail = {
  subject: string
  lines: readonly string[]
  link: WrittenNotice['link']
  locale: Locale
  /** Whether its reader could have had enough of its kind. */
  isUnasked: boolean
}

const QUESTIONS = ['card-question', 'payment-question'] as const

export function writeNoticeMail({ text, link, locale }: WrittenNotice): WrittenMail {
  // A subject is read by whoever glances at the screen: it says no more than that something waits.
  const isQuestion = QUESTIONS.some((key) => text === NOTICES[key][locale])
  return {
    subject: NOTICES[isQuestion ? 'please-look-now' : 'message-waiting'][locale],
    lines: [text],
    link,
    locale,
    isUnasked: true,
  }
}

export function writeCodeMail(code: string, locale: Locale): WrittenMail {
  return {
    subject: NOTICES['mail-code-subject'][locale],
    lines: [`${NOTICES['mail-code'][locale]} ${code}`],
    link: null,
    locale,
    isUnasked: false,
  }
}

export function textOf({ lines, link, locale }: WrittenMail): string {
  return [...lines, ...(link ? [link.href] : []), NOTICES['mail-why'][locale]].join('\n\n')
}

/** Nothing in it is fetched: no picture, no style sheet, no address but the link’s own. */
export function htmlOf({ subject, lines, link, locale }: WrittenMail): string {
  const paragraphs = lines.map((line) => `<p>${escapeHtml(line)}</p>`)
  const open = link ? [`<p><a href="${escapeHtml(link.href)}">${escapeHtml(link.label)}</a></p>`] : []
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>`,
    ...paragraphs,
    ...open,
    `<p><small>${escapeHtml(NOTICES['mail-why'][locale])}</small></p>`,
    '</body></html>',
  ].join('\n')
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
