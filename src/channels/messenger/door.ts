import { z } from 'zod'
import { BUTTONS_MAX, createGraphDoor, type GraphNeeds, TITLE_MAX } from '../graph/door.ts'
import { MESSENGER_ERRORS } from '../graph/errors.ts'
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
    message: (to, notice, template) => ({
      recipient: { id: to },
      ...(template === null
        ? { messaging_type: 'RESPONSE', message: write(notice) }
        : { messaging_type: 'UTILITY', message: writeTemplate(template, notice) }),
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

/** Meta's pages and what is seen in the field differ on this form; it stands in one place. */
function writeTemplate(name: string, { link, locale }: WrittenNotice): unknown {
  return {
    template: {
      name,
      language: { code: locale === 'fr' ? 'fr_FR' : 'en_US' },
      ...(link && {
        components: [{ type: 'button', sub_type: 'url', parameters: [{ type: 'text', text: link.href }] }],
      }),
    },
  }
}
