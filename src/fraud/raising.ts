import { DAY, HOUR, newId, type Random, sorted } from '#kit'
import type { FraudCase, PaymentScore } from '#vault'
import { newCaseNumber } from './case-number.ts'
import type { CaseId } from './decide.ts'
import { FEATURE_SET, type Finding, newVector, type Places, writeVector } from './features/index.ts'
import type { Judge, Judgement } from './judge.ts'
import { labelOf, take } from './learnt.ts'
import { attachedTo, cardOfCase, cardOfPayment, type Memory, putCase, relabelBetween } from './memory.ts'
import { joinOutcomes, NOTHING, type Outcome } from './outcome.ts'
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
  /** Has what was just learnt of places count for what is judged next. */
  heard: (findings: readonly Finding[]) => void
}

/** A question that stays unanswered for a day no longer keeps the next one from being asked. */
const QUESTION_SPAN = DAY
/** Payments that a case names beside the one it asks about: far more than anybody reads, and few enough to keep with each. */
export const ATTACHED_MAX = 200
/** A bank blocks a card within seconds of the order; what passes an hour after it has a cause that must be asked about. */
const BLOCK_WAIT = HOUR

/** What is judged now is written here; what is kept of it is a copy. */
const vector = newVector()

/**
 * Judges payments that the memory has been told, in order of time. At most one question is open per card: what looks
 * wrong while it is joins it. Payments that are in a case already, took no money, or are no card payments are passed by.
 */
export function judgeAll(memory: Memory, fresh: readonly Happening[], needs: Needs): Outcome {
  const changed = new Map<string, FraudCase>()
  const raised = new Map<string, number>()
  const scores: PaymentScore[] = []
  let learnt = NOTHING
  for (const { id } of sorted(fresh, inOrder)) {
    const payment = memory.history.find(id)
    if (!payment || payment.isMoneyless || memory.caseIds.has(id)) continue
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
    putCase(memory, next)
    keepApart(memory, payment.card, open, next)
    const known = knownOf(memory, next, id, needs)
    if (known !== NOTHING) learnt = joinOutcomes(learnt, known)
  }
  return {
    ...learnt,
    isKnown: true,
    raised: [...raised.keys()] as CaseId[],
    cases: [...changed.values()],
    scores,
  }
}

/** A copy. `Array.from` goes through it by an iterator, for which it makes objects of four kilobytes in all. */
function numbersOf(vector: Float64Array): number[] {
  const numbers = new Array<number>(vector.length)
  for (let i = 0; i < vector.length; i++) numbers[i] = vector[i]!
  return numbers
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
  vector: numbersOf(vector),
  model: champion?.model ?? null,
  probability: champion?.probability ?? null,
  ...(challenger && { challenger }),
  rules,
  held,
  asked: asks,
  ...(shadow && { shadow }),
})

/**
 * A case with another payment in it. While it has not been asked about yet, the gravest is the one to ask about. A case names
 * `ATTACHED_MAX` payments beside that one, those that looked wrong first, and what it asked about before. What comes beyond them is not asked about either, and
 * whatever was paid with the card between the first and the last of it is nobody's habit, whatever is answered, until
 * somebody says something of that payment itself. The block of the card, and its dispute, are the case's as ever: its person can
 * mark more.
 */
export function join(
  open: FraudCase,
  { id, at }: Pick<Payment, 'id' | 'at'>,
  graver: Verdict | null,
): FraudCase {
  const attached = attachedTo(open)
  if (!graver && attached.length >= ATTACHED_MAX) {
    const { from, to, count } = open.beyond ?? { from: at, to: at, count: 0 }
    return { ...open, beyond: { from: Math.min(from, at), to: Math.max(to, at), count: count + 1 } }
  }
  const attachedTransactionIds = [...attached, graver ? open.transactionId : id]
  if (!graver) return { ...open, attachedTransactionIds }
  return { ...open, attachedTransactionIds, transactionId: id, reasons: graver.reasons }
}

/** What is learnt of a payment that joins a case its person has answered: the card was in other hands, they said. */
export function knownOf(memory: Memory, joined: FraudCase, id: string, needs: Needs): Outcome {
  if (joined.state !== 'confirmed-fraud' || memory.caseIds.get(id) !== joined.id) return NOTHING
  const learnt = take(memory, [labelOf(memory, joined, id, 'fraud', needs)])
  needs.heard(learnt.findings)
  return { ...NOTHING, ...learnt }
}

/** Has what a case could not name count for nobody's habits: what lies between the newest of it and those before. */
export function keepApart(
  memory: Memory,
  card: string,
  before: FraudCase | undefined,
  { beyond }: FraudCase,
): void {
  if (!beyond || beyond === before?.beyond) return
  const known = before?.beyond
  if (!known) relabelBetween(memory, card, beyond)
  else if (beyond.from < known.from) relabelBetween(memory, card, { from: beyond.from, to: known.from })
  else if (beyond.to > known.to) relabelBetween(memory, card, { from: known.to, to: beyond.to })
}

/** The case that another suspicious payment of the same card belongs to, if there is one. */
export function openCase(
  memory: Memory,
  { card, at }: Pick<Payment, 'card' | 'at'>,
  now: number,
): FraudCase | undefined {
  return [...memory.cases.values()].find((one) => {
    if (cardOfCase(memory, one) !== card) return false
    if (one.state === 'asked') return now - one.openedAt < QUESTION_SPAN
    // Paid before the block took hold: the person has said already that the card is in other hands.
    return one.state === 'confirmed-fraud' && at <= (one.cardBlockedAt ?? one.answeredAt! + BLOCK_WAIT)
  })
}

export function newCase(
  memory: Memory,
  payment: Pick<Payment, 'id' | 'accountId'>,
  { reasons }: Pick<Verdict, 'reasons'>,
  { now, random }: Pick<Needs, 'now' | 'random'>,
): FraudCase {
  const { id, accountId } = payment
  return {
    id: newId('cas', random),
    number: newCaseNumber(random, new Set([...memory.cases.values()].map(({ number }) => number))),
    transactionId: id,
    accountId,
    cardNumberDisplay: cardOfPayment(memory, id)?.slice(accountId.length + 1) || null,
    openedAt: now,
    state: 'asked',
    answeredAt: null,
    reasons,
    cardBlockedAt: null,
  }
}
