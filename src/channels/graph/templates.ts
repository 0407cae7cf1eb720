import { NOTICES, type NoticeKey } from '#conversation'
import { LOCALES, type Locale } from '#kit'
import type { WrittenNotice } from '../messengers/door.ts'

/**
 * The sentences that may be said outside the window: what happens at a person's own account, and that their own question was
 * answered. Meta takes a utility template for nothing else, so the two digits, a greeting and news have none.
 */
export const TEMPLATES = [
  { key: 'card-question', buttons: ['open-here', 'block-card'] },
  { key: 'payment-question', buttons: ['open-here'] },
  { key: 'answer-ready', buttons: ['open-here'] },
  { key: 'message-waiting', buttons: ['open-here'] },
] as const satisfies readonly { key: NoticeKey; buttons: readonly NoticeKey[] }[]
/** What we had registered once and say by no template any more: who registered them has them at Meta’s to this day. */
const RETIRED: readonly NoticeKey[] = ['please-look-now']
/** What somebody at the bank did in the conversation is said there as a message that waits: it has no template of its own. */
const AS_WAITING: ReadonlySet<NoticeKey | undefined> = new Set([
  'human-took',
  'human-answered',
  'handed-back',
])
export type TemplateKey = (typeof TEMPLATES)[number]['key']

/** One of ours in one language, as it is registered and as it is sent: the two must be the same to the letter. */
export type Template = {
  name: string
  key: TemplateKey
  locale: Locale
  text: string
  openLabel: string
  /** The label of a button of ours besides the link; null where there is none. */
  pressLabel: string | null
}

const nameOf = (prefix: string, key: NoticeKey) => `${prefix}_${key.replaceAll('-', '_')}`

/** All templates of ours, in both languages. */
export const templatesOf = (prefix: string): Template[] =>
  TEMPLATES.flatMap(({ key, buttons }) =>
    LOCALES.map((locale) => {
      const press = buttons.find((label) => label !== 'open-here')
      return {
        name: nameOf(prefix, key),
        key,
        locale,
        text: NOTICES[key][locale],
        openLabel: NOTICES['open-here'][locale],
        pressLabel: press === undefined ? null : NOTICES[press][locale],
      }
    }),
  )

/** The names of those that we use no more. */
export const retiredNamesOf = (prefix: string): string[] => RETIRED.map((key) => nameOf(prefix, key))

/** What fills a template's places: the token of the link, and that of the button where it has one. */
export type Filled = { name: string; locale: Locale; linkToken: string; pressToken: string | null }

/** A notice as its template; null for one that has none, or whose link and buttons are not the template's. */
export function fillTemplate(prefix: string, notice: WrittenNotice): Filled | null {
  const said = AS_WAITING.has(notice.key) ? 'message-waiting' : notice.key
  const found = TEMPLATES.find(({ key }) => key === said)
  if (!found || !notice.link || notice.buttons.length !== found.buttons.length - 1) return null
  const linkToken = new URL(notice.link.href).pathname.slice('/o/'.length)
  return {
    name: nameOf(prefix, found.key),
    locale: notice.locale,
    linkToken,
    pressToken: notice.buttons[0]?.payload ?? null,
  }
}
