import { reasonsOf } from '#fraud'
import { resolveMerchant } from '#merchants'
import type { FraudCase, Transaction } from '#vault'
import { type Action, type Intent, type Said, say, type Template } from '../answer.ts'

/** *Was this you?*, with what looks unusual and why. The case and its payment name each other. */
export function sayAlert(
  { fraudCase, payment }: { fraudCase: FraudCase; payment: Transaction },
  bank: { linkId: string; name: string },
): Said {
  const { city, country, amount, foreign, at, cardNumberDisplay: card } = payment
  const { merchant } = resolveMerchant(payment)
  const answer = {
    do: 'answer-case',
    linkId: bank.linkId,
    caseId: fraudCase.id,
    hasCard: card !== null,
  } as const
  const why: Template[] = reasonsOf(fraudCase).map((reason) => say('alert-reason', { reason }))
  return {
    text: [
      say('alert', { bank: bank.name, amount, foreign, merchant, city, country, at, card }),
      ...(why.length > 0 ? [say('alert-why', {}), ...why] : []),
      ...(card ? [say('alert-nothing-moves', {})] : []),
    ],
    show: null,
    actions: [
      { label: say('do-was-me', {}), style: 'plain', intent: { ...answer, answer: 'was-me' } },
      { label: say('do-not-me', { card }), style: 'danger', intent: { ...answer, answer: 'not-me' } },
    ],
  }
}

/** What follows a yes or a no. The block itself is told when the bank has done it. */
export function sayCaseAnswered(
  fraudCase: Pick<FraudCase, 'number' | 'openedAt'>,
  given: Extract<Intent, { do: 'answer-case' }>,
  line: { bank: string; phone: string | null },
): Said {
  const { number, openedAt } = fraudCase
  const { answer, hasCard } = given
  // A mistaken yes can be taken back; a no cannot, since the card is in the bank's hands then.
  const takeBack: Action = {
    label: say('do-not-me-after-all', {}),
    style: 'danger',
    intent: { ...given, answer: 'not-me' },
  }
  const text =
    answer === 'was-me'
      ? [say('case-was-me', { number })]
      : [
          say('case-not-me', { number, at: openedAt }),
          ...(hasCard ? [] : [say('case-without-card', { ...line, number })]),
        ]
  return { text, show: null, actions: answer === 'was-me' ? [takeBack] : [] }
}
