import { DAY } from '#kit'
import type { History } from '../history.ts'
import type { Payment } from '../payment.ts'
import type { LabelLearnt } from './fraud-event.ts'
import { type Finding, toTheHour } from './risk.ts'
import { meanRatioOf } from './vector.ts'

/** Under this many times their mean, an amount was normal for its person. */
const NORMAL_RATIO = 2.2

/** Names of places; a terminal and a merchant of one name are two places. */
export const terminalPlace = (terminal: string): string => `terminal ${terminal}`
export const merchantPlace = ({ merchant, country }: Pick<Payment, 'merchant' | 'country'>): string =>
  `merchant ${country ?? ''} ${merchant}`

/** What is learnt of a payment longer after it says nothing of its place as it is now. */
const PAID_SPAN = 90 * DAY

type Said = Pick<LabelLearnt, 'label' | 'source'>

/** What takes back what nobody had said is about the question, and says nothing of a place. */
export const saysNothing = ({ label }: Said, before: Said | null | undefined): boolean =>
  label === 'unknown' && (!before || before.label === 'unknown' || before.source === 'expiry')

/** What a label of a payment says of where it was made. */
export function findingsOf(
  history: History,
  payment: Payment,
  { label, at }: Pick<LabelLearnt, 'label' | 'at'>,
): Finding[] {
  if (at - payment.at > PAID_SPAN) return []
  const finding = {
    ref: payment.id,
    paidAt: toTheHour(payment.at),
    learntAt: at,
    label,
    isNormal: !(meanRatioOf(history, payment) >= NORMAL_RATIO),
  }
  const merchant = { ...finding, place: merchantPlace(payment) }
  return payment.terminal === null
    ? [merchant]
    : [{ ...finding, place: terminalPlace(payment.terminal) }, merchant]
}
