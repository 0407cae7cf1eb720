import type { OfferFacts, OfferState } from '#vault'
import type { Offer, OfferCondition, OfferFile } from './offer-file.ts'

/** An offer that fits one link of the person. */
export type Match = { linkId: string; bankId: string; offer: Offer }

/**
 * The one offer to show, or null. It is in its dates, from the person's own bank, all its conditions hold for one set
 * of facts, and it was never dismissed. What was not shown yet comes first, then what was shown longest ago.
 */
export function chooseOffer(
  files: readonly OfferFile[],
  facts: readonly OfferFacts[],
  states: readonly OfferState[],
  now: number,
): Match | null {
  const known = new Map(states.map((state) => [state.id, state]))
  let chosen: { match: Match; shownAt: number } | null = null
  for (const of of facts) {
    for (const offer of files.find(({ bankId }) => bankId === of.bankId)?.offers ?? []) {
      if (now < Date.parse(offer.from) || now >= Date.parse(offer.to)) continue
      if (!offer.when.all.every((condition) => holds(condition, of))) continue
      const state = known.get(stateId(of.linkId, offer.id))
      if (state?.dismissed) continue
      const shownAt = state?.shownAt ?? Number.NEGATIVE_INFINITY
      if (chosen && chosen.shownAt <= shownAt) continue
      chosen = { match: { linkId: of.linkId, bankId: of.bankId, offer }, shownAt }
    }
  }
  return chosen?.match ?? null
}

/** The record id of what a person decided about an offer at one bank. */
export const stateId = (linkId: string, offerId: string) => `offer:${linkId}:${offerId}`

function holds(condition: OfferCondition, facts: OfferFacts): boolean {
  if ('is' in condition) return facts[condition.fact] === condition.is
  const value = facts[condition.fact]
  // A balance that the bank has not said meets no condition on it.
  if (value === null) return false
  return value >= (condition.atLeast ?? -Infinity) && value <= (condition.atMost ?? Infinity)
}
