import { z } from 'zod'
import { type Clock, HOUR, type Secret } from '#kit'
import { type ErrorTable, sendByGraph } from '../graph/send.ts'
import { answerChallenge, checkSignature, readBody } from '../graph/signature.ts'
import type { MessengerDoor, WebhookDoor, WrittenNotice } from '../messengers/door.ts'
import type { PublicSocket } from '../messengers/public-socket.ts'
import { readEvents } from './events.ts'

/** Within so long after a person wrote or tapped, a page may answer freely (Messenger Platform, "24-hour standard messaging window"). */
const WINDOW_MS = 24 * HOUR
/** Titles of buttons are cut after so many characters. */
export const TITLE_MAX = 20
/** The text of a button template. */
export const TEXT_MAX = 640

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

/** Messenger, by the Graph API. Meta reads what is said there: it is handed notices only. */
export function createMessengerDoor(needs: {
  socket: PublicSocket
  pageId: string
  accessToken: Secret
  appSecret: Secret
  verifyToken: Secret
  /** With its version: https://graph.facebook.com/v25.0 */
  graphUrl: URL
  /**
   * The name of the approved UTILITY template, where the page may use one outside the window; null where not. Message tags
   * have been refused since April 2026, and nobody has verified that such templates are to be had in Europe.
   */
  utilityTemplate: string | null
  clock: Clock
}): MessengerDoor & WebhookDoor {
  const { socket, pageId, accessToken, appSecret, verifyToken, graphUrl, utilityTemplate, clock } = needs
  const messagesUrl = new URL(`${graphUrl.href.replace(/\/$/, '')}/${pageId}/messages`)

  return {
    id: 'messenger',
    startUrl: (code) => `https://m.me/${pageId}?ref=${code}`,
    challenge: (query) => answerChallenge(verifyToken, query),

    read(headers, body) {
      checkSignature(appSecret, headers['x-hub-signature-256'], body)
      return readEvents(readBody(body))
    },

    async send(to, notice, { lastHeardAt }) {
      const isOpen = lastHeardAt !== null && clock.now() < lastHeardAt + WINDOW_MS
      if (!isOpen && utilityTemplate === null) return { ok: false, why: 'fall-back', code: 'window' }
      const message = isOpen
        ? { messaging_type: 'RESPONSE', message: write(notice) }
        : { messaging_type: 'UTILITY', message: writeTemplate(utilityTemplate!, notice) }
      return await sendByGraph(
        { socket, token: accessToken, errors: ERRORS, addressFields: ['id'] },
        messagesUrl,
        { recipient: { id: to }, ...message },
        (answer) => Answer.safeParse(answer).data?.message_id ?? null,
      )
    },
  }
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
  ].slice(0, 3)
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
