import { DAY, MINUTE } from '#kit'
import { type Chance, lognormal, poisson } from './draw.ts'
import type { CardLabel } from './events.ts'

/** How and when it is learnt that a payment was not the owner's. */
export type Answering = {
  /** Share of the victims' payments that the victim answers with “not me”. */
  answerShare: number
  minutesMedian: number
  /** Standard deviation of the logarithm of the time to answer. */
  minutesSigma: number
  /** After so many days the bank knows of what nobody answered. */
  disputeDays: number
  /** Of all “not me”, the share that is about a payment which its maker made. Nobody ever corrects these. */
  falseReportShare: number
}

/** Nobody answers: everything is learnt after a week, as in the published protocol. */
export const BANK_ONLY: Answering = {
  answerShare: 0,
  minutesMedian: 20,
  minutesSigma: 1.2,
  disputeDays: 7,
  falseReportShare: 0,
}

/** What is learnt about a day's payments, in no order. `isFraud` tells the truth about the payment with that index. */
export function answerPayments(
  payments: readonly { id: string; at: number }[],
  isFraud: (index: number) => boolean,
  answering: Answering,
  chance: Chance,
): CardLabel[] {
  const { answerShare, disputeDays, falseReportShare } = answering
  const labels: CardLabel[] = []
  let reports = 0
  let genuine = 0
  for (let i = 0; i < payments.length; i++) {
    if (!isFraud(i)) {
      genuine++
      continue
    }
    const { id: paymentId, at } = payments[i]!
    if (chance() < answerShare) {
      reports++
      labels.push({ kind: 'label', at: at + delayMs(answering, chance), paymentId, label: 'not-me' })
    } else labels.push({ kind: 'label', at: at + disputeDays * DAY, paymentId, label: 'dispute' })
  }
  let falseReports = Math.min(genuine, poisson(chance, (reports * falseReportShare) / (1 - falseReportShare)))
  while (falseReports > 0) {
    const i = Math.floor(chance() * payments.length)
    if (isFraud(i)) continue
    const { id: paymentId, at } = payments[i]!
    labels.push({ kind: 'label', at: at + delayMs(answering, chance), paymentId, label: 'not-me' })
    falseReports--
  }
  return labels
}

/** Nobody answers after the bank knows anyway. */
function delayMs({ minutesMedian, minutesSigma, disputeDays }: Answering, chance: Chance): number {
  return Math.floor(Math.min(lognormal(chance, minutesMedian, minutesSigma) * MINUTE, disputeDays * DAY))
}
