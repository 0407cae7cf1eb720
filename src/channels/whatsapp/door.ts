import { z } from 'zod'
import { NOTICES } from '#conversation'
import { BUTTONS_MAX, createGraphDoor, type GraphNeeds, TITLE_MAX } from '../graph/door.ts'
import { WHATSAPP_ERRORS } from '../graph/errors.ts'
import type { Filled } from '../graph/templates.ts'
import type { MessengerDoor, WebhookDoor, WrittenNotice } from '../messengers/door.ts'
import { startAddress } from '../messengers/start-address.ts'
import { readEvents } from './events.ts'

const TEXT_MAX = 4_096
const BODY_MAX = 1_024
const ROWS_MAX = 10
const ROW_TITLE_MAX = 24

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
    startUrl: (code) => `${startAddress('wa.me', needs.graphUrl)}/${number}?text=${code}`,
    readEvents: (body) => readEvents(body, { phoneId, now: needs.clock.now() }),
    message(to, notice) {
      const message = write(notice)
      return message && { ...recipientOf(to), ...message }
    },
    templateMessage: (to, filled) => ({ ...recipientOf(to), ...writeTemplate(filled) }),
    addressFields: ['to', 'recipient'],
    errors: WHATSAPP_ERRORS,
    idOf: (answer) => Answer.safeParse(answer).data?.messages[0]?.id ?? null,
  })
}

/**
 * The first form that holds all there is to read and tap; a label is never cut, and a choice never left out. A link is a button of
 * its own kind: where there is something else to tap, it stands in the text. What no form holds is on our page, where the link
 * leads; null where there is none. Limits: “Interactive reply buttons”, “Interactive list”, “Interactive URL button”.
 */
export function write({ text, link, buttons, locale }: WrittenNotice): object | null {
  const withLink = link ? `${text}\n${link.href}` : text
  if (withLink.length > TEXT_MAX) return null
  const fits = (most: number, titleMax: number) =>
    buttons.length > 0 &&
    buttons.length <= most &&
    withLink.length <= BODY_MAX &&
    buttons.every(({ label }) => label.length <= titleMax)
  const body = { text: withLink }
  if (fits(BUTTONS_MAX, TITLE_MAX)) {
    const replies = buttons.map(({ label, payload }) => ({
      type: 'reply',
      reply: { id: payload, title: label },
    }))
    return interactive({ type: 'button', body, action: { buttons: replies } })
  }
  if (fits(ROWS_MAX, ROW_TITLE_MAX)) {
    const rows = buttons.map(({ label, payload }) => ({ id: payload, title: label }))
    return interactive({
      type: 'list',
      body,
      action: { button: NOTICES.choose[locale], sections: [{ rows }] },
    })
  }
  if (buttons.length > 0 && !link) return null
  if (!link || link.label.length > TITLE_MAX || text.length > BODY_MAX)
    return { type: 'text', text: { body: withLink, preview_url: false } }
  const parameters = { display_text: link.label, url: link.href }
  return interactive({ type: 'cta_url', body: { text }, action: { name: 'cta_url', parameters } })
}

const interactive = (content: object) => ({ type: 'interactive', interactive: content })

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
