import { newCaseNumber } from '#fraud'
import { Private, type Random } from '#kit'
import type { Offers } from '#offers'
import type { LoanBase } from '#vault'
import type { Intent, OrderWords } from './answer.ts'
import { sayCardLeft, sayCardOrdered } from './answers/cards.ts'
import { sayCaseLeft } from './answers/case.ts'
import { sayOfferDismissed } from './answers/offers.ts'
import { sayWorthStopped } from './answers/worth-knowing.ts'
import { type CaseIntent, type createCaseButtons, tickedOf } from './case-buttons.ts'
import type { Deliver } from './channel.ts'
import type { Lending } from './lending.ts'
import type { Question } from './question.ts'
import type { Asker } from './scene.ts'

/** What a button does that acts on data: only a loan for its message's purpose and links can open it. */
export type SealedIntent = CaseIntent | Extract<Intent, { do: 'block-card' | 'dismiss-offer' }>
/** What a button does that names nothing of a bank's but by our own opaque ids. */
export type OpenIntent = Exclude<Intent, SealedIntent>

const SEALED: readonly Intent['do'][] = [
  'answer-case',
  'answer-cases',
  'report-payment',
  'report-payments',
  'mark-payments',
  'own-payments',
  'snooze-case',
  'block-card',
  'dismiss-offer',
]
export const isSealedIntent = (intent: Intent): intent is SealedIntent => SEALED.includes(intent.do)

/** The message a button stands under: whose consent it rests on. */
export type Place = { purpose: 'fraud-alerts' | 'bank-offers'; linkIds: readonly string[] }

export function createButtons(needs: {
  lending: Lending
  pressOnCase: ReturnType<typeof createCaseButtons>
  offers: Offers
  random: Random
  answer<T>(question: Question, asker: Asker, deliver: Deliver<T>): Promise<T[]>
}) {
  const { lending, pressOnCase, offers, random, answer } = needs
  const { lend, tell, bankName, composeRefusal } = lending

  /** Payments of any list, each under the consent of its own link: what is done at one bank is done, whatever another says. */
  async function reportListed<T>(
    { payments }: Extract<Intent, { do: 'report-listed' }>,
    chosen: readonly string[],
    asker: Asker,
    deliver: Deliver<T>,
  ): Promise<T[]> {
    const offered = payments.map(({ transactionId }) => transactionId)
    const ticked = offered.length === 1 && chosen.length === 0 ? offered : tickedOf(chosen, offered)
    const byLink = Map.groupBy(
      payments.filter(({ transactionId }) => ticked.includes(transactionId)),
      ({ linkId }) => linkId,
    )
    const shown: T[] = []
    for (const [linkId, reported] of byLink) {
      const transactionIds = reported.map(({ transactionId }) => transactionId)
      const ask = { purpose: 'fraud-alerts', what: 'answer-case', linkIds: [linkId] } as const
      shown.push(
        await lend(ask, asker, deliver, (loan) =>
          pressOnCase(loan, { do: 'report-payments', linkId, transactionIds }, transactionIds),
        ),
      )
    }
    return shown
  }

  return {
    /** Does what an open button says. `chosen` are the payments that were ticked above it. */
    async press<T>(
      intent: OpenIntent,
      chosen: readonly string[],
      asker: Asker,
      deliver: Deliver<T>,
    ): Promise<T[]> {
      switch (intent.do) {
        case 'ask':
          return await answer(intent.question, asker, deliver)
        case 'stop-offers':
          return await answer({ kind: 'stop-offers' }, asker, deliver)
        case 'stop-worth': {
          const errand = { kind: 'worth-stopped', worth: intent.kind } as const
          return [await tell(deliver, sayWorthStopped(intent.kind), { errand })]
        }
        case 'leave-card':
          return [await tell(deliver, sayCardLeft())]
        case 'leave-case':
          return [await tell(deliver, sayCaseLeft())]
        case 'report-listed':
          return await reportListed(intent, chosen, asker, deliver)
      }
    },

    /**
     * Does what a sealed button says, in one loan: `open` unseals the intent, and what it changes commits with the answer.
     * `chosen` are the payments that were ticked above a button that chooses.
     */
    async pressSealed<T>(
      place: Place,
      open: (loan: LoanBase) => SealedIntent,
      chosen: readonly string[],
      asker: Asker,
      deliver: Deliver<T>,
    ): Promise<T> {
      const { linkIds } = place
      if (place.purpose === 'bank-offers') {
        const ask = { purpose: 'bank-offers', what: 'answer-offer', linkIds } as const
        return await lend(ask, asker, deliver, async (loan) => {
          // The button is sealed under all the banks that the offer was chosen from: with one withdrawn, it stays shut.
          if (loan.links.length < linkIds.length) {
            const bankIds = loan.links.map(({ bankId }) => bankId)
            const refusal = { ok: false, why: 'consent-withdrawn', purpose: 'bank-offers', bankIds } as const
            return { said: new Private(await composeRefusal(asker, refusal)), kind: 'refusal' }
          }
          const intent = open(loan)
          if (intent.do !== 'dismiss-offer') throw misplaced(intent)
          await offers.dismiss(loan, intent)
          return { said: new Private(sayOfferDismissed()) }
        })
      }
      const ask = { purpose: 'fraud-alerts', what: 'answer-case', linkIds } as const
      return await lend(ask, asker, deliver, async (loan) => {
        const intent = open(loan)
        const { linkId, bankId } = loan.links[0]!
        switch (intent.do) {
          case 'answer-case':
          case 'answer-cases':
          case 'report-payment':
          case 'report-payments':
          case 'mark-payments':
          case 'own-payments':
          case 'snooze-case':
            return await pressOnCase(loan, intent, chosen)
          case 'block-card': {
            const { accountId, cardNumberDisplay } = intent
            const card = { accountId, cardNumberDisplay, number: newCaseNumber(random) }
            const about = new Private<OrderWords>(card)
            return {
              said: new Private(sayCardOrdered('block', bankName(bankId), card)),
              errand: { kind: 'bank-orders', linkId, caseId: null, orders: [{ kind: 'block', about }] },
            }
          }
          case 'dismiss-offer':
            throw misplaced(intent)
        }
      })
    },
  }
}

/** A button is sealed with its message: finding another's intent in it is a bug. */
const misplaced = (intent: Intent) =>
  new Error(`a button that does ${intent.do} stands under the wrong message`)
