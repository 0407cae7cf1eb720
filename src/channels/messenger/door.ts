import { z } from 'zod'
import { BUTTONS_MAX, createGraphDoor, type GraphNeeds, TITLE_MAX } from '../graph/door.ts'
import { MESSENGER_ERRORS } from '../graph/errors.ts'
import type { Filled } from '../graph/templates.ts'
import type { MessengerDoor, WebhookDoor, WrittenNotice } from '../messengers/door.ts'
import { readEvents } from './events.ts'

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
    startUrl: (code) => `https://m.me/${pageId}?ref=${code}`,
    readEvents: (body) => readEvents(body, { pageId, now: needs.clock.now() }),
    message: (to, notice) => ({
      recipient: { id: to },
      messaging_type: 'RESPONSE',
      message: write(notice),
    }),
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

/** Plain text, or a button template where there is something to press. */
function write({ text, link, buttons }: WrittenNotice): unknown {
  const all = [
    ...(link ? [{ type: 'web_url', url: link.href, title: link.label.slice(0, TITLE_MAX) }] : []),
    ...buttons.map(({ label, payload }) => ({
      type: 'postback',
      title: label.slice(0, TITLE_MAX),
      payload,
    })),
  ].slice(0, BUTTONS_MAX)
  if (all.length === 0) return { text }
  return { attachment: { type: 'template', payload: { template_type: 'button', text, buttons: all } } }
}

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
