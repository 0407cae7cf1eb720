import { DAY, MINUTE } from '#kit'
import { type Chance, lognormal, pick, poisson } from './draw.ts'
import type { LabelLearnt } from './events.ts'

/** How and when it is learnt that a payment was not the owner's. */
export type Answering = {
  /** Share of the victims' payments that the victim answers with “not me”. */
  answerShare: number
  minutesMedian: number
  /** Standard deviation of the logarithm of the time to answer. */
  minutesSigma: number
  /** After so many days the bank knows of what nobody answered, and what nobody complained of counts as genuine. */
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
  const days = new Map<number, LabelLearnt[]>()

  function learn(
    paymentId: string,
    at: number,
    label: 'fraud' | 'genuine',
    source: LabelLearnt['source'],
  ): void {
    const day = Math.floor((at - startAt) / DAY)
    const labels = days.get(day)
    const learnt: LabelLearnt = { kind: 'label-learnt', paymentId, label, source, at }
    if (labels) labels.push(learnt)
    else days.set(day, [learnt])
  }

  /** Draws who answers about a day's payments and when. */
  function ask({ payments, isFraud }: Asked): void {
    const { answerShare, disputeDays, falseReportShare } = answering
    const genuine: { id: string; at: number }[] = []
    let reports = 0
    for (let i = 0; i < payments.length; i++) {
      const payment = payments[i]!
      const { id, at } = payment
      if (!isFraud(i)) genuine.push(payment)
      else if (chance() < answerShare) {
        reports++
        learn(id, at + delayMs(answering, chance), 'fraud', 'person')
      } else learn(id, at + disputeDays * DAY, 'fraud', 'dispute')
    }
    const wronged = new Set<string>()
    const falseReports = poisson(chance, (reports * falseReportShare) / (1 - falseReportShare))
    for (let n = 0; n < Math.min(genuine.length, falseReports); n++) {
      const { id, at } = pick(chance, genuine)
      if (wronged.has(id)) continue
      wronged.add(id)
      learn(id, at + delayMs(answering, chance), 'fraud', 'person')
    }
    for (const { id, at } of genuine)
      if (!wronged.has(id)) learn(id, at + disputeDays * DAY, 'genuine', 'expiry')
  }

  return {
    ask,
    /** The maker of a payment will dispute it at that instant, whatever the truth. */
    disputeAt: (paymentId: string, at: number) => learn(paymentId, at, 'fraud', 'dispute'),
    /** What is learnt on a day, in no order, about its own payments and earlier ones. */
    take(day: number): LabelLearnt[] {
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
