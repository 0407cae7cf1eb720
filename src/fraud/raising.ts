import { DAY, HOUR, newId, type Random } from '#kit'
import type { FraudCase, PaymentScore } from '#vault'
import { newCaseNumber } from './case-number.ts'
import type { CaseId } from './decide.ts'
import { FEATURE_SET, newVector, type Places, packVector, writeVector } from './features/index.ts'
import type { Judge, Judgement } from './judge.ts'
import { attachedTo, cardOfPayment, labelCase, type Memory, paymentsIn } from './memory.ts'
import { NOTHING, type Outcome } from './outcome.ts'
import type { Payment } from './payment.ts'
import type { Verdict } from './rules.ts'
import { type Happening, inOrder } from './timeline.ts'

/** What judging needs beside the memory of the link. */
export type Needs = {
  judge: Judge
  now: number
  random: Random
  /** What is known of where a payment was made. */
  placesOf: (payment: Payment) => Places
}

/** A question that stays unanswered for a day no longer keeps the next one from being asked. */
const QUESTION_SPAN = DAY
/** A bank blocks a card within seconds of the order; what passes an hour after it has a cause that must be asked about. */
const BLOCK_WAIT = HOUR

/**
 * Judges payments that the memory has been told, in order of time. At most one question is open per card: what looks
 * wrong while it is joins it. Payments that are in a case already, took no money, or are no card payments are passed by.
 */
export function judgeAll(memory: Memory, fresh: readonly Happening[], needs: Needs): Outcome {
  const inCases = new Set([...memory.cases.values()].flatMap(paymentsIn))
  const changed = new Map<string, FraudCase>()
  const raised = new Map<string, number>()
  const scores: PaymentScore[] = []
  const vector = newVector()
  for (const { id } of [...fresh].sort(inOrder)) {
    const payment = memory.history.find(id)
    if (!payment || payment.isMoneyless || inCases.has(id)) continue
    const features = writeVector(memory.history, needs.placesOf(payment), payment, vector)
    const verdict = needs.judge(features, payment, vector, memory.snoozed)
    scores.push(scoreOf(payment, verdict, vector, needs.now))
    if (!verdict.asks) continue
    const open = openCase(memory, payment, needs.now)
    const isGraver = open !== undefined && verdict.score > (raised.get(open.id) ?? Infinity)
    const next = open
      ? join(open, payment, isGraver ? verdict : null)
      : newCase(memory, payment, verdict, needs)
    if (!open || isGraver) raised.set(next.id, verdict.score)
    changed.set(next.id, next)
    memory.cases.set(next.id, next)
    labelCase(memory, next)
  }
  return {
    ...NOTHING,
    isKnown: true,
    raised: [...raised.keys()] as CaseId[],
    cases: [...changed.values()],
    scores,
  }
}

/** What was known when a payment was judged, and how it was. */
const scoreOf = (
  { id }: Payment,
  { asks, held, champion, challenger, rules, shadow }: Judgement,
  vector: Float64Array,
  scoredAt: number,
): PaymentScore => ({
  id,
  scoredAt,
  featureSet: FEATURE_SET,
  vector: packVector(vector),
  model: champion?.model ?? null,
  probability: champion?.probability ?? null,
  ...(challenger && { challenger }),
  rules,
  held,
  asked: asks,
  ...(shadow && { shadow }),
})

/** A case with another payment in it. While it has not been asked about yet, the gravest is the one to ask about. */
export function join(open: FraudCase, { id }: Pick<Payment, 'id'>, graver: Verdict | null): FraudCase {
  const attachedTransactionIds = [...attachedTo(open), graver ? open.transactionId : id]
  if (!graver) return { ...open, attachedTransactionIds }
  return { ...open, attachedTransactionIds, transactionId: id, reasons: graver.reasons }
}

/** The case that another suspicious payment of the same card belongs to, if there is one. */
export function openCase(
  memory: Memory,
  { card, at }: Pick<Payment, 'card' | 'at'>,
  now: number,
): FraudCase | undefined {
  return [...memory.cases.values()].find((one) => {
    if (cardOfPayment(memory, one.transactionId) !== card) return false
    if (one.state === 'asked') return now - one.openedAt < QUESTION_SPAN
    // Paid before the block took hold: the person has said already that the card is in other hands.
    return one.state === 'confirmed-fraud' && at <= (one.cardBlockedAt ?? one.answeredAt! + BLOCK_WAIT)
  })
}

export function newCase(
  { cases }: Memory,
  payment: Pick<Payment, 'id' | 'accountId'>,
  { reasons }: Pick<Verdict, 'reasons'>,
  { now, random }: Pick<Needs, 'now' | 'random'>,
): FraudCase {
  return {
    id: newId('cas', random),
    number: newCaseNumber(random, new Set([...cases.values()].map(({ number }) => number))),
    transactionId: payment.id,
    accountId: payment.accountId,
    openedAt: now,
    state: 'asked',
    answeredAt: null,
    reasons,
    cardBlockedAt: null,
  }
}
