import { type FraudReason, isBeyondDoubt, reasonsOf, type UsualThere } from '#fraud'
import { resolveMerchant } from '#merchants'
import type { FraudCase, Transaction } from '#vault'
import { type Action, type AnswerCase, type Said, say, type Template } from '../answer.ts'
import type { Line } from './cards.ts'

/** *Was this you?*, with what looks unusual and why. The case and its payment name each other. */
export function sayAlert(
  {
    fraudCase,
    payment,
    usual,
    now,
  }: { fraudCase: FraudCase; payment: Transaction; usual: UsualThere | null; now: number },
  bank: { linkId: string; name: string },
): Said {
  const { city, country, amount, foreign, at, cardNumberDisplay: card } = payment
  const { merchant } = resolveMerchant(payment)
  const { declined, raisedBy, reasons } = fraudCase
  const answer: Omit<AnswerCase, 'answer'> = {
    do: 'answer-case',
    linkId: bank.linkId,
    caseId: fraudCase.id,
    hasCard: card !== null,
  }
  const why: Template[] = reasonsOf({ reasons }).map((reason) => tellReason(reason, usual))
  const byBank: Template[] = declined
    ? [say('alert-refused', { bank: bank.name, releasableUntil: stillAhead(declined.releasableUntil, now) })]
    : raisedBy === 'bank'
      ? [say('alert-by-bank', { bank: bank.name })]
      : []
  const actions: Action[] = [
    { label: say('do-was-me', {}), style: 'plain', intent: { ...answer, answer: 'was-me' } },
    { label: say('do-not-me', { card }), style: 'danger', intent: { ...answer, answer: 'not-me' } },
  ]
  return {
    text: [
      say('alert', { bank: bank.name, amount, foreign, merchant, city, country, at, card }),
      ...byBank,
      ...(why.length > 0 ? [say('alert-why', {}), ...why] : []),
      ...(card ? [say('alert-nothing-moves', { atOnce: isBeyondDoubt(fraudCase) })] : []),
    ],
    show: null,
    actions,
  }
}

/** An amount is told against what they pay at shops of that kind, where they have a habit: it is what they would compare it with. */
const tellReason = (reason: FraudReason, usual: UsualThere | null): Template =>
  reason.code === 'amount-high' && usual
    ? say('alert-usual-there', { amount: reason.values.amount, ...usual })
    : say('alert-reason', { reason })

/** Nobody is told to answer by an hour that is over: by then the bank lets nothing through. */
const stillAhead = (until: number | null, now: number): number | null =>
  until !== null && until > now ? until : null

/** The same question again, with where else it can be answered: it was left open for too long. */
export function sayAlertAgain(asked: Said, line: Line, number: string): Said {
  return { ...asked, text: [...asked.text, say('alert-again', { ...line, number })] }
}
