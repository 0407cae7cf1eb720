import { readWorthDue, type WorthKind } from '#accounts'
import { endOfQuiet, quietFor } from '#fraud'
import { sayFinding } from './answers/worth-knowing.ts'
import type { Deliver } from './channel.ts'
import type { Lending } from './lending.ts'
import type { Asker } from './scene.ts'

/** What nobody waits for is not written at night. Minutes of the person's own day. */
const NIGHT = { from: 21 * 60, to: 8 * 60 }

/** When the night that is on ends; null by day. */
export const endOfNight = (now: number, timeZone: string): number | null => endOfQuiet(NIGHT, now, timeZone)

/** Says things worth knowing unasked, under their own consent. */
export function createWorthKnowing({ lending }: { lending: Lending }) {
  return {
    /**
     * The most pressing thing at one link that is of a `wanted` kind and not `told`, in one message. `isAllowed` is false when
     * the person does not allow it, or no longer; `waitsUntil` when what there is falls into their quiet hours.
     */
    async worthKnowing<T>(
      linkId: string,
      { wanted, told }: { wanted: ReadonlySet<WorthKind>; told: ReadonlySet<string> },
      asker: Asker,
      deliver: Deliver<T>,
    ): Promise<{ isAllowed: boolean; waitsUntil: number | null }> {
      let isAllowed = false
      let waitsUntil: number | null = null
      const ask = { purpose: 'worth-knowing', what: 'look-for-news', linkIds: [linkId] } as const
      await lending.lendIfAny(ask, asker, deliver, async (loan, scene) => {
        isAllowed = true
        const { now, timeZone } = scene
        const due = await readWorthDue(loan, {
          now,
          timeZone,
          wanted,
          told,
          quietUntil(choices, card) {
            const quiet = quietFor(choices, card)
            return quiet && endOfQuiet(quiet, now, timeZone)
          },
        })
        waitsUntil = due.waitsUntil
        if (!due.finding) return null
        const bank = lending.bankName(loan.links[0]!.bankId)
        return {
          said: due.finding.map((finding) => sayFinding(finding, bank, scene)),
          errand: { kind: 'worth-told', about: due.finding.map(({ about }) => [about]) },
        }
      })
      return { isAllowed, waitsUntil }
    },
  }
}
