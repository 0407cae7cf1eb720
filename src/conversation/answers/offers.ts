import type { Match } from '#offers'
import { type Said, say } from '../answer.ts'
import type { Scene } from '../scene.ts'

/** The one offer that fits, under its bank's name, with the reason and the two ways to be rid of it. */
export function sayOffer(match: Match | null, bankIds: readonly string[], scene: Scene): Said {
  if (!match) {
    const banks = [...new Set(bankIds)].map(scene.bankName)
    return { text: [say('offer-none', { banks })], show: null, actions: [] }
  }
  const bank = scene.bankName(match.bankId)
  const { id: offerId, title, body, reason } = match.offer
  return {
    text: [say('offer', { bank }), say('offer-private', { bank })],
    show: { type: 'offer', bank, title, body, reason },
    actions: [
      {
        label: say('do-dismiss', {}),
        style: 'plain',
        intent: { do: 'dismiss-offer', linkId: match.linkId, offerId },
      },
      { label: say('do-stop-offers', {}), style: 'plain', intent: { do: 'stop-offers' } },
    ],
  }
}

export const sayOfferDismissed = (): Said => ({ text: [say('offer-dismissed', {})], show: null, actions: [] })

/** `banks` are those that offers were on for. */
export const sayOffersStopped = (banks: string[]): Said => ({
  text: [banks.length > 0 ? say('offers-stopped', { banks }) : say('offers-not-on', {})],
  show: null,
  actions: [],
})
