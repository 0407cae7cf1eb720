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

/** A day's payments, and the truth about each by its index. */
export type Asked = { payments: readonly { id: string; at: number }[]; isFraud(index: number): boolean }

/** What is learnt about payments, kept until the day it is learnt. Days are counted from the midnight `startAt`. */
export function createAnswers(needs: { startAt: number; answering: Answering; chance: Chance }) {
  const { startAt, answering, chance } = needs
  const days = new Map<number, CardLabel[]>()

  function learn(paymentId: string, at: number, label: CardLabel['label']): void {
    const day = Math.floor((at - startAt) / DAY)
    const labels = days.get(day) ?? []
    labels.push({ kind: 'label', at, paymentId, label })
    days.set(day, labels)
  }

  /** Draws who answers about a day's payments and when. */
  function ask({ payments, isFraud }: Asked): void {
    const { answerShare, disputeDays, falseReportShare } = answering
    let reports = 0
    let genuine = 0
    for (let i = 0; i < payments.length; i++) {
      if (!isFraud(i)) {
        genuine++
        continue
      }
      const { id, at } = payments[i]!
      if (chance() < answerShare) {
        reports++
        learn(id, at + delayMs(answering, chance), 'not-me')
      } else learn(id, at + disputeDays * DAY, 'dispute')
    }
    const falseReports = poisson(chance, (reports * falseReportShare) / (1 - falseReportShare))
    for (let left = Math.min(genuine, falseReports); left > 0; ) {
      const i = Math.floor(chance() * payments.length)
      if (isFraud(i)) continue
      const { id, at } = payments[i]!
      learn(id, at + delayMs(answering, chance), 'not-me')
      left--
    }
  }

  return {
    ask,
    /** The maker of a payment will dispute it at that instant, whatever the truth. */
    disputeAt: (paymentId: string, at: number) => learn(paymentId, at, 'dispute'),
    /** What is learnt on a day, in no order, about its own payments and earlier ones. */
    take(day: number): CardLabel[] {
      const labels = days.get(day) ?? []
      days.delete(day)
      return labels
    },
  }
}

/** Nobody answers after the bank knows anyway. */
function delayMs({ minutesMedian, minutesSigma, disputeDays }: Answering, chance: Chance): number {
  return Math.floor(Math.min(lognormal(chance, minutesMedian, minutesSigma) * MINUTE, disputeDays * DAY))
}
