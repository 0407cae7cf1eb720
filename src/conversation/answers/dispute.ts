import { isReportable, reportedIn } from '#fraud'
import type { FraudCase, Transaction } from '#vault'
import { type Action, type Said, say } from '../answer.ts'
import type { Line } from './cards.ts'
import { rowOf } from './case.ts'
import { grantAction } from './refusal.ts'

/** Payments to tick: as many as somebody reads through. An older one is found by asking for it. */
const ROWS_MAX = 20

type Noted = { number: string; at: number }

/** The latest card payments, to tick those that were not them; and where to turn with anything else. */
export function sayWhichPayment(
  { transactions, cases }: { transactions: readonly Transaction[]; cases: readonly FraudCase[] },
  linkId: string,
  line: Line,
  noted: Noted,
): Said {
  const reported = reportedIn(cases)
  const all = transactions.filter((payment) => isReportable(payment, noted.at) && !reported.has(payment.id))
  if (all.length === 0) return { text: [say('dispute', { ...line, ...noted })], show: null, actions: [] }
  const shown = all.slice(-ROWS_MAX).reverse()
  const report: Action = {
    label: say('do-report-ticked', {}),
    style: 'danger',
    intent: { do: 'report-payments', linkId, transactionIds: shown.map(({ id }) => id) },
    chooses: 'payments',
  }
  const leave: Action = { label: say('do-leave-case', {}), style: 'plain', intent: { do: 'leave-case' } }
  const { bank } = line
  return {
    text: [
      say('dispute-which', { bank }),
      ...(all.length > shown.length ? [say('dispute-older', {})] : []),
      say('dispute-otherwise', { ...line, ...noted }),
    ],
    show: {
      type: 'transactions',
      caption: say('dispute-caption', { bank }),
      rows: shown.map(rowOf),
      more: all.length - shown.length,
    },
    actions: [report, leave],
  }
}

/** Where fraud alerts are off nothing is listed and no card is blocked from here: the bank does it, or they are allowed. */
export const sayDisputeElsewhere = (line: Line, bank: { id: string; name: string }, noted: Noted): Said => ({
  text: [say('dispute', { ...line, ...noted }), say('dispute-allow', { purpose: 'fraud-alerts' })],
  show: null,
  actions: [grantAction('fraud-alerts', bank)],
})
