import { type Clock, HOUR, type Secret } from '#kit'
import type { Heard, MessengerDoor, WebhookDoor, WrittenNotice } from '../messengers/door.ts'
import type { PublicSocket } from '../messengers/public-socket.ts'
import { createSortError, type GraphError } from './errors.ts'
import { sendByGraph } from './send.ts'
import { answerChallenge, checkSignature, readBody } from './signature.ts'
import { type Filled, fillTemplate } from './templates.ts'

/** Within so long after a person wrote or tapped, a business may answer freely; outside only by an approved template. */
const WINDOW_MS = 24 * HOUR
const SIGNATURE_HEADER = 'x-hub-signature-256'
/** Longer titles of buttons are refused. */
export const TITLE_MAX = 20
export const BUTTONS_MAX = 3

/** What either of Meta's messengers is set up with. */
export type GraphNeeds = {
  socket: PublicSocket
  accessToken: Secret
  appSecret: Secret
  verifyToken: Secret
  /** With its version: https://graph.facebook.com/v25.0 */
  graphUrl: URL
  /** How the names of the approved utility templates begin, where they may be used outside the window; null where not. */
  utilityTemplate: string | null
  clock: Clock
}

/** How the two differ. */
type Product = {
  id: 'messenger' | 'whatsapp'
  /** The page, or the phone number, that messages are sent from. */
  sender: string
  startUrl(code: string): string
  readEvents(body: unknown): Heard[]
  /** A message for the window; null when no form of the messenger's holds it. */
  message(to: string, notice: WrittenNotice): object | null
  /** One for outside of it. */
  templateMessage(to: string, filled: Filled): unknown
  addressFields: readonly string[]
  errors: readonly GraphError[]
  idOf(answer: unknown): string | null
}

/** A door to a messenger of Meta's: challenge, signature, window and sending are the same at both. */
export function createGraphDoor(needs: GraphNeeds, product: Product): MessengerDoor & WebhookDoor {
  const { socket, accessToken, appSecret, verifyToken, graphUrl, utilityTemplate, clock } = needs
  const { id, sender, startUrl, readEvents, message, templateMessage, addressFields, errors, idOf } = product
  const sort = createSortError(errors)
  const messagesUrl = new URL(`${graphUrl.href.replace(/\/$/, '')}/${sender}/messages`)

  return {
    id,
    startUrl,
    proofHeader: SIGNATURE_HEADER,
    whyFailed: (code) => sort(Number(code), undefined)?.why ?? 'fall-back',
    challenge: (query) => answerChallenge(verifyToken, query),

    read(headers, body) {
      checkSignature(appSecret, headers[SIGNATURE_HEADER], body)
      return readEvents(readBody(body))
    },

    async send(to, notice, { lastHeardAt, urgency }) {
      const isOpen = lastHeardAt !== null && clock.now() < lastHeardAt + WINDOW_MS
      // Meta's utility templates are for what happens at somebody's account: news is said where it may be, or not at all.
      const filled =
        isOpen || utilityTemplate === null || urgency === 'news'
          ? null
          : fillTemplate(utilityTemplate, notice)
      if (!isOpen && !filled) return { ok: false, why: 'until-heard', code: 'window' }
      const written = filled ? templateMessage(to, filled) : message(to, notice)
      if (written === null) return { ok: false, why: 'fall-back', code: 'form' }
      const sent = await sendByGraph(
        { socket, token: accessToken, sort, addressFields },
        messagesUrl,
        written,
        idOf,
      )
      // What is not taken as a template may be said freely once the person wrote again.
      return filled && !sent.ok && sent.why === 'fall-back' ? { ...sent, why: 'until-heard' } : sent
    },
  }
}
