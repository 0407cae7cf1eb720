import { reasonsOf } from '#fraud'
import { resolveMerchant } from '#merchants'
import type { FraudCase, Transaction } from '#vault'
import { type Action, type AnswerCase, type Said, say, type Template } from '../answer.ts'
import type { Line } from './cards.ts'

/** *Was this you?*, with what looks unusual and why. The case and its payment name each other. */
export function sayAlert(
  { fraudCase, payment }: { fraudCase: FraudCase; payment: Transaction },
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
  const why: Template[] = reasonsOf({ reasons }).map((reason) => say('alert-reason', { reason }))
  const byBank: Template[] = declined
    ? [say('alert-refused', { bank: bank.name, releasableUntil: declined.releasableUntil })]
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
      ...(card ? [say('alert-nothing-moves', {})] : []),
    ],
    show: null,
    actions,
  }
}

/** The same question again, with where else it can be answered: it was left open for too long. */
export function sayAlertAgain(asked: Said, line: Line, number: string): Said {
  return { ...asked, text: [...asked.text, say('alert-again', { ...line, number })] }
}
