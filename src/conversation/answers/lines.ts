import { resolveMerchant } from '#merchants'
import type { Transaction } from '#vault'
import { type Action, type Said, say } from '../answer.ts'
import { rowOf } from './case.ts'

const fewer: Action = { label: say('do-fewer-lines', {}), style: 'plain', href: '/payments' }

/** A quiet line about a payment, with one tap to say that it was not theirs; several that came together are one list. */
export function sayLines(payments: readonly Transaction[], bank: { linkId: string; name: string }): Said {
  const { linkId } = bank
  const [only, ...others] = payments
  if (only && others.length === 0) {
    const { amount, foreign, at, cardNumberDisplay: card, status, city, country } = only
    const { merchant } = resolveMerchant(only)
    const notMe: Action = {
      label: say('do-report', {}),
      style: 'plain',
      intent: { do: 'report-payment', linkId, transactionId: only.id, sure: false },
    }
    const isRefused = status === 'declined'
    const values = { bank: bank.name, amount, foreign, merchant, city, country, at, card }
    return {
      text: [say('line', { ...values, isRefused })],
      show: null,
      actions: [notMe, fewer],
    }
  }
  const report: Action = {
    label: say('do-report-ticked', {}),
    style: 'plain',
    intent: { do: 'report-payments', linkId, transactionIds: payments.map(({ id }) => id) },
    chooses: 'payments',
  }
  return {
    text: [say('lines', { bank: bank.name, payments: payments.length })],
    show: {
      type: 'transactions',
      caption: say('lines-caption', { bank: bank.name }),
      // They may be of several cards, and come hours after they were made.
      rows: payments.map((one) => ({ ...rowOf(one), card: one.cardNumberDisplay })),
      more: 0,
    },
    actions: [report, fewer],
  }
}
