import { z } from 'zod'
import { BUTTONS_MAX, createGraphDoor, type GraphNeeds, TITLE_MAX } from '../graph/door.ts'
import { MESSENGER_ERRORS } from '../graph/errors.ts'
import type { Filled } from '../graph/templates.ts'
import type { MessengerDoor, WebhookDoor, WrittenNotice } from '../messengers/door.ts'
import { startAddress } from '../messengers/start-address.ts'
import { readEvents } from './events.ts'

const TEXT_MAX = 2_000
const BUTTON_TEXT_MAX = 640
const QUICK_REPLIES_MAX = 13
const ELEMENTS_MAX = 10
const ELEMENT_TEXT_MAX = 80

const Answer = z.object({ message_id: z.string() })

/**
 * Messenger, by the Graph API. Meta reads what is said there: it is handed notices only. Message tags have been refused since
 * April 2026, and nobody has verified that utility templates are to be had in Europe.
 */
export function createMessengerDoor({
  pageId,
  ...needs
}: GraphNeeds & { pageId: string }): MessengerDoor & WebhookDoor {
  return createGraphDoor(needs, {
    id: 'messenger',
    sender: pageId,
    startUrl: (code) => `${startAddress('m.me', needs.graphUrl)}/${pageId}?ref=${code}`,
    readEvents: (body) => readEvents(body, { pageId, now: needs.clock.now() }),
    message(to, notice) {
      const message = write(notice)
      return message && { recipient: { id: to }, messaging_type: 'RESPONSE', message }
    },
    templateMessage: (to, filled) => ({
      recipient: { id: to },
      messaging_type: 'UTILITY',
      message: { template: writeTemplate(filled) },
    }),
    addressFields: ['id'],
    errors: MESSENGER_ERRORS,
    idOf: (answer) => Answer.safeParse(answer).data?.message_id ?? null,
  })
}

/**
 * The first form that holds all there is to read and tap; a label is never cut, and a choice never left out. What no form holds is
 * on our page, where the link leads; null where there is none. Limits: “Button template”, “Quick replies”, “Generic template”,
 * 22 April 2026, and “Send messages”, 5 May 2026.
 */
export function write({ text, link, buttons }: WrittenNotice): object | null {
  const withLink = link ? `${text}\n${link.href}` : text
  if (withLink.length > TEXT_MAX) return null
  const all = [
    ...(link ? [{ type: 'web_url', url: link.href, title: link.label }] : []),
    ...buttons.map(({ label, payload }) => ({ type: 'postback', title: label, payload })),
  ]
  if (all.length === 0) return { text }
  const fits = (most: number) => all.length <= most && all.every(({ title }) => title.length <= TITLE_MAX)
  if (fits(BUTTONS_MAX) && text.length <= BUTTON_TEXT_MAX)
    return template({ template_type: 'button', text, buttons: all })
  if (
    buttons.length > 0 &&
    buttons.length <= QUICK_REPLIES_MAX &&
    buttons.every(({ label }) => label.length <= TITLE_MAX)
  ) {
    const quick_replies = buttons.map(({ label, payload }) => ({
      content_type: 'text',
      title: label,
      payload,
    }))
    return { text: withLink, quick_replies }
  }
  if (fits(BUTTONS_MAX * ELEMENTS_MAX) && text.length <= ELEMENT_TEXT_MAX) {
    const elements = []
    for (let n = 0; n < all.length; n += BUTTONS_MAX)
      elements.push({ title: text, buttons: all.slice(n, n + BUTTONS_MAX) })
    return template({ template_type: 'generic', elements })
  }
  return link ? { text: withLink } : null
}

const template = (payload: object) => ({ attachment: { type: 'template', payload } })

/**
 * “Send a utility message”, 13 March 2026: the template stands directly in the message, and one component has what all its
 * buttons need, in their order. In WhatsApp's form, a component a button, Messenger refuses it.
 */
function writeTemplate({ name, locale, linkToken, pressToken }: Filled): unknown {
  return {
    name,
    language: { code: locale },
    components: [
      {
        type: 'buttons',
        parameters: [
          { type: 'URL', url: linkToken },
          ...(pressToken === null ? [] : [{ type: 'POSTBACK', payload: pressToken }]),
        ],
      },
    ],
  }
}
