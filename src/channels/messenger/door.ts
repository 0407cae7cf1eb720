import { z } from 'zod'
import { BUTTONS_MAX, createGraphDoor, type GraphNeeds, TITLE_MAX } from '../graph/door.ts'
import type { ErrorTable } from '../graph/send.ts'
import type { MessengerDoor, WebhookDoor, WrittenNotice } from '../messengers/door.ts'
import { readEvents } from './events.ts'

/**
 * Messenger's own codes. Outside the window (10/2018278, 1545041), under the European rules (10/2018336) and for a person who
 * has not agreed to Meta's terms (2018344) another way must be taken; 551 is somebody who cannot be reached any more.
 */
const ERRORS: ErrorTable = {
  '10/2018278': 'fall-back',
  '1545041': 'fall-back',
  '10/1545041': 'fall-back',
  '10/2018336': 'fall-back',
  '10/2018344': 'fall-back',
  '10/1893063': 'tell-operator',
  '551': 'gone',
  '551/1545041': 'gone',
}

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
    readEvents,
    message: (to, notice, template) => ({
      recipient: { id: to },
      ...(template === null
        ? { messaging_type: 'RESPONSE', message: write(notice) }
        : { messaging_type: 'UTILITY', message: writeTemplate(template, notice) }),
    }),
    addressFields: ['id'],
    errors: ERRORS,
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
