import { type Clock, Private } from '#kit'
import type { Loan } from '#vault'
import { chooseOffer, type Match, stateId } from './match.ts'
import type { OfferFile } from './offer-file.ts'

export type Offers = ReturnType<typeof createOffers>

/**
 * Shows a person their own bank's offers, one at a time. Matching happens here, inside the loan and on derived facts
 * only: the bank is told nothing, neither who matched nor who looked.
 */
export function createOffers(needs: { files: readonly OfferFile[]; clock: Clock }) {
  const { files, clock } = needs

  return {
    /** The offer to show, noted as shown in the loan's own commit; null inside when none fits. */
    async show(loan: Loan<'bank-offers'>): Promise<Private<Match | null>> {
      const now = clock.now()
      const chosen = (await Private.together([loan.offerFacts(), loan.offerStates()])).map(
        ([facts, states]) => chooseOffer(files, facts, states, now),
      )
      for (const { linkId } of loan.links) {
        await loan.keep(
          'offer-state',
          chosen.map((match) =>
            match?.linkId === linkId
              ? [
                  {
                    id: stateId(linkId, match.offer.id),
                    offerId: match.offer.id,
                    shownAt: now,
                    dismissed: false,
                  },
                ]
              : [],
          ),
          linkId,
        )
      }
      return chosen
    },

    /** Never shows this offer to this person again. */
    async dismiss(loan: Loan<'bank-offers'>, offer: { linkId: string; offerId: string }): Promise<void> {
      const { linkId, offerId } = offer
      const id = stateId(linkId, offerId)
      await loan.keep('offer-state', [{ id, offerId, shownAt: clock.now(), dismissed: true }], linkId)
    },
  }
}
