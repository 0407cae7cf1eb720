import { z } from 'zod'
import { BUTTONS_MAX, createGraphDoor, type GraphNeeds, TITLE_MAX } from '../graph/door.ts'
import { WHATSAPP_ERRORS } from '../graph/errors.ts'
import type { Filled } from '../graph/templates.ts'
import type { MessengerDoor, WebhookDoor, WrittenNotice } from '../messengers/door.ts'
import { readEvents } from './events.ts'

const Answer = z.object({ messages: z.array(z.object({ id: z.string() })).min(1) })

/**
 * WhatsApp, by the Cloud API. Meta runs its endpoint, so that it is handed notices only, encrypted on its way or not. `number`
 * is as wa.me has it: digits alone, with the country's.
 */
export function createWhatsAppDoor({
  phoneId,
  number,
  ...needs
}: GraphNeeds & { phoneId: string; number: string }): MessengerDoor & WebhookDoor {
  return createGraphDoor(needs, {
    id: 'whatsapp',
    sender: phoneId,
    startUrl: (code) => `https://wa.me/${number}?text=${code}`,
    readEvents: (body) => readEvents(body, { phoneId, now: needs.clock.now() }),
    message: (to, notice) => ({ ...recipientOf(to), ...write(notice) }),
    templateMessage: (to, filled) => ({ ...recipientOf(to), ...writeTemplate(filled) }),
    addressFields: ['to', 'recipient'],
    errors: WHATSAPP_ERRORS,
    idOf: (answer) => Answer.safeParse(answer).data?.messages[0]?.id ?? null,
  })
}

/** A link is a button of its own kind; where the message also has something to press, the link stands in its text. */
function write({ text, link, buttons }: WrittenNotice): object {
  if (buttons.length > 0) {
    const body = { text: link ? `${text}\n${link.href}` : text }
    const action = {
      buttons: buttons.slice(0, BUTTONS_MAX).map(({ label, payload }) => ({
        type: 'reply',
        reply: { id: payload, title: label.slice(0, TITLE_MAX) },
      })),
    }
    return { type: 'interactive', interactive: { type: 'button', body, action } }
  }
  if (!link) return { type: 'text', text: { body: text, preview_url: false } }
  const parameters = { display_text: link.label.slice(0, TITLE_MAX), url: link.href }
  const action = { name: 'cta_url', parameters }
  return { type: 'interactive', interactive: { type: 'cta_url', body: { text }, action } }
}

function recipientOf(to: string): object {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    // A number where WhatsApp still gives one, a business-scoped user id (`FR.1234`) where not.
    ...(/^\d+$/.test(to) ? { to } : { recipient: to }),
  }
}

/** A component a button, by its place; the template's address ends in a place for the token. */
function writeTemplate({ name, locale, linkToken, pressToken }: Filled): object {
  const link = {
    type: 'button',
    sub_type: 'url',
    index: '0',
    parameters: [{ type: 'text', text: linkToken }],
  }
  const press = pressToken !== null && {
    type: 'button',
    sub_type: 'quick_reply',
    index: '1',
    parameters: [{ type: 'payload', payload: pressToken }],
  }
  return {
    type: 'template',
    template: {
      name,
      language: { code: locale, policy: 'deterministic' },
      components: press ? [link, press] : [link],
    },
  }
}
